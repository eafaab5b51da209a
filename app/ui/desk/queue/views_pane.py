"""The queue's left pane: views in groups, each with its live count and, where any, how many are late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.base.text import number, tr
from app.domain.view import View
from app.ui.kit.cells import icon_cell, text_cell
from app.ui.kit.column import Column
from app.ui.kit.roles import RowLook, Section
from app.ui.kit.table import DenseTable
from app.ui.models.line_model import LineModel
from app.ui.parts.button import Button
from app.usecases.view import ViewCount


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view with its count; None while it is counted."""

    view: View
    count: ViewCount | None = None
    is_current: bool = False

    @property
    def late(self) -> str:
        return tr("{n} late", n=self.count.breached) if self.count and self.count.breached else ""

    @property
    def total(self) -> str:
        return number(self.count.total) if self.count else ""


_NAME = text_cell(lambda line: line.view.name)
_LATE = text_cell(lambda line: line.late, "state.critical.text", strong=True, align="right")
_TOTAL = text_cell(lambda line: line.total, "fg.secondary", align="right")
_COLUMNS = (
    Column("icon", "", icon_cell(lambda line: line.view.icon, "fg.secondary"), width=32),
    Column(
        "name", "", text_cell(lambda line: line.view.name), width=80, grow=1, pad=2, tip=lambda line: line.view.query
    ),
    Column("late", "", _LATE, width=46, pad=0),
    Column("count", "", _TOTAL, width=50, pad=4),
)

_FOLDED = 3
"""As many views as one line tells at the least width of the window."""


class ViewsPane(QFrame):
    """``chosen(view)`` when another view is wanted."""

    chosen = Signal(object)

    def __init__(self, keep: QWidget, parent: QWidget | None = None) -> None:
        """``keep``: the button under the list."""
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self._views: Sequence[View] = ()
        self._counts: Mapping[str, ViewCount] = {}
        self._current = ""
        self._model: LineModel[ViewLine] = LineModel(
            len(_COLUMNS), lambda line: line.view.id, _sentence, lambda line: RowLook(is_strong=line.is_current)
        )
        self.table = DenseTable(_COLUMNS, density="regular", parent=self)
        self.table.horizontalHeader().hide()
        self.table.setModel(self._model)
        self.table.setAccessibleName(tr("Views"))
        self.table.current_changed.connect(self._chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table, 1)
        keep.setParent(self)
        layout.addWidget(keep)

    def show_views(self, views: Sequence[View], counts: Mapping[str, ViewCount], current_id: str) -> None:
        """The views in their groups, in the order given."""
        self._views, self._counts, self._current = views, counts, current_id
        lines: list[ViewLine | Section] = []
        group = ""
        for view in views:
            if view.group != group:
                group = view.group
                lines.append(Section(f"group:{group}", group, can_fold=False))
            lines.append(ViewLine(view, counts.get(view.id), view.id == current_id))
        self.table.blockSignals(True)
        self._model.show(lines)
        self.table.select_row(self._model.number_of(current_id))
        self.table.blockSignals(False)

    def step(self, by: int) -> None:
        """The next or the previous view."""
        values = self._model.values()
        at = next((n for n, line in enumerate(values) if line.view.id == self._current), 0) + by
        if 0 <= at < len(values):
            self.chosen.emit(values[at].view)

    def _chosen(self, line: ViewLine | None) -> None:
        if line is not None and line.view.id != self._current:
            self.chosen.emit(line.view)


class FoldedViews(Button):
    """The pane in one line over the table, for a narrow window: the current view, then those with late tickets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Views"), kind="bare", icon="list", key="B", parent=parent)
        self.hide()

    def show_views(self, views: Sequence[View], counts: Mapping[str, ViewCount], current_id: str) -> None:
        """Views as the pane has them; the current one first."""
        lines = [ViewLine(view, counts.get(view.id), view.id == current_id) for view in views]
        told = sorted((line for line in lines if line.is_current or line.late), key=lambda line: not line.is_current)
        self.set_words(tr("Views: {views}", views=" · ".join(map(_sentence, told[:_FOLDED]))), key="B")


def _sentence(line: ViewLine) -> str:
    return ", ".join(filter(None, [f"{line.view.name} {line.total}".rstrip(), line.late]))
