"""Statuses, moves, priority, the SLA clock, field texts."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, MINUTE
from app.base.errors import Refused
from app.domain import sla
from app.domain import ticket as words
from app.domain.ticket import Ticket, allowed_moves, priority_of, refusal
from app.domain.ticket_field import differences, field_text, parse_written, read_field

TICKET = Ticket(id="1", number="INC-1", title="Payments refused", created_at=0, updated_at=0)


def test_priority_follows_impact_and_urgency() -> None:
    assert [priority_of(i, u) for i in (1, 2, 3) for u in (1, 2, 3)] == [1, 2, 3, 2, 3, 4, 3, 4, 5]
    assert priority_of(1, None) is None


@pytest.mark.parametrize("status", words.STATUSES)
@pytest.mark.parametrize("target", words.STATUSES)
def test_every_move_is_allowed_or_refused_with_a_reason(status: str, target: str) -> None:
    ticket = msgspec.structs.replace(TICKET, status=status)
    refused = refusal(ticket, target, reason="vendor", resolution="Restarted.")
    assert (refused is None) == (target in allowed_moves(status))
    assert refused is None or (refused.detail and refused.field == "status")


def test_waiting_needs_a_reason_and_resolving_a_resolution() -> None:
    opened = msgspec.structs.replace(TICKET, status=words.OPEN)
    waiting = refusal(opened, words.PENDING, reason=None, resolution=None)
    resolved = refusal(opened, words.RESOLVED, reason=None, resolution=None)
    assert waiting is not None
    assert resolved is not None
    assert (waiting.field, resolved.field) == ("pending_reason", "resolution")
    assert refusal(opened, words.PENDING, reason="rain", resolution=None) is not None


@pytest.mark.parametrize(
    ("left", "state"),
    [(2 * HOUR, sla.CALM), (59 * MINUTE, sla.SOON), (29 * MINUTE, sla.IMMINENT), (-1, sla.BREACHED)],
)
def test_the_clock_turns_warm_as_the_time_runs_out(left: int, state: str) -> None:
    ticket = msgspec.structs.replace(TICKET, due_at=10 * HOUR)
    assert sla.clock(ticket, 10 * HOUR - left).state == state


def test_a_pending_ticket_pauses_and_an_ended_one_tells_whether_it_was_made() -> None:
    pending = msgspec.structs.replace(TICKET, status=words.PENDING, due_at=HOUR)
    late = msgspec.structs.replace(TICKET, status=words.RESOLVED, due_at=HOUR, resolved_at=2 * HOUR)
    assert sla.clock(pending, 2 * HOUR).state == sla.PAUSED
    assert sla.clock(late, 3 * HOUR) == sla.SlaClock(sla.MISSED, 2 * HOUR, 1.0)


@pytest.mark.parametrize(
    ("field", "text"),
    [("title", "  "), ("impact", "4"), ("urgency", "x"), ("kind", "bug"), ("due_at", "soon"), ("number", "1")],
)
def test_a_bad_value_is_refused_at_its_field(field: str, text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_field(field, text)
    assert caught.value.field == field


_LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=20)
_WORDS = _LINES.filter(lambda text: text.casefold() != "none")


@given(
    title=_LINES.filter(bool),
    impact=st.sampled_from([None, 1, 2, 3]),
    team=st.one_of(st.none(), _WORDS.filter(bool)),
    tags=st.lists(_WORDS.filter(lambda text: text and "," not in text), unique=True).map(tuple),
    due=st.one_of(st.none(), st.integers(0, 4_000_000_000_000)),
    major=st.booleans(),
)
def test_what_history_writes_can_be_read_back(
    title: str, impact: int | None, team: str | None, tags: tuple[str, ...], due: int | None, major: bool
) -> None:
    values = {"title": title, "impact": impact, "team": team, "tags": tags, "due_at": due, "major": major}
    after = msgspec.structs.replace(TICKET, **values)
    for change in differences(TICKET, after):
        assert parse_written(change.field, change.new) == getattr(after, change.field)
        assert change.old == field_text(change.field, TICKET)
