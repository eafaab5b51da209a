"""A Zabbix as ``HealthSource``: full reads of what is configured now and then, a status at each asking between them.

status     every asking: one request; with it what changed about single triggers, one more
readings   every minute: the newest values
full read  at first, every five minutes, and when hosts or triggers appear that are not known
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from app.base.clock import SECOND, Clock, Moment, from_datetime
from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import HttpAnswer
from app.connectors.zabbix import asks, due, parse
from app.connectors.zabbix.command import VERBS, Commands
from app.connectors.zabbix.estate import build
from app.connectors.zabbix.options import Options
from app.connectors.zabbix.parse import Reject
from app.connectors.zabbix.picture import Picture, Status, read_status
from app.connectors.zabbix.records import Host, Item, Reading, Trigger
from app.connectors.zabbix.rows import Place
from app.connectors.zabbix.rpc import Replies, Rpc
from app.domain.command import Command, Outcome
from app.domain.health import HealthRow, Snapshot
from app.domain.source import Source

FULL_EVERY_S: Final = 300.0
PIECE: Final = 1_000
"""Hosts a request asks of: more would take a server of usual size too much memory at once."""

_DATE_GRAIN_MS: Final = 1_500
_WORKING: Final = 3


class ZabbixSource:
    """Net lane."""

    def __init__(self, source: Source, rpc: Rpc, base: str, options: Options, clock: Clock) -> None:
        self.name = source.name
        self.verbs = VERBS
        self._rpc, self._clock = rpc, clock
        self._picture = Picture(Place(source.name, source.environment, base, options))
        self._full_at_s, self._readings_at_s = -math.inf, -math.inf
        self._commands = Commands(rpc, clock)
        self._options = options
        self._group_ids: tuple[str, ...] | None = None
        self._doubted = False
        self._server_at: Moment = 0
        self._skew = 0
        self._size = 0

    def close(self) -> None:
        self._rpc.close()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture. Raises RemoteTrouble, Cancelled."""
        began_s, self._size = self._clock.monotonic(), 0
        cancel.check()
        try:
            status = self._look(cancel)
        except Refused as error:
            raise BadAnswer(error.title, detail=error.detail, hint=error.hint, concerns=self.name) from None
        received_at = self._clock.now()
        picture = self._picture
        return Snapshot(
            source=self.name, rows=picture.all_rows(), remarks=picture.all_remarks(),
            downtimes=picture.all_downtimes(), observed_at=self._observed_at(status), received_at=received_at,
            skew_s=self._skew / 1000, duration_s=self._clock.monotonic() - began_s, received_bytes=self._size,
        )  # fmt: skip

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Send, then read back until it is seen."""
        self._look(cancel)
        return self._commands.push(command, rows, self._picture, cancel)

    # --- asking ---------------------------------------------------------------------------------------------------

    def _look(self, cancel: CancelToken) -> Status:
        now_s = self._clock.monotonic()
        is_full = now_s - self._full_at_s >= FULL_EVERY_S
        if is_full:
            self._choose_groups(cancel)
        configuration = asks.configuration(self._rpc.version(cancel), self._group_ids)
        status, replies = self._look_at(configuration if is_full else {}, cancel)
        if not is_full and self._picture.is_outdated_by(status):
            is_full = True
            status, replies = self._look_at(configuration, cancel)
        readings: Mapping[str, Reading] | None = None
        if is_full:
            self._read_all(replies, status, cancel)
            self._full_at_s = self._readings_at_s = now_s
        elif now_s - self._readings_at_s >= due.READ_EVERY_S:
            readings = self._read_values(cancel)
            self._readings_at_s = now_s
        self._settle(status, cancel)
        self._picture.apply(status, readings, self._server_at, self._skew)
        return status

    def _look_at(self, wanted: dict[str, asks.Ask], cancel: CancelToken) -> tuple[Status, Replies]:
        """A status, with what more is wanted; the server's time is that of this answer."""
        replies = self._ask(asks.status(self._rpc.version(cancel), self._group_ids) | wanted, cancel)
        self._tell_time(replies.answer)
        return read_status(replies.results, self.name), replies

    def _ask(self, wanted: Mapping[str, asks.Ask], cancel: CancelToken) -> Replies:
        replies = self._rpc.ask(wanted, cancel)
        self._size += replies.answer.received_bytes
        return replies

    def _choose_groups(self, cancel: CancelToken) -> None:
        """The chosen host groups and those below them. Raises Refused for one that is not told."""
        if not self._options.groups:
            return
        rejects: list[Reject] = []
        raw = self._ask(asks.groups(), cancel).results["groups"]
        told = {each.name: each.groupid for each in parse.GROUPS.read(raw, rejects, self.name)}
        for name in self._options.groups:
            if not any(_is_below(each, name) for each in told):
                raise Refused(
                    tr("{name} has no host group “{group}”, or does not show it to this user.", name=self.name,
                       group=name),
                    hint=tr("The groups stand in the source's address, after “#groups=”."), concerns=self.name,
                )  # fmt: skip
        chosen = {id_ for name, id_ in told.items() if any(_is_below(name, each) for each in self._options.groups)}
        self._group_ids = tuple(sorted(chosen))

    def _read_all(self, replies: Replies, status: Status, cancel: CancelToken) -> None:
        rejects: list[Reject] = []
        hosts = list(parse.HOSTS.read(replies.results["configured"], rejects, self.name))
        self._doubt_nothing(hosts)
        users = parse.USERS.read(replies.results.get("users", parse.NOTHING), rejects, self.name)
        names = {each.userid: each.username for each in users}
        triggers: list[Trigger] = []
        items: list[Item] = []
        for piece in _pieces([each.hostid for each in hosts]):
            found = self._ask(asks.checks(piece), cancel).results
            triggers += parse.TRIGGERS.read(found["triggers"], rejects, self.name)
            items += parse.ITEMS.read(found["items"], rejects, self.name)
        estate = build(hosts, triggers, items, names, rejects, self._options.service_tag)
        self._picture.replace_estate(estate, status, rejects)

    def _read_values(self, cancel: CancelToken) -> dict[str, Reading]:
        found: dict[str, Reading] = {}
        rejects: list[Reject] = []
        for piece in _pieces(list(self._picture.estate.hosts)):
            raw = self._ask(asks.readings(piece), cancel).results["readings"]
            found |= {each.itemid: each for each in parse.READINGS.read(raw, rejects, self.name)}
        return {id_: each for id_, each in found.items() if id_ in self._picture.estate.items}

    def _settle(self, status: Status, cancel: CancelToken) -> None:
        """Ask again for the triggers that must have changed: they say since when all is well, or not."""
        changed = self._picture.disagreeing(status)
        rejects: list[Reject] = []
        for piece in _pieces(changed):
            raw = self._ask(asks.trigger_values(piece), cancel).results["values"]
            self._picture.take_values(parse.TRIGGER_VALUES.read(raw, rejects, self.name))

    def _doubt_nothing(self, hosts: Sequence[Host]) -> None:
        """No hosts where there were some is believed only when it is told twice."""
        doubt = not hosts and bool(self._picture.estate.hosts) and not self._doubted
        self._doubted = doubt
        if doubt:
            raise BadAnswer(
                tr("{name} tells no hosts at all; that is not believed yet.", name=self.name),
                hint=tr("It is asked again."), concerns=self.name,
            )  # fmt: skip

    # --- time -----------------------------------------------------------------------------------------------------

    def _observed_at(self, status: Status) -> Moment:
        """When the working server last said that it lives; where this user may not see that, the time of the answer,
        or of the newest value when all that is asked regularly stands still."""
        now = self._picture.now
        living = [each.lastaccess for each in status.nodes if each.status == _WORKING]
        if status.nodes:
            return min(max(living or [each.lastaccess for each in status.nodes]) * SECOND, now.server_at)
        estate = self._picture.estate
        regular = [
            (end_s, now.lastclock(item.itemid))
            for item in estate.items.values()
            if (end_s := due.due_s(item, estate.asked_item(item), now.lastclock(item.itemid))) is not None
        ]
        if regular and all(end_s < now.server_s for end_s, _ in regular):
            return max(last_s for _, last_s in regular) * SECOND
        return now.server_at

    def _tell_time(self, answer: HttpAnswer) -> None:
        """By the Date header. Raises BadAnswer without it."""
        try:
            self._server_at = from_datetime(parsedate_to_datetime(answer.headers.get("date", "")))
        except (TypeError, ValueError, IndexError, OverflowError):
            self._server_at = 0
        if not self._server_at:
            raise BadAnswer(tr("{name} does not say how old its data are.", name=self.name), concerns=self.name)
        skew_ms = self._server_at - self._clock.now()
        if abs(skew_ms) < _DATE_GRAIN_MS:
            self._skew = 0
        elif abs(skew_ms - self._skew) >= _DATE_GRAIN_MS:
            self._skew = skew_ms


def _is_below(group: str, name: str) -> bool:
    return group == name or group.startswith(f"{name}/")


def _pieces(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + PIECE] for start in range(0, len(ids), PIECE)]
