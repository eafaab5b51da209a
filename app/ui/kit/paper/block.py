"""A plain text broken to a width, with its height known before it is drawn. Lengths in pixels of 1/96 inch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

from app.ui.kit.fonts import make_font
from app.ui.kit.tokens import TypeStyle


@cache
def paper_font(px: int, line: int, *, strong: bool = False) -> QFont:
    """Letters as wide as they are drawn: paper has no pixels to fit them to. Treat as read-only.

    Without the letter forms that the window asks for: what a PDF tells of those forms is no text that can be searched
    or copied, digits above all.
    """
    font = make_font(TypeStyle("paper", px, line, 600 if strong else 400))
    font.clearFeatures()
    font.setFeature(QFont.Tag("calt"), 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@dataclass(frozen=True, slots=True)
class Ink:
    """How a text is set. ``colour``: of the tokens."""

    px: int
    line: int
    colour: str
    strong: bool = False
    right: bool = False


class Block:
    """A text in this ink, ``width`` wide; it breaks between words, else anywhere."""

    def __init__(self, text: str, ink: Ink, width: float) -> None:
        self._layout = QTextLayout(text, paper_font(ink.px, ink.line, strong=ink.strong))
        self._ink = ink
        option = QTextOption(Qt.AlignmentFlag.AlignRight if ink.right else Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        self.height = self._break(max(1.0, width))

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        """Its upper left corner at this place."""
        painter.setPen(QColor(self._ink.colour))
        self._layout.draw(painter, QPointF(x, y))

    def _break(self, width: float) -> float:
        y = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, y + (self._ink.line - line.height()) / 2))
            y += self._ink.line
        self._layout.endLayout()
        return y
