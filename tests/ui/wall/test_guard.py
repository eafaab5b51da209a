"""The watchdog: a wall that hangs or ends is covered within its time, and started again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.ui.kit.theme import install
from app.ui.wall.guard import Guard, _growing

BEATS = (
    "import sys, time\nfor _ in range({beats}):\n    sys.stdout.write('.'); sys.stdout.flush(); time.sleep(0.05)\n"
)
HANGS = BEATS + "time.sleep(60)\n"

Make = Callable[[str], Guard]


@pytest.fixture
def make(qapp: QApplication) -> Iterator[Make]:
    install(qapp, "dark")
    made: list[Guard] = []

    def start(program: str) -> Guard:
        guard = Guard(
            [sys.executable, "-c", program], lambda: QGuiApplication.screens()[0], SystemClock().now,
            hangs_after_ms=300, killed_after_ms=1_200, starting_ms=5_000, wait_ms=lambda _failures: 50,
        )  # fmt: skip
        made.append(guard)
        guard.start()
        return guard

    yield start
    for guard in made:
        guard.end()
        guard.cover.deleteLater()
        guard.deleteLater()


def test_a_wall_that_lives_is_not_covered(make: Make, qtbot: QtBot) -> None:
    guard = make(BEATS.format(beats=400))
    beats: list[None] = []
    guard.process.readyReadStandardOutput.connect(lambda: beats.append(None))
    qtbot.waitUntil(lambda: len(beats) > 12)  # twice the time after which it would be covered
    assert not guard.cover.isVisible()
    assert guard.process.state() == QProcess.ProcessState.Running


def test_a_wall_that_hangs_is_covered_then_started_again(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    marker = tmp_path / "once"
    again = BEATS.format(beats=400)
    guard = make(f"import os\nif os.path.exists({str(marker)!r}):\n" + _in(again) + "else:\n"
                 f"    open({str(marker)!r}, 'w').close()\n" + _in(HANGS.format(beats=3)))  # fmt: skip
    qtbot.waitUntil(lambda: guard.cover.isVisible())
    assert "does not move" in guard.cover.reason
    assert guard.cover.since_at <= SystemClock().now() - 300
    picture = guard.cover.grab().toImage()
    assert not picture.isNull()
    qtbot.waitUntil(lambda: not guard.cover.isVisible())
    assert guard.process.state() == QProcess.ProcessState.Running


def test_a_wall_that_ends_is_covered_and_started_again(make: Make, qtbot: QtBot) -> None:
    guard = make(BEATS.format(beats=2))
    covered: list[bool] = []
    guard.process.started.connect(lambda: covered.append(guard.cover.isVisible()))
    qtbot.waitUntil(lambda: len(covered) >= 2)
    assert covered[-1]
    assert "has ended" in guard.cover.reason


def test_a_wall_that_cannot_be_started_is_covered(make: Make, qtbot: QtBot) -> None:
    guard = make("raise SystemExit(1)")
    qtbot.waitUntil(lambda: guard.cover.isVisible())


def test_it_waits_longer_after_each_failure_and_never_longer_than_half_a_minute() -> None:
    waits = [_growing(failures) for failures in range(1, 40)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2_000, 30_000)


def _in(program: str) -> str:
    return "".join(f"    {line}\n" for line in program.splitlines())
