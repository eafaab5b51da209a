"""A livestatus as ``HealthSource``: a complete, consistent picture per asking; the rest is in ``command``.

A picture is what lists tell between two looks at the core's start: lists from before and after a restart do not make
one, nor do fewer hosts or services than the core counts. Livestatus answers out of the living core's memory and not
from a file, so what it tells is as old as the question; by the core's clock as far as its skew is proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.livestatus import columns as of
from app.connectors.livestatus import parse
from app.connectors.livestatus.columns import Columns, chosen, every
from app.connectors.livestatus.command import VERBS, Commands
from app.connectors.livestatus.estate import Estate
from app.connectors.livestatus.line import Talk, Wire
from app.connectors.livestatus.parse import Record, Reject
from app.connectors.livestatus.protocol import NO_SUCH_TABLE, OK, question, trouble_of
from app.connectors.livestatus.server_clock import ServerClock
from app.connectors.payload import decode
from app.domain import health
from app.domain.command import Command, Outcome
from app.domain.health import Downtime, HealthRow, Remark, Snapshot, health_id
from app.domain.source import Source

UNREADABLE: Final = "unreadable records"
_MINUTE_S: Final = 60.0
_START: Final = every(of.STATUS).only(("program_start",))


@dataclass(frozen=True, slots=True)
class _Lists:
    comments: bytes
    downtimes: bytes
    began: Record
    received: int


class LivestatusSource:
    """Net lane. ``fetch`` asks seven questions over one connection, and two more for what was checked."""

    def __init__(self, source: Source, wire: Wire, clock: Clock) -> None:
        self.name = source.name
        self.verbs = VERBS
        self._source, self._wire, self._clock = source, wire, clock
        self._server_clock = ServerClock()
        self._chosen: Mapping[str, Columns] = {}
        self._program_start = 0.0
        self._estate = Estate(source.name, clock, source.environment)
        self._commands = Commands(source.name, wire, clock, self._server_now)

    def close(self) -> None:
        """Nothing is kept open."""

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Act, then read back until it is seen."""
        return self._commands.push(command, rows, cancel)

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture. Raises RemoteTrouble, Refused, Cancelled."""
        began_s, asked_at = self._clock.monotonic(), self._clock.now()
        rejects: list[Reject] = []
        with self._wire.talk(cancel) as talk:
            lists = self._asked(talk, rejects)
        received_at = self._clock.now()
        self._server_clock.learn(self._estate.newest_at, asked_at, received_at)
        skew_ms = self._server_clock.skew_ms
        interval_ms = round((lists.began.get("interval_length") or _MINUTE_S) * 1000)
        rows = self._with_hosts(self._estate.rows(skew_ms, interval_ms))
        cancel.check()
        ids = {row.id for row in rows}
        remarks = self._remarks(lists, ids, rejects)
        downtimes = self._downtimes(lists, rows, asked_at + skew_ms, rejects)
        aside = [row for row in self._unreadable(rejects) if row.id not in ids]
        return Snapshot(
            source=self.name, rows=(*rows, *aside), remarks=tuple(remarks), downtimes=tuple(downtimes),
            observed_at=asked_at + skew_ms, received_at=received_at, skew_s=skew_ms / 1000,
            duration_s=self._clock.monotonic() - began_s, received_bytes=lists.received,
        )  # fmt: skip

    # --- asking -----------------------------------------------------------------------------------------------

    def _asked(self, talk: Talk, rejects: list[Reject]) -> _Lists:
        start = self._status(talk, _START)["program_start"]
        if not self._chosen or start != self._program_start:
            self._chosen = self._columns(talk)
            self._program_start = start
        began = self._status(talk, self._chosen[of.STATUS])
        self._estate.ask(talk, self._chosen, start, rejects)
        lists = [
            talk.ask(question(each.table, each.names))
            for each in (self._chosen[of.COMMENTS], self._chosen[of.DOWNTIMES])
        ]
        ended = self._status(talk, self._chosen[of.STATUS])
        if ended["program_start"] != start or began["program_start"] != start:
            raise BadAnswer(
                tr("{name} was restarted while it answered.", name=self.name), hint=tr("It is asked again."),
                concerns=self.name,
            )  # fmt: skip
        self._refuse_part(began, ended, rejects)
        return _Lists(lists[0], lists[1], began, talk.received)

    def _status(self, talk: Talk, columns: Columns) -> Record:
        """Of the core. Raises BadAnswer when it does not say since when it runs."""
        rejects: list[Reject] = []
        told = [*parse.records(talk.ask(question(columns.table, columns.names)), columns, rejects, self.name)]
        if len(told) != 1 or not told[0].get("program_start"):
            raise BadAnswer(tr("{name} does not say since when it runs.", name=self.name), concerns=self.name)
        return told[0]

    def _columns(self, talk: Talk) -> Mapping[str, Columns]:
        status, body = talk.ask_any(question("columns", ("table", "name")))
        if status == NO_SUCH_TABLE:
            return {table: every(table) for table in of.WANTED}
        if status != OK:
            raise trouble_of(status, body, self.name)
        told = decode(body, concerns=self.name)
        pairs = [each for each in told if isinstance(each, list)] if isinstance(told, list) else []
        return chosen([(str(each[0]), str(each[1])) for each in pairs if len(each) == 2], self.name)

    def _refuse_part(self, began: Record, ended: Record, rejects: Sequence[Reject]) -> None:
        """Fewer than the core counted before and after are a part. Raises BadAnswer."""
        for table, column in ((of.HOSTS, "num_hosts"), (of.SERVICES, "num_services")):
            found = self._estate.count(table) + sum(what == table for what, _why in rejects)
            least = int(min(began.get(column, 0), ended.get(column, 0)))
            if found < least:
                raise BadAnswer(
                    tr(
                        "{name} tells of {found} of {count} {table}.",
                        name=self.name, found=found, count=least, table=table,
                    ),
                    hint=tr("A part is not shown as the whole; it is asked again."), concerns=self.name,
                )  # fmt: skip

    def _server_now(self) -> Moment:
        return self._clock.now() + self._server_clock.skew_ms

    # --- making -----------------------------------------------------------------------------------------------

    def _remarks(self, lists: _Lists, ids: set[str], rejects: list[Reject]) -> list[Remark]:
        told = parse.records(lists.comments, self._chosen[of.COMMENTS], rejects, self.name)
        found = (parse.remark_of(each, self.name) for each in told if _has_id(each, rejects, of.COMMENTS))
        return sorted((each for each in found if each.row_id in ids), key=_by_time)

    def _downtimes(
        self, lists: _Lists, rows: Sequence[HealthRow], now_at: Moment, rejects: list[Reject]
    ) -> list[Downtime]:  # fmt: skip
        planned: dict[str, list[Downtime]] = {}
        for each in parse.records(lists.downtimes, self._chosen[of.DOWNTIMES], rejects, self.name):
            if _has_id(each, rejects, of.DOWNTIMES):
                downtime = parse.downtime_of(each, self.name)
                planned.setdefault(downtime.row_id, []).append(downtime)
        found: list[Downtime] = []
        for row in rows:
            if own := planned.get(row.id):
                running = {each.remote_id for each in parse.in_effect(own, now_at)} if row.in_downtime else set()
                found += [_running(each) if each.remote_id in running else each for each in own]
        return sorted(found, key=_by_start)

    def _with_hosts(self, rows: list[HealthRow]) -> list[HealthRow]:
        """And a host for each service that has none."""
        if not rows:
            raise BadAnswer(
                tr("{name} tells of no host and no service.", name=self.name),
                hint=tr("An empty answer is not taken for “all is well”."), concerns=self.name,
            )  # fmt: skip
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


def _has_id(told: Record, rejects: list[Reject], table: str) -> bool:
    needed = ("id", "host_name") if table == of.COMMENTS else ("id", "host_name", "start_time", "end_time")
    missing = [each for each in needed if each not in told]
    rejects += [(table, tr("It has no {column}.", column=each)) for each in missing[:1]]
    return not missing


def _running(downtime: Downtime) -> Downtime:
    return msgspec.structs.replace(downtime, in_effect=True)


def _by_time(remark: Remark) -> tuple[Moment, str]:
    return remark.at, remark.remote_id


def _by_start(downtime: Downtime) -> tuple[Moment, str]:
    return downtime.start_at, downtime.remote_id
