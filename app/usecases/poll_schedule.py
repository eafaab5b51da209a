"""When a source is asked next: pure arithmetic on monotonic seconds.

state        left by
regular      every interval from the first asking on, never drifting; missed times are skipped
not before   the source asked us to wait (Retry-After): the first regular time after that
parked       credentials were refused: asked once, then only when something changed (a lock-out is worse)
confirm      a doubtful answer: once more after ``CONFIRM_S``, or at the next regular time when that is sooner
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from app.base.errors import NeedsSignIn, RemoteTrouble, SecretsTrouble, WatchdeskError

CONFIRM_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """``anchor_s``: the first asking; times are ``anchor_s + n * interval_s``. ``not_before_s``: see above."""

    anchor_s: float
    interval_s: float
    not_before_s: float = -math.inf
    parked: bool = False

    def next_s(self, now_s: float) -> float | None:
        """The next regular time after now; None when parked."""
        if self.parked:
            return None
        after_s = max(now_s, self.not_before_s)
        steps = math.floor((after_s - self.anchor_s) / self.interval_s) + 1
        return self.anchor_s + max(0, steps) * self.interval_s

    def soon_s(self, now_s: float) -> float | None:
        """Once more soon; None when parked."""
        regular_s = self.next_s(now_s)
        return None if regular_s is None else min(regular_s, max(now_s + CONFIRM_S, self.not_before_s))


def after_answer(schedule: Schedule, interval_s: float, now_s: float) -> Schedule:
    """A complete answer; a new interval starts from here."""
    if interval_s != schedule.interval_s:
        return Schedule(now_s, interval_s)
    return replace(schedule, not_before_s=-math.inf, parked=False)


def after_failure(schedule: Schedule, error: WatchdeskError, now_s: float) -> Schedule:
    """A failed asking."""
    if isinstance(error, (NeedsSignIn, SecretsTrouble)):
        return replace(schedule, parked=True)
    if isinstance(error, RemoteTrouble) and error.retry_after_s is not None:
        return replace(schedule, not_before_s=now_s + error.retry_after_s)
    return schedule
