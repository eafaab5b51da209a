"""Commands to sources about their rows: who can take them and why not, then one outcome for each row.

``plan`` decides without asking anybody; ``run`` sends to each source on its own lane, so that the failure of one
never touches another's rows, and has every source asked again afterwards.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final, TypeAlias

from app.base.errors import Cancelled, TimedOut, WatchdeskError
from app.base.events import CancelToken
from app.base.lanes import net
from app.base.text import tr
from app.domain.capability import why_not
from app.domain.command import (
    ACKNOWLEDGE,
    ACKNOWLEDGE_UNTIL,
    CLOSE,
    COMMENT,
    DONE,
    DOWNTIME,
    END_DOWNTIME,
    FAILED,
    RECHECK,
    REFUSED,
    UNACKNOWLEDGE,
    UNCONFIRMED,
    Command,
    Outcome,
)
from app.domain.health import PENDING, HealthRow
from app.ports import HealthSource
from app.usecases.lane_runner import Runs

Connector: TypeAlias = Callable[[str], HealthSource]
"""The connector of a source by name, such as ``Poller.connector``; on its net lane. Raises WatchdeskError."""

Audit: TypeAlias = Callable[[str, str, Mapping[str, object]], None]
"""(action, what it concerns, detail); on the caller's lane."""

