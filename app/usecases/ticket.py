"""Tickets: new, edit, comment, move, attach, undo. Each is one commit of change + edit history + audit.

Write lane. Raises Refused (rule), NotFound, Conflict (seen value is no longer the current one) and the store's
EnvironmentTrouble; after any of them nothing of the call is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from app.base.clock import Moment
from app.base.errors import Conflict, NotFound, Refused
from app.domain import sla
from app.domain import ticket as words
from app.domain.ticket import Attachment, Ticket
from app.domain.ticket_field import field_text, read_field
from app.ports import Unit
from app.usecases.ticket_record import PAUSE, Saved, commit, entry, saved, written
from app.usecases.work import Work

COMMENT_LIMIT = 100_000
_LOOK_AGAIN: Final = "Your text is kept. Look at the new value and save again."


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
        unit.add_entries([entry(work, ticket, words.CHANGE, field="status", new=ticket.status)])
        unit.audit("ticket.new", by=work.me, concerns=ticket.number)
    return saved(work, ticket, "")


def edit_ticket(
    work: Work, id_or_number: str, fields: Mapping[str, str], *, seen: Mapping[str, str | None] | None = None
) -> Saved:
    """Set fields from texts. ``seen``: the values shown to the person, as text; a field that has changed since
    raises Conflict, so that nobody is overwritten unseen."""
    values = {name: read_field(name, text) for name, text in fields.items()}
    with work.store.write() as unit:
        before, now_at = _require(unit, id_or_number), work.clock.now()
        _refuse_overwriting(before, seen or {})
        after = _with_counts(before, _with_priority(msgspec.structs.replace(before, **values), values, before))
        if "due_at" in values and after.due_at != before.due_at:
            after = sla.set_anew(after, now_at)
        return commit(work, unit, before, after, "ticket.edit", now_at, of_program=PAUSE)


def move_ticket(
    work: Work, id_or_number: str, status: str, *, reason: str | None = None, resolution: str | None = None
) -> Saved:
    """Change the status. Which moves are allowed and what they need is a table in ``domain.ticket``.

    The clock stands still while the ticket is pending; the due time moves on by that when the wait is over.
    """
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        refused = words.refusal(before, status, reason=reason, resolution=resolution)
        if refused is not None:
            raise refused
        now_at = work.clock.now()
        after = _moved(before, status, now_at, reason=reason, resolution=resolution)
        return commit(work, unit, before, after, "ticket.move", now_at, of_program=PAUSE | {"due_at"})


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
        unit.add_entries([entry(work, after, kind, text=text.strip())])
        unit.put_tickets([after])
        if work.uses_drafts:
            unit.drop_draft(draft_key(before.id))
        unit.audit(f"ticket.comment.{kind}", by=work.me, concerns=before.number)
    return saved(work, after, "")


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
        unit.add_entries([entry(work, after, words.ATTACHMENT, text=path.name, field="attachment", new=sha256)])
        unit.put_tickets([after])
        unit.audit("ticket.attach", by=work.me, concerns=before.number, detail={"sha256": sha256})
    return saved(work, after, "")


def undo_edit(work: Work, id_or_number: str, change_id: str) -> Saved:
    """Take one edit back. A field that somebody changed again since raises Conflict; nothing is undone then."""
    with work.store.write() as unit:
        before = _require(unit, id_or_number)
        entries = [each for each in unit.entries(before.id, change_id) if each.field]
        if not entries:
            raise NotFound("There is no such edit to undo.", concerns=before.number)
        foreign = sorted({str(each.field) for each in entries} - set(Ticket.__struct_fields__))
        if foreign:
            raise Refused(
                f"This edit of {before.number} cannot be undone here.",
                detail=f"It came from another system and changed {', '.join(foreign)}.",
                concerns=before.number,
            )
        _refuse_overwriting(
            before,
            {each.field: each.new for each in entries if each.field},
            hint="It stays as it is; nothing was undone.",
        )
        values = {each.field: written(each.field, each.old) for each in entries if each.field}
        after = msgspec.structs.replace(before, **values)
        of_program = {str(each.field) for each in entries if each.kind == words.AUTOMATION}
        return commit(work, unit, before, after, "ticket.undo", work.clock.now(), of_program=of_program)


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
    return None if priority is None else ticket.created_at + words.RESOLVE_WITHIN_MS[priority] + ticket.waited_ms


def _with_counts(before: Ticket, after: Ticket) -> Ticket:
    """A hand-over from one team or person to another counts; the first assignment does not."""
    handed_over = any(
        getattr(before, name) and getattr(after, name) != getattr(before, name) for name in ("team", "assignee")
    )
    return msgspec.structs.replace(after, reassignment_count=before.reassignment_count + int(handed_over))


def _moved(before: Ticket, status: str, now_at: Moment, *, reason: str | None, resolution: str | None) -> Ticket:
    before = sla.paused(before, now_at) if status == words.PENDING else sla.resumed(before, now_at)
    values: dict[str, object] = {"status": status, "pending_reason": reason if status == words.PENDING else None}
    if status == words.RESOLVED:
        made = None if before.due_at is None else now_at <= before.due_at
        values |= {"resolved_at": now_at, "resolution": resolution or before.resolution, "sla_made": made}
    if status == words.CLOSED:
        values["closed_at"] = now_at
    if words.MOVES[before.status, status].reopens:
        values |= {"resolved_at": None, "sla_made": None, "reopen_count": before.reopen_count + 1}
    return msgspec.structs.replace(before, **values)
