"""The head of a foldable section: chevron, title, count and a note at the right. Owns no content."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.ui.kit.icons import paint_icon
from app.ui.kit.theme import current

_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SectionHead(QWidget):
    """``toggled(open)`` on a click, Space or Enter."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, foldable: bool = True) -> None:
        super().__init__(parent)
        self._title, self._count, self._note = title, "", ""
        self._foldable = foldable
        self.is_open = True
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if foldable else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_words()

    def set_words(self, count: str = "", note: str = "") -> None:
        """What stands behind the title (``4 solved``) and at the right end."""
        self._count, self._note = count, note
        self.setAccessibleName(" ".join(word for word in (self._title, count, note) if word))
        self.update()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold without telling anybody."""
        self.is_open = is_open
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme, height = QPainter(self), current(), self.height()
        x = 0
        if self._foldable:
            icon = "chevron-down" if self.is_open else "chevron-right"
            paint_icon(painter, QRect(0, 0, 14, height), icon, "fg.muted", 12)
            x = 18
        middle = Qt.AlignmentFlag.AlignVCenter
        x = self._draw(painter, x, self._title, "body", "fg.strong", strong=True) + 8
        self._draw(painter, x, self._count, "body", "fg.muted")
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.muted"))
        painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignRight, self._note)
        if self.hasFocus():
            painter.setPen(theme.color("accent.focus"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _draw(self, painter: QPainter, x: int, text: str, style: str, role: str, *, strong: bool = False) -> int:
        theme = current()
        painter.setFont(theme.font(style, strong=strong))
        painter.setPen(theme.color(role))
        width = round(theme.metrics(style, strong=strong).horizontalAdvance(text))
        painter.drawText(QRect(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._foldable and self.rect().contains(event.position().toPoint()):
            self._toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._foldable and event.key() in _KEYS:
            self._toggle()
        else:
            super().keyPressEvent(event)

    def _toggle(self) -> None:
        self.set_open(not self.is_open)
        self.toggled.emit(self.is_open)


class FoldSection(QWidget):
    """A section head over a body that it folds away."""

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = SectionHead(title, self)
        self.body = body
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.head)
        column.addWidget(body)
        self.head.toggled.connect(body.setVisible)
