"""When a source is asked next."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Limited, NeedsSignIn, SecretsTrouble, TimedOut, WatchdeskError
from app.base.pacing import Breaker
from app.usecases.poll_schedule import CONFIRM_S, Schedule, after_answer, after_failure, begun, pace_text, wanted

UNIT = st.floats(0, 1, exclude_max=True)


@given(st.floats(0, 1e6), st.floats(1, 600), st.floats(0, 1e6))
def test_times_stay_on_the_grid_and_ahead(anchor: float, interval: float, passed: float) -> None:
    now = anchor + passed
    found = Schedule(anchor, interval).next_s(now)
    assert found is not None
    assert now - 1e-6 <= found <= now + interval + 1e-6
    steps = (found - anchor) / interval
    assert abs(steps - round(steps)) < 1e-6


def test_a_slow_answer_moves_no_later_time() -> None:
    schedule = Schedule(100.0, 15.0)
    assert schedule.next_s(100.0) == 115.0
    assert schedule.next_s(114.9) == 115.0
    assert schedule.next_s(131.0) == 145.0


def failed(schedule: Schedule, error: WatchdeskError, now_s: float, dice: float = 0.5) -> Schedule:
    return after_failure(schedule, error, now_s, lambda: dice)


def test_refused_credentials_park_until_something_changes() -> None:
    for error in (NeedsSignIn("No."), NeedsSignIn("No.", status=401), SecretsTrouble("No keyring.")):
        parked = failed(Schedule(0.0, 15.0), error, 1.0)
        assert parked.next_s(1.0) is None
        assert parked.soon_s(1.0) is None
        assert "paused" in pace_text(parked)
        assert after_answer(parked, 15.0, 2.0).next_s(2.0) == 15.0
        assert wanted(parked, 3.0).next_s(3.0) == 15.0


def test_a_wait_that_was_asked_for_is_kept_also_when_a_person_wants_it() -> None:
    limited = failed(Schedule(0.0, 15.0), Limited("Wait.", retry_after_s=40.0), 2.0, dice=0.0)
    assert limited.next_s(2.0) == 42.0
    assert limited.soon_s(2.0) == 42.0
    assert wanted(limited, 3.0).at_once_s(3.0) == 42.0
    assert after_answer(limited, 15.0, 46.0).next_s(46.0) == 60.0


@given(st.floats(1, 600), st.lists(UNIT, min_size=4, max_size=4))
def test_the_first_failures_are_tried_again_within_an_interval(interval_s: float, dice: list[float]) -> None:
    schedule, now_s = Schedule(0.0, interval_s), 0.0
    for die in dice:
        schedule = failed(begun(schedule, now_s), TimedOut("Late."), now_s, die)
        found = schedule.next_s(now_s)
        assert found is not None
        assert now_s <= found < now_s + interval_s + 1e-9
        assert pace_text(schedule) == ""
        now_s = found


@pytest.mark.parametrize(
    ("interval_s", "waits"), [(2, [4, 8, 8]), (15, [30, 60, 60]), (30, [30, 60, 60]), (300, [300, 300, 300])]
)
def test_after_five_failures_it_is_tried_once_in_a_while(interval_s: float, waits: list[float]) -> None:
    schedule, now_s = Schedule(0.0, interval_s), 0.0
    for _ in range(5):
        schedule = failed(begun(schedule, now_s), TimedOut("Late."), now_s, 0.0)
    for wait_s in waits:
        assert schedule.next_s(now_s) == now_s + wait_s
        assert failed(schedule, TimedOut("Late."), now_s, 0.999).breaker == schedule.breaker  # begun earlier
        assert "keeps failing" in pace_text(schedule)
        now_s += wait_s
        schedule = failed(begun(schedule, now_s), TimedOut("Late."), now_s, 0.0)
    assert wanted(schedule, now_s).at_once_s(now_s) == now_s
    answered = after_answer(begun(schedule, now_s), interval_s, now_s)
    assert (answered.breaker, answered.retry_s, pace_text(answered)) == (Breaker(), None, "")


def test_a_time_that_was_used_up_is_not_tried_at_once_again() -> None:
    """A bug while it was asked leaves the regular time."""
    tried = begun(failed(Schedule(0.0, 15.0), TimedOut("Late."), 16.0), 20.0)
    assert tried.next_s(20.0) == 30.0


def test_a_doubtful_answer_is_asked_again_soon() -> None:
    assert Schedule(0.0, 15.0).soon_s(1.0) == 1.0 + CONFIRM_S
    assert Schedule(0.0, 15.0).soon_s(13.0) == 15.0


def test_a_new_interval_starts_from_the_answer() -> None:
    assert after_answer(Schedule(0.0, 15.0), 30.0, 16.0).next_s(16.0) == 46.0
