"""Back-off, breaker and bucket as values, against random orders of events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.pacing import Backoff, Breaker, TokenBucket

UNIT = st.floats(0, 1, exclude_max=True)


@given(attempt=st.integers(0, 10_000), dice=UNIT)
def test_a_delay_lies_between_nothing_and_its_ceiling(attempt: int, dice: float) -> None:
    backoff = Backoff()
    assert 0 <= backoff.delay_s(attempt, lambda: dice) <= backoff.ceiling_s(attempt) <= 300


def test_ceilings_double_up_to_five_minutes() -> None:
    assert [Backoff().ceiling_s(n) for n in range(10)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


@given(attempt=st.integers(0, 50), dice=UNIT, asked_s=st.floats(0, 1e9))
def test_retry_after_is_kept_up_to_ten_minutes(attempt: int, dice: float, asked_s: float) -> None:
    delay_s = Backoff().delay_s(attempt, lambda: dice, asked_s)
    assert min(asked_s, 600) <= delay_s <= min(asked_s, 600) + 1


def test_a_breaker_opens_at_the_fifth_failure_and_probes_ever_later() -> None:
    breaker, now_s, waits = Breaker(), 100.0, []
    for _ in range(4):
        breaker = breaker.failed(now_s)
        assert breaker.ask(now_s)[1]
    breaker = breaker.failed(now_s)
    for _ in range(7):
        assert not breaker.ask(breaker.probe_at_s - 0.001)[1]
        waits.append(breaker.probe_at_s - now_s)
        now_s = breaker.probe_at_s
        breaker, allowed = breaker.ask(now_s)
        assert allowed
        assert not breaker.ask(now_s + 10_000)[1]
        breaker = breaker.failed(now_s)
    assert waits == [30, 60, 120, 240, 480, 600, 600]
    breaker, _ = breaker.ask(breaker.probe_at_s)
    assert breaker.succeeded() == Breaker()


def test_four_failures_and_a_success_begin_anew() -> None:
    breaker = Breaker()
    for _ in range(20):
        for _ in range(4):
            breaker = breaker.failed(0)
        assert breaker.ask(0)[1]
        breaker = breaker.succeeded()
    assert breaker == Breaker()


def test_a_cancelled_probe_frees_the_probe() -> None:
    breaker = Breaker("open", 5, 30, 10)
    probing, _ = breaker.ask(10)
    again, allowed = probing.cancelled().ask(10)
    assert allowed
    assert again.wait_s == 30
    assert Breaker().cancelled() == Breaker()


def _told(breaker: Breaker, event: str, now_s: float) -> Breaker:
    if event == "bad":
        return breaker.failed(now_s)
    return breaker.succeeded() if event == "ok" else breaker.cancelled()


EVENTS = st.lists(st.tuples(st.sampled_from(["ask", "ok", "bad", "stop"]), st.floats(0, 100)), max_size=60)


@given(EVENTS)
def test_whatever_happens_a_probe_comes_within_ten_minutes(events: list[tuple[str, float]]) -> None:
    breaker, now_s, in_flight = Breaker(), 0.0, 0
    for event, step_s in events:
        now_s += step_s
        if event == "ask":
            breaker, allowed = breaker.ask(now_s)
            in_flight += allowed
        elif in_flight:
            in_flight -= 1
            breaker = _told(breaker, event, now_s)
        assert 30 <= breaker.wait_s <= 600
        assert breaker.state != "closed" or breaker.failures < 5
        assert breaker.state == "closed" or breaker.probe_at_s <= now_s + 600
    if breaker.state == "open":
        assert breaker.ask(now_s + 600)[1]


@given(
    rate=st.floats(0.1, 100),
    burst=st.integers(1, 20),
    steps=st.lists(st.floats(0, 2), min_size=1, max_size=80),
)
def test_a_bucket_never_lets_more_through_than_its_rate(rate: float, burst: int, steps: list[float]) -> None:
    bucket, now_s, sent_at = TokenBucket.full(rate, burst, 0), 0.0, list[float]()
    for step_s in steps:
        now_s += step_s
        bucket, wait_s = bucket.take(now_s)
        assert wait_s >= 0
        sent_at.append(now_s + wait_s)
    for first in range(len(sent_at)):
        for last in range(first, len(sent_at)):
            allowed = burst + rate * (sent_at[last] - sent_at[first])
            assert last - first + 1 <= allowed + 1e-6


def test_a_bucket_whose_clock_runs_back_gives_nothing_away() -> None:
    bucket, _ = TokenBucket.full(1, 1, 100).take(100)
    _, wait_s = bucket.take(50)
    assert wait_s == 1


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0), (1, 0.5)])
def test_a_bucket_that_never_opens_is_refused(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="bucket"):
        TokenBucket.full(rate, burst, 0)
