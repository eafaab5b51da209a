"""What stands over the board: the query with what it found, the counters, and the worst that keeps the board from
being believed. Owns their words; what a person asks for it hands on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.base.text import tr
from app.query import HEALTH
from app.ui.desk.board import telling
from app.ui.desk.board.counters import BoardCounters
from app.ui.desk.board.feed import BoardFeed, BoardPicture
from app.ui.desk.board.problem_table import ProblemTable
from app.ui.desk.context import Context, sentence
from app.ui.desk.page_bar import PageBar, moved_text
from app.ui.parts.banner import Banner


class BoardHeading(QObject):
    """``bar`` and ``banner`` have their places on the page."""

    counter_asked = Signal(str)
    """The query of a counter that was clicked."""
    again_asked = Signal()
    """The banner's button: the sources are to be asked again."""

    def __init__(self, context: Context, feed: BoardFeed, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._feed = context, feed
        self.bar = PageBar(context, HEALTH, tr("Board"), tr("Find problems: words, h:host, is:unhandled"), page)
        self.bar.set_shown(tr("All sources"))
        self.counters = BoardCounters(self.bar)
        self.counters.asked.connect(self.counter_asked)
        self.bar.add(self.counters)
        self.banner = Banner(page)
        self.banner.acted.connect(self.again_asked)

    def head(self, table: ProblemTable) -> None:
        """The table over which it stands; made after it, so that Tab goes from here to there."""
        self._table = table
        table.moved.connect(self._show_moved)

    @property
    def narrowed_name(self) -> str:
        """The business service whose parts alone are shown; empty for all."""
        services = self._feed.picture.services if self._feed.picture is not None else ()
        return next((each.service.name for each in services if each.service.id == self._feed.narrowed), "")

    def show_picture(self, picture: BoardPicture) -> None:
        """What a new picture counts, and whether it can be believed."""
        self.counters.show_counts(picture.counts)
        board, now_at = self._feed.board, self._context.now()
        refused, told = telling.refusal(picture, board, now_at), telling.silence(picture, board, now_at)
        clocks = telling.clocks(board)
        if refused:
            self.banner.tell("sign_in", refused, tr("Try again"))
        elif told:
            self.banner.tell("stale", told, tr("Try now"))
        elif clocks:
            self.banner.tell("note", clocks)
        else:
            self.banner.clear()

    def show_rows(self, picture: BoardPicture) -> None:
        """The rows of this picture are in place."""
        self.bar.show_count(telling.rows_text(picture))
        self.show_subject()

    def show_subject(self) -> None:
        """What is shown or ticked, and whether its order is held."""
        sources = {line.row.source for line in self._table.chosen()}
        told = telling.subject_text(
            len(self._table.lines.ticked), len(sources), self._table.is_holding, self.narrowed_name
        )
        self.bar.set_shown(told)

    def show_failure(self, error: Exception) -> None:
        """What the history could not tell."""
        self.banner.tell("failed", sentence(error))

    def _show_moved(self, moved: int) -> None:
        if moved:
            self.bar.show_count(moved_text(moved))
