"""Labels, tooltips and questions: text from outside, never interpreted. Readers and editors: ``kit.document``.

Part of the first paint: a class of Qt that it does not need is imported where it is used.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from app.base.text import plain
from app.ui.kit.theme import current

Elide = Literal["none", "right", "middle", "left"]
_ELIDE = {
    "right": Qt.TextElideMode.ElideRight,
    "middle": Qt.TextElideMode.ElideMiddle,
    "left": Qt.TextElideMode.ElideLeft,
}


_TIP_SIGNS = 80
"""Of a line of a tooltip; Qt itself would break at a third of that."""


def safe_tooltip(text: str) -> str:
    """Tooltip text that Qt cannot take for markup (its tooltips have no plain mode), in lines one can read."""
    if not text:
        return ""
    from html import escape
    from textwrap import wrap

    lines = (part for line in plain(text).split("\n") for part in wrap(line, _TIP_SIGNS) or [""])
    return f"<qt><p style='white-space:pre'>{escape(chr(10).join(lines))}</p></qt>"


def set_tooltip(widget: QWidget, text: str) -> None:
    """A tooltip from any text."""
    widget.setToolTip(safe_tooltip(text))


def show_tooltip(at: QPoint, text: str, widget: QWidget | None = None) -> None:
    """Show a tooltip now, at a global position; an empty text hides it."""
    if text:
        QToolTip.showText(at, safe_tooltip(text), widget)
    else:
        QToolTip.hideText()


def ask(parent: QWidget, title: str, detail: str, yes: str, no: str) -> bool:
    """A modal question in plain text with the safe button focused; Esc means no. Rare: see the screens' text."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(plain(title))
    box.setInformativeText(plain(detail))
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is agree


class Label(QLabel):
    """Plain text in a type style and a colour role; elides when asked and gives the rest as tooltip."""

    def __init__(
        self,
        text: str = "",
        *,
        style: str = "body",
        role: str = "fg.default",
        elide: Elide = "none",
        wrap: bool = False,
        selectable: bool = False,
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._role = role
        self._elide = elide
        self._whole = ""
        self.setFont(current().font(style, mono=mono))
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self._colour_in()
        self.setText(text)

    def setText(self, text: str) -> None:
        """Any text; control characters become visible."""
        self._whole = plain(text)
        super().setText(self._whole)
        if self._elide != "none":
            set_tooltip(self, self._whole if self._is_cut() else "")

    def setTextFormat(self, _format: Qt.TextFormat) -> None:
        """Always plain text, whatever is asked for."""
        super().setTextFormat(Qt.TextFormat.PlainText)

    def set_role(self, role: str) -> None:
        """Another colour role."""
        if role != self._role:
            self._role = role
            self._colour_in()

    def set_style(self, style: str, *, mono: bool = False) -> None:
        """Another type style."""
        self.setFont(current().font(style, mono=mono))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange):
            self._colour_in()
        super().changeEvent(event)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 24), hint.height()) if self._elide != "none" else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._elide == "none" or not self._is_cut():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = self.contentsRect()
        shown = QFontMetrics(self.font()).elidedText(self._whole, _ELIDE[self._elide], room.width())
        painter.drawText(room, self.alignment() | Qt.TextFlag.TextSingleLine, shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide != "none":
            set_tooltip(self, self._whole if self._is_cut() else "")

    def _is_cut(self) -> bool:
        return QFontMetrics(self.font()).horizontalAdvance(self._whole) > self.contentsRect().width()

    def _colour_in(self) -> None:
        colour = current().color(self._role)
        palette = self.palette()
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)
