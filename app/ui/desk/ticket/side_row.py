"""Rows of the panel beside a ticket: icon, words, a figure, a quiet second line. Own their drawing, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.text import one_line
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label, set_tooltip
from app.ui.kit.theme import current

_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYBOARD: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)
_TEXT_X: Final = 24


class Row(QWidget):
    """Acts on click and Enter when it has a ``link``, which it then gives to ``opened``."""

    opened = Signal(str)

    def __init__(self, parent: QWidget, icon: str, text: str, right: str, below: str = "", link: str = "") -> None:
        super().__init__(parent)
        self._icon, self._text, self._right, self._below = icon, one_line(text), right, one_line(below)
        self._link = link
        self._ring = False
        self.elide = Qt.TextElideMode.ElideRight
        self.text_role = "fg.link" if link else "fg.default"
        self.taken_below = 0
        """Width at the right of the second line that something else needs."""
        self.setFixedHeight(40 if below else 24)
        self.setAccessibleName(", ".join(filter(None, [self._text, right, self._below])))
        set_tooltip(self, "\n".join(filter(None, [self._text, self._below])))
        if link:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        metrics, middle = theme.metrics("body"), Qt.AlignmentFlag.AlignVCenter
        if self._ring:
            self._paint_ring(painter)
        paint_icon(painter, QRect(0, 2, 16, 20), self._icon, "fg.muted", 14)
        painter.setFont(theme.font("body"))
        right = round(metrics.horizontalAdvance(self._right)) + 2
        painter.setPen(theme.color("fg.secondary"))
        painter.drawText(QRect(0, 2, self.width(), 20), middle | Qt.AlignmentFlag.AlignRight, self._right)
        painter.setPen(theme.color(self.text_role))
        room = self.width() - _TEXT_X - right - 8
        painter.drawText(QRect(_TEXT_X, 2, room, 20), middle, metrics.elidedText(self._text, self.elide, room))
        painter.setPen(theme.color("fg.muted"))
        room = self.width() - _TEXT_X - self.taken_below
        below = metrics.elidedText(self._below, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(_TEXT_X, 20, room, 20), middle, below)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._link and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self._link)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._link and event.key() in _ENTER:
            self.opened.emit(self._link)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)

    def _paint_ring(self, painter: QPainter) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(current().color("accent.focus"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.restore()


class Rows(QWidget):
    """The body of a section: rows, or one quiet sentence."""

    opened = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self._made: list[QWidget] = []

    def show_rows(self, rows: Sequence[Row], empty: str) -> None:
        for gone in self._made:
            gone.hide()
            gone.deleteLater()
        self._made = list(rows) or [Label(empty, role="fg.muted", wrap=True, parent=self)]
        for place, row in enumerate(self._made):
            self.column.insertWidget(place, row)
            row.show()  # the layout would only do so later, and what is hidden takes no focus
            if isinstance(row, Row):
                row.opened.connect(self.opened)
