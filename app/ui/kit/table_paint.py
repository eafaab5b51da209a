"""How a dense table looks: grounds of rows, the frame of the current one, ticks, marks, sections and the sticky one.

Cells belong to the columns' painters. GUI lane, within a paint event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPaintEvent

from app.base.text import number
from app.ui.kit import roles
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.delegate import RowDelegate
from app.ui.kit.icons import paint_icon
from app.ui.kit.theme import current

if TYPE_CHECKING:
    from app.ui.kit.table import DenseTable

SECTION_HEIGHT: Final = 20
"""Pixels, whatever the density."""
_FOLDING_LEFT: Final = 34
"""From the edge of a table to a folding section's title: as wide as the column of states."""
_MARK_ROLE: Final = {
    "new": "accent.line",
    "changed": "accent.line",
    "pending": "accent.line",
    "failed": "state.critical.fill",
    "conflict": "state.warning.fill",
}


def paint_section(painter: QPainter, rect: QRect, section: roles.Section, context: CellContext) -> None:
    """A section's head: its chevron where it folds, title, count and note."""
    theme = current()
    plain = CellContext(theme, context.density)
    painter.fillRect(rect, theme.color("bg.app"))
    pad = context.density.cell_pad
    chevron = "chevron-right" if section.is_folded else "chevron-down"
    if section.can_fold:
        paint_icon(painter, QRect(rect.x() + pad + 1, rect.y(), 14, rect.height()), chevron, "fg.muted", 12)
    title = f"{section.title} {number(section.count)}" if section.count else section.title
    left = _FOLDING_LEFT if section.can_fold else 4
    room = QRect(rect.x() + left + pad, rect.y(), rect.width() - left - 8 - pad, rect.height())
    width = draw_text(painter, room, title, plain, role="fg.secondary", style="caption", strong=True)
    rest = room.adjusted(round(width) + 8, 0, 0, 0)
    draw_text(painter, rest, section.note, plain, role="fg.muted", style="caption")


@dataclass(frozen=True, slots=True)
class TableLook:
    """What a table may have of its own: the role of its ground, and how its sections look."""

    ground: str = "bg.panel"
    section: Callable[[QPainter, QRect, roles.Section, CellContext], None] = paint_section


def paint_table(painter: QPainter, table: DenseTable, delegate: RowDelegate, event: QPaintEvent) -> bool:
    """Paint what the event asks for; whether a row in it blinks."""
    clip, region = event.rect(), event.region()
    # The region, not its bounding box: what a scroll uncovers lies at one end, a sticky section at the other.
    rows = [row for row in table.visible_rows() if region.intersects(table.row_rect(row))]
    painter.fillRect(clip, current().color(table.look.ground))
    looks = {row: table.model().index(row, 0).data(roles.LOOK) for row in rows}
    for row, look in looks.items():
        role = _ground(row, look, delegate, table.hasFocus())
        if role:
            painter.fillRect(table.row_rect(row), current().color(role))
    # Row by row instead of Qt's cell by cell: a third of the time, since a row's value is asked for once.
    places = table.column_places(clip)
    for row in rows:
        top, height = table.rowViewportPosition(row), table.rowHeight(row)
        cells = [(at, QRect(x, top, width, height)) for at, x, width in places]
        delegate.paint_row(painter, table.model().index(row, 0), cells)
    for row, look in looks.items():
        _paint_over(painter, table, row, look or roles.PLAIN_LOOK, delegate)
    _paint_sticky(painter, table, delegate.context)
    return any(look is not None and look.is_blinking for look in looks.values())


def _ground(row: int, look: roles.RowLook | None, delegate: RowDelegate, has_focus: bool) -> str:
    if row == delegate.current:
        return "bg.selected" if has_focus else "bg.selected_inactive"
    if look is not None and look.is_ticked:
        return "accent.tint"
    return "bg.hover" if row == delegate.hovered else ""


def _paint_over(painter: QPainter, table: DenseTable, row: int, look: roles.RowLook, delegate: RowDelegate) -> None:
    """What lies over the cells: a section's head, the frame of the current row, its tick, its mark."""
    theme, rect = current(), table.row_rect(row)
    value = table.model().index(row, 0).data(roles.ROW)
    if isinstance(value, roles.Section):
        table.look.section(painter, rect, value, delegate.context)
        return
    if row == delegate.current and table.hasFocus():
        painter.setPen(theme.color("accent.line"))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
    if look.is_ticked:
        edge = table.columnViewportPosition(0) + table.columnWidth(0)
        paint_icon(painter, QRectF(edge - 9, rect.center().y() - 5, 12, 12), "check-box", "accent.text", 12)
    if look.mark:
        bar = QRect(rect.x(), rect.y() + 1, theme.length("stroke.state_bar"), rect.height() - 2)
        painter.fillRect(bar, theme.color(_MARK_ROLE[look.mark]))


def _paint_sticky(painter: QPainter, table: DenseTable, context: CellContext) -> None:
    above = table.section_above()
    if above is None:
        return
    value = table.model().index(above, 0).data(roles.ROW)
    top = 0
    below = table.rowAt(SECTION_HEIGHT)
    if below >= 0 and isinstance(table.model().index(below, 0).data(roles.ROW), roles.Section):
        top = min(0, table.rowViewportPosition(below) - SECTION_HEIGHT)
    if isinstance(value, roles.Section):
        table.look.section(painter, QRect(0, top, table.viewport().width(), SECTION_HEIGHT), value, context)
