"""Dates without a zone are days and hours of the person who asks, also on days when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.clock import DAY, HOUR, MINUTE, Moment, from_datetime, from_iso
from app.query import TICKETS, Env, compile_memory, parse, to_text
from app.query.moment import read_span
from app.query.tree import Span
from app.query.wall import moments
from tests.unit.query.queries import Row

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES: tuple[tzinfo, ...] = (
    UTC, BERLIN, NEW_YORK,
    ZoneInfo("Australia/Lord_Howe"),  # half an hour of summer time
    ZoneInfo("America/Sao_Paulo"),  # until 2019 the clocks skipped midnight
    ZoneInfo("America/Havana"),  # midnight comes twice
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Pacific/Apia"),  # had no 30 December 2011
)  # fmt: skip
zones = st.sampled_from(ZONES)
days = st.dates(date(1990, 1, 1), date(2037, 12, 30))
CHANGES = ((date(2026, 3, 29), BERLIN), (date(2026, 10, 25), BERLIN), (date(2018, 11, 4), ZONES[4]))


def span_of(text: str) -> Span:
    span = read_span(text)
    assert span is not None
    return span


def in_zone(text: str, zone: tzinfo) -> tuple[Moment, Moment]:
    return moments(span_of(text), zone)


@pytest.mark.parametrize(
    ("text", "zone", "start", "end"),
    [
        ("2026-11-20", UTC, "2026-11-20T00:00Z", "2026-11-21T00:00Z"),
        ("2026-11-20", BERLIN, "2026-11-19T23:00Z", "2026-11-20T23:00Z"),
        ("2026-11-20", NEW_YORK, "2026-11-20T05:00Z", "2026-11-21T05:00Z"),
        ("2026-03-29", BERLIN, "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("2026-10-25", BERLIN, "2026-10-24T22:00Z", "2026-10-25T23:00Z"),
        ("2026-10", BERLIN, "2026-09-30T22:00Z", "2026-10-31T23:00Z"),
        ("2026", BERLIN, "2025-12-31T23:00Z", "2026-12-31T23:00Z"),
        ("2026-11-20T10:00", BERLIN, "2026-11-20T09:00Z", "2026-11-20T09:01Z"),
        ("2026-11-20T10:00Z", BERLIN, "2026-11-20T10:00Z", "2026-11-20T10:01Z"),
        ("2026-11-20T10:00+05:30", BERLIN, "2026-11-20T04:30Z", "2026-11-20T04:31Z"),
        ("2026-03-29T02:30", BERLIN, "2026-03-29T01:30Z", "2026-03-29T01:31Z"),
        ("2026-10-25T02:59", BERLIN, "2026-10-25T00:59Z", "2026-10-25T01:00Z"),
        ("2018-11-04", ZONES[4], "2018-11-04T03:00Z", "2018-11-05T02:00Z"),
        ("2011-12-30", ZONES[7], "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
    ],
)
def test_known_stretches(text: str, zone: tzinfo, start: str, end: str) -> None:
    assert in_zone(text, zone) == (from_iso(start), from_iso(end))


@given(days, zones)
@example(*CHANGES[0])
@example(*CHANGES[1])
@example(*CHANGES[2])
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: tzinfo) -> None:
    start_at, end_at = in_zone(day.isoformat(), zone)
    assert end_at == in_zone((day + timedelta(days=1)).isoformat(), zone)[0]
    assert start_at <= end_at <= start_at + DAY + 2 * HOUR


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 30)), zones)
@example(datetime(2026, 3, 29, 1), BERLIN)
@example(datetime(2026, 10, 25, 0, 59, 59), BERLIN)
@example(datetime(2026, 10, 25, 1), BERLIN)
def test_a_moment_lies_in_the_day_that_the_wall_shows(utc: datetime, zone: tzinfo) -> None:
    at = from_datetime(utc.replace(tzinfo=UTC))
    shown = utc.replace(tzinfo=UTC).astimezone(zone).date()
    for day in (shown - timedelta(days=1), shown, shown + timedelta(days=1)):
        row = Row(id="1", created_at=at)
        is_found = compile_memory(parse(f"created:{day.isoformat()}", TICKETS), TICKETS, Env(0, zone=zone))(row)
        assert is_found is (day == shown), day


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 30)), zones)
def test_a_minute_lasts_a_minute_and_shows_what_was_asked(wall: datetime, zone: tzinfo) -> None:
    start_at, end_at = in_zone(f"{wall:%Y-%m-%dT%H:%M}", zone)
    assert end_at == start_at + MINUTE
    shown = datetime.fromtimestamp(start_at / 1000, UTC).astimezone(zone)
    minute = wall.replace(second=0, microsecond=0)
    is_skipped = minute.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != minute
    assert is_skipped or (shown.replace(tzinfo=None) == minute and shown.fold == 0)


@pytest.mark.parametrize("text", ["0001", "9999", "9999-12-31", "0001-01-01T00:00"])
@pytest.mark.parametrize("zone", ZONES[:3])
def test_the_ends_of_time_are_no_trouble(text: str, zone: tzinfo) -> None:
    start_at, end_at = in_zone(text, zone)
    assert start_at < end_at


@pytest.mark.parametrize("text", ["created:2026-03", "created:>=2026-03-29T02:30", "created:2026-03-29T02:30Z"])
def test_a_zone_that_is_not_written_stays_unwritten(text: str) -> None:
    assert to_text(parse(text, TICKETS)) == text
