"""Tickets: the value, its statuses and what may follow which, priority from impact and urgency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.base.clock import HOUR, Moment
from app.base.errors import Refused
from app.domain.value import Value

NEW: Final = "new"
OPEN: Final = "open"
PENDING: Final = "pending"
RESOLVED: Final = "resolved"
CLOSED: Final = "closed"
STATUSES: Final = (NEW, OPEN, PENDING, RESOLVED, CLOSED)
WORKING_STATUSES: Final = frozenset({NEW, OPEN, PENDING})

KINDS: Final = ("incident", "request", "problem", "change")
NUMBER_PREFIX: Final[Mapping[str, str]] = {
    "incident": "INC", "request": "REQ", "problem": "PRB", "change": "CHG",
}  # fmt: skip
PENDING_REASONS: Final = ("user", "vendor", "change", "problem", "evidence", "other")
CHANNELS: Final = ("monitoring", "mail", "phone", "chat", "self service", "remote", "other")
LEVELS: Final = (1, 2, 3)

# Impact x urgency, the usual ITIL matrix; 1 is worst.
PRIORITY_MATRIX: Final[Mapping[tuple[int, int], int]] = {
    (1, 1): 1, (1, 2): 2, (1, 3): 3,
    (2, 1): 2, (2, 2): 3, (2, 3): 4,
    (3, 1): 3, (3, 2): 4, (3, 3): 5,
}  # fmt: skip

# Time to resolve by priority, clock hours; calendars come with the SLA work.
RESOLVE_WITHIN_MS: Final[Mapping[int, int]] = {
    1: 4 * HOUR, 2: 8 * HOUR, 3: 24 * HOUR, 4: 72 * HOUR, 5: 168 * HOUR,
}  # fmt: skip


class Ticket(Value, frozen=True, gc=False, kw_only=True):
    """A ticket as shown. Priority, impact, urgency: 1 is worst; None: not known.

    ``source_status``: the word of the system it came from. ``due_at``: when its resolution is due; while it waits,
    when it would have been. ``pending_since_at``: since when its clock stands still; None where that is not known, as
    of what waited already when it was imported. ``waited_ms``: how long it stood still before.
    """

    id: str
    number: str
    title: str
    kind: str = "incident"
    status: str = NEW
    source_status: str | None = None
    pending_reason: str | None = None
    priority: int | None = None
    impact: int | None = None
    urgency: int | None = None
    major: bool = False
    category: str | None = None
    service: str | None = None
    environment: str | None = None
    channel: str | None = None
    team: str | None = None
    assignee: str | None = None
    requester: str | None = None
    source: str | None = None
    remote_id: str | None = None
    created_at: Moment = 0
    updated_at: Moment = 0
    resolved_at: Moment | None = None
    closed_at: Moment | None = None
    due_at: Moment | None = None
    reopen_count: int = 0
    reassignment_count: int = 0
    sla_made: bool | None = None
    tags: tuple[str, ...] = ()
    pending_since_at: Moment | None = None
    waited_ms: int = 0
    description: str = ""
    resolution: str | None = None

    @property
    def is_working(self) -> bool:
        """New, open or pending: somebody still has to do something."""
        return self.status in WORKING_STATUSES


EDITABLE_FIELDS: Final = (
    "title", "kind", "impact", "urgency", "priority", "major", "category", "service", "environment",
    "channel", "team", "assignee", "requester", "due_at", "tags", "description",
)  # fmt: skip
"""What a person may set directly; status moves by ``transition``."""

# Timeline kinds.
PUBLIC: Final = "public"
INTERNAL: Final = "internal"
CHANGE: Final = "change"
ALERT: Final = "alert"
ATTACHMENT: Final = "attachment"
AUTOMATION: Final = "automation"


class TimelineEntry(Value, frozen=True, gc=False, kw_only=True):
    """Something that happened to a ticket. ``change_id`` groups the field changes of one edit.

    Order of a timeline: ``at``, then ``seq`` (the order in which things were written or imported).
    ``origin``: what it was imported from; one ticket never takes the same origin twice.
    """

    id: str
    ticket_id: str
    at: Moment
    kind: str
    by: str | None = None
    text: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    change_id: str = ""
    origin: str = ""
    seq: int = 0


class Attachment(Value, frozen=True, gc=False, kw_only=True):
    """A file kept by its SHA-256."""

    id: str
    ticket_id: str
    name: str
    sha256: str
    size_bytes: int
    at: Moment
    by: str


class Move(Value, frozen=True, gc=False):
    """What a status change asks for: ``needs`` names a field that must be given with it."""

    needs: str = ""
    reopens: bool = False


# (from, to) -> what it asks for. What is not here is refused, with a reason from _WHY_NOT.
MOVES: Final[Mapping[tuple[str, str], Move]] = {
    (NEW, OPEN): Move(),
    (NEW, PENDING): Move(needs="pending_reason"),
    (NEW, RESOLVED): Move(needs="resolution"),
    (OPEN, PENDING): Move(needs="pending_reason"),
    (OPEN, RESOLVED): Move(needs="resolution"),
    (PENDING, OPEN): Move(),
    (PENDING, RESOLVED): Move(needs="resolution"),
    (RESOLVED, OPEN): Move(reopens=True),
    (RESOLVED, CLOSED): Move(),
}
_WHY_NOT: Final[Mapping[str, str]] = {
    CLOSED: "A closed ticket stays closed. Open a new ticket that refers to it.",
    NEW: "A new ticket is taken up first: move it to open, pending or resolved.",
    RESOLVED: "A resolved ticket can be reopened or closed.",
}
_NEEDS: Final[Mapping[str, str]] = {
    "pending_reason": "Say what it waits for: " + ", ".join(PENDING_REASONS) + ".",
    "resolution": "Say how it was resolved.",
}


def allowed_moves(status: str) -> tuple[str, ...]:
    """The statuses that may follow, in the order of ``STATUSES``."""
    return tuple(target for target in STATUSES if (status, target) in MOVES)


def refusal(ticket: Ticket, status: str, *, reason: str | None, resolution: str | None) -> Refused | None:
    """Why this status change is refused, with the field to show it at; None when it may go on."""
    if status not in STATUSES:
        return Refused(f"There is no status “{status}”.", hint="Use one of " + ", ".join(STATUSES) + ".")
    move = MOVES.get((ticket.status, status))
    concerns = ticket.number
    if move is None:
        why = _WHY_NOT.get(ticket.status, f"A ticket does not go from {ticket.status} to {status}.")
        return Refused(
            f"{ticket.number} cannot move from {ticket.status} to {status}.",
            detail=why, concerns=concerns, field="status",
        )  # fmt: skip
    given = {"pending_reason": reason, "resolution": resolution or ticket.resolution}
    if move.needs and not given[move.needs]:
        return Refused(
            f"{ticket.number} needs more to become {status}.",
            detail=_NEEDS[move.needs], concerns=concerns, field=move.needs,
        )  # fmt: skip
    if status == PENDING and reason not in PENDING_REASONS:
        return Refused(
            f"“{reason}” is not a reason to wait.",
            detail=_NEEDS["pending_reason"], concerns=concerns, field="pending_reason",
        )  # fmt: skip
    return None


def priority_of(impact: int | None, urgency: int | None) -> int | None:
    """The priority that impact and urgency ask for; None unless both are known."""
    if impact is None or urgency is None:
        return None
    return PRIORITY_MATRIX[impact, urgency]
