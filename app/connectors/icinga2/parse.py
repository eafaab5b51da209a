"""Answers of the API as values. Pure: bytes in, values out.

A record that cannot be read is set aside and named; what is no list of records at all is a BadAnswer. States: hosts 0
up, 1 down; services 0 ok, 1 warning, 2 critical, 3 unknown; without a check result none of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Final, Generic, TypeVar

import msgspec

from app.base.clock import MINUTE, Moment
from app.base.errors import BadAnswer
from app.connectors.icinga2.bounds import Count, Seconds, moment
from app.connectors.payload import decode_as, iter_raw, map_sliced
from app.domain import health
from app.domain.health import Downtime, HealthRow, Remark, health_id

SERVICE_STATES: Final = {0: health.OK, 1: health.WARNING, 2: health.CRITICAL, 3: health.UNKNOWN}
ENTRY_KINDS: Final = {1: "comment", 2: "downtime", 3: "flapping", 4: "acknowledgement"}
HARD: Final = 1
_PAGES: Final = ("https://", "http://")

Reject = tuple[str, str]
"""What was set aside, and why."""

T = TypeVar("T")


class Perf(msgspec.Struct, frozen=True, gc=False):
    """One value of performance data, where it does not come as text."""

    label: str = ""
    value: float = 0.0
    unit: str = ""
    warn: float | None = None
    crit: float | None = None
    min: float | None = None
    max: float | None = None


class Result(msgspec.Struct, frozen=True, gc=False):
    """What the last check said."""

    output: str = ""
    performance_data: list[str | Perf] | None = None


class Checkable(msgspec.Struct, frozen=True, gc=False):
    """A host or a service; other attributes are not asked for."""

    name: str
    state: Count
    state_type: Count = 1.0
    host_name: str = ""
    last_check: Seconds = -1.0
    last_state_change: Seconds = -1.0
    last_check_result: Result | None = None
    acknowledgement: Count = 0.0
    acknowledgement_expiry: Seconds = 0.0
    downtime_depth: Count = 0.0
    flapping: bool = False
    last_reachable: bool = True
    check_attempt: Count = 1.0
    max_check_attempts: Count = 1.0
    next_check: Seconds = -1.0
    next_update: Seconds = -1.0
    enable_active_checks: bool = False
    groups: list[str] | None = None
    notes_url: str = ""
    action_url: str = ""


class Now(msgspec.Struct, frozen=True, gc=False):
    """Of a host or a service, what can change from one check to the next."""

    state: Count
    state_type: Count = 1.0
    last_check: Seconds = -1.0
    last_state_change: Seconds = -1.0
    acknowledgement: Count = 0.0
    downtime_depth: Count = 0.0
    flapping: bool = False
    last_reachable: bool = True
    check_attempt: Count = 1.0
    next_update: Seconds = -1.0
    enable_active_checks: bool = False


class Comment(msgspec.Struct, frozen=True, gc=False):
    """On a host, or with ``service_name`` on a service."""

    host_name: str
    entry_time: Seconds
    entry_type: Count = 1.0
    service_name: str = ""
    author: str = ""
    text: str = ""
    expire_time: Seconds = 0.0


class Planned(msgspec.Struct, frozen=True, gc=False):
    """A downtime. ``trigger_time``: when it took effect."""

    host_name: str
    start_time: Seconds
    end_time: Seconds
    service_name: str = ""
    author: str = ""
    comment: str = ""
    fixed: bool = True
    duration: Seconds = 0.0
    trigger_time: Seconds = 0.0


class Found(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """``name``: the server's own, unique among its kind."""

    name: str
    attrs: T


CHECKABLES: Final = msgspec.json.Decoder(Found[Checkable])
NOWS: Final = msgspec.json.Decoder(Found[Now])
COMMENTS: Final = msgspec.json.Decoder(Found[Comment])
PLANNED: Final = msgspec.json.Decoder(Found[Planned])

CHECKABLE_ATTRS: Final = tuple(Checkable.__struct_fields__)
HOST_ATTRS: Final = tuple(name for name in CHECKABLE_ATTRS if name != "host_name")
NOW_ATTRS: Final = tuple(Now.__struct_fields__)
COMMENT_ATTRS: Final = tuple(Comment.__struct_fields__)
PLANNED_ATTRS: Final = tuple(Planned.__struct_fields__)


_stamp = attrgetter(*NOW_ATTRS)


def stamp_of(told: Now | Checkable) -> tuple[object, ...]:
    """What is compared to know whether anything changed."""
    stamp: tuple[object, ...] = _stamp(told)
    return stamp


