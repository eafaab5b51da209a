"""The real desk inside this process: composed as the program composes it, without its event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.base.paths import Profile
from app.bootstrap.desk import Desk
from app.ui.desk.queue.page import QueuePage

DEADLINE_S = 60.0
_TURN_MS = 20


def wait_until(is_so: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Run the event loop until something holds. Fails after the deadline."""
    until = time.monotonic() + deadline_s
    while not is_so():
        assert time.monotonic() < until, f"after {deadline_s:g} s: {what}"
        turn()


def turn(length_ms: int = _TURN_MS) -> None:
    """Serve the event loop; comes back when nothing is left to do, at the latest after ``length_ms``."""
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, length_ms)


def next_refresh(hertz: int = 60) -> None:
    """Serve the event loop until a screen of this rate would show its next picture."""
    loop = QEventLoop()
    timer = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer, interval=1_000 // hertz)
    timer.timeout.connect(loop.quit)
    timer.start()
    loop.exec()


@contextmanager
def open_desk(app: QApplication, profile: Profile, size: tuple[int, int] = (1920, 1080)) -> Iterator[Desk]:
    """A desk with its window shown and its stores open."""
    desk = Desk(app, profile)
    window = desk.show()
    try:
        window.showNormal()  # a screen that is smaller than the asked size has had it maximised
        window.resize(*size)
        desk.furnish()  # as the first paint would; when that comes depends on the platform
        wait_until(lambda: desk.context.opened is not None, "the stores are not open")
        # The day's first start makes a backup, which is no part of any figure.
        wait_until(lambda: any(profile.backups.glob("*")), "there is no backup")
        yield desk
    finally:
        window.close()
        desk.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def queue_of(desk: Desk) -> QueuePage:
    """The queue, brought to the front."""
    assert desk.window is not None
    page = desk.window.show_page("queue")
    assert isinstance(page, QueuePage)
    return page
