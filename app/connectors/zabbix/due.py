"""When an item's next value is due at the latest, and a proxy's next call. Pure.

Only what is asked at a fixed interval says so: a trapper, a log file or an item with its own times of day does not,
nor one that discards values that have not changed.
"""

from __future__ import annotations

import re
from typing import Final

from app.connectors.zabbix.records import Item

ASKED: Final = frozenset({0, 3, 5, 7, 10, 11, 12, 13, 14, 15, 16, 19, 20, 21, 22})
"""Item types that are asked at an interval: agent (0 passive, 7 active), simple, internal, external, database, IPMI,
SSH, telnet, calculated, JMX, HTTP, SNMP, script, browser."""

READ_EVERY_S: Final = 60
"""How often values are read here; a value is known that much later."""

PROXY_LATE_AFTER_S: Final = 180
"""A proxy that has not called for so long is late: its hosts' data stand still."""

_PLAIN: Final = re.compile(r"(\d{1,9})([smhdw]?)")
_UNIT_S: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_WHEN_SOMETHING_HAPPENS: Final = ("log[", "logrt[", "log.count[", "logrt.count[", "eventlog[", "mqtt.get[")
_DISCARD_SAME: Final = 19
_DISCARD_SAME_WITH_HEARTBEAT: Final = 20


def seconds(text: str) -> int | None:
    """A plain interval; None for a macro, for one with times of day, and for none."""
    found = _PLAIN.fullmatch(text.strip())
    return int(found[1]) * _UNIT_S[found[2]] or None if found else None


def due_s(item: Item, asked: Item, lastclock: int) -> int | None:
    """Seconds since the epoch. ``asked``: the item whose asking brings the value (itself, or its master)."""
    interval = seconds(asked.delay)
    if not lastclock or interval is None or asked.type not in ASKED or asked.key_.startswith(_WHEN_SOMETHING_HAPPENS):
        return None
    for step in (*item.preprocessing, *(asked.preprocessing if asked is not item else ())):
        if step.type == _DISCARD_SAME:
            return None
        if step.type == _DISCARD_SAME_WITH_HEARTBEAT:
            heartbeat = seconds(step.params)
            if heartbeat is None:
                return None
            interval += heartbeat
    return lastclock + interval + max(60, interval) + READ_EVERY_S


def is_late(last_s: int, server_s: int) -> bool:
    """Whether a proxy that last called then is late."""
    return server_s - last_s > PROXY_LATE_AFTER_S
