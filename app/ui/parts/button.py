"""Buttons: primary, plain, bare, icon-only and toggle, with icon, word and key. Owns their drawing.

The focus ring shows only after keyboard use. An icon-only button tells its word and key in the tooltip.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui.kit.icons import paint_icon
from app.ui.kit.text import set_tooltip
from app.ui.kit.theme import current
from app.ui.parts.key_cap import key_cap_width, paint_key_cap

Kind = Literal["plain", "primary", "bare", "icon", "toggle"]
_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_PAD = {"plain": 12, "primary": 12, "bare": 6, "icon": 6, "toggle": 8}
_ICON, _GAP = 16, 6


@dataclass(frozen=True, slots=True)
class _Tones:
    ground: str
    edge: str
    text: str


def _tones(kind: Kind, enabled: bool, checked: bool, hovered: bool, pressed: bool) -> _Tones:
    """Roles of ground, edge and text; an empty role is not drawn."""
    if kind == "primary" and enabled:
        ground = "accent.fill_pressed" if pressed else "accent.fill_hover" if hovered else "accent.fill"
        return _Tones(ground, ground, "accent.on_fill")
    if not enabled:
        return _Tones("", "" if kind in ("bare", "icon") else "line.default", "fg.disabled")
    if checked:
        return _Tones("bg.selected", "bg.selected", "fg.on_selected")
    ground = "bg.selected_inactive" if pressed else "bg.hover" if hovered else ""
    if kind in ("bare", "icon"):
        return _Tones(ground, "", "fg.default" if hovered else "fg.secondary")
    edge = "line.strong" if kind == "toggle" else "line.control"
    return _Tones(ground or "bg.raised", edge, "fg.secondary" if kind == "toggle" else "fg.default")


class Button(QAbstractButton):
    """A push button. ``key`` is shown as a cap and told to screen readers; binding it is the actions' part."""

    def __init__(
        self,
        text: str = "",
        *,
        kind: Kind = "plain",
        icon: str = "",
        key: str = "",
        tip: str = "",
        count: int | None = None,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind: Kind = kind
        self._icon = icon
        self._key = key
        self._count = count
        self._tip = self._refusal = ""
        self._ring = False
        self._hovered = False
        self._height = current().length("control.height_small" if small else "control.height")
        self.setText(text)
        self.setCheckable(kind == "toggle")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_words(text, key=key, tip=tip)

    def set_words(self, text: str, *, key: str = "", tip: str = "") -> None:
        """Another word, key or tooltip."""
        self._key = key
        self.setText(text)
        self._tip = tip or (text if self._kind == "icon" else "")
        self.setAccessibleName(text or tip)
        self._tell()
        self.updateGeometry()

    def set_refusal(self, why: str) -> None:
        """Why it cannot be done now, empty when it can. It looks like one that is off, but takes the focus and can be
        pressed: its owner then says why."""
        self._refusal = why
        self._tell()

    def set_icon(self, name: str) -> None:
        """Another icon."""
        self._icon = name
        self.update()

    def set_count(self, count: int | None) -> None:
        """The number behind the word; None for none."""
        self._count = count
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self._kind == "icon":
            return QSize(self._height, self._height)
        width = 2 * _PAD[self._kind] + self._text_width() + self._count_width()
        width += _ICON + _GAP if self._icon else 0
        width += key_cap_width(self._key) + 8 if self._key else 0
        return QSize(width, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        can_act = self.isEnabled() and not self._refusal
        tones = _tones(self._kind, can_act, self.isChecked(), self._hovered, self.isDown())
        self._paint_ground(painter, tones)
        if self._kind == "icon":
            paint_icon(painter, self.rect(), self._icon, tones.text)
        else:
            self._paint_content(painter, tones)
        painter.end()

    def _paint_ground(self, painter: QPainter, tones: _Tones) -> None:
        theme, box = current(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.color(tones.edge) if tones.edge else Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(tones.ground) if tones.ground else Qt.BrushStyle.NoBrush)
        radius = theme.length("radius.control")
        painter.drawRoundedRect(box, radius, radius)
        if self._ring and self.hasFocus():
            painter.setPen(QPen(theme.color("accent.focus"), theme.length("focus.width")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def _paint_content(self, painter: QPainter, tones: _Tones) -> None:
        theme, x, height = current(), _PAD[self._kind], self.height()
        if self._icon:
            paint_icon(painter, QRect(x, 0, _ICON, height), self._icon, tones.text)
            x += _ICON + _GAP
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color(tones.text))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextHideMnemonic
        painter.drawText(QRect(x, 0, self._text_width() + 2, height), middle, self.text())
        x += self._text_width()
        if self._count is not None:
            painter.setFont(theme.font("body", strong=True))
            painter.drawText(QRect(x + 6, 0, self._count_width(), height), middle, str(self._count))
            x += self._count_width()
        if self._key:
            primary = self._kind == "primary" and self.isEnabled()
            role = "accent.on_fill" if primary else "fg.muted"
            paint_key_cap(painter, QRect(x + 8, 0, 80, height), self._key, role=role, bare=primary)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def _tell(self) -> None:
        """The tooltip, and what screen readers say beside the word."""
        told = self._refusal or self._tip
        set_tooltip(self, f"{told}  ({self._key})" if told and self._key else told)
        self.setAccessibleDescription(". ".join(filter(None, [self._key, self._refusal])))
        self.update()

    def _text_width(self) -> int:
        return round(current().metrics("body").horizontalAdvance(self.text().replace("&", "")) + 0.5)

    def _count_width(self) -> int:
        if self._count is None:
            return 0
        return 6 + round(current().metrics("body", strong=True).horizontalAdvance(str(self._count)) + 0.5)
