"""The time left to a ticket's resolution, as the queue shows it.

A clock stands still while its ticket is pending, and a clock that stands still breaches nothing: what was late before
it paused is late again as soon as it runs. A ticket does not say since when it waits, so no other rule could hold for
every ticket. ``is:breached`` of the query language says the same; a test holds the two together.
"""

from __future__ import annotations

from typing import Final

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
    left = ticket.due_at - now_at
    span = max(1, ticket.due_at - ticket.created_at)
    used = min(1.0, max(0.0, (now_at - ticket.created_at) / span))
    if ticket.status == PENDING:
        return SlaClock(PAUSED, left, used)
    if left < 0:
        return SlaClock(BREACHED, left, 1.0)
    if left < IMMINENT_MS:
        return SlaClock(IMMINENT, left, used)
    return SlaClock(SOON if left < SOON_MS else CALM, left, used)


def _ended(ticket: Ticket) -> SlaClock:
    ended_at = ticket.resolved_at or ticket.closed_at
    took = None if ended_at is None else max(0, ended_at - ticket.created_at)
    made = ticket.sla_made
    if made is None and ticket.due_at is not None and ended_at is not None:
        made = ended_at <= ticket.due_at
    return SlaClock({True: MET, False: MISSED, None: NONE}[made], took, 1.0)
