"""Time zones: by name, and this computer's own. Moments stay UTC; a zone says how people near it read a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from app.base.errors import UsageTrouble
from app.base.text import tr


def read_zone(name: str) -> tzinfo:
    """The zone of that name. Raises UsageTrouble."""
    if name.upper() in ("UTC", "Z", "ETC/UTC"):
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageTrouble(
            tr("There is no time zone “{name}”.", name=name),
            hint=tr("Write it as Europe/Berlin, or UTC."),
            concerns=name,
        ) from None


class _Local(tzinfo):
    """Asks the computer for the offset of each date by itself: standard time and summer time have their own."""

    def utcoffset(self, shown: datetime | None) -> timedelta:
        if shown is None:
            return timedelta()
        try:
            return shown.replace(tzinfo=None).astimezone().utcoffset() or timedelta()
        except (OverflowError, ValueError, OSError):  # years that the computer's clock does not know
            return timedelta()

    def dst(self, _shown: datetime | None) -> timedelta | None:
        return None

    def tzname(self, _shown: datetime | None) -> str:
        return "local"


LOCAL: Final[tzinfo] = _Local()
"""This computer's time zone, in which the window shows times."""
