"""The resolution clock of a ticket, and that ``is:breached`` means exactly what the clock shows as breached."""

from __future__ import annotations

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
