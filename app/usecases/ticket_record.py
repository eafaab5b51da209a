"""What a commit on a ticket leaves beside it: its history, who did what, the audit, and the way back from history.

Write lane, inside the caller's transaction. Decides nothing about tickets: ``usecases.ticket`` does.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

import msgspec

from app.base.clock import Moment
from app.base.events import DRAFTS, TICKETS, Touched
from app.domain import ticket as words
from app.domain.ticket import Ticket, TimelineEntry
from app.domain.ticket_field import differences, parse_written
from app.ports import Unit
from app.usecases.work import Work

PROGRAM: Final = "Watchdesk"
"""Who changed what no person did."""

PAUSE: Final = frozenset({"pending_since_at", "waited_ms"})
"""The fields of a clock that stands still; no person sets them."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A ticket after a commit. ``change_id`` names the edit for undo; empty when nothing was different."""

    ticket: Ticket
    change_id: str
    touched: Touched


def commit(
    work: Work,
    unit: Unit,
    before: Ticket,
    after: Ticket,
    action: str,
    now_at: Moment,
    *,
    of_program: Set[str] = frozenset(),
) -> Saved:
    """Write what is different, an entry for each field, one audit. ``now_at``: the moment of the change, the same
    that its times were reckoned from. ``of_program``: fields that followed of themselves and are told as the
    program's change, not the person's."""
    changes = differences(before, after)
    if not changes:
        return saved(work, before, "")
    after = msgspec.structs.replace(after, updated_at=max(now_at, before.updated_at))
    change_id = work.ids.new()
    unit.put_tickets([after])
    unit.add_entries(
        entry(
            work, after, *_teller(work, change.field in of_program),
            field=change.field, old=change.old, new=change.new, change_id=change_id,
        )
        for change in changes
    )  # fmt: skip
    unit.audit(action, by=work.me, concerns=after.number, detail={c.field: [c.old, c.new] for c in changes})
    return saved(work, after, change_id)


def _teller(work: Work, is_program: bool) -> tuple[str, str]:
    return (words.AUTOMATION, PROGRAM) if is_program else (words.CHANGE, work.me)


def entry(work: Work, ticket: Ticket, kind: str, by: str = "", **values: str | None) -> TimelineEntry:
    """An entry of a ticket's timeline at its last change; ``by`` the person at the desk unless said."""
    shown = {name: value for name, value in values.items() if value is not None or name in ("old", "new")}
    return TimelineEntry(
        id=work.ids.new(), ticket_id=ticket.id, at=ticket.updated_at, kind=kind, by=by or work.me, **shown  # type: ignore[arg-type]
    )  # fmt: skip


def written(name: str, text: str | None) -> object:
    """The value behind a history entry's text, also of fields that no person sets directly."""
    if name in words.EDITABLE_FIELDS:
        return parse_written(name, text)
    if name.endswith("_at"):
        return parse_written("due_at", text)
    if name.endswith(("_count", "_ms")):
        return int(text or 0)
    if name == "sla_made":
        return None if text is None else text == "yes"
    return text


def saved(work: Work, ticket: Ticket, change_id: str) -> Saved:
    """The ticket as saved, and what that touches."""
    touched = Touched.of(TICKETS, [ticket.id], work.origin) | Touched.of(DRAFTS, [ticket.id], work.origin)
    return Saved(ticket, change_id, touched)
