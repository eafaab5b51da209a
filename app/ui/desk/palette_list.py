"""The list in the palette: rows of one entry each under heads of 20 px, all on the overlay's ground."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.ui.desk.key_words import spoken_keys
from app.ui.desk.palette_entries import Entry
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.column import Column
from app.ui.kit.figures import paint_status
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.roles import Section
from app.ui.kit.table import DenseTable
from app.ui.kit.table_paint import TableLook
from app.ui.kit.theme import current
from app.ui.models.line_model import LineModel
from app.ui.parts.key_cap import key_cap_width, paint_key_cap

_ROWS, _ROW_PX = 12, 36
_HEADS, _HEAD_PX = 4, 20
_LEAST_ROWS = 4
_PICTURE_X, _TITLE_X, _KEYS_PX = 10, 37, 12


def _paint_section(painter: QPainter, rect: QRect, section: Section, context: CellContext) -> None:
    painter.fillRect(rect, current().color("bg.overlay"))
    plain = CellContext(current(), context.density)
    room = rect.adjusted(_PICTURE_X + 6, 0, 0, 0)
    draw_text(painter, room, section.title, plain, role="fg.secondary", style="caption", strong=True)


class EntryList(DenseTable):
    """The list under the field: the field has the focus for it, so its row is drawn as the chosen one."""

    look = TableLook("bg.overlay", _paint_section)

    def __init__(self, parent: QWidget) -> None:
        super().__init__((Column("entry", "", _paint_entry, width=100, grow=1),), parent=parent)
        self._entries: LineModel[Entry] = LineModel(1, lambda entry: entry.id, _sentence)
        self.horizontalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setModel(self._entries)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMaximumHeight(self.sizeHint().height())
        self.setMinimumHeight(_LEAST_ROWS * _ROW_PX)

    def show_lines(self, lines: Sequence[Entry | Section]) -> None:
        """Another list, its first entry chosen."""
        self._entries.show(lines)
        self.fit_sections([number for number, line in enumerate(lines) if isinstance(line, Section)])
        self.select_row(self._entries.first())
        self.scrollToTop()  # its head too

    def entries(self) -> list[Entry]:
        return self._entries.values()

    def sizeHint(self) -> QSize:
        return QSize(100, _ROWS * _ROW_PX + _HEADS * _HEAD_PX)

    def hasFocus(self) -> bool:
        return True


def _sentence(entry: Entry) -> str:
    return ", ".join(filter(None, [entry.title, entry.note, entry.keys]))


def _paint_entry(painter: QPainter, rect: QRect, entry: Entry, ctx: CellContext) -> None:
    _paint_picture(painter, QRect(rect.x() + _PICTURE_X, rect.y(), 18, rect.height()), entry, ctx)
    right = rect.right() - _KEYS_PX
    for word in reversed(spoken_keys(entry.keys)) if entry.keys else ():
        if word == "then":
            continue
        width = key_cap_width(word)
        right -= width + 4
        paint_key_cap(painter, QRect(right, rect.y(), width, rect.height()), word)
    room = QRect(rect.x() + _TITLE_X, rect.y(), right - rect.x() - _TITLE_X - 12, rect.height())
    used = _paint_title(painter, room, entry, ctx)
    rest = room.adjusted(round(used) + 12, 0, 0, 0)
    draw_text(painter, rest, entry.note, ctx, role="fg.muted", style="dense")


def _paint_picture(painter: QPainter, spot: QRect, entry: Entry, ctx: CellContext) -> None:
    kind, _, name = entry.picture.partition(":")
    role = "fg.disabled" if entry.why_not else "fg.secondary"
    if kind == "state":
        paint_glyph(painter, QRect(spot.x(), spot.y() + (spot.height() - 16) // 2, 16, 16), name)
    elif kind == "status":
        paint_status(painter, spot, name, role=ctx.role(role))
    elif name:
        paint_icon(painter, spot, name, ctx.role(role), 16)


def _paint_title(painter: QPainter, room: QRect, entry: Entry, ctx: CellContext) -> float:
    """The title with its matched letters in weight 600; the width used."""
    role = "fg.disabled" if entry.why_not else "fg.default"
    x = 0.0
    at = 0
    pieces: list[tuple[str, bool]] = []
    for start, end in entry.spans:
        if start >= at:
            pieces += [(entry.title[at:start], False), (entry.title[start:end], True)]
            at = end
    pieces.append((entry.title[at:], False))
    for text, strong in pieces:
        left = room.adjusted(round(x), 0, 0, 0)
        drawn = draw_text(painter, left, text, ctx, role=role, style="body", strong=strong)
        # Blanks at a piece's end have a width too.
        x += max(drawn, current().metrics("body", strong=strong).horizontalAdvance(text) if drawn else 0)
    return min(x, float(room.width()))
