"""Rows as what a command acts on: events, maintenances, items. Pure, but for the asks it builds.

Raises Refused, with the reason, for a row that the command cannot concern.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from app.base.errors import Refused
from app.base.text import tr
from app.connectors.zabbix import quiet, rows
from app.connectors.zabbix.estate import Check, Key
from app.connectors.zabbix.picture import Picture
from app.connectors.zabbix.records import Item, Maintenance, Problem, Tag
from app.domain.health import HealthRow

CHECKABLE: Final = frozenset({0, 3, 5, 10, 11, 12, 13, 14, 15, 16, 19, 20, 21, 22})
"""Item types that the server can be told to ask now; values of the others are sent to it."""


def key_of(picture: Picture, row: HealthRow) -> Key:
    key = picture.keys().get(row.id)
    if key is None:
        raise Refused(
            tr("{name} no longer tells of it, or does not let this user see it.", name=picture.place.source)
        )
    return key


def events(picture: Picture, row: HealthRow) -> list[Problem]:
    """The open problems of a row that Zabbix has an event of."""
    check = picture.estate.checks.get(key_of(picture, row))
    found = rows.open_problems(check, picture.now) if check is not None else []
    return [each for each in found if each.eventid != "0"]


def items(picture: Picture, row: HealthRow) -> list[Item]:
    """What must be asked for new values of a row: dependent items through their masters."""
    check = picture.estate.checks.get(key_of(picture, row))
    if check is None:
        raise Refused(tr("Nothing asks the host itself: check one of its services again."))
    asked = {each.itemid: each for each in map(picture.estate.asked_item, check.items)}
    found = [each for each in asked.values() if each.type in CHECKABLE]
    if not found:
        raise Refused(tr("Its values are sent to Zabbix, which cannot ask for one."))
    return found


def own_tags(
    check: Check, of_triggers: Mapping[str, Sequence[Tag]], others: Iterable[str], first: str
) -> tuple[Tag, ...]:
    """Tags by which a maintenance meets this check's problems and no other of the host. ``of_triggers``: a trigger's
    tags; ``others``: the host's triggers outside the check; ``first``: the tag to try first."""
    item_tags = {(tag.tag, tag.value) for item in check.items for tag in item.tags}
    shared: set[tuple[str, str]] | None = None
    for trigger in check.triggers:
        mine = item_tags | _pairs(of_triggers.get(trigger.triggerid, ()))
        shared = mine if shared is None else shared & mine
    wanted = [Tag(name, value) for name, value in sorted(shared or (), key=lambda pair: (pair[0] != first, pair))]
    by_name = {each.tag: each for each in reversed(wanted)}
    elsewhere = [of_triggers.get(each, ()) for each in others]
    for choice in [*((each,) for each in wanted), tuple(by_name.values())]:
        scope = Maintenance(maintenanceid="0", name="", active_since=0, active_till=0, tags=choice)
        if choice and not any(quiet.matches(scope, tags) for tags in elsewhere):
            return choice
    raise Refused(
        tr("Zabbix quiets whole hosts, or problems by their tags; this one has no tag of its own."),
        hint=tr("Set the downtime on the host, or give its trigger a tag in Zabbix."),
    )


def _pairs(tags: Iterable[Tag]) -> set[tuple[str, str]]:
    return {(each.tag, each.value) for each in tags}


def to_end(picture: Picture, row: HealthRow, chosen: frozenset[Key]) -> list[str]:
    """The maintenances to delete so that a row is in no downtime. One that covers more than what was chosen stays:
    ending it would make other rows loud. A host that is chosen stands for all its services."""
    found = picture.downtimes_of(key_of(picture, row))
    if not found:
        raise Refused(tr("It is in no downtime."))
    for each in found:
        maintenance = picture.now.maintenances.get(each.remote_id)
        if maintenance is None:
            raise Refused(tr("Its problem is suppressed by something else: {text}.", text=each.text))
        others = [
            key
            for key in picture.keys_in_downtime(each.remote_id)
            if key not in chosen and (key[0], "") not in chosen
        ]
        if others:
            raise Refused(
                tr("The maintenance “{name}” covers {count} other rows as well.", name=maintenance.name,
                   count=len(others)),
                hint=tr("Choose them too (a host stands for all its services), or change it in Zabbix."),
            )  # fmt: skip
    return [each.remote_id for each in found]
