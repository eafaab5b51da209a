"""Tickets from a CSV file by a mapping (``mapping.py`` tells its form): one row per ticket, or one per update."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.base.events import CancelToken
from app.base.zone import read_zone
from app.usecases.imports.csv_case import case_of
from app.usecases.imports.csv_row import RowReader
from app.usecases.imports.mapping import TicketMapping
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.summary import ImportSummary, Report
from app.usecases.imports.table_import import Layout, import_table
from app.usecases.work import Work

FORMAT: Final = "csv"


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
    zone_name = time_zone or mapping.time_zone
    source = source or mapping.source or path.name.split(".")[0]
    moment = MomentReader(read_zone(zone_name), mapping.dates)
    layout = Layout(
        format=FORMAT,
        source=source,
        needed=mapping.needed,
        what="the mapping",
        reader=lambda header: RowReader(header, mapping, moment),
        case=lambda remote_id, rows: case_of(remote_id, rows, mapping, source),
        moment=moment,
        zone_name=zone_name,
        reading_share=0.4,
        dialect=mapping.dialect,
    )
    return import_table(work, path, layout, cancel=cancel or CancelToken(), report=report)
