"""When a source is asked next: pure arithmetic on monotonic seconds.

state        left by
regular      every interval from the first asking on, never drifting; missed times are skipped
retrying     a failure: once more after a back-off with full jitter, at most an interval; an answer makes it regular
broken       five failures in a row: one try after two intervals (30 s at most), doubled up to four intervals (60 s at
             most), and never more often than regular
not before   the source asked us to wait (Retry-After): nobody asks sooner, also when a person wants it
parked       credentials were refused or cannot be had: asked once, then only when something changed (a lock-out is
             worse); whether it did stands in ``sign_in``. A user who may not is no such case: rights can be given
confirm      a doubtful answer: once more after ``CONFIRM_S``, or at the next regular time when that is sooner

None of this touches freshness: data grow late and stale by the source's interval, however rarely it is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from app.base.errors import RemoteTrouble, SecretsTrouble, WatchdeskError
from app.base.pacing import Backoff, Breaker, Random
from app.base.text import duration, tr
from app.usecases.sign_in import is_refusal

CONFIRM_S: Final = 5.0
JITTER: Final = 0.1
"""Of a wait: consoles that lost the same source together do not come back together."""


def breaker_for(interval_s: float) -> Breaker:
    """Waits that suit how often a source is asked: 30 s to 60 s at 15 s."""
    first_s = max(interval_s, min(30.0, 2 * interval_s))
    return Breaker(wait_s=first_s, first_wait_s=first_s, longest_wait_s=max(interval_s, min(60.0, 4 * interval_s)))


CLOSED: Final = Breaker()


@dataclass(frozen=True, slots=True)
class Schedule:
    """``anchor_s``: the first asking; regular times are ``anchor_s + n * interval_s``. The rest: see above."""

    anchor_s: float
    interval_s: float
    not_before_s: float = -math.inf
    parked: bool = False
    retry_s: float | None = None
    breaker: Breaker = CLOSED

    def next_s(self, now_s: float) -> float | None:
        """The next time after now; None when parked."""
        if self.parked:
            return None
        if self.retry_s is not None:
            return max(now_s, self.retry_s, self.not_before_s)
        after_s = max(now_s, self.not_before_s)
        steps = math.floor((after_s - self.anchor_s) / self.interval_s) + 1
        return self.anchor_s + max(0, steps) * self.interval_s

    def soon_s(self, now_s: float) -> float | None:
        """Once more soon; None when parked."""
        regular_s = self.next_s(now_s)
        return None if regular_s is None else min(regular_s, max(now_s + CONFIRM_S, self.not_before_s))

    def at_once_s(self, now_s: float) -> float:
        """As soon as the source allows: for a person, or for what has just changed."""
        return max(now_s, self.not_before_s)


def begun(schedule: Schedule, now_s: float) -> Schedule:
    """It is being asked: whatever becomes of that, the time for it is used up."""
    breaker, _ = schedule.breaker.hurried(now_s).ask(now_s)
    return replace(schedule, retry_s=None, breaker=breaker)


def wanted(schedule: Schedule, now_s: float) -> Schedule:
    """A person wants it, or something changed: no parking and no back-off holds; a broken source gets its one try."""
    return replace(schedule, parked=False, retry_s=None, breaker=schedule.breaker.hurried(now_s))


def after_answer(schedule: Schedule, interval_s: float, now_s: float) -> Schedule:
    """A complete answer; a new interval starts from here."""
    if interval_s != schedule.interval_s:
        return Schedule(now_s, interval_s)
    return Schedule(schedule.anchor_s, interval_s)


def after_failure(schedule: Schedule, error: WatchdeskError, now_s: float, random: Random) -> Schedule:
    """A failed asking."""
    if isinstance(error, SecretsTrouble) or is_refusal(error):
        return replace(schedule, parked=True, retry_s=None)
    known = schedule.breaker if schedule.breaker.failures else breaker_for(schedule.interval_s)
    breaker = known.failed(now_s)
    asked_s = error.retry_after_s if isinstance(error, RemoteTrouble) else None
    backoff = Backoff(first_s=min(5.0, schedule.interval_s / 4), longest_s=schedule.interval_s)
    wait_s = backoff.delay_s(breaker.failures - 1, random, asked_s)
    if breaker.state == "open":
        wait_s = max(wait_s, breaker.wait_s * (1 + JITTER * random()))
    not_before_s = schedule.not_before_s if asked_s is None else now_s + wait_s
    return replace(schedule, retry_s=now_s + wait_s, not_before_s=not_before_s, breaker=breaker)


def pace_text(schedule: Schedule) -> str:
    """What a person must know about when a failing source is asked again; empty while that is soon."""
    if schedule.parked:
        return tr("Asking is paused until its sign-in is changed or somebody asks by hand.")
    if schedule.breaker.state == "open":
        wait = duration(round(schedule.breaker.wait_s) * 1000)
        return tr("It keeps failing: it is asked every {wait} until it answers.", wait=wait)
    return ""
