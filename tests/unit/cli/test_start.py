"""The shortest way to the window is taken only when nothing else is asked for."""

from pathlib import Path

import pytest

from app.cli.start import plain_desk, start


@pytest.mark.parametrize("words", [["--data-dir", "/p"], ["desk", "--data-dir", "/p"], ["--data-dir", "/p", "desk"]])
def test_a_start_of_a_desk_is_seen(words: list[str]) -> None:
    assert plain_desk(words) == "/p"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["desk"],
        ["demo", "--data-dir", "/p"],
        ["desk", "desk", "--data-dir", "/p"],
        ["desk", "--data-dir", "--help"],
        ["desk", "--data-dir", ""],
        ["desk", "--data-dir", "/p", "--json"],
        ["tickets", "--data-dir", "/p"],
    ],
)
def test_everything_else_takes_the_ordinary_way(words: list[str]) -> None:
    assert plain_desk(words) is None


def test_a_desk_that_cannot_start_says_so_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert start(["desk", "--data-dir", str(file)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("watchdesk: ")
