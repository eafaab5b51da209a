"""The tabs of the queue: the list is the first, each open ticket has one of its own. Owns their order and names."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.base.text import tr
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.ticket.view import TicketView
from app.ui.kit import icons
from app.ui.kit.theme import switch

_LONGEST_NAME = 34


class TicketTabs(QWidget):
    """``bar`` are the tabs; ``views`` the open tickets, in the order of the tabs."""

    turned = Signal()
    """Another tab is in front."""
    renamed = Signal(str)
    """A ticket is called so now."""
    situation_changed = Signal()

    def __init__(self, context: Context, dispatcher: Dispatcher, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._dispatcher = context, dispatcher
        self.views: list[TicketView] = []
        self._list: QWidget | None = None
        self.bar = QTabBar(self)
        self.bar.setDocumentMode(True)
        self.bar.setExpanding(False)
        self.bar.setDrawBase(False)
        self._stack = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.changed.connect(self._retheme)

    def set_list(self, page: QWidget, name: str) -> None:
        """The first tab."""
        self._list = page
        self._stack.addWidget(page)
        self.bar.addTab(icons.icon("list"), name)
        self.bar.currentChanged.connect(self._turn)

    def name_list(self, name: str) -> None:
        """The list shows another view."""
        self.bar.setTabText(0, name)

    @property
    def front(self) -> TicketView | None:
        """The ticket in front; None while the list is."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, TicketView) else None

    def open(self, ticket_id: str) -> TicketView:
        """Bring a ticket to the front, in its own tab."""
        view = next((each for each in self.views if each.ticket_id == ticket_id), None) or self._add(ticket_id)
        self.bar.setCurrentIndex(self.views.index(view) + 1)
        view.focus_main()
        return view

    def close_front(self) -> None:
        """Close the ticket in front; its draft is kept."""
        view = self.front
        if view is None:
            return
        view.leave()
        place = self.views.index(view)
        self.views.remove(view)
        self.bar.removeTab(place + 1)
        self._stack.removeWidget(view)
        view.deleteLater()

    def _add(self, ticket_id: str) -> TicketView:
        view = TicketView(self._context, self._dispatcher, ticket_id)
        view.title_changed.connect(partial(self._rename, view))
        view.situation_changed.connect(self.situation_changed)
        self.views.append(view)
        self._stack.addWidget(view)
        self.bar.addTab(icons.icon("ticket"), tr("Opening…"))
        return view

    def _rename(self, view: TicketView, text: str) -> None:
        if view in self.views:
            short = text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"
            self.bar.setTabText(self.views.index(view) + 1, short)
        self.renamed.emit(text)

    def _turn(self, place: int) -> None:
        if place < 0 or self._list is None:
            return
        self._stack.setCurrentWidget(self._list if place == 0 else self.views[place - 1])
        self.turned.emit()

    def _retheme(self, _theme: object) -> None:
        """Icons of tabs are pixmaps of a colour."""
        for place in range(self.bar.count()):
            self.bar.setTabIcon(place, icons.icon("ticket" if place else "list"))
