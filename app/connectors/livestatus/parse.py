"""Answers as values. Pure: bytes in, values out.

A record that cannot be read is set aside and named; what is no list of records at all is a BadAnswer. States: hosts 0
up, 1 down, 2 unreachable; services 0 ok, 1 warning, 2 critical, 3 unknown; without a check none of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from app.base.clock import MINUTE, Moment
from app.base.errors import BadAnswer
from app.base.text import tr
from app.connectors.livestatus.bounds import moment
from app.connectors.livestatus.columns import Columns
from app.connectors.payload import decode_as, iter_raw
from app.domain import health
from app.domain.health import Downtime, HealthRow, Remark, health_id

SERVICE_STATES: Final = {0: health.OK, 1: health.WARNING, 2: health.CRITICAL, 3: health.UNKNOWN}
HOST_STATES: Final = {0: health.UP, 1: health.DOWN, 2: health.UNREACHABLE}
ENTRY_KINDS: Final = {1: "comment", 2: "downtime", 3: "flapping", 4: "acknowledgement"}
HARD: Final = 1
_PAGES: Final = ("https://", "http://")

Reject = tuple[str, str]
"""What was set aside, and why."""

Record = dict[str, Any]
Key = tuple[str, str]
"""(host, service), of a host with an empty service."""


class Checkable(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A host (``name``) or a service (``host_name``, ``description``); what a server does not tell has its default.
    Intervals in the server's own units, 60 s unless it says otherwise."""

    name: str = ""
    host_name: str = ""
    description: str = ""
    state: float = 3
    has_been_checked: float = 0
    state_type: float = HARD
    acknowledged: float = 0
    scheduled_downtime_depth: float = 0
    is_flapping: float = 0
    last_check: float = 0
    last_state_change: float = 0
    current_attempt: float = 1
    max_check_attempts: float = 1
    plugin_output: str = ""
    long_plugin_output: str = ""
    perf_data: str = ""
    next_check: float = 0
    check_interval: float = 0
    active_checks_enabled: float = 0
    latency: float = 0
    execution_time: float = 0
    groups: list[str] = []
    action_url_expanded: str = ""
    notes_url_expanded: str = ""
    notes_url: str = ""

    @property
    def key(self) -> Key:
        return (self.name, "") if self.name else (self.host_name, self.description)

    @property
    def state_word(self) -> str:
        """A number that is no state is read as unknown, of a host as down."""
        if not self.has_been_checked:
            return health.PENDING
        if self.name:
            return HOST_STATES.get(int(self.state), health.DOWN)
        return SERVICE_STATES.get(int(self.state), health.UNKNOWN)


def raws(body: bytes, name: str) -> Iterator[msgspec.Raw]:
    """The undecoded records of an answer. Raises BadAnswer."""
    if not body.lstrip().startswith(b"["):
        raise BadAnswer(tr("{name} gave an answer that is no list.", name=name), concerns=name)
    for _place, raw in iter_raw(body, (), concerns=name):
        yield raw


def record_of(raw: msgspec.Raw | bytes, columns: Columns, rejects: list[Reject], name: str) -> Record | None:
    """One record, without what is null; None when it was set aside. A server may pass on what a plugin wrote in
    Latin-1 as it came: a record that is no UTF-8 is read so."""
    try:
        try:
            values = decode_as(raw, columns.decoder, concerns=name)
        except BadAnswer:
            if _is_utf8(bytes(raw)):
                raise
            values = decode_as(bytes(raw).decode("latin-1").encode(), columns.decoder, concerns=name)
    except BadAnswer as error:
        rejects.append((columns.table, error.detail))
        return None
    found = {key: value for key, value in zip(columns.names, values, strict=True) if value is not None}
    if columns.keys and not all(found.get(key) for key in columns.names[: columns.keys]):
        rejects.append((columns.table, tr("It has no name.")))
        return None
    return found


def records(body: bytes, columns: Columns, rejects: list[Reject], name: str) -> Iterator[Record]:
    """All records that can be read. Raises BadAnswer."""
    for raw in raws(body, name):
        found = record_of(raw, columns, rejects, name)
        if found is not None:
            yield found


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def row_of(
    told: Checkable, source: str, *, groups: tuple[str, ...], environment: str, skew_ms: int, interval_ms: int,
    host_is_gone: bool,
) -> HealthRow:  # fmt: skip
    """A row. ``groups``: those of its host. A service on a host that is down or unreachable is suppressed, as the
    core sends no notification for it. ``expected_by_at`` only for what the core checks by itself: the next check, how
    long it took to start and run last time, and one interval of grace (a minute at least)."""
    host, service = told.key
    checked = bool(told.has_been_checked)
    due_at = None
    if checked and told.active_checks_enabled and told.next_check > 0:
        grace_ms = max(MINUTE, round(told.check_interval * interval_ms))
        due_at = round((told.next_check + told.latency + told.execution_time) * 1000) + grace_ms - skew_ms
    pages = (told.action_url_expanded, told.notes_url_expanded, told.notes_url)
    return HealthRow(
        id=health_id(source, host, service), source=source, kind=health.SERVICE if service else health.HOST,
        host=host, name=service or host, state=told.state_word, hard=told.state_type == HARD,
        attempt=max(1, int(told.current_attempt)),
        max_attempts=max(1, int(told.max_check_attempts), int(told.current_attempt)),
        since_at=moment(told.last_state_change), last_check_at=moment(told.last_check) if checked else None,
        expected_by_at=due_at, acknowledged=bool(told.acknowledged),
        in_downtime=told.scheduled_downtime_depth > 0, flapping=bool(told.is_flapping),
        suppressed=host_is_gone and bool(service), output=told.plugin_output,
        long_output=told.long_plugin_output.replace("\\n", "\n"), perf=told.perf_data,
        groups=tuple(sorted({*groups, *told.groups})), environment=environment,
        url=next((page for page in pages if page.startswith(_PAGES)), ""),
    )  # fmt: skip


def remark_of(told: Record, source: str) -> Remark:
    """A comment of whatever kind."""
    return Remark(
        row_id=health_id(source, told["host_name"], told.get("service_description", "")),
        remote_id=str(int(told["id"])), kind=ENTRY_KINDS.get(int(told.get("entry_type", 1)), "comment"),
        author=told.get("author", ""), at=moment(told.get("entry_time", 0)) or 0, text=told.get("comment", ""),
    )  # fmt: skip


def downtime_of(told: Record, source: str) -> Downtime:
    """A downtime; whether it is in effect is for ``in_effect``."""
    return Downtime(
        row_id=health_id(source, told["host_name"], told.get("service_description", "")),
        remote_id=str(int(told["id"])), author=told.get("author", ""), text=told.get("comment", ""),
        start_at=moment(told["start_time"]) or 0, end_at=moment(told["end_time"]) or 0,
        fixed=bool(told.get("fixed", True)),
    )  # fmt: skip


def in_effect(downtimes: list[Downtime], now_at: Moment) -> list[Downtime]:
    """Of the downtimes of a row that is in one: which are. No column says so of all servers alike: the one there is,
    or those whose time it is (``now_at`` by the server's clock), fixed ones first."""
    if len(downtimes) == 1:
        return downtimes
    due = [each for each in downtimes if each.start_at <= now_at <= each.end_at]
    return [each for each in due if each.fixed] or due or downtimes[:1]
