"""Small pieces of text with a shape: a state with its word, a source with its age. Own their drawing."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.text import plain
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import set_tooltip
from app.ui.kit.theme import current


class StateBadge(QWidget):
    """Glyph and words: ``Critical for 13 min``. The word stands in the state's text colour."""

    def __init__(self, parent: QWidget | None = None, *, size: int = 16, style: str = "body") -> None:
        super().__init__(parent)
        self._word, self._text, self._rest = "", "", ""
        self._outlined, self._was = False, ""
        self._size, self._style = size, style
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_state(self, word: str, text: str = "", rest: str = "", *, outlined: bool = False, was: str = "") -> None:
        """``text`` is said strongly in the state's tone (its word when empty), ``rest`` follows quietly."""
        self._word, self._outlined, self._was = word, outlined, was
        self._text = plain(text) or current().state(word).word
        self._rest = plain(rest)
        self.setAccessibleName(f"{self._text} {self._rest}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current()
        width = theme.metrics(self._style, strong=True).horizontalAdvance(self._text)
        width += theme.metrics(self._style).horizontalAdvance(self._rest) + (6 if self._rest else 0)
        return QSize(round(width) + self._glyph_room() + 8, max(self._size, theme.line(self._style)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._word:
            return
        painter, theme, height = QPainter(self), current(), self.height()
        room = self._glyph_room()
        top = (height - self._size) // 2
        spot = QRect(0, top, room - 6, self._size)
        paint_glyph(painter, spot, self._word, outlined=self._outlined, was=self._was or None)
        painter.setFont(theme.font(self._style, strong=True))
        painter.setPen(theme.state_color(self._word, "text"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(room, 0, self.width() - room, height), middle, self._text)
        left = room + round(theme.metrics(self._style, strong=True).horizontalAdvance(self._text)) + 6
        metrics = theme.metrics(self._style)
        rest = metrics.elidedText(self._rest, Qt.TextElideMode.ElideRight, max(0, self.width() - left))
        painter.setFont(theme.font(self._style))
        painter.setPen(theme.color("fg.secondary"))
        painter.drawText(QRect(left, 0, self.width() - left, height), middle, rest)
        painter.end()

    def _glyph_room(self) -> int:
        return (2 * self._size + 2 if self._was else self._size) + 6


class Chip(QWidget):
    """A source with the age of its data: shape, name, age. ``level`` is live, late, stale, failed or signed_out."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._level, self._age = plain(name), "live", ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_freshness(self, level: str, age: str, sentence: str = "") -> None:
        """``age`` is short (``8 s``); ``sentence`` is the whole story for tooltip and screen readers."""
        self._level = level
        self._age = f"stale {age}" if level == "stale" else age
        set_tooltip(self, sentence)
        self.setAccessibleName(sentence or f"{self._name} {self._age}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = current()
        strong = self._level != "live"
        width = theme.metrics("caption").horizontalAdvance(self._name)
        width += theme.metrics("caption", strong=strong).horizontalAdvance(self._age)
        return QSize(round(width) + 14 + 4 + 6 + 16, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme, height = QPainter(self), current(), self.height()
        spot = QRect(8, (height - 14) // 2, 14, 14)
        if self._level == "signed_out":
            paint_icon(painter, spot, "key", "state.warning.text", 14)
        else:
            word = {"stale": "stale", "failed": "critical", "late": "stale"}.get(self._level, "ok")
            paint_glyph(painter, spot, word, outlined=self._level == "failed")
        name_width = round(theme.metrics("caption").horizontalAdvance(self._name))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.secondary"))
        painter.drawText(QRect(26, 0, name_width + 2, height), middle, self._name)
        strong = self._level != "live"
        painter.setFont(theme.font("caption", strong=strong))
        painter.setPen(theme.color("fg.default" if strong else "fg.muted"))
        painter.drawText(QRect(32 + name_width, 0, self.width(), height), middle, self._age)
        painter.end()