_POLL_S: Final = 0.1
WORDS: Final[Mapping[str, str]] = {
    ACKNOWLEDGE: "acknowledge", UNACKNOWLEDGE: "take back an acknowledgement", DOWNTIME: "set a downtime",
    END_DOWNTIME: "end a downtime", COMMENT: "comment", RECHECK: "re-check",
    CLOSE: "close a problem", ACKNOWLEDGE_UNTIL: "acknowledge for a time",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CommandPlan:
    """``targets``: rows that can take it, in their order; ``refusals``: the others, each with its reason."""

    verb: str
    targets: tuple[HealthRow, ...]
    refusals: tuple[Outcome, ...]


def plan(
    rows: Iterable[HealthRow], verb: str, verbs: Mapping[str, frozenset[str]], needed: Sequence[str] = ()
) -> CommandPlan:
    """Which rows can take a command. ``verbs``: what each source takes, by its name; with ``Capabilities`` it says
    itself why not. ``needed``: what else it must be able to do."""
    targets, refusals = [], []
    for row in rows:
        reason = _refusal(row, verb, verbs, needed)
        if reason:
            refusals.append(Outcome(row.id, REFUSED, reason))
        else:
            targets.append(row)
    return CommandPlan(verb, tuple(targets), tuple(refusals))


def _refusal(row: HealthRow, verb: str, verbs: Mapping[str, frozenset[str]], needed: Sequence[str]) -> str:
    known = verbs.get(row.source)
    if known is None:
        return tr("Its source {name} is not connected.", name=row.source)
    lacking = next((one for one in (verb, *needed) if one not in known), None)
    if lacking is not None:
        lack = tr("{name} cannot {verb}.", name=row.source, verb=tr(WORDS.get(lacking, lacking)))
        return f"{lack} {why_not(known, lacking)}".strip()
    rule = _RULES.get(verb)
    return rule(row) if rule else ""


def _no_acknowledgement(row: HealthRow) -> str:
    if row.state == PENDING:
        return tr("It has not been checked yet: there is nothing to acknowledge.")
    if not row.is_problem:
        return tr("It is {state}: there is nothing to acknowledge.", state=row.state.upper())
    return tr("It is acknowledged already.") if row.acknowledged else ""


def _nothing_to_close(row: HealthRow) -> str:
    return "" if row.is_problem else tr("It is {state}: there is nothing to close.", state=row.state.upper())


def _nothing_to_take_back(row: HealthRow) -> str:
    return "" if row.acknowledged else tr("It is not acknowledged.")


def _no_downtime(row: HealthRow) -> str:
    return "" if row.in_downtime else tr("It is in no downtime.")


_RULES: Final[Mapping[str, Callable[[HealthRow], str]]] = MappingProxyType(
    {
        ACKNOWLEDGE: _no_acknowledgement,
        UNACKNOWLEDGE: _nothing_to_take_back,
        END_DOWNTIME: _no_downtime,
        CLOSE: _nothing_to_close,
    }
)


def run(
    planned: CommandPlan,
    command: Command,
    connector: Connector,
    lanes: Runs,
    cancel: CancelToken,
    *,
    audit: Audit,
    poll_now: Callable[[str], object] = lambda _source: None,
) -> tuple[Outcome, ...]:
    """Carry a plan out: one outcome per row, targets in their order, then the refusals.

    Waits for all sources; not for a net lane. On cancel rows without an answer are ``unconfirmed``: what was sent
    cannot be called back. Every row's outcome is audited; every source that was sent something is polled again.
    """
    groups = _by_source(planned.targets)
    answers: queue.SimpleQueue[tuple[str, tuple[Outcome, ...]]] = queue.SimpleQueue()
    tasks = [
        lanes.run(net(source), partial(_answer, answers, source, command, rows, connector))
        for source, rows in groups.items()
    ]
    outcomes: dict[str, Outcome] = {}
    waiting = set(groups)
    while waiting:
        try:
            source, found = answers.get(timeout=_POLL_S)
        except queue.Empty:
            if cancel.is_cancelled or all(task.token.is_cancelled for task in tasks):
                break
            continue
        waiting.discard(source)
        outcomes |= {outcome.id: outcome for outcome in found}
    if waiting:
        for task in tasks:
            task.cancel()
    told = tuple(outcomes.get(row.id, _unknown(row)) for row in planned.targets)
    for source, rows in groups.items():
        audit(f"health.{command.verb}", source, _detail(command, rows, outcomes))
        poll_now(source)
    return (*told, *planned.refusals)


def _answer(
    answers: queue.SimpleQueue[tuple[str, tuple[Outcome, ...]]],
    source: str,
    command: Command,
    rows: Sequence[HealthRow],
    connector: Connector,
    cancel: CancelToken,
) -> None:
    """Net lane. Always answers, whatever happens."""
    found = tuple(_unknown(row) for row in rows)
    try:
        found = _push(source, command, rows, connector, cancel)
    finally:
        answers.put((source, found))


def _push(
    source: str, command: Command, rows: Sequence[HealthRow], connector: Connector, cancel: CancelToken
) -> tuple[Outcome, ...]:
    try:
        found = {outcome.id: outcome for outcome in connector(source).push(command, rows, cancel)}
    except (Cancelled, TimedOut) as error:
        # Sent perhaps: saying "failed" would invite a second downtime.
        return tuple(Outcome(row.id, UNCONFIRMED, error.sentence()) for row in rows)
    except WatchdeskError as error:
        return tuple(Outcome(row.id, FAILED, error.sentence()) for row in rows)
    return tuple(found.get(row.id, _unknown(row)) for row in rows)


def _unknown(row: HealthRow) -> Outcome:
    return Outcome(row.id, UNCONFIRMED, tr("{name} did not say what became of it.", name=row.source))


def _by_source(rows: Iterable[HealthRow]) -> dict[str, list[HealthRow]]:
    groups: dict[str, list[HealthRow]] = {}
    for row in rows:
        groups.setdefault(row.source, []).append(row)
    return groups


def _detail(command: Command, rows: Sequence[HealthRow], outcomes: Mapping[str, Outcome]) -> dict[str, object]:
    return {
        "comment": command.comment,
        "start_at": command.start_at,
        "end_at": command.end_at,
        "rows": [[row.host, row.name, outcomes.get(row.id, _unknown(row)).outcome] for row in rows],
    }


def failed_rows(planned: CommandPlan, outcomes: Iterable[Outcome]) -> tuple[HealthRow, ...]:
    """The rows to try again: those that failed for certain."""
    failed = {outcome.id for outcome in outcomes if outcome.outcome == FAILED}
    return tuple(row for row in planned.targets if row.id in failed)


def all_done(outcomes: Iterable[Outcome]) -> bool:
    """Whether every row was read back as wanted."""
    return all(outcome.outcome == DONE for outcome in outcomes)
