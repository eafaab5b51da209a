"""What the parts of the poller share: the feeds, the board, and who may change them. Decides nothing by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from app.base.clock import Clock
from app.base.errors import WatchdeskError
from app.base.events import HEALTH, SOURCES, Touched
from app.base.pacing import Random
from app.domain.history import SourceMark
from app.ports import History
from app.usecases.board import Board
from app.usecases.health import Breathe, Rows
from app.usecases.lane_runner import Runs
from app.usecases.poll_ask import Connecting
from app.usecases.poll_feed import Feed
from app.usecases.poll_timer import Timer
from app.usecases.sign_in import Stamping

ORIGIN: Final = "poll"


@dataclass
class PollState:
    """``feeds``, ``board`` and the flags are changed under ``lock`` alone; the board is read on any lane."""

    history: History
    lanes: Runs
    clock: Clock
    timer: Timer
    connect: Connecting
    holder: str
    on_touched: Callable[[Touched], None]
    on_trouble: Callable[[str, WatchdeskError], None]
    breathe: Breathe
    random: Random
    stamping: Stamping
    lock: threading.RLock = field(default_factory=threading.RLock)
    feeds: dict[str, Feed] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    is_polling: bool = False
    is_stopped: bool = False

    def is_current(self, feed: Feed) -> bool:
        """Whether the source is still configured as this feed has it."""
        return self.feeds.get(feed.source.name) is feed

    def rows(self, name: str) -> Rows:
        known = self.board.sources.get(name)
        return known.rows if known else MappingProxyType({})

    def mark(self, name: str) -> SourceMark | None:
        known = self.board.sources.get(name)
        return known.mark if known else None

    def tell(self, name: str, ids: Iterable[str]) -> None:
        """A source's mark changed, and these of its rows."""
        touched = Touched.of(SOURCES, [name], ORIGIN)
        row_ids = frozenset(ids)
        self.on_touched(touched | Touched.of(HEALTH, row_ids, ORIGIN) if row_ids else touched)
