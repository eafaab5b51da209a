"""The queue's table: the rows of the list, which of them are ticked, which somebody else changed. It asks nothing:
what it needs to have read it tells by ``wanted``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.base.clock import Moment
from app.base.text import tr
from app.domain.ticket import Ticket
from app.query import TICKETS, Query
from app.ui.desk.last_view import ROWS
from app.ui.desk.queue.reading import Listed
from app.ui.desk.queue.seen import SeenTickets
from app.ui.desk.waiting_table import WaitingTable
from app.ui.models.ticket_clock import sla_view
from app.ui.models.ticket_columns import SORT_FIELDS, queue_columns
from app.ui.models.ticket_model import TicketModel
from app.usecases.view import without_sort

READ_AFTER_MS = 2_000
"""A preview in sight for so long counts as read."""


_COLUMNS = {field: column for column, field in SORT_FIELDS.items()}


def sorted_query(query: str, column: str) -> str:
    """A query that sorts by a column whose head was clicked, the other way round when it does so already."""
    word = SORT_FIELDS[column]
    is_down = f"sort:{word}" in query.split()
    return f"{without_sort(query)} sort:{'-' if is_down else ''}{word}".strip()


class TicketTable(WaitingTable):
    """``lines`` is its model. While the order waits, values change in place."""

    wanted = Signal(int)
    """The number of a page that is in sight and was not read."""
    taken = Signal(int)
    """A list of so many tickets is in place, order and all."""

    def __init__(self, now: Callable[[], Moment], density: str, parent: QWidget) -> None:
        columns = queue_columns(lambda ticket: sla_view(ticket, now()))
        super().__init__(columns, density=density, parent=parent)
        self.setAccessibleName(tr("Tickets"))
        self.lines = TicketModel(len(columns))
        # Queued: a page that is found missing while painting is asked for after it.
        self.lines.wanted.connect(self.wanted, Qt.ConnectionType.QueuedConnection)
        self.setModel(self.lines)
        self._seen = SeenTickets()
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(READ_AFTER_MS)
        self._looking.timeout.connect(self._looked_at)
        self.current_changed.connect(self._look)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """The actions that move and tick, by id."""
        return {
            "move.down": partial(self.step, 1),
            "move.up": partial(self.step, -1),
            "move.tick": self.tick,
            "move.tick_down": partial(self.tick, 1),
            "move.tick_up": partial(self.tick, -1),
        }

    # -- rows ---------------------------------------------------------------------------------------------------

    def show_order(self, query: Query) -> None:
        """The column that this query's tickets are sorted by, if there is one for it."""
        first = (query.sort or TICKETS.default_sort)[0]
        self.set_sort(_COLUMNS.get(first.field, ""), descending=first.descending)

    def show_first(self, found: Listed) -> None:
        """Another list, from its top."""
        self._nothing_waits()
        self.lines.show_keys(found.keys, found.first)
        self.ticked.emit()  # what is no more in the list is ticked no more
        self._show_news(found.first)
        self.select_row(0)
        self.taken.emit(len(found.keys))

    def show_again(self, found: Listed) -> None:
        """After a write: values change in place as the rows are read again; the order waits while a row could slip
        away under the hand."""
        if list(found.keys) == list(self.lines.keys()):
            self._nothing_waits()
            self.lines.mark_stale()
            self.taken.emit(len(found.keys))
        elif self._must_wait():
            self._let_wait(found.keys, found.moved)
            self.lines.mark_stale()
        else:
            self._take(found.keys)

    def _has_ticks(self) -> bool:
        return bool(self.lines.ticked)

    def _take(self, keys: Sequence[int]) -> None:
        """Keep the place and what is shown until the rows are read again."""
        self._nothing_waits()
        place, scroll = self.currentIndex().row(), self._scroll_over(keys)
        at = self.lines.replace_keys(keys, place)
        self.ticked.emit()
        self.select_row(at if at >= 0 else min(place, len(keys) - 1))
        self.verticalScrollBar().setValue(scroll)
        self.taken.emit(len(keys))

    def _scroll_over(self, keys: Sequence[int]) -> int:
        """Where the rows in sight stay where they are, though others come in above them; the top stays the top."""
        scroll, shown = self.verticalScrollBar().value(), self.lines.keys()
        if not scroll:
            return 0
        places = {shown[place]: place for place in self.visible_rows()}
        slides = sorted(place - places[key] for place, key in enumerate(keys) if key in places)
        # The middle one: a row that moved far must not take the others along.
        slide = slides[len(slides) // 2] if slides else 0
        return scroll + slide * self.verticalHeader().defaultSectionSize()

    def take_page(self, page: int, rows: Mapping[int, Ticket]) -> None:
        """A page that was read."""
        self.lines.take_page(page, rows)
        self._show_news(rows.values())

    def wrote(self, ids: frozenset[str]) -> None:
        """These tickets were edited here: that is no news."""
        self._seen.wrote(ids)

    def ticket(self) -> Ticket | None:
        """The current row's."""
        row = self.current_row()
        return row if isinstance(row, Ticket) else None

    def chosen(self) -> tuple[Ticket, ...]:
        """The ticked tickets, or the current one."""
        ticket = self.ticket()
        return self.lines.ticked or ((ticket,) if ticket is not None else ())

    def first_rows(self) -> tuple[Ticket, ...]:
        """The rows to remember for the next start: from the top, as far as they are known."""
        known = (self.lines.ticket_at(place) for place in range(min(ROWS, self.lines.rowCount())))
        return tuple(ticket for ticket in known if ticket is not None)

    # -- ticking ------------------------------------------------------------------------------------------------

    def tick(self, then: int = 0) -> None:
        """Tick or untick the current row, and go on by so many rows."""
        if self.ticket() is not None:
            self.lines.toggle_tick(self.currentIndex().row())
            self.ticked.emit()
        if then:
            self.step(then)
        self._release_if_free()

    def tick_all(self, rows: Mapping[int, Ticket]) -> None:
        """Every ticket of the list, given by key, also those that were never looked at."""
        self.lines.tick_all(rows)
        self.ticked.emit()

    def read_ticked(self, rows: Mapping[int, Ticket]) -> None:
        """The ticked tickets as they are after a write, by key."""
        self.lines.read_ticked(rows)
        self.ticked.emit()
        self._release_if_free()

    def untick(self) -> None:
        """No row is ticked; what waited for that comes in."""
        self.tick_all({})
        self.release()

    # -- news ---------------------------------------------------------------------------------------------------

    def _show_news(self, tickets: Iterable[Ticket]) -> None:
        self._seen.show(tickets)
        self.lines.set_changed(self._seen.changed)

    def _look(self, _row: object) -> None:
        self._looking.start()

    def _looked_at(self) -> None:
        """The preview has been in sight long enough to be read."""
        ticket = self.ticket()
        if ticket is not None:
            self._seen.look_at(ticket)
            self.lines.set_changed(self._seen.changed)
