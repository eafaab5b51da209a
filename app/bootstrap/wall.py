"""Composition of the wall: stores opened for reading, one lane, one window. No write use case is constructed here.

The wall waits for what is not there yet (a profile, a store, a source) and goes on by itself when it comes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication

from app.base.clock import SystemClock
from app.base.errors import NotFound, WatchdeskError
from app.base.events import CancelToken
from app.base.lanes import READ, Lanes, Task
from app.base.paths import Profile
from app.base.text import tr
from app.domain.health import CRITICAL, DOWN
from app.domain.wall import Shown, WallPage, turned
from app.settings.wall_pages import read_pages
from app.storage.history import SqliteHistory, open_history
from app.storage.store import SqliteStore, open_store
from app.ui.kit.bridge import Bridge
from app.ui.kit.collector import Collector
from app.ui.kit.end_signal import EndSignal
from app.ui.kit.theme import FUSION, install
from app.ui.wall.foot import Turn
from app.ui.wall.guard import Guard
from app.ui.wall.local_time import hour_of
from app.ui.wall.screen import WallScreen
from app.ui.wall.shot import shoot
from app.usecases.wall import WallPicture, new_problems
from app.usecases.wall_reading import WallReader

_log = logging.getLogger(__name__)
_BURNING = (CRITICAL, DOWN)


class Feed:
    """Opens the stores for reading when they are there, and reads pages. Read lane, one call at a time."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._clock = SystemClock()
        self._open: tuple[SqliteStore, SqliteHistory] | None = None
        self._reader: WallReader | None = None

    def picture(self, page: WallPage) -> WallPicture:
        """Raises WatchdeskError: there is nothing to read, or it cannot be read."""
        return self._reading().picture(page)

    def burning(self, pages: Sequence[WallPage]) -> dict[str, frozenset[tuple[str, str]]]:
        """Unhandled problems of each page, of what was read last."""
        return dict(self._reading().burning(pages))

    def close(self) -> None:
        """Also after a failure: the next call opens anew."""
        for store in self._open or ():
            store.close()
        self._open = self._reader = None

    def _reading(self) -> WallReader:
        if self._reader is None:
            store = open_store(self._profile, self._clock, read_only=True)
            try:
                history = open_history(self._profile, self._clock, read_only=True)
            except WatchdeskError:
                store.close()
                raise
            self._open = (store, history)
            self._reader = WallReader(store.tickets, store.team, history, self._clock)
        return self._reader


class Wall:
    """One wall process. GUI lane."""

    def __init__(self, profile: Profile, pages: Sequence[WallPage], beat: Callable[[], None]) -> None:
        self._clock = SystemClock()
        self._pages = tuple(pages)
        self._feed = Feed(profile)
        self._bridge = Bridge()
        self._lanes = Lanes(self._bridge.deliver)
        self._task: Task | None = None
        self._shown = Shown()
        self._known: dict[str, frozenset[tuple[str, str]]] | None = None
        self._tell_alive = beat
        self.screen = WallScreen(self._clock.now, self._beat)

    def show_on(self, number: int) -> None:
        """Fill the screen of this number, counted from 1; the first where there is none such."""
        self.screen.show_on(_screen(number))

    def close(self) -> None:
        """End reading, then the window."""
        self._lanes.close()
        self._feed.close()
        self.screen.end()

    def _beat(self) -> None:
        self._tell_alive()
        if self._task is None:
            self._turn("")
            page = self._page()
            self._task = self._lanes.run(
                READ, lambda cancel: self._read(page, cancel), done=self._took, failed=self._failed
            )

    def _read(self, page: WallPage, cancel: CancelToken) -> tuple[WallPicture, dict[str, frozenset[tuple[str, str]]]]:
        """Read lane."""
        cancel.check()
        try:
            return self._feed.picture(page), self._feed.burning(self._pages)
        except WatchdeskError:
            self._feed.close()  # what was wrong with it may be mended: it is opened anew
            raise

    def _took(self, read: tuple[WallPicture, dict[str, frozenset[tuple[str, str]]]]) -> None:
        self._task = None
        picture, burning = read
        before = self._known
        self._known = burning
        new = frozenset[str]() if before is None else new_problems(before.get(picture.page.name, ()), picture)
        at = [page.name for page in self._pages].index(picture.page.name)
        is_held = self._clock.now() < self._shown.held_until_at
        self.screen.show_picture(picture, Turn(at, len(self._pages), is_held), new=new)
        if before is not None:
            self._turn(newly_burning(self._pages, before, burning))

    def _failed(self, error: Exception) -> None:
        self._task = None
        told = error.sentence() if isinstance(error, WatchdeskError) else tr("The wall met a fault of its own.")
        self.screen.show_trouble(told)

    def _turn(self, burning: str) -> None:
        now_at = self._clock.now()
        self._shown = turned(self._shown, self._pages, hour_of(now_at), now_at, burning)

    def _page(self) -> WallPage:
        return next(page for page in self._pages if page.name == self._shown.name)


