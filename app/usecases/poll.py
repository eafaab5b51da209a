"""The poller: asks every source in its own time, keeps the board, writes the history. Depends on no window.

    polling     this process holds the lease of the profile: fetch and compare on ``net:NAME``, publish the board,
                write on the write lane, plan the next asking
    following   another process polls: its marks are looked at every ``FOLLOW_S`` s, changed sources are read again

The lease is renewed three times in its life, on a lane of its own: a long import on the write lane must not lose it.
Nothing goes through the lanes' ``done`` (which a hung window would hold up): each step starts the next on its own
worker. A full disk stops the writing and never the asking: what could not be written is found again by the next
comparison, which is made against what the history holds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from types import MappingProxyType
from typing import Final

from app.base.clock import Clock
from app.base.errors import EnvironmentTrouble, NotFound, WatchdeskError
from app.base.events import HEALTH, SOURCES, CancelToken, Touched
from app.base.lanes import READ, WRITE, net
from app.base.text import tr
from app.domain.history import SourceMark
from app.domain.source import Source
from app.ports import HealthSource, History
from app.usecases import board as boards
from app.usecases.board import Board, Instant
from app.usecases.health import Breathe, Rows, applied
from app.usecases.lane_runner import Runs
from app.usecases.poll_ask import Asked, Connecting, ask, interval_s
from app.usecases.poll_feed import Feed
from app.usecases.poll_once import LEASE, LEASE_S
from app.usecases.poll_schedule import Schedule, after_answer, after_failure
from app.usecases.poll_timer import Timer

FOLLOW_S: Final = 2.0
LANE: Final = "poll"
ORIGIN: Final = "poll"


def yield_processor() -> None:
    """Lets another thread run, the GUI's above all."""
    # With 0 this thread takes the lock again before one that waits for it has woken up.
    time.sleep(0.000_05)


