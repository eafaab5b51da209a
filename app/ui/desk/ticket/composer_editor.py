"""The text of the composer: grows with what is written, and hands Ctrl+Enter and Esc on. Knows no readers."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from app.ui.kit.document import PlainEditor

LINES_LEAST, LINES_MOST = 3, 12
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ComposerEditor(PlainEditor):
    """Grows with its text from 3 to 12 lines; Ctrl+Enter and Esc belong to the composer."""

    sent = Signal()
    escaped = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def _fit(self, _size: object = None) -> None:
        lines = round(self.document().size().height())  # this layout counts lines, not pixels
        shown = min(LINES_MOST, max(LINES_LEAST, lines))
        self.setFixedHeight(shown * self.fontMetrics().lineSpacing() + 4)
