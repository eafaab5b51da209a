"""The list of offers under the query field: never takes the focus, so typing goes on. Owns its place and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.base.text import one_line
from app.ui.kit.theme import current

_ROW = 24
_MOST = 10
_WIDTH = 420
_NAME = 170


class CompletionList(QWidget):
    """A child of the window, not a popup: the field keeps keyboard and input method. ``chosen`` tells the offer."""

    chosen = Signal(object)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field.window())
        self._field = field
        self._offers: tuple[Any, ...] = ()
        self._at = -1
        self._first = 0
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    @property
    def offers(self) -> tuple[Any, ...]:
        """What is on offer."""
        return self._offers

    def offer(self, offers: Sequence[Any], x: int) -> None:
        """Show these under the field, ``x`` pixels from its left; none hides the list."""
        self._offers, self._at, self._first = tuple(offers), -1, 0
        if not self._offers or not self._field.isVisible():
            self.hide()
            return
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        corner = self._field.mapTo(window, QPoint(x - 8, self._field.height() + 2))
        left = min(corner.x(), window.width() - _WIDTH - 4)
        self.setGeometry(max(4, left), corner.y(), _WIDTH, _ROW * min(_MOST, len(self._offers)) + 8)
        self.show()
        self.raise_()
        self.update()

    def handle_key(self, key: int) -> bool:
        """Take a key of the field; True when it was for the list."""
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key == Qt.Key.Key_Escape:
            self.hide()
            return True
        if key == Qt.Key.Key_Tab or (key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0):
            self._choose(max(0, self._at))
            return True
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("line.strong"))
        painter.setBrush(theme.color("bg.overlay"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        for line, at in enumerate(range(self._first, min(self._first + _MOST, len(self._offers)))):
            self._paint_offer(painter, QRect(1, 4 + line * _ROW, self.width() - 2, _ROW), at)
        painter.end()

    def _paint_offer(self, painter: QPainter, rect: QRect, at: int) -> None:
        theme, offer, middle = current(), self._offers[at], Qt.AlignmentFlag.AlignVCenter
        is_current = at == self._at
        if is_current:
            painter.fillRect(rect, theme.color("bg.selected"))
        painter.setFont(theme.font("mono_dense"))
        painter.setPen(theme.color("fg.on_selected" if is_current else "fg.default"))
        room = _NAME if offer.help else rect.width() - 16  # a value says all itself
        name = _cut(one_line(offer.text), "mono_dense", room)
        painter.drawText(rect.adjusted(8, 0, 0, 0), middle, name)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.muted_on_selected" if is_current else "fg.muted"))
        help_room = rect.adjusted(_NAME + 20, 0, -8, 0)
        painter.drawText(help_room, middle, _cut(one_line(offer.help), "caption", help_room.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._first + (int(event.position().y()) - 4) // _ROW
        if 0 <= at < len(self._offers):
            self._choose(at)

    def _move(self, by: int) -> None:
        self._at = (self._at + by) % len(self._offers)
        if self._at < self._first or self._at >= self._first + _MOST:
            self._first = max(0, min(self._at, len(self._offers) - _MOST))
        self.setAccessibleName(self._offers[self._at].text)
        self.update()

    def _choose(self, at: int) -> None:
        offer = self._offers[at]
        self.hide()
        self.chosen.emit(offer)


def _cut(text: str, style: str, room: int) -> str:
    return current().metrics(style).elidedText(text, Qt.TextElideMode.ElideRight, room)
