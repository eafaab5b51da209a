"""How far a server's clock is off, of which livestatus tells nothing: what its own moments prove. Pure.

    ahead    a check cannot have run later than now by that clock
    behind   what was checked between two askings cannot be older than the first by more than a check may last

Between the two it is taken for right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.base.clock import MINUTE, Moment

GRAIN_MS: Final = 1_500
LONGEST_CHECK_MS: Final = MINUTE


@dataclass(slots=True)
class ServerClock:
    """``skew_ms``: its clock minus ours, as far as proven."""

    skew_ms: int = 0
    _newest_at: Moment = 0
    _asked_at: Moment = 0

    def learn(self, newest_at: Moment, asked_at: Moment, received_at: Moment) -> None:
        """``newest_at``: the newest moment that an answer tells; the others by our clock."""
        ahead_ms = newest_at - received_at
        is_news = self._asked_at and newest_at > self._newest_at
        behind_ms = newest_at + LONGEST_CHECK_MS - self._asked_at
        found_ms = ahead_ms if ahead_ms > GRAIN_MS else behind_ms if is_news and behind_ms < 0 else 0
        if not is_news and self.skew_ms < 0 and not found_ms:
            found_ms = self.skew_ms  # nothing was checked: nothing new is known
        if abs(found_ms - self.skew_ms) >= GRAIN_MS:
            self.skew_ms = found_ms
        self._newest_at, self._asked_at = newest_at, asked_at
