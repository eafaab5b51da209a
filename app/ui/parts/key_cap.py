"""A key as a small cap: ``/``, ``Ctrl+Enter``. Owns its drawing."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.kit.theme import current

_HEIGHT = 16


def key_cap_width(key: str) -> int:
    """Width of the cap in pixels; 0 for an empty key."""
    return max(_HEIGHT, round(current().metrics("caption", mono=True).horizontalAdvance(key)) + 8) if key else 0


def paint_key_cap(painter: QPainter, rect: QRect, key: str, *, role: str = "fg.muted", bare: bool = False) -> None:
    """Draw the cap at the left of ``rect``, vertically centred; ``bare`` leaves out its edge."""
    theme = current()
    top = rect.y() + (rect.height() - _HEIGHT) // 2
    box = QRectF(rect.x() + 0.5, top + 0.5, key_cap_width(key) - 1, _HEIGHT - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not bare:
        painter.setPen(theme.color("line.strong"))
        painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.color(role))
    painter.setFont(theme.font("caption", mono=True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
    painter.restore()


class KeyCap(QWidget):
    """One key."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self.setAccessibleName(key)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(key_cap_width(self.key), _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_key_cap(painter, self.rect(), self.key)
        painter.end()
