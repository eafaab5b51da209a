"""``watchdesk report …``: figures over tickets and health. The definitions are those of the use cases."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from app.base.clock import Moment, from_iso
from app.base.errors import UsageTrouble
from app.base.text import duration, tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.usecases.availability import report_availability
from app.usecases.reports import report_backlog, report_incidents


def incidents(context: Context) -> int:
    args = context.args
    _refuse_backwards(args)
    figures = report_incidents(context.means.store, since_at=args.since, until_at=args.until)
    context.answer(figures, lambda: _lines(figures))
    return DONE


def backlog(context: Context) -> int:
    at = context.means.clock.now() if context.args.at is None else context.args.at
    figures = report_backlog(context.means.store, at)
    context.answer(figures, lambda: _lines(figures))
    return DONE


def availability(context: Context) -> int:
    _refuse_backwards(context.args)
    means, until_at = context.means, context.args.until
    figures = report_availability(
        means.history, since_at=context.args.since, source=context.args.source,
        until_at=means.clock.now() if until_at is None else until_at,
    )  # fmt: skip
    if context.json:
        context.answer_list(figures)
    else:
        context.answer(None, lambda: table(_AVAILABILITY, [_availability_cells(each) for each in figures]))
    return DONE


_AVAILABILITY: Final = ("NAME", "HOST", "SOURCE", "AVAILABLE", "OUTAGE", "MAJOR OUTAGE", "KNOWN FOR")


def _availability_cells(figures: Mapping[str, Any]) -> tuple[str, ...]:
    pct = figures["availability_pct"]
    spans = (duration(round(figures[name] * 1000)) for name in ("outage_s", "major_outage_s", "known_s"))
    return (figures["name"], figures["host"], figures["source"], "" if pct is None else f"{pct:.3f} %", *spans)


# The definitions stand once, beside the code that keeps them.
incidents.__doc__ = report_incidents.__doc__
backlog.__doc__ = report_backlog.__doc__
availability.__doc__ = report_availability.__doc__


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


def _stretch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", type=moment, help="opened from then on (inside)")
    parser.add_argument("--until", metavar="T", type=moment, help="opened before then (outside)")


def _window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", type=moment, help="from then on (default: all that is known)")
    parser.add_argument("--until", metavar="T", type=moment, help="until then (default: now)")
    parser.add_argument("--source", metavar="NAME", help="of this source alone")


def _moment(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--at", metavar="T", type=moment, help="at which moment (default: now)")


COMMANDS: Final = (
    Command("report incidents", "Figures of incidents: SLA, resolution, reopening", incidents, _stretch),
    Command("report backlog", "How many incidents were open at a moment", backlog, _moment),
    Command("report availability", "How long each host, service and component was well", availability, _window),
)
