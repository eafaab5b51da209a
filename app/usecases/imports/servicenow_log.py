"""The audit log of ServiceNow incidents: one row per update, all columns as they were then.

Dates are day/month/year hour:minute without zone. An incident is its row of highest ``sys_mod_count``, the later one
of the file among equals; there are no titles, so category, subcategory and symptom make one.
``servicenow_field.py`` tells the columns and their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import getitem, itemgetter
from pathlib import Path
from typing import Final

from app.base.clock import Moment
from app.base.events import CancelToken
from app.base.zone import read_zone
from app.domain import ticket as words
from app.domain.ticket import Ticket
from app.usecases.imports.cell import Cached, flag_or_none, is_whole, whole_or_none, wrong, wrong_width
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.replay import Update, ordered, replay
from app.usecases.imports.servicenow_field import FIELDS, MISSING, MOST_DIGITS, NAMES, REQUIRED, text_of
from app.usecases.imports.summary import ImportSummary, Report
from app.usecases.imports.table_import import Layout, import_table
from app.usecases.imports.tickets import Case
from app.usecases.imports.uncollected import uncollected
from app.usecases.work import Work

FORMAT: Final = "servicenow-log"
_DATES: Final = ("opened_at", "sys_updated_at", "resolved_at", "closed_at")


class LogRow(Update, frozen=True, gc=False):
    """One row, read: the update it tells, and the moments of the whole incident that it repeats."""

    opened_at: Moment
    resolved_at: Moment | None
    closed_at: Moment | None


class RowReader:
    """Reads rows of one file. Calling it raises ValueError with the reason why a row is set aside."""

    def __init__(self, header: list[str], moment: MomentReader) -> None:
        self._width = len(header)
        absent = len(header)
        place = {name: index for index, name in enumerate(header)}
        self._pick = itemgetter(*(place.get(column, absent) for _, column, _ in FIELDS))
        self._head = itemgetter(place["number"], place["sys_mod_count"], place.get("sys_updated_by", absent))
        self._dates = itemgetter(*(place.get(column, absent) for column in _DATES))
        self._caches = tuple(Cached(read) for _, _, read in FIELDS)
        self._names = Cached(text_of)
        self._moment = moment

    def __call__(self, row: list[str], place: int) -> tuple[str, LogRow]:
        """(number, row)."""
        if len(row) != self._width:
            raise wrong_width(row, self._width)
        row.append(MISSING)
        number, count, by = self._head(row)
        if number == MISSING or not number:
            raise ValueError("it has no number")
        if not is_whole(count, MOST_DIGITS):
            raise ValueError(f"sys_mod_count {wrong(count, 'is not a count')}")
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
        priority=whole_or_none(value["priority"]),
        impact=whole_or_none(value["impact"]),
        urgency=whole_or_none(value["urgency"]),
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
        reopen_count=whole_or_none(value["reopen_count"]) or 0,
        reassignment_count=whole_or_none(value["reassignment_count"]) or 0,
        sla_made=flag_or_none(value["sla_made"]),
        tags=(location,) if location else (),
        resolution=value["closed_code"],
    )


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
    moment = MomentReader(read_zone(time_zone), ("d/m/y", "iso"))
    layout = Layout(
        format=FORMAT,
        source=source,
        needed=REQUIRED,
        what="a ServiceNow incident log",
        reader=lambda header: RowReader(header, moment),
        case=lambda number, rows: case_of(number, rows, source),
        moment=moment,
        zone_name=time_zone,
        reading_share=0.3,
    )
    with uncollected():
        return import_table(work, path, layout, cancel=cancel or CancelToken(), report=report)
