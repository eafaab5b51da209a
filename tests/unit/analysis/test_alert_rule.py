"""What a rule makes of samples, held against looking at each sample by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.alert_rule import Firing, availability_firings, firings, gap_ms, good_shares, rates, verdict
from app.base.clock import HOUR, MINUTE, SECOND
from app.domain.alert_rule import ABOVE, ABSENCE, AVAILABILITY, BELOW, RATE, AlertRule
from app.domain.history import Stretch
from tests.plugins.seeds import thorough


def rule(**more: object) -> AlertRule:
    given: dict[str, object] = {"id": "r", "name": "r", "rows": "", "limit": 10.0, **more}
    return AlertRule(**given)  # type: ignore[arg-type]


def every_minute(*values: float) -> list[tuple[int, float]]:
    return [(at * MINUTE, value) for at, value in enumerate(values)]


def test_a_limit_is_right_itself_and_what_is_beyond_it_fires() -> None:
    samples = every_minute(10, 11, 13, 10, 9, 11)
    assert firings(rule(), samples, 6 * MINUTE) == [
        Firing(MINUTE, 3 * MINUTE, 13), Firing(5 * MINUTE, None, 11)
    ]  # fmt: skip
    assert firings(rule(side=BELOW), samples, 6 * MINUTE) == [Firing(4 * MINUTE, 5 * MINUTE, 9)]


def test_it_must_hold_and_ends_only_past_its_clear_value() -> None:
    samples = every_minute(11, 11, 9, 11, 12, 14, 10, 8, 7, 11)
    assert firings(rule(for_s=120), samples, HOUR) == [Firing(5 * MINUTE, 6 * MINUTE, 14)]
    assert firings(rule(for_s=120, clear=8), samples, HOUR) == [Firing(5 * MINUTE, 7 * MINUTE, 14)]


def test_a_gap_in_the_samples_does_not_hold() -> None:
    samples = [*every_minute(11, 11), (30 * MINUTE, 11.0), (31 * MINUTE, 11.0)]
    assert firings(rule(for_s=300), samples, HOUR) == []
    assert gap_ms(samples) == 5 * MINUTE
    hourly = [(at * HOUR, 11.0) for at in range(4)]
    assert firings(rule(for_s=7200), hourly, 4 * HOUR) == [Firing(2 * HOUR, None, 11)]


def test_a_rate_is_taken_over_its_window() -> None:
    samples = every_minute(0, 60, 120, 720, 720)
    assert rates(samples, 60) == [(MINUTE, 1), (2 * MINUTE, 1), (3 * MINUTE, 10), (4 * MINUTE, 0)]
    fills = rule(kind=RATE, limit=5, window_s=60)
    assert firings(fills, samples, 5 * MINUTE) == [Firing(3 * MINUTE, 4 * MINUTE, 10)]
    assert firings(rule(kind=RATE, side=BELOW, limit=-1, window_s=60), every_minute(100, 0), HOUR) == [
        Firing(MINUTE, None, -100 / 60)
    ]


def test_absence_begins_a_window_after_the_last_sample() -> None:
    silent = rule(kind=ABSENCE, window_s=600)
    samples = [(0, 1.0), (5 * MINUTE, 1.0), (40 * MINUTE, 1.0)]
    assert firings(silent, samples, 45 * MINUTE) == [Firing(15 * MINUTE, 40 * MINUTE, None)]
    assert firings(silent, samples, HOUR)[-1] == Firing(50 * MINUTE, None, None)
    assert verdict(silent, samples, HOUR).firing == Firing(50 * MINUTE, None, None)
    assert not verdict(silent, [], HOUR).is_known


def test_an_old_sample_proves_nothing() -> None:
    samples = every_minute(1, 2, 3)
    assert verdict(rule(), samples, 4 * MINUTE).is_known
    assert not verdict(rule(), samples, 8 * MINUTE).is_known
    assert verdict(rule(), [], 0) == verdict(rule(), [], HOUR)
    burning = verdict(rule(), every_minute(11, 12), 8 * MINUTE)
    assert (burning.is_known, burning.firing) == (False, Firing(0, None, 12)), "its last word is kept"


def test_availability_counts_only_what_is_known() -> None:
    told = [
        Stretch("a", "ok", 0, 6 * MINUTE), Stretch("a", "critical", 6 * MINUTE, 9 * MINUTE),
        Stretch("a", "ok", 12 * MINUTE, 30 * MINUTE),
    ]  # fmt: skip
    assert list(good_shares(told, 10 * MINUTE, 10 * MINUTE, 10 * MINUTE, MINUTE)) == [
        (10 * MINUTE, pytest.approx(100 * 6 / 9))
    ]
    below = rule(kind=AVAILABILITY, limit=90, window_s=600)
    (fired,) = availability_firings(below, told, 0, 30 * MINUTE, MINUTE)
    assert (fired.from_at, fired.until_at) == (7 * MINUTE, 19 * MINUTE)
    assert fired.worst == pytest.approx(100 * 4 / 7)


@given(
    st.lists(st.integers(0, 20), max_size=30),
    st.integers(0, 4),
    st.one_of(st.none(), st.integers(0, 10)),
    st.sampled_from([ABOVE, BELOW]),
)
@thorough(8)
def test_any_series(values: list[int], hold: int, clear: int | None, side: str) -> None:
    """Told by the state at each sample, from the definition: firing began when all of the last ``hold`` minutes were
    beyond the limit, and no sample since was on the right side of ``clear``."""
    samples = every_minute(*values)
    sign = 1 if side == ABOVE else -1
    end = 10 if clear is None else (clear if side == ABOVE else 20 - clear)
    bad = [sign * value > sign * 10 for value in values]
    ended = [not sign * value > sign * end for value in values]
    state, states = False, []
    run = 0
    for is_bad, is_end in zip(bad, ended, strict=True):
        if state:
            state, run = not is_end, 0
        else:
            run = run + 1 if is_bad else 0
            state = run > hold
        states.append(state)
    fired = firings(rule(for_s=hold * 60, clear=None if clear is None else float(end), side=side), samples, HOUR)
    told = [
        any(each.from_at <= at and (each.until_at is None or at < each.until_at) for each in fired)
        for at, _value in samples
    ]
    assert told == states
    assert all(each.until_at is None for each in fired[-1:]) == (not fired or states[-1])


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20, unique=True))
def test_each_second_is_absent_or_not(moments: list[int]) -> None:
    moments = sorted(moments)
    now = moments[-1] + 40 * SECOND
    fired = firings(rule(kind=ABSENCE, window_s=30), [(at, 0.0) for at in moments], now)
    for probe in range(moments[0], now, 997):
        last = max(at for at in moments if at <= probe)
        told = any(each.from_at <= probe and (each.until_at is None or probe < each.until_at) for each in fired)
        assert told == (probe - last >= 30 * SECOND), probe
