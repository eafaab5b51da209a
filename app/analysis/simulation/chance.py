"""Chance without state: the same numbers give the same throw, in any order and on any computer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeVar

from app.base.clock import HOUR, MINUTE, Moment

T = TypeVar("T")
_MASK: Final = (1 << 64) - 1
_LATTICE_MS: Final = 12 * MINUTE
_HALF_DAY: Final = math.pi / 12


def mixed(*parts: int) -> int:
    """64 well stirred bits of some whole numbers (the finaliser of SplitMix64, by Steele, Lea and Flood)."""
    value = 0x9E3779B97F4A7C15
    for part in parts:
        value = (value ^ part) * 0xBF58476D1CE4E5B9 & _MASK
        value ^= value >> 27
        value = value * 0x94D049BB133111EB & _MASK
        value ^= value >> 31
    return value


def share(*parts: int) -> float:
    """A throw in [0, 1)."""
    return mixed(*parts) / 2**64


def wave(seed: int, at: Moment) -> float:
    """Smooth unrest in [-1, 1): throws twelve minutes apart, and a way between them."""
    step, rest = divmod(at, _LATTICE_MS)
    before, after = share(seed, step), share(seed, step + 1)
    way = rest / _LATTICE_MS
    return 2 * (before + (after - before) * way * way * (3 - 2 * way)) - 1


def _bump(hour: float, peak: float, width: float) -> float:
    distance = min(abs(hour - peak), 24 - abs(hour - peak))
    return math.exp(-((distance / width) ** 2))


def office(hour: float) -> float:
    """Work from eight to six with a dent at noon."""
    return min(1.0, _bump(hour, 10.2, 2.6) + _bump(hour, 15, 2.8))


def shopping(hour: float) -> float:
    """A shop's customers: all day, most in the evening."""
    return min(1.0, 0.45 * _bump(hour, 12, 4) + _bump(hour, 19.5, 3))


def nightly(hour: float) -> float:
    """Jobs between one and five."""
    return _bump(hour, 3, 1.6)


def even(_hour: float) -> float:
    """No rhythm."""
    return 0.5


RHYTHMS: Final = {"office": office, "shopping": shopping, "nightly": nightly, "even": even}


def hour_of(at: Moment) -> float:
    """The hour of the day, UTC, with its fraction."""
    return at / HOUR % 24


class Dice:
    """Throws in a row, the same after each start with the same seed."""

    def __init__(self, seed: int) -> None:
        self._seed, self._thrown = seed, 0

    def share(self) -> float:
        """A throw in [0, 1)."""
        self._thrown += 1
        return share(self._seed, self._thrown)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.share() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[self.between(0, len(items) - 1)]
