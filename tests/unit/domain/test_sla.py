"""The resolution clock of a ticket, and that ``is:breached`` means exactly what the clock shows as breached."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, MINUTE
from app.domain import sla
from app.domain.ticket import STATUSES, Ticket
from app.query import TICKETS, Env, compile_memory, parse

NOW_AT = 1_795_000_000_000
BREACHED = parse("is:breached", TICKETS)


def ticket(status: str = "open", left_ms: int | None = None) -> Ticket:
    due_at = None if left_ms is None else NOW_AT + left_ms
    return Ticket(id="1", number="INC-1", title="Slow", status=status, created_at=NOW_AT - 9 * HOUR, due_at=due_at)


@pytest.mark.parametrize(
    ("status", "left_ms", "state"),
    [
        ("open", 2 * HOUR, sla.CALM),
        ("open", 59 * MINUTE, sla.SOON),
        ("new", 29 * MINUTE, sla.IMMINENT),
        ("open", 0, sla.IMMINENT),
        ("new", -1, sla.BREACHED),
        ("pending", -HOUR, sla.PAUSED),
        ("pending", HOUR, sla.PAUSED),
        ("pending", None, sla.PAUSED),
        ("open", None, sla.NONE),
    ],
)
def test_where_a_running_clock_stands(status: str, left_ms: int | None, state: str) -> None:
    assert sla.clock(ticket(status, left_ms), NOW_AT).state == state


@given(st.sampled_from(STATUSES), st.none() | st.integers(-2, 2) | st.integers(-9 * HOUR, 9 * HOUR))
def test_a_ticket_is_breached_in_a_query_when_its_clock_shows_so(status: str, left_ms: int | None) -> None:
    asked = ticket(status, left_ms)
    is_found = compile_memory(BREACHED, TICKETS, Env(NOW_AT))(asked)
    assert is_found is (sla.clock(asked, NOW_AT).state == sla.BREACHED)


lengths = st.integers(0, 40 * HOUR) | st.integers(0, 3)
spells = st.lists(st.tuples(lengths, lengths), max_size=6)
"""Of work and of waiting, in turns."""


@given(spells, st.none() | st.integers(-2 * HOUR, 60 * HOUR))
def test_waiting_never_changes_the_time_left(spells: list[tuple[int, int]], due_in_ms: int | None) -> None:
    at = NOW_AT
    waiting = ticket("open", due_in_ms)
    for worked_ms, waited_ms in spells:
        at += worked_ms
        before = sla.clock(waiting, at)
        stopped = msgspec.structs.replace(sla.paused(waiting, at), status="pending")
        for moment in (at, at + waited_ms // 2, at + waited_ms):
            assert sla.clock(stopped, moment).left_ms == before.left_ms
            assert sla.clock(stopped, moment).used == pytest.approx(before.used)
        at += waited_ms
        waiting = msgspec.structs.replace(sla.resumed(stopped, at), status="open")
        assert sla.clock(waiting, at) == before
    waited_ms = sum(waited for _, waited in spells)
    assert waiting.waited_ms == waited_ms
    assert waiting.due_at == (None if due_in_ms is None else NOW_AT + due_in_ms + waited_ms)
    assert waiting.pending_since_at is None


@given(lengths, lengths, st.integers(-9 * HOUR, 90 * HOUR))
def test_a_due_time_set_while_it_waits_counts_from_then_on(before_ms: int, after_ms: int, left_ms: int) -> None:
    set_at = NOW_AT + before_ms
    waiting = msgspec.structs.replace(sla.paused(ticket("pending", HOUR), NOW_AT), due_at=set_at + left_ms)
    given_anew = sla.set_anew(waiting, set_at)
    on_again = sla.resumed(given_anew, set_at + after_ms)
    assert sla.clock(given_anew, set_at + after_ms).left_ms == left_ms
    assert on_again.due_at == set_at + left_ms + after_ms
    assert on_again.waited_ms == before_ms + after_ms


def test_a_clock_that_is_set_back_takes_no_time_away() -> None:
    waiting = sla.paused(ticket("pending", HOUR), NOW_AT)
    assert sla.resumed(waiting, NOW_AT - HOUR).due_at == waiting.due_at
    assert sla.clock(waiting, NOW_AT - HOUR).state == sla.PAUSED


def test_what_waits_nobody_knows_since_when_keeps_its_due_time() -> None:
    waiting = ticket("pending", HOUR)
    assert sla.resumed(waiting, NOW_AT + HOUR) == sla.set_anew(waiting, NOW_AT + HOUR) == waiting
