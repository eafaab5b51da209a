"""The header of a dense table: caption type, the sorted column with its arrow. Owns its painting."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.column import Column
from app.ui.kit.icons import paint_icon
from app.ui.kit.theme import current
from app.ui.kit.tokens import Density


class DenseHeader(QHeaderView):
    """Paints the titles of ``columns``; which one is sorted is told to it."""

    def __init__(self, columns: tuple[Column, ...], density: Density, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.columns = columns
        self.density = density
        self.sorted_by = ""
        self.is_descending = False
        self.setMinimumSectionSize(4)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.density.header)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        theme = current()
        painter.fillRect(rect, theme.color("bg.raised"))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), theme.color("line.default"))
        if logical >= len(self.columns):
            return
        column = self.columns[logical]
        pad = self.density.cell_pad if column.pad is None else column.pad
        room = rect.adjusted(pad, 0, -pad, 0)
        is_sorted = column.id == self.sorted_by
        context = CellContext(theme, self.density)
        if is_sorted:
            arrow = 14
            text = room.adjusted(0, 0, -arrow, 0)
            width = theme.metrics("caption", strong=True).horizontalAdvance(column.title)
            spot = QRect(
                room.right() - 11 if column.align == "right" else int(room.x() + width + 3),
                rect.y(),
                12,
                rect.height(),
            )
            paint_icon(painter, spot, "sort-down" if self.is_descending else "sort-up", "fg.default", 12)
            room = text
        role = "fg.default" if is_sorted else "fg.muted"
        draw_text(painter, room, column.title, context, role=role, style="caption", strong=True, align=column.align)
