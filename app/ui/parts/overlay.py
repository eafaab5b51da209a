"""The shell of palette, key sheet and forms: a scrim over the window and a panel 720 wide near its top.

Owns the scrim, the place, Esc and giving the focus back. What stands in the panel is the caller's.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from app.ui.kit.theme import current
from app.ui.kit.tokens import length, tokens

_SCRIM_ALPHA = 0.6
_SHADOW = 24


class Overlay(QWidget):
    """Covers its window while open. Put widgets into ``body``; ``closed`` when it goes, by Esc or a click outside."""

    closed = Signal()

    def __init__(self, window: QWidget, *, width: int | None = None, top: int = 96) -> None:
        super().__init__(window)
        self._window = window
        self._width = width or length("layout.palette_width")
        self._top = top
        self._before: QWidget | None = None
        self.setProperty("holds_keys", True)  # of the page under it, none may act
        self.panel = QFrame(self)
        self.panel.setProperty("kind", "overlay")
        self.body = QVBoxLayout(self.panel)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        self.hide()

    def open(self, focus: QWidget | None = None) -> None:
        """Show it over the window with the focus on ``focus``."""
        self._before = QApplication.focusWidget()
        self._window.installEventFilter(self)
        self._cover()
        self.show()
        self.raise_()
        (focus or self.panel).setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close it and give the focus back."""
        if self.isHidden():
            return
        self._window.removeEventFilter(self)
        self.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()

    def fit(self) -> None:
        """Size the panel to its content; call after the content changed."""
        self._cover()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scrim = QColor(theme.color("bg.scrim"))
        scrim.setAlphaF(_SCRIM_ALPHA)
        painter.fillRect(self.rect(), scrim)
        self._paint_shadow(painter)
        painter.end()

    def _paint_shadow(self, painter: QPainter) -> None:
        """One soft shadow, 8 down and 24 wide, as rings of falling strength (no blur filter)."""
        shadow = tokens()["elevation"]["2"]["shadow"]
        alpha = shadow["alpha_dark" if current().is_dark else "alpha_light"]
        box = QRectF(self.panel.geometry()).translated(0, shadow["y"] / 2)
        tone = QColor(current().color("bg.scrim"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ring in range(_SHADOW // 2):
            tone.setAlphaF(alpha * (1 - ring / (_SHADOW / 2)) ** 2 * 0.5)
            painter.setPen(tone)
            radius = length("radius.overlay") + ring
            painter.drawRoundedRect(box.adjusted(-ring, -ring, ring, ring), radius, radius)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        window = self._window
        self.setGeometry(window.rect())
        width = min(self._width, window.width() - 2 * _SHADOW)
        wanted = max(self.panel.sizeHint().height(), self.panel.minimumSizeHint().height())
        top = max(_SHADOW, min(self._top, window.height() - _SHADOW - wanted))  # a low window: nearer to its edge
        self.panel.setGeometry(
            (window.width() - width) // 2, top, width, min(wanted, window.height() - top - _SHADOW)
        )
        self.update()
