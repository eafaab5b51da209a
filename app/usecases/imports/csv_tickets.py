"""Tickets from a CSV file by a mapping (``mapping.py`` tells its form): one row per ticket, or one per update."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from app.base.clock import Moment, to_iso
from app.base.errors import Refused
from app.base.events import CancelToken
from app.base.zone import read_zone
from app.domain import ticket as words
from app.domain.ticket import Ticket
from app.domain.ticket_field import TITLE_LIMIT, read_field
from app.usecases.imports.mapping import ANY_OTHER, CHOICES, COUNTS, FLAGS, MOMENTS, PLACE, TicketMapping
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.reading import Table, header_of
from app.usecases.imports.replay import OPENING, Update, ordered, replay
from app.usecases.imports.summary import Aside, ImportSummary, Meter, Report
from app.usecases.imports.tickets import Case, write_cases
from app.usecases.work import Work

FORMAT: Final = "csv"
_READING_SHARE: Final = 0.4
# What a timeline tells of each update, in this order, of the fields that the file gives.
TOLD: Final = (
    "status", "source_status", "pending_reason", "priority", "impact", "urgency", "major", "team", "assignee",
    "requester", "title", "kind", "channel", "category", "service", "environment", "tags", "description",
    "resolved_at", "closed_at", "due_at", "sla_made", "reopen_count", "reassignment_count", "resolution",
)  # fmt: skip

Fields = Mapping[str, str | None]


class TicketRow(NamedTuple):
    """One row, read: ``fields`` as text, moments beside it."""

    place: int
    order: int
    fields: Fields
    moments: Mapping[str, Moment]


class RowReader:
    """Reads rows of one file by its mapping. Calling it raises ValueError with the reason why one is set aside."""

    def __init__(self, header: list[str], mapping: TicketMapping, moment: MomentReader) -> None:
        self._header = header
        self._mapping = mapping
        self._moment = moment
        place = {name: index for index, name in enumerate(header)}
        self._columns = tuple((_cell_reader(column, place), field) for column, field in mapping.columns)
        self._known: dict[tuple[str, str], str | None] = {}

    def __call__(self, row: list[str], place: int) -> tuple[str, TicketRow]:
        """(remote id, row)."""
        if len(row) != len(self._header):
            raise ValueError(f"it has {len(row)} columns instead of {len(self._header)}")
        fields: dict[str, str | None] = {}
        moments: dict[str, Moment] = {}
        for cell, field in self._columns:
            text = cell(row).strip()
            if field in MOMENTS:
                if text not in self._mapping.missing:
                    moments[field] = self._moment[text]
            else:
                fields[field] = self._value(field, text)
        remote_id = fields.get("remote_id")
        if not remote_id:
            raise ValueError("it has no id")
        for field, value in self._mapping.defaults.items():
            if fields.get(field) is None:
                fields[field] = value or None
        at = moments.get("updated_at", moments.get("created_at"))
        if at is None:
            raise ValueError("it has no time")
        return remote_id, TicketRow(place, int(fields.get("order") or at), fields, moments)

    def _value(self, field: str, text: str) -> str | None:
        key = (field, text)
        if key not in self._known:
            self._known[key] = self._read(field, text)
        return self._known[key]

    def _read(self, field: str, text: str) -> str | None:
        if text in self._mapping.missing:
            return self._mapping.values.get(field, {}).get(text) or None
        mapped = self._mapping.values.get(field, {})
        value = mapped.get(text, mapped.get(ANY_OTHER, text)) or None
        return _CHECKS.get(field, _plain)(field, value) if value is not None else None


def _cell_reader(column: str, place: Mapping[str, int]) -> Callable[[list[str]], str]:
    """Gives a column's text, or that of several put together."""
    if not PLACE.search(column):
        return itemgetter(place[column])
    return lambda row: PLACE.sub(lambda found: row[place[found[1]]], column)


def _plain(_field: str, value: str) -> str | None:
    return value


def _choice(field: str, value: str) -> str | None:
    word = value.casefold()
    if word not in CHOICES[field]:
        raise ValueError(f"“{value[:40]}” is not a value of {field}")
    return word


