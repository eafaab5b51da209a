"""The board's counters beside the query field: shape and number, each a filter."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.text import number, tr
from app.domain.health import CRITICAL, DOWN, STALE, UNKNOWN, UNREACHABLE, WARNING
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.theme import current
from app.usecases.board_sections import Counters

STATES = (DOWN, CRITICAL, UNREACHABLE, UNKNOWN, WARNING)
_GLYPH = 16
_GAP = 6
_BETWEEN = 16


class BoardCounters(QWidget):
    """``asked(query)`` when a counter is clicked. Every number is also the query that lists it."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: list[tuple[str, int, str]] = []
        self._places: list[tuple[QRect, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def show_counts(self, counts: Counters) -> None:
        """Unhandled by state, then stale, then handled."""
        shown = [(state, counts.unhandled.get(state, 0), f"is:unhandled state:{state} -is:stale") for state in STATES]
        shown = [each for each in shown if each[1]]
        if counts.stale:
            shown.append((STALE, counts.stale, "is:stale"))
        shown.append(("", counts.handled, "is:handled"))
        if shown == self._shown:
            return
        self._shown = shown
        self.setAccessibleName(", ".join(_said(word, amount) for word, amount, _query in shown))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(word, amount) + _BETWEEN for word, amount, _query in self._shown), 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        self._places = []
        x = _BETWEEN // 2
        for word, amount, query in self._shown:
            top = (self.height() - _GLYPH) // 2
            if word:
                paint_glyph(painter, QRect(x, top, _GLYPH, _GLYPH), word)
            else:
                paint_icon(painter, QRect(x, 0, _GLYPH, self.height()), "check", "fg.muted", 14)
            painter.setFont(theme.font("body", strong=bool(word)))
            painter.setPen(theme.color("fg.default" if word else "fg.muted"))
            width = self._width(word, amount)
            room = QRect(x + _GLYPH + _GAP, 0, width, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, _text(word, amount))
            self._places.append((QRect(x, 0, width, self.height()), query))
            x += width + _BETWEEN
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for rect, query in self._places:
            if rect.contains(event.position().toPoint()):
                self.asked.emit(query)
                return

    def _width(self, word: str, amount: int) -> int:
        metrics = current().metrics("body", strong=bool(word))
        return _GLYPH + _GAP + round(metrics.horizontalAdvance(_text(word, amount)))


def _text(word: str, amount: int) -> str:
    return number(amount) if word else tr("{n} handled", n=number(amount))


def _said(word: str, amount: int) -> str:
    return f"{amount} {word}" if word else _text(word, amount)
