"""The thread that keeps the poller's times."""

from __future__ import annotations

import logging
import threading

from app.base.clock import SystemClock
from app.usecases.poll_timer import ThreadTimer
from tests.plugins.logs import ExpectLog

DEADLINE_S = 10.0


def test_it_calls_in_order_of_time_and_not_what_was_cancelled() -> None:
    clock, timer = SystemClock(), ThreadTimer(SystemClock())
    called: list[str] = []
    done = threading.Event()
    now = clock.monotonic()
    timer.call_at(now + 0.05, done.set)
    timer.call_at(now + 0.03, lambda: called.append("second"))
    cancel = timer.call_at(now + 0.02, lambda: called.append("never"))
    timer.call_at(now - 1, lambda: called.append("first"))
    cancel()
    cancel()
    assert done.wait(DEADLINE_S)
    timer.close()
    assert called == ["first", "second"]


def test_a_bug_in_one_call_stops_no_other(expect_log: ExpectLog) -> None:
    expect_log(logging.ERROR, "timed call failed")
    timer, done = ThreadTimer(SystemClock()), threading.Event()
    timer.call_at(0.0, lambda: [].pop())
    timer.call_at(0.0, done.set)
    assert done.wait(DEADLINE_S)
    timer.close()


def test_closed_it_calls_nothing_and_leaves_no_thread() -> None:
    timer, called = ThreadTimer(SystemClock()), threading.Event()
    timer.call_at(SystemClock().monotonic() + 3600, called.set)
    timer.close()
    timer.call_at(0.0, called.set)
    assert not called.is_set()
    assert not any(thread.name == "poll-timer" for thread in threading.enumerate())
