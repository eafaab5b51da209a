"""Maintenances and suppressions as downtimes. Pure.

Whether one is in effect is the server's own word: it marks hosts and problems, by its timer, within a minute. What
is planned is told by the maintenance itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.base.clock import SECOND, Moment
from app.base.text import tr
from app.connectors.zabbix.estate import Check
from app.connectors.zabbix.now import Now
from app.connectors.zabbix.records import Host, HostStatus, Maintenance, Problem, Tag
from app.domain.health import Downtime

SIGNATURE: Final = "\n-- "
"""Before the author's name, at the end of a text: Zabbix knows only who was signed in."""

_FOREVER_S: Final = 253_402_300_799
_CONTAINS: Final = 2
_ANY_TAG: Final = 2


def signed(text: str, author: str) -> str:
    return f"{text}{SIGNATURE}{author}" if author else text


def unsigned(text: str) -> tuple[str, str]:
    """(text, author); the author is empty when it is not signed."""
    body, mark, author = text.replace("\r\n", "\n").rpartition(SIGNATURE)
    return (body, author.strip()) if mark and "\n" not in author.strip() else (text, "")


def planned(now: Now, hosts: Iterable[Host]) -> dict[str, tuple[Maintenance, ...]]:
    """By host, the maintenances that reach it and have not ended."""
    by_host: dict[str, list[Maintenance]] = {}
    by_group: dict[str, list[Maintenance]] = {}
    for each in now.resting():
        for host_id in each.hosts:
            by_host.setdefault(host_id.hostid, []).append(each)
        for group in each.all_groups:
            by_group.setdefault(group.groupid, []).append(each)
    found = {}
    for host in hosts:
        lists = [by_host.get(host.hostid, []), *(by_group.get(each.groupid, []) for each in host.all_groups)]
        if reaching := {one.maintenanceid: one for each in lists for one in each}:
            found[host.hostid] = tuple(reaching.values())
    return found


def matches(maintenance: Maintenance, tags: Sequence[Tag] | None) -> bool:
    """Whether it reaches a check with these tags; ``tags`` None: the host itself, which has no problems to be
    narrowed to."""
    return not maintenance.tags or (tags is not None and _tags_match(maintenance, tags))


def _tags_match(maintenance: Maintenance, tags: Sequence[Tag]) -> bool:
    """All tag names must fit, each by one of its values; or any at all."""
    fits: dict[str, bool] = {}
    for wanted in maintenance.tags:
        fits[wanted.tag] = fits.get(wanted.tag, False) or any(_fits(wanted, each) for each in tags)
    return any(fits.values()) if maintenance.tags_evaltype == _ANY_TAG else all(fits.values())


def _fits(wanted: Tag, tag: Tag) -> bool:
    if wanted.tag != tag.tag:
        return False
    return wanted.value in tag.value if wanted.operator == _CONTAINS else wanted.value == tag.value


def tags_of(check: Check, problems: Sequence[Problem]) -> list[Tag]:
    """A problem has the tags of its host, items, trigger and templates; without one the last two are not known."""
    if problems:
        return [tag for problem in problems for tag in problem.tags]
    return [*check.host.tags, *(tag for item in check.items for tag in item.tags)]


def of_check(row_id: str, check: Check, problems: Sequence[Problem], now: Now) -> list[Downtime]:
    """In effect: the whole host is at rest, or each of its problems is suppressed; one loud problem keeps it loud."""
    status = now.status(check.host.hostid)
    at_rest = _rests(status, now.maintenances)
    quiet = at_rest or (bool(problems) and all(each.suppressed for each in problems))
    running = _told(problems) | ({status.maintenanceid: None} if at_rest else {})
    found = [
        _planned(row_id, each, in_effect=quiet and each.maintenanceid in running)
        for each in _candidates(now, check.host, running)
        if each.maintenanceid in running or matches(each, tags_of(check, problems))
    ]
    known = {each.remote_id for each in found}
    if quiet:
        start_at = min((each.since_at for each in problems), default=status.maintenance_from * SECOND)
        found += _unseen(row_id, {id_: until for id_, until in running.items() if id_ not in known}, start_at)
    return found


def of_host(row_id: str, host: Host, now: Now) -> list[Downtime]:
    status = now.status(host.hostid)
    at_rest = _rests(status, now.maintenances)
    running = {status.maintenanceid} if at_rest else set[str]()
    found = [
        _planned(row_id, each, in_effect=each.maintenanceid in running)
        for each in _candidates(now, host, running)
        if each.maintenanceid in running or matches(each, None)
    ]
    if at_rest and status.maintenanceid not in now.maintenances:
        found += _unseen(row_id, {status.maintenanceid: None}, status.maintenance_from * SECOND)
    return found


def _candidates(now: Now, host: Host, running: Iterable[str]) -> Iterable[Maintenance]:
    found = {each.maintenanceid: each for each in now.planned.get(host.hostid, ())}
    return (found | {id_: now.maintenances[id_] for id_ in running if id_ in now.maintenances}).values()


def _rests(status: HostStatus, maintenances: Mapping[str, Maintenance]) -> bool:
    """Whether the whole host is in maintenance; one narrowed by tags marks its hosts too."""
    found = maintenances.get(status.maintenanceid)
    return status.maintenance_status == 1 and (found is None or not found.tags)


def _told(problems: Sequence[Problem]) -> dict[str, int | None]:
    """What suppresses these problems, and until when (s): maintenances by id, persons by the event's."""
    found: dict[str, int | None] = {}
    for problem in problems:
        for each in problem.suppression_data:
            by_hand = each.maintenanceid == "0"
            found[f"event-{problem.eventid}" if by_hand else each.maintenanceid] = each.suppress_until or None
        if problem.suppressed and not problem.suppression_data:
            found[f"event-{problem.eventid}"] = None
    return found


def _planned(row_id: str, maintenance: Maintenance, *, in_effect: bool) -> Downtime:
    start_s, end_s = span_s(maintenance)
    text, author = unsigned(maintenance.description)
    return Downtime(
        row_id=row_id, remote_id=maintenance.maintenanceid, author=author,
        text=text or maintenance.name, start_at=start_s * SECOND, end_at=end_s * SECOND, in_effect=in_effect,
    )  # fmt: skip


def span_s(maintenance: Maintenance) -> tuple[int, int]:
    """A single period's own times; of several or recurring ones, the whole time within which they fall."""
    whole = maintenance.active_since, maintenance.active_till
    if len(maintenance.timeperiods) != 1 or maintenance.timeperiods[0].timeperiod_type != 0:
        return whole
    once = maintenance.timeperiods[0]
    start_s, end_s = max(whole[0], once.start_date), min(whole[1], once.start_date + once.period)
    return (start_s, end_s) if start_s < end_s else whole


def _unseen(row_id: str, running: Mapping[str, int | None], start_at: Moment) -> Iterator[Downtime]:
    """What is in effect and stands in no maintenance that this user may see."""
    for id_, until in running.items():
        by_hand = id_.startswith("event-")
        text = tr("suppressed by hand in Zabbix") if by_hand else tr("a maintenance this user may not see")
        yield Downtime(
            row_id=row_id, remote_id=id_, author="", text=text, start_at=start_at,
            end_at=(until or _FOREVER_S) * SECOND, in_effect=True,
        )  # fmt: skip
