"""The board's left pane: business services, worst first; choosing one narrows the board to its parts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.base.text import tr
from app.domain import business
from app.domain.health import CRITICAL, OK, STALE, UNKNOWN, WARNING
from app.ui.kit.cells import state_cell, text_cell
from app.ui.kit.column import Column
from app.ui.kit.roles import RowLook
from app.ui.kit.table import DenseTable
from app.ui.models.line_model import LineModel
from app.ui.parts.pane_state import PaneState
from app.usecases.roll_up import RolledUp

STATE_WORDS = {
    business.WORKING: OK,
    business.AT_RISK: WARNING,
    business.DEGRADED: WARNING,
    business.DOWN: CRITICAL,
}
SPOKEN = {
    business.WORKING: "working",
    business.AT_RISK: "at risk",
    business.DEGRADED: "degraded",
    business.DOWN: "down",
    business.UNKNOWN: "not known",
}


def glyph_word(rolled: RolledUp) -> str:
    """The state glyph of a business service; not known because of stale parts is stale."""
    return STATE_WORDS.get(rolled.state) or (STALE if rolled.member_ids else UNKNOWN)


def parts_text(rolled: RolledUp) -> str:
    """“2 of 6”: parts in trouble; the number of parts when all is well."""
    bad, total = len(rolled.problem_ids), len(rolled.member_ids)
    return tr("{bad} of {total}", bad=bad, total=total) if bad else str(total)


_NAME = text_cell(lambda r: r.service.name, elide="middle")
_PARTS = text_cell(parts_text, "fg.secondary", align="right")
_COLUMNS = (
    Column("state", "", state_cell(glyph_word), width=30, tip=lambda r: SPOKEN[r.state]),
    Column("name", tr("Business services"), _NAME, width=100, grow=1, tip=lambda r: r.service.name),
    Column("parts", tr("parts"), _PARTS, width=64, align="right", pad=8),
)


class BusinessPane(QFrame):
    """``chosen(id)``: narrow to this service; empty: all again."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self._model: LineModel[RolledUp] = LineModel(len(_COLUMNS), lambda r: r.service.id, _sentence, _look)
        self.table = DenseTable(_COLUMNS, density="compact", parent=self)
        self.table.setModel(self._model)
        self.table.setAccessibleName(tr("Business services"))
        self.table.opened.connect(self._opened)
        self.table.clicked.connect(self._clicked)
        self._narrowed = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.state = PaneState(self, top_px=self.table.horizontalHeader().sizeHint().height())

    def show_services(self, services: Sequence[RolledUp], narrowed: str) -> None:
        self._narrowed = narrowed
        current = self.table.current_row()
        self._model.show(services)
        if services:
            self.state.clear()
        else:
            self.state.good(
                tr("No business service is defined."),
                tr("“watchdesk business add NAME --filter QUERY” adds one: what customers notice, from its parts."),
            )
        wanted = narrowed or (current.service.id if current is not None and self.table.hasFocus() else "")
        if wanted:
            self.table.select_row(self._model.number_of(wanted))
        elif not self.table.hasFocus():
            self.table.clearSelection()
            self.table.setCurrentIndex(self._model.index(-1, -1))

    def _clicked(self, index: QModelIndex) -> None:
        self._opened(self._model.value_at(index.row()))

    def _opened(self, rolled: RolledUp | None) -> None:
        if rolled is not None:
            self.chosen.emit("" if rolled.service.id == self._narrowed else rolled.service.id)


def _look(rolled: RolledUp) -> RowLook:
    is_bad = rolled.state != business.WORKING
    return RowLook(is_strong=is_bad, is_handled=False)


def _sentence(rolled: RolledUp) -> str:
    return f"{rolled.service.name}, {SPOKEN[rolled.state]}, {parts_text(rolled)}"
