"""Rows from what Prometheus and Alertmanager told. Pure.

A service row per alert (of several about one service the worst leads), which stays for a while when the alert has
ended (``Calm``); a row for each target's scrape and each alert rule, so that silence is not taken for health: a rule
that fails or a target that is not read is unknown, and so is what ended on a host that is gone.
Hosts are what these rows name: down by an alert that says so, unreachable when no target answers, pending when
nothing is known of the host itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import is_
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

import msgspec

from app.base.clock import Moment
from app.base.text import one_line, tr
from app.connectors.prometheus import labels as means
from app.connectors.prometheus.parse import Reject
from app.domain import health
from app.domain.health import HealthRow, health_id

UNREADABLE: Final = "unreadable records"
NO_RULES: Final = "alert rules"
Key = tuple[str, str]
"""(host, service); the service is empty for a host's own alert."""


@dataclass(frozen=True)
class Told:
    """One alert, merged; what its labels mean is found once.

    ``known``: Alertmanager has it; then ``inhibited`` and ``silences`` are its own word.
    ``own``: its labels without those added on the way to Alertmanager, where both are known; they name its row.
    ``due_at``: set only when its rule was to be evaluated and was not."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    since_at: Moment | None
    firing: bool = True
    value: str = ""
    query: str = ""
    known: bool = False
    inhibited: bool = False
    silences: tuple[str, ...] = ()
    due_at: Moment | None = None
    checked_at: Moment | None = None
    own: Mapping[str, str] | None = None

    @cached_property
    def key(self) -> Key:
        """Its row's; the host is empty where no label names one."""
        return means.key_of(self.own or self.labels, "")

    @cached_property
    def state(self) -> str:
        return means.state_of(self.labels)

    @cached_property
    def is_watchdog(self) -> bool:
        return means.is_watchdog(self.labels)


@dataclass(frozen=True, slots=True)
class Calm:
    """What had an alert and has none now, since when, and whether that is known to be good."""

    labels: Mapping[str, str]
    since_at: Moment | None
    query: str = ""
    state: str = health.OK
    text: str = ""
    due_at: Moment | None = None
    checked_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule or a target: something Prometheus does regularly."""

    host: str
    name: str
    state: str
    output: str = ""
    tags: tuple[str, ...] = ()
    due_at: Moment | None = None
    checked_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Whose rows these are."""

    source: str
    environment: str
    base: str


class AlertRows:
    """Rows by the alerts they were made of: from the same alerts the same row, not another like it. Net lane."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._known: dict[Key, tuple[Sequence[Told], bool, HealthRow]] = {}
        self._fresh: dict[Key, tuple[Sequence[Told], bool, HealthRow]] = {}

    def of(self, key: Key, together: Sequence[Told], *, host_is_gone: bool) -> HealthRow:
        """The row of these alerts, the worst first."""
        known = self._known.get(key)
        if known is None or known[1] != host_is_gone or not _are_same(known[0], together):
            row = _alert_row(self._place, *key, together, host_is_gone=host_is_gone)
            known = (together, host_is_gone, row)
        self._fresh[key] = known
        return known[2]

    def turn(self) -> None:
        """A picture is made: forget what it did not hold."""
        self._known, self._fresh = self._fresh, {}


def _are_same(some: Sequence[Told], others: Sequence[Told]) -> bool:
    if len(some) != len(others):
        return False
    return some[0] is others[0] and (len(some) == 1 or all(map(is_, some, others)))


def grouped(alerts: Iterable[Told], source: str) -> dict[Key, list[Told]]:
    """Alerts by (host, service), the worst of each first; the service is empty for a host's own alert."""
    found: dict[Key, list[Told]] = {}
    for each in alerts:
        key = each.key if each.key[0] else (source, each.key[1])
        found.setdefault(key, []).append(each)
    for together in found.values():
        if len(together) > 1:
            together.sort(key=_badness)
    return found


def _badness(each: Told) -> tuple[int, int, str]:
    return not each.firing, health.WEIGHT[each.state], each.labels.get("alertname", "")


def all_rows(
    place: Place,
    groups: Mapping[Key, Sequence[Told]],
    checks: Sequence[Checked],
    quiet: Mapping[str, tuple[bool, bool]],
    rejects: Sequence[Reject],
    calm: Mapping[Key, Calm] = MappingProxyType({}),
    known: AlertRows | None = None,
) -> list[HealthRow]:
    """All rows, hosts first. ``quiet``: (acknowledged, in downtime) by row id. ``calm``: none of ``groups``.
    ``known``: the rows of the picture before, to be used again."""
    known = known or AlertRows(place)
    checks = [*checks, *_unreadable(place.source, rejects)]
    hosts = _hosts(place, groups, checks, calm)
    gone = {host for host, row in hosts.items() if row.state == health.DOWN and row.hard}
    unread = {
        host for host, row in hosts.items() if row.state == health.UNREACHABLE
    }  # the host's row says so already
    found = {row.id: row for row in hosts.values()}
    for (host, name), ended in calm.items():
        if name:
            row = _calm_row(place, host, name, ended, host_is_gone=host in gone | unread)
            found[row.id] = row
    for check in checks:
        row = _check_row(place, check, host_is_gone=check.host in gone | unread)
        found[row.id] = row
    for (host, name), together in groups.items():
        if name:
            row = known.of((host, name), together, host_is_gone=host in gone)
            found[row.id] = row
    known.turn()
    for id_, (acknowledged, in_downtime) in quiet.items():
        if id_ in found and (acknowledged or in_downtime):
            found[id_] = msgspec.structs.replace(
                found[id_], acknowledged=acknowledged and found[id_].is_problem, in_downtime=in_downtime
            )
    return list(found.values())


