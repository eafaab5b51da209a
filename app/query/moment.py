"""Times as people write them in a query: dates, moments relative to now, lengths of time; and back to text.

Text without a zone is a time on the wall of whoever asks (``app.query.wall``). Raises nothing: what cannot be read
is None.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from app.base.clock import DAY, HOUR, MINUTE, SECOND, Moment, from_datetime
from app.query.tree import Length, Offset, Span

UNITS = {"w": 7 * DAY, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
MOST_MS = 10**15
"""Thirty thousand years: beyond any date, well inside 64 bits."""

_PART = re.compile(r"([0-9]{1,15})([wdhms])", re.ASCII)
_LENGTH = re.compile(r"(?:[0-9]{1,15}[wdhms])+", re.ASCII)
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,3}))?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?)?)?)?",
    re.ASCII,
)


def read_length(text: str) -> Length | None:
    """``90m``, ``1d12h``; units ``w d h m s``."""
    low = text.lower()
    if not _LENGTH.fullmatch(low):
        return None
    length_ms = sum(int(amount) * UNITS[unit] for amount, unit in _PART.findall(low))
    return Length(length_ms) if length_ms <= MOST_MS else None


def read_offset(text: str) -> Offset | None:
    """``now``, ``-2h``, ``+30m``."""
    if text.lower() == "now":
        return Offset(0)
    length = read_length(text[1:]) if text[:1] in {"-", "+"} else None
    if length is None:
        return None
    return Offset(-length.length_ms if text[0] == "-" else length.length_ms)


def read_span(text: str) -> Span | None:
    """``2016``, ``2016-03``, ``2016-03-31``, ``2016-03-31T10:00`` with seconds, thousandths, ``Z`` or ``+01:00``."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    part = found.groupdict()
    filled = (
        f"{part['year']}-{part['month'] or '01'}-{part['day'] or '01'}"
        f"T{part['hour'] or '00'}:{part['minute'] or '00'}:{part['second'] or '00'}"
        f".{(part['fraction'] or '0').ljust(3, '0')}{(part['zone'] or 'Z').upper().replace('Z', '+00:00')}"
    )
    try:
        start_at = from_datetime(datetime.fromisoformat(filled))
    except (ValueError, OverflowError):
        return None
    return Span(start_at, _end(start_at, part), part["zone"] is None)


_STEPS = (("fraction", 1), ("second", SECOND), ("minute", MINUTE), ("day", DAY))


def _end(start_at: Moment, part: dict[str, str | None]) -> Moment:
    for name, step_ms in _STEPS:
        if part[name] is not None:
            return start_at + step_ms
    return _next_month(start_at) if part["month"] else _next_year(start_at)


def _date(at: Moment) -> datetime:
    # Exact to the millisecond for every year, which a float of seconds is not.
    return datetime(1970, 1, 1) + timedelta(milliseconds=at)  # noqa: DTZ001 - its zone is told apart from it


def _next_month(at: Moment) -> Moment:
    value = _date(at)
    if (value.year, value.month) == (9999, 12):
        return at + 31 * DAY
    year, month = (value.year + 1, 1) if value.month == 12 else (value.year, value.month + 1)
    return from_datetime(datetime(year, month, 1, tzinfo=UTC))


def _next_year(at: Moment) -> Moment:
    year = _date(at).year
    return at + 365 * DAY if year == 9999 else from_datetime(datetime(year + 1, 1, 1, tzinfo=UTC))


def write_length(length_ms: int) -> str:
    """The shortest text that ``read_length`` reads as the same length (whole seconds)."""
    parts = []
    for unit, size in UNITS.items():
        amount, length_ms = divmod(length_ms, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts) or "0s"


def write_offset(offset_ms: int) -> str:
    if offset_ms == 0:
        return "now"
    return ("-" if offset_ms < 0 else "+") + write_length(abs(offset_ms))


_FORMS = ((DAY, 10), (MINUTE, 16), (SECOND, 19), (1, 23))


def write_span(span: Span) -> str:
    """The text of a span as ``read_span`` reads it. Only local ones are as long as a day: a zone needs an hour."""
    iso = _date(span.start_at).isoformat(timespec="milliseconds")
    if iso[5:] == "01-01T00:00:00.000" and _next_year(span.start_at) == span.end_at:
        return iso[:4]
    if iso[8:] == "01T00:00:00.000" and _next_month(span.start_at) == span.end_at:
        return iso[:7]
    length_ms = span.end_at - span.start_at
    size = next(size for step_ms, size in _FORMS if step_ms <= length_ms)
    return iso[:size] + ("" if span.is_local or length_ms >= DAY else "Z")
