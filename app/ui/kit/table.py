"""The dense table of every list: rows of one height, columns that share the width, sections, one current row.

Owns what is shown and what the pointer and the arrows do; ``kit.table_paint`` paints it. Other keys belong to the
actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QTableView, QWidget

from app.ui.kit import roles
from app.ui.kit.column import Column, share_width
from app.ui.kit.delegate import Index, RowDelegate
from app.ui.kit.header import DenseHeader
from app.ui.kit.pulse import pulse
from app.ui.kit.table_paint import SECTION_HEIGHT, TableLook, paint_table
from app.ui.kit.theme import current
from app.ui.kit.tokens import density as density_of


class DenseTable(QTableView):
    """A table whose model answers the roles of ``kit.roles``; its columns are data."""

    current_changed = Signal(object)
    """The current row's value, or None."""
    opened = Signal(object)
    """Enter or double click on a row: its value."""
    section_clicked = Signal(str)
    """The id of a section whose row was clicked."""
    sort_asked = Signal(str)
    """The id of a sortable column whose head was clicked."""
    menu_asked = Signal(QPoint, object)
    """Global position and the row's value."""
    pointer_inside = Signal(bool)
    """Re-sorting waits while the pointer is inside."""

    look = TableLook()

    def __init__(self, columns: Sequence[Column], *, density: str = "regular", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._density = density_of(density)
        self._rows = RowDelegate(self._columns, self)
        self.setItemDelegate(self._rows)
        self._head = DenseHeader(self._columns, self._density, self)
        self._sections: tuple[int, ...] = ()
        self._is_sticky = False
        self.setHorizontalHeader(self._head)
        self._head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._head.sectionClicked.connect(self._head_clicked)
        self._set_up_view()
        self.set_density(density)
        pulse().beat.connect(self._beat)
        pulse().blinked.connect(self._blink)

    def _set_up_view(self) -> None:
        # A viewport of our own is known to Python; to find out what Qt made, PySide would load every kind of widget.
        self.setViewport(QWidget(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(8)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        # Qt would paint the ground of a selected row itself; ours is the current row, ticks belong to the model.
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAutoFillBackground(False)
        # The grounds fill every pixel, so Qt may move what is painted when rows scroll, and asks for new rows only.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # -- what is shown ------------------------------------------------------------------------------------------

    def set_density(self, name: str) -> None:
        """``compact``, ``regular`` or ``comfortable``."""
        self._density = density_of(name)
        self._rows.context.density = self._density
        self._head.density = self._density
        self.verticalHeader().setDefaultSectionSize(self._density.row)
        self.verticalScrollBar().setSingleStep(self._density.row)
        self._head.setFixedHeight(self._density.header)
        self.fit_sections(self._sections)
        self._share_width()
        self.viewport().update()

    def fit_sections(self, rows: Sequence[int]) -> None:
        """These rows are heads of sections: as high as in the dense table, whatever the density. Their owner tells
        them after each reset of the model, through which Qt keeps the height of every row there was before."""
        for row in self._sections:
            self.setRowHeight(row, self.verticalHeader().defaultSectionSize())
        self._sections = tuple(rows)
        if self._density.row != SECTION_HEIGHT:
            for row in self._sections:
                self.setRowHeight(row, SECTION_HEIGHT)

    def set_sort(self, column_id: str, *, descending: bool = False) -> None:
        """Show which column the rows are sorted by."""
        self._head.sorted_by, self._head.is_descending = column_id, descending
        self._head.viewport().update()

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self._share_width()

    def current_row(self) -> Any:
        """The value of the current row; None without one."""
        index = self.currentIndex()
        value = index.data(roles.ROW) if index.isValid() else None
        return None if isinstance(value, roles.Section) else value

    def select_row(self, number_: int) -> None:
        """Make a row current and bring it into sight."""
        model = self._model()
        if model is not None and 0 <= number_ < model.rowCount():
            self.setCurrentIndex(model.index(number_, 0))

    def step(self, by: int) -> None:
        """Move the current row down (1) or up (-1), passing over sections."""
        model = self._model()
        if model is None:
            return
        at = self.currentIndex().row() + by
        while 0 <= at < model.rowCount():
            index = model.index(at, 0)
            if index.flags() & Qt.ItemFlag.ItemIsEnabled:
                self.setCurrentIndex(index)
                return
            at += by

    def visible_rows(self) -> range:
        """Numbers of the rows in sight."""
        model = self._model()
        total = model.rowCount() if model is not None else 0
        if not total:
            return range(0)
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return range(first, (total if last < 0 else last + 1))

    # -- painting -----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        context = self._rows.context
        context.theme = current()
        context.now_at = pulse().now()
        context.dpr = self.devicePixelRatioF()
        context.has_focus = self.hasFocus()
        context.is_blink_low = pulse().is_low
        self._rows.current = self.currentIndex().row()
        painter = QPainter(self.viewport())
        is_blinking = paint_table(painter, self, self._rows, event)
        painter.end()
        self._is_sticky = self.section_above() is not None
        if is_blinking and self.isVisible():
            pulse().set_blinking(self, True)

    def column_places(self, clip: QRect) -> list[tuple[int, int, int]]:
        """(column, x, width) of the columns that a repaint of ``clip`` touches."""
        count = min(len(self._columns), self.model().columnCount()) if self._model() is not None else 0
        places = [
            (at, self.columnViewportPosition(at), self.columnWidth(at))
            for at in range(count)
            if not self.isColumnHidden(at)
        ]
        return [place for place in places if place[1] <= clip.right() and place[1] + place[2] > clip.x()]

    def section_above(self) -> int | None:
        """The section row that has scrolled out above the first row in sight."""
        first = self.rowAt(0)
        if first < 0:
            return None
        above = self.model().index(first, 0).data(roles.SECTION)
        if above is None:
            return None
        return int(above) if self.rowViewportPosition(int(above)) < 0 else None

    def row_rect(self, row: int) -> QRect:
        """A row's place in the viewport, as wide as it is."""
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row))

    # -- beats --------------------------------------------------------------------------------------------------

    def _beat(self) -> None:
        if not self.isVisible() or not len(self.visible_rows()):
            return
        for at, column in enumerate(self._columns):
            if column.is_live and not self.isColumnHidden(at):
                area = QRect(self.columnViewportPosition(at), 0, self.columnWidth(at), self.viewport().height())
                self.viewport().update(area)

    def _blink(self, _low: bool) -> None:
        if not self.isVisible():
            return
        blinking = [row for row in self.visible_rows() if self._is_blinking(row)]
        for row in blinking:
            self.viewport().update(QRect(0, self.rowViewportPosition(row), self.columnWidth(0), self.rowHeight(row)))
        # A paint may have seen a part of the rows only; so it is here that blinking ends.
        pulse().set_blinking(self, bool(blinking))

    def _is_blinking(self, row: int) -> bool:
        look = self.model().index(row, 0).data(roles.LOOK)
        return look is not None and bool(look.is_blinking)

    # -- events -------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        pulse().follow(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        pulse().unfollow(self)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def currentChanged(self, current_: Index, previous: Index) -> None:
        super().currentChanged(current_, previous)
        for index in (current_, previous):
            if index.isValid():
                self.viewport().update(self.row_rect(index.row()))
        self.current_changed.emit(self.current_row())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self._is_sticky or self.section_above() is not None:
            # The sticky section is painted over the rows, so its old copy has been scrolled along with them.
            self.viewport().update(QRect(0, 0, self.viewport().width(), abs(dy) + 2 * self._density.row))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def enterEvent(self, event: Any) -> None:
        super().enterEvent(event)
        self.pointer_inside.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)
        self.pointer_inside.emit(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        section = self._section_at(event.position().toPoint())
        if section is not None:
            self.section_clicked.emit(section.id)
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._value_at(event.position().toPoint())
        if row is not None and not isinstance(row, roles.Section):
            self.opened.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_row() is not None:
            self.opened.emit(self.current_row())
            return
        if event.text().isprintable() and event.text():
            # Type-ahead search would walk a million rows; single keys belong to the actions.
            event.ignore()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self._value_at(event.pos())
        if row is not None and not isinstance(row, roles.Section):
            self.menu_asked.emit(event.globalPos(), row)

    def keyboardSearch(self, search: str) -> None:
        """None: typing belongs to the actions."""

    def _model(self) -> QAbstractItemModel | None:
        # Qt answers a null pointer before setModel; its stubs do not know.
        return super().model()

    def _value_at(self, at: QPoint) -> Any:
        index = self.indexAt(at)
        return index.data(roles.ROW) if index.isValid() else None

    def _section_at(self, at: QPoint) -> roles.Section | None:
        above = self.section_above()
        if above is not None and at.y() < SECTION_HEIGHT:
            value = self.model().index(above, 0).data(roles.ROW)
        else:
            value = self._value_at(at)
        return value if isinstance(value, roles.Section) else None

    def _hover(self, row: int) -> None:
        old, self._rows.hovered = self._rows.hovered, row
        for each in {old, row} - {-1}:
            if old != row:
                self.viewport().update(self.row_rect(each))

    def _head_clicked(self, logical: int) -> None:
        if self._columns[logical].sort:
            self.sort_asked.emit(self._columns[logical].id)

    def _share_width(self) -> None:
        model = self._model()
        if model is None:
            return
        widths = share_width(self._columns, self.viewport().width(), self._density.lines)
        for at, column in enumerate(self._columns[: model.columnCount()]):
            self.setColumnHidden(at, column.id not in widths)
            if column.id in widths:
                self.setColumnWidth(at, widths[column.id])


def is_menu_open() -> bool:
    """Whether a menu is open: what is chosen in it must reach the row that was current when it was opened."""
    return QApplication.activePopupWidget() is not None
