"""Toasts at the bottom right: at most three, six seconds, ten with Undo; errors stay until they are closed.

Owns their place and their time. Modal it never is, and it never takes the focus.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.base.text import tr
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.kit.tokens import tokens
from app.ui.parts.button import Button

MOST = 3
_STAY_MS = 6_000
_STEP_MS = 100
_WIDTH = 380
_EDGE = 12


class Toast(QFrame):
    """One message. ``closed`` once it is over, whatever the reason."""

    closed = Signal(object)

    def __init__(
        self,
        text: str,
        parent: QWidget,
        *,
        is_error: bool = False,
        undo: Callable[[], None] | None = None,
        again: Callable[[], None] | None = None,
        stay_ms: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "overlay")
        self.text = text
        self.is_error = is_error
        self._undo, self._again = undo, again
        undo_ms = int(tokens()["motion"]["undo_s"]) * 1000
        self._total_ms = stay_ms or (undo_ms if undo is not None else _STAY_MS)
        self._left_ms = self._total_ms
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)
        self._fill(text)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(text)
        if not is_error:
            self._timer.start()

    def needed_height(self) -> int:
        """Height in pixels at its fixed width."""
        return self._row.totalHeightForWidth(_WIDTH)

    def dismiss(self) -> None:
        """Over now."""
        self._timer.stop()
        self.closed.emit(self)

    def take_back(self) -> None:
        """Undo, once."""
        undo, self._undo = self._undo, None
        self.dismiss()
        if undo is not None:
            undo()

    def try_again(self) -> None:
        """Once: what comes of it is another message."""
        again, self._again = self._again, None
        self.dismiss()
        if again is not None:
            again()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, theme = QPainter(self), current()
        role = "state.critical.fill" if self.is_error else "accent.line"
        painter.fillRect(1, 8, 3, self.height() - 16, theme.color(role))
        if self._undo is not None and not self.is_error:
            width = round((self.width() - 16) * self._left_ms / self._total_ms)
            painter.fillRect(8, self.height() - 3, width, 2, theme.color("accent.line"))
        painter.end()

    def _fill(self, text: str) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(Label(text, wrap=True, parent=self), 1)
        if self._again is not None:
            again = Button(tr("Try again"), small=True, parent=self)
            again.clicked.connect(self.try_again)
            row.addWidget(again)
        if self._undo is not None:
            undo = Button(tr("Undo"), key="Ctrl+Z", small=True, parent=self)
            undo.clicked.connect(self.take_back)
            row.addWidget(undo)
        close = Button(tr("Close"), kind="icon", icon="close", small=True, parent=self)
        close.clicked.connect(self.dismiss)
        row.addWidget(close)

    def _step(self) -> None:
        # Time stands still under the pointer: a toast that is being read does not leave.
        if not self.underMouse():
            self._left_ms -= _STEP_MS
        if self._left_ms <= 0:
            self.dismiss()
        elif self._undo is not None:
            self.update(0, self.height() - 3, self.width(), 3)


class ToastStack(QObject):
    """The toasts of one window, newest at the bottom."""

    def __init__(self, window: QWidget, *, foot_px: int | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._foot = current().length("layout.status_strip") if foot_px is None else foot_px
        self._toasts: list[Toast] = []
        window.installEventFilter(self)

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """Those in sight, oldest first."""
        return tuple(self._toasts)

    def show_toast(
        self,
        text: str,
        *,
        is_error: bool = False,
        undo: Callable[[], None] | None = None,
        again: Callable[[], None] | None = None,
    ) -> Toast:
        """Show a message; the oldest that is no error makes room. What stands there already is not said twice."""
        for said in [each for each in self._toasts if each.text == text and undo is None]:
            said.dismiss()
        while len(self._toasts) >= MOST:
            oldest = next((each for each in self._toasts if not each.is_error), self._toasts[0])
            oldest.dismiss()
        toast = Toast(text, self._window, is_error=is_error, undo=undo, again=again)
        toast.closed.connect(self._forget)
        self._toasts.append(toast)
        toast.show()
        self._place()
        return toast

    def dismiss_newest(self) -> bool:
        """Close the newest; False when there is none."""
        if not self._toasts:
            return False
        self._toasts[-1].dismiss()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _forget(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._window.height() - self._foot - _EDGE
        for toast in reversed(self._toasts):
            toast.resize(_WIDTH, toast.needed_height())
            toast.move(self._window.width() - _WIDTH - _EDGE, bottom - toast.height())
            toast.raise_()
            bottom -= toast.height() + 8
