"""Where Qt runs, cycles are collected between tests and on the main thread only, as in the program itself.

A worker that frees widgets while it makes one object too many can dead-lock with Qt (``app/ui/kit/collector.py``).
"""

import gc
import sys
from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, None]:
    if not _qt_runs() and not {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ())):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)  # all that the test has made: nothing was moved on meanwhile
        gc.enable()


def _qt_runs() -> bool:
    core = sys.modules.get("PySide6.QtCore")
    return core is not None and core.QCoreApplication.instance() is not None
