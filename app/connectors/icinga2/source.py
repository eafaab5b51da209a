"""An Icinga 2 as ``HealthSource``: a complete, consistent picture per asking; the rest is in ``command``.

A picture is what lists tell between two looks at the daemon's start: lists from before and after a restart do not
make one. How old they are tells the daemon's own clock: its start and for how long it has been running since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.icinga2 import parse
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.command import VERBS, Commands
from app.connectors.icinga2.estate import Estate
from app.connectors.icinga2.parse import Reject
from app.domain import health
from app.domain.command import Command, Outcome
from app.domain.health import Downtime, HealthRow, Remark, Snapshot, health_id
from app.domain.source import Source

UNREADABLE: Final = "unreadable records"
_GRAIN_MS: Final = 1_500
"""Less than this is the way there and back, no skew and no change of it."""


class Icinga2Source:
    """Net lane. ``fetch`` asks seven times, and once or twice more for what changed."""

    def __init__(self, source: Source, api: Api, clock: Clock) -> None:
        self.name = source.name
        self.verbs = VERBS
        self._source, self._api, self._clock = source, api, clock
        self._skew = 0
        self._estate = Estate(api, clock, source.environment)
        self._commands = Commands(source.name, api, clock)

    def close(self) -> None:
        self._api.close()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture. Raises RemoteTrouble, Cancelled."""
        began_s = self._clock.monotonic()
        started_at = self._api.program_start(cancel)
        told_at = started_at + round(self._api.uptime_s(cancel) * 1000)
        skew_ms = self._skew_ms(told_at, self._clock.now())
        rejects: list[Reject] = []
        self._estate.ask(started_at, rejects, cancel)
        comments, comment_bytes = self._api.objects("comments", parse.COMMENT_ATTRS, cancel)
        planned, planned_bytes = self._api.objects("downtimes", parse.PLANNED_ATTRS, cancel)
        if self._api.program_start(cancel) != started_at:
            raise BadAnswer(
                tr("{name} was restarted while it answered.", name=self.name), hint=tr("It is asked again."),
                concerns=self.name,
            )  # fmt: skip
        received_at = self._clock.now()
        rows = self._with_hosts(self._estate.rows(skew_ms))
        cancel.check()
        ids = {row.id for row in rows}
        remarks = [
            parse.remark_of(each, self.name)
            for each in parse.records(comments, parse.COMMENTS, "comment", rejects, self.name)
        ]
        downtimes = [
            parse.downtime_of(each, self.name, told_at)
            for each in parse.records(planned, parse.PLANNED, "downtime", rejects, self.name)
        ]
        aside = [row for row in self._unreadable(rejects) if row.id not in ids]
        return Snapshot(
            source=self.name, rows=(*rows, *aside),
            remarks=tuple(sorted((each for each in remarks if each.row_id in ids), key=_by_time)),
            downtimes=tuple(sorted((each for each in downtimes if each.row_id in ids), key=_by_start)),
            observed_at=told_at, received_at=received_at, skew_s=skew_ms / 1000,
            duration_s=self._clock.monotonic() - began_s,
            received_bytes=self._estate.received + comment_bytes + planned_bytes,
        )  # fmt: skip

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Act, then read back until it is seen."""
        return self._commands.push(command, rows, cancel)

    def _with_hosts(self, rows: list[HealthRow]) -> list[HealthRow]:
        """And a host for each service that has none: this user may not see it."""
        if not rows:
            raise BadAnswer(
                tr("{name} tells of no host and no service.", name=self.name),
                hint=tr("Its API user needs the permissions objects/query/Host and objects/query/Service."),
                concerns=self.name,
            )
        hosts = {row.host for row in rows if row.kind == health.HOST}
        untold = sorted({row.host for row in rows} - hosts)
        return [*(self._host(each, health.PENDING, tr("Nothing is told of it.")) for each in untold), *rows]

    def _unreadable(self, rejects: Sequence[Reject]) -> Iterable[HealthRow]:
        """What was set aside is a row of its own: a record that nobody can read may be the one that matters."""
        if not rejects:
            return
        said = "; ".join(f"{what}: {one_line(why)[:120]}" for what, why in rejects[:5])
        words = tr("{count} records could not be read and are left out. {said}", count=len(rejects), said=said)
        yield self._host(self.name, health.UP, tr("It answers."))
        yield HealthRow(
            id=health_id(self.name, self.name, UNREADABLE), source=self.name, kind=health.SERVICE, host=self.name,
            name=UNREADABLE, state=health.UNKNOWN, output=words, environment=self._source.environment,
        )  # fmt: skip

    def _host(self, host: str, state: str, output: str) -> HealthRow:
        return HealthRow(
            id=health_id(self.name, host), source=self.name, kind=health.HOST, host=host, name=host, state=state,
            output=output, environment=self._source.environment,
        )  # fmt: skip

    def _skew_ms(self, told_at: Moment, now_at: Moment) -> int:
        skew_ms = told_at - now_at
        if abs(skew_ms) < _GRAIN_MS:
            self._skew = 0
        elif abs(skew_ms - self._skew) >= _GRAIN_MS:
            self._skew = skew_ms
        return self._skew


def _by_time(remark: Remark) -> tuple[Moment, str]:
    return remark.at, remark.remote_id


def _by_start(downtime: Downtime) -> tuple[Moment, str]:
    return downtime.start_at, downtime.remote_id
