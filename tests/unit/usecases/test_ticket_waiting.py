"""A ticket's clock stands still while it is pending, judged by what the store holds and its queries find."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import DAY, HOUR, SECOND, to_iso
from app.base.errors import Conflict
from app.domain import sla
from app.domain.ticket import AUTOMATION, CHANGE, PENDING, RESOLVE_WITHIN_MS, Ticket
from app.query import TICKETS, Env, parse
from app.storage.store import SqliteStore
from app.usecases.ticket import edit_ticket, move_ticket, new_ticket, undo_edit
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock

BREACHED = parse("is:breached", TICKETS)
FOUR_HOURS = {"title": "Slow", "impact": "1", "urgency": "1"}


def stored(work: Work, number: str) -> Ticket:
    found = work.store.tickets.get(number)
    assert found is not None
    return found


def wait(work: Work, time: VirtualClock, number: str, for_s: float) -> Ticket:
    """Pending for so long, then open again."""
    move_ticket(work, number, "pending", reason="vendor")
    time.advance(for_s)
    return move_ticket(work, number, "open").ticket


@given(st.lists(st.tuples(st.integers(0, 5 * HOUR), st.integers(0, 50 * HOUR)), max_size=4))
def test_several_waits_add_up_and_leave_the_time_left_as_it_was(
    me: Work, time: VirtualClock, spells: list[tuple[int, int]]
) -> None:
    made = new_ticket(me, FOUR_HOURS).ticket
    for worked_ms, waited_ms in spells:
        time.advance(worked_ms / SECOND)
        before = sla.clock(stored(me, made.number), time.now())
        wait(me, time, made.number, waited_ms / SECOND)
        after = stored(me, made.number)
        assert sla.clock(after, time.now()).left_ms == before.left_ms
        is_found = made.number in {one.number for one in me.store.tickets.every(BREACHED, Env(time.now()))}
        assert is_found is (before.state == sla.BREACHED)
    waited_ms = sum(waited for _, waited in spells)
    after = stored(me, made.number)
    assert after.due_at == made.created_at + RESOLVE_WITHIN_MS[1] + waited_ms
    assert (after.pending_since_at, after.waited_ms) == (None, waited_ms)


def test_a_ticket_says_since_when_it_waits(me: Work, time: VirtualClock) -> None:
    number = new_ticket(me, FOUR_HOURS).ticket.number
    time.advance(60)
    move_ticket(me, number, "pending", reason="vendor")
    since_at = time.now()
    time.advance(3600)
    edit_ticket(me, number, {"team": "Payments"})
    assert stored(me, number).pending_since_at == since_at


def test_going_on_is_told_as_one_edit_the_due_time_as_the_programs(
    me: Work, store: SqliteStore, time: VirtualClock
) -> None:
    made = new_ticket(me, FOUR_HOURS).ticket
    move_ticket(me, made.number, "pending", reason="vendor")
    time.advance(7200)
    saved = move_ticket(me, made.number, "open")
    told = {e.field: e for e in store.tickets.timeline(made.id) if e.change_id == saved.change_id}
    assert (told["status"].kind, told["status"].by) == (CHANGE, "J. Reyes")
    due = told["due_at"]
    assert (due.kind, due.by, due.at) == (AUTOMATION, "Watchdesk", time.now())
    assert made.due_at is not None
    assert (due.old, due.new) == (to_iso(made.due_at), to_iso(made.due_at + 2 * HOUR))


def test_what_is_resolved_while_it_waits_is_in_time_by_the_clock_that_stood(me: Work, time: VirtualClock) -> None:
    number = new_ticket(me, FOUR_HOURS).ticket.number
    move_ticket(me, number, "pending", reason="user")
    time.advance(DAY / SECOND)
    assert move_ticket(me, number, "resolved", resolution="Sent the part.").ticket.sla_made is True


@pytest.mark.parametrize("ends", [{"status": "open"}, {"status": "resolved", "resolution": "Sent the part."}])
def test_undo_of_its_end_lets_it_wait_on_since_then(me: Work, time: VirtualClock, ends: dict[str, str]) -> None:
    number = new_ticket(me, FOUR_HOURS).ticket.number
    wait(me, time, number, 3600)
    waiting = move_ticket(me, number, "pending", reason="vendor").ticket
    time.advance(7200)
    moved = move_ticket(me, number, **ends)
    time.advance(60)
    undo_edit(me, number, moved.change_id)
    again = stored(me, number)
    assert msgspec.structs.replace(again, updated_at=waiting.updated_at) == waiting
    time.advance(600)
    assert move_ticket(me, number, "open").ticket.waited_ms == (3600 + 7200 + 60 + 600) * SECOND


def test_an_undo_that_is_done_again_moves_the_due_time_again(me: Work, time: VirtualClock) -> None:
    number = new_ticket(me, FOUR_HOURS).ticket.number
    move_ticket(me, number, "pending", reason="vendor")
    time.advance(7200)
    moved = move_ticket(me, number, "open")
    undone = undo_edit(me, number, moved.change_id)
    again = undo_edit(me, number, undone.change_id).ticket
    assert msgspec.structs.replace(again, updated_at=moved.ticket.updated_at) == moved.ticket


def test_undo_of_its_beginning_is_as_if_it_had_not_waited(me: Work, time: VirtualClock) -> None:
    made = new_ticket(me, FOUR_HOURS).ticket
    moved = move_ticket(me, made.number, "pending", reason="vendor")
    time.advance(7200)
    undone = undo_edit(me, made.number, moved.change_id).ticket
    assert (undone.status, undone.due_at, undone.pending_since_at) == ("new", made.due_at, None)


def test_undo_of_its_end_is_refused_when_the_due_time_was_set_since(me: Work, time: VirtualClock) -> None:
    number = new_ticket(me, FOUR_HOURS).ticket.number
    move_ticket(me, number, "pending", reason="vendor")
    time.advance(7200)
    moved = move_ticket(me, number, "open")
    kept = edit_ticket(me, number, {"due_at": "2027-02-01T12:00Z"}).ticket
    with pytest.raises(Conflict):
        undo_edit(me, number, moved.change_id)
    assert stored(me, number) == kept


@pytest.mark.parametrize("is_waiting", [True, False])
def test_the_due_time_follows_the_priority_also_after_a_wait(me: Work, time: VirtualClock, is_waiting: bool) -> None:
    made = new_ticket(me, FOUR_HOURS).ticket
    wait(me, time, made.number, 3600)
    if is_waiting:
        move_ticket(me, made.number, "pending", reason="vendor")
    time.advance(60)
    edit_ticket(me, made.number, {"impact": "3", "urgency": "3"})
    ticket = move_ticket(me, made.number, "open").ticket if is_waiting else stored(me, made.number)
    waited_ms = (3600 + 60 * is_waiting) * SECOND
    assert ticket.due_at == made.created_at + RESOLVE_WITHIN_MS[5] + waited_ms


def test_a_due_time_set_by_hand_while_it_waits_moves_by_what_it_waits_from_then_on(
    me: Work, store: SqliteStore, time: VirtualClock
) -> None:
    made = new_ticket(me, FOUR_HOURS).ticket
    move_ticket(me, made.number, "pending", reason="vendor")
    time.advance(7200)
    by_hand = time.now() + 5 * HOUR
    saved = edit_ticket(me, made.number, {"due_at": to_iso(by_hand)})
    time.advance(3600)
    assert move_ticket(me, made.number, "open").ticket.due_at == by_hand + HOUR
    told = {e.field: e.by for e in store.tickets.timeline(made.id) if e.change_id == saved.change_id}
    assert told == {"due_at": "J. Reyes", "pending_since_at": "Watchdesk", "waited_ms": "Watchdesk"}


def test_what_waited_already_when_it_came_keeps_its_due_time(me: Work, time: VirtualClock) -> None:
    came = new_ticket(me, FOUR_HOURS).ticket
    with me.store.write() as unit:
        unit.put_tickets([msgspec.structs.replace(came, status=PENDING, pending_reason="other")])
    time.advance(7200)
    assert move_ticket(me, came.number, "open").ticket.due_at == came.due_at
