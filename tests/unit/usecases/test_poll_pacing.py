"""How often a source that fails is asked, and that its data grow old by the clock and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from app.base.errors import BadAnswer, Limited, NeedsSignIn, TimedOut, Unreachable, WatchdeskError
from app.domain.freshness import LATE, LIVE, STALE
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import health_row
from tests.fakes.poll_desk import Desk


def gaps(desk: Desk) -> list[float]:
    asked = [0.0, *desk.asked_after_s()]
    return [round(after - before, 3) for before, after in pairwise(asked)]


def started(desk: Desk, clock: VirtualClock, script: Sequence[WatchdeskError], **more: object) -> None:
    """A source that answered once, a second ago, and now does this."""
    desk.poller.start([desk.source("n1", health_row(), **more)])
    clock.advance(1)
    desk.fakes["n1"].script = [*script]


def test_a_failing_source_is_tried_soon_then_ever_later_then_once_in_a_while(desk: Desk, clock: VirtualClock) -> None:
    started(desk, clock, [Unreachable("No.")] * 99)
    clock.advance(300)
    # Full jitter at its middle; then the breaker: 30 s, 60 s and half a tenth more.
    assert gaps(desk)[:8] == [15.0, 1.875, 3.75, 7.5, 7.5, 31.5, 63.0, 63.0]
    assert desk.error() == "No. It keeps failing: it is asked every 1 min until it answers."
    assert desk.history.real.marks()["n1"].error == desk.error()


def test_a_hiccup_is_over_before_anybody_sees_it(desk: Desk, clock: VirtualClock) -> None:
    started(desk, clock, [TimedOut("Late.")])
    for _ in range(60):
        clock.advance(1)
        assert desk.level() == LIVE
    assert desk.error() == ""


def test_one_answer_closes_the_breaker(desk: Desk, clock: VirtualClock) -> None:
    started(desk, clock, [BadAnswer("Odd.")] * 6)
    clock.advance(170)
    assert (desk.level(), desk.error()) == (LIVE, "")
    count = len(desk.fakes["n1"].asked)
    desk.fakes["n1"].script = [BadAnswer("Odd.")]
    clock.advance(18)
    assert len(desk.fakes["n1"].asked) == count + 2


def test_a_person_gets_the_one_try_of_a_broken_source(desk: Desk, clock: VirtualClock) -> None:
    started(desk, clock, [Unreachable("No.")] * 99)
    clock.advance(40)
    before = len(desk.fakes["n1"].asked)
    assert desk.poller.poll_now("n1")
    clock.advance(5)
    assert len(desk.fakes["n1"].asked) == before + 1
    desk.fakes["n1"].script = []
    desk.poller.poll_now("n1")
    clock.advance(0.1)
    assert desk.level() == LIVE


def test_a_busy_source_gets_the_time_it_asked_for_and_no_person_shortens_it(desk: Desk, clock: VirtualClock) -> None:
    started(desk, clock, [Limited("Busy.", retry_after_s=120.0)])
    desk.dice = 0.0
    clock.advance(15)
    desk.poller.poll_now("n1")
    clock.advance(100)
    assert gaps(desk) == [15.0]
    clock.advance(25)
    assert gaps(desk)[:2] == [15.0, 120.0]


def test_a_wrong_password_is_tried_once_and_says_that_it_is_paused(desk: Desk, clock: VirtualClock) -> None:
    started(desk, clock, [NeedsSignIn("n1 did not accept the password.")])
    clock.advance(36_000)
    assert gaps(desk) == [15.0]
    assert desk.level() == STALE
    assert desk.error().startswith("Paused: n1 refused its sign-in. It is not tried again, ")
    assert desk.history.real.marks()["n1"].error == desk.error()


DEAD: dict[str, WatchdeskError] = {
    "refused": Unreachable("No."),
    "slow": TimedOut("Late."),
    "odd": BadAnswer("HTML."),
    "busy": Limited("Busy.", retry_after_s=600.0),
    "password": NeedsSignIn("No."),
}


@pytest.mark.parametrize("dice", [0.0, 0.5, 0.999])
@pytest.mark.parametrize("kind", DEAD)
def test_data_grow_late_and_stale_by_the_interval_whatever_the_pace(
    new_desk: Callable[[str], Desk], clock: VirtualClock, kind: str, dice: float
) -> None:
    desk = new_desk("desk")
    desk.dice = dice
    desk.poller.start([desk.source("n1", health_row(), interval_s=15.0, deadline_s=15.0)])
    clock.advance(0)
    desk.fakes["n1"].script = [DEAD[kind]] * 9_999
    for second in range(1, 300):
        clock.advance(1)
        wanted = LIVE if second < 22.5 else LATE if second < 45 else STALE
        assert desk.level() == wanted, second


def test_a_source_that_always_fails_never_keeps_the_poller_busy(desk: Desk, clock: VirtualClock) -> None:
    desk.dice = 0.0
    started(desk, clock, [Limited("Busy.", retry_after_s=0.0)] * 9_999)
    clock.advance(3600)
    assert len(desk.fakes["n1"].asked) < 75
