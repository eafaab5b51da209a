"""What is asked of a Zabbix: methods and parameters, by version. Pure tables.

Unknown parameters are passed over without a word, and a wrong type can give an empty list with success (seen on
6.0.14), so that every parameter stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

Version = tuple[int, int]
OLDEST: Final[Version] = (6, 0)
BEARER_SINCE: Final[Version] = (6, 4)
SUPPRESS_SINCE: Final[Version] = (6, 2)
_GROUPS_RENAMED: Final[Version] = (6, 2)
_PROXY_RENAMED: Final[Version] = (7, 0)
_CAUSES_SINCE: Final[Version] = (6, 4)


@dataclass(frozen=True, slots=True)
class Ask:
    """One call. ``optional``: a refusal (a lack of rights, an older version) is an answer too."""

    method: str
    params: Any
    optional: bool = False


def status(version: Version, group_ids: Sequence[str] | None = None) -> dict[str, Ask]:
    """What each poll asks: all that can change while the configuration stays. Without ``group_ids``: of all hosts."""
    some = _some(group_ids)
    host = ["hostid", "maintenance_status", "maintenanceid", "maintenance_from"]
    problem = ["eventid", "objectid", "clock", "ns", "name", "acknowledged", "severity", "suppressed"]
    return {
        "hosts": Ask("host.get", {
            "output": host + (["active_available"] if version >= _GROUPS_RENAMED else []),
            "selectInterfaces": ["type", "available", "error"], "monitored_hosts": True, **some,
        }),
        "problems": Ask("problem.get", {
            "output": problem + (["cause_eventid"] if version >= _CAUSES_SINCE else []),
            "selectAcknowledges": "extend", "selectSuppressionData": "extend", "selectTags": ["tag", "value"],
            **some,
        }),
        "trigger_faults": Ask("trigger.get", {
            "output": ["triggerid", "error"], "filter": {"state": 1}, **some,
        }),
        "item_faults": Ask("item.get", {
            "output": ["itemid", "error"], "filter": {"state": 1}, "monitored": True, "with_triggers": True,
            **some,
        }),
        "maintenances": Ask("maintenance.get", {
            "output": "extend", "selectHosts": ["hostid"], _groups(version): ["groupid"],
            "selectTags": "extend", "selectTimeperiods": "extend",
        }, optional=True),
        "proxies": Ask("proxy.get", {"output": "extend"}, optional=True),
        "nodes": Ask("hanode.get", {"output": ["name", "status", "lastaccess"]}, optional=True),
    }  # fmt: skip


def groups() -> dict[str, Ask]:
    """All host groups that this user may see."""
    return {"groups": Ask("hostgroup.get", {"output": ["groupid", "name"]})}


def _some(group_ids: Sequence[str] | None) -> dict[str, Any]:
    return {} if group_ids is None else {"groupids": list(group_ids)}


def configuration(version: Version, group_ids: Sequence[str] | None = None) -> dict[str, Ask]:
    """What a full read asks beside the status, all at once."""
    some = _some(group_ids)
    proxy = ["proxyid", "assigned_proxyid"] if version >= _PROXY_RENAMED else ["proxy_hostid"]
    return {
        "configured": Ask("host.get", {
            "output": ["hostid", "host", "name", *proxy], "selectTags": ["tag", "value"],
            _groups(version): ["groupid", "name"], "monitored_hosts": True, **some,
        }),
        "users": Ask("user.get", {"output": ["userid", "username"]}, optional=True),
    }  # fmt: skip


def checks(host_ids: Sequence[str]) -> dict[str, Ask]:
    """What a full read asks for a part of the hosts. Items without triggers are measurements, not checks. Triggers
    are not narrowed by ``monitored``: on a young database that took over 12 s (seen on 6.0.14), and disabled items
    say the same."""
    of_hosts = {"hostids": list(host_ids)}
    return {
        "triggers": Ask("trigger.get", {
            "output": [
                "triggerid", "description", "priority", "value", "lastchange", "manual_close", "comments", "url",
            ],
            "selectDependencies": ["triggerid"], "filter": {"status": 0}, **of_hosts,
        }),
        "items": Ask("item.get", {
            "output": [
                "itemid", "hostid", "name", "key_", "type", "value_type", "units", "delay", "master_itemid",
                "lastvalue", "lastclock", "state", "error", "status",
            ],
            "selectTags": ["tag", "value"], "selectTriggers": ["triggerid"],
            "selectPreprocessing": ["type", "params"], "with_triggers": True, **of_hosts,
        }),
    }  # fmt: skip


def readings(host_ids: Sequence[str]) -> dict[str, Ask]:
    """The newest values."""
    wanted = {"output": ["itemid", "lastvalue", "lastclock"], "hostids": list(host_ids), "monitored": True}
    return {"readings": Ask("item.get", wanted | {"with_triggers": True})}


def trigger_values(trigger_ids: Sequence[str]) -> dict[str, Ask]:
    """Whether these triggers are in trouble now."""
    wanted = {"output": ["triggerid", "value", "lastchange"], "triggerids": list(trigger_ids)}
    return {"values": Ask("trigger.get", wanted)}


def _groups(version: Version) -> str:
    return "selectHostGroups" if version >= _GROUPS_RENAMED else "selectGroups"
