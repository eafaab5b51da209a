"""What is monitored, as the last full read told it, and the checks made of it. Pure.

A check (a row of the board) is, on each host: all items that carry one value of the service tag; else an item
with the triggers on it alone; else a trigger on several items. Its name is the tag's value, the item's name or the
trigger's. A trigger over several hosts stands on each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.base.text import tr
from app.connectors.zabbix.parse import Reject
from app.connectors.zabbix.records import Host, Item, Trigger

_PING: Final = "icmpping"
_MASTERS: Final = 4
"""How many items a dependent item's asking is looked up through."""

Key = tuple[str, str]
"""(Host id, name); the name is empty for the host's own check."""


@dataclass(frozen=True, slots=True)
class Check:
    """``triggers`` and ``items`` in the order of their ids."""

    host: Host
    name: str
    triggers: tuple[Trigger, ...]
    items: tuple[Item, ...]


@dataclass(slots=True)
class Estate:
    """``masters``: for dependent items, the item that is really asked. ``dependents``: by trigger, those that hang on
    it; ``upstream``: by trigger, what it hangs on."""

    hosts: Mapping[str, Host] = field(default_factory=dict)
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    checks: Mapping[Key, Check] = field(default_factory=dict)
    keys_of_trigger: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    keys_of_item: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    keys_of_host: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    upstream: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)

    def asked_item(self, item: Item) -> Item:
        """The item whose asking brings this one's values."""
        for _ in range(_MASTERS):
            master = self.items.get(item.master_itemid)
            if item.master_itemid == "0" or master is None:
                break
            item = master
        return item


def build(
    hosts: Iterable[Host], triggers: Iterable[Trigger], items: Iterable[Item], users: Mapping[str, str],
    rejects: list[Reject], service_tag: str = "service",
) -> Estate:  # fmt: skip
    """Everything joined. A trigger with an item that is switched off is at rest, and left out; one none of whose
    items is told is named in ``rejects``."""
    items = list(items)
    off = {each.triggerid for item in items if item.status for each in item.triggers}
    by_host = {each.hostid: each for each in hosts}
    by_trigger = {each.triggerid: each for each in triggers if each.triggerid not in off}
    by_item = {each.itemid: each for each in items if each.hostid in by_host and not each.status}
    items_of: dict[str, list[Item]] = {}
    for item in by_item.values():
        for trigger_id in item.triggers:
            items_of.setdefault(trigger_id.triggerid, []).append(item)
    members: dict[Key, tuple[dict[str, Trigger], dict[str, Item]]] = {}
    taken: dict[Key, str] = {}
    for trigger in by_trigger.values():
        found = items_of.get(trigger.triggerid, [])
        if not found:
            rejects.append((tr("trigger {id}", id=trigger.triggerid), tr("none of its items is told")))
        for key, its_items in _places(trigger, found, by_host, service_tag, taken):
            of_key = members.setdefault(key, ({}, {}))
            of_key[0][trigger.triggerid] = trigger
            of_key[1].update((each.itemid, each) for each in its_items)
    checks = {
        key: Check(by_host[key[0]], key[1], tuple(of_key[0].values()), tuple(of_key[1].values()))
        for key, of_key in sorted(members.items())
    }
    return Estate(
        hosts=by_host, triggers=by_trigger, items=by_item, checks=checks, users=users,
        keys_of_trigger=_index(checks, lambda check: (each.triggerid for each in check.triggers)),
        keys_of_item=_index(checks, lambda check: (each.itemid for each in check.items)),
        keys_of_host=_index(checks, lambda check: (check.host.hostid,)),
        upstream={
            each.triggerid: tuple(one.triggerid for one in each.dependencies)
            for each in by_trigger.values() if each.dependencies
        },
    )  # fmt: skip


def _places(
    trigger: Trigger, items: Sequence[Item], hosts: Mapping[str, Host], service_tag: str, taken: dict[Key, str]
) -> Iterator[tuple[Key, list[Item]]]:
    """On each host of a trigger: the check it belongs to, and its items there."""
    of_host: dict[str, list[Item]] = {}
    for item in items:
        of_host.setdefault(item.hostid, []).append(item)
    for host_id, own in of_host.items():
        services = {tag.value for item in own for tag in item.tags if tag.tag == service_tag and tag.value}
        name = services.pop() if len(services) == 1 else _name(trigger, own, len(items), hosts[host_id], taken)
        yield (host_id, name), own


def _name(trigger: Trigger, items: Sequence[Item], of_all: int, host: Host, taken: dict[Key, str]) -> str:
    """Two items of one name are told apart by their keys."""
    if of_all > 1:
        return _expanded(trigger.description, host) or tr("trigger {id}", id=trigger.triggerid)
    item = items[0]
    if item.key_ == _PING or item.key_.startswith(f"{_PING}["):
        return ""
    name = item.name or item.key_
    owner = taken.setdefault((host.hostid, name), item.itemid)
    return name if owner == item.itemid else f"{name} ({item.key_})"


def _expanded(description: str, host: Host) -> str:
    """The macros that stay the same as long as the host does; others would change the row's identity."""
    for macro, value in (("{HOST.NAME}", host.name or host.host), ("{HOST.HOST}", host.host)):
        for form in (macro, macro.replace("}", "1}")):
            description = description.replace(form, value)
    return description.strip()


def _index(checks: Mapping[Key, Check], ids: Callable[[Check], Iterable[str]]) -> dict[str, tuple[Key, ...]]:
    found: dict[str, list[Key]] = {}
    for key, check in checks.items():
        for id_ in ids(check):
            found.setdefault(id_, []).append(key)
    return {id_: tuple(keys) for id_, keys in found.items()}
