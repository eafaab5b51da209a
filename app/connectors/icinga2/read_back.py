"""What the server tells of some rows now, and whether a command has taken effect on one of them. Net lane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.base.clock import SECOND
from app.base.events import CancelToken
from app.connectors.icinga2 import parse
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.parse import Checkable, Reject
from app.domain import command as verbs
from app.domain.command import Command
from app.domain.health import HOST, Downtime, HealthRow, Remark, health_id

_FEW_ATTRS: Final = (
    "name",
    "host_name",
    "state",
    "acknowledgement",
    "acknowledgement_expiry",
    "last_check",
    "next_check",
)
_OF_HOSTS: Final = tuple(name for name in _FEW_ATTRS if name != "host_name")
_BY_STATUS: Final = frozenset({verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.RECHECK})


@dataclass(frozen=True, slots=True)
class Seen:
    """``told`` by row id; rows that the server does not tell of are missing."""

    told: Mapping[str, Checkable] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    downtimes: Sequence[Downtime] = ()


def look(api: Api, verb: str, rows: Sequence[HealthRow], cancel: CancelToken) -> Seen:
    """What is needed to tell whether a command has taken effect on these rows. Raises RemoteTrouble."""
    aside: list[Reject] = []
    if verb in _BY_STATUS:
        hosts = [row.host for row in rows if row.kind == HOST]
        services = [f"{row.host}!{row.name}" for row in rows if row.kind != HOST]
        found: dict[str, Checkable] = {}
        asks = (
            ("hosts", _OF_HOSTS, "host.__name in given", hosts),
            ("services", _FEW_ATTRS, "service.__name in given", services),
        )
        for kind, attrs, where, given in asks:
            if given:
                body, _ = api.objects(kind, attrs, cancel, where=where, given=given)
                for each in parse.records(body, parse.CHECKABLES, kind, aside, api.name):
                    found[_id(each.attrs, api.name)] = each.attrs
        return Seen(told=found)
    if verb == verbs.COMMENT:
        body, _ = api.objects("comments", parse.COMMENT_ATTRS, cancel)
        comments = parse.records(body, parse.COMMENTS, "comment", aside, api.name)
        return Seen(remarks=[parse.remark_of(each, api.name) for each in comments])
    body, _ = api.objects("downtimes", parse.PLANNED_ATTRS, cancel)
    planned = parse.records(body, parse.PLANNED, "downtime", aside, api.name)
    return Seen(downtimes=[parse.downtime_of(each, api.name, 0) for each in planned])


def _id(told: Checkable, name: str) -> str:
    return health_id(name, told.host_name, told.name) if told.host_name else health_id(name, told.name)


def shows(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """Whether the effect of a command on a row can be seen."""
    return _SHOWS[command.verb](command, row, before, now)


def _acknowledged(command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    """With the end that was asked for, if one was."""
    told = now.told.get(row.id)
    if told is None or not told.acknowledgement:
        return False
    return command.end_at is None or abs(told.acknowledgement_expiry * 1000 - command.end_at) < SECOND


def _unacknowledged(_command: Command, row: HealthRow, _before: Seen, now: Seen) -> bool:
    return row.id in now.told and not now.told[row.id].acknowledgement


def _checked(_command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    """Checked since, or set down to be checked."""
    old, new = before.told.get(row.id), now.told.get(row.id)
    return (
        old is not None and new is not None and (old.last_check, old.next_check) != (new.last_check, new.next_check)
    )


def _commented(command: Command, row: HealthRow, before: Seen, now: Seen) -> bool:
    known = {each.remote_id for each in before.remarks}
    fresh = (each for each in now.remarks if each.row_id == row.id and each.remote_id not in known)
    return any(each.author == command.author for each in fresh)


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
    return not any(each.remote_id in ended for each in now.downtimes)


_SHOWS: Final[Mapping[str, Callable[[Command, HealthRow, Seen, Seen], bool]]] = {
    verbs.ACKNOWLEDGE: _acknowledged,
    verbs.UNACKNOWLEDGE: _unacknowledged,
    verbs.DOWNTIME: _in_downtime,
    verbs.END_DOWNTIME: _out_of_downtime,
    verbs.COMMENT: _commented,
    verbs.RECHECK: _checked,
}
