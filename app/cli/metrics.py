"""``watchdesk metrics …``: stored samples."""

from __future__ import annotations

import argparse
from typing import Any, Final

from app.base.clock import DAY
from app.base.errors import UsageTrouble
from app.base.text import tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.report import moment
from app.cli.ticket_document import iso
from app.domain.health import HealthRow
from app.domain.history import Series
from app.usecases.metrics import query_metrics


def query(context: Context) -> int:
    """Show the stored samples of series, from --since (inside) until --until (inside): the last 24 hours by default.

    SERIES is HOST/SERVICE/LABEL, of a host's own check HOST/LABEL; * is any text, as in “web-*/load/*”. Without
    --json it tells the last sample of each and how many there are.

    Keys: series id source host name label unit warn crit samples[] (at value).
    """
    args = context.args
    until_at = context.means.clock.now() if args.until is None else args.until
    since_at = until_at - DAY if args.since is None else args.since
    if since_at > until_at:
        raise UsageTrouble(tr("--since lies after --until."), hint=tr("Exchange them."))
    found = query_metrics(context.means.history, args.series, since_at, until_at)
    if context.json:
        context.answer_list(_document(*each) for each in found)
    else:
        context.answer(None, lambda: table(("SERIES", "SAMPLES", "LAST", "AT", "SOURCE"), map(_cells, found)))
    return DONE


def _document(name: str, row: HealthRow, series: Series) -> dict[str, Any]:
    return {
        "series": name, "id": row.id, "source": row.source, "host": row.host, "name": row.name,
        "label": series.label, "unit": series.unit, "warn": series.warn, "crit": series.crit,
        "samples": [
            {"at": iso(at), "value": value} for at, value in zip(series.at, series.values, strict=True)
        ],
    }  # fmt: skip


def _cells(found: tuple[str, HealthRow, Series]) -> tuple[str, ...]:
    name, row, series = found
    last = (f"{series.values[-1]:g} {series.unit}".strip(), iso(series.at[-1]) or "") if series.at else ("", "")
    return (name, str(len(series.at)), *last, row.source)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("series", metavar="SERIES", help="HOST/SERVICE/LABEL; * is any text")
    parser.add_argument("--since", metavar="T", type=moment, help="from then on (default: 24 hours before --until)")
    parser.add_argument("--until", metavar="T", type=moment, help="until then (default: now)")


COMMANDS: Final = (Command("metrics query", "Show stored samples", query, _arguments),)
