"""The audit log of ServiceNow incidents: one row per update, all columns as they were then.

Source of the facts about the columns: the published "Incident management process enriched event log" (UCI 498) and
ServiceNow's incident table of that time. ``?`` is a missing value. Dates are day/month/year hour:minute without zone.
Statuses: New is new; Active and whatever is not known (the log has a ``-100``) is open; Awaiting X is pending;
Resolved; Closed. The word itself is kept as the source status. An incident is its row of highest ``sys_mod_count``,
the later one of the file among equals; there are no titles, so category, subcategory and symptom make one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import getitem, itemgetter
from pathlib import Path
from typing import Final

from app.base.clock import Moment
from app.base.events import CancelToken
from app.base.zone import read_zone
from app.domain import ticket as words
from app.domain.ticket import Ticket
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.reading import Table, header_of
from app.usecases.imports.replay import Update, ordered, replay
from app.usecases.imports.summary import Aside, ImportSummary, Meter, Report
from app.usecases.imports.tickets import Case, write_cases
from app.usecases.imports.uncollected import uncollected
from app.usecases.work import Work

FORMAT: Final = "servicenow-log"
MISSING: Final = "?"
REQUIRED: Final = ("number", "incident_state", "sys_mod_count", "opened_at", "sys_updated_at")
# The share of the whole that reading takes, for the time left; the rest is writing.
_READING_SHARE: Final = 0.3

_PENDING_REASONS: Final = {
    "user info": "user",
    "caller": "user",
    "vendor": "vendor",
    "problem": "problem",
    "change": "change",
    "evidence": "evidence",
}
_STATUSES: Final = {
    "new": words.NEW,
    "resolved": words.RESOLVED,
    "closed": words.CLOSED,
    "canceled": words.CLOSED,
    "cancelled": words.CLOSED,
    "on hold": words.PENDING,
}
_CHANNELS: Final = {"phone": "phone", "ivr": "phone", "email": "mail", "chat": "chat", "self service": "self service"}


def status_of(word: str) -> str:
    """Our status for ServiceNow's."""
    folded = word.casefold()
    return words.PENDING if folded.startswith("awaiting") else _STATUSES.get(folded, words.OPEN)


def reason_of(word: str) -> str | None:
    """Why it is pending; None when it is not."""
    if status_of(word) != words.PENDING:
        return None
    return _PENDING_REASONS.get(word.casefold().removeprefix("awaiting").strip(), "other")


def _text(word: str) -> str | None:
    return None if word == MISSING or not word else word


def _known(read: Callable[[str], str | None]) -> Callable[[str], str | None]:
    return lambda word: None if word == MISSING or not word else read(word)


def _level(most: int) -> Callable[[str], str | None]:
    def read(word: str) -> str | None:
        digit = word[:1]
        if not digit.isdecimal() or not 1 <= int(digit) <= most:
            raise ValueError(f"“{word[:40]}” does not begin with 1 to {most}")
        return digit

    return _known(read)


def _amount(word: str) -> str | None:
    if not (word.isascii() and word.isdecimal() and len(word) < 10):
        raise ValueError(f"“{word[:40]}” is not a count")
    return word


def _flag(word: str) -> str | None:
    try:
        return {"true": "yes", "false": "no"}[word.casefold()]
    except KeyError:
        raise ValueError(f"“{word[:40]}” is neither true nor false") from None


# What a timeline tells: (name, column, how its text is read). The first is what an opening tells.
FIELDS: Final[tuple[tuple[str, str, Callable[[str], str | None]], ...]] = (
    ("status", "incident_state", _known(status_of)),
    ("source_status", "incident_state", _text),
    ("pending_reason", "incident_state", _known(reason_of)),
    ("priority", "priority", _level(5)),
    ("impact", "impact", _level(3)),
    ("urgency", "urgency", _level(3)),
    ("team", "assignment_group", _text),
    ("assignee", "assigned_to", _text),
    ("requester", "caller_id", _text),
    ("channel", "contact_type", _known(lambda word: _CHANNELS.get(word.casefold(), "other"))),
    ("category", "category", _text),
    ("service", "cmdb_ci", _text),
    ("reopen_count", "reopen_count", _known(_amount)),
    ("reassignment_count", "reassignment_count", _known(_amount)),
    ("sla_made", "made_sla", _known(_flag)),
    ("subcategory", "subcategory", _text),
    ("symptom", "u_symptom", _text),
    ("location", "location", _text),
    ("problem_id", "problem_id", _text),
    ("rfc", "rfc", _text),
    ("vendor", "vendor", _text),
    ("caused_by", "caused_by", _text),
    ("closed_code", "closed_code", _text),
    ("resolved_by", "resolved_by", _text),
    ("knowledge", "knowledge", _text),
    ("notify", "notify", _text),
    ("priority_confirmation", "u_priority_confirmation", _text),
)
NAMES: Final = tuple(name for name, _, _ in FIELDS)
_DATES: Final = ("opened_at", "sys_updated_at", "resolved_at", "closed_at")


class LogRow(Update, frozen=True, gc=False):
    """One row, read: the update it tells, and the moments of the whole incident that it repeats."""

    opened_at: Moment
    resolved_at: Moment | None
    closed_at: Moment | None


