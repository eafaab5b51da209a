"""One series of a chart as a value, its figures as text, and which series share a plot. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.base.clock import MINUTE, Moment, to_datetime
from app.base.text import tr

PLOTS = 3
SERIES_PER_PLOT = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One series. ``gap_ms``: a longer silence between two samples stays a gap. Without values it has a name only."""

    name: str
    unit: str
    at: tuple[Moment, ...]
    values: tuple[float, ...]
    warn: float | None = None
    crit: float | None = None
    gap_ms: int = 15 * MINUTE

    def newest(self, until_at: Moment) -> str:
        """The newest value as text; with its time when it is too old to pass for the present one."""
        if not self.values:
            return tr("no samples")
        value = f"{short(self.values[-1])} {self.unit}".strip()
        if until_at - self.at[-1] <= self.gap_ms:
            return value
        return tr("{value} at {time}", value=value, time=f"{to_datetime(self.at[-1]).astimezone():%H:%M}")

    @property
    def limits(self) -> tuple[tuple[str, float], ...]:
        """(state word, value) of the limits that it has."""
        both = (("warning", self.warn), ("critical", self.crit))
        return tuple((word, limit) for word, limit in both if limit is not None)


def by_unit(lines: Sequence[Line]) -> list[list[Line]]:
    """At most three plots: lines of one unit share a plot; those with samples first, then those with limits."""
    groups: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda each: (not each.values, not each.limits)):
        groups.setdefault(line.unit, []).append(line)
    return [group[:SERIES_PER_PLOT] for group in groups.values()][:PLOTS]


def title_of(group: Sequence[Line]) -> str:
    """What a plot is called: its only series, or what all its series are counted in."""
    if len(group) == 1:
        return group[0].name
    unit = group[0].unit if group else ""
    return tr(_UNITS[unit]) if unit in _UNITS else tr("In {unit}", unit=unit)


def short(value: float) -> str:
    """A figure of four digits, or with thin spaces from ten thousand up."""
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}".replace(",", "\u2009")


_UNITS = {
    "": "Counts", "%": "Per cent", "ms": "Milliseconds", "s": "Seconds", "us": "Microseconds", "B": "Bytes",
    "KB": "Kilobytes", "MB": "Megabytes", "GB": "Gigabytes", "c": "Counters",
}  # fmt: skip
