"""A ticket's timeline as it is told: conversation entries by themselves, the field changes of one edit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.base.clock import Moment
from app.base.text import count, one_line, tr
from app.domain import ticket as words
from app.domain.ticket import TimelineEntry

CONVERSATION: Final = "conversation"
CHANGES: Final = "changes"
ALERTS: Final = "alerts"
AUTOMATION: Final = "automation"
FILTERS: Final = ("all", CONVERSATION, CHANGES, ALERTS, AUTOMATION)

_CLASS = {
    words.PUBLIC: CONVERSATION,
    words.INTERNAL: CONVERSATION,
    words.ATTACHMENT: CONVERSATION,
    words.CHANGE: CHANGES,
    words.ALERT: ALERTS,
    words.AUTOMATION: AUTOMATION,
}
_ICONS = {CHANGES: "pencil", ALERTS: "bell", AUTOMATION: "automation", CONVERSATION: "attach"}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing in the timeline. ``block``: public, internal, or empty for a one-liner."""

    id: str
    at: Moment
    by: str
    kind: str
    text: str
    icon: str = ""
    block: str = ""
    tip: str = ""


def timeline_items(entries: Sequence[TimelineEntry]) -> list[TimelineItem]:
    """In the entries' order; neighbours of one edit become one item."""
    items: list[TimelineItem] = []
    group: list[TimelineEntry] = []
    for entry in entries:
        if group and not _together(group[-1], entry):
            items.append(_told(group))
            group = []
        group.append(entry)
    return items + ([_told(group)] if group else [])


def counts(items: Sequence[TimelineItem]) -> dict[str, int]:
    """How many items each filter leaves."""
    found = dict.fromkeys(FILTERS, 0)
    for item in items:
        found["all"] += 1
        found[item.kind] += 1
    return found


def _together(before: TimelineEntry, entry: TimelineEntry) -> bool:
    return bool(entry.change_id) and before.change_id == entry.change_id and before.kind == entry.kind


def _told(group: list[TimelineEntry]) -> TimelineItem:
    first = group[0]
    kind = _CLASS.get(first.kind, AUTOMATION)
    if first.kind in (words.PUBLIC, words.INTERNAL):
        return TimelineItem(first.id, first.at, first.by or "", kind, first.text or "", block=first.kind)
    by = one_line(first.by or "")
    text = _changes(group, by) if kind == CHANGES else one_line(first.text or first.new or first.field or first.kind)
    tip = "\n".join(_change(entry) for entry in group if entry.field)
    return TimelineItem(first.id, first.at, by, kind, text, _ICONS[kind], tip=tip)


def _changes(group: list[TimelineEntry], by: str) -> str:
    fields = [entry for entry in group if entry.field]
    who = tr(" by {who}", who=by) if by else ""
    if not fields:
        return tr("Updated{who}", who=who)
    if len(fields) == 1:
        return _change(fields[0]) + who
    shown = ", ".join(_word(entry.field or "") for entry in fields[:_SHOWN])
    more = f" +{len(fields) - _SHOWN}" if len(fields) > _SHOWN else ""
    return f"{count(len(fields), 'field change', 'field changes')}{who}: {shown}{more}"


def _change(entry: TimelineEntry) -> str:
    old, new = one_line(entry.old or ""), one_line(entry.new or "")
    field = _word(entry.field or "").capitalize()
    if not old:
        return tr("{field} set to {new}", field=field, new=new or tr("empty"))
    return tr("{field}: {old} → {new}", field=field, old=old, new=new or tr("empty"))


def _word(field: str) -> str:
    return field.removesuffix("_at").replace("_", " ")
