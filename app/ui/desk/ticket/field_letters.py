"""One key per field: while they are shown, a field's letter edits it. Owns when that is so; edits nothing itself.

at rest --start--> choosing --a field's letter, Esc, focus elsewhere--> at rest
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.desk.keys import HOLDS_KEYS
from app.ui.desk.ticket.field_edit import FieldEdit

_NO_LETTERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class FieldLetters(QObject):
    """``pane`` has the focus meanwhile and gives its keys to ``take``; ``left`` when Esc ended it."""

    left = Signal()

    def __init__(self, pane: QWidget, fields: Mapping[str, FieldEdit]) -> None:
        super().__init__(pane)
        self._pane = pane
        self._fields = fields
        self.is_on = False

    def start(self) -> None:
        """Show the letters. The focus is in the pane already."""
        if self.is_on:
            return
        self._show(True)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    def stop(self) -> None:
        """The letters go."""
        if not self.is_on:
            return
        self._show(False)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.disconnect(self._focus_moved)

    def take(self, event: QKeyEvent) -> bool:
        """Whether the key was meant for the letters."""
        if not self.is_on:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.stop()
            self.left.emit()
            return True
        if event.modifiers() & _NO_LETTERS:
            return False
        letter = event.text().casefold()
        for field in self._fields.values():
            if letter and field.spec.letter == letter:
                self.stop()
                field.edit()
                return True
        return bool(letter.strip())  # a letter of no field is no key of the page either

    def _show(self, is_on: bool) -> None:
        self.is_on = is_on
        self._pane.setProperty(HOLDS_KEYS, is_on)
        for field in self._fields.values():
            field.show_letter(is_on)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Tab walks the fields with the letters in sight; an editor, a menu or another pane ends it."""
        at_rest = now is not None and any(field.focusProxy() is now for field in self._fields.values())
        if not at_rest:
            self.stop()
