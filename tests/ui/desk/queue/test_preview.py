"""The preview beside the queue's list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.actions.action import QUEUE, Situation
from app.base.events import Touched
from app.ui.desk.queue.preview import TicketPreview
from app.ui.parts.section_head import SectionHead
from app.ui.parts.sla_box import SlaBox
from app.usecases.ticket import comment_ticket, edit_ticket
from tests.ui.desk.desk_fixture import Desk


class Pane(TicketPreview):
    """The preview as the page in front."""

    def situation(self) -> Situation:
        return Situation(QUEUE, tickets=(self.ticket,) if self.ticket else ())

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {}

    def refresh(self, _touched: Touched) -> None:
        pass


@pytest.fixture
def pane(desk: Desk, qtbot: QtBot) -> Pane:
    made = Pane(desk.context, desk.dispatcher)
    desk.mount(made)
    qtbot.waitExposed(desk.window)
    return made


def latest(pane: TicketPreview) -> str:
    heads = [head for head in pane.findChildren(SectionHead) if head.accessibleName().startswith("Latest")]
    return heads[0].accessibleName()


def texts(pane: TicketPreview) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]


def test_without_a_ticket_it_says_what_to_do(pane: Pane) -> None:
    assert pane.state.accessibleName() == "No ticket is selected. Choose one with j and k, or with the mouse."
    assert pane.state.isVisible()


def test_it_tells_the_last_three_entries(desk: Desk, qtbot: QtBot, pane: Pane) -> None:
    ticket = desk.ticket(service="Card payments")
    for number in range(4):
        desk.clock.advance(1)
        comment_ticket(desk.someone, ticket.id, f"note {number}")
    pane.show_ticket(ticket)
    qtbot.waitUntil(lambda: latest(pane) == "Latest 3 of 5")
    assert [entry.accessibleName().rpartition(": ")[2] for entry in pane.shown_entries] == [
        "note 1", "note 2", "note 3",
    ]  # fmt: skip
    qtbot.waitUntil(lambda: "Card payments" in texts(pane))


def test_the_row_shows_at_once_and_the_latest_asked_for_wins(desk: Desk, qtbot: QtBot, pane: Pane) -> None:
    first, second = desk.ticket(title="First"), desk.ticket(title="Second")
    pane.show_ticket(first)
    pane.show_ticket(second)
    assert "Second" in texts(pane)
    qtbot.waitUntil(lambda: latest(pane) == "Latest 1 of 1")
    assert pane.ticket is not None
    assert pane.ticket.number == second.number
    pane.show_ticket(None)
    assert pane.state.isVisible()


def test_a_ticket_without_a_due_time_has_no_clock(desk: Desk, qtbot: QtBot, pane: Pane) -> None:
    without, with_due = desk.ticket(), desk.ticket(impact="1", urgency="1")
    clock = pane.findChild(SlaBox)
    assert clock is not None
    pane.show_ticket(without)
    qtbot.waitUntil(lambda: latest(pane) == "Latest 1 of 1")
    assert not clock.isVisible()
    pane.show_ticket(with_due)
    qtbot.waitUntil(clock.isVisible)
    pane.tick(desk.clock.now() + 60_000)
    assert "due" in clock.accessibleName()


def test_make_it_mine_is_saved_and_read_again(desk: Desk, qtbot: QtBot, pane: Pane) -> None:
    ticket = desk.ticket()
    edit_ticket(desk.someone, ticket.id, {"assignee": "S. Nilsen"})
    pane.show_ticket(desk.now(ticket))
    desk.dispatcher.act("ticket.mine")
    qtbot.waitUntil(lambda: desk.now(ticket).assignee == "J. Reyes")
    qtbot.waitUntil(lambda: bool(desk.notices))
    pane.show_ticket(desk.now(ticket))
    qtbot.waitUntil(lambda: "J. Reyes" in texts(pane))
