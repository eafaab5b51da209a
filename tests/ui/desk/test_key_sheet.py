"""The key sheet shows every key of its screen, and no other."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from app.actions.action import SCREENS
from app.actions.registry import build
from app.ui.desk.key_sheet import open_key_sheet, sheet_groups
from app.ui.kit.theme import current
from app.ui.parts.overlay import Overlay
from tests.ui.desk.frame_fixture import Frame


@pytest.mark.parametrize("screen", SCREENS)
def test_every_key_of_a_screen_is_on_its_sheet(screen: str) -> None:
    registry = build()
    shown = {action.id for _group, actions in sheet_groups(registry, screen) for action in actions}
    assert shown == {action.id for action in registry.on(screen) if action.keys}


def test_letters_narrow_it() -> None:
    groups = sheet_groups(build(), "board", "theme dark")
    assert [action.id for _group, actions in groups for action in actions] in ([], ["view.theme"])
    assert [action.id for _g, actions in sheet_groups(build(), "board", "ctrl+k") for action in actions] == [
        "view.palette"
    ]


def test_it_opens_by_key_filters_and_closes(frame: Frame) -> None:
    before = QApplication.focusWidget()
    frame.press("?")
    (sheet,) = [each for each in frame.window.findChildren(Overlay) if each.isVisible()]
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    frame.type("downtime")
    assert not sheet.grab().isNull()
    frame.press("Esc")
    assert not sheet.isVisible()
    assert QApplication.focusWidget() is before


def words_on(sheet: Overlay) -> list[str]:
    """What the sheet's labels in sight say."""
    return [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]


def told(sheet: Overlay) -> str:
    """What a screen reader is told about the keys."""
    return " ".join(each.accessibleName() for each in sheet.findChildren(QWidget))


def has_dot(sheet: Overlay) -> bool:
    """Whether the mark of a changed key is drawn anywhere; the field's own edge is left out."""
    QApplication.processEvents()
    picture = sheet.panel.grab().toImage()
    wanted = current().color("accent.line").rgb()
    top = round(60 * picture.devicePixelRatio())
    return any(
        picture.pixel(x, y) == wanted for y in range(top, picture.height()) for x in range(0, picture.width(), 2)
    )


def test_keys_that_the_person_has_changed_are_marked(frame: Frame) -> None:
    plain_sheet = open_key_sheet(frame.window, build(), "board")
    assert "changed by you" not in words_on(plain_sheet)
    assert "changed by you" not in told(plain_sheet)
    assert not has_dot(plain_sheet)
    plain_sheet.dismiss()
    sheet = open_key_sheet(frame.window, build({"problem.acknowledge": "Q"}), "board")
    assert "changed by you" in words_on(sheet)
    assert "Acknowledge: Q, changed by you" in told(sheet)
    assert has_dot(sheet)
    sheet.dismiss()
    elsewhere = open_key_sheet(frame.window, build({"problem.acknowledge": "Q"}), "knowledge")
    assert "changed by you" not in words_on(elsewhere)
    elsewhere.dismiss()


def test_a_search_that_finds_nothing_says_so(frame: Frame) -> None:
    sheet = open_key_sheet(frame.window, build(), "board")
    frame.type("xyzzy")
    assert "No key on this screen does “xyzzy”. The palette finds every action." in words_on(sheet)
    height = sheet.panel.height()
    frame.press("Ctrl+A")
    frame.type("downtime")
    assert not any("xyzzy" in words for words in words_on(sheet))
    assert sheet.panel.height() == height
    sheet.dismiss()
