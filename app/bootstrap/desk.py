"""Composition of the desk: the window first, from its last view; then, on the lanes, stores, poller and sources.

Nothing here may import SQLAlchemy, pyqtgraph, requests or keyring before the first paint.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.base.clock import SystemClock
from app.base.crash import watched
from app.base.errors import EnvironmentTrouble, WatchdeskError
from app.base.lanes import READ, WRITE, Lanes
from app.base.paths import Profile
from app.base.text import tr
from app.bootstrap.desk_profile import DeskProfile
from app.settings.file import load_settings, save_settings
from app.settings.workstation import KEYS, MY_NAME, REDUCED_MOTION, THEME
from app.ui.desk.last_view import LastView, load_last_view, save_last_view
from app.ui.desk.window import DeskWindow
from app.ui.kit.collector import Collector
from app.ui.kit.pulse import pulse
from app.ui.kit.theme import FUSION, Mode, install

if TYPE_CHECKING:
    from app.base.events import Touched
    from app.settings.setting import Settings
    from app.ui.desk.context import Context, Opened
    from app.ui.kit.bridge import Bridge
    from app.ui.kit.single_window import SingleWindow

_log = logging.getLogger(__name__)
_FOREIGN_MS = 2_000
_REST_MS = 30_000
_UNPAINTED_MS = 400
_SETTLED_MS = 10_000
_TITLE_PX = 48


def run(profile: Profile, *, demo: bool = False) -> int:
    """Open the desk on a profile and stay until it is closed; the exit code. ``demo``: a throw-away profile."""
    folder = _throw_away_folder() if demo else None
    had_one = QApplication.instance()
    app = had_one or QApplication(["watchdesk", *FUSION])
    assert isinstance(app, QApplication)
    app.setApplicationName("watchdesk")
    app.setApplicationDisplayName("Watchdesk")
    app.setDesktopFileName("watchdesk")
    try:
        return Desk(app, Profile(folder) if folder else profile, demo=demo, has_fusion=had_one is None).run()
    finally:
        if folder is not None:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)


def _throw_away_folder() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="watchdesk-demo-"))


class Desk:
    """One desk process. GUI lane."""

    def __init__(self, app: QApplication, profile: Profile, *, demo: bool = False, has_fusion: bool = False) -> None:
        self._app = app
        self._collector = Collector()
        self._profile = profile
        self._demo = demo
        self._clock = SystemClock()
        self._make_folder()
        loaded = load_settings(profile.config)
        self._settings: Settings = loaded.settings
        self._trouble = loaded.trouble
        install(app, cast("Mode", str(self._settings[THEME])), has_fusion=has_fusion)
        pulse().reduced_motion = self._settings[REDUCED_MOTION]
        self._lanes = Lanes(self._deliver)
        self._bridge: Bridge | None = None
        self._context: Context | None = None
        self.stores = DeskProfile(
            profile, self._clock, self._lanes, tell=self._tell, trouble=self._poll_trouble, demo=demo
        )
        self._last: LastView | None = None
        self.window: DeskWindow | None = None
        self._single: SingleWindow | None = None
        self._log_file: logging.Handler | None = None

    @property
    def context(self) -> Context:
        """What the pages share; there once the window is furnished."""
        assert self._context is not None
        return self._context

    def run(self) -> int:
        """Show the window, or raise the one that is open on this profile."""
        from app.ui.kit.end_signal import EndSignal
        from app.ui.kit.single_window import SingleWindow

        self._single = SingleWindow(_key(self._profile))
        if self._single.raise_other():
            self._lanes.close()
            return 0
        window = self.show()
        # A log-out or `kill` closes the window as a person would: the last view and what is being saved are kept.
        ending = EndSignal(window.close)
        with watched(self._profile.crash_log, tell=window.bug_met.emit):
            code = self._app.exec()
        self.close()
        ending.restore()
        return code

    def show(self) -> DeskWindow:
        """The window with its last view; the rest is imported and opened once that is painted."""
        last = self._last = load_last_view(self._profile.last_view)
        window = self.window = DeskWindow()
        window.closing.connect(self._closing)
        room = _screen_size(self._app)
        width, height = (last.width, last.height) if last and last.width else room
        window.resize(min(width, room[0]), min(height, room[1]))
        window.show_last(last)
        window.painted.connect(self.furnish)
        if width >= room[0] and height >= room[1] - _TITLE_PX:
            # The title bar takes its part of the screen: a window as large as that is maximised.
            window.showMaximized()
        else:
            window.show()
        # A window that is never painted (minimised, covered) must not wait for ever.
        unpainted = QTimer(window, singleShot=True)
        unpainted.timeout.connect(self.furnish)
        unpainted.start(_UNPAINTED_MS)
        return window

    def furnish(self) -> None:
        """Everything that the first paint did not need; then the stores, on the write lane."""
        window = self.window
        if window is None or self._context is not None:
            return
        import getpass

        from app.actions.registry import build
        from app.ui.desk.context import Context
        from app.ui.kit.bridge import Bridge

        self._start_log()
        self._bridge = Bridge()
        self._bridge.touched.connect(self._touched)
        me = self._settings[MY_NAME].strip() or getpass.getuser()
        context = Context(self._lanes, build(self._settings[KEYS]), self._settings, self._clock.now, me)
        context.keep_settings = self._keep_settings
        if self._single is not None:
            self._single.listen(window)
        self._context = context
        window.furnish(context)
        context.trouble.connect(window.show_trouble)
        if self._trouble:
            window.strip.set_note(self._trouble)
        self._open()

    def close(self) -> None:
        """Stop the poller, join the lanes, close the stores."""
        self.stores.stop()
        if not self._lanes.close():
            _log.error("a lane did not end in time")
        self.stores.close()
        if self._single is not None:
            self._single.close()
        if self._log_file is not None:
            logging.getLogger().removeHandler(self._log_file)
            self._log_file.close()
        self._collector.end()

    def _start_log(self) -> None:
        """Bugs and lasting troubles go into the profile's log; without a place to write, the desk goes on."""
        from app.base import log

        try:
            self._log_file = log.start(self._profile.log)
        except OSError as error:
            _log.info("no log file: %s", error.strerror)

    def _deliver(self, call: Callable[[], None]) -> None:
        """From the lanes to the GUI thread; nothing is sent to a lane before there is a bridge."""
        assert self._bridge is not None
        self._bridge.deliver(call)

    def _keep_settings(self, settings: Settings) -> None:
        save_settings(self._profile.config, settings)

    def _make_folder(self) -> None:
        try:
            self._profile.make()
        except OSError as error:
            raise EnvironmentTrouble(
                tr("The profile folder {path} cannot be made.", path=self._profile.root),
                detail=str(error.strerror),
                hint=tr("Choose another with --data-dir."),
            ) from error

    def _open(self) -> None:
        me = self.context.me
        self._lanes.run(
            WRITE, lambda _cancel: self.stores.open(me), done=self._opened, failed=self._not_opened, key="open"
        )

    def _tell(self, touched: Touched) -> None:
        """From any lane."""
        assert self._bridge is not None
        self._bridge.tell(touched)

    def _poll_trouble(self, error: WatchdeskError) -> None:
        self._deliver(lambda: self.context.trouble.emit(error))

    def _opened(self, opened: Opened) -> None:
        self.context.set_opened(opened)
        self._read_sources()
        if self.window is not None:
            if opened.store.why_read_only:
                self.window.strip.set_note(tr("Read only: nothing can be saved."))
            else:
                self.window.strip.set_store(tr("Saved here"))
            self._every(self.window, _FOREIGN_MS, self._look_abroad)
            # Once more when the connectors have been imported: a full collection looks at what is not frozen only,
            # and holds the GUI thread meanwhile (75 ms over all modules, measured; under 2 ms so).
            self._after(self.window, _SETTLED_MS, gc.freeze)
            self._every(self.window, _REST_MS, self._save_last_view)
        settings = self.context.settings
        self._lanes.run(WRITE, lambda _cancel: self.stores.keep_house(settings), failed=self.context.trouble.emit)

    def _not_opened(self, error: Exception) -> None:
        self.context.not_opened = error
        if self.window is not None:
            self.window.show_no_store(error, self._open_again)

    def _open_again(self) -> None:
        self.context.not_opened = None
        self._open()

    def _read_sources(self) -> None:
        """Who is connected and what each can be asked to do."""
        self._lanes.run(READ, self.stores.verbs, done=self._take_verbs, key="sources")

    def _take_verbs(self, verbs: Mapping[str, frozenset[str]]) -> None:
        self.context.verbs = verbs

    def _touched(self, touched: Touched) -> None:
        from app.base.events import HEALTH, SOURCES

        if touched.touches(HEALTH) or touched.touches(SOURCES):
            self.context.board_changed.emit()
        self.context.touched.emit(touched)

    def _look_abroad(self) -> None:
        """Whether another process has written into the profile."""
        opened = self.context.opened
        if opened is not None:
            store = opened.store
            self._lanes.run(READ, lambda _cancel: store.foreign_changes(), done=self._foreign, key="foreign")

    def _foreign(self, has_changed: bool) -> None:
        from app.base.events import ARTICLES, EVERYTHING, TICKETS, VIEWS, Touched

        opened = self.context.opened
        if not has_changed or opened is None or self._bridge is None:
            return
        for kind in (TICKETS, ARTICLES, VIEWS):
            self._bridge.tell(Touched.of(kind, EVERYTHING, "another process"))
        self._read_sources()
        if self.window is not None:
            self.window.feed.read_services()

    def _every(self, window: DeskWindow, length_ms: int, slot: Callable[[], None]) -> None:
        timer = QTimer(window)
        timer.timeout.connect(slot)
        timer.start(length_ms)

    def _after(self, window: DeskWindow, length_ms: int, slot: Callable[[], None]) -> None:
        """Once, and not at all when the desk is closed before."""
        timer = QTimer(window, singleShot=True)
        timer.timeout.connect(slot)
        window.closing.connect(timer.stop)
        timer.start(length_ms)

    def _closing(self) -> None:
        self._save_last_view()
        self._app.quit()

    def _save_last_view(self) -> None:
        if self.window is None or self._context is None or self.context.opened is None or self._demo:
            return
        from app.ui.desk.last_view_of import last_view_of

        try:
            save_last_view(self._profile.last_view, last_view_of(self.window, self._last, self._clock.now()))
        except OSError as error:
            _log.info("the last view was not kept: %s", error.strerror)


def _key(profile: Profile) -> str:
    """A name for the profile's one window: short, and the same for the same folder."""
    import hashlib

    return "watchdesk-" + hashlib.sha256(str(profile.root.resolve()).encode()).hexdigest()[:24]


def _screen_size(app: QApplication) -> tuple[int, int]:
    screen = app.primaryScreen()
    room = screen.availableSize() if screen is not None else None
    return (min(1920, room.width()), min(1080, room.height())) if room is not None else (1366, 768)
