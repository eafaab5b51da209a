"""What holds for every command: help, version, codes, one line for each failure, and the reference kept in step."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app import __version__
from app.__main__ import main
from app.cli.command import GROUPS, commands_of
from app.cli.reference import PATH, render_reference
from tests.unit.cli.conftest import Cli
from tests.unit.usecases.imports.log_rows import row, write_log

ROOT = Path(__file__).parents[3]
EVERY_COMMAND = [command for group in GROUPS for command in commands_of(group)]


def test_the_reference_is_in_step_with_the_code() -> None:
    assert PATH.read_text(encoding="utf-8") == render_reference(), "run python -m app.cli.reference"


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda command: command.words)
def test_every_command_has_help(command: object, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.words.split()  # type: ignore[attr-defined]
    assert main([*words, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"usage: watchdesk {' '.join(words)}")
    assert ("--json" in out) == command.json  # type: ignore[attr-defined]


def test_every_run_says_what_it_does() -> None:
    assert not [command.words for command in EVERY_COMMAND if not command.run.__doc__]


@pytest.mark.parametrize("words", [["--version"], ["--profile", "x", "--version"]])
def test_version(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    assert capsys.readouterr().out == f"watchdesk {__version__}\n"


def test_the_profile_may_stand_before_or_after_the_command(cli: Cli, tmp_path: Path) -> None:
    cli("ticket", "new", "--title", "one")
    assert main(["tickets", "--count", "--data-dir", str(tmp_path / "profile")]) == 0


def test_a_named_profile_lies_in_the_persons_data_folder(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--profile", "night", "ticket", "new", "--title", "one"]) == 0
    assert (home / ".local" / "share" / "watchdesk" / "night" / "work.db").is_file()
    assert main(["--profile", "../night", "tickets"]) == 2
    assert "cannot name a profile" in capsys.readouterr().err


def test_doctor_says_what_is_broken_with_code_4_and_restores(cli: Cli, tmp_path: Path) -> None:
    cli("ticket", "new", "--title", "one")
    sound = cli("doctor", "--json")
    assert (sound.code, sound.json["ok"]) == (0, True)
    assert {"ok", "profile", "findings", "sources", "sizes", "rows", "versions", "backups", "restored"} == set(
        sound.json
    )
    work_db = tmp_path / "profile" / "work.db"
    for companion in work_db.parent.glob("work.db-*"):
        companion.unlink()
    raw = bytearray(work_db.read_bytes())
    raw[4096 * 3 : 4096 * 9] = bytes(4096 * 6)
    work_db.write_bytes(raw)
    damaged = cli("doctor", "--json")
    assert (damaged.code, damaged.json["ok"]) == (4, False)
    refused = cli("tickets")
    assert refused.code == 1
    assert "doctor" in refused.err
    restored = cli("doctor", "--restore", "newest", "--json")
    assert (restored.code, restored.json["ok"]) == (0, True)
    assert Path(restored.json["restored"]["set_aside"]).is_file()
    assert cli("tickets", "--count").code == 0


def test_a_bug_is_one_line_and_its_kind_is_in_the_log(tmp_path: Path) -> None:
    code = (
        "import sys, dataclasses; import app.cli.command as c, app.cli.tickets as t, app.cli.run as r\n"
        "def broken(context):\n"
        "    'Break.'\n"
        "    context.means.store\n"
        "    raise KeyError('deep inside')\n"
        "t.COMMANDS = (dataclasses.replace(t.COMMANDS[0], run=broken),)\n"
        "sys.exit(r.run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--data-dir", str(tmp_path / "p"), "tickets"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    log = tmp_path / "p" / "watchdesk.log"
    assert done.stderr == (
        f"watchdesk: Something went wrong that should not. What was saved is safe. The details are in {log}.\n"
    )
    assert "KeyError" in log.read_text()
    assert "deep inside" not in log.read_text()  # it might have been a ticket's text


def test_an_answer_that_nobody_reads_to_its_end_is_no_trouble(cli: Cli, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row(f"INC{n}") for n in range(3_000)])
    cli("import", "tickets", str(path), "--format", "servicenow-log")
    command = [sys.executable, "-m", "app", "--data-dir", str(tmp_path / "profile"), "tickets", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 1


def test_ctrl_c_stops_an_import_and_keeps_nothing_of_it(cli: Cli, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row(f"INC{n}") for n in range(60_000)])
    assert cli("tickets", "--count").out == "0\n"
    words = ["import", "tickets", str(path), "--format", "servicenow-log", "--progress"]
    command = [sys.executable, "-m", "app", "--data-dir", str(tmp_path / "profile"), *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "%" in first, first
        began = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(20) == 1
    assert rest.splitlines()[-1] == "watchdesk: Stopped. Nothing of it was kept."
    assert time.monotonic() - began < 10
    assert cli("tickets", "--count").out == "0\n"


@pytest.mark.parametrize("folder", ["/dev/null", "/proc/nowhere", "/etc/passwd/x"])
def test_a_folder_that_cannot_be_one_is_said(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data-dir", folder, "tickets"]) == 1
    assert capsys.readouterr().err.startswith(f"watchdesk: The profile folder {folder} cannot be made.")


def test_doctor_does_not_make_the_profile_that_it_looks_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data-dir", str(tmp_path / "none"), "doctor"]) == 1
    assert "There is no profile in" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
