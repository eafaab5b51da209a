"""The picture that is kept between polls: full reads replace it, statuses change parts of it.

Net lane. Only the rows that something changed for are made anew. No requests here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from app.connectors.zabbix import due, parse, quiet, remarks, rows
from app.connectors.zabbix.estate import Estate, Key
from app.connectors.zabbix.now import Now
from app.connectors.zabbix.own import own_rows
from app.connectors.zabbix.parse import Reject
from app.connectors.zabbix.records import HostStatus, Maintenance, Node, Problem, Proxy, Reading, TriggerValue
from app.connectors.zabbix.rows import Place
from app.domain import health
from app.domain.health import Downtime, HealthRow, Remark

V = TypeVar("V")
_GONE = frozenset({health.DOWN, health.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Status:
    """One answer to ``asks.status``. ``nodes`` and ``proxies`` are empty where they may not be read."""

    hosts: Mapping[str, HostStatus]
    problems: Mapping[str, tuple[Problem, ...]]
    trigger_faults: Mapping[str, str]
    item_faults: Mapping[str, str]
    maintenances: Mapping[str, Maintenance]
    proxies: Mapping[str, Proxy]
    nodes: Sequence[Node]
    rejects: Sequence[Reject]


def read_status(results: Mapping[str, msgspec.Raw], name: str) -> Status:
    """Raises BadAnswer when a list is none."""
    rejects: list[Reject] = []
    problems: dict[str, list[Problem]] = {}
    for problem in parse.PROBLEMS.read(results["problems"], rejects, name):
        problems.setdefault(problem.objectid, []).append(problem)
    return Status(
        hosts={each.hostid: each for each in parse.HOST_STATUS.read(results["hosts"], rejects, name)},
        problems={id_: tuple(each) for id_, each in problems.items()},
        trigger_faults={
            each.triggerid: each.error for each in parse.FAULTS.read(results["trigger_faults"], rejects, name)
        },
        item_faults={each.itemid: each.error for each in parse.FAULTS.read(results["item_faults"], rejects, name)},
        maintenances={
            each.maintenanceid: each
            for each in parse.MAINTENANCES.read(results.get("maintenances", parse.NOTHING), rejects, name)
        },
        proxies={
            each.proxyid: each for each in parse.PROXIES.read(results.get("proxies", parse.NOTHING), rejects, name)
        },
        nodes=tuple(parse.NODES.read(results.get("nodes", parse.NOTHING), rejects, name)),
        rejects=rejects,
    )


@dataclass(slots=True)
class Picture:
    """``rejects``: of the last full read. ``strange``: triggers with open problems that it did not hold, such as
    those that were switched off since."""

    place: Place
    estate: Estate = field(default_factory=Estate)
    now: Now = field(default_factory=Now)
    rejects: Sequence[Reject] = ()
    strange: frozenset[str] = frozenset()
    _rows: dict[Key, HealthRow] = field(default_factory=dict)
    _own: dict[str, HealthRow] = field(default_factory=dict)
    _downtimes: dict[Key, tuple[Downtime, ...]] = field(default_factory=dict)
    _dependents: dict[str, list[str]] = field(default_factory=dict)
    _is_new: bool = True

    def replace_estate(self, estate: Estate, status: Status, rejects: Sequence[Reject]) -> None:
        """After a full read. Values and readings are those it told."""
        self.estate, self.rejects, self._is_new = estate, tuple(rejects), True
        self.strange = frozenset(status.problems.keys() - estate.triggers.keys())
        self._dependents = {}
        for id_, above in estate.upstream.items():
            for each in above:
                self._dependents.setdefault(each, []).append(id_)
        self.now = replace(
            self.now,
            values={id_: TriggerValue(id_, each.value, each.lastchange) for id_, each in estate.triggers.items()},
            readings={id_: Reading(id_, each.lastvalue, each.lastclock) for id_, each in estate.items.items()},
        )

    def is_outdated_by(self, status: Status) -> bool:
        """Whether there are other hosts than at the last full read, or problems of triggers not known then."""
        unknown = status.problems.keys() - self.estate.triggers.keys() - self.strange
        return status.hosts.keys() != self.estate.hosts.keys() or bool(unknown)

    def disagreeing(self, status: Status) -> list[str]:
        """Triggers whose last known value does not fit the open problems: they have changed since."""
        values = self.now.values
        return [
            id_ for id_, value in values.items() if bool(value.value) != (id_ in status.problems)
        ]  # fmt: skip

    def take_values(self, values: Iterable[TriggerValue]) -> None:
        fresh = {each.triggerid: each for each in values if each.triggerid in self.estate.triggers}
        if fresh:
            self.now = replace(self.now, values={**self.now.values, **fresh})

    def apply(self, status: Status, readings: Mapping[str, Reading] | None, server_at: int, skew_ms: int) -> None:
        """Make anew what changed."""
        before = self.now
        late = {id_: each.lastaccess for id_, each in status.proxies.items()
                if each.lastaccess and due.is_late(each.lastaccess, server_at // 1000)}  # fmt: skip
        self.now = replace(
            before, statuses=status.hosts, problems=self._known(status.problems), late=late,
            trigger_faults=self._known(status.trigger_faults), item_faults=status.item_faults,
            maintenances=status.maintenances, server_at=server_at, skew_ms=skew_ms,
            readings=before.readings if readings is None else {**before.readings, **readings},
        )  # fmt: skip
        if self._is_new or self.now.resting() != before.resting() or skew_ms != before.skew_ms:
            self.now = replace(self.now, planned=quiet.planned(self.now, self.estate.hosts.values()))
        self._make(self._dirty(before))
        proxies = {each.title: each.lastaccess for each in status.proxies.values()}
        own = own_rows(
            self.place, self.now, proxies, [*self.rejects, *status.rejects], is_empty=not self.estate.hosts
        )
        self._own = {row.id: _same(self._own.get(row.id), row) for row in own}
        self._is_new = False

    def all_rows(self) -> tuple[HealthRow, ...]:
        """Hosts of the estate first in each group; a host named like the source stands for the server itself."""
        found = {row.id: row for row in self._rows.values()}
        return (*found.values(), *(row for id_, row in self._own.items() if id_ not in found))

    def all_remarks(self) -> tuple[Remark, ...]:
        return tuple(
            each
            for trigger_id, problems in self.now.problems.items()
            for each in remarks.of_problems(
                (self._rows[key].id for key in self.estate.keys_of_trigger.get(trigger_id, ())),
                problems,
                self.estate.users,
            )
        )

    def all_downtimes(self) -> tuple[Downtime, ...]:
        return tuple(each for found in self._downtimes.values() for each in found)

    def keys(self) -> Mapping[str, Key]:
        """By row id."""
        return {row.id: key for key, row in self._rows.items()}

    def downtimes_of(self, key: Key) -> tuple[Downtime, ...]:
        return self._downtimes.get(key, ())

    def keys_in_downtime(self, remote_id: str) -> list[Key]:
        """The rows that a maintenance covers, as far as is known."""
        return [key for key, found in self._downtimes.items() if any(each.remote_id == remote_id for each in found)]

    # --- what is made anew ----------------------------------------------------------------------------------------

    def _known(self, told: Mapping[str, V]) -> dict[str, V]:
        """What concerns triggers of the estate; problems of disabled ones stay listed there."""
        return {id_: value for id_, value in told.items() if id_ in self.estate.triggers}

    def _dirty(self, before: Now) -> set[Key]:
        estate, now = self.estate, self.now
        everything = {*estate.checks, *((id_, "") for id_ in estate.hosts)}
        if self._is_new or now.planned is not before.planned or now.skew_ms != before.skew_ms:
            return everything
        found: set[Key] = set()
        triggers = _changed(before.problems, now.problems)
        for each in [*triggers, *self._hanging_on(triggers)]:
            found.update(estate.keys_of_trigger.get(each, ()))
        for each in _changed(before.trigger_faults, now.trigger_faults) | _changed(before.values, now.values):
            found.update(estate.keys_of_trigger.get(each, ()))
        for each in _changed(before.item_faults, now.item_faults) | _changed(before.readings, now.readings):
            found.update(estate.keys_of_item.get(each, ()))
        late = _changed(before.late, now.late)
        hosts = _changed(before.statuses, now.statuses)
        hosts |= {id_ for id_, host in estate.hosts.items() if late and host.proxy in late}
        for each in hosts:
            found.update(self._keys_of(each))
        return found

    def _hanging_on(self, triggers: Iterable[str]) -> list[str]:
        seen: set[str] = set()
        waiting = list(triggers)
        while waiting:
            for each in self._dependents.get(waiting.pop(), ()):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
        return sorted(seen)

    def _keys_of(self, host_id: str) -> list[Key]:
        return [(host_id, ""), *self.estate.keys_of_host.get(host_id, ())]

    def _make(self, dirty: set[Key]) -> None:
        old_rows, old_downtimes = self._rows, self._downtimes
        made: dict[Key, HealthRow] = {}
        for key in [key for key in dirty if not key[1] and key[0] in self.estate.hosts]:
            made[key] = self._host(key)
        states = {key[0]: row.state for key, row in made.items()}
        gone = frozenset({*(id_ for id_ in self.now.gone if id_ not in states and id_ in self.estate.hosts),
                          *(id_ for id_, state in states.items() if state in _GONE)})  # fmt: skip
        for host_id in gone ^ self.now.gone:
            dirty.update(self._keys_of(host_id))
        self.now = replace(self.now, gone=gone)
        for key in dirty:
            if key[1] and key in self.estate.checks:
                made[key] = self._check(key)
        if self._is_new:
            hosts = sorted((id_, "") for id_ in self.estate.hosts)
            order = [*hosts, *(key for key in self.estate.checks if key[1])]
            self._rows = {key: _same(old_rows.get(key), made[key]) for key in order}
            self._downtimes = {key: found for key, found in old_downtimes.items() if key in self._rows}
            return
        for key, row in made.items():
            self._rows[key] = _same(old_rows.get(key), row)

    def _host(self, key: Key) -> HealthRow:
        host = self.estate.hosts[key[0]]
        id_ = health.health_id(self.place.source, host.host)
        resting = self._rest(key, quiet.of_host(id_, host, self.now))
        return rows.host_row(
            self.place, self.estate, host, self.estate.checks.get(key), self.now, in_downtime=resting
        )

    def _check(self, key: Key) -> HealthRow:
        check = self.estate.checks[key]
        problems = rows.open_problems(check, self.now)
        found = quiet.of_check(rows.row_id(self.place, check), check, problems, self.now)
        return rows.check_row(self.place, self.estate, check, self.now, in_downtime=self._rest(key, found))

    def _rest(self, key: Key, found: Sequence[Downtime]) -> bool:
        if found:
            self._downtimes[key] = tuple(found)
        else:
            self._downtimes.pop(key, None)
        return any(each.in_effect for each in found)


def _same(known: HealthRow | None, row: HealthRow) -> HealthRow:
    return known if known is not None and known == row else row


def _changed(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    if before is now:
        return set()
    return {id_ for id_ in before.keys() | now.keys() if before.get(id_) != now.get(id_)}
