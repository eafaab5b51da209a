"""Single keys: they act where no text has the focus. Keys with Ctrl, Alt or F-keys are ordinary shortcuts.

    idle --key that starts a longer sequence--> waiting --next key or time-out--> act or idle

A key that is a whole sequence and the start of a longer one (``.`` and ``. .``) acts when the time is up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)  # fmt: skip

from app.actions.action import Action

WAIT_MS = 700
_PLAIN = Qt.KeyboardModifier.NoModifier
_SINGLE_MODIFIERS = (_PLAIN, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)
HOLDS_KEYS = "holds_keys"
"""Property of a widget over the page: what is typed in it is not for the page."""
_PRESSES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NEVER_SINGLE = {"Esc", "Return", "Enter"}


def is_single(keys: str) -> bool:
    """Whether a key text is typed without Ctrl, Alt or Meta and is not a function key."""
    first = keys.split(", ")[0]
    if first in _NEVER_SINGLE:
        return True
    bare = first.removeprefix("Shift+")
    return "+" not in bare.removesuffix("+") and not (bare[0] == "F" and bare[1:].isdigit())


def takes_text(widget: QWidget | None) -> bool:
    """Whether letters typed here are text."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable() or widget.view().isVisible()
    return isinstance(widget, QAbstractSpinBox)


def holds_keys(widget: QWidget | None) -> bool:
    """Whether keys typed here stay here, in a panel over the page."""
    while widget is not None:
        if widget.property(HOLDS_KEYS):
            return True
        widget = widget.parentWidget()
    return False


def key_text(event: QKeyEvent) -> str:
    """The portable text of a key press: ``A``, ``Shift+C``, ``?``, ``/``."""
    text = event.text()
    # Signs that need Shift on some keyboards are named by what they write.
    if len(text) == 1 and text.isprintable() and not text.isalnum() and text != " ":
        return text
    return (
        QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText).removeprefix("Num+")
    )


class KeyRouter(QObject):
    """Watches one window's keys and calls ``act(action_id)``. ``current()`` gives the actions of the screen."""

    def __init__(self, window: QWidget, current: Callable[[], Iterable[Action]], act: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._current = current
        self._act = act
        self._typed: list[str] = []
        self.enabled = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._time_up)
        window.installEventFilter(self)  # has the keys while nothing in it has the focus
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._watch)
        self._watch(None, QApplication.focusWidget())

    def _watch(self, before: QWidget | None, now: QWidget | None) -> None:
        """Only what has the focus: a filter of the whole program would run Python for each event of each widget."""
        if before is not None and before is not self._window:
            before.removeEventFilter(self)
        if now is not None and now is not self._window and now.window() is self._window:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not self.enabled:
            return False
        if not self._is_mine(watched) or takes_text(QApplication.focusWidget()):
            return False
        if event.modifiers() not in _SINGLE_MODIFIERS or holds_keys(QApplication.focusWidget()):
            return False
        if isinstance(QApplication.focusWidget(), QAbstractButton) and event.key() in _PRESSES:
            return False
        return self._press(key_text(event))

    def _is_mine(self, watched: QObject) -> bool:
        focus = QApplication.focusWidget()
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return False
        return (
            isinstance(watched, QWidget) and watched is (focus or self._window) and watched.window() is self._window
        )

    def _press(self, key: str) -> bool:
        sequences = self._sequences()
        self._typed.append(key)
        typed = ", ".join(self._typed)
        longer = any(keys.startswith(typed + ", ") for keys in sequences)
        if longer:
            self._timer.start()
            return True
        self._timer.stop()
        began = len(self._typed) > 1
        self._typed.clear()
        if typed in sequences:
            self._act(sequences[typed])
            return True
        # A sequence that leads nowhere starts again with its last key.
        return self._press(key) if began else False

    def _time_up(self) -> None:
        typed = ", ".join(self._typed)
        self._typed.clear()
        action_id = self._sequences().get(typed)
        if action_id:
            self._act(action_id)

    def _sequences(self) -> Mapping[str, str]:
        return {keys: action.id for action in self._current() for keys in action.keys if is_single(keys)}
