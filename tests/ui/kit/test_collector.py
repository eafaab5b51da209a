"""Cycles are freed by the GUI thread, whichever thread makes the objects that call for a collection."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.ui.kit.collector import Collector, collect_what_is_due

CHURN = """
import faulthandler, sys, threading
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QHeaderView, QLabel, QTableWidget
from app.ui.kit.collector import Collector

class Header(QHeaderView):
    def sizeHint(self):
        return QSize(super().sizeHint().width(), 20)

def make_a_cycle():
    table = QTableWidget(50, 8)
    table.setHorizontalHeader(Header(Qt.Orientation.Horizontal, table))
    table.me = table
    table.sizeHint()

def churn():
    while not is_over.is_set():
        kept = [[] for _ in range(5_000)]
        is_over.wait(0.001)

faulthandler.dump_traceback_later(20, exit=True)
app = QApplication([])
collector = Collector()
is_over = threading.Event()
threading.Thread(target=churn).start()
making = QTimer()
making.timeout.connect(make_a_cycle)
making.start(0)
QTimer.singleShot(1500, app.quit)
app.exec()
is_over.set()
"""


class Knot:
    """Kept alive by itself alone."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def freed_on(qtbot: QtBot) -> Iterator[list[int]]:
    """Idents of the threads that freed a knot, one made now."""
    threads: list[int] = []
    knot = Knot()
    weakref.finalize(knot, lambda: threads.append(threading.get_ident()))
    del knot
    yield threads
    gc.collect()


def test_a_worker_frees_no_cycle_of_the_gui_thread(qtbot: QtBot, freed_on: list[int]) -> None:
    collector = Collector()
    try:
        _make_many_on_a_worker()
        assert freed_on == []
        alive = _make_many()
        qtbot.waitUntil(lambda: bool(freed_on))
        assert freed_on == [threading.get_ident()]
        assert alive
    finally:
        collector.end()


def test_without_it_a_worker_does(qtbot: QtBot, freed_on: list[int]) -> None:
    gc.enable()
    worker = _make_many_on_a_worker()
    assert freed_on == [worker]


def test_automatic_collection_is_as_it_was_before(qtbot: QtBot) -> None:
    for set_before in (gc.enable, gc.disable):
        set_before()
        was_on = gc.isenabled()
        collector = Collector()
        assert not gc.isenabled()
        collector.end()
        assert gc.isenabled() == was_on


def test_what_is_not_due_costs_no_collection() -> None:
    gc.collect()
    before = [each["collections"] for each in gc.get_stats()]
    collect_what_is_due()
    assert [each["collections"] for each in gc.get_stats()] == before


@pytest.mark.slow
def test_widgets_in_cycles_and_busy_workers_do_not_hang_the_window() -> None:
    """Without the collector this hangs within a second: two locks, taken the wrong way round."""
    ended = subprocess.run([sys.executable, "-c", CHURN], capture_output=True, text=True, timeout=40, check=False)
    assert ended.returncode == 0, ended.stderr


def _make_many() -> list[list[object]]:
    return [[] for _ in range(200_000)]


def _make_many_on_a_worker() -> int:
    """Its ident."""
    worker = threading.Thread(target=_make_many)
    worker.start()
    worker.join()
    assert worker.ident is not None
    return worker.ident
