"""Business services on one line, for narrow windows: those in trouble by name, the rest as a number."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.base.text import tr
from app.domain import business
from app.ui.desk.board.business_pane import SPOKEN, glyph_word
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.theme import current
from app.usecases.roll_up import RolledUp

_HEIGHT = 28


class BusinessLine(QWidget):
    """``chosen(id)``: narrow the board to this service."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services: Sequence[RolledUp] = ()
        self._places: list[tuple[QRect, str]] = []
        self.setFixedHeight(_HEIGHT)
        self.hide()

    def show_services(self, services: Sequence[RolledUp]) -> None:
        self._services = services
        told = (f"{each.service.name} {SPOKEN[each.state]}" for each in services if each.state != business.WORKING)
        self.setAccessibleName(tr("Business services: {list}", list=", ".join(told) or tr("all working")))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color("bg.panel"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("line.default"))
        self._places = []
        x = self._text(painter, 12, tr("Business services"), "fg.muted") + 12
        bad = [each for each in self._services if each.state != business.WORKING]
        left = len(self._services)
        for each in bad:
            width = 22 + round(theme.metrics("caption", strong=True).horizontalAdvance(each.service.name))
            if x + width + 120 > self.width():
                break
            paint_glyph(painter, QRect(x, (self.height() - 14) // 2, 14, 14), glyph_word(each))
            self._text(painter, x + 20, each.service.name, "fg.default", strong=True)
            self._places.append((QRect(x, 0, width, self.height()), each.service.id))
            x += width + 14
            left -= 1
        if left:
            self._text(painter, x, rest_text(left, len(bad), len(self._services)), "fg.muted")
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for rect, id_ in self._places:
            if rect.contains(event.position().toPoint()):
                self.chosen.emit(id_)
                return

    def _text(self, painter: QPainter, x: int, text: str, role: str, *, strong: bool = False) -> int:
        theme = current()
        painter.setFont(theme.font("caption", strong=strong))
        painter.setPen(theme.color(role))
        width = round(theme.metrics("caption", strong=strong).horizontalAdvance(text))
        painter.drawText(QRect(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width


def rest_text(left: int, bad: int, total: int) -> str:
    """What stands after the names: the rest works, unless some in trouble had no room."""
    if not bad:
        return tr("{n}, all working", n=total)
    return tr("{n} working", n=left) if left == total - bad else tr("{n} more", n=left)
