"""When to ask a remote again: back-off, circuit breaker and token bucket as values.

Nothing here sleeps, reads a clock or rolls dice: the caller hands in monotonic seconds and a random
source, and gets back the next value. So every order of failures is a plain unit test.

Breaker, one per remote and direction (the waits are those of a breaker that is not told others):

    state    event                          next      what it means
    closed   success                        closed    failures = 0
    closed   failure, fewer than 5 in a row closed    failures + 1
    closed   the 5th failure in a row       open      wait 30 s
    open     asked before the wait is over  open      no call
    open     asked after the wait           probing   one call, and one only
    open     hurried (a person wants it)    open      the same wait, over already
    probing  asked again                    probing   no call
    probing  success                        closed    failures = 0
    probing  failure                        open      wait doubled, 10 min at most
    probing  cancelled                      open      the same wait, over already
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Random = Callable[[], float]
"""A float in [0, 1)."""

chance: Random = random.SystemRandom().random
"""The one for real runs: two processes never wait the same."""

FAILURES_TO_OPEN = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full-jitter exponential back-off; a server's Retry-After is honoured up to a cap."""

    first_s: float = 1.0
    longest_s: float = 300.0
    longest_retry_after_s: float = 600.0

    def ceiling_s(self, attempt: int) -> float:
        """The most that attempt number ``attempt`` (from 0) may wait."""
        # 2.0**1024 overflows; no ceiling needs more doublings than this.
        return min(self.longest_s, self.first_s * 2.0 ** min(attempt, 60))

    def delay_s(self, attempt: int, random: Random, retry_after_s: float | None = None) -> float:
        """Seconds to wait before the next try. With Retry-After: that, plus up to ``first_s`` of jitter."""
        if retry_after_s is not None:
            return min(max(0.0, retry_after_s), self.longest_retry_after_s) + self.first_s * random()
        return self.ceiling_s(attempt) * random()


@dataclass(frozen=True, slots=True)
class Breaker:
    """See the table at the top of this file. ``first_wait_s``, ``longest_wait_s``: what ``wait_s`` goes between."""

    state: Literal["closed", "open", "probing"] = "closed"
    failures: int = 0
    wait_s: float = FIRST_WAIT_S
    probe_at_s: float = 0.0
    first_wait_s: float = FIRST_WAIT_S
    longest_wait_s: float = LONGEST_WAIT_S

    def ask(self, now_s: float) -> tuple[Breaker, bool]:
        """The next value, and whether a call may be made now."""
        if self.state == "closed":
            return self, True
        if self.state == "open" and now_s >= self.probe_at_s:
            return replace(self, state="probing"), True
        return self, False

    def succeeded(self) -> Breaker:
        return Breaker(first_wait_s=self.first_wait_s, longest_wait_s=self.longest_wait_s)

    def failed(self, now_s: float) -> Breaker:
        failures = self.failures + 1
        if self.state == "closed":
            if failures < FAILURES_TO_OPEN:
                return replace(self, failures=failures)
            return self._opened(failures, self.first_wait_s, now_s)
        if self.state == "open":  # a call begun earlier ended late: it tells nothing new
            return self
        return self._opened(failures, self.wait_s * 2, now_s)

    def cancelled(self) -> Breaker:
        """A call was stopped by a person: it proved nothing, and the probe is free again."""
        return replace(self, state="open") if self.state == "probing" else self

    def hurried(self, now_s: float) -> Breaker:
        """A person wants it now: the wait is over, and it is still one call."""
        return replace(self, probe_at_s=min(self.probe_at_s, now_s))

    def _opened(self, failures: int, wait_s: float, now_s: float) -> Breaker:
        wait_s = min(wait_s, self.longest_wait_s)
        return replace(self, state="open", failures=failures, wait_s=wait_s, probe_at_s=now_s + wait_s)


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """At most ``burst`` calls at once and ``rate_per_s`` in the long run."""

    rate_per_s: float
    burst: float
    tokens: float
    at_s: float

    @classmethod
    def full(cls, rate_per_s: float, burst: float, now_s: float) -> TokenBucket:
        """Raises ValueError for a rate or burst that would never let a call through."""
        if rate_per_s <= 0 or burst < 1:
            raise ValueError("a bucket needs a rate above 0 and room for one call")
        return cls(rate_per_s, burst, burst, now_s)

    def take(self, now_s: float) -> tuple[TokenBucket, float]:
        """The next value, and seconds to wait before the call; the token is reserved either way."""
        at_s = max(now_s, self.at_s)
        tokens = min(self.burst, self.tokens + (at_s - self.at_s) * self.rate_per_s) - 1
        return replace(self, tokens=tokens, at_s=at_s), max(0.0, -tokens / self.rate_per_s)
