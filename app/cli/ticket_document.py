"""Tickets and what belongs to them as JSON documents, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.base.clock import Moment, to_datetime, to_iso
from app.base.text import duration, one_line, plain
from app.cli.context import table
from app.domain.ticket import Attachment, Ticket, TimelineEntry

KEYS: Final = (
    "id", "number", "kind", "title", "status", "source_status", "pending_reason", "priority", "impact", "urgency",
    "major", "category", "service", "environment", "channel", "team", "assignee", "requester", "source", "remote_id",
    "created_at", "updated_at", "resolved_at", "closed_at", "due_at", "reopen_count", "reassignment_count",
    "sla_made", "tags",
)  # fmt: skip


_AFTER_REASON: Final = KEYS.index("pending_reason") - 2
_BOOKKEEPING: Final = ("pending_since_at", "waited_ms")
"""What the status and the due time beside it tell people already."""


def iso(at: Moment | None) -> str | None:
    return None if at is None else to_iso(at)


def local(at: Moment | None) -> str:
    """A moment for a person: this computer's zone, to the minute."""
    return "" if at is None else to_datetime(at).astimezone().strftime("%Y-%m-%d %H:%M")


def ticket_document(ticket: Ticket) -> dict[str, Any]:
    """The keys of ``tickets --json``, in their order."""
    return {key: _plain(key, getattr(ticket, key)) for key in KEYS}


def _plain(key: str, value: Any) -> Any:
    if key.endswith("_at"):
        return iso(value)
    return list(value) if isinstance(value, tuple) else value


def entry_document(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": to_iso(entry.at), "kind": entry.kind, "by": entry.by, "text": entry.text, "field": entry.field,
        "old": entry.old, "new": entry.new,
    }  # fmt: skip


def attachment_document(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name, "sha256": attachment.sha256, "size_bytes": attachment.size_bytes,
        "at": to_iso(attachment.at), "by": attachment.by,
    }  # fmt: skip


def ticket_lines(tickets: Iterable[Ticket], now_at: Moment) -> list[str]:
    """A table of tickets."""
    rows = [
        (t.number, f"P{t.priority}" if t.priority else "", t.status, t.team, t.assignee,
         duration(max(0, now_at - t.updated_at)), t.title)
        for t in tickets
    ]  # fmt: skip
    return table(
        ("NUMBER", "PRIO", "STATUS", "TEAM", "ASSIGNEE", "UPDATED", "TITLE"), rows, right=frozenset({"UPDATED"})
    )


def whole_ticket_lines(
    ticket: Ticket, timeline: Sequence[TimelineEntry], attachments: Sequence[Attachment]
) -> list[str]:
    """One ticket as a person reads it: facts, text, attachments, history."""

    facts = [
        (key.removesuffix("_at").replace("_", " "), _shown(key, getattr(ticket, key)))
        for key in KEYS
        if key not in ("id", "number", "title")
    ]
    lines = [f"{ticket.number}  {one_line(ticket.title)}", ""]
    facts.insert(_AFTER_REASON, ("pending since", local(ticket.pending_since_at)))
    lines += [f"{name:<20}{value}" for name, value in facts if value]
    for name, text in (("Description", ticket.description), ("Resolution", ticket.resolution or "")):
        if text:
            lines += ["", name, *(f"  {line}" for line in plain(text).splitlines())]
    if attachments:
        lines += ["", "Attachments", *(f"  {_attachment_line(each)}" for each in attachments)]
    lines += ["", "Timeline", *(f"  {_entry_line(entry)}" for entry in timeline if entry.field not in _BOOKKEEPING)]
    return lines


def _attachment_line(each: Attachment) -> str:
    kept = f"{each.size_bytes} bytes  {each.sha256[:12]}  {local(each.at)}  {one_line(each.by)}"
    return f"{one_line(each.name)}  {kept}"


def _shown(key: str, value: Any) -> str:

    if key.endswith("_at"):
        return local(value)
    if isinstance(value, tuple):
        return one_line(", ".join(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value in (None, 0) else one_line(str(value))


def _entry_line(entry: TimelineEntry) -> str:

    what = one_line(entry.text or "")
    if entry.field:
        what = one_line(f"{entry.field.replace('_', ' ')}: {entry.old or 'empty'} → {entry.new or 'empty'}")
    return f"{local(entry.at)}  {entry.kind:<9} {one_line(entry.by or ''):<16} {what}"
