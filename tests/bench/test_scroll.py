"""A frame of scrolling the queue of 100,000 tickets at 60 pictures a second, beside one of 10,000."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.paths import Profile
from app.ui.desk.queue.page import QueuePage
from app.usecases.view import DEFAULT_VIEWS
from tests.bench.desk_in_process import next_refresh, open_desk, queue_of, wait_until
from tests.bench.figures import Figures
from tests.bench.side_by_side import alternate, pairwise, quantile

pytestmark = pytest.mark.bench

ROUNDS = 9
FRAMES = 120
STEP_ROWS = 3
WHOLE_EVERY = 10
LIMIT_MS = 16.0
_EVERYTHING = next(view for view in DEFAULT_VIEWS if view.id == "all")


class Scrolled:
    """One queue and what its frames cost so far: seconds of the wall clock, and of all threads' processor time.

    What our own lanes take from a frame counts there; what other programs take does not.
    """

    def __init__(self, page: QueuePage, count: int) -> None:
        self.page = page
        page.list.choose_view(_EVERYTHING)
        wait_until(lambda: page.model.rowCount() == count, f"the list has {page.model.rowCount()} rows")
        self.forget()

    def forget(self) -> None:
        """Count from here."""
        self.wall_s: list[float] = []
        self.cpu_s: list[float] = []
        self.whole_s: list[float] = []
        self.blank = 0

    def run(self, number: int) -> float:
        """Scroll on from a place of this round, three rows a frame; gives the p95 of the frames' processor time."""
        bar, table = self.page.table.verticalScrollBar(), self.page.table
        bar.setValue(bar.maximum() * (2 * number + 1) // (2 * ROUNDS + 2))
        wait_until(self._is_filled, "the rows were not read")
        cpu_s = []
        for _ in range(FRAMES):
            next_refresh()  # what the lanes have brought in the meantime belongs to no frame
            began, began_cpu = time.perf_counter(), time.process_time()
            bar.setValue(bar.value() + STEP_ROWS * table.rowHeight(0))
            # The frame that the event loop would paint next, now: what the scroll uncovered, and what moved with it.
            QCoreApplication.sendPostedEvents(table.window(), QEvent.Type.UpdateRequest.value)
            cpu_s.append(time.process_time() - began_cpu)
            self.wall_s.append(time.perf_counter() - began)
            self.blank += not self._is_filled()
            if not len(cpu_s) % WHOLE_EVERY:
                self._paint_whole()
        self.cpu_s += cpu_s
        return quantile(cpu_s, 0.95)

    def _paint_whole(self) -> None:
        """All rows anew, as after a leap to another place."""
        wait_until(self._is_filled, "the rows were not read")
        began = time.perf_counter()
        self.page.table.viewport().repaint()
        self.whole_s.append(time.perf_counter() - began)

    def _is_filled(self) -> bool:
        return all(self.page.model.ticket_at(row) is not None for row in self.page.table.visible_rows())


def test_scroll(
    qapp: QApplication, qtbot: QtBot, profile_100k: Profile, profile_10k: Profile, figures: Figures
) -> None:
    with open_desk(qapp, profile_100k) as desk, open_desk(qapp, profile_10k) as other:
        large, small = Scrolled(queue_of(desk), 100_000), Scrolled(queue_of(other), 10_000)
        rows = len(large.page.table.visible_rows())
        for each in (large, small):
            each.run(0)
            each.forget()
        samples = alternate({"100,000 tickets": large.run, "10,000 tickets": small.run}, ROUNDS)
        shares = [each.blank / len(each.wall_s) for each in (large, small)]
    assert rows >= 30
    for name, each in (("100,000", large), ("10,000", small)):
        for kind, took in (("wall", each.wall_s), ("CPU", each.cpu_s)):
            limit = LIMIT_MS if name == "100,000" else None
            figures.add(
                f"frame p95, {name} tickets, {rows} rows, {kind}", quantile(took, 0.95) * 1e3, "ms", at_most=limit
            )
    whole = quantile(large.whole_s, 0.95) * 1e3
    figures.add(f"all {rows} rows painted anew p95, 100,000 tickets, wall", whole, "ms", at_most=LIMIT_MS)
    ratio = pairwise(samples["100,000 tickets"], samples["10,000 tickets"])
    figures.add("frame p95 CPU, 100,000 beside 10,000", ratio, "ratio", at_most=1.1)
    figures.add("frames that waited for a row", max(shares), "share", at_most=0.1)
    figures.judge()
