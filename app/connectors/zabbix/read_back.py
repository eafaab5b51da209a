"""What the server tells of what a command touched. Net lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.base.events import CancelToken
from app.connectors.answer import Kind
from app.connectors.zabbix import parse
from app.connectors.zabbix.asks import Ask
from app.connectors.zabbix.records import Problem
from app.connectors.zabbix.rpc import Rpc


@dataclass(slots=True)
class Seen:
    """What the server tells now: open problems by event; which of the maintenances there are, by name and by id;
    moments (s) of the newest values by item."""

    problems: dict[str, Problem] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    maintenances: frozenset[str] = frozenset()
    clocks: dict[str, int] = field(default_factory=dict)


class Touched(Protocol):
    """What a deed is to be looked for at: ``ids`` and ``names`` of maintenances."""

    @property
    def events(self) -> tuple[str, ...]: ...
    @property
    def items(self) -> tuple[str, ...]: ...
    @property
    def ids(self) -> tuple[str, ...]: ...
    @property
    def names(self) -> tuple[str, ...]: ...


def look(rpc: Rpc, deeds: Sequence[Touched], cancel: CancelToken) -> Seen:
    """Ask for what these deeds touch, in one request. Raises RemoteTrouble, Refused."""
    asks: dict[str, Ask] = {}
    if events := [one for deed in deeds for one in deed.events]:
        problem = ["eventid", "objectid", "clock", "name", "severity", "acknowledged"]
        wanted = {"output": problem, "eventids": events, "selectAcknowledges": "extend"}
        asks["problems"] = Ask("problem.get", wanted)
    if items := [one for deed in deeds for one in deed.items]:
        asks["readings"] = Ask("item.get", {"output": ["itemid", "lastclock"], "itemids": items})
    if ids := [one for deed in deeds for one in deed.ids]:
        asks["ids"] = Ask("maintenance.get", {"output": "extend", "maintenanceids": ids})
    if names := [one for deed in deeds for one in deed.names]:
        asks["names"] = Ask("maintenance.get", {"output": "extend", "filter": {"name": names}})
    found = rpc.ask(asks, cancel, kind=Kind.BULK).results if asks else {}
    problems = parse.PROBLEMS.read(found.get("problems", parse.NOTHING), [], rpc.name)
    readings = parse.READINGS.read(found.get("readings", parse.NOTHING), [], rpc.name)
    by_id = parse.MAINTENANCES.read(found.get("ids", parse.NOTHING), [], rpc.name)
    by_name = parse.MAINTENANCES.read(found.get("names", parse.NOTHING), [], rpc.name)
    return Seen(
        problems={each.eventid: each for each in problems},
        clocks={each.itemid: each.lastclock for each in readings},
        maintenances=frozenset(each.maintenanceid for each in by_id),
        names=frozenset(each.name for each in by_name),
    )
