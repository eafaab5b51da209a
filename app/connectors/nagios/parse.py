"""Answers of the JSON CGIs as values. Pure: bytes in, values out; what is not whole is a BadAnswer.

Status is a bitmask (services: 1 pending, 2 ok, 4 warning, 8 unknown, 16 critical; hosts: 1 pending, 2 up, 4 down,
8 unreachable). Moments are milliseconds; 0 means never. Every row carries ``last_update``, the moment the status
file was written, which says nothing about the row and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlencode

import msgspec

from app.base.clock import MINUTE
from app.base.errors import BadAnswer
from app.base.text import tr
from app.connectors.nagios.answer_list import Breathe, members
from app.connectors.nagios.bounds import At, Count, Seconds
from app.connectors.payload import decode_as, iter_raw
from app.domain import health
from app.domain.health import Downtime, HealthRow, Remark, health_id

SERVICE_STATES: Final = {1: health.PENDING, 2: health.OK, 4: health.WARNING, 8: health.UNKNOWN, 16: health.CRITICAL}
HOST_STATES: Final = {1: health.PENDING, 2: health.UP, 4: health.DOWN, 8: health.UNREACHABLE}
ENTRY_KINDS: Final = {1: "comment", 2: "downtime", 3: "flapping", 4: "acknowledgement"}


class Status(msgspec.Struct, frozen=True, gc=False):
    """One host or service in a list with details; other fields are passed over."""

    status: Count
    has_been_checked: bool
    state_type: Count
    current_attempt: Count
    max_attempts: Count
    last_check: At
    last_state_change: At
    problem_has_been_acknowledged: bool
    scheduled_downtime_depth: Count
    is_flapping: bool
    plugin_output: str = ""
    long_plugin_output: str = ""
    perf_data: str = ""
    next_check: At = 0
    checks_enabled: bool = False
    should_be_scheduled: bool = False
    latency: Seconds = 0.0
    execution_time: Seconds = 0.0


class _Comment(msgspec.Struct, frozen=True, gc=False):
    comment_id: Count
    entry_type: Count
    entry_time: At
    host_name: str
    author: str = ""
    comment_data: str = ""
    service_description: str = ""


class _Downtime(msgspec.Struct, frozen=True, gc=False):
    downtime_id: Count
    host_name: str
    start_time: At
    end_time: At
    author: str = ""
    comment: str = ""
    fixed: bool = True
    is_in_effect: bool = False
    service_description: str = ""


class _HostGroup(msgspec.Struct, frozen=True, gc=False):
    members: list[str] = []


_STATUS = msgspec.json.Decoder(Status)


def services(body: bytes, name: str, breathe: Breathe) -> Iterator[tuple[str, str, Status]]:
    """(host, service, status) of a service list."""
    for host, found in members(body, "servicelist", dict[str, Status], name, breathe):
        for service, status in found.items():
            yield host, service, status


def hosts(body: bytes, name: str, breathe: Breathe) -> Iterator[tuple[str, Status]]:
    """(host, status) of a host list."""
    yield from members(body, "hostlist", Status, name, breathe)


def remarks(body: bytes, source: str, breathe: Breathe) -> tuple[Remark, ...]:
    """All comments, by entry time; those that stand for downtimes are told by the downtimes."""
    found = []
    for _id, entry in members(body, "commentlist", _Comment, source, breathe):
        found.append(
            Remark(
                row_id=health_id(source, entry.host_name, entry.service_description),
                remote_id=str(entry.comment_id), kind=ENTRY_KINDS.get(entry.entry_type, "comment"),
                author=entry.author, at=entry.entry_time, text=entry.comment_data,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda remark: (remark.at, remark.remote_id)))


def downtimes(body: bytes, source: str, breathe: Breathe) -> tuple[Downtime, ...]:
    """All downtimes, by start; the server's order is none."""
    found = []
    for _id, entry in members(body, "downtimelist", _Downtime, source, breathe):
        found.append(
            Downtime(
                row_id=health_id(source, entry.host_name, entry.service_description),
                remote_id=str(entry.downtime_id), author=entry.author, text=entry.comment,
                start_at=entry.start_time, end_at=entry.end_time, fixed=entry.fixed, in_effect=entry.is_in_effect,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda downtime: (downtime.start_at, int(downtime.remote_id))))


