"""What the screens show of one ticket, read in one go, and its timeline as entries to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.base.clock import Moment, from_iso, to_datetime
from app.base.events import CancelToken
from app.base.text import duration, one_line, tr
from app.domain import ticket as words
from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.ports import Store
from app.ui.parts.timeline import TALK, Entry, Kind

PAGE = 200
"""Timeline entries read at once, newest first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A chip over the timeline. ``kinds``: what it shows, None for all; ``none``: what is said where none is."""

    word: str
    kinds: frozenset[str] | None
    none: str = ""


FILTERS: tuple[Filter, ...] = (
    Filter("All", None),
    Filter("Conversation", TALK, "Nobody has written in this ticket yet."),
    Filter("Changes", frozenset({"change"}), "No field of this ticket has been changed yet."),
    Filter("Alerts", frozenset({"alert"}), "No alert has come in for this ticket."),
    Filter("Automation", frozenset({"automation"}), "No automation has touched this ticket."),
)
_KINDS: dict[str, Kind] = {words.ALERT: "alert", words.AUTOMATION: "automation"}
_TIMES = frozenset({"due_at", "resolved_at", "closed_at"})
_COUNTED = frozenset({"reassignment_count", "reopen_count", "pending_since_at", "waited_ms"})
"""What is kept along with another change; telling it would say that change twice."""
_MOVES_ALONG = frozenset({"resolved_at", "closed_at", "sla_made", "pending_reason", "resolution"})
"""What a change of status brings with it; told with the status, where both are one edit."""
_BY_ITSELF = frozenset({"status", "assignee", "team", "priority"})
"""A change that others wait for: told in its own line, never folded with those of minor fields."""
_WORDS = {"sla_made": "SLA met", "pending_reason": "waits for"}


@dataclass(frozen=True, slots=True)
class TicketStory:
    """A ticket with its newest entries (oldest first) and attachments."""

    ticket: Ticket
    entries: Sequence[TimelineEntry] = ()
    attachments: Sequence[Attachment] = ()
    has_earlier: bool = False


def read_story(store: Store, cancel: CancelToken, ticket_id: str, limit: int = PAGE) -> TicketStory | None:
    """Read lane. None when there is no such ticket. One entry more than shown tells whether there are older ones."""
    ticket = store.tickets.get(ticket_id)
    if ticket is None:
        return None
    cancel.check()
    entries = store.tickets.timeline(ticket.id, limit=limit + 1)
    cancel.check()
    return TicketStory(ticket, entries[-limit:], store.tickets.attachments(ticket.id), len(entries) > limit)


def moment_text(at: Moment | None, now_at: Moment) -> str:
    """Local time: ``14:32`` today, ``12 Nov 14:32`` this year, ``12 Nov 2025`` before; empty for None."""
    if at is None:
        return ""
    local, today = to_datetime(at).astimezone(), to_datetime(now_at).astimezone()
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def field_word(field: str) -> str:
    """A field's name for people: ``due_at`` is ``due``."""
    return _WORDS.get(field) or field.removesuffix("_at").replace("_", " ")


def told(entries: Sequence[TimelineEntry], ticket: Ticket, now_at: Moment) -> list[Entry]:
    """The timeline's entries as the timeline view takes them."""
    moves: dict[str, dict[str, str]] = {
        entry.change_id: {} for entry in entries if entry.change_id and entry.field == "status"
    }
    shown = []
    for entry in entries:
        if entry.change_id in moves and entry.field in _MOVES_ALONG:
            moves[entry.change_id][entry.field] = entry.new or ""
        elif entry.field not in _COUNTED:
            shown.append(entry)
    return [_told(entry, ticket, now_at, moves.get(entry.change_id, {})) for entry in shown]


def _told(entry: TimelineEntry, ticket: Ticket, now_at: Moment, along: Mapping[str, str]) -> Entry:
    when, by = moment_text(entry.at, now_at), one_line(entry.by or "")
    if entry.kind in (words.PUBLIC, words.INTERNAL):
        is_theirs = entry.kind == words.PUBLIC and entry.by is not None and entry.by == ticket.requester
        kind: Kind = "message" if is_theirs else "public" if entry.kind == words.PUBLIC else "internal"
        to = tr("to {name}", name=one_line(ticket.requester)) if kind == "public" and ticket.requester else ""
        return Entry(entry.id, kind, entry.at, when, by or tr("Unknown"), entry.text or "", to=to)
    if entry.kind == words.ATTACHMENT:
        name = one_line(entry.text or "")
        return Entry(entry.id, "event", entry.at, when, by, _by(tr("attached"), by), lead=name, icon="attach")
    if entry.field == "status" and entry.old is None:
        return Entry(entry.id, "event", entry.at, when, by, _by("", by), lead=tr("Opened"), icon="ticket")
    if entry.kind == words.AUTOMATION and entry.field == "due_at":
        text = _by(_change(entry, now_at), by) + _stood_still(entry)
        return Entry(entry.id, "automation", entry.at, when, by, text, lead=tr("Due"))
    if entry.kind == words.CHANGE and entry.field:
        word = field_word(entry.field)
        lead = word[:1].upper() + word[1:]
        text = _by(_change(entry, now_at) + _reason(along), by)
        stands_alone = entry.field in _BY_ITSELF
        return Entry(
            entry.id, "change", entry.at, when, by, text + _how(along), lead=lead, stands_alone=stands_alone
        )  # fmt: skip
    text = one_line(entry.text or entry.new or "") or tr("Updated")
    if entry.kind == words.CHANGE:  # which field is not known: no change to be grouped with others
        lead = text[:1].upper() + text[1:]
        return Entry(entry.id, "event", entry.at, when, by, _by("", by), lead=lead, icon="pencil")
    return Entry(entry.id, _KINDS.get(entry.kind, "event"), entry.at, when, by, text)


def _reason(along: Mapping[str, str]) -> str:
    reason = along.get("pending_reason")
    return tr(", waits for {reason}", reason=one_line(reason)) if reason else ""


def _how(along: Mapping[str, str]) -> str:
    how = along.get("resolution")
    return f": {one_line(how)}" if how else ""


def _stood_still(entry: TimelineEntry) -> str:
    moved_ms = from_iso(entry.new) - from_iso(entry.old) if entry.old and entry.new else 0
    return tr(": the clock stood still for {time}", time=duration(moved_ms)) if moved_ms > 0 else ""


def _change(entry: TimelineEntry, now_at: Moment) -> str:
    old, new = (_value(entry.field or "", text, now_at) for text in (entry.old, entry.new))
    if not old:
        return tr("set to {new}", new=new or tr("empty"))
    return tr("{old} → {new}", old=old, new=new) if new else tr("{old} removed", old=old)


def _value(field: str, text: str | None, now_at: Moment) -> str:
    if text and field in _TIMES:
        try:
            return moment_text(from_iso(text), now_at)
        except ValueError:
            return one_line(text)
    shown = one_line(text or "")
    if field == "status":
        return tr(shown.capitalize())
    return f"P{shown}" if field == "priority" and shown.isdecimal() else shown


def _by(text: str, by: str) -> str:
    return " ".join(filter(None, [text, tr("by {who}", who=by) if by else ""]))
