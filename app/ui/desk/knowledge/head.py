"""The quiet head of a pane: a name at the left, a note at the right, 24 px. Draws nothing else."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.base.text import one_line
from app.ui.kit.theme import current

_HEIGHT = 24


class PaneHead(QWidget):
    """``Tree                517 articles``."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._note = title, ""
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(title)

    def set_note(self, note: str) -> None:
        """The words at the right."""
        self._note = one_line(note)
        self.setAccessibleName(f"{self._title}, {self._note}" if note else self._title)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color("bg.raised"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.color("line.default"))
        room = self.rect().adjusted(theme.space(5), 0, -theme.space(5), 0)
        painter.setFont(theme.font("caption", strong=True))
        painter.setPen(theme.color("fg.secondary"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._title)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._note)
        painter.end()
