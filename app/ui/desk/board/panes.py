"""The board's panes side by side: business services | problems | one row explained. Owns which of them are in sight
and how wide they are; what they show is their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from app.ui.desk.board.business_line import BusinessLine
from app.ui.desk.board.business_pane import BusinessPane
from app.ui.desk.board.detail import BoardDetail
from app.ui.desk.board.problem_table import ProblemTable
from app.ui.kit.theme import current
from app.usecases.roll_up import RolledUp

_NARROW_DETAIL_PX = 428
_LEAST_TABLE_PX = 400


class BoardPanes(QSplitter):
    """``line`` stands in for the services where there is no room for them beside the table; its place is above."""

    narrowed = Signal(str)
    """The id of the business service that the table is to show alone."""

    def __init__(self, table: ProblemTable, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(1)
        self.services = BusinessPane(self)
        self.detail = BoardDetail(self)
        self.line = BusinessLine(parent)
        for pane in (self.services, table, self.detail):
            self.addWidget(pane)
        self.setStretchFactor(1, 1)
        self.setCollapsible(1, False)
        self.services.chosen.connect(self.narrowed)
        self.line.chosen.connect(self.narrowed)
        self._is_narrow: bool | None = None
        self._wants_services = True
        self._has_services = False

    def show_services(self, services: Sequence[RolledUp], narrowed: str) -> None:
        """``narrowed``: the id of the one that the table shows alone."""
        self.services.show_services(services, narrowed)
        self.line.show_services(services)
        self._has_services = bool(services)
        self._place_services()

    def toggle_services(self) -> None:
        self._wants_services = not self._wants_services
        self._place_services()

    def fit(self, window_px: int, page_px: int) -> None:
        """The widths for a window of this width; within the same kind of window they stay the person's."""
        is_narrow = window_px < current().length("layout.breakpoints.narrow")
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self._place_services()
        self.detail.set_narrow(is_narrow)
        detail = _NARROW_DETAIL_PX if is_narrow else current().length("layout.board_detail")
        # More than there is would be taken from each in proportion, and the names of services be cut.
        services = current().length("layout.board_services")
        others = detail + self.handleWidth() if is_narrow else services + detail + 2 * self.handleWidth()
        self.setSizes([services, max(_LEAST_TABLE_PX, page_px - others), detail])

    def _place_services(self) -> None:
        self.services.setVisible(self._wants_services and not self._is_narrow)
        self.line.setVisible(self._wants_services and bool(self._is_narrow) and self._has_services)
