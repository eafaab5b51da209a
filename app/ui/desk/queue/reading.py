"""What the queue asks of the store: the list's keys, pages of tickets, the views with their counts.

GUI lane; the store answers on a read lane, the latest question of a kind wins. It shows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.analysis.order import rows_moved
from app.base.events import CancelToken
from app.base.lanes import Task
from app.domain.ticket import Ticket
from app.domain.view import View
from app.ports import Store
from app.query import TICKETS, Query, QueryError, parse
from app.ui.desk.context import Context
from app.ui.models.ticket_model import PAGE
from app.usecases.view import ViewCount, count_views, queue_views


@dataclass(frozen=True, slots=True)
class Listed:
    """The keys of all tickets that match, in order, and the tickets at their head. ``moved``: how many rows of the
    list that was shown are elsewhere in this one."""

    keys: Sequence[int]
    first: Sequence[Ticket] = ()
    moved: int = 0


class QueueReading(QObject):
    """Answers come as signals."""

    listed = Signal(object)
    """Another list (``Listed``), from the top."""
    listed_again = Signal(object)
    """The same list after a write (``Listed`` without tickets)."""
    page_read = Signal(int, object)
    """A page's number and its tickets by key."""
    counted = Signal(object, object)
    """The views, and their counts by id."""
    failed = Signal(object)
    """Why the list could not be read."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.asking: Task | None = None
        self._is_first_due = False

    def read_list(self, text: str, shown: Sequence[int] | None = None) -> Query | None:
        """Ask for the tickets of a query; with the keys that are ``shown`` of it, for its keys alone. The query as it
        is understood; None when nothing can be asked: the store is not open, or the query has a fault (the field
        shows what and where). Until a list that was asked for has come, what is shown is of another one."""
        if self._context.opened is None:
            return None
        try:
            query = parse(text, TICKETS)
        except QueryError:
            return None
        env = self._context.env()
        if self._is_first_due:
            shown = None
        self._is_first_due = shown is None

        def read(store: Store, cancel: CancelToken) -> Listed:
            first = () if shown is not None else store.tickets.page(query, env, limit=PAGE)
            cancel.check()
            keys = store.tickets.keys(query, env)
            return Listed(keys, first, rows_moved(shown, keys) if shown is not None else 0)

        take = self._take_first if shown is None else self.listed_again.emit
        self.asking = self._context.read(read, take, key="queue", failed=self.failed.emit)
        return query

    def _take_first(self, found: Listed) -> None:
        self._is_first_due = False
        self.listed.emit(found)

    def stop(self) -> None:
        """Nothing more comes of the list that is being read."""
        if self.asking is not None:
            self.asking.cancel()

    def read_page(self, page: int, keys: Sequence[int]) -> None:
        """The tickets of one page."""
        if keys:
            self._context.read(
                lambda store, _cancel: store.tickets.by_keys(keys),
                lambda rows: self.page_read.emit(page, rows),
                key=f"queue page {page}",
            )

    def read_ticked(self, keys: Sequence[int], take: Callable[[Mapping[int, Ticket]], None]) -> None:
        """The tickets of all these keys, which are or will be ticked."""
        self._context.read(lambda store, _cancel: store.tickets.by_keys(keys), take, key="ticked")

    def count(self) -> None:
        """The views, each with its count."""
        env = self._context.env()

        def read(store: Store, cancel: CancelToken) -> tuple[Sequence[View], Mapping[str, ViewCount]]:
            views = queue_views(store)
            return views, count_views(store, views, env, cancel)

        self._context.read(read, lambda found: self.counted.emit(*found), key="view counts")
