"""One source's place in the poller's round: its schedule, its connector, what the history holds of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

from app.base.lanes import Task
from app.domain.source import Source
from app.ports import HealthSource
from app.usecases.health import Rows
from app.usecases.poll_ask import Connecting
from app.usecases.poll_schedule import Schedule


@dataclass
class Feed:
    """Changed under the poller's lock only; ``saved`` and ``connector`` on the source's lanes.

    ``saved``: the rows as the history has them. ``is_busy``: being asked. ``is_wanted``: to be asked again as soon as
    that ends. ``is_held``: the last complete answer waits for its confirmation.
    """

    source: Source
    schedule: Schedule
    saved: Rows = field(default_factory=lambda: MappingProxyType({}))
    connector: HealthSource | None = None
    cancel_timer: Callable[[], None] | None = None
    task: Task | None = None
    is_busy: bool = False
    is_wanted: bool = False
    is_held: bool = False

    def connected(self, connect: Connecting) -> HealthSource:
        """The connector, made at first use. Net lane. Raises WatchdeskError."""
        if self.connector is None:
            self.connector = connect(self.source)
        return self.connector

    def unplan(self) -> None:
        """Forget the planned time."""
        if self.cancel_timer is not None:
            self.cancel_timer()
            self.cancel_timer = None

    def abandon(self) -> None:
        """Forget the planned time and cancel what is under way."""
        self.unplan()
        if self.task is not None:
            self.task.cancel()
