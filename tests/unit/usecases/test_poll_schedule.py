"""When a source is asked next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Limited, NeedsSignIn, SecretsTrouble, TimedOut
from app.usecases.poll_schedule import CONFIRM_S, Schedule, after_answer, after_failure


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


def test_refused_credentials_park_until_something_changes() -> None:
    for error in (NeedsSignIn("No."), SecretsTrouble("No keyring.")):
        parked = after_failure(Schedule(0.0, 15.0), error, 1.0)
        assert parked.next_s(1.0) is None
        assert parked.soon_s(1.0) is None
        assert after_answer(parked, 15.0, 2.0).next_s(2.0) == 15.0


def test_a_wait_that_was_asked_for_is_kept() -> None:
    limited = after_failure(Schedule(0.0, 15.0), Limited("Wait.", retry_after_s=40.0), 2.0)
    assert limited.next_s(2.0) == 45.0
    assert limited.soon_s(2.0) == 42.0
    assert after_answer(limited, 15.0, 46.0).next_s(46.0) == 60.0


def test_other_failures_are_asked_again_at_the_regular_time() -> None:
    assert after_failure(Schedule(0.0, 15.0), TimedOut("Late."), 16.0).next_s(16.0) == 30.0


def test_a_doubtful_answer_is_asked_again_soon() -> None:
    assert Schedule(0.0, 15.0).soon_s(1.0) == 1.0 + CONFIRM_S
    assert Schedule(0.0, 15.0).soon_s(13.0) == 15.0


def test_a_new_interval_starts_from_the_answer() -> None:
    assert after_answer(Schedule(0.0, 15.0), 30.0, 16.0).next_s(16.0) == 46.0
