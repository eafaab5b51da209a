"""One request's watch: ends it at its deadline or when a person cancels, whatever the server does.

Socket time-outs alone do not: a server that sends a byte a second never hits one. So a helper thread,
alive only while the request is, shuts the connection down from outside. Knows sockets, not HTTP.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Literal

from app.base.clock import Clock
from app.base.events import CancelToken

_TICK_S = 0.05
Verdict = Literal["", "expired", "cancelled"]


class Watch:
    """Context manager around one request. ``verdict`` tells afterwards whether the watch ended it."""

    def __init__(self, total_s: float, cancel: CancelToken | None, clock: Clock) -> None:
        self._clock = clock
        self._cancel = cancel
        self._started_s = clock.monotonic()
        self._ends_s = self._started_s + total_s
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._cut = False
        self._thread = threading.Thread(target=self._run, name="net-watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        with self._lock:
            self._drop_line()

    @property
    def elapsed_s(self) -> float:
        return self._clock.monotonic() - self._started_s

    @property
    def remaining_s(self) -> float:
        """Seconds left, never below a millisecond (0 would mean "no time-out" to sockets)."""
        return max(0.001, self._ends_s - self._clock.monotonic())

    @property
    def verdict(self) -> Verdict:
        if self._cancel is not None and self._cancel.is_cancelled:
            return "cancelled"
        return "expired" if self._clock.monotonic() >= self._ends_s else ""

    def hold(self, line: socket.socket) -> None:
        """This is the connection the request now uses. Kept as a duplicate: TLS takes the original over."""
        copy = socket.fromfd(line.fileno(), line.family, line.type)
        with self._lock:
            self._drop_line()
            self._line = copy
            if self._cut:
                self._shut()

    def _run(self) -> None:
        while not self._over.wait(_TICK_S if self._cut else min(_TICK_S, self.remaining_s)):
            if self.verdict:
                # Again and again: a socket that is just about to connect cannot be shut yet.
                with self._lock:
                    self._cut = True
                    self._shut()

    def _shut(self) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):  # it may be closed already: that is what we want
                self._line.shutdown(socket.SHUT_RDWR)

    def _drop_line(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
