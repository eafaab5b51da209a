"""The demo's tickets: what they are about is read from a file, who and when is thrown.

A ticket is planned backwards from what a person shall see now: its state and the time left. Its timeline is then laid
between its beginning and its last change, in the order in which people work.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec

from app.analysis.simulation.chance import Dice
from app.base.clock import DAY, HOUR, MINUTE, Moment
from app.base.errors import InputTrouble
from app.domain import ticket as words
from app.domain.ticket import NUMBER_PREFIX, RESOLVE_WITHIN_MS, Ticket, TimelineEntry, priority_of
from app.domain.value import Value
from app.ports import IdMaker, Store

COUNT: Final = 200
TEAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "Payments platform": ("M. Okafor", "J. Reyes"),
    "Shop": ("S. Nilsen", "A. Kowalska", "R. Lindqvist"),
    "Databases": ("T. Haddad", "E. Moreau"),
    "Platform": ("L. Brandt", "K. Osei", "V. Popescu"),
    "Network": ("H. Yilmaz", "C. Doyle"),
    "Ledger": ("P. Steiner", "N. Ferrari"),
    "Service desk": ("B. Larsen", "D. Novak", "I. Santos"),
}
# How many of each, and for those that are still open when they are due, seen from now: from, to.
_PLAN: Final[tuple[tuple[str, int, int, int], ...]] = (
    (words.NEW, 6, 20 * MINUTE, 55 * MINUTE),
    (words.NEW, 14, 2 * HOUR, 60 * HOUR),
    (words.OPEN, 7, -9 * HOUR, -4 * MINUTE),
    (words.OPEN, 4, 3 * MINUTE, 29 * MINUTE),
    (words.OPEN, 6, 31 * MINUTE, 59 * MINUTE),
    (words.OPEN, 29, 70 * MINUTE, 70 * HOUR),
    (words.PENDING, 3, -30 * HOUR, -HOUR),
    (words.PENDING, 19, 2 * HOUR, 100 * HOUR),
    (words.RESOLVED, 34, 0, 0),
    (words.CLOSED, 78, 0, 0),
)
_MINE_OF: Final = 5
"""Of so many open tickets one is the person's own."""

_LEVELS: Final = ((1, 2), (2, 1), (2, 2), (2, 2), (2, 2), (3, 1), (2, 3), (3, 2), (3, 2), (3, 3))
"""Impact and urgency of ordinary tickets."""

_MAJOR_SHARE: Final = 0.05
_QUICKEST: Final = 25 * MINUTE


Draft: TypeAlias = tuple[Ticket, list[tuple[str, str]]]
"""A ticket without its number, and its notes."""


class Template(Value, frozen=True, gc=False, kw_only=True):
    """One matter of the file. ``notes``: (``i`` or ``p``, text)."""

    title: str
    kind: str
    category: str
    service: str
    team: str
    channel: str
    hosts: tuple[str, ...]
    description: str
    resolution: str
    notes: tuple[tuple[str, str], ...] = ()


def make_tickets(
    path: Path, store: Store, ids: IdMaker, now_at: Moment, seed: int, me: str
) -> tuple[list[Ticket], list[TimelineEntry]]:
    """All tickets with their timelines, oldest first. Raises InputTrouble."""
    templates, places = _read(path)
    dice = Dice(seed)
    states = [(status, low, high) for status, count, low, high in _PLAN for _ in range(count)]
    drafts = _drafts(templates, places, dice, now_at, states, me)
    drafts.sort(key=lambda draft: draft[0].created_at)
    with store.write() as unit:
        numbers = [unit.next_number(NUMBER_PREFIX[ticket.kind]) for ticket, _ in drafts]
    tickets: list[Ticket] = []
    entries: list[TimelineEntry] = []
    for (draft, notes), number in zip(drafts, numbers, strict=True):
        ticket = msgspec.structs.replace(draft, id=ids.new(), number=number)
        tickets.append(ticket)
        entries += _timeline(ticket, notes, ids, dice)
    return tickets, entries


def _drafts(
    templates: Sequence[Template],
    places: Mapping[str, Sequence[str]],
    dice: Dice,
    now_at: Moment,
    states: Sequence[tuple[str, int, int]],
    me: str,
) -> list[Draft]:
    """One for each state. Nobody has the same thing open twice while another matter can be had."""
    drafts: list[Draft] = []
    taken: set[str] = set()
    for number, state in enumerate(states):
        for step in range(len(templates)):
            template = templates[(number * 7 + step) % len(templates)]
            draft = _draft(template, places, dice, now_at, *state, _owner(number, me))
            if not draft[0].is_working or draft[0].title not in taken:
                break
        taken.add(draft[0].title)
        drafts.append(draft)
    return drafts


def _owner(number: int, me: str) -> str:
    return me if number % _MINE_OF == 2 else ""


