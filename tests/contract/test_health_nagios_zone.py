"""A real Nagios whose zone changes its clocks: downtimes of another season begin and end at the moments asked for."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from app.base.clock import DAY, HOUR, MINUTE, Moment, SystemClock, from_datetime
from app.base.errors import RemoteTrouble
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.nagios import open_nagios
from app.connectors.nagios.source import NagiosSource
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, Command, Outcome
from app.domain.source import Source
from tests.plugins.peers import NagiosPeer

# Named by its rule, so that it needs no table of zones: an hour ahead, two from the last Sunday of March on.
ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
PATIENCE_S = 60.0


def test_downtimes_of_every_season_are_where_they_were_asked_for(central_europe: NagiosSource) -> None:
    row = central_europe.fetch(CancelToken()).rows[-1]
    for change_at in changes():
        wanted = [(change_at - 30 * DAY, change_at + 30 * DAY), (change_at - 90 * MINUTE, change_at + 2 * HOUR)]
        for start_at, end_at in wanted:
            assert set_downtime(central_europe, row.id, start_at, end_at) == Outcome(row.id, DONE)
            told = [each for each in central_europe.fetch(CancelToken()).downtimes if each.row_id == row.id]
            assert [(each.start_at, each.end_at) for each in told] == [(start_at, end_at)]
            end = Command(verb=verbs.END_DOWNTIME, author="mia")
            assert central_europe.push(end, [row], CancelToken())[0].outcome == DONE


def test_the_hour_that_comes_twice_is_refused(central_europe: NagiosSource) -> None:
    _, autumn_at = changes()
    row = central_europe.fetch(CancelToken()).rows[-1]
    outcome = set_downtime(central_europe, row.id, autumn_at + HOUR // 2, autumn_at + 3 * HOUR)
    assert outcome.outcome == REFUSED
    assert "show this time twice" in outcome.reason
    assert not any(each.row_id == row.id for each in central_europe.fetch(CancelToken()).downtimes)


@pytest.fixture
def central_europe(nagios_peer: NagiosPeer) -> Iterator[NagiosSource]:
    """The same server, with its pages in another zone for as long as the test lasts."""
    folder = nagios_peer.command_file.parent.parent
    config, pid = folder / "apache.conf", int((folder / "apache-own-pid").read_text())
    source = open_nagios(
        Source(id="1", name="main", kind="nagios", url=nagios_peer.url, user=nagios_peer.user),
        Secret(nagios_peer.password),
    )
    before = config.read_text()
    config.write_text(f"{before}\nSetEnv TZ {ZONE}\n")
    try:
        os.kill(pid, signal.SIGUSR1)
        await_zone(source, "+0100")
        yield source
    finally:
        config.write_text(before)
        os.kill(pid, signal.SIGUSR1)
        await_zone(source, "+0000")
        source.close()


def await_zone(source: NagiosSource, wanted: str) -> None:
    """Until the pages tell January in the wanted zone; the server reads its settings again in its own time."""
    client = source._client
    january = from_datetime(datetime(2027, 1, 1, tzinfo=UTC)) // 1000
    params = {"query": "commentcount", "commenttimefield": "entrytime", "dateformat": "%z", "starttime": january}
    clock = SystemClock()
    end_s = clock.monotonic() + PATIENCE_S
    while clock.monotonic() < end_s:
        with suppress(RemoteTrouble):  # a question that the change itself cuts off
            if wanted in client.request("GET", "statusjson.cgi", params=params).body.decode():
                return
        CancelToken().wait(0.1)
    pytest.fail(f"the server did not change its zone to {wanted}")


def changes() -> tuple[Moment, Moment]:
    """The next change to summer time and the next one back, in the zone above."""
    now_at, year = SystemClock().now(), datetime.now(UTC).year
    found = []
    for month in (3, 10):
        days = (datetime(each, month, day, 1, tzinfo=UTC) for each in (year, year + 1) for day in range(25, 32))
        sundays = [from_datetime(day) for day in days if day.weekday() == 6]
        found.append(min(at for at in sundays if at - 30 * DAY > now_at))
    return found[0], found[1]


def set_downtime(source: NagiosSource, row_id: str, start_at: Moment, end_at: Moment) -> Outcome:
    row = next(each for each in source.fetch(CancelToken()).rows if each.id == row_id)
    command = Command(verb=verbs.DOWNTIME, author="mia", comment="new disks", start_at=start_at, end_at=end_at)
    return source.push(command, [row], CancelToken())[0]
