"""The current row, explained: its story is read while the detail is in sight, and shown there. Owns when; what is
told belongs to the detail."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.base.clock import Moment
from app.base.text import tr
from app.ui.desk.board.detail import BoardDetail
from app.ui.desk.board.problem_table import ProblemTable
from app.ui.desk.board.reading import BoardReading
from app.ui.desk.board.story import RowStory
from app.ui.models.board_model import BoardRow


class Explaining(QObject):
    """Joins the table's current row, the reading of its story, and the pane that shows it."""

    def __init__(
        self, detail: BoardDetail, table: ProblemTable, reading: BoardReading, now: Callable[[], Moment]
    ) -> None:
        super().__init__(detail)
        self._detail, self._table, self._reading, self._now = detail, table, reading, now
        reading.window_ms = detail.window_ms
        reading.story_read.connect(self._show)
        detail.window_changed.connect(self._window_changed)

    def row(self) -> BoardRow | None:
        """The row whose story is wanted: none while the detail is out of sight."""
        return self._table.row() if self._detail.isVisible() else None

    def current_changed(self) -> None:
        """The detail of a row that has left must not look like that of one that is here."""
        if self._table.row() is not None:
            self._detail.state.clear()
        elif self._table.lines.rowCount():
            self._detail.state.good(
                tr("No problem is selected."), tr("Choose one with j and k, or with the mouse.")
            )  # fmt: skip
        else:
            self._detail.state.good(tr("No problem is selected."))
        self._reading.want_story()

    def set_visible(self, is_shown: bool) -> None:
        """Bring the detail into sight or out of it."""
        self._detail.setVisible(is_shown)
        self._reading.read_story()

    def restyle(self, _theme: object) -> None:
        """Another theme."""
        self._detail.restyle()
        self._reading.read_story()

    def _show(self, story: RowStory) -> None:
        self._detail.show_story(story, self._now())

    def _window_changed(self, length_ms: int) -> None:
        self._reading.window_ms = length_ms
        self._reading.read_story()
