"""Lanes: order, latest wins, nothing left over."""

import logging
import threading
from collections.abc import Callable

import pytest

from app.base.errors import Refused
from app.base.events import CancelToken
from app.base.lanes import CPU, READ, WRITE, Lanes
from tests.plugins.logs import ExpectLog


def test_writes_run_one_after_another() -> None:
    lanes, seen, done = Lanes(), [], threading.Event()
    for step in range(20):
        lanes.run(WRITE, lambda _cancel, step=step: seen.append(step))
    lanes.run(WRITE, lambda _cancel: done.set())
    assert done.wait(5)
    assert seen == list(range(20))
    assert lanes.close()


def test_the_latest_with_a_key_wins() -> None:
    lanes, gate, got, done = Lanes(), threading.Event(), [], threading.Event()

    def finish(value: str) -> None:
        got.append(value)
        done.set()

    lanes.run(CPU, lambda _cancel: gate.wait(5) and "old", done=got.append, key="k")
    lanes.run(CPU, lambda _cancel: "new", done=finish, key="k")
    gate.set()
    assert done.wait(5)
    assert got == ["new"]
    assert lanes.close()


def test_an_error_of_the_tree_reaches_the_caller() -> None:
    lanes, failed, done = Lanes(), [], threading.Event()

    def work(_cancel: CancelToken) -> None:
        raise Refused("No.")

    lanes.run(READ, work, failed=lambda error: (failed.append(error), done.set()))
    assert done.wait(5)
    assert [str(error) for error in failed] == ["No."]
    assert lanes.close()


def test_a_bug_is_logged_by_kind_and_place_and_never_by_its_words(
    caplog: pytest.LogCaptureFixture, expect_log: ExpectLog
) -> None:
    expect_log(logging.ERROR, "a task failed by a bug")
    lanes, failed, done = Lanes(), [], threading.Event()

    def work(_cancel: CancelToken) -> None:
        raise ValueError("hunter2 in ticket INC-1")

    lanes.run(READ, work, failed=lambda error: (failed.append(error), done.set()))
    assert done.wait(5)
    assert lanes.close()
    assert [str(error) for error in failed] == ["hunter2 in ticket INC-1"]
    assert "ValueError" in caplog.text
    assert "app/base/lanes.py:" in caplog.text
    assert "hunter2" not in caplog.text


def test_closing_cancels_what_runs_and_leaves_no_thread() -> None:
    lanes, started = Lanes(), threading.Event()

    def long(cancel: CancelToken) -> None:
        started.set()
        cancel.wait(60)
        cancel.check()

    lanes.run(CPU, long)
    assert started.wait(5)
    assert lanes.close(5)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(CPU)]


def test_closing_carries_out_the_writes_that_were_asked_for() -> None:
    lanes, gate, written = Lanes(), threading.Event(), []
    lanes.run(WRITE, lambda _cancel: gate.wait(5))
    for step in range(3):
        lanes.run(WRITE, lambda cancel, step=step: (cancel.check(), written.append(step)))
    threading.Timer(0.05, gate.set).start()
    assert lanes.close(5)
    assert written == [0, 1, 2]


def test_results_go_through_the_delivery() -> None:
    queue: list[Callable[[], None]] = []
    ready = threading.Event()

    def deliver(call: Callable[[], None]) -> None:
        queue.append(call)
        ready.set()

    lanes, got = Lanes(deliver), []
    lanes.run(READ, lambda _cancel: 7, done=got.append)
    assert ready.wait(5)
    assert got == []
    queue.pop()()
    assert got == [7]
    assert lanes.close()
