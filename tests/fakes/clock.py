"""Time that a test turns by hand: a clock, and the timer that goes by it. Nothing here ever sleeps."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from app.base.clock import Moment

START_AT: Moment = 1_800_000_000_000


class VirtualClock:
    """Wall and monotonic time, and calls that are due at a monotonic moment. Starts at ``START_AT`` unless said."""

    def __init__(self, at: Moment = START_AT) -> None:
        self._start_at = at
        self._elapsed_ms = 0
        self._shift_ms = 0
        self._order = itertools.count()
        self._due: list[tuple[int, int, Callable[[], None]]] = []

    def now(self) -> Moment:
        return self._start_at + self._elapsed_ms + self._shift_ms

    def monotonic(self) -> float:
        return 1000.0 + self._elapsed_ms / 1000

    def set_back(self, by_s: float) -> None:
        """Somebody sets the wall clock back (or, negative, ahead); monotonic time does not notice."""
        self._shift_ms -= round(by_s * 1000)

    def call_at(self, mono_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """The timer of the poller: ``call`` once ``monotonic()`` is there; gives its cancellation."""
        entry = (round((mono_s - 1000.0) * 1000), next(self._order), call)
        heapq.heappush(self._due, entry)

        def cancel() -> None:
            if entry in self._due:
                self._due.remove(entry)
                heapq.heapify(self._due)

        return cancel

    def timer(self) -> VirtualTimer:
        """A timer of one's own, for one process among several."""
        return VirtualTimer(self)

    def advance(self, by_s: float) -> None:
        """Let time pass; what falls due on the way is called at its own moment, in order."""
        end_ms = self._elapsed_ms + round(by_s * 1000)
        while self._due and self._due[0][0] <= end_ms:
            due_ms, _, call = heapq.heappop(self._due)
            self._elapsed_ms = max(self._elapsed_ms, due_ms)
            call()
        self._elapsed_ms = max(self._elapsed_ms, end_ms)

    def spend(self, by_s: float) -> None:
        """Time that passes inside a call, such as a slow answer: nothing else is called meanwhile."""
        self._elapsed_ms += round(by_s * 1000)


class VirtualTimer:
    """The poller's timer on a virtual clock; closing it leaves the others running."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._cancels: list[Callable[[], None]] = []
        self._is_closed = False

    def call_at(self, mono_s: float, call: Callable[[], None]) -> Callable[[], None]:
        if self._is_closed:
            return lambda: None
        cancel = self._clock.call_at(mono_s, call)
        self._cancels.append(cancel)
        return cancel

    def close(self) -> None:
        self._is_closed = True
        for cancel in self._cancels:
            cancel()
