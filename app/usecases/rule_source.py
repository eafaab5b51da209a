"""The alert rules as a source: what they raise is a problem like any other, of the source “watchdesk”.

A row per rule and series, also while it is quiet, so that its past is known. What cannot be judged is unknown, never
OK: the source of the watched row does not answer, or its samples are too old.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from app.analysis.alert_rule import Sample, Verdict, availability_firings, good_shares, verdict
from app.base.clock import HOUR, MINUTE, SECOND, Clock, Moment
from app.base.events import CancelToken
from app.base.text import age, tr
from app.domain import command as verbs
from app.domain.alert_rule import ABSENCE, AVAILABILITY, RATE, SOURCE, AlertRule
from app.domain.capability import Capabilities, why_not
from app.domain.command import REFUSED, Command, Outcome
from app.domain.freshness import STALE
from app.domain.freshness import UNKNOWN as NEVER_HEARD
from app.domain.health import HOST, OK, SERVICE, UNKNOWN, HealthRow, Snapshot, health_id
from app.domain.history import Stretch
from app.ports import History
from app.query import Env
from app.usecases.alert_rules import samples_of, stretches_of, watched
from app.usecases.board import Board, Instant, with_source

_REASON: Final = tr("A rule's problem ends with its cause: acknowledge the row that it watches, or change the rule.")
CAPABILITIES: Final = Capabilities(
    (),
    dict.fromkeys(
        (verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.DOWNTIME, verbs.END_DOWNTIME, verbs.COMMENT, verbs.CLOSE,
         verbs.RECHECK), _REASON,
    ),
)  # fmt: skip
_BREATH_S: Final = 50e-6
_NOTHING: Final = Verdict(None, False, None)
_WORDS: Final = {RATE: "{value:.6g} a second", AVAILABILITY: "{value:.5g} %"}


@dataclass(slots=True)
class _Known:
    """What was read of one watched row for one rule; read anew when the row was checked again."""

    rule: AlertRule
    checked_at: Moment | None
    samples: Mapping[str, Sequence[Sample]]


class RuleSource:
    """The ``HealthSource`` port over the rules and the history. Net lane."""

    def __init__(
        self,
        rules: Callable[[], Iterable[AlertRule]],
        history: History,
        clock: Clock,
        breathe: Callable[[], object] = lambda: time.sleep(_BREATH_S),
    ) -> None:
        self.name = SOURCE
        self.verbs: frozenset[str] = CAPABILITIES
        self._rules = rules
        self._history = history
        self._clock = clock
        self._breathe = breathe
        self._known: dict[tuple[str, str], _Known] = {}
        self._shares: dict[str, tuple[Moment, Mapping[str, Verdict]]] = {}

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """What every rule says of every series it watches. Raises Cancelled, EnvironmentTrouble (the history)."""
        cancel.check()
        began_s, now = self._clock.monotonic(), Instant.of(self._clock)
        rows, levels = self._history.rows(), _levels(self._history, now)
        rules = [rule for rule in self._rules() if rule.enabled]
        self._forget_gone({rule.id for rule in rules}, {row.id for row in rows})
        judged = [
            row
            for rule in rules
            for row in self._judged(rule, watched(rule, rows, Env(now_at=now.at, me="")), levels, now.at, cancel)
        ]
        return Snapshot(
            source=self.name, rows=tuple(judged), observed_at=now.at, received_at=self._clock.now(),
            duration_s=self._clock.monotonic() - began_s,
        )  # fmt: skip

    def _forget_gone(self, rules: set[str], rows: set[str]) -> None:
        self._known = {key: each for key, each in self._known.items() if key[0] in rules and key[1] in rows}
        self._shares = {id_: each for id_, each in self._shares.items() if id_ in rules}

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Each refused, with the reason. Raises Cancelled."""
        cancel.check()
        return tuple(Outcome(row.id, REFUSED, why_not(self.verbs, command.verb)) for row in rows)

    def close(self) -> None:
        """Nothing is open."""

    def _judged(
        self,
        rule: AlertRule,
        rows: Iterable[HealthRow],
        levels: Mapping[str, str],
        now_at: Moment,
        cancel: CancelToken,
    ) -> Iterator[HealthRow]:
        told = self._availabilities(rule, now_at) if rule.kind == AVAILABILITY else {}
        for row in rows:
            cancel.check()
            self._breathe()
            is_silent = levels.get(row.source, NEVER_HEARD) in (STALE, NEVER_HEARD)
            if rule.kind == AVAILABILITY:
                verdicts = {"": told.get(row.id, _NOTHING)}
            else:
                samples = self._samples(rule, row, now_at)
                verdicts = {label: verdict(rule, each, now_at) for label, each in samples.items()}
            for label, found in verdicts.items():
                own = _own_row(rule, row, label, _NOTHING if is_silent else found, now_at)
                # A source that has fallen silent is one problem, not one more for each rule.
                yield msgspec.structs.replace(own, suppressed=True) if is_silent else own

    def _samples(self, rule: AlertRule, row: HealthRow, now_at: Moment) -> Mapping[str, Sequence[Sample]]:
        """Read anew when the row was checked again."""
        key = (rule.id, row.id)
        known = self._known.get(key)
        if known is None or known.rule != rule or known.checked_at != row.last_check_at:
            known = _Known(rule, row.last_check_at, samples_of(self._history, rule, row, now_at, now_at))
            self._known[key] = known
        return known.samples

    def _availabilities(self, rule: AlertRule, now_at: Moment) -> Mapping[str, Verdict]:
        """By row; once a minute, since it reads the states of all."""
        at, known = self._shares.get(rule.id, (0, {}))
        if now_at - at >= MINUTE or now_at < at:
            since_at = now_at - max(HOUR, 2 * round(rule.for_s * SECOND))
            told = stretches_of(self._history, rule, since_at, now_at)
            known = {id_: _availability(rule, stretches, since_at, now_at) for id_, stretches in told.items()}
            self._shares[rule.id] = (now_at, known)
        return known


