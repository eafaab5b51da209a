"""Single keys act where no text has the focus; sequences wait; everything else is left alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.actions.action import Action
from app.ui.desk.keys import WAIT_MS, KeyRouter, is_single

ACTIONS = tuple(
    Action(id_, id_, "", "Everywhere", keys=keys)
    for id_, keys in {
        "ack": ("A",),
        "resolve": ("Shift+C",),
        "board": ("G, B",),
        "number": (".",),
        "title": ("., .",),
        "keys": ("?",),
        "palette": ("Ctrl+K",),
    }.items()
)


class _Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.acted: list[str] = []
        layout = QVBoxLayout(self)
        self.button, self.field = QPushButton("b", self), QLineEdit(self)
        layout.addWidget(self.button)
        layout.addWidget(self.field)
        self.router = KeyRouter(self, lambda: ACTIONS, self.acted.append)


@pytest.fixture
def window(qtbot: QtBot) -> _Window:
    window = _Window()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    window.button.setFocus()
    qtbot.waitUntil(window.button.hasFocus)
    return window


@pytest.mark.parametrize(
    ("keys", "single"),
    [("A", True), ("G, B", True), ("Shift+C", True), ("?", True), ("+", True), ("Esc", True),
     ("Ctrl+K", False), ("F5", False), ("Alt+Space", False), ("Ctrl+Alt+1", False), ("Shift+F6", False)],
)  # fmt: skip
def test_what_counts_as_a_single_key(keys: str, single: bool) -> None:
    assert is_single(keys) is single


def test_a_key_acts_at_once(qtbot: QtBot, window: _Window) -> None:
    qtbot.keyClick(window.button, Qt.Key.Key_A)
    qtbot.keyClick(window.button, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(window.button, "?")
    assert window.acted == ["ack", "resolve", "keys"]


def test_a_sequence_acts_when_it_is_whole(qtbot: QtBot, window: _Window) -> None:
    qtbot.keyClick(window.button, Qt.Key.Key_G)
    assert window.acted == []
    qtbot.keyClick(window.button, Qt.Key.Key_B)
    assert window.acted == ["board"]


def test_a_sequence_that_leads_nowhere_starts_again_with_its_last_key(qtbot: QtBot, window: _Window) -> None:
    qtbot.keyClick(window.button, Qt.Key.Key_G)
    qtbot.keyClick(window.button, Qt.Key.Key_A)
    assert window.acted == ["ack"]


def test_the_shorter_of_two_waits_for_the_longer(qtbot: QtBot, window: _Window) -> None:
    qtbot.keyClick(window.button, ".")
    assert window.acted == []
    qtbot.waitUntil(lambda: window.acted == ["number"], timeout=WAIT_MS + 1000)
    qtbot.keyClick(window.button, ".")
    qtbot.keyClick(window.button, ".")
    assert window.acted == ["number", "title"]


def test_letters_typed_into_a_field_are_text(qtbot: QtBot, window: _Window) -> None:
    window.field.setFocus()
    qtbot.waitUntil(window.field.hasFocus)
    qtbot.keyClicks(window.field, "ag")
    assert window.acted == []
    assert window.field.text() == "ag"


def test_chords_are_left_to_the_ordinary_shortcuts(qtbot: QtBot, window: _Window) -> None:
    qtbot.keyClick(window.button, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.acted == []


def test_single_keys_can_be_switched_off(qtbot: QtBot, window: _Window) -> None:
    window.router.enabled = False
    qtbot.keyClick(window.button, Qt.Key.Key_A)
    assert window.acted == []
