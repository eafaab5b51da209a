"""Time zones by name, and the computer's own with its summer time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.base.errors import UsageTrouble
from app.base.zone import LOCAL, read_zone

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    assert os.environ.get("TZ") == before
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_computers_own_zone_knows_summer_time() -> None:
    hours = [datetime(2026, month, 1, tzinfo=LOCAL).utcoffset() for month in (1, 7)]
    assert hours == [timedelta(hours=1), timedelta(hours=2)]
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=LOCAL)
    assert twice.utcoffset() == timedelta(hours=2)
    assert twice.replace(fold=1).utcoffset() == timedelta(hours=1)
    assert datetime(2026, 7, 1, 12, tzinfo=LOCAL).astimezone(UTC).hour == 10


@pytest.mark.usefixtures("in_berlin")
def test_years_that_no_clock_knows_have_some_offset() -> None:
    for year in (1, 9999):
        assert isinstance(datetime(year, 1, 1, tzinfo=LOCAL).utcoffset(), timedelta)


@pytest.mark.parametrize("name", ["UTC", "utc", "Z", "Etc/UTC"])
def test_utc_has_several_names(name: str) -> None:
    assert read_zone(name) is UTC


def test_a_named_zone_has_its_own_offsets() -> None:
    assert datetime(2026, 7, 1, tzinfo=read_zone("Europe/Berlin")).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("name", ["Middle/Earth", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_said(name: str) -> None:
    with pytest.raises(UsageTrouble) as caught:
        read_zone(name)
    assert "Europe/Berlin" in caught.value.sentence()