def _levels(history: History, now: Instant) -> Mapping[str, str]:
    board = Board()
    for name, mark in history.marks().items():
        board = with_source(board, name, (), mark, now)
    return board.levels(now)


def _availability(rule: AlertRule, stretches: Sequence[Stretch], since_at: Moment, now_at: Moment) -> Verdict:
    fired = availability_firings(rule, stretches, since_at, now_at, MINUTE)
    running = fired[-1] if fired and fired[-1].until_at is None else None
    shares = list(good_shares(stretches, round(rule.window_s * SECOND), now_at, now_at, MINUTE))
    return Verdict(running, bool(shares), shares[-1][1] if shares else None)


def _own_row(rule: AlertRule, row: HealthRow, label: str, found: Verdict, now_at: Moment) -> HealthRow:
    """The rule's own row about a series of another."""
    name = " ".join(filter(None, [f"{rule.name}:", "" if row.kind == HOST else row.name, label]))
    state = UNKNOWN if not found.is_known else rule.severity if found.firing is not None else OK
    return HealthRow(
        id=health_id(SOURCE, row.host, f"{rule.id} {row.source} {row.name} {label}"), source=SOURCE, kind=SERVICE,
        host=row.host, name=name, state=state,
        since_at=found.firing.from_at if found.is_known and found.firing is not None else None,
        last_check_at=now_at, in_downtime=row.in_downtime, acknowledged=row.acknowledged and state != OK,
        groups=row.groups, environment=row.environment, url=row.url, output=_output(rule, label, found, row, now_at),
    )  # fmt: skip


def _output(rule: AlertRule, label: str, found: Verdict, row: HealthRow, now_at: Moment) -> str:
    if not found.is_known:
        return tr("Nothing can be said: {source} tells nothing of it at present.", source=row.source)
    if rule.kind == ABSENCE:
        if found.firing is None:
            return tr("Samples of {label} come in.", label=label)
        since_at = found.firing.from_at - round(rule.window_s * SECOND)
        return tr("No sample of {label} for {age}.", label=label, age=age(now_at, since_at))
    value = "" if found.value is None else _WORDS.get(rule.kind, "{value:.6g}").format(value=found.value)
    side = tr("below") if rule.kind == AVAILABILITY else tr(rule.side)
    told = tr("{what} is {value}", what=label or tr("Availability"), value=value)
    if found.firing is None:
        return f"{told}."
    limit = _WORDS.get(rule.kind, "{value:.6g}").format(value=rule.limit)
    return tr("{told}, {side} {limit} for {age}.", told=told, side=side, limit=limit,
              age=age(now_at, found.firing.from_at - round(rule.for_s * SECOND)))  # fmt: skip
