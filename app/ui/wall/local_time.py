"""Times of day as a wall says them: of this computer's zone, in digits."""

from __future__ import annotations

from datetime import UTC, datetime

from app.base.clock import SECOND, Moment


def clock_text(at: Moment | None, *, with_seconds: bool = False) -> str:
    """``14:32``, or ``14:32:07``."""
    return "" if at is None else _local(at).strftime("%H:%M:%S" if with_seconds else "%H:%M")


def date_text(at: Moment) -> str:
    """``Thu 12 Nov``."""
    when = _local(at)
    return f"{_DAYS[when.weekday()]} {when.day} {_MONTHS[when.month - 1]}"


def hour_of(at: Moment) -> int:
    """The hour of the day, 0 to 23."""
    return _local(at).hour


def _local(at: Moment) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC).astimezone()


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
