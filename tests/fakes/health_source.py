"""A monitoring system that says what a test scripted, and a lane runner that works in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from app.base.clock import Moment
from app.base.errors import Cancelled, WatchdeskError
from app.base.events import CancelToken
from app.base.lanes import Task
from app.domain.command import ACKNOWLEDGE, COMMENT, DONE, DOWNTIME, FAILED, RECHECK, Command, Outcome
from app.domain.health import Downtime, HealthRow, Remark, Snapshot, health_id
from tests.fakes.clock import VirtualClock


def health_row(
    name: str = "load", state: str = "ok", *, source: str = "n1", host: str = "web-1", **more: Any
) -> HealthRow:
    """A service of a source."""
    id_ = health_id(source, host, name)
    return HealthRow(id=id_, source=source, kind="service", host=host, name=name, state=state, **more)


class FakeHealthSource:
    """The ``HealthSource`` port. ``rows`` is what it has now; ``script`` holds what the next askings do instead: an
    error to raise, rows to tell once, or a call. ``lag_s``: how old its data are; ``skew_s``: how its clock goes."""

    def __init__(self, clock: VirtualClock, rows: Sequence[HealthRow] = (), *, name: str = "n1") -> None:
        self.name = name
        self.verbs = frozenset({ACKNOWLEDGE, DOWNTIME, COMMENT, RECHECK})
        self.rows: tuple[HealthRow, ...] = tuple(rows)
        self.script: list[WatchdeskError | Sequence[HealthRow] | Callable[[], None]] = []
        self.lag_s = self.skew_s = self.takes_s = 0.0
        self.frozen_at: Moment | None = None
        self.asked: list[Moment] = []
        self.pushed: list[tuple[Command, tuple[str, ...]]] = []
        self.push_error: WatchdeskError | None = None
        self.refused_ids: frozenset[str] = frozenset()
        self.remarks: tuple[Remark, ...] = ()
        self.downtimes: tuple[Downtime, ...] = ()
        self.is_closed = False
        self._clock = clock

    def fetch(self, cancel: CancelToken) -> Snapshot:
        cancel.check()
        self.asked.append(self._clock.now())
        self._clock.spend(self.takes_s)
        rows = self.rows
        step = self.script.pop(0) if self.script else None
        if isinstance(step, WatchdeskError):
            raise step
        if callable(step):
            step()
        elif step is not None:
            rows = tuple(step)
        received_at = self._clock.now()
        observed_at = self.frozen_at if self.frozen_at is not None else received_at - round(self.lag_s * 1000)
        return Snapshot(
            source=self.name, rows=rows, observed_at=observed_at + round(self.skew_s * 1000),
            remarks=self.remarks, downtimes=self.downtimes,
            received_at=received_at, skew_s=self.skew_s, duration_s=self.takes_s, received_bytes=100 * len(rows),
        )  # fmt: skip

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        cancel.check()
        if self.push_error is not None:
            raise self.push_error
        self.pushed.append((command, tuple(row.id for row in rows)))
        if command.verb == ACKNOWLEDGE:
            wanted = {row.id for row in rows} - self.refused_ids
            self.rows = tuple(
                msgspec.structs.replace(row, acknowledged=True) if row.id in wanted else row for row in self.rows
            )
        return tuple(
            Outcome(row.id, FAILED, "It said no.") if row.id in self.refused_ids else Outcome(row.id, DONE)
            for row in rows
        )

    def close(self) -> None:
        self.is_closed = True


class InlineLanes:
    """Lanes that work at once, in place, unless paused; then in order at ``drain``. Bugs raise where they happen."""

    def __init__(self) -> None:
        self.is_paused = False
        self.lanes: list[str] = []
        self._waiting: list[tuple[Task, Callable[[CancelToken], Any]]] = []

    def run(self, lane: str, function: Callable[[CancelToken], Any]) -> Task:
        task = Task()
        self.lanes.append(lane)
        self._waiting.append((task, function))
        if not self.is_paused:
            self.drain()
        return task

    def drain(self) -> None:
        while self._waiting:
            task, function = self._waiting.pop(0)
            try:
                if not task.token.is_cancelled:
                    function(task.token)
            except Cancelled:
                continue
