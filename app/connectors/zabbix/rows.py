"""Rows from what a Zabbix told. Pure.

A check is as bad as the worst of its open problems and of what cannot be evaluated, which is unknown: so is a problem
whose own trigger has lost its values. Pending when none has ever had a value, else OK. A host is what its ping check
says, else what its interfaces say, else pending: nothing asks it. Zabbix has no soft states and no flapping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.base.clock import SECOND, Moment
from app.base.text import one_line, tr
from app.connectors.zabbix import due, values
from app.connectors.zabbix.estate import Check, Estate
from app.connectors.zabbix.now import Now
from app.connectors.zabbix.options import DEFAULTS, SEVERITIES, Options
from app.connectors.zabbix.records import Host, Interface, Item, Problem, Tag
from app.domain import health
from app.domain.health import HealthRow, health_id

_INTERFACES: Final = {1: "agent", 2: "SNMP", 3: "IPMI", 4: "JMX"}
_ANSWERS: Final = 1
_SILENT: Final = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Whose rows these are."""

    source: str
    environment: str
    base: str
    options: Options = DEFAULTS


def row_id(place: Place, check: Check) -> str:
    return health_id(place.source, check.host.host, check.name)


def open_problems(check: Check, now: Now) -> list[Problem]:
    """The worst first; symptoms of other problems last. A trigger in trouble without an event stands for one."""
    found: list[Problem] = []
    for trigger in check.triggers:
        told = now.problems.get(trigger.triggerid, ())
        found += told
        value = now.values.get(trigger.triggerid)
        if not told and value is not None and value.value:
            found.append(
                Problem(
                    eventid="0", objectid=trigger.triggerid, clock=value.lastchange,
                    name=trigger.description, severity=trigger.priority,
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: (each.cause_eventid != "0", -each.severity, -each.clock, each.eventid))


def check_row(place: Place, estate: Estate, check: Check, now: Now, *, in_downtime: bool) -> HealthRow:
    """One service."""
    problems = open_problems(check, now)
    faults = _faults(check, now)
    state = _state(place.options.states, check, problems, faults, now)
    pending = state == health.PENDING
    due_at = None if pending or faults else _due_at(estate, check, now)
    return HealthRow(
        id=row_id(place, check), source=place.source, kind=health.SERVICE, host=check.host.host, name=check.name,
        state=state, since_at=_since_at(check, problems, faults, now),
        last_check_at=None if pending else _last_check_at(check, now), expected_by_at=due_at,
        acknowledged=bool(problems) and all(each.acknowledged for each in problems), in_downtime=in_downtime,
        suppressed=check.host.hostid in now.gone or _hangs_on_others(estate, problems, now),
        output=_output(check, problems, faults, now), long_output=_long(check, problems, faults, now),
        perf=values.perf(check.items, now), groups=_labels(check.host, check.items), environment=place.environment,
        url=_url(place.base, check, problems),
    )  # fmt: skip


def host_row(
    place: Place, estate: Estate, host: Host, ping: Check | None, now: Now, *, in_downtime: bool
) -> HealthRow:
    """One host. ``ping``: its own check, if it has one."""
    state, output = health.PENDING, tr("Nothing asks the host itself.")
    problems: list[Problem] = []
    if ping is not None and not _faults(ping, now):
        problems = open_problems(ping, now)
        judged = _state(place.options.states, ping, problems, {}, now)
        state = {health.OK: health.UP, health.PENDING: health.PENDING}.get(judged, health.DOWN)
        output = _output(ping, problems, {}, now)
    if state == health.PENDING:
        state, output = _reach(host, now) or (state, output)
    pinged = ping is not None and state != health.PENDING
    query = urlencode({"action": "problem.view", "filter_set": "1", "hostids[]": host.hostid})
    return HealthRow(
        id=health_id(place.source, host.host), source=place.source, kind=health.HOST, host=host.host, name=host.host,
        state=state, since_at=_since_at(ping, problems, {}, now) if pinged and ping else None,
        last_check_at=_last_check_at(ping, now) if pinged and ping else None,
        expected_by_at=_late_at(host, now) if state != health.PENDING else None,
        acknowledged=bool(problems) and all(each.acknowledged for each in problems), in_downtime=in_downtime,
        output=output, perf=values.perf(ping.items, now) if ping else "", groups=_labels(host, ()),
        environment=place.environment, url=f"{place.base}zabbix.php?{query}",
    )  # fmt: skip


# --- the parts of a row -----------------------------------------------------------------------------------------


def _faults(check: Check, now: Now) -> dict[str, str]:
    """What cannot be evaluated, and why; items first, since their faults are the triggers'."""
    found = {each.name: now.item_faults[each.itemid] for each in check.items if each.itemid in now.item_faults}
    return found or {
        each.description: now.trigger_faults[each.triggerid]
        for each in check.triggers
        if each.triggerid in now.trigger_faults
    }


def _state(
    states: Sequence[str], check: Check, problems: Sequence[Problem], faults: Mapping[str, str], now: Now
) -> str:
    live = _live(check, problems, now)
    if problems or faults:
        return health.worst([states[each.severity] for each in live] + [health.UNKNOWN] * bool(faults))
    seen = any(now.lastclock(each.itemid) for each in check.items)
    return health.OK if seen or _changed_s(check, now) else health.PENDING


def _live(check: Check, problems: Sequence[Problem], now: Now) -> list[Problem]:
    """The problems whose triggers are still evaluated."""
    if not problems:
        return []
    blind = {each.triggerid for item in check.items if item.itemid in now.item_faults for each in item.triggers}
    return [each for each in problems if each.objectid not in blind and each.objectid not in now.trigger_faults]


def _changed_s(check: Check, now: Now) -> int:
    known = (now.values.get(each.triggerid) for each in check.triggers)
    return max((each.lastchange for each in known if each is not None), default=0)


def _since_at(check: Check, problems: Sequence[Problem], faults: Mapping[str, str], now: Now) -> Moment | None:
    live = _live(check, problems, now)
    if live or problems:
        worst = max(each.severity for each in live or problems)
        return min(each.since_at for each in live or problems if each.severity == worst) or None
    return None if faults else _changed_s(check, now) * SECOND or None


def _last_check_at(check: Check, now: Now) -> Moment | None:
    return max((now.lastclock(each.itemid) for each in check.items), default=0) * SECOND or None


def _due_at(estate: Estate, check: Check, now: Now) -> Moment | None:
    dues = (due.due_s(each, estate.asked_item(each), now.lastclock(each.itemid)) for each in check.items)
    known = [each * SECOND for each in dues if each is not None]
    late_at = _late_at(check.host, now)
    return min([*(each - now.skew_ms for each in known), *([] if late_at is None else [late_at])], default=None)


def _late_at(host: Host, now: Now) -> Moment | None:
    """Past, for a host behind a proxy that is late: nothing told of it is new."""
    last_s = now.late.get(host.proxy)
    return None if last_s is None else (last_s + due.PROXY_LATE_AFTER_S) * SECOND - now.skew_ms


def _hangs_on_others(estate: Estate, problems: Sequence[Problem], now: Now) -> bool:
    """Each is a symptom of another problem, or its trigger depends on one that is in trouble."""
    return bool(problems) and all(
        each.cause_eventid != "0" or _upstream_fails(estate, each.objectid, now) for each in problems
    )


def _upstream_fails(estate: Estate, trigger_id: str, now: Now) -> bool:
    seen, waiting = {trigger_id}, list(estate.upstream.get(trigger_id, ()))
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        if current in now.problems:
            return True
        seen.add(current)
        waiting += estate.upstream.get(current, ())
    return False


def _reach(host: Host, now: Now) -> tuple[str, str] | None:
    """By its interfaces; None when none of them is asked."""
    status = now.status(host.hostid)
    silent = [each for each in status.interfaces if each.available == _SILENT]
    answers = any(each.available == _ANSWERS for each in status.interfaces) or status.active_available == _ANSWERS
    if answers and silent:
        return health.UP, tr("It answers, but not everywhere: {what}", what=_silent(silent))
    if answers:
        return health.UP, tr("It answers.")
    if silent or status.active_available == _SILENT:
        return health.DOWN, _silent(silent) or tr("Its agent sends nothing.")
    return None


def _silent(interfaces: Iterable[Interface]) -> str:
    return "; ".join(
        f"{_INTERFACES.get(each.type, '?')}: {one_line(each.error) or tr('no answer')}" for each in interfaces
    )


def _output(check: Check, problems: Sequence[Problem], faults: Mapping[str, str], now: Now) -> str:
    shown = ", ".join(filter(None, (values.in_words(each, now) for each in check.items[:3])))
    live = _live(check, problems, now)
    if live:
        more = tr(" (and {count} more)", count=len(problems) - 1) if len(problems) > 1 else ""
        first = one_line(live[0].name) + more
        return f"{first}: {shown}" if shown else first
    if faults:
        open_still = [tr("Still open: {what}", what=one_line(each.name)) for each in problems[:1]]
        said = [one_line(why) or tr("{what} cannot be evaluated.", what=what) for what, why in faults.items()]
        return "; ".join([*said, *open_still])
    return shown or tr("No value yet.")


def _long(check: Check, problems: Sequence[Problem], faults: Mapping[str, str], now: Now) -> str:
    lines = [
        f"{SEVERITIES[each.severity]}: {one_line(each.name)}" + (tr(" (acknowledged)") if each.acknowledged else "")
        for each in problems
    ]
    lines += [f"{what}: {one_line(why)}" for what, why in faults.items()]
    lines += [f"{each.name} [{each.key_}]: {values.in_words(each, now) or tr('no value')}" for each in check.items]
    told = {trigger.triggerid: trigger for trigger in check.triggers}
    for each in [told[one.objectid] for one in problems if one.objectid in told] or check.triggers:
        lines += filter(None, (each.comments.strip(), each.url.strip()))
    return "\n".join(dict.fromkeys(lines))


def _labels(host: Host, items: Iterable[Item]) -> tuple[str, ...]:
    """Groups, then tags as ``name=value``; the host's visible name too, when it is another."""
    tags: list[Tag] = [*host.tags, *(tag for item in items for tag in item.tags)]
    named = [f"name={host.name}"] if host.name and host.name != host.host else []
    words = [*sorted(each.name for each in host.all_groups if each.name), *named, *sorted(map(_tag, tags))]
    return tuple(dict.fromkeys(words))


def _tag(tag: Tag) -> str:
    return f"{tag.tag}={tag.value}" if tag.value else tag.tag


def _url(base: str, check: Check, problems: Sequence[Problem]) -> str:
    """The page of the problem's event; without one, the triggers' own history of problems."""
    if problems and problems[0].eventid != "0":
        query = {"triggerid": problems[0].objectid, "eventid": problems[0].eventid}
        return f"{base}tr_events.php?{urlencode(query)}"
    pairs = [("action", "problem.view"), ("filter_set", "1"), ("show", "2")]
    return f"{base}zabbix.php?{urlencode([*pairs, *(('triggerids[]', each.triggerid) for each in check.triggers)])}"
