"""``watchdesk metrics …``: stored samples, and those that a source keeps."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Any, Final

from app.base.clock import DAY
from app.base.errors import UsageTrouble
from app.base.text import tr
from app.cli.command import DONE, PARTLY, Command
from app.cli.context import Context, table
from app.cli.report import moment
from app.cli.ticket_document import iso
from app.domain.health import HealthRow
from app.domain.history import Series
from app.domain.metric import MetricQuery, MetricSeries
from app.usecases.metrics import ask_metrics, query_metrics
from app.usecases.source import find_source

_HEADS: Final = ("SERIES", "SAMPLES", "LAST", "AT", "SOURCE")


def query(context: Context) -> int:
    """Show the stored samples of series, from --since (inside) until --until (inside): the last 24 hours by default.

    SERIES is HOST/SERVICE/LABEL, of a host's own check HOST/LABEL; * is any text, as in “web-*/load/*”. Without
    --json it tells the last sample of each and how many there are.

    With --source, a source that keeps samples itself (prometheus) is asked, and SERIES is in its own language: a
    name, or an expression as “rate(http_requests_total[5m])”. Nothing of the answer is stored.

    Keys: series id source host name label unit warn crit samples[] (at value).
    Keys (--source): series source labels step_s samples[] (at value).
    """
    args = context.args
    until_at = context.means.clock.now() if args.until is None else args.until
    since_at = until_at - DAY if args.since is None else args.since
    if since_at > until_at:
        raise UsageTrouble(tr("--since lies after --until."), hint=tr("Exchange them."))
    if args.source:
        return _ask(context, MetricQuery(series=args.series, since_at=since_at, until_at=until_at, step_s=args.step))
    if args.step is not None:
        raise UsageTrouble(tr("--step goes with --source."), hint=tr("Stored samples are shown as they came."))
    found = query_metrics(context.means.history, args.series, since_at, until_at)
    if context.json:
        context.answer_list(_document(*each) for each in found)
    else:
        context.answer(None, lambda: table(_HEADS, map(_cells, found)))
    return DONE


def _ask(context: Context, asked: MetricQuery) -> int:
    source = find_source(context.means.store, context.args.source)
    with closing(context.means.connect(source)) as connector:
        found = ask_metrics(connector, asked, context.cancel)
    for what, why in found.rejects:
        context.say(f"{what}: {why}")
    if context.json:
        context.answer_list(_told(source.name, found.step_s, each) for each in found.series)
    else:
        cells = [(each.name, str(len(each.at)), *_last(each), source.name) for each in found.series]
        context.answer(None, lambda: table(_HEADS, cells))
    return PARTLY if found.rejects else DONE


def _told(source: str, step_s: float, series: MetricSeries) -> dict[str, Any]:
    return {
        "series": series.name, "source": source, "labels": dict(series.labels), "step_s": step_s,
        "samples": _samples(series),
    }  # fmt: skip


def _samples(series: Series | MetricSeries) -> list[dict[str, Any]]:
    return [{"at": iso(at), "value": value} for at, value in zip(series.at, series.values, strict=True)]


def _last(series: Series | MetricSeries, unit: str = "") -> tuple[str, str]:
    return (f"{series.values[-1]:g} {unit}".strip(), iso(series.at[-1]) or "") if series.at else ("", "")


def _document(name: str, row: HealthRow, series: Series) -> dict[str, Any]:
    return {
        "series": name, "id": row.id, "source": row.source, "host": row.host, "name": row.name,
        "label": series.label, "unit": series.unit, "warn": series.warn, "crit": series.crit,
        "samples": _samples(series),
    }  # fmt: skip


def _cells(found: tuple[str, HealthRow, Series]) -> tuple[str, ...]:
    name, row, series = found
    return (name, str(len(series.at)), *_last(series, series.unit), row.source)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "series", metavar="SERIES", help="HOST/SERVICE/LABEL; * is any text; with --source in the source's language"
    )
    parser.add_argument("--since", metavar="T", type=moment, help="from then on (default: 24 hours before --until)")
    parser.add_argument("--until", metavar="T", type=moment, help="until then (default: now)")
    parser.add_argument("--source", metavar="NAME", default="", help="ask this source for what it keeps itself")
    parser.add_argument("--step", metavar="S", type=float, help="a value each S seconds (with --source)")


COMMANDS: Final = (Command("metrics query", "Show samples", query, _arguments),)
