"""When to call: the port, and the one thread that keeps the poller's times. Tests turn a virtual clock instead."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from app.base.clock import Clock
from app.base.lanes import note_bug

_log = logging.getLogger(__name__)


class Timer(Protocol):
    """Calls at moments of ``Clock.monotonic``. A call must be short: it only hands work to a lane."""

    def call_at(self, mono_s: float, call: Callable[[], None]) -> Callable[[], None]:
        """Call once, at once when the moment has passed; gives its cancellation."""
        ...

    def close(self) -> None: ...


class ThreadTimer:
    """One thread that waits for the earliest call. It ends with ``close``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def call_at(self, mono_s: float, call: Callable[[], None]) -> Callable[[], None]:
        with self._changed:
            entry = (mono_s, next(self._order), call)
            if not self._closed:
                heapq.heappush(self._due, entry)
                self._start()
                self._changed.notify()

        def cancel() -> None:
            with self._changed:
                if entry in self._due:
                    self._due.remove(entry)
                    heapq.heapify(self._due)

        return cancel

    def close(self) -> None:
        """No call comes after this returns, except that it is made from one."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="poll-timer", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            try:
                call()
            except Exception as error:  # one source's bug must not stop the clock of the others
                note_bug(_log, "a timed call failed by a bug", error)

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._closed:
                wait_s = self._due[0][0] - self._clock.monotonic() if self._due else None
                if wait_s is not None and wait_s <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait_s)
        return None
