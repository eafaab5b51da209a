"""``watchdesk report …``: figures over tickets and health. The definitions are those of the use cases."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from app.analysis.report.availability import availability_report
from app.analysis.report.backlog import ageing_report, backlog_report
from app.analysis.report.breakdown import breakdown_report
from app.analysis.report.handover import handover_report
from app.analysis.report.incidents import incidents_report
from app.base.clock import Moment, from_iso
from app.base.errors import UsageTrouble
from app.base.text import count, duration, tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.report_period import Period, add_zone, period_of, wall_time
from app.cli.report_target import FILE_HELP, ReportTarget, add_target
from app.domain.report import Report, Stamp
from app.usecases.availability import report_availability
from app.usecases.board import Instant
from app.usecases.handover import SHIFT, report_handover
from app.usecases.report_file import freshness_of, newest_ticket_at
from app.usecases.reports import (
    BREAKDOWN_FIELDS,
    report_ageing,
    report_backlog,
    report_breakdown,
    report_incidents,
)


def incidents(context: Context) -> int:
    store, period, target = context.means.store, period_of(context.args), ReportTarget.of(context)
    figures = report_incidents(store, since_at=period.since_at, until_at=period.until_at)

    def report() -> Report:
        before_at = period.before_at
        before = None if before_at is None else report_incidents(store, since_at=before_at, until_at=period.since_at)
        return incidents_report(figures, _stamp(context, period, before_at), report_incidents.__doc__, before)

    return _give(context, target, figures, lambda: _lines(figures), report)


def backlog(context: Context) -> int:
    period, target = _until_its_moment(context), ReportTarget.of(context)
    figures = report_backlog(context.means.store, period.until_at or 0)
    return _give(
        context, target, figures, lambda: _lines(figures),
        lambda: backlog_report(figures, _stamp(context, period), report_backlog.__doc__),
    )  # fmt: skip


def ageing(context: Context) -> int:
    period, target = _until_its_moment(context), ReportTarget.of(context)
    figures = report_ageing(context.means.store, period.until_at or 0)
    return _give(
        context, target, figures, lambda: _lines(figures),
        lambda: ageing_report(figures, _stamp(context, period), report_ageing.__doc__),
    )  # fmt: skip


def breakdown(context: Context) -> int:
    period, target, field = period_of(context.args), ReportTarget.of(context), context.args.by
    store = context.means.store
    figures = report_breakdown(store, field, since_at=period.since_at, until_at=period.until_at)
    return _give(
        context, target, figures, lambda: table(_BREAKDOWN, map(_breakdown_cells, figures)),
        lambda: breakdown_report(figures, field, _stamp(context, period), report_breakdown.__doc__),
    )  # fmt: skip


def availability(context: Context) -> int:
    means, source, now = context.means, context.args.source, Instant.of(context.means.clock)
    period, target = period_of(context.args), ReportTarget.of(context)
    until_at = now.at if period.until_at is None else period.until_at
    figures = report_availability(means.history, since_at=period.since_at, source=source, until_at=until_at)

    def report() -> Report:
        sources = freshness_of(means.store, means.history, now, source)
        stamp = Stamp(now.at, period.since_at, until_at, sources=sources, zone=period.zone)
        return availability_report(figures, stamp, report_availability.__doc__)

    return _give(context, target, figures, lambda: table(_AVAILABILITY, map(_availability_cells, figures)), report)


def hand_over(context: Context) -> int:
    means, now = context.means, Instant.of(context.means.clock)
    period, target = period_of(context.args), ReportTarget.of(context)
    until_at = now.at if period.until_at is None else period.until_at
    since_at = until_at - SHIFT if period.since_at is None else period.since_at
    if since_at > until_at:
        raise UsageTrouble(tr("The shift begins after it ends."), hint=tr("Say also --until, or an earlier --since."))
    answer = report_handover(means.store, means.history, since_at=since_at, until_at=until_at, now_at=now.at)

    def report() -> Report:
        sources = freshness_of(means.store, means.history, now)
        stamp = Stamp(now.at, since_at, until_at, newest_ticket_at(means.store), sources, zone=period.zone)
        return handover_report(answer, stamp, report_handover.__doc__)

    return _give(context, target, answer, lambda: _handover_lines(answer), report)


def _give(
    context: Context,
    target: ReportTarget | None,
    answer: dict[str, Any] | list[dict[str, Any]],
    lines: Callable[[], Iterable[str]],
    report: Callable[[], Report],
) -> int:
    """The report as the file that was asked for, else the answer as JSON or lines."""
    if target is not None:
        target.save(report())
    elif context.json and isinstance(answer, list):
        context.answer_list(answer)
    else:
        context.answer(answer, lines)
    return DONE


def _stamp(context: Context, period: Period, before_at: Moment | None = None) -> Stamp:
    """Of a report on tickets alone."""
    now_at, data_at = context.means.clock.now(), newest_ticket_at(context.means.store)
    return Stamp(now_at, period.since_at, period.until_at, data_at, before_at=before_at, zone=period.zone)


def _until_its_moment(context: Context) -> Period:
    """Of a report on one moment: until --at, or now."""
    asked = period_of(context.args)
    return Period(None, context.means.clock.now() if asked.at is None else asked.at, None, asked.zone)


_AVAILABILITY: Final = ("NAME", "HOST", "SOURCE", "AVAILABLE", "OUTAGE", "MAJOR OUTAGE", "KNOWN FOR")


def _availability_cells(figures: Mapping[str, Any]) -> tuple[str, ...]:
    pct = figures["availability_pct"]
    spans = (duration(round(figures[name] * 1000)) for name in ("outage_s", "major_outage_s", "known_s"))
    return (figures["name"], figures["host"], figures["source"], "" if pct is None else f"{pct:.3f} %", *spans)


_BREAKDOWN: Final = ("VALUE", "INCIDENTS", "SHARE", "OPEN", "INSIDE SLA", "MEDIAN", "P90", "REOPENED")


def _breakdown_cells(figures: Mapping[str, Any]) -> tuple[str, ...]:
    shares = ["" if (pct := figures[name]) is None else f"{pct:.3f} %" for name in _SHARES]
    spans = ["" if (span := figures[name]) is None else duration(round(span * 1000)) for name in _SPANS]
    counts = str(figures["incidents"]), str(figures["open"])
    return (figures["value"], counts[0], shares[0], counts[1], shares[1], *spans, shares[2])


_SHARES: Final = ("incidents_pct", "sla_made_pct", "reopened_pct")
_SPANS: Final = ("resolution_median_s", "resolution_p90_s")


def _handover_lines(answer: Mapping[str, Any]) -> list[str]:
    """Each part with its number of rows, then the rows."""
    lines = [f"{answer['since_at']} – {answer['until_at']}"]
    for name, words, keys in _PARTS:
        rows = answer[name]
        lines += ["", tr("{n}:", n=count(len(rows), *words))]
        if rows:
            heads = tuple(key.upper().replace("_", " ") for key in keys)
            lines += table(heads, [[each[key] for key in keys] for each in rows])
    return lines


_PARTS: Final = (
    ("due", ("due time", "due times"), ("due_at", "standing", "number", "assignee", "title")),
    ("silences", ("silence", "silences"), ("kind", "phase", "host", "name", "author", "until", "comment")),
    ("state_changes", ("change of state", "changes of state"), ("at", "host", "name", "was", "state", "output")),
)

# The definitions stand once, beside the code that keeps them.
incidents.__doc__ = f"{report_incidents.__doc__}\n{FILE_HELP}"
backlog.__doc__ = f"{report_backlog.__doc__}\n{FILE_HELP}"
ageing.__doc__ = f"{report_ageing.__doc__}\n{FILE_HELP}"
breakdown.__doc__ = f"{report_breakdown.__doc__}\n{FILE_HELP}"
availability.__doc__ = f"{report_availability.__doc__}\n{FILE_HELP}"
hand_over.__doc__ = f"{report_handover.__doc__}\n{FILE_HELP}"


def moment(text: str) -> Moment:
    """A time from the command line; without a zone it is UTC."""
    try:
        return from_iso(text)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"“{text}” is not a time; write it as 2026-11-23T14:30Z") from None


def _lines(figures: Mapping[str, Any], indent: str = "") -> list[str]:
    lines: list[str] = []
    for name, value in figures.items():
        shown = name.replace("_", " ")
        if isinstance(value, dict):
            lines += [f"{indent}{shown}", *_lines(value, indent + "  ")]
        else:
            lines.append(f"{indent}{shown:<{30 - len(indent)}}{'' if value is None else value}")
    return lines


def _stretch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", type=wall_time, help="opened from then on (inside)")
    parser.add_argument("--until", metavar="T", type=wall_time, help="opened before then (outside)")
    add_zone(parser)
    add_target(parser)


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", choices=BREAKDOWN_FIELDS, default="team", help="of which field (default: team)")
    _stretch(parser)


def _window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", type=wall_time, help="from then on (default: all that is known)")
    parser.add_argument("--until", metavar="T", type=wall_time, help="until then (default: now)")
    parser.add_argument("--source", metavar="NAME", help="of this source alone")
    add_zone(parser)
    add_target(parser)


def _moment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", metavar="T", type=wall_time, help="at which moment (default: now)")
    add_zone(parser)
    add_target(parser)


def _shift(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", metavar="T", type=wall_time, help="begin of the shift (default: 12 hours before its end)"
    )
    parser.add_argument("--until", metavar="T", type=wall_time, help="end of the shift (default: now)")
    add_zone(parser)
    add_target(parser)


COMMANDS: Final = (
    Command("report incidents", "Figures of incidents: SLA, resolution, reopening", incidents, _stretch),
    Command("report backlog", "How many incidents were open at a moment", backlog, _moment),
    Command("report ageing", "How old the open backlog is, by priority", ageing, _moment),
    Command("report breakdown", "Incidents, SLA and resolution by team, category, service …", breakdown, _by),
    Command("report availability", "How long each host, service and component was well", availability, _window),
    Command("report hand-over", "What a shift hands on: changes of state, silences, due times", hand_over, _shift),
)
