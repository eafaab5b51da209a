"""How long things were well, and how long they were not. Pure; only time that is known of counts.

availability  share of the known time in which the state was ok (of hosts: up)
outage        time in which it was critical, down or unreachable
major outage  the part of it in which it was down or unreachable
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.health import CRITICAL, DOWN, GOOD_STATES, UNREACHABLE
from app.domain.history import Stretch

MAJOR_OUTAGE: Final = frozenset({DOWN, UNREACHABLE})
OUTAGE: Final = MAJOR_OUTAGE | {CRITICAL}


@dataclass(slots=True)
class Tally:
    """Times of one row in ms."""

    known_ms: int = 0
    good_ms: int = 0
    outage_ms: int = 0
    major_outage_ms: int = 0

    @property
    def availability_pct(self) -> float | None:
        """0 to 100; None when nothing is known."""
        return 100 * self.good_ms / self.known_ms if self.known_ms else None

    def add(self, state: str, length_ms: int) -> None:
        """Count a time in this state."""
        self.known_ms += length_ms
        self.good_ms += length_ms * (state in GOOD_STATES)
        self.outage_ms += length_ms * (state in OUTAGE)
        self.major_outage_ms += length_ms * (state in MAJOR_OUTAGE)


def tallied(stretches: Iterable[Stretch]) -> dict[str, Tally]:
    """Times by row id."""
    found: dict[str, Tally] = {}
    for each in stretches:
        found.setdefault(each.row_id, Tally()).add(each.state, each.until_at - each.from_at)
    return found
