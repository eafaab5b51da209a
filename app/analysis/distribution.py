"""Middle, mean and percentiles of some numbers. Pure; None of none."""

from __future__ import annotations

import math
from collections.abc import Sequence


def mean(values: Sequence[float]) -> float | None:
    """The sum, added without loss, by the count."""
    return math.fsum(values) / len(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share (0 to 1) lies, linear between neighbours: rank = share x (n - 1)."""
    if not values:
        return None
    in_order = sorted(values)
    rank = share * (len(in_order) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(in_order) - 1)
    return in_order[low] + (in_order[high] - in_order[low]) * (rank - low)


def median(values: Sequence[float]) -> float | None:
    """The middle value; of an even number, halfway between the two in the middle."""
    return percentile(values, 0.5)


def pct(part: int, whole: int) -> float | None:
    """A share in percent."""
    return 100 * part / whole if whole else None
