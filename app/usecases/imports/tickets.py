"""Writes imported cases as tickets and timelines, all of them in one transaction. Write lane."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from app.base.events import EVERYTHING, TICKETS, CancelToken, Touched
from app.domain import sla
from app.domain import ticket as words
from app.domain.ticket import Ticket, TimelineEntry
from app.domain.ticket_field import differences
from app.ports import Unit
from app.usecases.imports.replay import UPDATED, Step
from app.usecases.work import Work

BATCH: Final = 500
"""Cases per call of the store: large enough to be quick, small enough to tell progress and to stop soon."""


class Case(NamedTuple):
    """One ticket of a file. ``ticket(id, number)`` builds it; ``number`` None: one of ours is given.

    ``is_snapshot``: the file tells what it is, not how it came to be so; the history of a known ticket then grows by
    what is different now.
    """

    remote_id: str
    number: str | None
    kind: str
    steps: Sequence[Step]
    ticket: Callable[[str, str], Ticket]
    is_snapshot: bool = False


@dataclass(slots=True)
class Tally:
    """What became of the cases so far."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    entries: int = 0

    @property
    def done(self) -> int:
        return self.added + self.changed + self.unchanged + self.kept


def write_cases(
    work: Work, cases: Iterable[Case], source: str, *, cancel: CancelToken, told: Callable[[int], None], path: str
) -> tuple[Tally, Touched]:
    """Write all cases or none. A known case (same source and remote id) is brought up to date, unless it was
    changed here since or the file is older than what is known; its timeline takes only what it does not have.

    ``told(n)`` after each batch. Raises Cancelled and the store's EnvironmentTrouble; nothing is kept then.
    """
    tally = Tally()
    waiting = iter(cases)
    with work.store.write() as unit:
        while batch := list(itertools.islice(waiting, BATCH)):
            cancel.check()
            _write_batch(work, unit, batch, source, tally)
            told(tally.done)
        cancel.check()
        if tally.added or tally.changed or tally.entries:
            detail = {"added": tally.added, "changed": tally.changed, "entries": tally.entries, "source": source}
            unit.audit("ticket.import", by=work.me, concerns=path, detail=detail)
    wrote = bool(tally.added or tally.changed or tally.entries)
    return tally, Touched.of(TICKETS, EVERYTHING if wrote else (), work.origin)


def _write_batch(work: Work, unit: Unit, batch: list[Case], source: str, tally: Tally) -> None:
    known = unit.tickets_by_remote(source, [case.remote_id for case in batch])
    put: list[Ticket] = []
    entries: list[TimelineEntry] = []
    unclear: list[tuple[Ticket, list[TimelineEntry]]] = []
    for case in batch:
        before = known.get(case.remote_id)
        if before is None:
            number = case.number or unit.next_number(words.NUMBER_PREFIX[case.kind])
            ticket = case.ticket(work.ids.new(), number)
            tally.added += 1
            put.append(ticket)
            entries += entries_of(work, ticket.id, case.steps)
            continue
        ticket = _with_what_is_ours(before, case.ticket(before.id, before.number))
        history = entries_of(work, ticket.id, _steps(case, before, ticket))
        if ticket == before:
            tally.unchanged += 1
        elif ticket.updated_at > before.updated_at:
            tally.changed += 1
            put.append(ticket)
        elif ticket.updated_at < before.updated_at:
            tally.kept += 1
        else:
            unclear.append((ticket, history))
            continue
        entries += history
    if put:
        unit.put_tickets(put)
    tally.entries += unit.add_entries(entries)
    for ticket, history in unclear:
        _settle(unit, ticket, history, tally)


def _steps(case: Case, before: Ticket, after: Ticket) -> Sequence[Step]:
    if not case.is_snapshot:
        return case.steps
    if after.updated_at < before.updated_at:
        return ()
    return [
        Step(after.updated_at, None, change.field, change.old, change.new, f"at {after.updated_at}")
        for change in differences(before, after)
    ]


def _with_what_is_ours(before: Ticket, after: Ticket) -> Ticket:
    # The store may know what no file tells: when the resolution is due. One that a file tells comes with its pauses.
    if after.due_at is not None:
        return after
    ours = before if after.status == words.PENDING else sla.resumed(before, after.updated_at)
    return msgspec.structs.replace(after, **{name: getattr(ours, name) for name in _CLOCK})


_CLOCK: Final = ("due_at", "pending_since_at", "waited_ms")


def _settle(unit: Unit, ticket: Ticket, history: list[TimelineEntry], tally: Tally) -> None:
    """The file and the store differ about one moment: the file counts when it tells updates not known yet."""
    added = unit.add_entries(history)
    tally.entries += added
    if added:
        tally.changed += 1
        unit.put_tickets([ticket])
    else:
        tally.kept += 1


def entries_of(work: Work, ticket_id: str, steps: Sequence[Step]) -> list[TimelineEntry]:
    """Timeline entries of a history. Their origins name update and field, so that none is added twice."""
    if not steps:
        return []
    kind = words.CHANGE
    return [
        TimelineEntry(
            id=id_,
            ticket_id=ticket_id,
            at=step.at,
            kind=kind,
            by=step.by,
            text=UPDATED if step.field is None else None,
            field=step.field,
            old=step.old,
            new=step.new,
            change_id=step.mark,
            origin=f"{step.mark}.{step.field or UPDATED}",
        )
        for id_, step in zip(_run_of_ids(work.ids.new()), steps, strict=False)
    ]


def _run_of_ids(first: str) -> Iterator[str]:
    """Ids of one history: the first one's random end counted up (RFC 9562, 6.2, method 2).

    A whole log needs two hundred thousand; made one by one they take a fifth of its import.
    """
    head, tail = first[:_TAIL], int(first[_TAIL:], 16)
    return (f"{head}{number & _TAIL_MASK:012x}" for number in itertools.count(tail))


_TAIL: Final = 24
_TAIL_MASK: Final = (1 << 48) - 1
