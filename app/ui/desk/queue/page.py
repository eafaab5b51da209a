"""The queue: the list of tickets, and each open ticket as a tab beside it. Joins the two for the frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.actions.action import QUEUE, Situation
from app.base.events import TICKETS, VIEWS, Touched
from app.base.text import one_line
from app.domain.ticket import Ticket
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.page import Page
from app.ui.desk.queue.ticket_list import TicketList
from app.ui.desk.queue.ticket_tabs import TicketTabs
from app.ui.desk.ticket.view import TicketView
from app.usecases.work import DESK


class QueuePage(Page):
    """``list`` is the first tab; each open ticket is a tab of its own."""

    place = QUEUE
    breached_changed = Signal(int)

    def __init__(self, context: Context, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._dispatcher = dispatcher
        self.list = TicketList(context, dispatcher, self)
        self.table, self.model = self.list.table, self.list.table.lines
        self.tabs = TicketTabs(context, dispatcher, self)
        self.tabs.set_list(self.list, self.view_name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.list.opened.connect(self.open_ticket)
        self.list.view_changed.connect(self._name_list)
        self.list.breached_changed.connect(self.breached_changed)
        self.tabs.turned.connect(self._turned)
        self.tabs.renamed.connect(self.title_changed)
        for part in (self.list, self.tabs):
            part.situation_changed.connect(self.situation_changed)

    # -- what the frame asks ------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        view = self.ticket_view
        if view is not None:
            return view.situation()
        return Situation(QUEUE, tickets=self.table.chosen(), query=self.query, view_id=self.list.view.id)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        view = self.ticket_view
        if view is not None:
            return {**view.handlers(), "ticket.close_tab": self.close_tab}
        writing = {id_: partial(self._write, id_) for id_ in ("ticket.note", "ticket.reply")}
        return {**self.list.handlers(), **writing}

    def refresh(self, touched: Touched) -> None:
        for view in self.tabs.views:
            view.refresh(touched)
        if touched.touches(TICKETS):
            if touched.origin == DESK:
                self.table.wrote(touched.ids.get(TICKETS, frozenset()))
            self.list.read_again()
        if touched.touches(TICKETS) or touched.touches(VIEWS):
            self.list.reading.count()

    def tick(self, now_at: int) -> None:
        self.model.now_at = now_at
        view = self.ticket_view
        if view is not None:
            view.tick(now_at)
        elif self.list.preview.isVisible():
            self.list.preview.tick(now_at)

    def title(self) -> str:
        view = self.ticket_view
        if view is not None and view.ticket is not None:
            return f"{view.ticket.number} {one_line(view.ticket.title)}"
        return self.view_name

    def focus_main(self) -> None:
        view = self.ticket_view
        if view is not None:
            view.focus_main()
        else:
            self.table.setFocus()

    def leave(self) -> None:
        for view in self.tabs.views:
            view.leave()

    # -- the list, as the next start will want it -----------------------------------------------------------------

    @property
    def query(self) -> str:
        """What is listed."""
        return self.list.query

    @property
    def view_name(self) -> str:
        return self.list.view.name

    def start_with(self, view_name: str, query: str) -> None:
        """The view and query of the last time."""
        self.list.start_with(view_name, query)
        self.tabs.name_list(self.view_name)

    def last_rows(self) -> tuple[Ticket, ...]:
        """The rows to remember: from the top, as far as they are known."""
        return self.table.first_rows()

    # -- tickets as tabs ----------------------------------------------------------------------------------------

    @property
    def ticket_view(self) -> TicketView | None:
        """The ticket in front; None while the list is."""
        return self.tabs.front

    def open_ticket(self, ticket_id: str) -> TicketView:
        """Bring a ticket to the front, in its own tab."""
        return self.tabs.open(ticket_id)

    def close_tab(self) -> None:
        """Close the ticket in front; its draft is kept."""
        self.tabs.close_front()
        self.focus_main()

    def _write(self, action_id: str) -> None:
        """On all ticked rows in a panel, else in the current one's own tab."""
        if self.model.ticked:
            self._dispatcher.act("ticket.comment")
            return
        ticket = self.table.ticket()
        if ticket is not None:
            self.open_ticket(ticket.id).handlers()[action_id]()

    def _name_list(self, name: str) -> None:
        self.tabs.name_list(name)
        self.title_changed.emit(name)

    def _turned(self) -> None:
        self.title_changed.emit(self.title())
        self.situation_changed.emit()
        self.focus_main()
