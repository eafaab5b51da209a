"""What the desk showed last, kept in the profile; a start paints it before any store is opened (decision 005).

Plain rows of JSON: a start must not import the domain's values for a picture of the past.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from app.base.clock import Moment
from app.base.paths import write_private

SIZE_LIMIT_BYTES = 2_000_000
ROWS = 80


class LastTicket(NamedTuple):
    """A ticket as its row is drawn; the names are those of ``domain.ticket.Ticket``."""

    number: str
    title: str
    status: str
    priority: int | None
    service: str | None
    team: str | None
    assignee: str | None
    pending_reason: str | None
    created_at: Moment
    updated_at: Moment
    due_at: Moment | None
    requester: str | None = None
    waited_ms: int = 0


class LastProblem(NamedTuple):
    """A row of the board as it was; its state is old whatever it was."""

    title: str
    host: str
    output: str
    source: str
    state: str
    since_at: Moment | None


class LastView(NamedTuple):
    """``rows``: the head of the queue. ``problems``: the head of the board. ``counts``: unhandled by state word.
    ``sources``: when each one's data were received."""

    saved_at: Moment
    screen: str = "queue"
    view_name: str = ""
    query: str = ""
    total: int = 0
    rows: tuple[LastTicket, ...] = ()
    problems: tuple[LastProblem, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    sources: tuple[tuple[str, Moment | None], ...] = ()
    width: int = 0
    height: int = 0


def last_tickets(tickets: Iterable[Any]) -> tuple[LastTicket, ...]:
    """The rows to remember of some tickets."""
    return tuple(LastTicket(*(getattr(ticket, name) for name in LastTicket._fields)) for ticket in tickets)


def load_last_view(path: Path) -> LastView | None:
    """The last view; None when there is none or it cannot be read (it is only a picture of the past)."""
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            return None
        told = json.loads(path.read_bytes())
        return LastView(
            **{
                **told,
                "rows": tuple(LastTicket(*row) for row in told["rows"]),
                "problems": tuple(LastProblem(*row) for row in told["problems"]),
                "counts": tuple((str(state), int(amount)) for state, amount in told["counts"]),
                "sources": tuple((str(name), at) for name, at in told["sources"]),
            }
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def save_last_view(path: Path, view: LastView) -> None:
    """Write it, owner-only. Raises OSError."""
    write_private(path, json.dumps(view._asdict(), ensure_ascii=False).encode())
