"""``watchdesk ack|downtime|recheck|comment``: commands to the sources about all rows that a query means."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from inspect import cleandoc
from typing import Final, TypeVar

from app.actions.action import BOARD, Means, Situation
from app.actions.problem import PROBLEM_ACTIONS, read_length
from app.base.clock import Moment
from app.base.errors import Refused, UsageTrouble
from app.base.events import CancelToken
from app.base.lanes import WRITE, Lanes, Task
from app.base.text import count, tr
from app.cli.command import DONE, FAILED, PARTLY, Command
from app.cli.context import Context, table
from app.cli.health import board_of, matching
from app.cli.report import moment
from app.cli.tickets import add_filter
from app.domain import command as words
from app.domain.command import Outcome
from app.domain.health import HOST, HealthRow
from app.ports import HealthSource
from app.query import HEALTH, parse
from app.usecases.source import find_source

T = TypeVar("T")
PLANNED: Final = "planned"
_PLANS: Final = {action.id: action.plan for action in PROBLEM_ACTIONS}
_ANSWER: Final = """
    --dry-run tells what would happen and sends nothing: the outcome of a row is then “planned” or “refused”.
    Keys, one object per row: id outcome (done, refused, failed, unconfirmed, planned) reason. done: read back from
    the source as wanted. Exit code 0 when all are done, 3 when some are, 1 when none is."""


def acknowledge(context: Context) -> int:
    """Acknowledge every problem that --filter means, at its source; rows that are no problem are refused.

    With --duration or --until it ends by itself: at Prometheus (its silences end after 8 hours otherwise) and
    Icinga 2. Nagios and Zabbix know no end of an acknowledgement; their rows are refused then."""
    return _command(context, "problem.acknowledge")


def downtime(context: Context) -> int:
    """Set a downtime from now on, for --duration, on every host and service that --filter means."""
    return _command(context, "problem.downtime")


def recheck(context: Context) -> int:
    """Ask the sources for a check now of every host and service that --filter means."""
    return _command(context, "problem.recheck")


def comment(context: Context) -> int:
    """Leave a comment at its source on every host and service that --filter means."""
    return _command(context, "problem.comment")


for _run in (acknowledge, downtime, recheck, comment):
    _run.__doc__ = f"{_run.__doc__}\n\n{cleandoc(_ANSWER)}"


def _command(context: Context, action: str) -> int:
    if not context.args.filter.strip():
        raise UsageTrouble(
            tr("--filter is empty, which means everything."), hint=tr("Say which rows; state:* means all of them.")
        )
    board, now = board_of(context)
    rows = matching(context, board, now, parse(context.args.filter, HEALTH))
    if not rows:
        context.say(tr("No row matches."))
    outcomes = _outcomes(context, action, rows, now.at) if rows else ()
    _answer(context, rows, outcomes)
    good = sum(each.outcome in (words.DONE, PLANNED) for each in outcomes)
    if good == len(outcomes):
        return DONE
    return PARTLY if good else FAILED


def _outcomes(context: Context, action: str, rows: Sequence[HealthRow], now_at: Moment) -> Sequence[Outcome]:
    """What the window's own action does with these rows, or would do."""
    args, means = context.args, context.means
    verbs = {source.name: means.verbs_of(source) for source in means.store.team.sources()}
    situation = Situation(BOARD, rows=tuple(rows), me=means.me, now_at=now_at, verbs=verbs)
    planned = _PLANS[action]
    assert planned is not None, "commands are no view actions"
    plan = planned(situation, _given(context, action))
    if args.dry_run:
        refused = [Outcome(target.id, words.REFUSED, reason) for target, reason in plan.refused]
        return [*(Outcome(target.id, PLANNED) for target in plan.targets), *refused]
    asked: list[str] = []
    with _means(context, asked.append) as action_means:
        outcomes = plan.run(action_means, context.cancel).outcomes
    if asked and not context.cancel.is_cancelled:
        _ask_again(context, asked)
    return outcomes


def _given(context: Context, action: str) -> Mapping[str, str]:
    """The arguments of the action. Others want to read why there is a downtime: without a word, who set it."""
    args = context.args
    given = {name: getattr(args, name) for name in ("comment", "duration", "until") if getattr(args, name, None)}
    if hasattr(args, "comment") and "comment" not in given:
        given["comment"] = ""
    if action == "problem.downtime" and not given["comment"]:
        given["comment"] = tr("Downtime set by {who}.", who=context.means.me)
    return given


