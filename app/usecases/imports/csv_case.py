"""One ticket from its rows of a CSV file: what it is now, and its history as far as the rows tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from app.base.clock import Moment, to_iso
from app.domain import ticket as words
from app.domain.ticket import Ticket
from app.domain.ticket_field import read_field
from app.usecases.imports.cell import flag_or_none, whole_or_none
from app.usecases.imports.csv_row import Fields, TicketRow
from app.usecases.imports.mapping import TicketMapping
from app.usecases.imports.replay import OPENING, Update, ordered, replay
from app.usecases.imports.tickets import Case

# What a timeline tells of each update, in this order, of the fields that the file gives.
TOLD: Final = (
    "status", "source_status", "pending_reason", "priority", "impact", "urgency", "major", "team", "assignee",
    "requester", "title", "kind", "channel", "category", "service", "environment", "tags", "description",
    "resolved_at", "closed_at", "due_at", "sla_made", "reopen_count", "reassignment_count", "resolution",
)  # fmt: skip
_SIMPLE: Final = (
    "source_status", "category", "service", "environment", "channel", "team", "assignee", "requester", "resolution",
)  # fmt: skip


def case_of(remote_id: str, rows: Sequence[TicketRow], mapping: TicketMapping, source: str) -> Case:
    """One ticket from its rows, in whatever order they come."""
    by_place = {row.place: row for row in rows}
    told = [name for name in TOLD if name in mapping.fields or name in ("status", *mapping.defaults)]
    updates = ordered(
        Update(row.order, row.place, _at(row), row.fields.get("by") or row.fields.get("assignee"), _told(row, told))
        for row in by_place.values()
    )
    in_order = [by_place[update.place] for update in updates]
    last = in_order[-1].fields
    kind = last.get("kind") or mapping.kind
    steps = replay(told, updates)
    if len(in_order) == 1:
        # One row is no history: only that it was opened is known, and when.
        opened_at = in_order[0].moments.get("created_at", updates[0].at)
        steps = [msgspec.structs.replace(step, at=opened_at, by=None, mark=OPENING) for step in steps]
    return Case(
        remote_id, last.get("number"), kind, steps,
        lambda id_, number: ticket_of(in_order, mapping, kind, source, remote_id, id_, number),
        is_snapshot=len(in_order) == 1,
    )  # fmt: skip


def _at(row: TicketRow) -> Moment:
    return row.moments["updated_at"] if "updated_at" in row.moments else row.moments["created_at"]


def _told(row: TicketRow, names: Sequence[str]) -> tuple[str | None, ...]:
    values = {name: to_iso(at) for name, at in row.moments.items()}
    return tuple(_status(row) if name == "status" else values.get(name, row.fields.get(name)) for name in names)


def _status(row: TicketRow) -> str:
    given = row.fields.get("status")
    if given:
        return given
    if "closed_at" in row.moments:
        return words.CLOSED
    return words.RESOLVED if "resolved_at" in row.moments else words.NEW


def ticket_of(
    rows: Sequence[TicketRow], mapping: TicketMapping, kind: str, source: str, remote_id: str, id_: str, number: str
) -> Ticket:
    """The ticket that these rows, in order, end in."""
    last = rows[-1]
    value, worked_out = last.fields, worked_out_of(rows, mapping)
    moments = {**worked_out.moments, **last.moments}
    levels = {name: whole_or_none(value.get(name)) for name in ("impact", "urgency", "priority")}
    status = _status(last)
    return Ticket(
        id=id_,
        number=number,
        title=value.get("title") or f"{kind.capitalize()} {remote_id}",
        kind=kind,
        status=status,
        pending_reason=(value.get("pending_reason") or "other") if status == words.PENDING else None,
        priority=levels["priority"] or words.priority_of(levels["impact"], levels["urgency"]),
        impact=levels["impact"],
        urgency=levels["urgency"],
        major=value.get("major") == "yes",
        source=source,
        remote_id=remote_id,
        created_at=moments.get("created_at", _at(rows[0])),
        updated_at=_at(last),
        resolved_at=moments.get("resolved_at"),
        closed_at=moments.get("closed_at"),
        due_at=moments.get("due_at"),
        reopen_count=_count(value, "reopen_count", worked_out.reopened),
        reassignment_count=_count(value, "reassignment_count", worked_out.reassigned),
        sla_made=flag_or_none(value.get("sla_made")),
        tags=read_field("tags", value.get("tags") or ""),  # type: ignore[arg-type]
        description=value.get("description") or "",
        **{name: value.get(name) for name in _SIMPLE},  # type: ignore[arg-type]
    )


class WorkedOut(NamedTuple):
    """What the order of updates says that no column does."""

    moments: Mapping[str, Moment]
    reopened: int
    reassigned: int


def worked_out_of(rows: Sequence[TicketRow], mapping: TicketMapping) -> WorkedOut:
    """Times of resolving and closing, reopenings and hand-overs, from rows in order."""
    resolved_at = closed_at = None
    reopened = reassigned = 0
    before: str | None = None
    owner_field = "team" if "team" in mapping.fields else "assignee"
    owner: str | None = None
    for row in rows:
        status = _status(row)
        if status in words.WORKING_STATUSES:
            reopened += before in (words.RESOLVED, words.CLOSED)
            resolved_at = closed_at = None
        elif status != before:
            if status == words.CLOSED:
                closed_at = _at(row)
            resolved_at = resolved_at or _at(row)
        now = row.fields.get(owner_field)
        reassigned += bool(owner and now and now != owner)
        owner, before = now or owner, status
    found: dict[str, Moment] = {}
    if resolved_at is not None and "resolved_at" not in mapping.fields and len(rows) > 1:
        found["resolved_at"] = resolved_at
    if closed_at is not None and "closed_at" not in mapping.fields and len(rows) > 1:
        found["closed_at"] = closed_at
    return WorkedOut(found, reopened, reassigned)


def _count(value: Fields, name: str, worked_out: int) -> int:
    given = value.get(name)
    return worked_out if given is None else int(given)
