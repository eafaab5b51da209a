"""The navigation rail: where to go, with counts that ask for attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from app.base.text import tr
from app.ui.kit import icons
from app.ui.kit.theme import current

_ITEM_HEIGHT = 56
_NARROW_HEIGHT = 44


@dataclass(frozen=True, slots=True)
class Place:
    """One entry. ``action``: the id that goes there."""

    screen: str
    word: str
    icon: str
    action: str


PLACES = (
    Place("board", "Board", "board", "go.board"),
    Place("queue", "Queue", "queue", "go.queue"),
    Place("knowledge", "Knowledge", "knowledge", "go.knowledge"),
)


class _Entry(QAbstractButton):
    """Icon over a word; a badge when something waits there."""

    def __init__(self, place: Place, parent: QWidget) -> None:
        super().__init__(parent)
        self.place = place
        self.badge = 0
        self.is_narrow = False
        self.setCheckable(True)
        self.setText(tr(place.word))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        theme = current()
        if self.is_narrow:
            return QSize(theme.length("layout.rail_narrow"), _NARROW_HEIGHT)
        return QSize(theme.length("layout.rail"), _ITEM_HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = current(), QPainter(self)
        role = "fg.strong" if self.isChecked() else "fg.secondary"
        if self.isChecked():
            painter.fillRect(self.rect(), theme.color("accent.tint"))
            painter.fillRect(QRect(0, 0, 2, self.height()), theme.color("accent.line"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.color("bg.hover"))
        top = (self.height() - 20) // 2 if self.is_narrow else 10
        left = (self.width() - 20) // 2
        painter.drawPixmap(left, top, icons.pixmap(self.place.icon, role, 20, self.devicePixelRatioF()))
        if not self.is_narrow:
            painter.setFont(theme.font("micro"))
            painter.setPen(theme.color(role))
            painter.drawText(QRect(0, top + 24, self.width(), 14), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.badge:
            self._paint_badge(painter, left + 12, top - 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent.focus"))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _paint_badge(self, painter: QPainter, left: int, top: int) -> None:
        theme = current()
        text = str(self.badge) if self.badge < 1000 else "999+"
        painter.setFont(theme.font("micro"))
        width = max(16, round(theme.metrics("micro").horizontalAdvance(text)) + 8)
        rect = QRect(min(left, self.width() - width - 2), top, width, 14)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("state.critical.fill"))
        painter.drawRoundedRect(rect, 7, 7)
        painter.setPen(theme.color("state.critical.on_fill"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """The places, one of them current. ``asked(action_id)`` when one is chosen."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None, places: Sequence[Place] = PLACES) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
        self.setAccessibleName(tr("Screens"))
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._entries = {place.screen: _Entry(place, self) for place in places}
        for entry in self._entries.values():
            layout.addWidget(entry)
            self._group.addButton(entry)
        layout.addStretch(1)
        self._group.buttonClicked.connect(self._clicked)
        self.set_narrow(False)

    def set_current(self, screen: str) -> None:
        entry = self._entries.get(screen)
        if entry is not None:
            entry.setChecked(True)

    def set_badge(self, screen: str, count: int, meaning: str) -> None:
        """``meaning``: what is counted, for the tooltip and screen readers."""
        entry = self._entries[screen]
        if entry.badge != count:
            entry.badge = count
            entry.update()
        word = tr(entry.place.word)
        entry.setAccessibleName(f"{word}, {count} {meaning}" if count else word)

    def set_narrow(self, is_narrow: bool) -> None:
        """48 px without words below 1440 px."""
        for entry in self._entries.values():
            entry.is_narrow = is_narrow
            entry.setFixedHeight(entry.sizeHint().height())
        self.setFixedWidth(current().length("layout.rail_narrow" if is_narrow else "layout.rail"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().color("bg.rail"))
        painter.fillRect(QRect(self.width() - 1, 0, 1, self.height()), current().color("line.default"))
        painter.end()

    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _Entry):
            self.asked.emit(button.place.action)
