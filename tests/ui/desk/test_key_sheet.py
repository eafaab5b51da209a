"""The key sheet shows every key of its screen, and no other."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.actions.action import SCREENS
from app.actions.registry import build
from app.ui.desk.key_sheet import sheet_groups
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
