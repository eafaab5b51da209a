"""Catches a PySide6 wheel that loses references to None: on Python 3.11 such a wheel ends the process within seconds.

PySide6 6.12.0 does it (resources/docs/decisions/001-pyside-pin.md): nearly every call that returns None drops one.
From Python 3.12 None is immortal, and there is nothing to count.
"""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QTableView, QWidget
from pytestqt.qtbot import QtBot

CALLS = 300
# Other threads and caches of the interpreter hold a few Nones more or less at any moment; a bad wheel drops CALLS.
TOLERANCE = 30

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12")


def none_drift(call: Callable[[], object], times: int = CALLS) -> int:
    """How many references to None `times` calls leave over (positive) or steal (negative)."""
    call()
    before = sys.getrefcount(None)
    for _ in range(times):
        call()
    return sys.getrefcount(None) - before


class _Table(QAbstractTableModel):
    """Answers None for every role but the text, as models do."""

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 10

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 3

    def data(self, index: QModelIndex, role: int = 0) -> str | None:
        return "cell" if role == Qt.ItemDataRole.DisplayRole else None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: object, index: QModelIndex) -> None:
        super().paint(painter, option, index)


def test_the_count_would_show_a_drift() -> None:
    kept: list[None] = []
    assert none_drift(lambda: kept.append(None)) >= CALLS - TOLERANCE


def test_painter_calls_keep_none(qtbot: QtBot) -> None:
    pixmap = QPixmap(100, 100)
    painter, colour = QPainter(pixmap), QColor("#123456")
    calls = {
        "setPen": lambda: painter.setPen(colour),
        "fillRect": lambda: painter.fillRect(QRect(0, 0, 9, 9), colour),
        "drawText": lambda: painter.drawText(3, 9, "a"),
        "drawLine": lambda: painter.drawLine(0, 0, 5, 5),
    }
    drift = {name: none_drift(call) for name, call in calls.items()}
    painter.end()
    assert not {name: count for name, count in drift.items() if abs(count) > TOLERANCE}


def test_widgets_and_views_keep_none(qtbot: QtBot) -> None:
    widget, view, model = QWidget(), QTableView(), _Table()
    qtbot.addWidget(widget)
    qtbot.addWidget(view)
    view.setModel(model)
    delegate = _Delegate(view)
    view.setItemDelegate(delegate)
    view.resize(300, 300)
    view.show()
    calls = {
        "update": widget.update,
        "setToolTip": lambda: widget.setToolTip("a"),
        "data": lambda: model.index(1, 1).data(Qt.ItemDataRole.ToolTipRole),
    }
    drift = {name: none_drift(call) for name, call in calls.items()}
    drift["repaint"] = none_drift(view.viewport().repaint, times=20)
    assert not {name: count for name, count in drift.items() if abs(count) > TOLERANCE}
