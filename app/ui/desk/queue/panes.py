"""The queue's panes side by side: views | tickets | one ticket explained. Owns which of them are in sight and how
wide they are; what they show is their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from app.domain.view import View
from app.ui.desk.queue.preview import TicketPreview
from app.ui.desk.queue.ticket_table import TicketTable
from app.ui.desk.queue.views_pane import FoldedViews, ViewsPane
from app.ui.kit.theme import current
from app.usecases.view import ViewCount

_NARROW_PREVIEW_PX = 428
_LEAST_TABLE_PX = 400


class QueuePanes(QSplitter):
    """``folded`` stands in for the views where there is no room for them; its place is above."""

    def __init__(self, views: ViewsPane, table: TicketTable, preview: TicketPreview, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHandleWidth(1)
        self.views, self.preview = views, preview
        self.folded = FoldedViews(parent)
        self.folded.clicked.connect(self._unfold)
        for pane in (views, table, preview):
            self.addWidget(pane)
        self.setStretchFactor(1, 1)

    def show_views(self, views: Sequence[View], counts: Mapping[str, ViewCount], current_id: str) -> None:
        """The views, wherever they are told."""
        self.views.show_views(views, counts, current_id)
        self.folded.show_views(views, counts, current_id)

    def toggle_views(self) -> None:
        self._show_views_pane(not self.views.isVisible())

    def toggle_preview(self) -> None:
        self.preview.setVisible(not self.preview.isVisible())

    def fit(self, window_px: int, page_px: int) -> None:
        """The widths for a window of this width."""
        is_narrow = window_px < current().length("layout.breakpoints.narrow")
        self._show_views_pane(not is_narrow)
        self.preview.set_narrow(is_narrow)
        preview = _NARROW_PREVIEW_PX if is_narrow else current().length("layout.queue_preview")
        self.setSizes([current().length("layout.queue_views"), max(_LEAST_TABLE_PX, page_px - preview), preview])

    def _show_views_pane(self, is_shown: bool) -> None:
        """The views, or the one line that stands for them over the table."""
        self.views.setVisible(is_shown)
        self.folded.setVisible(not is_shown)

    def _unfold(self) -> None:
        self._show_views_pane(True)
        self.views.table.setFocus()
