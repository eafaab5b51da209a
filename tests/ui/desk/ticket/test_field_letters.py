"""``e``, then a field's letter: by keyboard alone, with the letters in sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions.registry import build
from app.domain.ticket import Ticket
from app.ui.desk.ticket.fields import field_groups
from app.ui.desk.ticket.view import TicketView
from app.ui.parts.key_cap import KeyCap
from tests.ui.desk.desk_fixture import Desk


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    return desk.ticket(team="Payments", impact="2", urgency="2")


@pytest.fixture
def view(desk: Desk, qtbot: QtBot, ticket: Ticket) -> TicketView:
    made = TicketView(desk.context, desk.dispatcher, ticket.id)
    desk.mount(made)
    qtbot.waitExposed(desk.window)
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    qtbot.waitUntil(lambda: made.ticket is not None)
    made.focus_main()
    return made


def press(key: Qt.Key) -> None:
    focus = QApplication.activePopupWidget() or QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)


def letters_of(view: TicketView) -> str:
    caps = [*view.fields.findChildren(KeyCap), *view.head.title.findChildren(KeyCap)]
    return "".join(sorted(cap.key for cap in caps if cap.isVisible()))


def test_every_field_that_can_be_edited_has_a_letter_of_its_own() -> None:
    specs = [spec for group in field_groups() for spec in group.fields if spec.is_editable]
    letters = [spec.letter for spec in specs]
    help_ = build()["ticket.fields"].help
    assert [spec.name for spec in specs if f" {spec.letter.upper()} {spec.name}" not in help_] == []
    assert ": L title, " in help_
    assert all(len(letter) == 1 and letter.islower() for letter in letters)
    assert len(set(letters) | {"l"}) == len(letters) + 1


def test_the_letters_are_shown_and_one_edits_its_field(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    assert letters_of(view) == ""
    press(Qt.Key.Key_E)
    assert letters_of(view) == "ACEGHIKLMRSTU"
    press(Qt.Key.Key_S)
    assert letters_of(view) == ""
    line = view.fields.fields["service"].line
    assert line is not None
    assert line.hasFocus()
    QTest.keyClicks(line, "Card payments")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.now(ticket).service == "Card payments")
    assert desk.now(ticket).status == "new"


def test_a_letter_also_edits_the_title(desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket) -> None:
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_L)
    line = view.head.title.line
    assert line is not None
    assert line.selectedText() == ticket.title
    QTest.keyClicks(line, "Cards are refused")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.now(ticket).title == "Cards are refused")


def test_a_letter_opens_the_menu_of_a_field_with_choices(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_U)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.now(ticket).urgency == 1)


def test_meanwhile_no_letter_is_a_key_of_the_page(desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket) -> None:
    press(Qt.Key.Key_E)
    for key in (Qt.Key.Key_N, Qt.Key.Key_Period, Qt.Key.Key_Z):
        press(key)
    assert letters_of(view) == "ACEGHIKLMRSTU"
    assert not desk.notices
    press(Qt.Key.Key_Escape)
    assert letters_of(view) == ""
    assert view.timeline.hasFocus()
    mode = view.composer.mode
    press(Qt.Key.Key_I)
    assert view.composer.mode != mode, "the page has its keys again"


def test_tab_walks_with_the_letters_in_sight_and_another_pane_ends_them(view: TicketView) -> None:
    press(Qt.Key.Key_E)
    press(Qt.Key.Key_Tab)
    assert view.fields.fields["assignee"].focusProxy().hasFocus()
    assert letters_of(view) != ""
    press(Qt.Key.Key_K)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    press(Qt.Key.Key_E)
    assert letters_of(view) != ""
    view.handlers()["view.next_pane"]()
    assert letters_of(view) == ""
