"""A thread, an active QTimer, a running QThread or a top-level widget that a test leaves behind fails the test.

Looks only at what Qt has already been loaded by the test itself: a test without Qt pays for the threads alone.
"""

import gc
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from itertools import compress
from typing import Any

import pytest

JOIN_DEADLINE_S = 3.0
MANY_OBJECTS = 12_000  # a scan of that many takes some 2 ms, three times a test


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Remember a failure: what a failed test leaves behind is no second finding."""
    outcome = yield
    if outcome.get_result().failed:
        item.has_failed = True  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def leak_check(request: pytest.FixtureRequest, home: object) -> Iterator[None]:
    threads_before = set(threading.enumerate())
    _set_old_objects_aside()
    widgets_before, running_before = _top_level_widgets(), _running_objects()
    yield
    if getattr(request.node, "has_failed", False):
        return
    leaks = _left_threads(threads_before)
    leaks += _left_qt(widgets_before, running_before)
    if leaks:
        pytest.fail("left behind: " + "; ".join(leaks), pytrace=False)


def _left_threads(before: set[threading.Thread]) -> list[str]:
    deadline = time.monotonic() + JOIN_DEADLINE_S
    for thread in set(threading.enumerate()) - before:
        if not isinstance(thread, threading._DummyThread):
            with suppress(RuntimeError):  # it is only just being started
                thread.join(max(0.0, deadline - time.monotonic()))
    return [f"thread {thread.name}" for thread in set(threading.enumerate()) - before]


def _left_qt(widgets_before: dict[int, str], running_before: dict[int, str]) -> list[str]:
    if not _qt_runs():
        return []
    _delete_later_now()
    if not _new(widgets_before, _top_level_widgets()) and not _new(running_before, _running_objects()):
        return []
    gc.collect()  # a cycle of our own objects is no leak yet: only what survives a collection is
    _delete_later_now()
    return _new(widgets_before, _top_level_widgets()) + _new(running_before, _running_objects())


def _new(before: dict[int, str], after: dict[int, str]) -> list[str]:
    return [name for key, name in after.items() if key not in before]


def _qt_runs() -> bool:
    core = sys.modules.get("PySide6.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None


def _delete_later_now() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _top_level_widgets() -> dict[int, str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or not isinstance(widgets.QApplication.instance(), widgets.QApplication):
        return {}
    return {
        id(widget): f"widget {widget.metaObject().className()} {widget.objectName()!r}"
        for widget in widgets.QApplication.topLevelWidgets()
        # A tool tip is one shared widget that Qt itself deletes a moment after it was hidden.
        if widget.parent() is None and widget.metaObject().className() != "QTipLabel"
    }


def _running_objects() -> dict[int, str]:
    """Active timers and running threads that Python holds, by identity."""
    if not _qt_runs():
        return {}
    from PySide6.QtCore import QThread, QTimer
    from shiboken6 import isValid

    found = {}
    for thing in _instances_of(_with_subclasses(QTimer, QThread)):
        if not isValid(thing):
            continue
        if isinstance(thing, QTimer) and thing.isActive():
            found[id(thing)] = f"active {type(thing).__name__} {thing.objectName()!r} of {thing.parent()}"
        elif isinstance(thing, QThread) and thing.isRunning():
            found[id(thing)] = f"running {type(thing).__name__} {thing.objectName()!r}"
    return found


def _set_old_objects_aside() -> None:
    """Freeze what the imports made, so that the scans after each test see little but the test's own objects."""
    if _qt_runs() and len(gc.get_objects()) > MANY_OBJECTS:
        gc.collect()
        gc.freeze()


def _instances_of(kinds: set[type]) -> list[Any]:
    """Every object of exactly these types. No step of the loop is Python: there are tens of thousands."""
    objects = gc.get_objects()
    return list(compress(objects, map(kinds.__contains__, map(type, objects))))


def _with_subclasses(*kinds: type) -> set[type]:
    return set(kinds).union(*(_with_subclasses(*kind.__subclasses__()) for kind in kinds if kind.__subclasses__()))
