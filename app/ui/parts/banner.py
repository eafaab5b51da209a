"""The banner: 32 px over a pane, more when its words need more lines, that say what is wrong; and one way out."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button

Tone = Literal["offline", "stale", "failed", "sign_in", "note"]
_HEIGHT = 32
_GROUND = {"failed": "state.critical.tint", "stale": "state.stale.tint"}
_ICON = {"offline": "cloud-off", "sign_in": "key", "note": "info"}
_GLYPH = {"stale": "stale", "failed": "critical"}


class Banner(QWidget):
    """Hidden until ``tell``; ``acted`` when its button is pressed."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = "note"
        self._first_line = 8
        self.setFixedHeight(_HEIGHT)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(36, 0, 8, 0)
        row.setSpacing(8)
        self._label = Label("", wrap=True, parent=self)
        self._button = Button("", small=True, parent=self)
        self._button.clicked.connect(self.acted)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self.hide()

    def tell(self, tone: Tone, text: str, action: str = "") -> None:
        """Show a sentence with at most one action."""
        self._tone = tone
        self._label.setText(text)
        self._button.set_words(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        self.show()
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many lines as the words need: how to get out of it is said last, and must not be cut off."""
        button = self._button.sizeHint().width() + 8 if not self._button.isHidden() else 0
        room = QRectF(0, 0, max(80, self.width() - 36 - 8 - button), 1000)
        words = current().metrics("body").boundingRect(room, Qt.TextFlag.TextWordWrap, self._label.text())
        height = max(_HEIGHT, round(words.height()) + 12)
        self._first_line = (height - round(words.height())) // 2
        if height != self.height():
            self.setFixedHeight(height)
            # Else the row keeps the height that it had, and the words stand at the top of a higher banner.
            self._row.invalidate()
            self._row.activate()

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color(_GROUND.get(self._tone, "accent.tint")))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line.default"))
        line = round(theme.metrics("body").height())
        spot = QRect(12, self._first_line + (line - 16) // 2, 16, 16)
        if self._tone in _GLYPH:
            paint_glyph(painter, spot, _GLYPH[self._tone], outlined=self._tone == "failed")
        else:
            paint_icon(painter, spot, _ICON[self._tone], "accent.text")
        painter.end()
