"""A ticket that waits: what its head, fields and timeline say, and what they say when it goes on."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.base.clock import HOUR, MINUTE
from app.base.events import TICKETS, Touched
from app.domain.ticket import Ticket
from app.ui.desk.ticket.story import moment_text
from app.ui.desk.ticket.view import TicketView
from app.ui.parts.timeline_entry import OneLiner
from app.usecases.ticket import move_ticket
from tests.ui.desk.desk_fixture import Desk


def opened(desk: Desk, qtbot: QtBot, ticket: Ticket) -> TicketView:
    view = TicketView(desk.context, desk.dispatcher, ticket.id)
    desk.mount(view)
    qtbot.waitExposed(desk.window)
    qtbot.waitUntil(lambda: view.ticket is not None)
    return view


def test_while_it_waits_it_says_since_when_and_what_is_left(desk: Desk, qtbot: QtBot) -> None:
    made = desk.ticket(impact="1", urgency="1")
    desk.clock.advance(HOUR / 1000)
    waiting = move_ticket(desk.me, made.id, "pending", reason="vendor").ticket
    since = moment_text(waiting.pending_since_at, desk.clock.now())
    desk.clock.advance(30 * MINUTE / 1000)
    view = opened(desk, qtbot, made)
    assert view.head.clock.accessibleName() == f"Resolution vendor paused since {since}"
    shown = view.fields.facts
    assert (shown["Paused since"], shown["Time left"]) == (since, "3 h")
    assert "Due" not in shown


def test_what_waited_already_when_it_came_says_only_that_it_is_paused(desk: Desk, qtbot: QtBot) -> None:
    came = Ticket(
        id="t", number="INC-77", title="Slow", status="pending", pending_reason="user", created_at=1, updated_at=1,
        due_at=desk.clock.now() + HOUR,
    )  # fmt: skip
    with desk.store.write() as unit:
        unit.put_tickets([came])
    view = opened(desk, qtbot, came)
    assert view.head.clock.accessibleName() == "Resolution user paused"
    assert {"Paused since", "Time left"} & set(view.fields.facts) == set()
    assert view.fields.facts["Due"] == moment_text(came.due_at, desk.clock.now())


def test_going_on_is_told_with_how_long_the_clock_stood(desk: Desk, qtbot: QtBot) -> None:
    made = desk.ticket(impact="1", urgency="1")
    view = opened(desk, qtbot, made)
    move_ticket(desk.me, made.id, "pending", reason="vendor")
    desk.clock.advance(2 * HOUR / 1000)
    on_again = move_ticket(desk.me, made.id, "open").ticket
    view.refresh(Touched.of(TICKETS, [made.id]))
    now_at = desk.clock.now()
    moved = f"{moment_text(made.due_at, now_at)} → {moment_text(on_again.due_at, now_at)}"
    said = f"Due {moved} by Watchdesk: the clock stood still for 2 h"
    qtbot.waitUntil(lambda: said in [line.accessibleName().partition(" ")[2] for line in lines(view)])
    assert [chip.accessibleName() for chip in view.chips][-1] == "Automation"
    view.chips[-1].click()
    qtbot.waitUntil(lambda: len(lines(view)) == 1)
    assert view.fields.facts["Due"] == moment_text(on_again.due_at, now_at)


def lines(view: TicketView) -> list[OneLiner]:
    return view.timeline.findChildren(OneLiner)
