"""The queue: views with live counts, the dense list, a preview; open tickets as tabs beside the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.actions.action import QUEUE, Situation
from app.base.events import TICKETS, VIEWS, CancelToken, Touched
from app.base.lanes import Task
from app.base.text import number, one_line, tr
from app.domain.ticket import Ticket
from app.domain.view import View
from app.ports import Store
from app.query import TICKETS as SCHEMA
from app.query import QueryError, parse
from app.settings.workstation import QUEUE_DENSITY
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.last_view import ROWS
from app.ui.desk.page import Page
from app.ui.desk.page_bar import PageBar
from app.ui.desk.queue.preview import TicketPreview
from app.ui.desk.queue.views_pane import FoldedViews, ViewsPane
from app.ui.desk.ticket.view import TicketView
from app.ui.kit import icons
from app.ui.kit.sla_look import SlaView
from app.ui.kit.table import DenseTable
from app.ui.kit.theme import current, switch
from app.ui.models.ticket_clock import sla_view
from app.ui.models.ticket_columns import SORT_FIELDS, queue_columns
from app.ui.models.ticket_model import PAGE, TicketModel
from app.ui.parts.pane_state import PaneState
from app.usecases.view import DEFAULT_VIEWS, ViewCount, count_views, queue_views, without_sort
from app.usecases.work import DESK

READ_AFTER_MS = 2_000
"""A preview in sight for so long counts as read."""
_NARROW_PREVIEW = 428
DENSITIES = {"view.compact": "compact", "view.regular": "regular", "view.comfortable": "comfortable"}


@dataclass(frozen=True, slots=True)
class _Listed:
    keys: Sequence[int]
    first: Sequence[Ticket]


class QueuePage(Page):
    """The list is the first tab; each open ticket is a tab of its own."""

    place = QUEUE
    breached_changed = Signal(int)

    def __init__(self, context: Context, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._context = context
        self._dispatcher = dispatcher
        self._view = DEFAULT_VIEWS[2]
        self._views: Sequence[View] = DEFAULT_VIEWS
        self._counts: Mapping[str, ViewCount] = {}
        self._query = self._view.query
        self._asking: Task | None = None
        self._answer: Callable[[], None] = self._list
        self.tabs = QTabBar(self)
        self._stack = QStackedWidget(self)
        self._tickets: list[TicketView] = []
        self._seen: dict[str, int] = {}
        self._own: set[str] = set()
        self._changed: set[str] = set()
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._reading.setInterval(READ_AFTER_MS)
        self._reading.timeout.connect(self._looked_at)
        self._build()
        context.opened_changed.connect(self._opened)
        context.settings_changed.connect(self._restyle)
        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.changed.connect(self._retheme)
        self._opened()

    # -- what the frame asks ------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        view = self.ticket_view
        if view is not None:
            return view.situation()
        ticked = self.model.ticked
        row = self.table.current_row()
        tickets = ticked or ((row,) if isinstance(row, Ticket) else ())
        return Situation(QUEUE, tickets=tickets, query=self._query, view_id=self._view.id)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        view = self.ticket_view
        if view is not None:
            return {**view.handlers(), "ticket.close_tab": self.close_tab}
        return {
            "view.query": self.bar.focus_query,
            "view.back": self._back,
            "view.detail": lambda: self.preview.setVisible(not self.preview.isVisible()),
            "view.services": lambda: self._show_pane(not self.views.isVisible()),
            "move.down": lambda: self.table.step(1),
            "move.up": lambda: self.table.step(-1),
            "move.open": self._open_current,
            "move.tick": self._tick,
            "move.tick_down": lambda: self._tick(1),
            "move.tick_up": lambda: self._tick(-1),
            "move.tick_all": self._tick_all,
            "move.next_section": lambda: self.views.step(1),
            "move.previous_section": lambda: self.views.step(-1),
            "copy.number": lambda: self._copy(lambda ticket: ticket.number),
            "copy.number_title": lambda: self._copy(lambda ticket: f"{ticket.number} {one_line(ticket.title)}"),
            "copy.rows": self._copy_rows,
            "ticket.note": lambda: self._write("ticket.note"),
            "ticket.reply": lambda: self._write("ticket.reply"),
            **{id_: _Density(self, word) for id_, word in DENSITIES.items()},
        }

    def refresh(self, touched: Touched) -> None:
        for view in self._tickets:
            view.refresh(touched)
        if touched.touches(TICKETS):
            if touched.origin == DESK:
                self._own |= touched.ids.get(TICKETS, frozenset())
            self._list(keep=True)
        if touched.touches(TICKETS) or touched.touches(VIEWS):
            self._count()

    def tick(self, now_at: int) -> None:
        self.model.now_at = now_at
        view = self.ticket_view
        if view is not None:
            view.tick(now_at)
        elif self.preview.isVisible():
            self.preview.tick(now_at)

    def title(self) -> str:
        view = self.ticket_view
        if view is not None and view.ticket is not None:
            return f"{view.ticket.number} {one_line(view.ticket.title)}"
        return self._view.name

    def focus_main(self) -> None:
        view = self.ticket_view
        if view is not None:
            view.focus_main()
        else:
            self.table.setFocus()

    def leave(self) -> None:
        for view in self._tickets:
            view.leave()

    # -- tickets as tabs ----------------------------------------------------------------------------------------

    @property
    def ticket_view(self) -> TicketView | None:
        """The ticket in front; None while the list is."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, TicketView) else None

    def open_ticket(self, ticket_id: str) -> TicketView:
        """Bring a ticket to the front, in its own tab."""
        for view in self._tickets:
            if view.ticket_id == ticket_id:
                break
        else:
            view = TicketView(self._context, self._dispatcher, ticket_id)
            view.title_changed.connect(_Retitle(self, view))
            view.situation_changed.connect(self.situation_changed)
            self._tickets.append(view)
            self._stack.addWidget(view)
            self.tabs.addTab(icons.icon("ticket"), tr("Opening…"))
        self.tabs.setCurrentIndex(self._tickets.index(view) + 1)
        view.focus_main()
        return view

    def close_tab(self) -> None:
        """Close the ticket in front; its draft is kept."""
        view = self.ticket_view
        if view is None:
            return
        view.leave()
        place = self._tickets.index(view)
        self._tickets.remove(view)
        self.tabs.removeTab(place + 1)
        self._stack.removeWidget(view)
        view.deleteLater()
        self.focus_main()

    def retitle(self, view: TicketView, text: str) -> None:
        """A tab's words have changed."""
        if view in self._tickets:
            place = self._tickets.index(view) + 1
            self.tabs.setTabText(place, text if len(text) <= 34 else text[:33] + "…")
        self.title_changed.emit(text)

    # -- the list -----------------------------------------------------------------------------------------------

    def start_with(self, view_name: str, query: str) -> None:
        """The view and query of the last time."""
        self._view = next((view for view in self._views if view.name == view_name), self._view)
        self._query = query or self._view.query
        self.bar.set_query(self._query)
        self._show_views()
        self._list()

    def last_rows(self) -> tuple[Ticket, ...]:
        """The rows to remember: from the top, as far as they are known."""
        known = (self.model.ticket_at(place) for place in range(min(ROWS, self.model.rowCount())))
        return tuple(ticket for ticket in known if ticket is not None)

    @property
    def query(self) -> str:
        return self._query

    @property
    def view_name(self) -> str:
        return self._view.name

    def _clock_of(self, ticket: Ticket) -> SlaView | None:
        return sla_view(ticket, self._context.now())

    def set_density(self, word: str) -> None:
        self._context.change(QUEUE_DENSITY, word)

    def choose_view(self, view: View) -> None:
        """Another view: its query, from the top."""
        self._view = view
        self.bar.set_query(view.query)
        self._ask(view.query)
        self._show_views()
        self.title_changed.emit(view.name)

    def _build(self) -> None:
        theme = current()
        keep = action_button(self._context, self._dispatcher, "queue.keep_view", "bare", self)
        self.views = ViewsPane(keep, self)
        self.views.chosen.connect(self.choose_view)
        self.bar = PageBar(self._context, SCHEMA, tr("Queue"), tr("Find tickets: words, field:value, is:flag"), self)
        self.bar.query_changed.connect(self._ask)
        self.bar.left.connect(self.focus_main)
        self.bar.add(action_button(self._context, self._dispatcher, "ticket.new", "primary", self.bar))
        columns = queue_columns(self._clock_of)
        self.table = DenseTable(columns, density=self._context.settings[QUEUE_DENSITY], parent=self)
        self.table.setAccessibleName(tr("Tickets"))
        self.model = TicketModel(len(columns))
        self.model.wanted.connect(self._read_page, Qt.ConnectionType.QueuedConnection)
        self.table.setModel(self.model)
        self.table.set_sort("due")
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._open)
        self.table.sort_asked.connect(self._sort_by)
        self.state = PaneState(self.table, top_px=28)
        self.state.acted.connect(self._act_on_state)
        self.preview = TicketPreview(self._context, self._dispatcher)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setHandleWidth(1)
        for widget in (self.views, self.table, self.preview):
            split.addWidget(widget)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.length("layout.queue_views"), 1000, theme.length("layout.queue_preview")])
        self._split = split
        self._list_page = QWidget(self)
        column = _column(self._list_page)
        column.addWidget(self.bar)
        self.folded = FoldedViews(self)
        self.folded.clicked.connect(self._unfold)
        column.addWidget(self.folded)
        column.addWidget(split, 1)
        self._stack.addWidget(self._list_page)
        self.tabs.setDocumentMode(True)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.addTab(icons.icon("list"), self._view.name)
        self.tabs.currentChanged.connect(self._tab_changed)
        outer = _column(self)
        outer.addWidget(self.tabs)
        outer.addWidget(self._stack, 1)
        self._show_views()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        is_narrow = self.window().width() < current().length("layout.breakpoints.narrow")
        self._show_pane(not is_narrow)
        self.preview.set_narrow(is_narrow)
        preview = _NARROW_PREVIEW if is_narrow else current().length("layout.queue_preview")
        views = current().length("layout.queue_views")
        self._split.setSizes([views, max(400, self.width() - preview), preview])

    def _show_pane(self, is_shown: bool) -> None:
        """The views, or the one line that stands for them over the table."""
        self.views.setVisible(is_shown)
        self.folded.setVisible(not is_shown)

    def _unfold(self) -> None:
        self._show_pane(True)
        self.views.table.setFocus()

    def _opened(self) -> None:
        if self._context.opened is None:
            return
        self.bar.set_query(self._query)
        self._list()
        self._count()

    def _ask(self, text: str) -> None:
        self._query = text
        self._list()

    def _list(self, *, keep: bool = False) -> None:
        if self._context.opened is None:
            return
        try:
            query = parse(self._query, SCHEMA)
        except QueryError:
            return  # the field shows what is wrong and where
        env = self._context.env()

        def read(store: Store, cancel: CancelToken) -> _Listed:
            first = () if keep else store.tickets.page(query, env, limit=PAGE)
            cancel.check()
            return _Listed(store.tickets.keys(query, env), first)

        if not keep:
            self._answer = self._stop
            self.state.loading(tr("Still reading tickets."))
        take = self._listed_again if keep else self._listed
        self._asking = self._context.read(read, take, key="queue", failed=self._failed)

    def _stop(self) -> None:
        """*Stop* while the list is read: nothing more comes of that reading, and it begins again only when asked."""
        if self._asking is not None:
            self._asking.cancel()
        self._answer = self._list
        self.state.failed(tr("Reading the tickets was stopped."), "", "", tr("Read again"))

    def _listed(self, found: _Listed) -> None:
        self.model.show_keys(found.keys, found.first)
        self._notice_changes(found.first)
        self.bar.show_count(tr("{n} tickets", n=number(len(found.keys))))
        self.table.select_row(0)
        self._show_state(len(found.keys))

    def _listed_again(self, found: _Listed) -> None:
        """After a write: keep the place and what is shown until the rows are read again."""
        row = self.table.current_row()
        place = self.table.currentIndex().row()
        scroll = self.table.verticalScrollBar().value()
        if list(found.keys) == list(self.model.keys()):
            self.model.mark_stale()
        else:
            self.model.replace_keys(found.keys)
            at = self.model.number_of(row.id) if isinstance(row, Ticket) else -1
            self.table.select_row(at if at >= 0 else min(place, len(found.keys) - 1))
            self.table.verticalScrollBar().setValue(scroll)
        self.bar.show_count(tr("{n} tickets", n=number(len(found.keys))))
        self._show_state(len(found.keys))

    def _show_state(self, count: int) -> None:
        if count:
            self.state.clear()
            return
        self.preview.show_ticket(None)
        if without_sort(self._query) == without_sort(self._view.query):
            self.state.good(tr("No tickets in “{view}”.", view=self._view.name))
        else:
            self._answer = self._clear_filter
            self.state.nothing_matches(self._query)

    def _failed(self, error: Exception) -> None:
        self._answer = self._list
        self.state.failed(tr("The tickets could not be read."), sentence(error), "", tr("Try again"))

    def _act_on_state(self) -> None:
        """The button of the state that is shown: stop, clear the filter, or read again with the filter kept."""
        self._answer()

    def _clear_filter(self) -> None:
        self.choose_view(self._view)

    def _read_page(self, page: int) -> None:
        keys = list(self.model.keys_of_page(page))
        if keys:
            self._context.read(
                lambda store, _cancel: store.tickets.by_keys(keys),
                lambda rows: self._take_page(page, rows),
                key=f"queue page {page}",
            )

    def _take_page(self, page: int, rows: Mapping[int, Ticket]) -> None:
        self.model.take_page(page, rows)
        self._notice_changes(rows.values())

    def _notice_changes(self, tickets: Iterable[Ticket]) -> None:
        """Mark what somebody else changed since it was looked at here; a first sight and own edits are no news."""
        for ticket in tickets:
            known = self._seen.get(ticket.id)
            if known is None or ticket.id in self._own:
                self._seen[ticket.id] = ticket.updated_at
                self._changed.discard(ticket.id)
            elif ticket.updated_at > known:
                self._changed.add(ticket.id)
        self._own.difference_update(ticket.id for ticket in tickets)
        self.model.set_changed(frozenset(self._changed))

    def _looked_at(self) -> None:
        """The preview has been in sight long enough to be read."""
        row = self.table.current_row()
        if isinstance(row, Ticket):
            self._seen[row.id] = row.updated_at
            self._changed.discard(row.id)
            self.model.set_changed(frozenset(self._changed))

    def _count(self) -> None:
        env = self._context.env()

        def read(store: Store, cancel: CancelToken) -> tuple[Sequence[View], Mapping[str, ViewCount]]:
            views = queue_views(store)
            return views, count_views(store, views, env, cancel)

        self._context.read(read, self._counted, key="view counts")

    def _counted(self, found: tuple[Sequence[View], Mapping[str, ViewCount]]) -> None:
        self._views, self._counts = found
        self._show_views()
        open_count = self._counts.get("open")
        self.breached_changed.emit(open_count.breached if open_count else 0)

    def _show_views(self) -> None:
        self.views.show_views(self._views, self._counts, self._view.id)
        self.folded.show_views(self._views, self._counts, self._view.id)
        self.bar.set_shown(self._view.name)
        self.tabs.setTabText(0, self._view.name)

    def _current_changed(self, row: object) -> None:
        self._reading.start()
        if self.ticket_view is None:
            self.preview.show_ticket(row if isinstance(row, Ticket) else None)
        self.situation_changed.emit()

    def _tab_changed(self, place: int) -> None:
        if place < 0:
            return
        self._stack.setCurrentWidget(self._list_page if place == 0 else self._tickets[place - 1])
        self.title_changed.emit(self.title())
        self.situation_changed.emit()
        self.focus_main()

    def _open(self, row: object) -> None:
        if isinstance(row, Ticket):
            self.open_ticket(row.id)

    def _open_current(self) -> None:
        self._open(self.table.current_row())

    def _write(self, action_id: str) -> None:
        row = self.table.current_row()
        if isinstance(row, Ticket):
            self.open_ticket(row.id).handlers()[action_id]()

    def _back(self) -> None:
        """Esc: untick, then clear the filter, then back to the table."""
        if self.model.ticked:
            self.model.tick_all(())
            self.situation_changed.emit()
        elif self._query != self._view.query:
            self.choose_view(self._view)
        self.table.setFocus()

    def _tick(self, step: int = 0) -> None:
        row = self.table.current_row()
        if isinstance(row, Ticket):
            self.model.toggle_tick(row)
            self.situation_changed.emit()
        if step:
            self.table.step(step)

    def _tick_all(self) -> None:
        """Every ticket of the list, also those that were never looked at."""
        keys = list(self.model.keys())

        def done(rows: Mapping[int, Ticket]) -> None:
            self.model.tick_all([rows[key] for key in keys if key in rows])
            self.situation_changed.emit()

        self._context.read(lambda store, _cancel: store.tickets.by_keys(keys), done, key="tick all")

    def _sort_by(self, column: str) -> None:
        word = SORT_FIELDS[column]
        down = f"sort:{word}" in self._query.split()
        text = f"{without_sort(self._query)} sort:{'-' if down else ''}{word}".strip()
        self.table.set_sort(column, descending=down)
        self.bar.set_query(text)
        self._ask(text)

    def _copy(self, text: Callable[[Ticket], str]) -> None:
        QGuiApplication.clipboard().setText("\n".join(text(ticket) for ticket in self.situation().tickets))

    def _copy_rows(self) -> None:
        self._copy(lambda t: "\t".join((t.number, f"P{t.priority or ''}", t.status, one_line(t.title), t.team or "")))

    def _retheme(self, _theme: object) -> None:
        """Icons of tabs are pixmaps of a colour."""
        for place in range(self.tabs.count()):
            self.tabs.setTabIcon(place, icons.icon("ticket" if place else "list"))

    def _restyle(self) -> None:
        self.table.set_density(self._context.settings[QUEUE_DENSITY])


class _Density:
    def __init__(self, page: QueuePage, word: str) -> None:
        self._page, self._word = page, word

    def __call__(self) -> None:
        self._page.set_density(self._word)


class _Retitle:
    def __init__(self, page: QueuePage, view: TicketView) -> None:
        self._page, self._view = page, view

    def __call__(self, text: str) -> None:
        self._page.retitle(self._view, text)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
