"""A time zone whose clocks are changed once: no test depends on the zones that a computer happens to know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


class ChangingZone(tzinfo):
    """``before`` and ``after``: local time minus UTC around ``changes`` (aware). Of a local time that comes twice
    the first is meant, as ``fold`` 0 says."""

    def __init__(self, changes: datetime, before: timedelta, after: timedelta) -> None:
        self._changes, self._before, self._after = changes, before, after

    def fromutc(self, dt: datetime) -> datetime:
        is_before = dt.replace(tzinfo=UTC) < self._changes
        found = dt + (self._before if is_before else self._after)
        comes_twice = not is_before and found.replace(tzinfo=UTC) - self._before < self._changes
        return found.replace(fold=int(comes_twice))

    def utcoffset(self, dt: datetime | None) -> timedelta:
        if dt is None:
            return self._before
        earlier = dt.replace(tzinfo=UTC) - self._before
        if dt.fold == 0:
            return self._before if earlier < self._changes else self._after
        return self._after

    def dst(self, dt: datetime | None) -> timedelta:
        return self.utcoffset(dt) - self._before

    def tzname(self, dt: datetime | None) -> str:
        return "changing"
