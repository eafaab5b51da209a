"""Monitors and hosts as rows of the board. Pure.

A monitor without groups is one row, one with groups a row for each. A row stands on the host that its group names; on
the service, where there is no host; else on the source itself.

    Alert -> critical, Warn -> warning, OK -> ok; No Data, Unknown, Skipped, Ignored -> unknown: nothing is known then
    a host that does not report -> unreachable
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from app.base.clock import SECOND, Moment
from app.base.text import one_line, tr
from app.connectors.datadog.parse import GroupState, Host, MatchingDowntime, Monitor, Reject
from app.domain import health
from app.domain.health import HOST, SERVICE, Downtime, HealthRow, health_id

STATES: Final = {
    "Alert": health.CRITICAL, "Warn": health.WARNING, "OK": health.OK, "No Data": health.UNKNOWN,
    "Unknown": health.UNKNOWN, "Skipped": health.UNKNOWN, "Ignored": health.UNKNOWN,
}  # fmt: skip
NO_END: Final = 253_402_300_799_000
"""The end of a downtime that has none."""
_EVERYTHING: Final = "*"
_TAGS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """The source's name, the environment it stands for, and the address of its pages."""

    name: str
    environment: str
    pages: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about at Datadog: a group of a monitor. ``group``: empty for a monitor without groups."""

    monitor_id: int
    group: str


def pages_of(api: str) -> str:
    """``https://api.datadoghq.eu`` -> ``https://app.datadoghq.eu``; another address is its own."""
    parts = urlsplit(api)
    host = parts.netloc
    return f"{parts.scheme}://{'app.' + host.removeprefix('api.') if host.startswith('api.') else host}"


def all_rows(
    place: Place, monitors: Iterable[Monitor], hosts: Sequence[Host], rejects: Sequence[Reject]
) -> tuple[dict[str, HealthRow], dict[str, Subject], list[Downtime]]:
    """(rows by id, what the rows of monitors are about, downtimes). Every host that a row stands on has a row."""
    rows = {row.id: row for row in (_host_row(place, host) for host in hosts)}
    downtimes = [each for host in hosts for each in _host_downtime(place, host)]
    subjects: dict[str, Subject] = {}
    for monitor in monitors:
        for group, state in _groups(monitor):
            row = _monitor_row(place, monitor, group, state)
            if row.id in subjects:  # two monitors of one name on one host: the id tells them apart
                row = _monitor_row(place, monitor, group, state, is_numbered=True)
            rows[row.id] = row
            subjects[row.id] = Subject(monitor.id, "" if group == _EVERYTHING else group)
            downtimes += _downtimes(monitor, group, row.id)
    for row in _reject_rows(place, rejects):
        rows[row.id] = row
    _add_missing_hosts(place, rows)
    return rows, subjects, downtimes


def parts_of(group: str) -> list[tuple[str, str]]:
    """``host:web-1,device:/`` as pairs."""
    return [(key, value) for key, _, value in (part.partition(":") for part in group.split(","))]


def matches(scope: Iterable[str], group: str) -> bool:
    """Whether a downtime's scope covers a group: all of its parts are among the group's."""
    parts = set(group.split(","))
    wanted = [part.strip() for one in scope for part in one.replace(" AND ", ",").split(",")]
    return all(part in ("", _EVERYTHING) or part.replace('"', "") in parts for part in wanted)


def _groups(monitor: Monitor) -> Iterator[tuple[str, GroupState]]:
    if monitor.state.groups:
        yield from monitor.state.groups.items()
    else:
        at = monitor.overall_state_modified
        since = max(0, int(at.timestamp())) if at is not None else None
        yield _EVERYTHING, GroupState(monitor.overall_state, since, since, since)


