"""Moments. A moment is an ``int`` of milliseconds since 1970-01-01T00:00Z in every room (decision 002).

Only this module asks the computer for the time; everybody else is handed a ``Clock``.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

Moment = int
"""Milliseconds since the Unix epoch, UTC. Names end in ``_at``."""

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> Moment:
        """The wall clock."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...


class SystemClock:
    """This computer's clock."""

    def now(self) -> Moment:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


def to_datetime(at: Moment) -> datetime:
    """The aware UTC datetime of a moment; for the edges only."""
    return datetime.fromtimestamp(at / 1000, UTC)


def from_datetime(value: datetime) -> Moment:
    """A moment from an aware datetime. Raises ValueError on a naive one: the reader decides its zone."""
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return round(value.timestamp() * 1000)


def to_iso(at: Moment) -> str:
    """ISO 8601 in UTC with ``Z``; milliseconds only where there are any."""
    value = to_datetime(at)
    spec = "milliseconds" if at % 1000 else "seconds"
    return value.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def from_iso(text: str) -> Moment:
    """A moment from ISO 8601 text; without a zone it is read as UTC. Raises ValueError."""
    value = datetime.fromisoformat(text)
    return from_datetime(value if value.tzinfo else value.replace(tzinfo=UTC))
