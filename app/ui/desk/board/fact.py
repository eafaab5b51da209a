"""The small parts of the board's detail: a state's glyph, and a line of glyph, name and sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.text import Label
from app.ui.kit.theme import current


class StateGlyph(QWidget):
    """The state's shape; with ``was``, the last known state beside it."""

    def __init__(self, size: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._word = "stale"
        self._outlined = False
        self._was: str | None = None
        self.setFixedSize(QSize(size, size))

    def show_state(self, word: str, *, outlined: bool, was: str | None) -> None:
        self._word, self._outlined, self._was = word, outlined, was
        size = self.height()
        self.setFixedWidth(2 * size + 2 if was else size)
        self.setAccessibleName(current().state(word).word)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_glyph(painter, self.rect(), self._word, outlined=self._outlined, was=self._was)
        painter.end()


class Fact(QWidget):
    """A line: glyph, name, sentence."""

    def __init__(self, word: str, name: str, told: str, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(current().space(4))
        if word:
            glyph = StateGlyph(16, self)
            glyph.show_state(word, outlined=False, was=None)
            layout.addWidget(glyph)
        label = Label(name, style="body", parent=self, elide="right")
        label.setMinimumWidth(140)
        layout.addWidget(label)
        layout.addWidget(Label(told, style="body", role="fg.secondary", elide="right", parent=self), 1)