def host_groups(body: bytes, name: str, breathe: Breathe) -> dict[str, tuple[str, ...]]:
    """The groups of each host."""
    groups: dict[str, list[str]] = {}
    for group, found in members(body, "hostgrouplist", _HostGroup, name, breathe):
        for host in found.members:
            groups.setdefault(host, []).append(group)
    return {host: tuple(sorted(names)) for host, names in groups.items()}


def row_of(
    status: Status,
    source: str,
    host: str,
    service: str,
    *,
    groups: tuple[str, ...],
    environment: str,
    base: str,
    skew_ms: int,
    host_is_gone: bool,
) -> HealthRow:
    """A row from a status. ``service`` empty: the host itself. A service on a host that is down or unreachable is
    suppressed, as Nagios itself sends no notifications for it. ``expected_by_at`` only for scheduled checks: the next
    check, how long it took to start and run last time, and one interval of grace (a minute at least)."""
    kind = health.SERVICE if service else health.HOST
    checked = status.has_been_checked
    due_at = None
    if checked and status.checks_enabled and status.should_be_scheduled and status.next_check:
        grace = max(MINUTE, status.next_check - status.last_check)
        due_at = status.next_check + round((status.latency + status.execution_time) * 1000) + grace - skew_ms
    return HealthRow(
        id=health_id(source, host, service),
        source=source,
        kind=kind,
        host=host,
        name=service or host,
        state=state_of(status, kind),
        hard=status.state_type == 1,
        attempt=status.current_attempt,
        max_attempts=status.max_attempts,
        since_at=status.last_state_change or None,
        last_check_at=status.last_check or None,
        expected_by_at=due_at,
        acknowledged=status.problem_has_been_acknowledged,
        in_downtime=status.scheduled_downtime_depth > 0,
        flapping=status.is_flapping,
        suppressed=host_is_gone and bool(service),
        output=status.plugin_output,
        long_output=status.long_plugin_output.replace("\\n", "\n"),
        perf=status.perf_data,
        groups=groups,
        environment=environment,
        url=page_of(base, host, service),
    )


def is_problem(status: Status, kind: str) -> bool:
    """Whether there is something to acknowledge."""
    return state_of(status, kind) not in health.NOT_A_PROBLEM


def state_of(status: Status, kind: str) -> str:
    """The word for a status; a number that is no state is read as unknown."""
    if not status.has_been_checked:
        return health.PENDING
    return (HOST_STATES if kind == health.HOST else SERVICE_STATES).get(status.status, health.UNKNOWN)


def page_of(base: str, host: str, service: str) -> str:
    """The page of a host or service in Nagios' own interface (extinfo.cgi: type 1 host, 2 service)."""
    query = {"type": "2", "host": host, "service": service} if service else {"type": "1", "host": host}
    return f"{base}extinfo.cgi?{urlencode(query)}"


def states_of_hosts(rows: Mapping[str, HealthRow]) -> frozenset[str]:
    """The hosts that are down or unreachable."""
    return frozenset(host for host, row in rows.items() if row.state in (health.DOWN, health.UNREACHABLE))


def one_status(body: bytes, query: str, name: str) -> Status:
    """The status in the answer to ``query=host`` or ``query=service``."""
    for member, raw in iter_raw(body, ("data",), concerns=name):
        if member == query:
            return decode_as(raw, _STATUS, concerns=name)
    raise BadAnswer(tr("{name} left out what was asked for.", name=name), concerns=name)
