"""Actions on problems: plans over ``app.usecases.command``. They run on a lane of their own, since they wait."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping

from app.actions.action import BOARD, Action, Argument, Means, Plan, Result, Situation, Target
from app.base.clock import DAY, HOUR, MINUTE, from_iso
from app.base.errors import Refused
from app.base.events import HEALTH, CancelToken, Touched
from app.base.lanes import WRITE
from app.base.text import count, tr
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, Command, needs
from app.domain.health import HOST, HealthRow
from app.usecases.command import plan as plan_command
from app.usecases.command import run as run_command

LANE = "command"
_BULK = 2
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(min|m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": MINUTE, "min": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def read_length(text: str) -> int:
    """A length of time in ms: ``90m``, ``1h``, ``1h 30m``, ``2d``. Raises Refused."""
    pieces = _LENGTH.findall(text)
    if not pieces or _LENGTH.sub("", text).strip():
        raise Refused(f"“{text}” is not a length of time.", hint="Write it as 90m, 1h or 2d.", field="duration")
    length = round(sum(float(amount) * _UNITS[unit.lower()] for amount, unit in pieces))
    if not MINUTE <= length <= 365 * DAY:
        raise Refused("It must last between a minute and a year.", field="duration")
    return length


def _target(row: HealthRow) -> Target:
    label = row.host if row.kind == HOST else f"{row.name} on {row.host}"
    return Target(row.id, label, row.state)


def plan_verb(situation: Situation, verb: str, title: str, done: str, command: Command) -> Plan:
    """The plan of one command on the rows of a situation; shown first when it is for several."""
    planned = plan_command(situation.rows, verb, situation.verbs, needs(command))
    by_id = {row.id: row for row in situation.rows}

    def run(means: Means, cancel: CancelToken) -> Result:
        outcomes = run_command(
            planned, command, means.connector, means.lanes, cancel,
            audit=_audited(means), poll_now=means.poll_now,
        )  # fmt: skip
        done_rows = tuple(by_id[outcome.id] for outcome in outcomes if outcome.outcome == DONE)
        touched = Touched.of(HEALTH, [row.id for row in done_rows], means.work.origin)
        failed = tuple(by_id[outcome.id] for outcome in outcomes if outcome.outcome == FAILED)
        rest = dataclasses.replace(situation, rows=failed)
        left = plan_verb(rest, verb, title, done, command) if failed else None
        return Result(outcomes, touched, _way_back(situation, verb, done_rows), left=left)

    refused = tuple((_target(by_id[each.id]), each.reason) for each in planned.refusals)
    targets = tuple(_target(row) for row in planned.targets)
    return Plan(title, targets, run, refused, len(targets) >= _BULK, LANE, done)


def _audited(means: Means) -> Callable[[str, str, Mapping[str, object]], None]:
    def audit(action: str, concerns: str, detail: Mapping[str, object]) -> None:
        def write(_cancel: CancelToken) -> None:
            with means.work.store.write() as unit:
                unit.audit(action, by=means.work.me, concerns=concerns, detail=detail)

        means.lanes.run(WRITE, write)

    return audit


_BACK = {verbs.ACKNOWLEDGE: verbs.UNACKNOWLEDGE, verbs.DOWNTIME: verbs.END_DOWNTIME}
_FLAGS = {verbs.UNACKNOWLEDGE: "acknowledged", verbs.END_DOWNTIME: "in_downtime"}


def _way_back(situation: Situation, verb: str, rows: tuple[HealthRow, ...]) -> Plan | None:
    """The reversing command on the rows that were done; there is none for a comment or a re-check."""
    import dataclasses

    import msgspec

    back = _BACK.get(verb)
    if back is None or not rows:
        return None
    # The rows as they are now: the command has just been read back.
    changed = tuple(msgspec.structs.replace(row, **{_FLAGS[back]: True}) for row in rows)
    after = dataclasses.replace(situation, rows=changed)
    command = Command(verb=back, author=situation.me, comment=tr("Taken back."))
    plan = plan_verb(after, back, tr("Undo"), tr("Taken back."), command)
    return dataclasses.replace(plan, asks=False)


def _what(situation: Situation) -> str:
    rows = situation.rows
    return _target(rows[0]).label if len(rows) == 1 else count(len(rows), "problem", "problems")


def _acknowledge(situation: Situation, given: Mapping[str, str]) -> Plan:
    comment = given.get("comment", "").strip() or tr("Acknowledged by {who}.", who=situation.me)
    end_at = _end_of(situation, given)
    command = Command(verb=verbs.ACKNOWLEDGE, author=situation.me, comment=comment, end_at=end_at)
    title = tr("Acknowledge {what}", what=_what(situation))
    return plan_verb(situation, verbs.ACKNOWLEDGE, title, tr("Acknowledged."), command)


def _end_of(situation: Situation, given: Mapping[str, str]) -> int | None:
    """When an acknowledgement ends by itself: after ``duration``, or at ``until``; None when neither is said."""
    if given.get("duration", "").strip():
        return situation.now_at + read_length(given["duration"])
    if not given.get("until"):
        return None
    end_at = from_iso(given["until"])
    if end_at <= situation.now_at:
        raise Refused("This time has passed.", hint="Name a later one.", field="until")
    return end_at


def _downtime(situation: Situation, given: Mapping[str, str]) -> Plan:
    length = read_length(given["duration"])
    command = Command(
        verb=verbs.DOWNTIME, author=situation.me, comment=given["comment"], start_at=situation.now_at,
        end_at=situation.now_at + length,
    )  # fmt: skip
    title = tr("Downtime of {length} for {what}", length=given["duration"], what=_what(situation))
    return plan_verb(situation, verbs.DOWNTIME, title, tr("Downtime is set."), command)


def _comment(situation: Situation, given: Mapping[str, str]) -> Plan:
    command = Command(verb=verbs.COMMENT, author=situation.me, comment=given["comment"])
    title = tr("Comment on {what}", what=_what(situation))
    return plan_verb(situation, verbs.COMMENT, title, tr("Comment added."), command)


def _recheck(situation: Situation, _given: Mapping[str, str]) -> Plan:
    command = Command(verb=verbs.RECHECK, author=situation.me)
    title = tr("Re-check {what}", what=_what(situation))
    return plan_verb(situation, verbs.RECHECK, title, tr("Re-check asked for."), command)


def _rows_chosen(situation: Situation) -> str:
    return "" if situation.rows else tr("No problem is selected.")


def _with_comment(_situation: Situation) -> tuple[Argument, ...]:
    return (Argument("comment", tr("Comment"), "long_text"),)


def _acknowledge_arguments(_situation: Situation) -> tuple[Argument, ...]:
    return (
        Argument("comment", tr("Comment"), "long_text"),
        Argument("duration", tr("For how long"), "duration", needed=False),
    )


def _downtime_arguments(_situation: Situation) -> tuple[Argument, ...]:
    return (
        Argument("duration", tr("For how long"), "duration", "1h"),
        Argument("comment", tr("Why"), "long_text"),
    )


_HERE = frozenset({BOARD})
PROBLEM_ACTIONS: tuple[Action, ...] = (
    Action("problem.acknowledge", "Acknowledge", "Say that you have taken it.", "Problem", "Problem", ("A",), "check",
           _HERE, _rows_chosen, plan=_acknowledge),
    Action("problem.acknowledge_with", "Acknowledge with text", "Say that you have taken it, and what you know.",
           "Problem", "Problem", ("Shift+A",), "check", _HERE, _rows_chosen, _acknowledge_arguments, _acknowledge),
    Action("problem.downtime", "Downtime", "Plan a silence for it.", "Problem", "Problem", ("D",), "wrench", _HERE,
           _rows_chosen, _downtime_arguments, _downtime),
    Action("problem.recheck", "Re-check", "Have it checked now.", "Problem", "Problem", ("R",), "refresh", _HERE,
           _rows_chosen, plan=_recheck),
    Action("problem.comment", "Comment", "Leave a comment at the source.", "Problem", "Problem", ("C",), "comment",
           _HERE, _rows_chosen, _with_comment, _comment),
)  # fmt: skip
