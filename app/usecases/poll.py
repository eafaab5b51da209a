"""The poller: asks every source in its own time, keeps the board, writes the history. Depends on no window.

This is its face; whose turn it is to poll stands in ``poll_turn``, one source's round in ``poll_round``, its times in
``poll_schedule``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial

from app.base.clock import Clock
from app.base.errors import NotFound, WatchdeskError
from app.base.events import Touched
from app.base.lanes import READ
from app.base.pacing import Random, chance
from app.base.text import tr
from app.domain.source import Source
from app.ports import HealthSource, History
from app.usecases import board as boards
from app.usecases.board import Board
from app.usecases.health import Breathe
from app.usecases.lane_runner import Runs
from app.usecases.poll_ask import Connecting, interval_s, without_secret
from app.usecases.poll_feed import Feed
from app.usecases.poll_round import Round
from app.usecases.poll_schedule import Schedule
from app.usecases.poll_state import PollState
from app.usecases.poll_timer import Timer
from app.usecases.poll_turn import Turn
from app.usecases.sign_in import Stamping


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
        random: Random = chance,
        stamping: Stamping = without_secret,
    ) -> None:
        """``holder``: this process, for the lease. ``on_touched`` is called on worker threads after each change of
        the board and after each write; ``on_trouble`` with a source's name for what concerns this computer.
        ``connect`` and ``stamping``: ``sign_in.SignIns`` has both, so that a refused sign-in is not sent again."""
        self._state = PollState(
            history, lanes, clock, timer, connect, holder, on_touched, on_trouble, breathe, random,
            stamping,
        )  # fmt: skip
        self._round = Round(self._state)
        self._turn = Turn(self._state, self._round)

    @property
    def board(self) -> Board:
        """The newest board; any lane."""
        return self._state.board

    @property
    def is_polling(self) -> bool:
        """Whether this process is the one that asks."""
        return self._state.is_polling

    def start(self, sources: Iterable[Source]) -> None:
        """Read what the history holds, become the poller or follow it."""
        self.set_sources(sources)
        self._turn.begin()

    def set_sources(self, sources: Iterable[Source]) -> None:
        """The configured sources; new and changed ones are asked at once, those that are gone never again."""
        state = self._state
        wanted = {source.name: source for source in sources if source.enabled}
        with state.lock:
            for name in [name for name, feed in state.feeds.items() if feed.source != wanted.get(name)]:
                self._retire(name, keep_board=name in wanted)
            for source in (one for name, one in wanted.items() if name not in state.feeds):
                schedule = Schedule(state.clock.monotonic(), interval_s(source, state.mark(source.name)))
                feed = state.feeds[source.name] = Feed(source, schedule)
                if state.is_polling:
                    state.lanes.run(READ, partial(self._round.load_and_ask, feed))

    def poll_now(self, name: str) -> bool:
        """Ask a source now (a person wants it, or something changed), but not before it allows it.
        False when another process polls or there is no such source. A refused sign-in is not
        sent again for that, unless it was changed: see ``resume``."""
        state = self._state
        with state.lock:
            feed = state.feeds.get(name)
            if feed is None or not state.is_polling:
                return False
            self._round.hurry(feed)
            return True

    def resume(self, name: str) -> bool:
        """A person wants a refused sign-in tried once more. When another process polls, that one does it.
        False when none was refused. Write lane. Raises EnvironmentTrouble."""
        is_lifted = self._state.history.lift_refusal(name)
        with self._state.lock:
            feed = self._state.feeds.get(name)
        if feed is not None:
            self._round.load(feed)
            self.poll_now(name)
        return is_lifted

    def reconnect(self, name: str) -> bool:
        """As ``poll_now``, with a new connector: its secret was changed."""
        with self._state.lock:
            feed = self._state.feeds.get(name)
            if feed is not None:
                self._round.drop_connector(feed)
        return self.poll_now(name)

    def connector(self, name: str) -> HealthSource:
        """The connector that a source is asked through, for commands; on its net lane. Raises WatchdeskError."""
        with self._state.lock:
            feed = self._state.feeds.get(name)
        if feed is None:
            raise NotFound(tr("There is no source named {name} any more.", name=name), concerns=name)
        return feed.connected(self._state.connect)

    def stop(self) -> None:
        """No further asking; what is under way is cancelled."""
        with self._state.lock:
            self._state.is_stopped = True
            for feed in self._state.feeds.values():
                feed.abandon()
        self._state.timer.close()

    def close(self) -> None:
        """Close the connectors, let go of the lease. After the lanes have ended. Raises EnvironmentTrouble."""
        with self._state.lock:
            for feed in self._state.feeds.values():
                self._round.drop_connector(feed)
        self._turn.give_up()

    def _retire(self, name: str, *, keep_board: bool) -> None:
        """Under the lock."""
        state = self._state
        feed = state.feeds.pop(name)
        feed.abandon()
        self._round.drop_connector(feed)
        if not keep_board:
            gone = set(state.rows(name))
            state.board = boards.without_source(state.board, name)
            state.tell(name, gone)