def _read(path: Path) -> tuple[list[Template], Mapping[str, Sequence[str]]]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        return msgspec.convert(document["ticket"], list[Template]), document["places"]
    except (OSError, UnicodeDecodeError, KeyError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputTrouble(str(error), path=str(path)) from error


def _draft(
    template: Template,
    places: Mapping[str, Sequence[str]],
    dice: Dice,
    now_at: Moment,
    status: str,
    low: int,
    high: int,
    owner: str,
) -> Draft:
    filled = {name: dice.pick(values) for name, values in places.items()}
    filled["host"] = dice.pick(template.hosts) if template.hosts else ""
    is_major = template.kind == "incident" and dice.share() < _MAJOR_SHARE
    impact, urgency = (1, 1) if is_major else dice.pick(_LEVELS if template.kind == "incident" else _LEVELS[2:])
    priority = priority_of(impact, urgency) or 4
    span = RESOLVE_WITHIN_MS[priority]
    due_at, moments = _moments(status, dice, now_at, span, low, high)
    is_new = status == words.NEW
    assignee = None if is_new else owner or dice.pick(TEAMS[template.team])
    ticket = Ticket(
        id="", number="", title=template.title.format(**filled), kind=template.kind, status=status,
        pending_reason=dice.pick(_REASONS[template.kind]) if status == words.PENDING else None,
        pending_since_at=moments["updated_at"] if status == words.PENDING else None,
        priority=priority, impact=impact, urgency=urgency, major=is_major,
        category=template.category, service=template.service,
        environment="UAT" if template.kind == "change" and dice.share() < 0.3 else "production",
        channel=template.channel, team=template.team, assignee=assignee,
        requester="monitoring" if template.channel == "monitoring" else filled["person"],
        due_at=due_at, sla_made=moments["resolved_at"] <= due_at if moments["resolved_at"] else None,
        reopen_count=int(status != words.NEW and dice.share() < 0.07),
        reassignment_count=0 if is_new else dice.pick((0, 0, 0, 1, 1, 2)),
        tags=(filled["host"],) if filled["host"] else (), description=template.description.format(**filled).strip(),
        resolution=template.resolution.format(**filled) if moments["resolved_at"] else None, **moments,
    )  # fmt: skip
    notes = [] if is_new else [(kind, text.format(**filled)) for kind, text in template.notes]
    return ticket, notes if moments["resolved_at"] else notes[: dice.between(1, 2)]


_REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "incident": ("user", "vendor", "problem", "evidence"),
    "request": ("user", "vendor", "other"),
    "problem": ("change", "evidence"),
    "change": ("change", "other"),
}


def _moments(
    status: str, dice: Dice, now_at: Moment, span: int, low: int, high: int
) -> tuple[Moment, dict[str, Any]]:
    """When it is due, and its created, updated, resolved and closed moments."""
    resolved_at = closed_at = None
    if status in words.WORKING_STATUSES:
        due_at = now_at + dice.between(low, min(high, span - 10 * MINUTE))
        created_at = due_at - span
        age = max(MINUTE, now_at - created_at)
        updated_at = created_at + MINUTE if status == words.NEW else now_at - round(age * 0.6 * dice.share() ** 2)
    else:
        took = max(_QUICKEST, round(span * (0.15 + 1.05 * dice.share() ** 1.5)))
        ended = dice.between(10 * MINUTE, 20 * HOUR if status == words.RESOLVED else 26 * DAY)
        resolved_at = now_at - ended - (0 if status == words.RESOLVED else 2 * DAY)
        created_at = resolved_at - took
        due_at = created_at + span
        closed_at = resolved_at + 2 * DAY if status == words.CLOSED else None
        updated_at = closed_at or resolved_at
    moments = {"created_at": created_at, "updated_at": updated_at, "resolved_at": resolved_at, "closed_at": closed_at}
    return due_at, moments


def _timeline(ticket: Ticket, notes: Sequence[tuple[str, str]], ids: IdMaker, dice: Dice) -> Iterator[TimelineEntry]:
    """From the opening to the last change, in order."""
    start, end = ticket.created_at, ticket.resolved_at or ticket.updated_at
    opener = ticket.requester if ticket.channel != "monitoring" else "monitoring"

    def change(at: Moment, by: str | None, field: str, old: str | None, new: str | None, group: str) -> TimelineEntry:
        return TimelineEntry(
            id=ids.new(), ticket_id=ticket.id, at=at, kind=words.CHANGE, by=by, field=field, old=old, new=new,
            change_id=group,
        )  # fmt: skip

    yield change(start, opener, "status", None, words.NEW, ids.new())
    if ticket.status == words.NEW:
        return
    by = ticket.assignee or dice.pick(TEAMS[ticket.team or "Service desk"])
    taken_at = start + max(MINUTE, (end - start) // dice.between(9, 20))
    group = ids.new()
    if ticket.reassignment_count:
        yield change(start + MINUTE // 2, "B. Larsen", "team", "Service desk", ticket.team, ids.new())
    yield change(taken_at, by, "status", words.NEW, words.OPEN, group)
    yield change(taken_at, by, "assignee", None, ticket.assignee, group)
    for place, (kind, text) in enumerate(notes, 1):
        at = taken_at + (end - taken_at) * place // (len(notes) + 1)
        yield TimelineEntry(
            id=ids.new(), ticket_id=ticket.id, at=at, kind=words.PUBLIC if kind == "p" else words.INTERNAL, by=by,
            text=text,
        )  # fmt: skip
    group = ids.new()
    if ticket.status == words.PENDING:
        yield change(end, by, "status", words.OPEN, words.PENDING, group)
        yield change(end, by, "pending_reason", None, ticket.pending_reason, group)
    if ticket.resolved_at is not None:
        yield change(ticket.resolved_at, by, "status", words.OPEN, words.RESOLVED, group)
        yield change(ticket.resolved_at, by, "resolution", None, ticket.resolution, group)
    if ticket.closed_at is not None:
        yield change(ticket.closed_at, "automation", "status", words.RESOLVED, words.CLOSED, ids.new())
