"""The poller on a virtual clock: in time, honest about age, unmoved by what fails beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.clock import SystemClock
from app.base.errors import DiskFull, Limited, NeedsSignIn, NotFound, TimedOut, Unreachable
from app.base.events import HEALTH, SOURCES, CancelToken, Touched
from app.base.lanes import Lanes
from app.base.paths import Profile
from app.base.secret import Secret
from app.domain.freshness import LATE, LIVE, STALE
from app.domain.source import Source
from app.storage.history import open_history
from app.usecases.board import Instant
from app.usecases.board_sections import counters
from app.usecases.poll import Poller
from app.usecases.poll_once import poll_once
from app.usecases.poll_timer import ThreadTimer
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import FakeHealthSource, health_row
from tests.fakes.poll_desk import Desk


def test_it_asks_at_once_then_every_interval_without_drift(desk: Desk, clock: VirtualClock) -> None:
    source = desk.source("n1", health_row())
    desk.fakes["n1"].takes_s = 4.0
    desk.poller.start([source])
    clock.advance(61)
    assert desk.asked_after_s() == [15, 30, 45, 60]
    assert desk.connected == ["n1"]
    assert [row.name for row in desk.poller.board.rows()] == ["load"]
    assert desk.history.real.marks()["n1"].services == 1


def test_a_large_source_is_asked_every_thirty_seconds_and_a_set_interval_counts(
    desk: Desk, clock: VirtualClock
) -> None:
    rows = [health_row(str(n)) for n in range(5_001)]
    desk.poller.start([desk.source("n1", *rows), desk.source("n2", health_row(source="n2"), interval_s=60)])
    clock.advance(61)
    assert desk.asked_after_s("n1") == [30, 60]
    assert desk.asked_after_s("n2") == [60]


def test_what_changed_is_told_and_what_did_not_is_not(desk: Desk, clock: VirtualClock) -> None:
    same, other = health_row("same"), health_row("other")
    desk.poller.start([desk.source("n1", same, other)])
    clock.advance(1)
    before = desk.poller.board.row(same.id)
    desk.touched.clear()
    desk.fakes["n1"].rows = (health_row("same"), health_row("other", "critical"))
    clock.advance(15)
    told = Touched()
    for one in desk.touched:
        told = told | one
    assert told.ids[HEALTH] == {other.id}
    assert told.ids[SOURCES] == {"n1"}
    assert desk.poller.board.row(same.id) is before


def test_a_dead_source_grows_late_then_stale_then_live_again(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([desk.source("n1", health_row())])
    clock.advance(1)
    desk.fakes["n1"].script = [Unreachable("No answer.")] * 99
    clock.advance(15)
    assert (desk.level(), desk.error()) == (LIVE, "No answer.")
    clock.advance(10)
    assert desk.level() == LATE
    clock.advance(33)
    assert desk.level() == STALE
    now = Instant.of(clock)
    assert (counters(desk.poller.board, now).fine, counters(desk.poller.board, now).stale) == (0, 1)
    desk.fakes["n1"].script = []
    clock.advance(15)
    assert desk.level() == LIVE
    assert desk.history.real.marks()["n1"].error == ""


def test_an_answer_that_never_ends_grows_stale(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([desk.source("n1", health_row())])
    clock.advance(1)
    desk.lanes.is_paused = True
    clock.advance(60)
    assert desk.level() == STALE
    assert len(desk.fakes["n1"].asked) == 1
    desk.lanes.is_paused = False
    desk.lanes.drain()
    clock.advance(15)
    assert desk.level() == LIVE


def test_a_frozen_source_is_stale_however_often_it_answers(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([desk.source("n1", health_row())])
    desk.fakes["n1"].frozen_at = clock.now()
    clock.advance(61)
    assert len(desk.fakes["n1"].asked) == 5
    assert desk.level() == STALE


def test_a_source_whose_clock_is_wrong_is_as_fresh_as_its_answers(desk: Desk, clock: VirtualClock) -> None:
    sources = [desk.source(name, health_row(source=name)) for name in ("n1", "n2")]
    desk.fakes["n1"].skew_s, desk.fakes["n2"].skew_s = 3600.0, -3600.0
    desk.poller.start(sources)
    clock.advance(16)
    assert (desk.level("n1"), desk.level("n2")) == (LIVE, LIVE)


def test_all_problems_gone_at_once_are_believed_at_the_second_answer(desk: Desk, clock: VirtualClock) -> None:
    bad = [health_row(str(n), "critical") for n in range(5)]
    desk.poller.start([desk.source("n1", *bad)])
    clock.advance(1)
    desk.fakes["n1"].rows = tuple(health_row(str(n)) for n in range(5))
    clock.advance(14)
    assert [row.state for row in desk.poller.board.rows()] == ["critical"] * 5
    assert desk.level() == LATE
    assert "all 5 problems" in desk.history.real.marks()["n1"].error
    clock.advance(5)
    assert [row.state for row in desk.poller.board.rows()] == ["ok"] * 5
    assert desk.level() == LIVE
    assert desk.asked_after_s() == [15, 20]


def test_an_empty_answer_once_is_forgotten(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([desk.source("n1", health_row("a", "critical"))])
    clock.advance(1)
    desk.fakes["n1"].script = [[]]
    clock.advance(15)
    assert desk.level() == LATE
    clock.advance(5)
    assert desk.level() == LIVE
    assert len(list(desk.poller.board.rows())) == 1
    desk.fakes["n1"].script = [[], TimedOut("Late."), []]
    clock.advance(15)
    assert len(list(desk.poller.board.rows())) == 1
    clock.advance(2)
    assert list(desk.poller.board.rows()) == []


def test_refused_credentials_are_tried_once_until_something_changes(desk: Desk, clock: VirtualClock) -> None:
    source = desk.source("n1", health_row())
    desk.fakes["n1"].script = [NeedsSignIn("Refused."), NeedsSignIn("Refused.")]
    desk.poller.start([source])
    clock.advance(3600)
    assert len(desk.fakes["n1"].asked) == 1
    assert desk.fakes["n1"].is_closed
    desk.secrets["n1"] = Secret("another")
    assert desk.poller.reconnect("n1")
    clock.advance(3600)
    assert len(desk.fakes["n1"].asked) == 2
    desk.poller.set_sources([desk.source("n1", user="other")])
    clock.advance(1)
    assert desk.level() == LIVE
    assert desk.connected == ["n1", "n1", "n1"]


def test_a_source_that_asks_for_patience_gets_it(desk: Desk, clock: VirtualClock) -> None:
    desk.fakes["n1"] = FakeHealthSource(clock, [health_row()])
    desk.fakes["n1"].script = [Limited("Slow down.", retry_after_s=40)]
    desk.poller.start([desk.source("n1")])
    clock.advance(1)
    desk.poller.poll_now("n1")
    clock.advance(50)
    assert desk.asked_after_s() == [41.875, 45]


def test_one_dead_source_touches_no_other(desk: Desk, clock: VirtualClock) -> None:
    desk.fakes["n1"] = FakeHealthSource(clock, name="n1")
    desk.fakes["n1"].script = [Unreachable("No.")] * 9
    desk.poller.start([desk.source("n1"), desk.source("n2", health_row(source="n2"))])
    clock.advance(46)
    assert desk.asked_after_s("n2") == [15, 30, 45]
    assert desk.level("n2") == LIVE


def test_a_bug_in_reading_an_answer_does_not_end_the_asking(desk: Desk, clock: VirtualClock) -> None:
    def bug() -> None:
        raise ZeroDivisionError

    desk.fakes["n1"] = FakeHealthSource(clock, [health_row()])
    desk.fakes["n1"].script = [bug]
    desk.poller.start([desk.source("n1")])
    with pytest.raises(ZeroDivisionError):
        clock.advance(1)
    clock.advance(15)
    assert desk.level() == LIVE


def test_a_full_disk_stops_the_writing_and_not_the_board(desk: Desk, clock: VirtualClock) -> None:
    row = health_row()
    desk.poller.start([desk.source("n1", row)])
    clock.advance(1)
    desk.history.is_full = True
    desk.fakes["n1"].rows = (health_row("load", "critical"),)
    clock.advance(30)
    assert [found.state for found in desk.poller.board.rows()] == ["critical"]
    assert [type(error) for error in desk.troubles] == [DiskFull, DiskFull]
    assert desk.history.real.row(row.id) == row
    desk.history.is_full = False
    clock.advance(15)
    found = desk.history.real.row(row.id)
    assert found is not None
    assert found.state == "critical"


def test_a_source_that_is_taken_away_is_never_asked_again(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([desk.source("n1", health_row()), desk.source("n2", health_row(source="n2"))])
    clock.advance(1)
    desk.poller.set_sources([desk.source("n2")])
    clock.advance(60)
    assert desk.asked_after_s("n1") == []
    assert [row.source for row in desk.poller.board.rows()] == ["n2"]
    assert desk.poller.connector("n2") is desk.fakes["n2"]
    with pytest.raises(NotFound):
        desk.poller.connector("n1")
    assert desk.fakes["n1"].is_closed


def test_stopped_it_asks_no_more_and_lets_go(desk: Desk, clock: VirtualClock) -> None:
    desk.poller.start([desk.source("n1", health_row())])
    clock.advance(1)
    desk.poller.stop()
    desk.poller.close()
    clock.advance(60)
    assert desk.asked_after_s() == []
    assert desk.fakes["n1"].is_closed
    assert desk.history.real.take_lease("poller", "other", clock.now(), 10)


def test_two_processes_one_polls_the_other_follows_and_takes_over(
    new_desk: Callable[[str], Desk], clock: VirtualClock
) -> None:
    first, second = new_desk("a"), new_desk("b")
    row = health_row()
    first.poller.start([first.source("n1", row)])
    clock.advance(1)
    second.poller.start([second.source("n1", row)])
    clock.advance(30)
    assert (first.poller.is_polling, second.poller.is_polling) == (True, False)
    assert second.fakes["n1"].asked == []
    assert not second.poller.poll_now("n1")
    first.fakes["n1"].rows = (health_row("load", "critical"),)
    clock.advance(16)
    assert [found.state for found in second.poller.board.rows()] == ["critical"]
    assert second.level() == LIVE
    # Killed: it stops without letting go.
    first.poller.stop()
    clock.advance(13)
    assert second.poller.is_polling
    assert len(second.fakes["n1"].asked) >= 1


def test_a_restart_shows_what_was_known_with_its_age(new_desk: Callable[[str], Desk], clock: VirtualClock) -> None:
    first = new_desk("desk")
    first.poller.start([first.source("n1", health_row())])
    clock.advance(1)
    first.poller.stop()
    clock.advance(3600)
    second = new_desk("desk")
    source = second.source("n1")
    second.fakes["n1"].script = [Unreachable("No.")]
    second.poller.start([source])
    clock.advance(1)
    assert [row.name for row in second.poller.board.rows()] == ["load"]
    assert second.level() == STALE


def test_it_runs_on_real_threads_and_ends(tmp_path: Path, clock: VirtualClock) -> None:
    lanes, kept = Lanes(), threading.Event()
    history = open_history(Profile(tmp_path / "p"), SystemClock())
    fake = FakeHealthSource(clock, [health_row()])
    poller = Poller(
        history, lanes, SystemClock(), ThreadTimer(SystemClock()), lambda _source: fake, holder="desk",
        on_touched=lambda _touched: kept.set() if history.rows("n1") else None,
    )  # fmt: skip
    poller.start([Source(id="n1", name="n1", kind="fake")])
    assert kept.wait(10)
    poller.stop()
    assert lanes.close()
    poller.close()
    assert fake.is_closed
    assert history.take_lease("poller", "other", SystemClock().now(), 10)
    history.close()


def test_once_asks_each_source_and_tells_how_it_went(desk: Desk, clock: VirtualClock) -> None:
    sources = [
        desk.source("n1", health_row(), health_row("b", "critical")), desk.source("n2"),
        desk.source("n3", enabled=False),
    ]  # fmt: skip
    desk.fakes["n2"].script = [Unreachable("No answer.", hint="Check the address.")]
    found = poll_once(sources, desk.connect, desk.history.real, clock, CancelToken(), holder="cli")
    assert [(one.name, one.ok, one.services, one.problems, one.bytes, one.error) for one in found] == [
        ("n1", True, 2, 1, 200, ""),
        ("n2", False, 0, 0, 0, "No answer. Check the address."),
    ]
    assert len(desk.history.real.rows()) == 2
    assert desk.history.real.marks()["n2"].error == "No answer. Check the address."
    assert desk.history.real.take_lease("poller", "desk", clock.now(), 10)


def test_once_asks_twice_before_it_believes_that_all_is_gone(desk: Desk, clock: VirtualClock) -> None:
    source = desk.source("n1", health_row())
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    def once() -> int:
        poll_once([source], desk.connect, desk.history.real, clock, CancelToken(), holder="cli", wait=wait)
        return len(desk.history.real.rows())

    assert once() == 1
    desk.fakes["n1"].script = [[]]
    assert once() == 1
    desk.fakes["n1"].rows = ()
    assert once() == 0
    assert waits == [1.0, 1.0]


def test_once_keeps_nothing_while_another_process_polls(desk: Desk, clock: VirtualClock) -> None:
    desk.history.real.take_lease("poller", "desk", clock.now(), 10)
    found = poll_once(
        [desk.source("n1", health_row())], desk.connect, desk.history.real, clock, CancelToken(), holder="cli"
    )
    assert [one.ok for one in found] == [True]
    assert desk.history.real.rows() == []