def _whole(field: str, value: str) -> str | None:
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise ValueError(f"“{value[:40]}” is not a count for {field}")
    return value


def _flag(field: str, value: str) -> str | None:
    try:
        return "yes" if read_field("major", value) else "no"
    except Refused:
        raise ValueError(f"“{value[:40]}” is neither yes nor no for {field}") from None


def _title_text(_field: str, value: str) -> str | None:
    return " ".join(value.split())[:TITLE_LIMIT] or None


_CHECKS: Final[Mapping[str, Callable[[str, str], str | None]]] = {
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys((*COUNTS, "order"), _whole),
    **dict.fromkeys(FLAGS, _flag),
    "title": _title_text,
}


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
    levels = {name: _int(value.get(name)) for name in ("impact", "urgency", "priority")}
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
        sla_made=None if value.get("sla_made") is None else value["sla_made"] == "yes",
        tags=read_field("tags", value.get("tags") or ""),  # type: ignore[arg-type]
        description=value.get("description") or "",
        **{name: value.get(name) for name in _SIMPLE},
    )


_SIMPLE: Final = (
    "source_status", "category", "service", "environment", "channel", "team", "assignee", "requester", "resolution",
)  # fmt: skip


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


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)


def _count(value: Fields, name: str, worked_out: int) -> int:
    given = value.get(name)
    return worked_out if given is None else int(given)


def import_csv(
    work: Work,
    path: Path,
    mapping: TicketMapping,
    *,
    source: str = "",
    time_zone: str = "",
    cancel: CancelToken | None = None,
    report: Report | None = None,
) -> ImportSummary:
    """Bring in tickets from a CSV file, as one transaction. ``source`` and ``time_zone`` win over the mapping's.

    Write lane. Raises InputTrouble, UsageTrouble, Cancelled and the store's EnvironmentTrouble; after any of them
    nothing of the file is kept.
    """
    cancel = cancel or CancelToken()
    meter = Meter(report, work.clock.monotonic)
    zone_name = time_zone or mapping.time_zone
    source = source or mapping.source or path.name.split(".")[0]
    moment = MomentReader(read_zone(zone_name), mapping.dates)
    table, aside = Table(path, cancel, mapping.dialect), Aside()
    cases = _grouped(table, path, mapping, moment, aside, meter)
    read = max(0, table.row - 1)
    total = max(1, len(cases))
    tally, touched = write_cases(
        work,
        _cases(cases, mapping, source),
        source,
        cancel=cancel,
        told=lambda done: meter.tell(_READING_SHARE + (1 - _READING_SHARE) * done / total, read),
        path=path.name,
    )
    return ImportSummary(
        path=str(path), format=FORMAT, source=source, read=read,
        added=tally.added, changed=tally.changed, unchanged=tally.unchanged, kept=tally.kept, entries=tally.entries,
        set_aside=tuple(aside.shown), set_aside_count=aside.count, notes=moment.notes(zone_name),
        duration_s=meter.elapsed_s, touched=touched,
    )  # fmt: skip


def _cases(cases: dict[str, list[TicketRow]], mapping: TicketMapping, source: str) -> Iterator[Case]:
    return (case_of(remote_id, rows, mapping, source) for remote_id, rows in cases.items())


def _grouped(
    table: Table, path: Path, mapping: TicketMapping, moment: MomentReader, aside: Aside, meter: Meter
) -> dict[str, list[TicketRow]]:
    rows = table.rows()
    reader = RowReader(header_of(rows, path, mapping.needed, "the mapping"), mapping, moment)
    cases: dict[str, list[TicketRow]] = {}
    for row in rows:
        try:
            remote_id, read = reader(row, table.row)
        except ValueError as error:
            aside.add(table.row, str(error))
            continue
        cases.setdefault(remote_id, []).append(read)
        if table.row % 1000 == 0:
            meter.tell(_READING_SHARE * table.share, table.row - 1)
    aside.refuse_when_all(cases, path)
    return cases
