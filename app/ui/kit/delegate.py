"""The row delegate: hands each cell to its column's painter function. Owns no colours of its own and no widgets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.kit import roles
from app.ui.kit.cell import CellContext
from app.ui.kit.column import Column
from app.ui.kit.text import show_tooltip

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints cells by a table of columns. The view prepares ``context`` once per paint."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.context = CellContext()
        self.hovered = -1
        self.current = -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell, for views that paint cell by cell."""
        self.paint_row(painter, index, [(index.column(), option.rect)])

    def paint_row(self, painter: QPainter, index: Index, places: Sequence[tuple[int, QRect]]) -> None:
        """Several cells of one row: (column, rectangle). The row's value is asked for once."""
        row = index.data(roles.ROW)
        if row is None or isinstance(row, roles.Section):
            return
        context, number = self.context, index.row()
        context.look = index.data(roles.LOOK) or roles.PLAIN_LOOK
        context.is_selected = number == self.current
        context.is_hovered = number == self.hovered
        for at, rect in places:
            column = self.columns[at]
            pad = context.density.cell_pad if column.pad is None else column.pad
            column.painter(painter, rect.adjusted(pad, 0, -pad, 0), row, context)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, self.context.density.row)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, _option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """The cell's whole text, escaped."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return False
        row = index.data(roles.ROW)
        tip = self.columns[index.column()].tip
        text = index.data(Qt.ItemDataRole.ToolTipRole) or ""
        if not text and tip is not None and row is not None and not isinstance(row, roles.Section):
            text = tip(row)
        show_tooltip(event.globalPos(), text, view)
        return True
