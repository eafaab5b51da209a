"""A field's value at rest and its line while it is edited. Own their drawing; know nothing of saving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from app.actions.field_letters import FIELD_LETTERS
from app.base.text import one_line, tr
from app.domain.ticket import Ticket
from app.ui.kit.figures import initials, paint_initials
from app.ui.kit.text import set_tooltip
from app.ui.kit.theme import current
from app.ui.parts.key_cap import KeyCap, paint_key_cap

ROW = 24
INSET = 6
"""From a value's edge to its text: clear of the focus ring, which is 2 px wide."""
_LETTER_GAP = 4
_LINE_EDIT_PAD = 2
"""What Qt's line adds to its text margins by itself."""
_OPENING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
_LEAVING = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.MouseFocusReason)
_KEYBOARD = (*_LEAVING[:2], Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.OtherFocusReason)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """``choices``: (text, word) pairs, offered as a menu. ``completes``: values of other tickets are offered.
    ``shows``: the value for people, when it is not the field's text."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    completes: bool = False
    is_editable: bool = True
    style: str = "body"
    shows: Callable[[Ticket], str] | None = None
    tip: str = ""

    @property
    def letter(self) -> str:
        """Its key while fields are chosen; empty where it is not edited."""
        return FIELD_LETTERS.get(self.name, "")


class FieldValue(QWidget):
    """The value at rest. Painted, so that a row is one line whatever the value is."""

    opened = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self._spec = spec
        self._text = ""
        self._is_empty = True
        self._ring = self._hovered = False
        self.setFixedHeight(max(ROW, current().line(spec.style)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if spec.is_editable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor if spec.choices else Qt.CursorShape.IBeamCursor)

    @property
    def shown(self) -> str:
        """What stands there, also ``not set``."""
        return self._text

    @property
    def text(self) -> str:
        """The value; empty when it is not set."""
        return "" if self._is_empty else self._text

    def show_text(self, text: str) -> None:
        """Another value."""
        self._is_empty = not text
        self._text = one_line(text) or tr("not set")
        self.setAccessibleName(f"{self._spec.label or self._spec.name.capitalize()}: {self._text}")
        self._tell_rest()
        self.update()

    def sizeHint(self) -> QSize:
        width = round(current().metrics(self._spec.style).horizontalAdvance(self._text)) + INSET
        return QSize(min(900, width), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.height())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._tell_rest()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme, spec = QPainter(self), current(), self._spec
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._hovered and spec.is_editable:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg.hover"))
            painter.drawRoundedRect(box, 4, 4)
        if self._ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent.focus"), 2))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        left = INSET
        if spec.name == "assignee" and not self._is_empty:
            paint_initials(painter, QRect(left, 0, 18, self.height()), initials(self._text))
            left += 26
        painter.setFont(theme.font(spec.style))
        strong = "fg.strong" if spec.style == "title" else "fg.default"
        painter.setPen(theme.color("fg.muted" if self._is_empty else strong))
        room = self.rect().adjusted(left, 0, -INSET, 0)
        shown = theme.metrics(spec.style).elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OPENING_KEYS and self._spec.is_editable:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._spec.is_editable and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)  # type: ignore[arg-type]

    def _tell_rest(self) -> None:
        width = current().metrics(self._spec.style).horizontalAdvance(self._text)
        set_tooltip(self, self._text if width > self.width() - 2 * INSET else self._spec.tip)


class LetterCap(KeyCap):
    """A field's letter, in the accent: while it is shown, the keys are about nothing else. It keeps its distance from
    the field's focus ring."""

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(_LETTER_GAP, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_key_cap(painter, self.rect().adjusted(_LETTER_GAP, 0, 0, 0), self.key, role="accent.text")
        painter.end()


class FieldLine(QLineEdit):
    """The value while it is edited. The frame is drawn by its field, so that the row keeps its height (``height_px``;
    a fixed height would be undone by the style sheet)."""

    cancelled = Signal()
    left = Signal()

    def __init__(self, parent: QWidget, height_px: int = ROW) -> None:
        super().__init__(parent)
        self._height = height_px
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        margin = INSET - _LINE_EDIT_PAD
        self.setTextMargins(margin, 0, margin, 0)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() in _LEAVING:
            self.left.emit()
