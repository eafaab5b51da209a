"""The picture of the last time: the head of the queue or of the board, until the page itself is there.

Imported before the first paint: nothing here may reach the domain's values, the actions or a store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.text import age, number, tr
from app.ui.desk.last_view import LastProblem, LastTicket, LastView
from app.ui.kit import roles
from app.ui.kit.cells import age_cell, state_cell, text_cell
from app.ui.kit.column import Column
from app.ui.kit.sla_look import SlaView
from app.ui.kit.table import DenseTable
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.models.ticket_columns import queue_columns

Index = QModelIndex | QPersistentModelIndex
_FRAME_MS = 16
_PROBLEM_COLUMNS = (
    Column("state", "", state_cell(lambda _row: "stale", room=20), width=34, pad=4),
    Column("service", tr("Service"), text_cell(lambda row: row.title), width=180),
    Column("host", tr("Host"), text_cell(lambda row: row.host, "fg.secondary", elide="middle"), width=138),
    Column("output", tr("Output"), text_cell(lambda row: _was(row), "fg.secondary"), width=240, grow=1),
    Column("source", tr("Source"), text_cell(lambda row: row.source, "fg.secondary"), width=108),
    Column("age", tr("Age"), age_cell(lambda row: row.since_at), width=74, align="right"),
)


class LastPane(QWidget):
    """``painted`` once its first paint is over: the time to bring in the rest."""

    painted = Signal()

    def __init__(self, last: LastView | None, now: Callable[[], Moment]) -> None:
        super().__init__()
        is_board = last is not None and last.screen == "board"
        rows: Sequence[Any] = () if last is None else last.problems if is_board else last.rows
        columns = _PROBLEM_COLUMNS if is_board else queue_columns(lambda row: _sla(row, now()))
        self.table = _Table(columns, density="compact" if is_board else "regular", parent=self)
        self.table.setModel(_Rows(rows, len(columns)))
        self.table.setAccessibleName(tr("As last seen"))
        self.table.painted.connect(self.painted)
        self.setFocusProxy(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if not is_board:
            column.addWidget(_bar("tabs", current().length("layout.tab_bar"), []))
        column.addWidget(_bar("toolbar", current().length("layout.toolbar"), _words(last, is_board, now())))
        column.addLayout(self._panes(is_board), 1)

    def _panes(self, is_board: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(1)
        left = "layout.board_services" if is_board else "layout.queue_views"
        right = "layout.board_detail" if is_board else "layout.queue_preview"
        for widget, width in ((_pane(self), left), (self.table, ""), (_pane(self), right)):
            if width:
                widget.setFixedWidth(current().length(width))
                widget.setObjectName("side")
            row.addWidget(widget, 0 if width else 1)
        return row

    def set_narrow(self, is_narrow: bool) -> None:
        """The side panes leave in a narrow window, as the page's own do."""
        for side in self.findChildren(QFrame, "side"):
            side.setVisible(not is_narrow)


class _Table(DenseTable):
    painted = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.property("was_painted"):
            self.setProperty("was_painted", True)
            # A frame later: what was painted must have left for the screen before imports hold this thread.
            QTimer.singleShot(_FRAME_MS, self, self.painted.emit)


class _Rows(QAbstractTableModel):
    """Rows that will not change."""

    def __init__(self, rows: Sequence[Any], columns: int) -> None:
        super().__init__()
        self._rows, self._columns = rows, columns

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._rows[index.row()] if index.isValid() else None
        if role == roles.ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole and row is not None:
            return ", ".join(str(part) for part in row[:4] if part)
        return None


def _pane(parent: QWidget) -> QFrame:
    frame = QFrame(parent)
    frame.setProperty("kind", "pane")
    return frame


def _bar(kind: str, height: int, labels: list[Label]) -> QFrame:
    bar = QFrame()
    bar.setProperty("kind", kind)
    bar.setFixedHeight(height)
    row = QHBoxLayout(bar)
    row.setContentsMargins(12, 0, 12, 0)
    for label in labels:
        row.addWidget(label)
    row.addStretch(1)
    return bar


def _words(last: LastView | None, is_board: bool, now_at: Moment) -> list[Label]:
    if last is None:
        return [Label(tr("Opening the desk"), style="heading")]
    told = tr("as of {age} ago", age=age(now_at, last.saved_at))
    if is_board:
        return [Label(tr("Board"), style="heading"), Label(told, role="fg.secondary")]
    total = tr("{n} tickets", n=number(last.total))
    return [
        Label(tr("Queue"), style="heading"),
        Label(last.view_name, role="fg.secondary"),
        Label(last.query, role="fg.muted"),
        Label(f"{total}, {told}", style="caption", role="fg.muted"),
    ]


def _was(row: LastProblem) -> str:
    return tr("Was {state} when last heard. {output}", state=row.state, output=row.output)


def _sla(row: LastTicket, now_at: Moment) -> SlaView | None:
    """The clock of a remembered ticket: the same arithmetic as ``domain.sla``, for open tickets."""
    if row.status == "pending":
        return SlaView(paused=row.pending_reason or tr("waits"))
    if row.due_at is None or row.status in ("resolved", "closed"):
        return None
    return SlaView(row.due_at - now_at, max(1, row.due_at - row.created_at - row.waited_ms), now_at)
