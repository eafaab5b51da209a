"""A date in a query is a day of the computer's own time zone, in which the window shows times: on every page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.ui.desk.board.page import BoardPage
from app.ui.desk.knowledge.page import KnowledgePage
from tests.fakes.health_source import health_row
from tests.ui.desk.frame_fixture import SOURCE, Frame, open_frame

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")


class Days(NamedTuple):
    """Today on the wall, and today in UTC."""

    here: str
    utc: str


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Iterator[Days]:
    """A zone in which it is another day than in UTC for the next ten hours."""
    now = datetime.now(UTC)
    hours = 14 if now.hour >= 10 else -12
    with monkeypatch.context() as patch:
        # POSIX counts westwards.
        patch.setenv("TZ", f"<away>{-hours:+d}")
        time.tzset()
        yield Days((now + timedelta(hours=hours)).date().isoformat(), now.date().isoformat())
    time.tzset()


@pytest.fixture
def frame(days: Days, qtbot: QtBot, tmp_path: Path) -> Iterator[Frame]:
    row = health_row("disk", "critical", source=SOURCE, since_at=SystemClock().now())
    with open_frame(qtbot, tmp_path, rows=[row]) as made:
        yield made


def test_in_the_queue(frame: Frame, days: Days) -> None:
    frame.ticket(title="Slow")
    frame.press("Ctrl+2")
    queue = frame.window.queue
    assert queue is not None
    for day, found in ((days.here, 1), (days.utc, 0)):
        queue.list.ask(f"created:{day}")
        frame.qtbot.waitUntil(lambda found=found: queue.model.rowCount() == found)  # type: ignore[misc]


def test_on_the_board(frame: Frame, days: Days) -> None:
    board = frame.window.show_page("board")
    assert isinstance(board, BoardPage)
    for day, found in ((days.here, ["disk"]), (days.utc, [])):
        board._ask(f"since:{day}")
        frame.qtbot.waitUntil(lambda found=found: [line.row.name for line in board.model.rows()] == found)  # type: ignore[misc]


def test_in_knowledge(frame: Frame, days: Days) -> None:
    frame.article("Restart the gateway")
    page = frame.window.show_page("knowledge")
    assert isinstance(page, KnowledgePage)
    for day, found in ((days.here, 1), (days.utc, 0)):
        page.finder.ask(f"created:{day}")
        frame.qtbot.waitUntil(lambda found=found: len(page.finder.results.hits()) == found)  # type: ignore[misc]
