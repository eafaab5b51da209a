"""Items' newest values in words and as performance data. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from app.base.text import one_line
from app.connectors.zabbix.now import Now
from app.connectors.zabbix.records import Item

_NUMERIC: Final = frozenset({0, 3})


def in_words(item: Item, now: Now) -> str:
    """Value and unit; empty when there is none that can be shown."""
    found = now.readings.get(item.itemid)
    if found is None or not found.lastclock:
        return ""
    if item.value_type not in _NUMERIC:
        return one_line(found.lastvalue)[:120]
    number = _number(found.lastvalue)
    if number is None:
        return ""
    unit = item.units.lstrip("!")
    return f"{number} {unit}".rstrip()


def _number(text: str) -> str | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return text if text.lstrip("-").isdecimal() and len(text) < 20 else f"{value:.6g}"


def perf(items: Sequence[Item], now: Now) -> str:
    """As a plugin would print it (``app.domain.perfdata``)."""
    found = []
    for item in items:
        reading = now.readings.get(item.itemid)
        if item.value_type in _NUMERIC and reading is not None and reading.lastclock:
            number = _number(reading.lastvalue)
            unit = item.units.lstrip("!")
            plain = unit.isprintable() and not any(char.isspace() or char.isdigit() or char == ";" for char in unit)
            label = one_line(item.name).replace("'", "''")
            found += [f"'{label}'={number}{unit if plain else ''}"] if number is not None else []
    return " ".join(found)
