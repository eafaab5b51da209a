"""``watchdesk wall --shot``: a page as an image, from a profile that it only reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Cli

READS_ONLY = """
import sys
import app.bootstrap.wall
wrong = [name for name in sys.modules if name.startswith(
    ("app.actions", "app.connectors", "app.usecases.ticket", "app.usecases.command", "app.usecases.work",
     "app.usecases.poll", "app.ui.desk", "requests", "keyring"))]
sys.exit(", ".join(wrong) or 0)
"""


def test_the_process_of_the_wall_holds_nothing_that_writes() -> None:
    ran = subprocess.run([sys.executable, "-c", READS_ONLY], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_page_is_written_as_an_image(cli: Cli, tmp_path: Path) -> None:
    cli("source", "add", "simulated", "sim", "--url", "simulated:")
    cli("poll", "--once")
    for page, size in (("problems", "1920x1080"), ("tickets", "1080x1920"), ("services", "3840x2160")):
        path = tmp_path / f"{page}.png"
        ran = cli("wall", "--shot", str(path), "--page", page, "--size", size, "--json")
        assert (ran.code, ran.json) == (0, {"file": str(path), "page": page})
        head = path.read_bytes()[:24]
        width, height = (int(part) for part in size.split("x"))
        assert head[16:24] == width.to_bytes(4, "big") + height.to_bytes(4, "big")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--shot", "x.png", "--page", "nothing"), "There is no page named “nothing”"),
        (("--shot", "x.png", "--size", "big"), "is not a size"),
        (("--shot", "x.unknown"), "cannot be written"),
        (("--shot", "x.png", "--pages", "missing.toml"), "cannot be read"),
    ],
)
def test_what_cannot_be_shot_is_said(cli: Cli, words: tuple[str, ...], said: str) -> None:
    cli("source", "add", "simulated", "sim", "--url", "simulated:")
    ran = cli("wall", *words)
    assert ran.code != 0
    assert said in ran.err


def test_without_a_profile_it_says_so(cli: Cli, tmp_path: Path) -> None:
    ran = cli("wall", "--shot", str(tmp_path / "x.png"))
    assert ran.code != 0
    assert "There is no store" in ran.err
