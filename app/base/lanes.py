"""Lanes: named worker threads without Qt. What runs where is a table in ARCHITECTURE.

``run(lane, function)``: the function takes a CancelToken and returns an immutable value. ``done`` and
``failed`` are called through ``deliver`` (the GUI bridge's queue; called in place for headless use).
With ``key`` the latest wins: an earlier one that has not finished is cancelled and never delivered.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from app.base.clock import SystemClock
from app.base.errors import Cancelled, WatchdeskError
from app.base.events import CancelToken

WRITE: Final = "write"
READ: Final = "read"
CPU: Final = "cpu"
WORKERS: Final = {WRITE: 1, READ: 2, CPU: 1}
"""Workers per lane; a lane not named here (``net:NAME``) has one."""

T = TypeVar("T")
Deliver = Callable[[Callable[[], None]], None]
_log = logging.getLogger(__name__)


def net(name: str) -> str:
    """The lane of one remote, so that one slow system cannot starve another."""
    return f"net:{name}"


def in_place(call: Callable[[], None]) -> None:
    """Delivery for headless use: on the worker itself."""
    call()


class Task:
    """One submitted call; ``cancel()`` asks it to stop and drops its result."""

    def __init__(self) -> None:
        self.token = CancelToken()
        self.future: Future[None] | None = None

    def cancel(self) -> bool:
        """True when it had not begun: it will never run."""
        self.token.cancel()
        return self.future is not None and self.future.cancel()


class Lanes:
    """All worker threads of this process. Threads start with their first task."""

    def __init__(self, deliver: Deliver = in_place) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._latest: dict[str, Task] = {}
        self._running: set[Task] = set()
        self._writes: set[Task] = set()
        self._closed = False

    def run(
        self,
        lane: str,
        function: Callable[[CancelToken], T],
        *,
        done: Callable[[T], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
        key: str = "",
    ) -> Task:
        """Queue ``function`` on a lane. Errors of the tree go to ``failed``; bugs too, and into the log."""
        task = Task()
        with self._lock:
            if self._closed:
                task.cancel()
                return task
            if key:
                older = self._latest.get(key)
                self._latest[key] = task
                if older is not None and older.cancel():
                    self._forget(older)
            self._running.add(task)
            if lane == WRITE:
                self._writes.add(task)
            task.future = self._pool(lane).submit(self._work, task, function, done, failed)
        return task

    def close(self, deadline_s: float = 5.0) -> bool:
        """Cancel all but the writes, join the threads; False when one did not end in time.

        A write that was asked for is carried out: what was typed last must not be lost by closing the window.
        """
        with self._lock:
            self._closed = True
            pools = list(self._pools.values())
            for task in self._running - self._writes:
                task.cancel()
            writer = self._pools.get(WRITE)
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=pool is not writer)
        waiters = [threading.Thread(target=pool.shutdown, daemon=True) for pool in pools]
        for waiter in waiters:
            waiter.start()
        for waiter in waiters:
            waiter.join(deadline_s)
        return not any(waiter.is_alive() for waiter in waiters)

    def _pool(self, lane: str) -> ThreadPoolExecutor:
        if lane not in self._pools:
            self._pools[lane] = ThreadPoolExecutor(WORKERS.get(lane, 1), thread_name_prefix=lane)
        return self._pools[lane]

    def _work(
        self,
        task: Task,
        function: Callable[[CancelToken], T],
        done: Callable[[T], None] | None,
        failed: Callable[[Exception], None] | None,
    ) -> None:
        try:
            value = function(task.token)
        except Cancelled:
            pass
        except Exception as error:  # a bug on a lane must reach a person, not die with its thread
            if not isinstance(error, WatchdeskError):
                note_bug(_log, "a task failed by a bug", error)
            self._report(task, failed, error)
        else:
            self._report(task, done, value)
        finally:
            with self._lock:
                self._forget(task)

    def _forget(self, task: Task) -> None:
        """Under the lock."""
        self._running.discard(task)
        self._writes.discard(task)

    def _report(self, task: Task, callback: Callable[[Any], None] | None, value: Any) -> None:
        if callback is None or task.token.is_cancelled:
            return
        self._deliver(lambda: None if task.token.is_cancelled else callback(value))


def note_bug(log: logging.Logger, what: str, bug: Exception) -> None:
    """Log a bug by kinds and places only: its message may quote what somebody wrote."""
    from app.base.crash import report_of

    lane = threading.current_thread().name
    log.error("%s\n%s", what, report_of(bug, lane, SystemClock().now()))