def raws(body: bytes, name: str) -> Iterator[msgspec.Raw]:
    """The undecoded records of an answer. Raises BadAnswer."""
    for _place, raw in iter_raw(body, ("results",), concerns=name):
        yield raw


def records(
    body: bytes, decoder: msgspec.json.Decoder[Found[T]], what: str, rejects: list[Reject], name: str
) -> Iterator[Found[T]]:
    """The records that can be read, in the answer's order, which is none. Raises BadAnswer."""
    numbered = enumerate(raws(body, name))
    for found in map_sliced(numbered, lambda each: one(each[1], decoder, f"{what} {each[0]}", rejects, name)):
        if found is not None:
            yield found


def one(
    raw: msgspec.Raw, decoder: msgspec.json.Decoder[Found[T]], what: str, rejects: list[Reject], name: str
) -> Found[T] | None:
    """A record, or None when it was set aside."""
    try:
        return decode_as(raw, decoder, concerns=name)
    except BadAnswer as error:
        rejects.append((what, error.detail))
        return None


def row_of(
    told: Checkable, source: str, *, kind: str, groups: tuple[str, ...], environment: str, skew_ms: int
) -> HealthRow:
    """A row. ``groups``: those of its host. A row that cannot be reached through what it depends on is suppressed,
    as Icinga sends no notification for it; a host then is unreachable, not down. ``expected_by_at`` only for what
    Icinga checks by itself: when it counts the check as overdue, and a minute of grace."""
    host = told.name if kind == health.HOST else told.host_name
    result = told.last_check_result
    due_at = moment(told.next_update) if told.enable_active_checks and result is not None else None
    output, _, rest = (result.output if result is not None else "").partition("\n")
    page = told.action_url if told.action_url.startswith(_PAGES) else told.notes_url
    return HealthRow(
        id=health_id(source, host, "" if kind == health.HOST else told.name),
        source=source, kind=kind, host=host, name=told.name, state=_state(told, kind), hard=told.state_type == HARD,
        attempt=max(1, int(told.check_attempt)), max_attempts=max(1, int(told.max_check_attempts)),
        since_at=moment(told.last_state_change), last_check_at=None if result is None else moment(told.last_check),
        expected_by_at=None if due_at is None else due_at + MINUTE - skew_ms,
        acknowledged=told.acknowledgement > 0, in_downtime=told.downtime_depth > 0, flapping=told.flapping,
        suppressed=not told.last_reachable and kind == health.SERVICE, output=output, long_output=rest,
        perf=_perf(result), groups=tuple(sorted({*groups, *(told.groups or ())})), environment=environment,
        url=page if page.startswith(_PAGES) else "",
    )  # fmt: skip


def _state(told: Checkable, kind: str) -> str:
    if told.last_check_result is None:
        return health.PENDING
    if kind == health.SERVICE:
        return SERVICE_STATES.get(int(told.state), health.UNKNOWN)
    if told.state == 0:
        return health.UP
    return health.DOWN if told.last_reachable else health.UNREACHABLE


def _perf(result: Result | None) -> str:
    values = (result.performance_data if result is not None else None) or ()
    return " ".join(each if isinstance(each, str) else _perf_text(each) for each in values)


def _perf_text(value: Perf) -> str:
    """As a plugin would have printed it."""
    label = value.label.replace("'", "''")
    limits = ";".join(
        "" if each is None else f"{each:g}" for each in (value.warn, value.crit, value.min, value.max)
    ).rstrip(";")
    return f"'{label}'={value.value!r}{value.unit}" + (f";{limits}" if limits else "")


def remark_of(found: Found[Comment], source: str) -> Remark:
    """A comment of whatever kind."""
    told = found.attrs
    return Remark(
        row_id=health_id(source, told.host_name, told.service_name), remote_id=found.name,
        kind=ENTRY_KINDS.get(int(told.entry_type), "comment"), author=told.author, at=moment(told.entry_time) or 0,
        text=told.text, end_at=moment(told.expire_time) if told.expire_time > 0 else None,
    )  # fmt: skip


def downtime_of(found: Found[Planned], source: str, server_now: Moment) -> Downtime:
    """A downtime; in effect from its trigger on."""
    told = found.attrs
    ends = told.end_time if told.fixed else told.trigger_time + told.duration
    return Downtime(
        row_id=health_id(source, told.host_name, told.service_name), remote_id=found.name, author=told.author,
        text=told.comment, start_at=moment(told.start_time) or 0, end_at=moment(told.end_time) or 0,
        fixed=told.fixed, in_effect=told.trigger_time > 0 and server_now <= round(ends * 1000),
    )  # fmt: skip