def _monitor_row(
    place: Place, monitor: Monitor, group: str, state: GroupState, *, is_numbered: bool = False
) -> HealthRow:
    parts = [] if group == _EVERYTHING else parts_of(group)
    host = next((value for key, value in parts if key == "host" and value), "")
    tags = dict(part.split(":", 1) for part in monitor.tags if ":" in part)
    stands_on = host or next((value for key, value in parts if key == "service"), "") or tags.get("service", "")
    rest = ", ".join(f"{key}:{value}" if value else key for key, value in parts if not (key == "host" and host))
    title = one_line(monitor.name) or tr("monitor {id}", id=monitor.id)
    name = f"{title} ({rest})" if rest else title
    if is_numbered:
        name = f"{name} #{monitor.id}"
    stands_on = stands_on or place.name
    muted = bool(_covering(monitor, group)) or any(matches([scope], group) for scope in monitor.options.silenced)
    return HealthRow(
        id=health_id(place.name, stands_on, name), source=place.name, kind=SERVICE, host=stands_on, name=name,
        state=STATES[state.status], since_at=_since(state), in_downtime=muted, output=_output(monitor, state),
        long_output=monitor.query, groups=monitor.tags[:_TAGS_SHOWN],
        environment=tags.get("env", "") or place.environment, url=f"{place.pages}/monitors/{monitor.id}",
    )  # fmt: skip


def _since(state: GroupState) -> Moment | None:
    at = {"Alert": state.last_triggered_ts, "Warn": state.last_triggered_ts, "No Data": state.last_nodata_ts,
          "OK": state.last_resolved_ts}.get(state.status)  # fmt: skip
    return at * SECOND if at else None


def _output(monitor: Monitor, state: GroupState) -> str:
    said = next((line.strip() for line in monitor.message.splitlines() if line.strip()), "")
    word = state.status if STATES[state.status] == health.UNKNOWN else ""
    return ": ".join(filter(None, [word, said])) or monitor.type


def _covering(monitor: Monitor, group: str) -> list[MatchingDowntime]:
    return [each for each in monitor.matching_downtimes if matches(each.scope, group)]


def _downtimes(monitor: Monitor, group: str, row_id: str) -> Iterator[Downtime]:
    for each in _covering(monitor, group):
        yield Downtime(
            row_id=row_id, remote_id=f"{each.id}/{row_id}", author="", text=", ".join(each.scope),
            start_at=each.start * SECOND, end_at=each.end * SECOND if each.end else NO_END, in_effect=True,
        )  # fmt: skip


def _host_row(place: Place, host: Host) -> HealthRow:
    tags = sorted({tag for tags in host.tags_by_source.values() for tag in tags})
    env = next((tag.removeprefix("env:") for tag in tags if tag.startswith("env:")), "")
    reported = host.last_reported_time * SECOND or None
    return HealthRow(
        id=health_id(place.name, host.name), source=place.name, kind=HOST, host=host.name, name=host.name,
        state=health.UP if host.up else health.UNREACHABLE, since_at=None if host.up else reported,
        last_check_at=reported, in_downtime=host.is_muted, groups=tuple(tags[:_TAGS_SHOWN]),
        output=tr("It reports.") if host.up else tr("It does not report any more."),
        environment=env or place.environment, url=f"{place.pages}/infrastructure?hostname={host.name}",
    )  # fmt: skip


def _host_downtime(place: Place, host: Host) -> Iterator[Downtime]:
    if host.is_muted:
        end_at = host.mute_timeout * SECOND if host.mute_timeout else NO_END
        row_id = health_id(place.name, host.name)
        yield Downtime(row_id=row_id, remote_id=f"muted/{row_id}", author="", text=tr("muted"), start_at=0,
                       end_at=end_at, in_effect=True)  # fmt: skip


def _reject_rows(place: Place, rejects: Sequence[Reject]) -> Iterator[HealthRow]:
    """What could not be read is a row of its own: nobody may take its absence for health."""
    for what, why in rejects:
        name = tr("unreadable: {what}", what=what)
        yield HealthRow(
            id=health_id(place.name, place.name, name), source=place.name, kind=SERVICE, host=place.name, name=name,
            state=health.UNKNOWN, output=why, environment=place.environment,
        )  # fmt: skip


def _add_missing_hosts(place: Place, rows: dict[str, HealthRow]) -> None:
    """What a row stands on without a host of that name is there only for its rows' sake: nothing is claimed of it."""
    known = {row.host for row in rows.values() if row.kind == HOST}
    for name in {row.host for row in rows.values()} - known:
        id_ = health_id(place.name, name)
        rows[id_] = HealthRow(
            id=id_, source=place.name, kind=HOST, host=name, name=name, state=health.PENDING,
            output=tr("Datadog knows no host of this name; monitors stand here."), environment=place.environment,
        )  # fmt: skip
