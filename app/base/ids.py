"""Ids: UUIDv7 made here (RFC 9562, section 5.7), so that they sort by the moment they were made."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from uuid import UUID

from app.base.clock import Clock


class Ids:
    """Makes ids. Each is greater than the one before, also within a millisecond or when the clock steps back.

    ``entropy(n)`` gives n random bytes; tests hand in a seeded one. Safe on any lane.
    """

    def __init__(self, clock: Clock, entropy: Callable[[int], bytes] = os.urandom) -> None:
        self._clock = clock
        self._entropy = entropy
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        """A new id as text, lower case with dashes."""
        random = int.from_bytes(self._entropy(10), "big") & ((1 << 74) - 1)
        with self._lock:
            # 48 bits of time over 74 random bits; the step keeps order when the clock does not move.
            value = max((self._clock.now() << 74) | random, self._last + 1)
            self._last = value
        time_ms, rest = value >> 74, value & ((1 << 74) - 1)
        number = (time_ms << 80) | (7 << 76) | ((rest >> 62) << 64) | (0b10 << 62) | (rest & ((1 << 62) - 1))
        return str(UUID(int=number))
