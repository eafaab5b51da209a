"""One source's round: planned, asked on its net lane, shown on the board, written on the write lane, planned anew.

Nothing goes through the lanes' ``done`` (which a hung window would hold up): each step starts the next on its own
worker. A full disk stops the writing and never the asking: what could not be written is found again by the next
comparison, which is made against what the history holds.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from app.base.errors import EnvironmentTrouble
from app.base.events import CancelToken
from app.base.lanes import WRITE, net
from app.ports import HealthSource
from app.usecases import board as boards
from app.usecases.board import Instant
from app.usecases.health import applied
from app.usecases.poll_ask import Asked, ask, interval_s, with_remark
from app.usecases.poll_feed import Feed
from app.usecases.poll_schedule import Schedule, after_answer, after_failure, begun, pace_text, wanted
from app.usecases.poll_state import PollState


class Round:
    """The rounds of all sources."""

    def __init__(self, state: PollState) -> None:
        self._state = state

    def plan(self, feed: Feed, at_s: float | None) -> None:
        """Ask at this moment; None: not by itself. Under the lock."""
        state = self._state
        feed.unplan()
        if at_s is not None and state.is_polling and not state.is_stopped and state.is_current(feed):
            feed.cancel_timer = state.timer.call_at(at_s, partial(self._due, feed))

    def plan_now(self, feed: Feed) -> None:
        """Under the lock."""
        self.plan(feed, self._state.clock.monotonic())

    def hurry(self, feed: Feed) -> None:
        """Ask as soon as the source allows; when it is being asked, again after that. Under the lock."""
        now_s = self._state.clock.monotonic()
        feed.schedule = wanted(feed.schedule, now_s)
        feed.is_wanted = feed.is_busy
        if not feed.is_busy:
            self.plan(feed, feed.schedule.at_once_s(now_s))

    def load(self, feed: Feed) -> None:
        """A source as the history has it."""
        state, name = self._state, feed.source.name
        try:
            mark = state.history.marks().get(name)
            rows = {row.id: row for row in state.history.rows(name)}
        except EnvironmentTrouble as error:
            state.on_trouble(name, error)
            return
        with state.lock:
            before = state.rows(name)
            state.board = boards.with_source(state.board, name, rows.values(), mark, Instant.of(state.clock))
            feed.saved = state.rows(name)
            feed.schedule = replace(feed.schedule, interval_s=interval_s(feed.source, mark))
        state.tell(name, boards.differing(before, feed.saved))

    def load_and_ask(self, feed: Feed, _cancel: CancelToken) -> None:
        """Read lane."""
        self.load(feed)
        with self._state.lock:
            self.plan_now(feed)

    def drop_connector(self, feed: Feed) -> None:
        """Close it behind whatever is still asking through it."""
        connector, feed.connector = feed.connector, None
        if connector is None:
            return
        if self._state.is_stopped:
            connector.close()
        else:
            self._state.lanes.run(net(feed.source.name), partial(_close, connector))

    # --- one asking, in the order of its steps ------------------------------------------------------------

    def _due(self, feed: Feed) -> None:
        state = self._state
        with state.lock:
            if feed.is_busy or state.is_stopped or not state.is_polling:
                return
            feed.is_busy = True
            feed.schedule = begun(feed.schedule, state.clock.monotonic())
        task = state.lanes.run(net(feed.source.name), partial(self._ask, feed))
        with state.lock:
            feed.task = task

    def _ask(self, feed: Feed, cancel: CancelToken) -> None:
        """Net lane."""
        state = self._state
        is_handed_on = False
        try:
            asked = ask(
                feed.source, partial(feed.connected, state.connect), feed.saved, state.mark(feed.source.name),
                state.clock, cancel, is_confirming=feed.is_held, breathe=state.breathe, stamping=state.stamping,
            )  # fmt: skip
            cancel.check()
            asked = self._publish(feed, asked)
            state.lanes.run(WRITE, partial(self._save, feed, asked))
            is_handed_on = True
        finally:
            # A bug in reading an answer must not end the asking: the source then grows stale, visibly.
            if not is_handed_on:
                self._finish(feed)

    def _publish(self, feed: Feed, asked: Asked) -> Asked:
        """Onto the board; gives what is to be written, its error with the word on when it is asked again."""
        state, name, now = self._state, feed.source.name, Instant.of(self._state.clock)
        with state.lock:
            if not state.is_current(feed):
                return asked
            schedule = self._rescheduled(feed, asked, now.mono_s)
            # Of a refused sign-in its own sentence says when it is tried again.
            asked = asked if asked.mark.refused else with_remark(asked, pace_text(schedule))
            changed: set[str] = set()
            if asked.ingest is None:
                state.board = boards.with_failure(state.board, asked.mark, held=bool(asked.doubt) or feed.is_held)
            else:
                rows = applied(feed.saved, asked.ingest)
                changed = boards.differing(state.rows(name), rows)
                state.board = boards.with_answer(state.board, rows, asked.mark, now, changed)
            feed.is_held = bool(asked.doubt) or (feed.is_held and asked.ingest is None)
            feed.schedule = schedule
            if schedule.parked:
                self.drop_connector(feed)
        state.tell(name, changed)
        return asked

    def _rescheduled(self, feed: Feed, asked: Asked, now_s: float) -> Schedule:
        if asked.error is not None:
            return after_failure(feed.schedule, asked.error, now_s, self._state.random)
        return after_answer(feed.schedule, asked.mark.interval_s, now_s)

    def _save(self, feed: Feed, asked: Asked, _cancel: CancelToken) -> None:
        """Write lane."""
        state = self._state
        try:
            if not (state.is_current(feed) and state.is_polling):
                return
            if asked.ingest is None:
                state.history.mark_failed(asked.mark)
            else:
                state.history.ingest(asked.ingest)
                feed.saved = applied(feed.saved, asked.ingest)
            state.tell(feed.source.name, set())
        except EnvironmentTrouble as error:
            state.on_trouble(feed.source.name, error)
        finally:
            self._finish(feed, is_doubtful=bool(asked.doubt))

    def _finish(self, feed: Feed, *, is_doubtful: bool = False) -> None:
        with self._state.lock:
            feed.is_busy = False
            now_s, schedule = self._state.clock.monotonic(), feed.schedule
            if feed.is_wanted:
                feed.is_wanted = False
                feed.schedule = wanted(schedule, now_s)
                self.plan(feed, schedule.at_once_s(now_s))
            else:
                self.plan(feed, (schedule.soon_s if is_doubtful else schedule.next_s)(now_s))


def _close(connector: HealthSource, _cancel: CancelToken) -> None:
    connector.close()