def newly_burning(
    pages: Sequence[WallPage],
    before: dict[str, frozenset[tuple[str, str]]],
    after: dict[str, frozenset[tuple[str, str]]],
) -> str:
    """The first page on which a critical problem has appeared; empty when there is none."""
    for page in pages:
        known = before.get(page.name, frozenset())
        if any(
            state in ("critical", "down") and (id_, state) not in known for id_, state in after.get(page.name, ())
        ):
            return page.name
    return ""


def run_wall(profile: Profile, *, screen: int, pages_file: Path | None, beat: Callable[[], None]) -> int:
    """Show the wall until the process is told to end; the exit code. Raises InputTrouble (the pages)."""
    pages = read_pages(pages_file)
    app = _application()
    collector = Collector()
    wall = Wall(profile, pages, beat)
    ending = EndSignal(lambda: app.exit(0))  # quit() would ask the window, which never closes by itself
    wall.show_on(screen)
    try:
        return app.exec()
    finally:
        wall.close()
        ending.restore()
        collector.end()


def guard_wall(command: Sequence[str], *, screen: int, pages_file: Path | None) -> int:
    """Run the wall as a process of its own, and stand beside it until told to end; the exit code. Raises InputTrouble
    (the pages): a wall that could never start is told at once."""
    read_pages(pages_file)
    app = _application()
    guard = Guard(command, lambda: _screen(screen), SystemClock().now)
    ending = EndSignal(lambda: app.exit(0))
    guard.start()
    try:
        return app.exec()
    finally:
        guard.end()
        ending.restore()


def _screen(number: int) -> QScreen:
    """The screen of this number, counted from 1; the first where there is none such."""
    screens = QGuiApplication.screens()
    return screens[number - 1] if 0 < number <= len(screens) else screens[0]


def shoot_wall(profile: Profile, *, page: str, pages_file: Path | None, size: tuple[int, int], path: Path) -> None:
    """Write one page as an image. Raises InputTrouble, NotFound (the page), EnvironmentTrouble, UsageTrouble."""
    pages = read_pages(pages_file)
    names = [each.name for each in pages]
    if page and page not in names:
        raise NotFound(
            tr("There is no page named “{name}”.", name=page),
            hint=tr("Pages: {names}.", names=", ".join(names)), concerns=page,
        )  # fmt: skip
    at = names.index(page) if page else 0
    _application()
    feed = Feed(profile)
    try:
        picture = feed.picture(pages[at])
    finally:
        feed.close()
    shoot(picture, Turn(at, len(pages)), picture.made_at, QSize(*size), path)


def _application() -> QApplication:
    app = QApplication.instance() or QApplication(["watchdesk", *FUSION])
    assert isinstance(app, QApplication)
    app.setApplicationName("watchdesk-wall")
    app.setApplicationDisplayName("Watchdesk wall")
    app.setQuitOnLastWindowClosed(False)
    install(app, "dark", has_fusion=True)
    return app