def _unreadable(source: str, rejects: Sequence[Reject]) -> list[Checked]:
    if not rejects:
        return []
    said = "; ".join(f"{what}: {one_line(why)[:120]}" for what, why in rejects[:5])
    words = tr("{count} records could not be read and are left out. {said}", count=len(rejects), said=said)
    return [Checked(source, UNREADABLE, health.UNKNOWN, words)]


def _hosts(
    place: Place, groups: Mapping[Key, Sequence[Told]], checks: Sequence[Checked], calm: Mapping[Key, Calm]
) -> dict[str, HealthRow]:
    scraped: dict[str, list[str]] = {}
    for check in checks:
        if check.name.startswith("scrape "):
            scraped.setdefault(check.host, []).append(check.state)
    names = dict.fromkeys([place.source, *(check.host for check in checks), *(host for host, _ in (*groups, *calm))])
    found = {}
    for host in names:
        if together := groups.get((host, "")):
            found[host] = msgspec.structs.replace(
                _alert_row(place, host, "", together, host_is_gone=False), state=health.DOWN
            )
        else:
            state, output = _reach(scraped.get(host, []), is_server=host == place.source)
            ended = calm.get((host, "")) if state == health.PENDING else None
            if ended is not None:
                state, output = _ENDED_HOST[ended.state], ended.text or tr("Its alert has ended.")
            found[host] = HealthRow(
                id=health_id(place.source, host), source=place.source, kind=health.HOST, host=host, name=host,
                state=state, output=output, environment=place.environment, url=place.base,
                since_at=ended.since_at if ended is not None else None,
            )  # fmt: skip
    return found


_ENDED_HOST: Final[Mapping[str, str]] = {health.OK: health.UP, health.UNKNOWN: health.UNREACHABLE}
"""What the end of a host's own alert says of it."""


def _reach(states: Sequence[str], *, is_server: bool) -> tuple[str, str]:
    if is_server:
        return health.UP, tr("It answers.")
    if health.OK in states:
        return health.UP, tr("Its targets answer.")
    if health.UNKNOWN in states:
        return health.UNREACHABLE, tr("None of its targets answers.")
    return health.PENDING, tr("Nothing is told of the host itself.")


def _check_row(place: Place, check: Checked, *, host_is_gone: bool) -> HealthRow:
    return HealthRow(
        id=health_id(place.source, check.host, check.name), source=place.source, kind=health.SERVICE,
        host=check.host, name=check.name, state=check.state, output=check.output, groups=check.tags,
        environment=place.environment, suppressed=host_is_gone, expected_by_at=check.due_at,
        last_check_at=check.checked_at, url=place.base,
    )  # fmt: skip


def _calm_row(place: Place, host: str, name: str, ended: Calm, *, host_is_gone: bool) -> HealthRow:
    """A host that is gone takes its series along, and alerts end without their cause."""
    state, output = ended.state, ended.text or tr("Its alert has ended.")
    if host_is_gone and state == health.OK:
        state, output = health.UNKNOWN, tr("Its alert has ended, but its host does not answer: nothing is known.")
    return HealthRow(
        id=health_id(place.source, host, name), source=place.source, kind=health.SERVICE, host=host, name=name,
        state=state, since_at=ended.since_at, output=output, suppressed=host_is_gone,
        groups=means.tags_of(ended.labels), environment=place.environment, expected_by_at=ended.due_at,
        last_check_at=ended.checked_at, url=_graph(place, ended.query, ended.labels),
    )  # fmt: skip


def _graph(place: Place, query: str, labels: Mapping[str, str]) -> str:
    expression = query or f"ALERTS{{alertname={means.quoted(labels.get('alertname', ''))}}}"
    return f"{place.base}graph?g0.tab=1&g0.expr={quote(expression, safe='')}" if place.base else ""


def _alert_row(place: Place, host: str, name: str, together: Sequence[Told], *, host_is_gone: bool) -> HealthRow:
    """``hard``: it fires; an alert that waits out its ``for`` is soft. What Alertmanager knows is suppressed by its
    word alone; what it does not know is, on a host that is down."""
    first = together[0]
    return HealthRow(
        id=health_id(place.source, host, name), source=place.source,
        kind=health.SERVICE if name else health.HOST, host=host, name=name or host,
        state=first.state, hard=first.firing, attempt=1 + first.firing, max_attempts=2,
        since_at=first.since_at, expected_by_at=first.due_at, last_check_at=first.checked_at,
        suppressed=first.inhibited if first.known else host_is_gone,
        output=means.text_of(first.annotations, first.labels), long_output=_long(together),
        perf=_perf(first.value), groups=means.tags_of(first.labels), environment=place.environment,
        url=_graph(place, first.query, first.labels),
    )  # fmt: skip


def _perf(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return ""
    return f"value={number:g}" if abs(number) < 1e300 else ""


def _long(together: Sequence[Told]) -> str:
    lines = [f"{key}: {text}" for key, text in sorted(together[0].annotations.items())]
    for other in together[1:]:
        kind = tr("firing") if other.firing else tr("pending")
        lines.append(
            f"{other.labels.get('alertname', '')} ({kind}): {means.text_of(other.annotations, other.labels)}"
        )
    return "\n".join(lines)
