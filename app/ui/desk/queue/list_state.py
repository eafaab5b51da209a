"""What stands where tickets would be, and what its button means: stop, read again, clear the filter."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance

from app.base.text import tr
from app.domain.view import View
from app.ui.desk.context import sentence
from app.ui.desk.queue.ticket_table import TicketTable
from app.ui.parts.pane_state import PaneState
from app.usecases.view import without_sort


class ListState(PaneState):
    """Lies over the table while there is something to say."""

    stopped = Signal()
    again_asked = Signal()
    unfiltered = Signal()
    """The view is wanted as it is, without what was typed."""

    def __init__(self, table: TicketTable) -> None:
        super().__init__(table, top_px=28)
        self._answer: SignalInstance = self.again_asked
        self.acted.connect(self._act)

    def read(self) -> None:
        """The list is being read."""
        self._answer = self.stopped
        self.loading(tr("Still reading tickets."))

    def stop(self) -> None:
        """Nothing more comes; the reading begins again only when asked."""
        self._answer = self.again_asked
        self.failed(tr("Reading the tickets was stopped."), "", "", tr("Read again"))

    def fail(self, error: Exception) -> None:
        self._answer = self.again_asked
        self.failed(tr("The tickets could not be read."), sentence(error), "", tr("Try again"))

    def show_nothing(self, query: str, view: View) -> None:
        """No ticket matches: the view is empty, or what was typed leaves nothing of it."""
        if without_sort(query) == without_sort(view.query):
            hint = tr("New ones show here by themselves. Open one with n, or look at another view with [ and ].")
            self.good(tr("No tickets in “{view}”.", view=view.name), hint)
        else:
            self._answer = self.unfiltered
            self.nothing_matches(query)

    def _act(self) -> None:
        self._answer.emit()
