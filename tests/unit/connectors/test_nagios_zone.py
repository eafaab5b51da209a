"""The server's zone at another season: asked of the server itself, refused where a time could be read two ways."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import DAY, HOUR, MINUTE, Moment, SystemClock, from_datetime, to_datetime
from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.nagios import open_nagios
from app.connectors.nagios.zone import Offsets, offset_at, offsets_told, question
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, Command, Outcome
from app.domain.source import Source
from tests.fakes.nagios_server import NagiosServer
from tests.fakes.zone import ChangingZone

CHANGES = datetime(2027, 3, 28, 1, tzinfo=UTC)
offsets = st.integers(-40, 50).map(lambda quarters: timedelta(minutes=15 * quarters))
leaps = st.sampled_from([timedelta(minutes=minutes) for minutes in (-120, -60, -30, 0, 30, 60, 120)])


@given(before=offsets, leap=leaps, away_s=st.integers(-5 * 3600, 5 * 3600))
def test_it_is_what_the_server_shows_or_a_time_that_comes_twice(
    before: timedelta, leap: timedelta, away_s: int
) -> None:
    zone = ChangingZone(CHANGES, before, before + leap)

    def offset(at: Moment) -> timedelta:
        return zone.utcoffset(to_datetime(at).astimezone(zone))

    at = from_datetime(CHANGES) + away_s * 1000
    local = to_datetime(at) + offset(at)
    comes_twice = any(
        to_datetime(other) + offset(other) == local
        for other in (at - abs(leap) // timedelta(milliseconds=1), at + abs(leap) // timedelta(milliseconds=1))
        if other != at
    )
    try:
        found = offset_at(at, lambda first, last: (offset(first), offset(last)), "N")
    except Refused:
        assert comes_twice
    else:
        assert not comes_twice
        assert found == offset(at)


def test_far_from_a_change_it_is_asked_for_once() -> None:
    asked: list[tuple[Moment, Moment]] = []

    def ask(first: Moment, last: Moment) -> Offsets:
        asked.append((first, last))
        return timedelta(hours=1), timedelta(hours=1)

    assert offset_at(DAY, ask, "N") == timedelta(hours=1)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "selectors", ["{}", '{"starttime": "", "endtime": "+0100"}', '{"starttime": 1, "endtime": 2}', "[]"]
)
def test_a_server_that_does_not_tell_is_a_bad_answer(selectors: str) -> None:
    body = f'{{"result": {{"type_code": 0}}, "data": {{"selectors": {selectors}, "count": 0}}}}'
    with pytest.raises(BadAnswer):
        offsets_told(body.encode(), "N")


def test_the_question_is_in_whole_seconds() -> None:
    assert question(1_999, 2_000)["starttime"] == 1


# --- through the whole connector ------------------------------------------------------------------------------


def tomorrow() -> Moment:
    return (SystemClock().now() + DAY) // 1000 * 1000


def changing(at: Moment, before_h: int, after_h: int) -> ChangingZone:
    return ChangingZone(to_datetime(at), timedelta(hours=before_h), timedelta(hours=after_h))


def set_downtime(server: NagiosServer, start_at: Moment, end_at: Moment) -> Outcome:
    source = open_nagios(
        Source(id="1", name="N", kind="nagios", url=server.url, user="admin", deadline_s=5), Secret("admin-pw")
    )
    row = source.fetch(CancelToken()).rows[-1]
    command = Command(verb=verbs.DOWNTIME, author="mia", comment="new disks", start_at=start_at, end_at=end_at)
    (outcome,) = source.push(command, [row], CancelToken())
    source.close()
    return outcome


def kept(server: NagiosServer) -> list[tuple[int, int]]:
    return [(each["start_time"], each["end_time"]) for each in server.downtimes.values()]


@pytest.mark.parametrize(("before_h", "after_h"), [(1, 2), (2, 1), (-5, -4), (-4, -5)])
def test_a_downtime_across_a_change_of_clocks_is_where_it_was_asked_for(before_h: int, after_h: int) -> None:
    change_at = tomorrow()
    start_at, end_at = change_at - 2 * HOUR, change_at + 2 * HOUR
    with NagiosServer(zone=changing(change_at, before_h, after_h), stale_reads=0) as server:
        assert set_downtime(server, start_at, end_at).outcome == DONE
        assert kept(server) == [(start_at, end_at)]


@pytest.mark.parametrize("away_min", [-30, 0, 30, 59])
def test_a_time_that_the_server_shows_twice_is_refused(away_min: int) -> None:
    change_at = tomorrow()
    with NagiosServer(zone=changing(change_at, 2, 1), stale_reads=0) as server:
        outcome = set_downtime(server, change_at + away_min * MINUTE, change_at + 5 * HOUR)
        assert outcome.outcome == REFUSED
        assert "show this time twice" in outcome.reason
        assert kept(server) == []


def test_a_server_that_does_not_tell_its_zone_is_sent_no_downtime() -> None:
    with NagiosServer(stale_reads=0) as server:
        server.tells_zone = False
        outcome = set_downtime(server, tomorrow(), tomorrow() + HOUR)
        assert outcome.outcome == REFUSED
        assert "does not tell what its clocks will show" in outcome.reason
        assert kept(server) == []
