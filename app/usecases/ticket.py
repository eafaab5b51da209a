"""Tickets: new, edit, comment, move, attach, undo. Each is one commit of change + edit history + audit.

Write lane. Raises Refused (rule), NotFound, Conflict (seen value is no longer the current one) and the store's
EnvironmentTrouble; after any of them nothing of the call is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from app.base.clock import Moment
from app.base.errors import Conflict, NotFound, Refused
from app.base.events import DRAFTS, TICKETS, Touched
from app.domain import ticket as words
from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.domain.ticket_field import FieldChange, differences, field_text, parse_written, read_field
from app.ports import Unit
from app.usecases.work import Work

COMMENT_LIMIT = 100_000
_LOOK_AGAIN: Final = "Your text is kept. Look at the new value and save again."


@dataclass(frozen=True, slots=True)
class Saved:
    """A ticket after a commit. ``change_id`` names the edit for undo; empty when nothing was different."""

    ticket: Ticket
    change_id: str
    touched: Touched


def new_ticket(work: Work, fields: Mapping[str, str], *, source: str | None = None) -> Saved:
    """Open a ticket from field texts (``title`` is needed). Priority and due time follow impact and urgency."""
    values = {name: read_field(name, text) for name, text in fields.items()}
    values["title"] = read_field("title", fields.get("title", ""))
    now_at = work.clock.now()
    kind = str(values.get("kind", "incident"))
    with work.store.write() as unit:
        bare = Ticket(
            id=work.ids.new(),
            number=unit.next_number(words.NUMBER_PREFIX[kind]),
            title="",
            created_at=now_at,
            updated_at=now_at,
            source=source,
        )
        ticket = _with_priority(msgspec.structs.replace(bare, **values), values)
        unit.put_tickets([ticket])
        unit.add_entries([_entry(work, ticket, words.CHANGE, field="status", new=ticket.status)])
        unit.audit("ticket.new", by=work.me, concerns=ticket.number)
    return _saved(work, ticket, "")


def edit_ticket(
    work: Work, id_or_number: str, fields: Mapping[str, str], *, seen: Mapping[str, str | None] | None = None
) -> Saved:
    """Set fields from texts. ``seen``: the values shown to the person, as text; a field that has changed since
    raises Conflict, so that nobody is overwritten unseen."""
    values = {name: read_field(name, text) for name, text in fields.items()}
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        _refuse_overwriting(before, seen or {})
        after = _with_counts(before, _with_priority(msgspec.structs.replace(before, **values), values, before))
        return _commit(work, unit, before, after, "ticket.edit")


def move_ticket(
    work: Work, id_or_number: str, status: str, *, reason: str | None = None, resolution: str | None = None
) -> Saved:
    """Change the status. Which moves are allowed and what they need is a table in ``domain.ticket``."""
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        refused = words.refusal(before, status, reason=reason, resolution=resolution)
        if refused is not None:
            raise refused
        after = _moved(before, status, work.clock.now(), reason=reason, resolution=resolution)
        return _commit(work, unit, before, after, "ticket.move")


def comment_ticket(work: Work, id_or_number: str, text: str, *, public: bool = False) -> Saved:
    """Add a work note (internal), or a comment that the requester sees; at the desk its draft goes with it."""
    if not text.strip():
        raise Refused("There is nothing to add.", hint="Write the note first.", field="text")
    if len(text) > COMMENT_LIMIT:
        raise Refused("The text is too long.", hint="Attach it as a file.", field="text")
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        after = msgspec.structs.replace(before, updated_at=work.clock.now())
        kind = words.PUBLIC if public else words.INTERNAL
        unit.add_entries([_entry(work, after, kind, text=text.strip())])
        unit.put_tickets([after])
        if work.uses_drafts:
            unit.drop_draft(draft_key(before.id))
        unit.audit(f"ticket.comment.{kind}", by=work.me, concerns=before.number)
    return _saved(work, after, "")


def attach_file(work: Work, id_or_number: str, path: Path) -> Saved:
    """Keep a copy of a file with a ticket. The file is on disk before the row that names it."""
    if not path.is_file():
        raise Refused(f"{path} is not a file.", hint="Name a file that can be read.", field="file")
    sha256, size_bytes = work.store.keep_file(path)
    now_at = work.clock.now()
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        after = msgspec.structs.replace(before, updated_at=now_at)
        kept = Attachment(
            id=work.ids.new(),
            ticket_id=before.id,
            name=path.name,
            sha256=sha256,
            size_bytes=size_bytes,
            at=now_at,
            by=work.me,
        )
        unit.add_attachment(kept)
        unit.add_entries([_entry(work, after, words.ATTACHMENT, text=path.name, field="attachment", new=sha256)])
        unit.put_tickets([after])
        unit.audit("ticket.attach", by=work.me, concerns=before.number, detail={"sha256": sha256})
    return _saved(work, after, "")


def undo_edit(work: Work, id_or_number: str, change_id: str) -> Saved:
    """Take one edit back. A field that somebody changed again since raises Conflict; nothing is undone then."""
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        entries = [entry for entry in unit.entries(before.id, change_id) if entry.field]
        if not entries:
            raise NotFound("There is no such edit to undo.", concerns=before.number)
        foreign = sorted({str(entry.field) for entry in entries} - set(Ticket.__struct_fields__))
        if foreign:
            raise Refused(
                f"This edit of {before.number} cannot be undone here.",
                detail=f"It came from another system and changed {', '.join(foreign)}.",
                concerns=before.number,
            )
        _refuse_overwriting(
            before,
            {entry.field: entry.new for entry in entries if entry.field},
            hint="It stays as it is; nothing was undone.",
        )
        values = {entry.field: _written(entry.field, entry.old) for entry in entries if entry.field}
        after = msgspec.structs.replace(before, **values)
        return _commit(work, unit, before, after, "ticket.undo")


def draft_key(ticket_id: str) -> str:
    """Where the composer of a ticket keeps its text."""
    return f"ticket:{ticket_id}:note"


def _require(unit: Unit, id_or_number: str) -> Ticket:
    ticket = unit.ticket(id_or_number)
    if ticket is None:
        raise NotFound(f"There is no ticket {id_or_number}.", hint="Give its number or id.", concerns=id_or_number)
    return ticket


def _refuse_overwriting(current: Ticket, seen: Mapping[str, str | None], *, hint: str = _LOOK_AGAIN) -> None:
    for name, shown in seen.items():
        now = field_text(name, current)
        if now != shown:
            raise Conflict(
                f"The {name} of {current.number} has been changed meanwhile.",
                detail=f"It was “{shown or 'empty'}”, it is “{now or 'empty'}” now.",
                hint=hint,
                concerns=current.number,
            )


def _with_priority(ticket: Ticket, given: Mapping[str, object], before: Ticket | None = None) -> Ticket:
    """Priority follows impact and urgency unless it was set by hand in the same edit; so does the due time."""
    priority = ticket.priority
    if "priority" not in given and {"impact", "urgency"} & set(given):
        priority = words.priority_of(ticket.impact, ticket.urgency) or priority
    due_at = ticket.due_at
    follows = due_at is None if before is None else before.due_at == _due(before, before.priority)
    if "due_at" not in given and follows and (before is None or priority != before.priority):
        due_at = _due(ticket, priority)
    return msgspec.structs.replace(ticket, priority=priority, due_at=due_at)


def _due(ticket: Ticket, priority: int | None) -> Moment | None:
    return None if priority is None else ticket.created_at + words.RESOLVE_WITHIN_MS[priority]


def _with_counts(before: Ticket, after: Ticket) -> Ticket:
    """A hand-over from one team or person to another counts; the first assignment does not."""
    handed_over = any(
        getattr(before, name) and getattr(after, name) != getattr(before, name) for name in ("team", "assignee")
    )
    return msgspec.structs.replace(after, reassignment_count=before.reassignment_count + int(handed_over))


def _moved(before: Ticket, status: str, now_at: Moment, *, reason: str | None, resolution: str | None) -> Ticket:
    values: dict[str, object] = {"status": status, "pending_reason": reason if status == words.PENDING else None}
    if status == words.RESOLVED:
        made = None if before.due_at is None else now_at <= before.due_at
        values |= {"resolved_at": now_at, "resolution": resolution or before.resolution, "sla_made": made}
    if status == words.CLOSED:
        values["closed_at"] = now_at
    if words.MOVES[before.status, status].reopens:
        values |= {"resolved_at": None, "sla_made": None, "reopen_count": before.reopen_count + 1}
    return msgspec.structs.replace(before, **values)


def _commit(work: Work, unit: Unit, before: Ticket, after: Ticket, action: str) -> Saved:
    changes = differences(before, after)
    if not changes:
        return _saved(work, before, "")
    after = msgspec.structs.replace(after, updated_at=max(work.clock.now(), before.updated_at))
    change_id = work.ids.new()
    unit.put_tickets([after])
    unit.add_entries([_change_entry(work, after, change, change_id) for change in changes])
    unit.audit(action, by=work.me, concerns=after.number, detail={c.field: [c.old, c.new] for c in changes})
    return _saved(work, after, change_id)


def _change_entry(work: Work, ticket: Ticket, change: FieldChange, change_id: str) -> TimelineEntry:
    return _entry(work, ticket, words.CHANGE, field=change.field, old=change.old, new=change.new, change_id=change_id)


def _entry(work: Work, ticket: Ticket, kind: str, **values: str | None) -> TimelineEntry:
    shown = {name: value for name, value in values.items() if value is not None or name in ("old", "new")}
    return TimelineEntry(id=work.ids.new(), ticket_id=ticket.id, at=ticket.updated_at, kind=kind, by=work.me, **shown)  # type: ignore[arg-type]


def _written(name: str, text: str | None) -> object:
    """The value behind a history entry's text, also of fields that no person sets directly."""
    if name in words.EDITABLE_FIELDS:
        return parse_written(name, text)
    if name.endswith("_at"):
        return parse_written("due_at", text)
    if name.endswith("_count"):
        return int(text or 0)
    if name == "sla_made":
        return None if text is None else text == "yes"
    return text


def _saved(work: Work, ticket: Ticket, change_id: str) -> Saved:
    touched = Touched.of(TICKETS, [ticket.id], work.origin) | Touched.of(DRAFTS, [ticket.id], work.origin)
    return Saved(ticket, change_id, touched)