class _Cached(dict[str, str | None]):
    """What each text of a column was read as; a log repeats few texts many times."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, word: str) -> str | None:
        value = self[word] = self._read(word)
        return value


class RowReader:
    """Reads rows of one file. Calling it raises ValueError with the reason why a row is set aside."""

    def __init__(self, header: list[str], moment: MomentReader) -> None:
        self._width = len(header)
        absent = len(header)
        place = {name: index for index, name in enumerate(header)}
        self._pick = itemgetter(*(place.get(column, absent) for _, column, _ in FIELDS))
        self._head = itemgetter(place["number"], place["sys_mod_count"], place.get("sys_updated_by", absent))
        self._dates = itemgetter(*(place.get(column, absent) for column in _DATES))
        self._caches = tuple(_Cached(read) for _, _, read in FIELDS)
        self._names = _Cached(_text)
        self._moment = moment

    def __call__(self, row: list[str], place: int) -> tuple[str, LogRow]:
        """(number, row)."""
        if len(row) != self._width:
            raise ValueError(f"it has {len(row)} columns instead of {self._width}")
        row.append(MISSING)
        number, count, by = self._head(row)
        if number == MISSING or not number:
            raise ValueError("it has no number")
        if not (count.isascii() and count.isdecimal() and len(count) < 10):
            raise ValueError(f"sys_mod_count “{count[:40]}” is not a count")
        opened, updated, resolved, closed = self._dates(row)
        moment = self._moment
        values = tuple(map(getitem, self._caches, self._pick(row)))
        if values[0] is None:
            raise ValueError("it has no incident_state")
        return number, LogRow(
            int(count),
            place,
            moment[updated],
            self._names[by],
            values,
            moment[opened],
            None if resolved == MISSING or not resolved else moment[resolved],
            None if closed == MISSING or not closed else moment[closed],
        )


def ticket_of(row: LogRow, remote_id: str, source: str, id_: str, number: str) -> Ticket:
    """The incident as one row of its log tells it."""
    value: Mapping[str, str | None] = dict(zip(NAMES, row.values, strict=True))
    kinds = " / ".join(part for part in (value["category"], value["subcategory"]) if part)
    location = (value["location"] or "").replace(",", " ").strip()
    return Ticket(
        id=id_,
        number=number,
        title=" — ".join(part for part in (kinds, value["symptom"]) if part) or f"Incident {remote_id}",
        status=value["status"] or words.OPEN,
        source_status=value["source_status"],
        pending_reason=value["pending_reason"],
        priority=_int(value["priority"]),
        impact=_int(value["impact"]),
        urgency=_int(value["urgency"]),
        category=value["category"],
        service=value["service"],
        channel=value["channel"],
        team=value["team"],
        assignee=value["assignee"],
        requester=value["requester"],
        source=source,
        remote_id=remote_id,
        created_at=row.opened_at,
        updated_at=row.at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        reopen_count=_int(value["reopen_count"]) or 0,
        reassignment_count=_int(value["reassignment_count"]) or 0,
        sla_made=None if value["sla_made"] is None else value["sla_made"] == "yes",
        tags=(location,) if location else (),
        resolution=value["closed_code"],
    )


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)


def case_of(number: str, rows: Iterable[LogRow], source: str) -> Case:
    """One incident from its rows, in whatever order they come."""
    updates = ordered(rows)
    last = updates[-1]
    steps = replay(NAMES, updates)
    return Case(number, number, "incident", steps, lambda id_, shown: ticket_of(last, number, source, id_, shown))


def import_servicenow_log(
    work: Work,
    path: Path,
    *,
    source: str = FORMAT,
    time_zone: str = "UTC",
    cancel: CancelToken | None = None,
    report: Report | None = None,
) -> ImportSummary:
    """Replay every update of a log into tickets and timelines, as one transaction.

    The same file again changes nothing; a longer one adds what is new. Write lane. Raises InputTrouble, UsageTrouble
    (no such zone), Cancelled and the store's EnvironmentTrouble; after any of them nothing of the file is kept.
    """
    with uncollected():
        return _import(work, path, source, time_zone, cancel or CancelToken(), report)


def _import(
    work: Work, path: Path, source: str, time_zone: str, cancel: CancelToken, report: Report | None
) -> ImportSummary:
    meter = Meter(report, work.clock.monotonic)
    moment = MomentReader(read_zone(time_zone), ("d/m/y", "iso"))
    table, aside = Table(path, cancel), Aside()
    incidents = _grouped(table, path, moment, aside, meter)
    read = table.row - 1
    total = max(1, len(incidents))
    tally, touched = write_cases(
        work,
        _cases(incidents, source),
        source,
        cancel=cancel,
        told=lambda done: meter.tell(_READING_SHARE + (1 - _READING_SHARE) * done / total, read),
        path=path.name,
    )
    return ImportSummary(
        path=str(path), format=FORMAT, source=source, read=read,
        added=tally.added, changed=tally.changed, unchanged=tally.unchanged, kept=tally.kept, entries=tally.entries,
        set_aside=tuple(aside.shown), set_aside_count=aside.count, notes=moment.notes(time_zone),
        duration_s=meter.elapsed_s, touched=touched,
    )  # fmt: skip


def _cases(incidents: dict[str, list[LogRow]], source: str) -> Iterator[Case]:
    return (case_of(number, rows, source) for number, rows in incidents.items())


def _grouped(table: Table, path: Path, moment: MomentReader, aside: Aside, meter: Meter) -> dict[str, list[LogRow]]:
    rows = table.rows()
    reader = RowReader(header_of(rows, path, REQUIRED, "a ServiceNow incident log"), moment)
    incidents: dict[str, list[LogRow]] = {}
    for row in rows:
        try:
            number, read = reader(row, table.row)
        except ValueError as error:
            aside.add(table.row, str(error))
            continue
        incidents.setdefault(number, []).append(read)
        if table.row % 1000 == 0:
            meter.tell(_READING_SHARE * table.share, table.row - 1)
    aside.refuse_when_all(incidents, path)
    return incidents
