"""Dates and times as other systems write them, read into moments; those without a zone in the zone that was said.

A time that the clocks skip in spring is read as one hour later; one that happens twice in autumn is read as the
first. Both are counted, so that the summary can say so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from app.base.clock import Moment
from app.base.text import count, tr

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND_SCALE: Final = {"epoch": 1_000, "epoch_ms": 1}


class MomentReader(dict[str, Moment]):
    """Reads one kind of date text, each text once: ``reader[text]`` raises ValueError with a reason for the person.

    ``formats``: ``iso``, ``d/m/y`` (day/month/year hour:minute), ``epoch``, ``epoch_ms``, or a strptime pattern; the
    first that fits counts.
    """

    def __init__(self, zone: tzinfo, formats: tuple[str, ...]) -> None:
        super().__init__()
        self._zone = zone
        self._readers = [_READERS.get(name) or _pattern_reader(name) for name in formats]
        self.skipped = 0
        self.twice = 0

    def __missing__(self, text: str) -> Moment:
        found = self[text] = self._read(text.strip())
        return found

    def notes(self, zone_name: str) -> tuple[str, ...]:
        """What was decided about clock changes, in sentences."""
        found = []
        if self.skipped:
            what = count(self.skipped, "time falls", "times fall")
            found.append(
                tr("{what} into an hour that {zone} skips: read as an hour later.", what=what, zone=zone_name)
            )
        if self.twice:
            what = count(self.twice, "time exists", "times exist")
            found.append(
                tr("{what} twice in {zone} (clocks went back): read as the first.", what=what, zone=zone_name)
            )
        return tuple(found)

    def _read(self, text: str) -> Moment:
        for reader in self._readers:
            value = reader(text)
            if isinstance(value, int):
                return value
            if value is not None:
                return self._moment(value, text)
        raise ValueError(f"“{text[:40]}” is not a date")

    def _moment(self, value: datetime, text: str) -> Moment:
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValueError(f"“{text[:40]}” is not in the years {FIRST_YEAR} to {LAST_YEAR}")
        if value.tzinfo is None:
            value = value.replace(tzinfo=self._zone)
            if self._zone is not UTC:
                self._count_change(value)
        delta = value - _EPOCH if value.tzinfo is UTC else value.astimezone(UTC) - _EPOCH
        return delta.days * 86_400_000 + delta.seconds * 1_000 + delta.microseconds // 1_000

    def _count_change(self, value: datetime) -> None:
        if value.utcoffset() == value.replace(fold=1).utcoffset():
            return
        there_and_back = value.astimezone(UTC).astimezone(self._zone)
        if there_and_back.replace(tzinfo=None) == value.replace(tzinfo=None):
            self.twice += 1
        else:
            self.skipped += 1


def _read_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _read_day_month_year(text: str) -> datetime | None:
    # By hand: strptime takes twenty times as long, and a log has two hundred thousand of these.
    try:
        date, _, time = text.partition(" ")
        day, month, year = date.split("/")
        hour, minute, second = [*time.split(":"), "0"][:3] if time else ("0", "0", "0")
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))  # noqa: DTZ001 - the zone is set by the caller
    except ValueError:
        return None


def _epoch_reader(scale: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        try:
            at = int(float(text) * scale)
        except (ValueError, OverflowError):
            return None
        return at if 0 <= at < 7_289_654_400_000 else None

    return read


def _pattern_reader(pattern: str) -> Callable[[str], datetime | None]:
    def read(text: str) -> datetime | None:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is set by the caller
        except ValueError:
            return None

    return read


_READERS: Final[dict[str, Callable[[str], datetime | int | None]]] = {
    "iso": _read_iso,
    "d/m/y": _read_day_month_year,
    **{name: _epoch_reader(scale) for name, scale in _SECOND_SCALE.items()},
}
