"""An Icinga 2 as ``HealthSource``: a complete, consistent picture per asking; the rest is in ``command``.

A picture is four lists between two looks at the daemon's start: lists from before and after a restart do not make
one. How old they are tells the daemon's own clock: its start and for how long it has been running since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.icinga2 import parse
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.command import VERBS, Commands
from app.connectors.icinga2.parse import Reject
from app.connectors.payload import map_sliced
from app.domain import health
from app.domain.command import Command, Outcome
from app.domain.health import HealthRow, Snapshot, health_id
from app.domain.source import Source

UNREADABLE: Final = "unreadable records"
_GRAIN_MS: Final = 1_500
"""Less than this is the way there and back, no skew and no change of it."""

_Known = tuple[bytes, tuple[str, ...], int, HealthRow]
"""(digest of the record, groups of the host, skew, the row made of them)"""


class Icinga2Source:
    """Net lane. ``fetch`` asks seven times, four of them for lists."""

    def __init__(self, source: Source, api: Api, clock: Clock) -> None:
        self.name = source.name
        self.verbs = VERBS
        self._source, self._api, self._clock = source, api, clock
        self._skew = 0
        self._known: dict[tuple[str, str], _Known] = {}
        self._commands = Commands(source.name, api, clock)

    def close(self) -> None:
        self._api.close()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture. Raises RemoteTrouble, Cancelled."""
        began_s = self._clock.monotonic()
        started_at = self._api.program_start(cancel)
        told_at = started_at + round(self._api.uptime_s(cancel) * 1000)
        skew_ms = self._skew_ms(told_at, self._clock.now())
        asked = {kind: self._api.objects(kind, attrs, cancel) for kind, attrs in _LISTS.items()}
        if self._api.program_start(cancel) != started_at:
            raise BadAnswer(
                tr("{name} was restarted while it answered.", name=self.name), hint=tr("It is asked again."),
                concerns=self.name,
            )  # fmt: skip
        received_at, rejects = self._clock.now(), list[Reject]()
        bodies = {kind: body for kind, (body, _size) in asked.items()}
        rows = self._rows(bodies, skew_ms, rejects)
        cancel.check()
        ids = {row.id for row in rows}
        comments = parse.records(bodies["comments"], parse.COMMENTS, "comment", rejects, self.name)
        planned = parse.records(bodies["downtimes"], parse.PLANNED, "downtime", rejects, self.name)
        remarks = sorted(
            (parse.remark_of(each, self.name) for each in comments), key=lambda it: (it.at, it.remote_id)
        )
        downtimes = sorted(
            (parse.downtime_of(each, self.name, told_at) for each in planned),
            key=lambda it: (it.start_at, it.remote_id),
        )
        aside = [row for row in self._unreadable(rejects) if row.id not in ids]
        return Snapshot(
            source=self.name, rows=(*rows, *aside),
            remarks=tuple(each for each in remarks if each.row_id in ids),
            downtimes=tuple(each for each in downtimes if each.row_id in ids), observed_at=told_at,
            received_at=received_at, skew_s=skew_ms / 1000, duration_s=self._clock.monotonic() - began_s,
            received_bytes=sum(size for _body, size in asked.values()),
        )  # fmt: skip

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Act, then read back until it is seen."""
        return self._commands.push(command, rows, cancel)

    def _rows(self, bodies: Mapping[str, bytes], skew_ms: int, rejects: list[Reject]) -> list[HealthRow]:
        before, self._known = self._known, {}
        hosts = self._made(before, bodies["hosts"], health.HOST, {}, skew_ms, rejects)
        groups = {row.host: row.groups for row in hosts}
        services = self._made(before, bodies["services"], health.SERVICE, groups, skew_ms, rejects)
        if not hosts and not services:
            raise BadAnswer(
                tr("{name} tells of no host and no service.", name=self.name),
                hint=tr("Its API user needs the permissions objects/query/Host and objects/query/Service."),
                concerns=self.name,
            )
        untold = sorted({row.host for row in services} - groups.keys())
        return [
            *hosts,
            *(self._host(each, health.PENDING, tr("Nothing is told of it.")) for each in untold),
            *services,
        ]

    def _made(
        self,
        before: Mapping[tuple[str, str], _Known],
        body: bytes,
        kind: str,
        groups: Mapping[str, tuple[str, ...]],
        skew_ms: int,
        rejects: list[Reject],
    ) -> list[HealthRow]:
        """Rows of one list. A record that is what it was is not read again: its row is the same object."""
        place = iter(range(2**31))

        def made(raw: msgspec.Raw) -> HealthRow | None:
            digest, number = blake2b(raw, digest_size=16).digest(), next(place)
            known = seen.get(digest)
            if known is not None and known[1] == groups.get(known[3].host, ()) and known[2] == skew_ms:
                self._known[kind, known[3].id] = known
                return known[3]
            found = parse.one(raw, parse.CHECKABLES, f"{kind} {number}", rejects, self.name)
            if found is None:
                return None
            of_host = groups.get(found.attrs.host_name, ())
            row = parse.row_of(
                found.attrs, self.name, kind=kind, groups=of_host, environment=self._source.environment,
                skew_ms=skew_ms,
            )  # fmt: skip
            old = before.get((kind, row.id))
            row = old[3] if old is not None and old[3] == row else row
            self._known[kind, row.id] = (digest, of_host, skew_ms, row)
            return row

        seen = {known[0]: known for (of, _id), known in before.items() if of == kind}
        return [row for row in map_sliced(parse.raws(body, self.name), made) if row is not None]

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


_LISTS: Final[Mapping[str, Sequence[str]]] = {
    "hosts": parse.HOST_ATTRS,
    "services": parse.CHECKABLE_ATTRS,
    "comments": parse.COMMENT_ATTRS,
    "downtimes": parse.PLANNED_ATTRS,
}
