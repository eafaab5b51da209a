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
    args, store = context.args, context.means.store
    _refuse_backwards(args)
    target = ReportTarget.of(context)
    figures = report_incidents(store, since_at=args.since, until_at=args.until)

    def report() -> Report:
        before_at = _before_at(args)
        stamp = Stamp(context.means.clock.now(), args.since, args.until, newest_ticket_at(store), before_at=before_at)
        before = None if before_at is None else report_incidents(store, since_at=before_at, until_at=args.since)
        return incidents_report(figures, stamp, report_incidents.__doc__, before)

    return _give(context, target, figures, lambda: _lines(figures), report)


def backlog(context: Context) -> int:
    target, stamp = ReportTarget.of(context), _stamp_at(context)
    figures = report_backlog(context.means.store, stamp.until_at or 0)
    return _give(
        context, target, figures, lambda: _lines(figures),
        lambda: backlog_report(figures, stamp, report_backlog.__doc__),
    )  # fmt: skip


def ageing(context: Context) -> int:
    target, stamp = ReportTarget.of(context), _stamp_at(context)
    figures = report_ageing(context.means.store, stamp.until_at or 0)
    return _give(
        context, target, figures, lambda: _lines(figures),
        lambda: ageing_report(figures, stamp, report_ageing.__doc__),
    )  # fmt: skip


def breakdown(context: Context) -> int:
    args, store = context.args, context.means.store
    _refuse_backwards(args)
    target = ReportTarget.of(context)
    figures = report_breakdown(store, args.by, since_at=args.since, until_at=args.until)

    def report() -> Report:
        stamp = Stamp(context.means.clock.now(), args.since, args.until, newest_ticket_at(store))
        return breakdown_report(figures, args.by, stamp, report_breakdown.__doc__)

    return _give(context, target, figures, lambda: table(_BREAKDOWN, map(_breakdown_cells, figures)), report)


def availability(context: Context) -> int:
    _refuse_backwards(context.args)
    means, args, now = context.means, context.args, Instant.of(context.means.clock)
    until_at = now.at if args.until is None else args.until
    target = ReportTarget.of(context)
    figures = report_availability(means.history, since_at=args.since, source=args.source, until_at=until_at)

    def report() -> Report:
        sources = freshness_of(means.store, means.history, now, args.source)
        stamp = Stamp(now.at, args.since, until_at, sources=sources)
        return availability_report(figures, stamp, report_availability.__doc__)

    return _give(context, target, figures, lambda: table(_AVAILABILITY, map(_availability_cells, figures)), report)


def hand_over(context: Context) -> int:
    _refuse_backwards(context.args)
    means, args, now = context.means, context.args, Instant.of(context.means.clock)
    until_at = now.at if args.until is None else args.until
    since_at = until_at - SHIFT if args.since is None else args.since
    if since_at > until_at:
        raise UsageTrouble(tr("The shift begins after it ends."), hint=tr("Say also --until, or an earlier --since."))
    target = ReportTarget.of(context)
    answer = report_handover(means.store, means.history, since_at=since_at, until_at=until_at, now_at=now.at)

    def report() -> Report:
        sources = freshness_of(means.store, means.history, now)
        stamp = Stamp(now.at, since_at, until_at, newest_ticket_at(means.store), sources)
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


def _stamp_at(context: Context) -> Stamp:
    """Of a report on one moment: that of --at, or now."""
    now_at, at = context.means.clock.now(), context.args.at
    return Stamp(now_at, None, now_at if at is None else at, newest_ticket_at(context.means.store))


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


def _refuse_backwards(args: argparse.Namespace) -> None:
    """Raises UsageTrouble when the stretch ends before it begins."""
    if args.since is not None and args.until is not None and args.since > args.until:
        raise UsageTrouble(tr("--since lies after --until."), hint=tr("Exchange them."))


def _before_at(args: argparse.Namespace) -> Moment | None:
    """When the period before began, as long as the one that was asked for; None where its length is not told."""
    return None if None in (args.since, args.until) else args.since - (args.until - args.since)


def _stretch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", type=moment, help="opened from then on (inside)")
    parser.add_argument("--until", metavar="T", type=moment, help="opened before then (outside)")
    add_target(parser)


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", choices=BREAKDOWN_FIELDS, default="team", help="of which field (default: team)")
    _stretch(parser)


def _window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", type=moment, help="from then on (default: all that is known)")
    parser.add_argument("--until", metavar="T", type=moment, help="until then (default: now)")
    parser.add_argument("--source", metavar="NAME", help="of this source alone")
    add_target(parser)


def _moment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", metavar="T", type=moment, help="at which moment (default: now)")
    add_target(parser)


def _shift(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--since", metavar="T", type=moment, help="begin of the shift (default: 12 hours before its end)"
    )
    parser.add_argument("--until", metavar="T", type=moment, help="end of the shift (default: now)")
    add_target(parser)


COMMANDS: Final = (
    Command("report incidents", "Figures of incidents: SLA, resolution, reopening", incidents, _stretch),
    Command("report backlog", "How many incidents were open at a moment", backlog, _moment),
    Command("report ageing", "How old the open backlog is, by priority", ageing, _moment),
    Command("report breakdown", "Incidents, SLA and resolution by team, category, service …", breakdown, _by),
    Command("report availability", "How long each host, service and component was well", availability, _window),
    Command("report hand-over", "What a shift hands on: changes of state, silences, due times", hand_over, _shift),
)