@contextmanager
def _means(context: Context, poll_now: Callable[[str], None]) -> Iterator[Means]:
    """Connectors are opened when a command reaches their lane, and closed at the end."""
    connectors: dict[str, HealthSource] = {}
    means, lanes = context.means, WritesInPlace()

    def connector(name: str) -> HealthSource:
        connectors[name] = means.connect(find_source(means.store, name))
        return connectors[name]

    try:
        yield Means(means.work, lanes, connector, poll_now, means.history.lift_refusal)
    finally:
        lanes.close()
        for opened in connectors.values():
            opened.close()


class WritesInPlace(Lanes):
    """Lanes of a process whose main thread is the write lane: a write is on disk when ``run`` returns."""

    def run(
        self,
        lane: str,
        function: Callable[[CancelToken], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        key: str = "",
    ) -> Task:
        if lane != WRITE:
            return super().run(lane, function, done=done, failed=failed, key=key)
        task = Task()
        function(task.token)
        return task


def _ask_again(context: Context, names: Sequence[str]) -> None:
    """What the sources say now, so that the next command sees it; a failure is told by the next poll."""
    from app.cli.poll import holder
    from app.usecases.poll_once import poll_once

    means = context.means
    sources = [source for source in means.store.team.sources() if source.name in names]
    poll_once(
        sources, means.connect, means.history, means.clock, context.cancel, holder=holder(),
        stamping=means.sign_ins.stamp,
    )  # fmt: skip


def _answer(context: Context, rows: Sequence[HealthRow], outcomes: Sequence[Outcome]) -> None:
    if context.json:
        context.answer_list({"id": o.id, "outcome": o.outcome, "reason": o.reason or None} for o in outcomes)
        return
    by_id = {row.id: row for row in rows}
    cells = [(o.outcome, by_id[o.id].host, _service(by_id[o.id]), by_id[o.id].source, o.reason) for o in outcomes]
    context.answer(None, lambda: table(("OUTCOME", "HOST", "SERVICE", "SOURCE", "REASON"), cells))
    good = sum(o.outcome in (words.DONE, PLANNED) for o in outcomes)
    said = (
        tr("{good} of {rows} would be done; nothing was sent.")
        if context.args.dry_run
        else tr("{good} of {rows} done.")
    )
    context.say(said.format(good=good, rows=count(len(outcomes), "row", "rows")))


def _service(row: HealthRow) -> str:
    return "" if row.kind == HOST else row.name


def _duration(text: str) -> str:
    try:
        read_length(text)
    except Refused as error:
        raise argparse.ArgumentTypeError(error.sentence()) from None
    return text


def _rows(parser: argparse.ArgumentParser) -> None:
    add_filter(parser, required=True)
    parser.add_argument("--dry-run", action="store_true", help="tell what would happen, send nothing")


def _with_comment(parser: argparse.ArgumentParser) -> None:
    _rows(parser)
    parser.add_argument("--comment", metavar="TEXT", default="", help="why, for others to read")


def _with_end(parser: argparse.ArgumentParser) -> None:
    _with_comment(parser)
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--duration", metavar="D", type=_duration, help="for how long, as 90m")
    end.add_argument("--until", metavar="T", type=_moment, help="until then")


def _moment(text: str) -> str:
    moment(text)
    return text


def _with_duration(parser: argparse.ArgumentParser) -> None:
    _with_comment(parser)
    parser.add_argument("--duration", metavar="D", type=_duration, default="1h", help="how long, as 90m (default 1h)")


def _with_needed_comment(parser: argparse.ArgumentParser) -> None:
    _rows(parser)
    parser.add_argument("--comment", metavar="TEXT", required=True, help="what to say")


COMMANDS: Final = (
    Command("ack", "Acknowledge problems", acknowledge, _with_end),
    Command("downtime", "Set a downtime", downtime, _with_duration),
    Command("recheck", "Ask for a check now", recheck, _rows),
    Command("comment", "Leave a comment at hosts and services", comment, _with_needed_comment),
)
