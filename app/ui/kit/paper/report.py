"""A report as a PDF: head, stamp, leading figures, tables, definitions. Colours are the light ones of the tokens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPen

from app.analysis.report.cell import figure_text
from app.analysis.report.stamp import facts, made, warning
from app.base.text import one_line, tr
from app.domain.report import Figure, Report
from app.ui.kit.fonts import load_fonts
from app.ui.kit.paper.block import Block, Ink
from app.ui.kit.paper.report_table import LONGEST_TEXT, PaperTable
from app.ui.kit.paper.sheet import Sheet
from app.ui.kit.tokens import colours

_GAP: Final = 16.0
_PAD: Final = 12.0
_NAME: Final = 120.0
_PER_ROW: Final = 4


def render_report(report: Report) -> bytes:
    """The whole PDF. Makes an application when the process has none; needs no screen. Raises EnvironmentTrouble."""
    _application()
    return _Paper(report).render()


def _application() -> QGuiApplication:
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        # Whatever the person's desktop asks of Qt: a process without a window needs none of its displays.
        app = QGuiApplication(["watchdesk", "-platform", "offscreen"])
    load_fonts()
    return app


class _Paper:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._colours = colours("light")
        foot = tr("{title}, made {at}", title=report.title, at=made(report.stamp))
        self._sheet = Sheet(report.title, foot, self._ink(11, 16, "fg.muted"), landscape=report.is_wide)

    def render(self) -> bytes:
        self._draw_head()
        self._draw_figures()
        tables = [
            PaperTable(self._sheet, table, self._colours, self._report.stamp.zone) for table in self._report.tables
        ]
        for table in tables:
            table.draw()
        if any(table.has_cut for table in tables):
            self._sheet.y += 6
            cut = tr("Texts end after {n} signs here; the other forms have them whole.", n=LONGEST_TEXT)
            self._sheet.text(cut, self._ink(12, 16, "fg.muted"))
        self._draw_definitions()
        return self._sheet.finish()

    def _ink(self, px: int, line: int, role: str, *, strong: bool = False) -> Ink:
        return Ink(px, line, self._colours[role], strong)

    def _draw_head(self) -> None:
        sheet = self._sheet
        sheet.text(tr("Watchdesk report"), self._ink(11, 16, "fg.muted"))
        sheet.text(self._report.title, self._ink(24, 32, "fg.strong", strong=True), after=8)
        sheet.line(sheet.y, self._colours["accent.fill"], 2)
        sheet.y += 14
        stale = warning(self._report.stamp)
        if stale:
            self._draw_warning(one_line(stale))
        for name, value in facts(self._report.stamp):
            self._pair(one_line(name), one_line(value))

    def _draw_warning(self, text: str) -> None:
        sheet = self._sheet
        block = Block(text, self._ink(13, 20, "state.critical.text", strong=True), sheet.width - 2 * _PAD - 4)
        height = block.height + 16
        painter = sheet.painter
        painter.fillRect(QRectF(0, sheet.y, sheet.width, height), QColor(self._colours["state.critical.tint"]))
        painter.fillRect(QRectF(0, sheet.y, 4, height), QColor(self._colours["state.critical.text"]))
        block.draw(painter, _PAD + 4, sheet.y + 8)
        sheet.y += height + 12

    def _pair(self, name: str, value: str, *, strong: bool = False, width: float = _NAME) -> None:
        """A name, and what is told of it at its right."""
        sheet = self._sheet
        left = Block(name, self._ink(12, 18, "fg.default" if strong else "fg.muted", strong=strong), width)
        right = Block(value, self._ink(12, 18, "fg.secondary"), sheet.width - width - _GAP)
        height = max(left.height, right.height)
        sheet.make_room(height)
        left.draw(sheet.painter, 0, sheet.y)
        right.draw(sheet.painter, width + _GAP, sheet.y)
        sheet.y += height

    def _draw_figures(self) -> None:
        figures = self._report.figures
        if not figures:
            return
        self._sheet.y += _GAP
        width = (self._sheet.width - _GAP * (_PER_ROW - 1)) / _PER_ROW
        cards = [self._card(figure, width - 2 * _PAD) for figure in figures]
        height = max(sum(block.height for block in card) for card in cards) + 2 * _PAD
        self._sheet.make_room(height)
        for place, card in enumerate(cards):
            self._draw_card(card, place * (width + _GAP), width, height)
        self._sheet.y += height

    def _card(self, figure: Figure, width: float) -> list[Block]:
        return [
            Block(one_line(figure.title), self._ink(12, 18, "fg.secondary"), width),
            Block(one_line(figure_text(figure)), self._ink(24, 34, "fg.strong", strong=True), width),
            Block(one_line(figure.note), self._ink(11, 15, "fg.muted"), width),
        ]

    def _draw_card(self, card: list[Block], x: float, width: float, height: float) -> None:
        painter = self._sheet.painter
        painter.setPen(QPen(QColor(self._colours["line.default"]), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(x + 0.5, self._sheet.y + 0.5, width - 1, height - 1), 6, 6)
        y = self._sheet.y + _PAD
        for block in card:
            block.draw(painter, x + _PAD, y)
            y += block.height

    def _draw_definitions(self) -> None:
        if not self._report.definitions:
            return
        self._sheet.y += 24
        self._sheet.make_room(80)
        self._sheet.text(tr("How each figure is counted"), self._ink(15, 20, "fg.strong", strong=True), after=6)
        for each in self._report.definitions:
            self._pair(one_line(each.terms), one_line(each.text), strong=True, width=180)
            self._sheet.y += 4
