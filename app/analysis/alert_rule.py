"""What a rule makes of samples: when it fires, since when, and when nothing can be said.

The same function judges the present and tries a rule on what is stored. Pure; moments in ms.

    quiet --beyond the limit--> holding --for long enough--> firing --back past ``clear``--> quiet
    holding --a sample within the limit, or a gap in the samples--> quiet
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from app.base.clock import MINUTE, SECOND, Moment
from app.domain.alert_rule import ABOVE, ABSENCE, BELOW, RATE, AlertRule, is_beyond
from app.domain.health import GOOD_STATES
from app.domain.history import Stretch

LEAST_GAP_MS: Final = 5 * MINUTE
"""Samples nearer to each other are never a gap."""
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Firing:
    """A time in which a rule fired, the end not in it; ``until_at`` None: it still does. ``worst``: the value that
    was farthest beyond the limit, of an absence None."""

    from_at: Moment
    until_at: Moment | None
    worst: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says now. ``firing``: None when it is quiet. ``is_known``: whether there are samples to judge by.
    ``value``: the newest, None without one."""

    firing: Firing | None
    is_known: bool
    value: float | None


Sample = tuple[Moment, float]


def firings(rule: AlertRule, samples: Sequence[Sample], now_at: Moment) -> list[Firing]:
    """When the rule fired over a series, oldest first. ``samples``: in order of time, up to ``now_at``."""
    if rule.kind == ABSENCE:
        return list(_absences(rule, [at for at, _value in samples], now_at))
    series = rates(samples, rule.window_s) if rule.kind == RATE else samples
    return list(_beyond(rule, rule.side, series, gap_ms(samples)))


def verdict(rule: AlertRule, samples: Sequence[Sample], now_at: Moment) -> Verdict:
    """What the rule says at ``now_at``. Too old a sample proves nothing, unless its absence is what is looked for."""
    fired = firings(rule, samples, now_at)
    running = fired[-1] if fired and fired[-1].until_at is None else None
    if rule.kind == ABSENCE:
        return Verdict(running, bool(samples), None)
    series = rates(samples, rule.window_s) if rule.kind == RATE else samples
    if not series:
        return Verdict(None, False, None)
    last_at, value = series[-1]
    return Verdict(running, now_at - last_at <= gap_ms(samples), value)


def rates(samples: Sequence[Sample], window_s: float) -> list[Sample]:
    """The change per second over the window, at each sample that has another at least a window before it."""
    window = round(window_s * SECOND)
    moments = [at for at, _value in samples]
    found: list[Sample] = []
    for at, value in samples:
        first = bisect_right(moments, at - window) - 1
        if first >= 0:
            since_at, before = samples[first]
            found.append((at, (value - before) * SECOND / (at - since_at)))
    return found


def gap_ms(samples: Sequence[Sample]) -> int:
    """The distance from which two samples have a gap between them: three times the usual one, 5 minutes at least."""
    steps = [after - before for (before, _), (after, _) in pairwise(samples)]
    return max(LEAST_GAP_MS, round(_STEPS * median(steps))) if steps else LEAST_GAP_MS


def availability_firings(
    rule: AlertRule, stretches: Iterable[Stretch], since_at: Moment, until_at: Moment, step_ms: int
) -> list[Firing]:
    """When the share of good time in the window before each step was below the limit. ``stretches``: of one row, in
    order; time that is not told of counts for nothing."""
    shares = list(good_shares(list(stretches), round(rule.window_s * SECOND), since_at, until_at, step_ms))
    return list(_beyond(rule, BELOW, shares, step_ms))


def good_shares(
    stretches: Sequence[Stretch], window_ms: int, since_at: Moment, until_at: Moment, step_ms: int
) -> Iterator[Sample]:
    """(moment, per cent of good time in the window before it), every step; none where nothing is known of it."""
    for at in range(since_at, until_at + 1, step_ms):
        known = good = 0
        for stretch in stretches:
            told = min(stretch.until_at, at) - max(stretch.from_at, at - window_ms)
            if told > 0 and stretch.state:
                known += told
                good += told if stretch.state in GOOD_STATES else 0
        if known:
            yield at, 100 * good / known


def _absences(rule: AlertRule, moments: Sequence[Moment], now_at: Moment) -> Iterator[Firing]:
    quiet = round(rule.window_s * SECOND)
    for before, after in zip(moments, [*moments[1:], None], strict=False):
        if (after if after is not None else now_at) - before > quiet:
            yield Firing(before + quiet, after, None)


def _beyond(rule: AlertRule, side: str, samples: Sequence[Sample], gap: int) -> Iterator[Firing]:
    clear = rule.limit if rule.clear is None else rule.clear
    hold = round(rule.for_s * SECOND)
    since_at: Moment | None = None
    began_at: Moment | None = None
    worst = 0.0
    before_at: Moment | None = None
    for at, value in samples:
        if began_at is not None:
            worst = _worse(worst, value, side)
            if not is_beyond(value, clear, side):
                yield Firing(began_at, at, worst)
                since_at = began_at = None
        elif not is_beyond(value, rule.limit, side):
            since_at = None
        else:
            if since_at is None or (before_at is not None and at - before_at > gap):
                since_at, worst = at, value
            worst = _worse(worst, value, side)
            if at - since_at >= hold:
                began_at = at
        before_at = at
    if began_at is not None:
        yield Firing(began_at, None, worst)


def _worse(one: float, other: float, side: str) -> float:
    return max(one, other) if side == ABOVE else min(one, other)
