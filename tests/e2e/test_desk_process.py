"""The real program on a real X server, by keyboard alone; killed, started again, and checked by the command line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEADLINE_S = 30.0
NOTE = "Two of three nodes answer"

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
]


class Program:
    """Starts the program on one profile, types into its window, and asks its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.profile = folder / "profile"
        self.running: list[subprocess.Popen[bytes]] = []
        # The temporary folder is the test's own, so that what is left in it can be seen.
        self.env = {**os.environ, "TMPDIR": str(folder), "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}

    def cli(self, *words: str) -> Any:
        command = [sys.executable, "-m", "app", "--data-dir", str(self.profile), *words, "--json"]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def notes(self, number: str) -> list[str]:
        """The texts of a ticket's timeline as the command line tells them."""
        return [entry["text"] for entry in self.cli("ticket", "show", number)["timeline"] if entry["text"]]

    def drafts(self) -> list[str]:
        """What is being typed, as it is on disk."""
        with closing(sqlite3.connect(f"file:{self.profile / 'work.db'}?mode=ro", uri=True)) as database:
            return [row[0] for row in database.execute("SELECT text FROM draft")]

    def start(self, *words: str) -> str:
        """A desk with its window in front; the window's id."""
        chosen = words or ("--data-dir", str(self.profile))
        process = subprocess.Popen([sys.executable, "-m", "app", *chosen], env=self.env, cwd=self.folder)
        self.running.append(process)
        found: list[str] = []

        def is_there() -> bool:
            assert process.poll() is None, "the program ended"
            found[:] = tool("search", "--onlyvisible", "--pid", str(process.pid), "--name", "Watchdesk").split()
            return bool(found)

        wait_until(is_there)
        tool("windowactivate", "--sync", found[-1])
        return found[-1]

    def kill(self) -> None:
        """As a power cut does to a process: no word before."""
        process = self.running.pop()
        process.send_signal(signal.SIGKILL)
        process.wait(DEADLINE_S)

    def ended(self) -> int:
        """The exit code of the desk that was asked to close."""
        return self.running.pop().wait(DEADLINE_S)

    def close(self) -> None:
        for process in self.running:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait(DEADLINE_S)


def tool(*words: str) -> str:
    return subprocess.run(
        ["xdotool", *words], capture_output=True, text=True, timeout=DEADLINE_S, check=False
    ).stdout.strip()


def press(*keys: str) -> None:
    tool("key", "--clearmodifiers", "--delay", "40", *keys)


def title_of(window: str) -> str:
    return tool("getwindowname", window)


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < end, "it did not come in time"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    yield made
    made.close()


def open_first_ticket(program: Program, number: str) -> str:
    window = program.start()
    wait_until(lambda: title_of(window) not in ("", "Watchdesk"))
    press("ctrl+2")
    wait_until(lambda: title_of(window).startswith("All open"))

    def is_open() -> bool:
        press("Return")
        return title_of(window).startswith(number)

    wait_until(is_open)
    return window


def test_a_note_is_written_killed_and_still_there(program: Program) -> None:
    number = program.cli("ticket", "new", "--title", "Card payments refused", "--impact", "1", "--urgency", "1")[
        "number"
    ]
    open_first_ticket(program, number)
    press("c")
    tool("type", "--delay", "15", NOTE)
    press("ctrl+Return")
    wait_until(lambda: NOTE in program.notes(number))
    program.kill()
    assert NOTE in program.notes(number)
    window = open_first_ticket(program, number)
    assert "Card payments refused" in title_of(window)
    press("Escape")
    press("ctrl+q")
    assert program.ended() == 0
    assert program.notes(number).count(NOTE) == 1
    assert program.cli("doctor")


def test_what_was_being_typed_when_it_was_killed_is_there_again(program: Program) -> None:
    number = program.cli("ticket", "new", "--title", "Card payments refused", "--impact", "1", "--urgency", "1")[
        "number"
    ]
    open_first_ticket(program, number)
    press("c")
    tool("type", "--delay", "15", NOTE)
    wait_until(lambda: program.drafts() == [NOTE])
    program.kill()
    assert NOTE not in program.notes(number)
    open_first_ticket(program, number)
    press("c")
    press("ctrl+Return")
    wait_until(lambda: NOTE in program.notes(number))
    press("ctrl+q")
    assert program.ended() == 0
    assert program.drafts() == []


def test_a_second_start_raises_the_first_and_ends(program: Program) -> None:
    window = program.start()
    wait_until(lambda: title_of(window) not in ("", "Watchdesk"))
    second = subprocess.run(
        [sys.executable, "-m", "app", "--data-dir", str(program.profile)],
        env=program.env,
        timeout=DEADLINE_S,
        check=False,
    )
    assert second.returncode == 0
    assert program.running[0].poll() is None
    assert len(tool("search", "--onlyvisible", "--name", "Watchdesk").split()) == 1


def test_the_demo_opens_on_an_estate_and_leaves_nothing(program: Program) -> None:
    window = program.start("demo")
    wait_until(lambda: title_of(window).startswith("Board"))
    assert list(program.folder.glob("watchdesk-demo-*"))
    press("ctrl+q")
    assert program.ended() == 0
    assert not list(program.folder.glob("watchdesk-demo-*"))


@pytest.mark.parametrize("words", [(), ("demo",)], ids=["own profile", "demo"])
def test_a_log_out_closes_the_desk_as_a_person_does(program: Program, words: tuple[str, ...]) -> None:
    window = program.start(*words)
    wait_until(lambda: title_of(window) not in ("", "Watchdesk"))
    program.running[0].send_signal(signal.SIGTERM)
    assert program.ended() == 0
    assert not list(program.folder.glob("watchdesk-demo-*"))
    assert words or any(program.profile.glob("last*")), "the last view was not kept"
