"""What each verb does to a row: the calls, and how to tell that they took effect.

Bits of ``event.acknowledge``: 1 close, 2 acknowledge, 4 message, 16 take the acknowledgement back. Zabbix counts a
maintenance in whole minutes, five at least: a start is rounded down, an end up, so that all that was asked for is
covered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.base.clock import MINUTE, SECOND, Moment, to_iso
from app.base.errors import Refused
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.zabbix import parse, targets
from app.connectors.zabbix.asks import Ask
from app.connectors.zabbix.estate import Key
from app.connectors.zabbix.picture import Picture
from app.connectors.zabbix.quiet import signed
from app.connectors.zabbix.read_back import Seen
from app.connectors.zabbix.records import Tag
from app.connectors.zabbix.remarks import ACKNOWLEDGE, CLOSE, MESSAGE, UNACKNOWLEDGE
from app.connectors.zabbix.rpc import Rpc
from app.domain import command as verbs
from app.domain.command import Command
from app.domain.health import UNKNOWN, HealthRow

SHORTEST_MS: Final = 5 * MINUTE
_CHECK_NOW: Final = 6
_LONGEST_NAME: Final = 128


@dataclass(frozen=True, slots=True)
class Deed:
    """``asks`` by key; ``events``, ``items``, ``ids`` and ``names`` (of maintenances) are looked at afterwards."""

    asks: Mapping[str, Ask]
    shows: Callable[[Seen], bool]
    events: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.asks)


@dataclass(slots=True)
class Job:
    """A command on its rows. ``tags``: by host, the own tags of its triggers, asked when they are first needed."""

    command: Command
    picture: Picture
    began_at: Moment
    rpc: Rpc
    cancel: CancelToken
    chosen: frozenset[Key]
    tags: dict[str, dict[str, Sequence[Tag]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        command: Command,
        rows: Sequence[HealthRow],
        picture: Picture,
        now_at: Moment,
        rpc: Rpc,
        cancel: CancelToken,
    ) -> Job:
        known = picture.keys()
        chosen = frozenset(known[row.id] for row in rows if row.id in known)
        return cls(command, picture, now_at, rpc, cancel, chosen)

    def tags_on(self, host_id: str) -> Mapping[str, Sequence[Tag]]:
        """Of each trigger of a host: its own tags and those of its items. Raises RemoteTrouble, Refused."""
        if host_id not in self.tags:
            wanted = {"output": ["triggerid"], "hostids": [host_id], "selectTags": ["tag", "value"]}
            raw = self.rpc.one("trigger.get", wanted, self.cancel)
            found = {each.triggerid: each.tags for each in parse.TRIGGER_TAGS.read(raw, [], self.rpc.name)}
            items = [
                (trigger.triggerid, item.tags)
                for item in self.picture.estate.items.values()
                if item.hostid == host_id
                for trigger in item.triggers
            ]
            self.tags[host_id] = dict(found)
            for trigger_id, tags in items:
                self.tags[host_id][trigger_id] = (*self.tags[host_id].get(trigger_id, ()), *tags)
        return self.tags[host_id]


# --- problems -----------------------------------------------------------------------------------------------------


def _acknowledge(job: Job, row: HealthRow) -> Deed:
    if job.command.end_at is not None:
        raise Refused(tr("Zabbix knows no acknowledgement that ends by itself."))
    found = targets.events(job.picture, row)
    if not found:
        raise Refused(_nothing_to_take(row))
    ids = tuple(each.eventid for each in found)
    return _on_events(job, row, ids, ACKNOWLEDGE, lambda seen: all(_is(seen, id_, acknowledged=True) for id_ in ids))


def _nothing_to_take(row: HealthRow) -> str:
    if row.state == UNKNOWN:
        return tr("It cannot be evaluated; Zabbix has no event for that which could be acknowledged.")
    return tr("It has no problem that could be acknowledged.")


def _unacknowledge(job: Job, row: HealthRow) -> Deed:
    ids = tuple(each.eventid for each in targets.events(job.picture, row) if each.acknowledged)
    if not ids:
        raise Refused(tr("It is not acknowledged."))
    return _on_events(
        job, row, ids, UNACKNOWLEDGE, lambda seen: all(_is(seen, id_, acknowledged=False) for id_ in ids)
    )


def _comment(job: Job, row: HealthRow) -> Deed:
    if not job.command.comment.strip():
        raise Refused(tr("A comment needs a text."))
    ids = tuple(each.eventid for each in targets.events(job.picture, row))
    if not ids:
        raise Refused(tr("Zabbix keeps comments with problems, and it has no open problem."))
    known = {one.acknowledgeid for each in targets.events(job.picture, row) for one in each.acknowledges}
    return _on_events(job, row, ids, 0, lambda seen: all(_has_news(seen, id_, known) for id_ in ids))


def _close(job: Job, row: HealthRow) -> Deed:
    found = targets.events(job.picture, row)
    if not found:
        raise Refused(tr("It has no open problem."))
    triggers = job.picture.estate.triggers
    if not all(triggers[each.objectid].manual_close for each in found):
        raise Refused(
            tr("Its trigger does not allow that a problem is closed by hand."),
            hint=tr("It ends when the trigger sees that all is well."),
        )
    ids = tuple(each.eventid for each in found)
    return _on_events(job, row, ids, CLOSE, lambda seen: not any(id_ in seen.problems for id_ in ids))


def _on_events(job: Job, row: HealthRow, ids: tuple[str, ...], action: int, shows: Callable[[Seen], bool]) -> Deed:
    text = signed(job.command.comment, job.command.author) if job.command.comment.strip() else ""
    params: dict[str, Any] = {"eventids": list(ids), "action": action | (MESSAGE if text else 0)}
    if text:
        params["message"] = text
    return Deed({row.id: Ask("event.acknowledge", params, optional=True)}, shows, events=ids)


def _is(seen: Seen, event_id: str, *, acknowledged: bool) -> bool:
    """A problem that has ended meanwhile is no longer in the way."""
    found = seen.problems.get(event_id)
    return found is None or bool(found.acknowledged) == acknowledged


def _has_news(seen: Seen, event_id: str, known: set[str]) -> bool:
    found = seen.problems.get(event_id)
    return found is None or any(
        each.action & MESSAGE and each.acknowledgeid not in known for each in found.acknowledges
    )


# --- downtimes ----------------------------------------------------------------------------------------------------


def _downtime(job: Job, row: HealthRow) -> Deed:
    start_s, end_s = _span_s(job)
    key = targets.key_of(job.picture, row)
    check = job.picture.estate.checks.get(key) if key[1] else None
    tags: tuple[Tag, ...] = ()
    if check is not None:
        mine = {each.triggerid for each in check.triggers}
        of_triggers = job.tags_on(key[0])
        others = [each for each in of_triggers if each not in mine]
        tags = targets.own_tags(check, of_triggers, others, job.picture.place.options.service_tag)
    name = _name(job, row)
    params: dict[str, Any] = {
        "name": name, "description": signed(job.command.comment or tr("downtime"), job.command.author),
        "active_since": start_s, "active_till": end_s, "maintenance_type": 0, "hosts": [{"hostid": key[0]}],
        "timeperiods": [{"timeperiod_type": 0, "start_date": start_s, "period": end_s - start_s}],
    }  # fmt: skip
    if tags:
        params["tags"] = [{"tag": each.tag, "operator": 0, "value": each.value} for each in tags]
    ask = Ask("maintenance.create", params, optional=True)
    return Deed({row.id: ask}, lambda seen: name in seen.names, names=(name,))


def _span_s(job: Job) -> tuple[int, int]:
    command = job.command
    if command.start_at is None or command.end_at is None or command.end_at <= command.start_at:
        raise Refused(tr("A downtime needs a start and an end after it."))
    if command.end_at <= job.began_at:
        raise Refused(tr("This downtime would end in the past."))
    start_at = command.start_at // MINUTE * MINUTE
    end_at = max(-(-command.end_at // MINUTE) * MINUTE, start_at + SHORTEST_MS)
    return start_at // SECOND, end_at // SECOND


def _name(job: Job, row: HealthRow) -> str:
    """Names are unique there: the moment makes it so."""
    what = row.host if row.host == row.name else f"{row.host} {row.name}"
    mark = f" ({to_iso(job.began_at)}, {row.id[:8]})"
    return one_line(what)[: _LONGEST_NAME - len(mark)] + mark


def _end_downtime(job: Job, row: HealthRow) -> Deed:
    ids = tuple(targets.to_end(job.picture, row, job.chosen))
    asks = {f"maintenance-{id_}": Ask("maintenance.delete", [id_], optional=True) for id_ in ids}
    return Deed(asks, lambda seen: not any(id_ in seen.maintenances for id_ in ids), ids=ids)


# --- values -------------------------------------------------------------------------------------------------------


def _recheck(job: Job, row: HealthRow) -> Deed:
    found = targets.items(job.picture, row)
    before = {each.itemid: job.picture.now.lastclock(each.itemid) for each in found}
    tasks = [{"type": _CHECK_NOW, "request": {"itemid": id_}} for id_ in before]
    asked_s = job.picture.now.server_s - 1
    return Deed(
        {row.id: Ask("task.create", tasks, optional=True)},
        lambda seen: all(seen.clocks.get(id_, 0) > max(clock, asked_s) for id_, clock in before.items()),
        items=tuple(before),
    )


DEEDS: Final[Mapping[str, Callable[[Job, HealthRow], Deed]]] = {
    verbs.ACKNOWLEDGE: _acknowledge,
    verbs.UNACKNOWLEDGE: _unacknowledge,
    verbs.DOWNTIME: _downtime,
    verbs.END_DOWNTIME: _end_downtime,
    verbs.COMMENT: _comment,
    verbs.RECHECK: _recheck,
    verbs.CLOSE: _close,
}


def notes(job: Job) -> str:
    """What a person should know of what was done."""
    command = job.command
    if command.verb == verbs.DOWNTIME and (command.end_at or 0) - (command.start_at or 0) < SHORTEST_MS:
        return tr("Zabbix keeps maintenances of five minutes at least: it was made that long.")
    return ""
