"""What stands over the list: the query, or while rows are ticked what can be done with them. Owns which of the two is
in sight. Both are of one height, so no row moves."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.ui.desk.page_bar import PageBar
from app.ui.desk.queue.tick_bar import TickBar
from app.ui.desk.queue.ticket_table import TicketTable
from app.ui.kit.theme import current


class ListHead(QStackedWidget):
    """The query comes back for as long as somebody types in it, whatever is ticked."""

    def __init__(self, bar: PageBar, ticks: TickBar, table: TicketTable, parent: QWidget) -> None:
        super().__init__(parent)
        self.bar, self.ticks, self._table = bar, ticks, table
        self.addWidget(bar)
        self.addWidget(ticks)
        self.setFixedHeight(current().length("layout.toolbar"))
        for before, after in pairwise((table, *ticks.tab_order)):
            QWidget.setTabOrder(before, after)
        bar.field.line.focus_changed.connect(self.show_ticked)
        table.ticked.connect(self.show_ticked)

    def focus_query(self) -> None:
        """Write the query, whatever is in sight."""
        self.setCurrentWidget(self.bar)
        self.bar.focus_query()

    def show_ticked(self) -> None:
        """Rows are ticked or no more, or what is ticked is not what it was."""
        amount = len(self._table.lines.ticked)
        if amount:
            self.ticks.show_ticked(amount)
        focus = self.window().focusWidget()
        is_typing = focus is self.bar.field.line
        was_here = focus is not None and self.ticks.isAncestorOf(focus)
        self.setCurrentWidget(self.ticks if amount and not is_typing else self.bar)
        if was_here and not amount:
            self._table.setFocus()  # the button that was pressed is gone
