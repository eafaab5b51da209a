"""A Prometheus with or without its Alertmanager, or an Alertmanager alone, as ``HealthSource``.

A picture takes two answers of each: rules and targets, alerts and silences. If one of them fails, all do: a part is
never shown as the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from app.base.clock import MINUTE, Clock, Moment, from_datetime
from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import HttpAnswer, Kind
from app.connectors.http import HttpClient
from app.connectors.prometheus import rows, silence
from app.connectors.prometheus.command import SILENCING, Silencer
from app.connectors.prometheus.memory import Memory
from app.connectors.prometheus.parse import Silence
from app.connectors.prometheus.picture import (
    External,
    Picture,
    Readers,
    joined,
    missing_watchdogs,
    uptime_at,
    watchdogs,
)
from app.connectors.prometheus.range_query import ask_range
from app.connectors.prometheus.rows import Told
from app.domain.command import Command, Outcome
from app.domain.health import HealthRow, Snapshot, health_id
from app.domain.metric import MetricAnswer, MetricQuery
from app.domain.source import Source

_DATE_GRAIN_MS: Final = 1_500
_SETTLING_MS: Final = 2 * MINUTE
"""An Alertmanager that started less than this ago may not have been told all alerts: they are sent each minute."""


@dataclass(frozen=True, slots=True)
class _Merged:
    """What one asking found."""

    picture: Picture
    groups: Mapping[tuple[str, str], Sequence[Told]]
    silences: Sequence[Silence]
    observed_at: Moment
    received_at: Moment
    skew_ms: int
    size: int


class PrometheusSource:
    """Net lane. At least one client is given."""

    def __init__(
        self, source: Source, prometheus: HttpClient | None, alertmanager: HttpClient | None, clock: Clock
    ) -> None:
        self.name = source.name
        self.verbs = SILENCING if alertmanager is not None else frozenset[str]()
        self._source, self._clock = source, clock
        self._prometheus, self._alertmanager = prometheus, alertmanager
        self._readers = Readers(source.name)
        self._skew = 0
        self._expected: frozenset[str] = frozenset()
        self._had_alerts = False
        self._known: dict[str, HealthRow] = {}
        self._memory = Memory()
        client = prometheus or alertmanager
        self._place = rows.Place(source.name, source.environment, str(client.base) if client is not None else "")
        self._alert_rows = rows.AlertRows(self._place)
        self._external: External = frozenset()
        self._silencer = Silencer(source.name, alertmanager, clock)

    def close(self) -> None:
        for client in (self._prometheus, self._alertmanager):
            if client is not None:
                client.close()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture. Raises RemoteTrouble, Cancelled."""
        began_s = self._clock.monotonic()
        found = self._look(cancel)
        index = silence.Index(found.silences)
        by_row = silence.on_rows(self.name, found.groups, index)
        shown = silence.quiet(by_row)
        picture = found.picture
        calm = self._memory.calm(found.groups, picture.rules, found.observed_at, sure=not picture.rejects)
        made = rows.all_rows(
            self._place, found.groups, picture.checks, shown, picture.rejects, calm, self._alert_rows
        )  # fmt: skip
        cancel.check()
        same = [_same(self._known.get(row.id), row) for row in made]
        self._known = {row.id: row for row in same}
        return Snapshot(
            source=self.name, rows=tuple(same), remarks=silence.remarks(by_row),
            downtimes=silence.downtimes(by_row, shown), observed_at=found.observed_at, received_at=found.received_at,
            skew_s=found.skew_ms / 1000, duration_s=self._clock.monotonic() - began_s, received_bytes=found.size,
        )  # fmt: skip

    def series(self, query: MetricQuery, cancel: CancelToken) -> MetricAnswer:
        """Samples of a window, in PromQL. Raises Refused, RemoteTrouble, Cancelled."""
        if self._prometheus is None:
            raise Refused(
                tr("{name} is an Alertmanager alone, which keeps no samples.", name=self.name),
                hint=tr("Add its Prometheus as a source, and ask that."), concerns=self.name,
            )  # fmt: skip
        return ask_range(self._prometheus, self.name, query, cancel)

    def push(self, command: Command, targets: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Set or end silences, and read back."""
        if command.verb not in self.verbs:
            return self._silencer.refused(command, targets)
        found = self._look(cancel)
        by_id = {health_id(self.name, *key): tuple(alerts) for key, alerts in found.groups.items()}
        return self._silencer.push(command, targets, by_id, found.silences, cancel)

    def _look(self, cancel: CancelToken) -> _Merged:
        picture, answers = Picture(), []
        if self._prometheus is not None:
            answers += [
                _ask(self._prometheus, "api/v1/rules", cancel, type="alert"),
                _ask(self._prometheus, "api/v1/targets", cancel, state="active"),
            ]
            now_at = self._server_now(answers[0])
            self._readers.rules(answers[0].body, picture, now_at)
            self._readers.targets(answers[1].body, picture, now_at)
        silences: list[Silence] = []
        if self._alertmanager is not None:
            answers += [
                _ask(self._alertmanager, "api/v2/alerts", cancel),
                _ask(self._alertmanager, "api/v2/silences", cancel),
            ]
            sent = self._readers.sent(answers[-2].body, picture.rejects)
            silences = self._readers.silences(answers[-1].body, picture.rejects)
            picture.alerts, self._external = joined(picture.alerts, sent, self._external)
        self._doubt_silence(picture, cancel)
        picture.checks += missing_watchdogs(self.name, self._expected, picture.alerts)
        self._expected |= watchdogs(picture.alerts)
        received_at, told_at = self._clock.now(), min(self._server_now(each) for each in answers)
        stands_still = self._prometheus is not None and picture.idle and picture.worked_at
        return _Merged(
            picture, rows.grouped(picture.alerts, self.name), silences,
            min(told_at, picture.worked_at) if stands_still else told_at, received_at,
            self._skew_ms(told_at, received_at), sum(each.received_bytes for each in answers),
        )  # fmt: skip

    def _doubt_silence(self, picture: Picture, cancel: CancelToken) -> None:
        """An Alertmanager alone that tells no alert at all is believed only when it has run for a while, and when
        it had some before, only at the second time."""
        had, self._had_alerts = self._had_alerts, bool(picture.alerts)
        if picture.alerts or self._prometheus is not None or self._alertmanager is None:
            return
        answer = _ask(self._alertmanager, "api/v2/status", cancel)
        began_at = uptime_at(answer.body, self.name)
        if had or began_at is None or self._server_now(answer) - began_at < _SETTLING_MS:
            raise BadAnswer(
                tr("{name} tells no alert at all; that is not believed yet.", name=self.name),
                hint=tr("It is asked again."),
                concerns=self.name,
            )

    def _server_now(self, answer: HttpAnswer) -> Moment:
        """By the Date header, which the servers themselves write. Raises BadAnswer without it."""
        try:
            return from_datetime(parsedate_to_datetime(answer.headers.get("date", "")))
        except (TypeError, ValueError, IndexError, OverflowError):
            pass
        raise BadAnswer(tr("{name} does not say how old its data are.", name=self.name), concerns=self.name)

    def _skew_ms(self, told_at: Moment, received_at: Moment) -> int:
        skew_ms = told_at - received_at
        if abs(skew_ms) < _DATE_GRAIN_MS:
            self._skew = 0
        elif abs(skew_ms - self._skew) >= _DATE_GRAIN_MS:
            self._skew = skew_ms
        return self._skew


def _same(known: HealthRow | None, row: HealthRow) -> HealthRow:
    return known if known is not None and (known is row or known == row) else row


def _ask(client: HttpClient, path: str, cancel: CancelToken, **params: str) -> HttpAnswer:
    return client.request("GET", path, params=params, cancel=cancel, kind=Kind.BULK)