class Poller:
    """``start``, then ``board`` at any time; ``stop`` before the lanes are closed, ``close`` after."""

    def __init__(
        self,
        history: History,
        lanes: Runs,
        clock: Clock,
        timer: Timer,
        connect: Connecting,
        *,
        holder: str,
        on_touched: Callable[[Touched], None],
        on_trouble: Callable[[str, WatchdeskError], None] = lambda _source, _error: None,
        breathe: Breathe = yield_processor,
    ) -> None:
        """``holder``: this process, for the lease. ``on_touched`` is called on worker threads after each change of
        the board and after each write; ``on_trouble`` with a source's name for what concerns this computer."""
        self._history, self._lanes, self._clock, self._timer = history, lanes, clock, timer
        self._connect, self._holder, self._breathe = connect, holder, breathe
        self._on_touched, self._on_trouble = on_touched, on_trouble
        self._lock = threading.RLock()
        self._feeds: dict[str, Feed] = {}
        self._board = Board()
        self._is_polling = False
        self._is_following = False
        self._is_stopped = False

    @property
    def board(self) -> Board:
        """The newest board; any lane."""
        return self._board

    @property
    def is_polling(self) -> bool:
        """Whether this process is the one that asks."""
        return self._is_polling

    def start(self, sources: Iterable[Source]) -> None:
        """Read what the history holds, become the poller or follow it."""
        self.set_sources(sources)
        self._lanes.run(LANE, self._renew)

    def set_sources(self, sources: Iterable[Source]) -> None:
        """The configured sources; new and changed ones are asked at once, those that are gone never again."""
        wanted = {source.name: source for source in sources if source.enabled}
        with self._lock:
            for name in [name for name, feed in self._feeds.items() if feed.source != wanted.get(name)]:
                self._retire(name, keep_board=name in wanted)
            for source in (one for name, one in wanted.items() if name not in self._feeds):
                mark = self._mark(source.name)
                feed = Feed(source, Schedule(self._clock.monotonic(), interval_s(source, mark)))
                self._feeds[source.name] = feed
                if self._is_polling:
                    self._lanes.run(READ, partial(self._load_and_ask, feed))

    def poll_now(self, name: str) -> bool:
        """Ask a source now (a person wants it, or something changed), but not before it allows it.
        False when another process polls or there is no such source. Ends a parking after refused credentials."""
        with self._lock:
            feed = self._feeds.get(name)
            if feed is None or not self._is_polling:
                return False
            schedule = feed.schedule
            feed.schedule = Schedule(schedule.anchor_s, schedule.interval_s, schedule.not_before_s)
            feed.is_wanted = feed.is_busy
            if not feed.is_busy:
                self._plan(feed, max(self._clock.monotonic(), schedule.not_before_s))
            return True

    def reconnect(self, name: str) -> bool:
        """As ``poll_now``, with a new connector: its secret was changed."""
        with self._lock:
            feed = self._feeds.get(name)
            if feed is not None:
                self._drop_connector(feed)
        return self.poll_now(name)

    def connector(self, name: str) -> HealthSource:
        """The connector that a source is asked through, for commands; on its net lane. Raises WatchdeskError."""
        with self._lock:
            feed = self._feeds.get(name)
        if feed is None:
            raise NotFound(tr("There is no source named {name} any more.", name=name), concerns=name)
        return feed.connected(self._connect)

    def stop(self) -> None:
        """No further asking; what is under way is cancelled."""
        with self._lock:
            self._is_stopped = True
            for feed in self._feeds.values():
                feed.abandon()
        self._timer.close()

    def close(self) -> None:
        """Close the connectors, let go of the lease. After the lanes have ended. Raises EnvironmentTrouble."""
        with self._lock:
            for feed in self._feeds.values():
                self._drop_connector(feed)
        if self._is_polling:
            self._is_polling = False
            self._history.drop_lease(LEASE, self._holder)

    # --- who polls ----------------------------------------------------------------------------------------

    def _renew(self, _cancel: CancelToken) -> None:
        """Own lane. Take or renew the lease; change over when that is how it came out."""
        holds = self._is_polling
        try:
            holds = self._history.take_lease(LEASE, self._holder, self._clock.now(), LEASE_S)
        except EnvironmentTrouble as error:
            # Nobody can write the lease then, and nobody the history: asking on harms no one.
            holds = True
            self._on_trouble("", error)
        finally:
            again_s = LEASE_S / 3 if holds else FOLLOW_S
            self._timer.call_at(self._clock.monotonic() + again_s, partial(self._hand, LANE, self._renew))
        if self._is_stopped:
            return
        if holds and not self._is_polling:
            self._take_over()
        elif not holds:
            self._follow_others()

    def _take_over(self) -> None:
        with self._lock:
            self._is_polling = True
            feeds = list(self._feeds.values())
        for feed in feeds:
            self._load(feed)
            with self._lock:
                self._plan(feed, self._clock.monotonic())

    def _follow_others(self) -> None:
        with self._lock:
            self._is_polling = False
            for feed in self._feeds.values():
                feed.unplan()
            if self._is_following:
                return
            self._is_following = True
        self._lanes.run(READ, self._follow)

    def _follow(self, cancel: CancelToken) -> None:
        """Read lane. What the polling process has written since."""
        if self._is_polling or self._is_stopped:
            self._is_following = False
            return
        try:
            marks = self._history.marks()
            for feed in list(self._feeds.values()):
                cancel.check()
                known = self._board.sources.get(feed.source.name)
                if known is None or known.mark != marks.get(feed.source.name):
                    self._load(feed)
        except EnvironmentTrouble as error:
            self._on_trouble("", error)
        finally:
            self._timer.call_at(self._clock.monotonic() + FOLLOW_S, partial(self._hand, READ, self._follow))

    def _load(self, feed: Feed) -> None:
        """A source as the history has it."""
        name = feed.source.name
        try:
            mark = self._history.marks().get(name)
            rows = {row.id: row for row in self._history.rows(name)}
        except EnvironmentTrouble as error:
            self._on_trouble(name, error)
            return
        with self._lock:
            before = self._rows(name)
            self._board = boards.with_source(self._board, name, rows.values(), mark, Instant.of(self._clock))
            feed.saved = self._rows(name)
            feed.schedule = Schedule(feed.schedule.anchor_s, interval_s(feed.source, mark))
        self._tell(name, boards.differing(before, feed.saved))

    def _load_and_ask(self, feed: Feed, _cancel: CancelToken) -> None:
        self._load(feed)
        with self._lock:
            self._plan(feed, self._clock.monotonic())

    # --- one asking ---------------------------------------------------------------------------------------

    def _plan(self, feed: Feed, at_s: float | None) -> None:
        """Under the lock."""
        feed.unplan()
        if at_s is not None and self._is_polling and not self._is_stopped and self._is_current(feed):
            feed.cancel_timer = self._timer.call_at(at_s, partial(self._due, feed))

    def _due(self, feed: Feed) -> None:
        with self._lock:
            if feed.is_busy or self._is_stopped or not self._is_polling:
                return
            feed.is_busy = True
        task = self._lanes.run(net(feed.source.name), partial(self._ask, feed))
        with self._lock:
            feed.task = task

    def _ask(self, feed: Feed, cancel: CancelToken) -> None:
        """Net lane."""
        is_handed_on = False
        try:
            asked = ask(
                feed.source, partial(feed.connected, self._connect), feed.saved, self._mark(feed.source.name),
                self._clock, cancel, is_confirming=feed.is_held, breathe=self._breathe,
            )  # fmt: skip
            cancel.check()
            self._publish(feed, asked)
            self._lanes.run(WRITE, partial(self._save, feed, asked))
            is_handed_on = True
        finally:
            # A bug in reading an answer must not end the asking: the source then grows stale, visibly.
            if not is_handed_on:
                self._finish(feed)

    def _publish(self, feed: Feed, asked: Asked) -> None:
        name, now = feed.source.name, Instant.of(self._clock)
        with self._lock:
            if not self._is_current(feed):
                return
            changed: set[str] = set()
            if asked.ingest is None:
                self._board = boards.with_failure(self._board, asked.mark, held=bool(asked.doubt) or feed.is_held)
            else:
                rows = applied(feed.saved, asked.ingest)
                changed = boards.differing(self._rows(name), rows)
                self._board = boards.with_answer(self._board, rows, asked.mark, now, changed)
            feed.is_held = bool(asked.doubt) or (feed.is_held and asked.ingest is None)
            feed.schedule = self._rescheduled(feed, asked, now.mono_s)
            if feed.schedule.parked:
                self._drop_connector(feed)
        self._tell(name, changed)

    def _rescheduled(self, feed: Feed, asked: Asked, now_s: float) -> Schedule:
        if asked.error is not None:
            return after_failure(feed.schedule, asked.error, now_s)
        return after_answer(feed.schedule, asked.mark.interval_s, now_s)

    def _save(self, feed: Feed, asked: Asked, _cancel: CancelToken) -> None:
        """Write lane."""
        try:
            if not (self._is_current(feed) and self._is_polling):
                return
            if asked.ingest is None:
                self._history.mark_failed(asked.mark)
            else:
                self._history.ingest(asked.ingest)
                feed.saved = applied(feed.saved, asked.ingest)
            self._tell(feed.source.name, set())
        except EnvironmentTrouble as error:
            self._on_trouble(feed.source.name, error)
        finally:
            self._finish(feed, is_doubtful=bool(asked.doubt))

    def _finish(self, feed: Feed, *, is_doubtful: bool = False) -> None:
        with self._lock:
            feed.is_busy = False
            now_s = self._clock.monotonic()
            if feed.is_wanted:
                feed.is_wanted = False
                self._plan(feed, max(now_s, feed.schedule.not_before_s))
            else:
                self._plan(feed, (feed.schedule.soon_s if is_doubtful else feed.schedule.next_s)(now_s))

    def _hand(self, lane: str, function: Callable[[CancelToken], None]) -> None:
        self._lanes.run(lane, function)

    # --- small parts --------------------------------------------------------------------------------------

    def _drop_connector(self, feed: Feed) -> None:
        connector, feed.connector = feed.connector, None
        if connector is None:
            return
        if self._is_stopped:
            connector.close()
        else:
            # Behind whatever is still asking through it.
            self._lanes.run(net(feed.source.name), partial(_close, connector))

    def _retire(self, name: str, *, keep_board: bool) -> None:
        feed = self._feeds.pop(name)
        feed.abandon()
        self._drop_connector(feed)
        if not keep_board:
            gone = set(self._rows(name))
            self._board = boards.without_source(self._board, name)
            self._tell(name, gone)

    def _is_current(self, feed: Feed) -> bool:
        return self._feeds.get(feed.source.name) is feed

    def _rows(self, name: str) -> Rows:
        known = self._board.sources.get(name)
        return known.rows if known else MappingProxyType({})

    def _mark(self, name: str) -> SourceMark | None:
        known = self._board.sources.get(name)
        return known.mark if known else None

    def _tell(self, name: str, ids: Iterable[str]) -> None:
        touched = Touched.of(SOURCES, [name], ORIGIN)
        row_ids = frozenset(ids)
        self._on_touched(touched | Touched.of(HEALTH, row_ids, ORIGIN) if row_ids else touched)


def _close(connector: HealthSource, _cancel: CancelToken) -> None:
    connector.close()
