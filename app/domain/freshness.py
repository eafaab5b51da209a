"""How old a source's data are, as a state of its own (RELIABILITY 5).

    live    up to 1.5 x the interval
    late    from there; the age is shown
    stale   from 2 x the interval + the request's deadline, never later than 3 x the interval
            (45 s at the default of 15 s): never drawn as OK
    unknown nothing complete was ever received

A total is as stale as its stalest part.
"""

from __future__ import annotations

from typing import Final

from app.base.clock import Moment
from app.domain.health import HealthRow
from app.domain.value import Value

LIVE: Final = "live"
LATE: Final = "late"
STALE: Final = "stale"
UNKNOWN: Final = "unknown"
LEVELS: Final = (LIVE, LATE, UNKNOWN, STALE)

DEFAULT_INTERVAL_S: Final = 15.0
LARGE_INTERVAL_S: Final = 30.0
LARGE_SERVICES: Final = 5_000


def default_interval_s(services: int) -> float:
    """15 s, 30 s above 5,000 services."""
    return LARGE_INTERVAL_S if services > LARGE_SERVICES else DEFAULT_INTERVAL_S


class Pace(Value, frozen=True, gc=False):
    """How often a source is asked and how long one asking may take, in seconds."""

    interval_s: float = DEFAULT_INTERVAL_S
    deadline_s: float = 15.0

    @property
    def late_after_s(self) -> float:
        return 1.5 * self.interval_s

    @property
    def stale_after_s(self) -> float:
        return min(2 * self.interval_s + self.deadline_s, 3 * self.interval_s)


def level(age_s: float | None, pace: Pace) -> str:
    """The freshness of data of this age; None: nothing was ever received."""
    if age_s is None:
        return UNKNOWN
    if age_s >= pace.stale_after_s:
        return STALE
    return LATE if age_s >= pace.late_after_s else LIVE


def is_row_stale(row: HealthRow, source_level: str, now_at: Moment) -> bool:
    """Stale with its source, or by itself when its own next result is overdue."""
    if source_level in (STALE, UNKNOWN):
        return True
    return row.expected_by_at is not None and now_at > row.expected_by_at
