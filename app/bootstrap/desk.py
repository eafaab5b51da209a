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

from app.base.clock import DAY, SystemClock
from app.base.crash import watched
from app.base.errors import EnvironmentTrouble, ReadOnly, WatchdeskError
from app.base.lanes import READ, WRITE, Lanes
from app.base.paths import Profile
from app.base.text import tr
from app.settings.file import load_settings, save_settings
from app.settings.workstation import KEYS, MY_NAME, REDUCED_MOTION, SAMPLE_DAYS, STATE_DAYS, THEME
from app.ui.desk.last_view import ROWS, LastProblem, LastView, last_tickets, load_last_view, save_last_view
from app.ui.desk.window import DeskWindow
from app.ui.kit.pulse import pulse
from app.ui.kit.theme import FUSION, Mode, install

if TYPE_CHECKING:
    from app.base.events import CancelToken, Touched
    from app.domain.source import Source
    from app.ports import HealthSource
    from app.settings.setting import Settings
    from app.ui.desk.context import Context, Opened
    from app.ui.kit.bridge import Bridge
    from app.ui.kit.single_window import SingleWindow
    from app.usecases.poll import Poller

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
        self._poller: Poller | None = None
        self._stores: list[object] = []
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
        self._lanes.run(WRITE, self._open_stores, done=self._opened, failed=self._not_opened)

    def close(self) -> None:
        """Stop the poller, join the lanes, close the stores."""
        if self._poller is not None:
            self._poller.stop()
        if not self._lanes.close():
            _log.error("a lane did not end in time")
        if self._poller is not None:
            try:
                self._poller.close()
            except EnvironmentTrouble as error:
                # A disk that cannot be written: the lease runs out by itself, and the rest must still be closed.
                _log.info("the lease was not given back: %s", error.title)
        for store in self._stores:
            store.close()  # type: ignore[attr-defined]
        if self._single is not None:
            self._single.close()
        if self._log_file is not None:
            logging.getLogger().removeHandler(self._log_file)
            self._log_file.close()

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

    def _open_stores(self, _cancel: CancelToken) -> Opened:
        """Write lane: everything heavy is imported and opened here."""
        from app.actions.action import Means
        from app.base.ids import Ids
        from app.query import HEALTH, TICKETS, parse
        from app.storage.history import open_history
        from app.storage.store import open_store
        from app.ui.desk.context import Opened
        from app.usecases.poll import Poller
        from app.usecases.poll_timer import ThreadTimer
        from app.usecases.work import DESK, Work

        assert self._bridge is not None
        while self._stores:  # of a try before this one, which opened one of the two
            self._stores.pop().close()  # type: ignore[attr-defined]
        for schema in (TICKETS, HEALTH):
            parse("is:open" if schema is TICKETS else "is:problem", schema)  # the grammar is built here, once
        store = open_store(self._profile, self._clock)
        self._stores.append(store)
        history = open_history(self._profile, self._clock)
        self._stores.append(history)
        ids = Ids(self._clock)
        work = Work(store, self._clock, ids, self.context.me, DESK)
        if self._demo:
            from app.usecases.demo import build_demo

            build_demo(store, history, self._clock, ids, 7, me=self.context.me)
        poller = Poller(
            history, self._lanes, self._clock, ThreadTimer(self._clock), self._connector,
            holder="desk", on_touched=self._bridge.tell, on_trouble=self._poll_trouble,
        )  # fmt: skip
        self._poller = poller
        means = Means(work, self._lanes, poller.connector, poller.poll_now)
        poller.start(store.team.sources())
        gc.freeze()
        return Opened(work, store, history, poller, means)

    def _opened(self, opened: Opened) -> None:
        self.context.set_opened(opened)
        self._read_sources(opened)
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
        if not self._demo and not opened.store.why_read_only:
            self._lanes.run(WRITE, self._keep_house, failed=self.context.trouble.emit)

    def _not_opened(self, error: Exception) -> None:
        self.context.not_opened = error
        if self.window is not None:
            self.window.show_no_store(error, self._open_again)

    def _open_again(self) -> None:
        self.context.not_opened = None
        self._lanes.run(WRITE, self._open_stores, done=self._opened, failed=self._not_opened, key="open")

    def _connector(self, source: Source) -> HealthSource:
        """The connector of a source with its secret. Net lane."""
        from app.bootstrap.connect import connect, rule_source
        from app.domain.alert_rule import SOURCE_KIND
        from app.workstation.keyring import KeyringSecrets
        from app.workstation.secret_file import read_secret_file

        opened = self.context.opened
        if source.kind == SOURCE_KIND and opened is not None:
            return rule_source(opened.store, opened.history, opened.work.clock)
        secret = None
        if source.secret_file:
            secret = read_secret_file(Path(source.secret_file))
        elif source.user:
            secret = KeyringSecrets().find(source.id)
        return connect(source, secret)

    def _read_sources(self, opened: Opened) -> None:
        """Who is connected and what each can be asked to do."""
        self._lanes.run(READ, lambda _cancel: _verbs(opened), done=self._take_verbs, key="sources")

    def _take_verbs(self, verbs: Mapping[str, frozenset[str]]) -> None:
        self.context.verbs = verbs

    def _keep_house(self, _cancel: CancelToken) -> None:
        """Write lane, at the start: the day's backup, and samples past their time."""
        from app.storage.backup import backup_if_due

        opened = self.context.opened
        if opened is not None:
            now_at, settings = self._clock.now(), self.context.settings
            opened.history.prune(now_at - settings[SAMPLE_DAYS] * DAY, now_at - settings[STATE_DAYS] * DAY)
        backup_if_due(self._profile, self._clock)

    def _poll_trouble(self, _source: str, error: WatchdeskError) -> None:
        opened = self.context.opened
        if isinstance(error, ReadOnly) and (opened is None or opened.store.why_read_only):
            return  # the strip says so already; the board lives all the same
        self._deliver(lambda: self.context.trouble.emit(error))

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
        self._read_sources(opened)

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
        view = self._last_view(self.window)
        try:
            save_last_view(self._profile.last_view, view)
        except OSError as error:
            _log.info("the last view was not kept: %s", error.strerror)

    def _last_view(self, window: DeskWindow) -> LastView:
        from app.domain.health import HOST
        from app.ui.models.board_model import BoardRow

        queue, picture = window.queue, window.feed.picture
        opened = self.context.opened
        board = opened.poller.board if opened is not None else None
        marks = {name: part.mark for name, part in board.sources.items()} if board is not None else {}
        rows = [line.row for line in picture.lines[:ROWS] if isinstance(line, BoardRow)] if picture else []
        # A queue that was not shown this time is still the last one that was.
        listed = self._last if queue is None or not queue.model.rowCount() else None
        return LastView(
            saved_at=self._clock.now(),
            screen=window.page.place if window.page is not None else "queue",
            view_name=listed.view_name if listed else queue.view_name if queue else "",
            query=listed.query if listed else queue.query if queue else "",
            total=listed.total if listed else queue.model.rowCount() if queue else 0,
            rows=listed.rows if listed else last_tickets(queue.last_rows()) if queue else (),
            problems=tuple(
                LastProblem(
                    row.name if row.kind != HOST else tr("host"),
                    row.host,
                    row.output[:500],
                    row.source,
                    row.state,
                    row.since_at,
                )
                for row in rows
            ),
            counts=tuple(picture.counts.unhandled.items()) if picture is not None else (),
            sources=tuple((name, mark.received_at if mark else None) for name, mark in marks.items()),
            width=window.width(),
            height=window.height(),
        )


def _verbs(opened: Opened) -> dict[str, frozenset[str]]:
    """Read lane. The poller learns of the sources on the way."""
    from app.bootstrap.connect import verbs_of

    sources = opened.store.team.sources()
    opened.poller.set_sources(sources)
    return {source.name: verbs_of(source.kind) for source in sources}


def _key(profile: Profile) -> str:
    """A name for the profile's one window: short, and the same for the same folder."""
    import hashlib

    return "watchdesk-" + hashlib.sha256(str(profile.root.resolve()).encode()).hexdigest()[:24]


def _screen_size(app: QApplication) -> tuple[int, int]:
    screen = app.primaryScreen()
    room = screen.availableSize() if screen is not None else None
    return (min(1920, room.width()), min(1080, room.height())) if room is not None else (1366, 768)
