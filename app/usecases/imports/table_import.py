"""What every table of tickets has in common: rows are read one by one and gathered by ticket, wrong ones set aside
with their reason, all tickets written as one transaction, and what became of them summed up.

A ``Layout`` says how one row is read and which case its rows make; nothing here knows a column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from app.base.events import CancelToken
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.reading import Dialect, Table, header_of
from app.usecases.imports.summary import Aside, ImportSummary, Meter, Report
from app.usecases.imports.tickets import Case, write_cases
from app.usecases.work import Work

R = TypeVar("R")
RowReader: TypeAlias = Callable[[list[str], int], tuple[str, R]]
"""(row, its place in the file) -> (remote id, what it says). Raises ValueError with the reason to set it aside."""


@dataclass(frozen=True, slots=True)
class Layout(Generic[R]):
    """One kind of table. ``format``: its name, as the summary tells it.

    ``needed``: columns without which the file is none of ``what``. ``reader(header)`` reads the rows of one file;
    ``case(remote id, rows)`` makes a ticket of those that concern it. ``moment``: the reader of its dates, those
    without a zone in ``zone_name``. ``reading_share``: how much of the whole time reading takes, 0 to 1.
    """

    format: str
    source: str
    needed: tuple[str, ...]
    what: str
    reader: Callable[[list[str]], RowReader[R]]
    case: Callable[[str, Sequence[R]], Case]
    moment: MomentReader
    zone_name: str
    reading_share: float
    dialect: Dialect | None = None


def import_table(
    work: Work, path: Path, layout: Layout[R], *, cancel: CancelToken, report: Report | None
) -> ImportSummary:
    """Bring in the tickets of a file, all or none of them. Write lane.

    Raises InputTrouble, Cancelled and the store's EnvironmentTrouble; after any of them nothing of the file is kept.
    """
    meter = Meter(report, work.clock.monotonic)
    table, aside = Table(path, cancel, layout.dialect), Aside()
    gathered = _gathered(table, path, layout, aside, meter)
    read = max(0, table.row - 1)
    share, total = layout.reading_share, max(1, len(gathered))
    tally, touched = write_cases(
        work,
        (layout.case(remote_id, rows) for remote_id, rows in gathered.items()),
        layout.source,
        cancel=cancel,
        told=lambda done: meter.tell(share + (1 - share) * done / total, read),
        path=path.name,
    )
    return ImportSummary(
        path=str(path), format=layout.format, source=layout.source, read=read,
        added=tally.added, changed=tally.changed, unchanged=tally.unchanged, kept=tally.kept, entries=tally.entries,
        set_aside=tuple(aside.shown), set_aside_count=aside.count, notes=layout.moment.notes(layout.zone_name),
        duration_s=meter.elapsed_s, touched=touched,
    )  # fmt: skip


def _gathered(table: Table, path: Path, layout: Layout[R], aside: Aside, meter: Meter) -> dict[str, list[R]]:
    """What the rows say, by remote id, in the order of the file."""
    rows = table.rows()
    reader = layout.reader(header_of(rows, path, layout.needed, layout.what))
    gathered: dict[str, list[R]] = {}
    for row in rows:
        try:
            remote_id, read = reader(row, table.row)
        except ValueError as error:
            aside.add(table.row, str(error))
            continue
        gathered.setdefault(remote_id, []).append(read)
        if table.row % 1000 == 0:
            meter.tell(layout.reading_share * table.share, table.row - 1)
    aside.refuse_when_all(gathered, path)
    return gathered
