"""``watchdesk ack|downtime|recheck|comment``: commands to the sources about all rows that a query means."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import Any, Final

from app.base.errors import UsageTrouble, WatchdeskError
from app.base.lanes import Lanes
from app.base.text import count, tr
from app.cli.command import DONE, FAILED, PARTLY, Command
from app.cli.context import Context, table
from app.cli.health import board_of, matching
from app.cli.tickets import add_filter
from app.domain import command as words
from app.domain.command import Outcome
from app.domain.health import HOST, HealthRow
from app.domain.source import Source
from app.ports import HealthSource
from app.query import HEALTH, parse
from app.query.moment import read_length
from app.usecases.command import plan, run
from app.usecases.source import find_source

PLANNED: Final = "planned"
_ANSWER: Final = """
    --dry-run tells what would happen and sends nothing: the outcome of a row is then “planned” or “refused”.
    Keys, one object per row: id outcome (done, refused, failed, unconfirmed, planned) reason. done: read back from
    the source as wanted. Exit code 0 when all are done, 3 when some are, 1 when none is."""


def acknowledge(context: Context) -> int:
    """Acknowledge every problem that --filter means, at its source; rows that are no problem are refused."""
    return _command(context, words.ACKNOWLEDGE)


def downtime(context: Context) -> int:
    """Set a downtime from now on, for --duration, on every host and service that --filter means."""
    return _command(context, words.DOWNTIME)


def recheck(context: Context) -> int:
    """Ask the sources for a check now of every host and service that --filter means."""
    return _command(context, words.RECHECK)


def comment(context: Context) -> int:
    """Leave a comment at its source on every host and service that --filter means."""
    return _command(context, words.COMMENT)


for _run in (acknowledge, downtime, recheck, comment):
    _run.__doc__ = f"{_run.__doc__}\n\n{cleandoc(_ANSWER)}"


def _command(context: Context, verb: str) -> int:
    if not context.args.filter.strip():
        raise UsageTrouble(
            tr("--filter is empty, which means everything."), hint=tr("Say which rows; state:* means all of them.")
        )
    board, now = board_of(context)
    rows = matching(context, board, now, parse(context.args.filter, HEALTH))
    names = tuple(dict.fromkeys(row.source for row in rows))
    connectors, broken = _connectors(context, names)
    try:
        outcomes = _carry_out(context, verb, rows, connectors, broken)
    finally:
        for connector in connectors.values():
            connector.close()
    if not rows:
        context.say(tr("No row matches."))
    _answer(context, rows, outcomes)
    good = sum(each.outcome in (words.DONE, PLANNED) for each in outcomes)
    if good == len(outcomes):
        return DONE
    return PARTLY if good else FAILED


def _connectors(context: Context, names: Sequence[str]) -> tuple[dict[str, HealthSource], dict[str, str]]:
    """The connectors of these sources, and why some cannot be had."""
    connectors: dict[str, HealthSource] = {}
    broken: dict[str, str] = {}
    for name in names:
        try:
            connectors[name] = context.means.connect(find_source(context.means.store, name))
        except WatchdeskError as error:
            broken[name] = error.sentence()
    return connectors, broken


def _carry_out(
    context: Context,
    verb: str,
    rows: Sequence[HealthRow],
    connectors: Mapping[str, HealthSource],
    broken: Mapping[str, str],
) -> list[Outcome]:
    args, means = context.args, context.means
    lost = [Outcome(row.id, words.FAILED, broken[row.source]) for row in rows if row.source in broken]
    planned = plan(
        [row for row in rows if row.source not in broken], verb,
        {name: connector.verbs for name, connector in connectors.items()},
    )  # fmt: skip
    if args.dry_run:
        return [*(Outcome(row.id, PLANNED) for row in planned.targets), *planned.refusals, *lost]
    at = means.clock.now()
    command = words.Command(
        verb=verb, author=means.me, comment=getattr(args, "comment", "") or "",
        start_at=at if verb == words.DOWNTIME else None,
        end_at=at + args.duration if verb == words.DOWNTIME else None,
    )  # fmt: skip
    asked: list[str] = []
    lanes = Lanes()
    try:
        done = run(
            planned, command, connectors.__getitem__, lanes, context.cancel, audit=_audit(context),
            poll_now=asked.append,
        )  # fmt: skip
    finally:
        lanes.close()
    if not context.cancel.is_cancelled:
        _ask_again(context, asked)
    return [*done, *lost]


def _audit(context: Context) -> Any:
    def audit(action: str, concerns: str, detail: Mapping[str, object]) -> None:
        with context.means.store.write() as unit:
            unit.audit(action, by=context.means.me, concerns=concerns, detail=detail)

    return audit


def _ask_again(context: Context, names: Sequence[str]) -> None:
    """What the sources say now, so that the next command sees it; a failure is told by the next poll."""
    from app.cli.poll import holder
    from app.usecases.poll_once import poll_once

    means = context.means
    sources: list[Source] = [source for source in means.store.team.sources() if source.name in names]
    poll_once(sources, means.connect, means.history, means.clock, context.cancel, holder=holder())


def _answer(context: Context, rows: Sequence[HealthRow], outcomes: Sequence[Outcome]) -> None:
    if context.json:
        context.answer_list({"id": o.id, "outcome": o.outcome, "reason": o.reason or None} for o in outcomes)
        return
    by_id = {row.id: row for row in rows}
    cells = [(o.outcome, by_id[o.id].host, _service(by_id[o.id]), by_id[o.id].source, o.reason) for o in outcomes]
    context.answer(None, lambda: table(("OUTCOME", "HOST", "SERVICE", "SOURCE", "REASON"), cells))
    done = sum(o.outcome == words.DONE for o in outcomes)
    context.say(tr("{done} of {rows} done.", done=done, rows=count(len(outcomes), "row", "rows")))


def _service(row: HealthRow) -> str:
    return "" if row.kind == HOST else row.name


def _duration(text: str) -> int:
    length = read_length(text)
    if length is None or length.length_ms <= 0:
        raise argparse.ArgumentTypeError(f"“{text}” is not a length of time; write it as 90m, 2h or 1d12h")
    return length.length_ms


def _rows(parser: argparse.ArgumentParser) -> None:
    add_filter(parser, required=True)
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, send nothing")


def _with_comment(parser: argparse.ArgumentParser) -> None:
    _rows(parser)
    parser.add_argument("--comment", metavar="TEXT", default="", help="why, for others to read")


def _with_duration(parser: argparse.ArgumentParser) -> None:
    _with_comment(parser)
    parser.add_argument("--duration", metavar="D", type=_duration, default="1h", help="how long, as 90m (default 1h)")


def _with_needed_comment(parser: argparse.ArgumentParser) -> None:
    _rows(parser)
    parser.add_argument("--comment", metavar="TEXT", required=True, help="what to say")


COMMANDS: Final = (
    Command("ack", "Acknowledge problems", acknowledge, _with_comment),
    Command("downtime", "Set a downtime", downtime, _with_duration),
    Command("recheck", "Ask for a check now", recheck, _rows),
    Command("comment", "Leave a comment at hosts and services", comment, _with_needed_comment),
)
