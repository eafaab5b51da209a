"""How a Nagios writes times is learnt from its form: the format among four, and its zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer, Refused
from app.connectors.nagios.command import clean
from app.connectors.nagios.server_time import FORMATS, ServerTime

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)
zones = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def form(text: str) -> str:
    return f"<INPUT TYPE='TEXT' NAME='start_time' VALUE='{text}'>"


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@given(
    format_=st.sampled_from(FORMATS),
    zone=zones,
    now=moments,
    ahead_s=st.integers(0, 40 * 86_400),
    off_s=st.integers(-300, 300),
)
def test_what_is_written_is_read_by_the_server_as_that_moment(
    format_: str, zone: timezone, now: datetime, ahead_s: int, off_s: int
) -> None:
    shown = (now + timedelta(seconds=off_s)).astimezone(zone).strftime(format_)
    learnt = ServerTime.learn(form(shown), ms(now), "N")
    wanted = now + timedelta(seconds=ahead_s)
    try:
        written = learnt.written(ms(wanted))
    except Refused:  # only ever where day and month read alike on the server
        local = (now + timedelta(seconds=off_s)).astimezone(zone)
        assert local.day == local.month
        return
    assert datetime.strptime(written, format_).replace(tzinfo=zone) == wanted


def test_on_the_fifth_of_may_only_times_of_that_day_are_written() -> None:
    now = datetime(2026, 5, 5, 10, tzinfo=UTC)
    learnt = ServerTime.learn(form("05-05-2026 10:00:00"), ms(now), "N")
    assert learnt.written(ms(now)) == "05-05-2026 10:00:00"
    with pytest.raises(Refused):
        learnt.written(ms(now) + 86_400_000)


@pytest.mark.parametrize(
    "page", ["", form(""), form("tomorrow"), form("2001-01-01 00:00:00"), form("31-31-2026 00:00:00")]
)
def test_a_way_of_writing_that_is_not_known_is_refused(page: str) -> None:
    with pytest.raises(BadAnswer):
        ServerTime.learn(page, ms(datetime(2026, 5, 5, tzinfo=UTC)), "N")


@given(text=st.text())
def test_cleaned_text_holds_nothing_that_nagios_would_alter(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & set(";<>\r\n")
    assert clean(cleaned) == cleaned
