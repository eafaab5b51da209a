"""Whose turn it is to poll: the lease of the profile, taken and renewed, or the one who holds it followed.

    polling     this process holds the lease
    following   another process polls: its marks are looked at every ``FOLLOW_S`` s, changed sources are read again

While polling, the sources that refused their sign-in are looked at as often as the lease is renewed: another process
may have let one be tried again, and a secret's file may have another secret.

The lease is renewed three times in its life, on a lane of its own: a long import on the write lane must not lose it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from app.base.errors import EnvironmentTrouble
from app.base.events import CancelToken
from app.base.lanes import READ
from app.usecases.poll_feed import Feed
from app.usecases.poll_once import LEASE, LEASE_S
from app.usecases.poll_round import Round
from app.usecases.poll_state import PollState

FOLLOW_S: Final = 2.0
FILE_S: Final = 60.0
"""How often a paused source's secret file is looked at; keyrings are not, they might ask the person each time."""
LANE: Final = "poll"


class Turn:
    """``begin`` once; ``give_up`` at the end."""

    def __init__(self, state: PollState, round_: Round) -> None:
        self._state, self._round = state, round_
        self._is_following = False
        self._files_s = state.clock.monotonic()

    def begin(self) -> None:
        self._state.lanes.run(LANE, self._renew)

    def give_up(self) -> None:
        """Let go of the lease. Raises EnvironmentTrouble."""
        if self._state.is_polling:
            self._state.is_polling = False
            self._state.history.drop_lease(LEASE, self._state.holder)

    def _renew(self, _cancel: CancelToken) -> None:
        """Own lane. Take or renew the lease; change over when that is how it came out."""
        state = self._state
        holds = state.is_polling
        try:
            holds = state.history.take_lease(LEASE, state.holder, state.clock.now(), LEASE_S)
        except EnvironmentTrouble as error:
            # Nobody can write the lease then, and nobody the history: asking on harms no one.
            holds = True
            state.on_trouble("", error)
        finally:
            self._again(LANE, self._renew, LEASE_S / 3 if holds else FOLLOW_S)
        if state.is_stopped:
            return
        if holds and not state.is_polling:
            self._take_over()
        elif not holds:
            self._follow_others()
        else:
            self._look_at_paused()

    def _look_at_paused(self) -> None:
        """Own lane. Ask those again that are not refused any more."""
        state = self._state
        with state.lock:
            paused = [feed for feed in state.feeds.values() if feed.schedule.parked and _is_refused(state, feed)]
        if not paused:
            return
        now_s = state.clock.monotonic()
        is_file_time = now_s - self._files_s >= FILE_S
        self._files_s = now_s if is_file_time else self._files_s
        try:
            marks = state.history.marks()
        except EnvironmentTrouble as error:
            state.on_trouble("", error)
            return
        for feed in paused:
            mark = marks.get(feed.source.name)
            is_lifted = mark is not None and not mark.refused
            if is_lifted:
                self._round.load(feed)
            if is_lifted or (is_file_time and feed.source.secret_file):
                with state.lock:
                    self._round.hurry(feed)

    def _take_over(self) -> None:
        state = self._state
        with state.lock:
            state.is_polling = True
            feeds = list(state.feeds.values())
        for feed in feeds:
            self._round.load(feed)
            with state.lock:
                self._round.plan_now(feed)

    def _follow_others(self) -> None:
        state = self._state
        with state.lock:
            state.is_polling = False
            for feed in state.feeds.values():
                feed.unplan()
            if self._is_following:
                return
            self._is_following = True
        state.lanes.run(READ, self._follow)

    def _follow(self, cancel: CancelToken) -> None:
        """Read lane. What the polling process has written since."""
        state = self._state
        if state.is_polling or state.is_stopped:
            self._is_following = False
            return
        try:
            marks = state.history.marks()
            for feed in list(state.feeds.values()):
                cancel.check()
                known = state.board.sources.get(feed.source.name)
                if known is None or known.mark != marks.get(feed.source.name):
                    self._round.load(feed)
        except EnvironmentTrouble as error:
            state.on_trouble("", error)
        finally:
            self._again(READ, self._follow, FOLLOW_S)

    def _again(self, lane: str, function: Callable[[CancelToken], None], after_s: float) -> None:
        state = self._state
        state.timer.call_at(state.clock.monotonic() + after_s, partial(self._hand, lane, function))

    def _hand(self, lane: str, function: Callable[[CancelToken], None]) -> None:
        self._state.lanes.run(lane, function)


def _is_refused(state: PollState, feed: Feed) -> bool:
    mark = state.mark(feed.source.name)
    return mark is not None and bool(mark.refused)
