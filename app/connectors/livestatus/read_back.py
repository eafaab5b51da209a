"""What the core tells of some rows now, and whether an order has taken effect on one of them. Net lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.base.clock import SECOND
from app.base.events import CancelToken
from app.connectors.livestatus import columns as of
from app.connectors.livestatus.columns import every
from app.connectors.livestatus.line import Talk, Wire
from app.connectors.livestatus.parse import Checkable, Key, Reject, downtime_of, records, remark_of
from app.connectors.livestatus.protocol import fitting, one_field, question
from app.domain import command as verbs
from app.domain.command import Command
from app.domain.health import HOST, Downtime, HealthRow, Remark, health_id

FEW: Final = 50
"""Up to so many rows are asked for by name."""

_BRIEF: Final = ("name", "host_name", "description", "state", "has_been_checked", "acknowledged", "last_check",
                 "next_check")  # fmt: skip
_ENTRY: Final = ("id", "host_name", "service_description", "author", "comment", "start_time", "end_time")
_TIMES: Final = {of.DOWNTIMES: ("start_time", "end_time")}
_BY_STATUS: Final = frozenset({verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.RECHECK})


@dataclass(frozen=True, slots=True)
class Seen:
    """By row id. ``told``: hosts and services, those asked for among others; the core does not know the rest."""

    told: Mapping[str, Checkable] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    downtimes: Sequence[Downtime] = ()


def look(wire: Wire, verb: str, rows: Sequence[HealthRow], cancel: CancelToken) -> Seen:
    """What is needed to tell whether an order has taken effect on these rows. Raises RemoteTrouble, Refused."""
    aside: list[Reject] = []
    with wire.talk(cancel) as talk:
        told = _told(talk, rows, aside, wire.name)
        if verb in _BY_STATUS:
            return Seen(told=told)
        columns = every(of.COMMENTS if verb == verbs.COMMENT else of.DOWNTIMES).only(_ENTRY)
        found = [*records(talk.ask(question(columns.table, columns.names)), columns, aside, wire.name)]
    whole = [each for each in found if each.keys() >= {"id", "host_name", *_TIMES.get(columns.table, ())}]
    if verb == verbs.COMMENT:
        return Seen(told, remarks=[remark_of(each, wire.name) for each in whole])
    return Seen(told, downtimes=[downtime_of(each, wire.name) for each in whole])


def _told(talk: Talk, rows: Sequence[HealthRow], aside: list[Reject], name: str) -> dict[str, Checkable]:
    found: dict[str, Checkable] = {}
    for table, is_host in ((of.HOSTS, True), (of.SERVICES, False)):
        keys = [(row.host, "" if is_host else row.name) for row in rows if (row.kind == HOST) == is_host]
        if keys:
            columns = every(table).only(_BRIEF)
            body = talk.ask(question(table, columns.names, *_named(keys)))
            for each in records(body, columns, aside, name):
                made = Checkable(**each)
                found[health_id(name, *made.key)] = made
    return found


def _named(keys: Sequence[Key]) -> list[str]:
    """A filter for these alone; none for many, or for names that cannot stand in one."""
    if len(keys) > FEW or not all(fitting(host) and (not service or fitting(service)) for host, service in keys):
        return []
    lines: list[str] = []
    for host, service in keys:
        if service:
            lines += [f"Filter: host_name = {host}", f"Filter: description = {service}", "And: 2"]
        else:
            lines.append(f"Filter: name = {host}")
    return lines if len(keys) == 1 else [*lines, f"Or: {len(keys)}"]


def shows(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """Whether the effect of an order on a row can be seen."""
    return _SHOWS[command.verb](command, row, before, now)


def _acknowledged(_command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    return row.id in now.told and bool(now.told[row.id].acknowledged)


def _unacknowledged(_command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    return row.id in now.told and not now.told[row.id].acknowledged


def _checked(_command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """Checked since, or set down to be checked."""
    old, new = before.told.get(row.id), now.told.get(row.id)
    if old is None or new is None:
        return False
    return (old.last_check, old.next_check) != (new.last_check, new.next_check)


def _commented(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """By this author; some cores change what they keep of a text."""
    known = {each.remote_id for each in before.remarks}
    fresh = (each for each in now.remarks if each.row_id == row.id and each.remote_id not in known)
    return any(each.author == one_field(command.author) for each in fresh)


def _in_downtime(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """At the very times that were asked for."""
    known = {each.remote_id for each in before.downtimes}
    asked = ((command.start_at or 0) // SECOND, (command.end_at or 0) // SECOND)
    return any(
        (each.start_at // SECOND, each.end_at // SECOND) == asked
        for each in now.downtimes
        if each.row_id == row.id and each.remote_id not in known
    )


def _out_of_downtime(_command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """None of those that there were; one that somebody set meanwhile is not ours."""
    ended = {each.remote_id for each in before.downtimes if each.row_id == row.id}
    return not any(each.remote_id in ended and each.row_id == row.id for each in now.downtimes)


_SHOWS: Final[Mapping[str, Callable[[Command, HealthRow, Seen, Seen], bool]]] = {
    verbs.ACKNOWLEDGE: _acknowledged,
    verbs.UNACKNOWLEDGE: _unacknowledged,
    verbs.DOWNTIME: _in_downtime,
    verbs.END_DOWNTIME: _out_of_downtime,
    verbs.COMMENT: _commented,
    verbs.RECHECK: _checked,
}
