"""When it is what a clock on the wall shows: dates without a zone, in the time zone of the person who asks.

Days follow each other without gap or overlap, whatever the clocks do: a day begins at its first moment there is. A
time of day that the clocks skip is read as one hour later, one that they show twice as the first, as imports read it.
Raises nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from app.base.clock import DAY, Moment
from app.query.tree import Span

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - on the wall
_MILLISECOND = timedelta(milliseconds=1)


def moments(span: Span, zone: tzinfo) -> tuple[Moment, Moment]:
    """When a span starts and ends (outside)."""
    if not span.is_local or zone is UTC:
        return span.start_at, span.end_at
    start_at, length_ms = _moment(span.start_at, zone), span.end_at - span.start_at
    # A minute lasts a minute, also before the clocks change; a day or more lasts until the next one begins.
    return start_at, start_at + length_ms if length_ms < DAY else _moment(span.end_at, zone)


def _moment(wall: int, zone: tzinfo) -> Moment:
    try:
        shown = _EPOCH + wall * _MILLISECOND
    except OverflowError:  # the end of the last year there is
        shown = datetime.max  # noqa: DTZ901 - on the wall
    offset = shown.replace(tzinfo=zone).utcoffset() or timedelta()
    return wall - offset // _MILLISECOND
