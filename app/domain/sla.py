"""The time left to a ticket's resolution, as the queue shows it.

A clock stands still while its ticket is pending, and a clock that stands still breaches nothing: what was late before
it paused is late again as soon as it runs. ``is:breached`` of the query language says the same; a test holds the two
together. When the clock goes on, its due time has moved by the time it stood still, so that waiting never changes the
time left (decision 012); of a ticket that does not say since when it waits, nothing can be known to move.
"""

from __future__ import annotations

from typing import Final

import msgspec

from app.base.clock import MINUTE, Moment
from app.domain.ticket import PENDING, Ticket
from app.domain.value import Value

CALM: Final = "calm"
SOON: Final = "soon"
IMMINENT: Final = "imminent"
BREACHED: Final = "breached"
PAUSED: Final = "paused"
MET: Final = "met"
MISSED: Final = "missed"
NONE: Final = "none"

SOON_MS: Final = 60 * MINUTE
IMMINENT_MS: Final = 30 * MINUTE


class SlaClock(Value, frozen=True, gc=False):
    """``left_ms``: to the due time, negative when past; for met and missed, how long it took.
    ``used``: share of the time used, 0 to 1."""

    state: str
    left_ms: int | None = None
    used: float = 0.0


def clock(ticket: Ticket, now_at: Moment) -> SlaClock:
    """Where the resolution clock of a ticket stands."""
    if not ticket.is_working:
        return _ended(ticket)
    if ticket.due_at is None:
        return SlaClock(PAUSED if ticket.status == PENDING else NONE)
    shown_at = shown_moment(ticket, now_at)
    left = ticket.due_at - shown_at
    total = total_ms(ticket)
    used = min(1.0, max(0.0, (total - left) / total))
    if ticket.status == PENDING:
        return SlaClock(PAUSED, left, used)
    if left < 0:
        return SlaClock(BREACHED, left, 1.0)
    if left < IMMINENT_MS:
        return SlaClock(IMMINENT, left, used)
    return SlaClock(SOON if left < SOON_MS else CALM, left, used)


def shown_moment(ticket: Ticket, now_at: Moment) -> Moment:
    """The moment that the clock shows: now, or when it stopped."""
    return now_at if ticket.pending_since_at is None else min(now_at, ticket.pending_since_at)


def total_ms(ticket: Ticket) -> int:
    """The time that a ticket with a due time was given in all, without what it waited; at least 1."""
    assert ticket.due_at is not None
    return max(1, ticket.due_at - ticket.created_at - ticket.waited_ms)


def paused(ticket: Ticket, at: Moment) -> Ticket:
    """The ticket with its clock stopped."""
    return msgspec.structs.replace(ticket, pending_since_at=at)


def resumed(ticket: Ticket, at: Moment) -> Ticket:
    """The ticket with its clock going on: the time left is that of when it stopped.

    A computer's clock that was set back meanwhile moves nothing.
    """
    if ticket.pending_since_at is None:
        return ticket
    waited = max(0, at - ticket.pending_since_at)
    due_at = None if ticket.due_at is None else ticket.due_at + waited
    return msgspec.structs.replace(
        ticket, pending_since_at=None, waited_ms=ticket.waited_ms + waited, due_at=due_at
    )  # fmt: skip


def set_anew(ticket: Ticket, at: Moment) -> Ticket:
    """The ticket after its due time was set by hand: what it waited until then is in that time already."""
    if ticket.pending_since_at is None:
        return ticket
    waited = max(0, at - ticket.pending_since_at)
    return msgspec.structs.replace(ticket, pending_since_at=at, waited_ms=ticket.waited_ms + waited)


def _ended(ticket: Ticket) -> SlaClock:
    ended_at = ticket.resolved_at or ticket.closed_at
    took = None if ended_at is None else max(0, ended_at - ticket.created_at)
    made = ticket.sla_made
    if made is None and ticket.due_at is not None and ended_at is not None:
        made = ended_at <= ticket.due_at
    return SlaClock({True: MET, False: MISSED, None: NONE}[made], took, 1.0)
