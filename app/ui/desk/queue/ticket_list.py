"""The queue's list: views | tickets that match | the current one explained, under a query. Joins parts that do their
own; opening a ticket is its owner's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.text import count, one_line, tr
from app.domain.ticket import Ticket
from app.domain.view import View
from app.query import TICKETS as SCHEMA
from app.settings.workstation import QUEUE_DENSITY
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.page_bar import PageBar, moved_text
from app.ui.desk.queue.list_head import ListHead
from app.ui.desk.queue.list_state import ListState
from app.ui.desk.queue.panes import QueuePanes
from app.ui.desk.queue.preview import TicketPreview
from app.ui.desk.queue.reading import Listed, QueueReading
from app.ui.desk.queue.tick_bar import TickBar
from app.ui.desk.queue.ticket_table import TicketTable, sorted_query
from app.ui.desk.queue.views_pane import ViewsPane
from app.usecases.view import DEFAULT_VIEWS, ViewCount

DENSITIES = {"view.compact": "compact", "view.regular": "regular", "view.comfortable": "comfortable"}


class TicketList(QWidget):
    """``view`` is the one that was chosen; ``query`` what is listed: the view's, or what was typed in its place."""

    opened = Signal(str)
    """The ticket with this id is wanted in a tab."""
    view_changed = Signal(str)
    """Another view: its name."""
    situation_changed = Signal()
    breached_changed = Signal(int)

    def __init__(self, context: Context, dispatcher: Dispatcher, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.view = DEFAULT_VIEWS[2]
        self.query = self.view.query
        self.counts: Mapping[str, ViewCount] = {}
        self._views: Sequence[View] = DEFAULT_VIEWS
        self._build(dispatcher)
        self._connect()
        self._show_views()
        self._begin()

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """View actions of the list, by id."""
        return {
            **self.table.handlers(),
            "view.query": self.head.focus_query,
            "view.back": self._back,
            "view.detail": self.panes.toggle_preview,
            "view.services": self.panes.toggle_views,
            "move.open": self._open_current,
            "move.tick_all": self._tick_all,
            "move.next_section": partial(self.views.step, 1),
            "move.previous_section": partial(self.views.step, -1),
            "copy.number": partial(self._copy, _number),
            "copy.number_title": partial(self._copy, _number_title),
            "copy.rows": partial(self._copy, _row),
            **{id_: partial(self._context.change, QUEUE_DENSITY, word) for id_, word in DENSITIES.items()},
        }

    def start_with(self, view_name: str, query: str) -> None:
        """The view and query of the last time; a view that is gone leaves the first one."""
        self.view = next((view for view in self._views if view.name == view_name), self.view)
        self.bar.set_query(query or self.view.query)
        self._show_views()
        self.ask(query or self.view.query)

    def choose_view(self, view: View) -> None:
        """Another view: its query, from the top."""
        self.view = view
        self.bar.set_query(view.query)
        self.ask(view.query)
        self._show_views()
        self.view_changed.emit(view.name)

    def ask(self, query: str) -> None:
        """List what matches, from the top."""
        self.query = query
        understood = self.reading.read_list(query)
        if understood is not None:
            self.table.show_order(understood)
            self.state.read()

    def read_again(self) -> None:
        """Tickets were written: the same list as it is now."""
        self.reading.read_list(self.query, self.table.lines.keys())

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self, dispatcher: Dispatcher) -> None:
        context = self._context
        self.reading = QueueReading(context, self)
        self.bar = PageBar(context, SCHEMA, tr("Queue"), tr("Find tickets: words, field:value, is:flag"), self)
        self.bar.add(action_button(context, dispatcher, "ticket.new", "primary", self.bar))
        self.views = ViewsPane(action_button(context, dispatcher, "queue.keep_view", "bare", self), self)
        self.table = TicketTable(context.now, context.settings[QUEUE_DENSITY], self)
        self.state = ListState(self.table)
        self.preview = TicketPreview(context, dispatcher)
        self.head = ListHead(self.bar, TickBar(context, dispatcher, self), self.table, self)
        self.panes = QueuePanes(self.views, self.table, self.preview, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.panes.folded)
        column.addWidget(self.panes, 1)

    def _connect(self) -> None:
        self._context.opened_changed.connect(self._begin)
        self._context.settings_changed.connect(self._restyle)
        self.bar.query_changed.connect(self.ask)
        self.bar.left.connect(self.table.setFocus)
        self.views.chosen.connect(self.choose_view)
        self.table.wanted.connect(self._read_page)
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._open)
        self.table.sort_asked.connect(self._sort_by)
        self.table.ticked.connect(self.situation_changed)
        self.table.taken.connect(self._show_count)
        self.table.moved.connect(self._tell_moved)
        self.state.stopped.connect(self._stop)
        self.state.again_asked.connect(self._ask_again)
        self.state.unfiltered.connect(self._clear_filter)
        self.reading.listed.connect(self.table.show_first)
        self.reading.listed_again.connect(self._show_list_again)
        self.reading.page_read.connect(self._show_page)
        self.reading.counted.connect(self._show_counts)
        self.reading.failed.connect(self.state.fail)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panes.fit(self.window().width(), self.width())

    def _restyle(self) -> None:
        self.table.set_density(self._context.settings[QUEUE_DENSITY])

    # -- what was read ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """The store can be read."""
        if self._context.opened is not None:
            self.bar.set_query(self.query)
            self.ask(self.query)
            self.reading.count()

    def _show_list_again(self, found: Listed) -> None:
        self.table.show_again(found)
        ticked = self.table.lines.ticked_keys
        if ticked:
            self.reading.read_ticked(ticked, self.table.read_ticked)

    def _show_count(self, amount: int) -> None:
        self.bar.show_count(count(amount, "ticket", "tickets"))
        if amount:
            self.state.clear()
        else:
            self.preview.show_none()
            self.state.show_nothing(self.query, self.view)

    def _show_page(self, page: int, rows: Mapping[int, Ticket]) -> None:
        self.table.take_page(page, rows)
        ticket, told = self.table.ticket(), self.preview.ticket
        if ticket is not None and (told is None or (told.id, told.updated_at) != (ticket.id, ticket.updated_at)):
            self._current_changed(ticket)

    def _tell_moved(self, moved: int) -> None:
        self.head.ticks.show_moved(moved)
        if moved:
            self.state.clear()
            self.bar.show_count(moved_text(moved))

    def _show_counts(self, views: Sequence[View], counts: Mapping[str, ViewCount]) -> None:
        self._views, self.counts = views, counts
        self._show_views()
        open_count = counts.get("open")
        self.breached_changed.emit(open_count.breached if open_count else 0)

    def _show_views(self) -> None:
        self.panes.show_views(self._views, self.counts, self.view.id)
        self.bar.set_shown(self.view.name)

    def _current_changed(self, row: object) -> None:
        if not self.isHidden():  # behind an open ticket nobody sees it
            self.preview.show_ticket(row if isinstance(row, Ticket) else None)
        self.situation_changed.emit()

    # -- what the person does -----------------------------------------------------------------------------------

    def _read_page(self, page: int) -> None:
        self.reading.read_page(page, list(self.table.lines.keys_of_page(page)))

    def _tick_all(self) -> None:
        self.reading.read_ticked(list(self.table.lines.keys()), self.table.tick_all)

    def _stop(self) -> None:
        self.reading.stop()
        self.state.stop()

    def _ask_again(self) -> None:
        self.ask(self.query)

    def _clear_filter(self) -> None:
        self.choose_view(self.view)

    def _sort_by(self, column: str) -> None:
        query = sorted_query(self.query, column)
        self.bar.set_query(query)
        self.ask(query)

    def _open(self, row: object) -> None:
        if isinstance(row, Ticket):
            self.opened.emit(row.id)

    def _open_current(self) -> None:
        """Enter: first what waits comes in, as the bar says."""
        if not self.table.release():
            self._open(self.table.current_row())

    def _back(self) -> None:
        """Esc: untick, then clear the filter, then back to the table."""
        if self.table.lines.ticked:
            self.table.untick()
        elif self.query != self.view.query:
            self._clear_filter()
        self.table.setFocus()

    def _copy(self, text: Callable[[Ticket], str]) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(text, self.table.chosen())))


def _number(ticket: Ticket) -> str:
    return ticket.number


def _number_title(ticket: Ticket) -> str:
    return f"{ticket.number} {one_line(ticket.title)}"


def _row(ticket: Ticket) -> str:
    return "\t".join(
        (ticket.number, f"P{ticket.priority or ''}", ticket.status, one_line(ticket.title), ticket.team or "")
    )
