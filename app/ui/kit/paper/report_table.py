"""A report's table on paper: its head on every page, cells broken to their columns, bars beside the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from app.analysis.report.cell import RIGHT, head, is_narrow, shown
from app.base.text import one_line, tr
from app.domain.health import CRITICAL, DOWN, HOST_STATES, SERVICE_STATES, UNKNOWN, UNREACHABLE, WARNING
from app.domain.report import STATE, Cell, Column, Table
from app.ui.kit.paper.block import Block, Ink
from app.ui.kit.paper.sheet import Sheet
from app.ui.kit.tokens import state_look

LONGEST_TEXT: Final = 600
"""Characters of a cell on paper; the other forms have it whole."""
_GAP: Final = 12.0
_PAD: Final = 4.0
_BAR: Final = 120.0
_BAR_HEIGHT: Final = 10.0
_LINE: Final = 16
_STATES: Final = frozenset({*HOST_STATES, *SERVICE_STATES})
_STRONG: Final = frozenset({CRITICAL, DOWN, UNKNOWN, UNREACHABLE, WARNING})


class PaperTable:
    """``colours``: of the light tokens. ``zone``: in which moments are told."""

    def __init__(self, sheet: Sheet, table: Table, colours: dict[str, str], zone: str) -> None:
        self._sheet, self._table, self._colours, self._zone = sheet, table, colours, zone
        self._most = max((_size(row[table.bar]) for row in table.rows), default=0.0) if table.bar is not None else 0.0
        self._bar = sheet.width / 2 if is_narrow(table) else _BAR
        self._places = _places(table.columns, sheet.width - (self._bar + _GAP if self._most else 0.0))
        self.has_cut = False

    def draw(self) -> None:
        """Title, head and rows, from where the sheet stands."""
        heads = self._heads()
        self._sheet.y += 24
        self._sheet.make_room(28 + _height(heads) + 3 * _LINE)
        self._sheet.text(self._table.title, Ink(15, 20, self._colours["fg.strong"], strong=True), after=6)
        if not self._table.rows:
            self._sheet.text(tr("Nothing to tell."), self._note())
            return
        self._draw_head()
        for row in self._table.rows:
            self._draw_row(row)
        if self._table.note:
            self._sheet.y += 6
            self._sheet.text(self._table.note, self._note())

    def _note(self) -> Ink:
        return Ink(12, _LINE, self._colours["fg.muted"])

    def _heads(self) -> list[Block]:
        ink = self._colours["fg.muted"]
        return [
            Block(head(column, self._zone), Ink(11, 14, ink, strong=True, right=column.kind in RIGHT), width)
            for column, (_, width) in zip(self._table.columns, self._places, strict=True)
        ]

    def _draw_head(self) -> None:
        heads = self._heads()
        height = _height(heads)
        for block, (x, _) in zip(heads, self._places, strict=True):
            block.draw(self._sheet.painter, x, self._sheet.y + height - block.height)
        self._sheet.y += height + _PAD
        self._sheet.line(self._sheet.y - 1, self._colours["line.strong"])

    def _draw_row(self, row: Sequence[Cell]) -> None:
        cells = [self._cell(*each) for each in zip(row, self._table.columns, self._places, strict=True)]
        height = _height(cells) + 2 * _PAD
        self._sheet.make_room(height, self._draw_head)
        for block, (x, _) in zip(cells, self._places, strict=True):
            block.draw(self._sheet.painter, x, self._sheet.y + _PAD)
        if self._most and self._table.bar is not None:
            self._draw_bar(_size(row[self._table.bar]) / self._most)
        self._sheet.y += height
        self._sheet.line(self._sheet.y - 1, self._colours["line.subtle"])

    def _cell(self, value: Cell, column: Column, place: tuple[float, float]) -> Block:
        text = one_line(shown(value, column.kind, self._zone))
        if len(text) > LONGEST_TEXT:
            self.has_cut = True
            text = text[:LONGEST_TEXT] + "…"
        return Block(text, self._ink(value, column), place[1])

    def _ink(self, value: Cell, column: Column) -> Ink:
        if column.kind == STATE and value in _STATES:
            colour = self._colours[f"state.{state_look(str(value)).key}.text"]
            return Ink(12, _LINE, colour, strong=value in _STRONG)
        return Ink(12, _LINE, self._colours["fg.default"], right=column.kind in RIGHT)

    def _draw_bar(self, share: float) -> None:
        x, y = self._sheet.width - self._bar, self._sheet.y + _PAD + (_LINE - _BAR_HEIGHT) / 2
        painter = self._sheet.painter
        painter.fillRect(QRectF(x, y, self._bar, _BAR_HEIGHT), QColor(self._colours["chart.band"]))
        painter.fillRect(QRectF(x, y, self._bar * share, _BAR_HEIGHT), QColor(self._colours["accent.fill"]))


def _places(columns: Sequence[Column], width: float) -> list[tuple[float, float]]:
    """(x, width) of each column, by weight."""
    room = width - _GAP * (len(columns) - 1)
    share = room / sum(column.weight for column in columns)
    places, x = [], 0.0
    for column in columns:
        places.append((x, column.weight * share))
        x += column.weight * share + _GAP
    return places


def _height(blocks: Sequence[Block]) -> float:
    return max(block.height for block in blocks)


def _size(value: Cell) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
