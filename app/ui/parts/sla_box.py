"""One SLA clock in a ticket's head: its name, pie and figure, and when it is due."""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.kit.cell import CellContext
from app.ui.kit.pulse import pulse
from app.ui.kit.sla_look import SlaView, paint_sla, sla_look
from app.ui.kit.theme import current
from app.ui.kit.tokens import density


class SlaBox(QWidget):
    """``Response  4 min  goal 15 min``; repaints itself each second while it is seen."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._due = title, ""
        self._view: SlaView | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        pulse().beat.connect(self.update)

    def set_clock(self, view: SlaView | None, due: str = "") -> None:
        """The clock and a short sentence under it (``due 14:50``, ``goal 15 min``)."""
        self._view, self._due = view, due
        words = sla_look(view, pulse().now()).text if view is not None else ""
        self.setAccessibleName(" ".join(word for word in (self._title, words, due) if word))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = current().metrics("caption").horizontalAdvance(self._due)
        return QSize(max(104, math.ceil(width) + 2), 56)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        line = theme.line("caption")
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(0, 0, self.width(), line), middle, self._title)
        painter.drawText(QRect(0, 40, self.width(), line), middle, self._due)
        if self._view is not None:
            context = CellContext(theme, density("regular"), pulse().now(), self.devicePixelRatioF())
            paint_sla(painter, QRect(0, line, self.width(), 24), self._view, context, is_left=True)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        pulse().follow(self)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        pulse().unfollow(self)
