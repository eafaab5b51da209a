"""The board: business services | problems of all sources | one row explained. Joins parts that do their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from app.actions.action import BOARD, Situation
from app.base.events import Touched
from app.base.text import tr
from app.query import QueryError
from app.settings.workstation import BOARD_DENSITY
from app.ui.desk.board import telling
from app.ui.desk.board.explaining import Explaining
from app.ui.desk.board.feed import BoardFeed, BoardPicture
from app.ui.desk.board.heading import BoardHeading
from app.ui.desk.board.panes import BoardPanes
from app.ui.desk.board.problem_table import ProblemTable, sorted_query
from app.ui.desk.board.reading import BoardReading
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.page import Page
from app.ui.kit.theme import current, switch
from app.ui.parts.pane_state import PaneState

DENSITIES = {"view.compact": "compact", "view.regular": "regular", "view.comfortable": "comfortable"}


class BoardPage(Page):
    """Shows the feed's picture, and of the current row what the history tells."""

    place = BOARD
    moved = Signal(int)
    """So many rows of a waiting picture would move."""

    def __init__(self, context: Context, dispatcher: Dispatcher, feed: BoardFeed) -> None:
        super().__init__()
        self._context, self._dispatcher, self._feed = context, dispatcher, feed
        self._build()
        feed.pictured.connect(self.show_picture)
        context.opened_changed.connect(self.reading.want_strips)
        context.settings_changed.connect(self._resize_rows)
        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.changed.connect(self.explaining.restyle)
        if feed.picture is not None:
            self.show_picture(feed.picture)
        else:
            self.state.loading(tr("Still reading what was last known."), can_stop=False)

    # -- what the frame asks ------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        lines = self.table.chosen()
        return Situation(
            BOARD,
            rows=tuple(line.row for line in lines),
            stale_ids=frozenset(line.row.id for line in lines if line.is_stale),
        )

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {
            **self.table.handlers(),
            "view.query": self.bar.focus_query,
            "view.back": self._back,
            "view.detail": self._toggle_detail,
            "view.services": self.panes.toggle_services,
            "view.hold": self._toggle_hold,
            "move.open": self._open_current,
            "chart.longer": partial(self.detail.step_window, 1),
            "chart.shorter": partial(self.detail.step_window, -1),
            "copy.rows": self._copy_rows,
            **{id_: partial(self._context.change, BOARD_DENSITY, word) for id_, word in DENSITIES.items()},
        }

    def refresh(self, touched: Touched) -> None:
        """Health reaches the board through the feed."""

    def tick(self, now_at: int) -> None:
        if self.detail.isVisible():
            self.detail.tick(now_at)
        self.reading.tick(now_at)

    def title(self) -> str:
        return tr("Board, all sources")

    def focus_main(self) -> None:
        self.table.setFocus()

    def open_row(self, row_id: str) -> None:
        """Show one row, whatever the filter hides."""
        at = self.model.number_of(row_id)
        if at < 0:
            if self._feed.board.row(row_id) is None:
                return
            self.bar.set_query(f'id:"{row_id}"')
            self._ask(f'id:"{row_id}"')
            return
        self.table.select_row(at)
        self.explaining.set_visible(True)

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._build_heading()
        self._build_table()
        self._build_panes()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.bar, self.banner, self.panes.line):
            column.addWidget(bar)
        column.addWidget(self.panes, 1)
        self.setMinimumWidth(current().length("layout.board_detail"))

    def _build_heading(self) -> None:
        self.heading = BoardHeading(self._context, self._feed, self)
        self.bar, self.counters, self.banner = self.heading.bar, self.heading.counters, self.heading.banner
        self.bar.query_changed.connect(self._ask)
        self.bar.left.connect(self.focus_main)
        self.heading.counter_asked.connect(self._ask_shown)
        self.heading.again_asked.connect(self._ask_again)

    def _build_table(self) -> None:
        # The table draws the strips that the reading fills, and the reading asks the table what is in sight.
        self.reading = BoardReading(
            self._context, self._feed, lambda: self.table.rows_in_sight(), lambda: self.explaining.row(), self
        )
        self.table = ProblemTable(self._feed, self.reading.hours, self._context.settings[BOARD_DENSITY], self)
        self.model = self.table.lines
        self.heading.head(self.table)
        self.table.taken.connect(self._taken)
        self.table.moved.connect(self.moved)
        self.table.ticked.connect(self._ticked)
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._open_line)
        self.table.sort_asked.connect(self._sort_by)
        self.table.verticalScrollBar().valueChanged.connect(self.reading.want_strips)
        self.reading.strips_read.connect(self.table.viewport().update)
        self.reading.failed.connect(self.heading.show_failure)
        self.state = PaneState(self.table, row_px=20, top_px=24, widths=self.table.column_widths)
        self.state.acted.connect(self._act_on_state)

    def _build_panes(self) -> None:
        self.panes = BoardPanes(self.table, self)
        self.panes.narrowed.connect(self._narrow)
        self.detail = self.panes.detail
        self.detail.asked.connect(self._dispatcher.act)
        self.detail.closed.connect(self._toggle_detail)
        self.explaining = Explaining(self.detail, self.table, self.reading, self._context.now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.reading.want_strips()
        self.panes.fit((self.window() or self).width(), self.width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reading.want_story()

    # -- pictures -----------------------------------------------------------------------------------------------

    def show_picture(self, picture: BoardPicture) -> None:
        """A new picture; the table may keep its order for a while."""
        self.table.show_picture(picture)
        self.heading.show_picture(picture)
        self.panes.show_services(picture.services, self._feed.narrowed)
        asked = self._feed.asked or self.heading.narrowed_name
        telling.show_state(self.state, picture, self._feed.board, asked)

    def _taken(self, picture: BoardPicture) -> None:
        self.heading.show_rows(picture)
        self.explaining.current_changed()
        self.reading.want_strips()

    # -- what the person does -----------------------------------------------------------------------------------

    def _ask(self, text: str) -> None:
        try:
            self._feed.ask(text)
        except QueryError:
            return  # the field shows what is wrong and where
        self.state.clear()

    def _ask_shown(self, query: str) -> None:
        self.bar.set_query(query)
        self._ask(query)
        self.focus_main()

    def _ask_again(self) -> None:
        """What the button of the banner and of the empty list says."""
        self._dispatcher.act("source.resume" if self._feed.paused else "view.ask_now")

    def _act_on_state(self) -> None:
        if not self._feed.asked and not self._feed.narrowed:
            self._ask_again()
            return
        self._narrow("")
        self._ask_shown("")

    def _narrow(self, service_id: str) -> None:
        self._feed.narrow_to(service_id)
        self.heading.show_subject()

    def _ticked(self) -> None:
        self.heading.show_subject()
        self.situation_changed.emit()

    def _sort_by(self, column: str) -> None:
        sorting = sorted_query(self.bar.field.text(), column)
        if sorting is not None:
            query, is_down = sorting
            self.table.set_sort(column, descending=is_down)
            self._ask_shown(query)

    def _back(self) -> None:
        """Esc: untick, clear the filter, back to the table."""
        if self.model.ticked:
            self.table.untick()
        elif self._feed.narrowed:
            self._narrow("")
        elif self.bar.field.text():
            self._ask_shown("")
        self.focus_main()

    def _current_changed(self, _line: object) -> None:
        self.explaining.current_changed()
        self.situation_changed.emit()

    def _open_line(self, _line: object) -> None:
        self.explaining.set_visible(True)

    def _open_current(self) -> None:
        """Enter: first what waits comes in, as the bar says."""
        if not self.table.release():
            self.explaining.set_visible(True)

    def _toggle_hold(self) -> None:
        self.table.hold(not self.table.is_holding)
        self.heading.show_subject()

    def _toggle_detail(self) -> None:
        self.explaining.set_visible(not self.detail.isVisible())
        self.focus_main()

    def _copy_rows(self) -> None:
        QGuiApplication.clipboard().setText(telling.as_table(self.situation().rows))

    def _resize_rows(self) -> None:
        self.table.set_density(self._context.settings[BOARD_DENSITY])
