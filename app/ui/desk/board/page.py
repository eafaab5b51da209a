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
from app.query import HEALTH, QueryError
from app.settings.workstation import BOARD_DENSITY
from app.ui.desk.board import telling
from app.ui.desk.board.counters import BoardCounters
from app.ui.desk.board.feed import BoardFeed, BoardPicture
from app.ui.desk.board.panes import BoardPanes
from app.ui.desk.board.problem_table import ProblemTable, sorted_query
from app.ui.desk.board.reading import BoardReading
from app.ui.desk.board.story import RowStory
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.page import Page
from app.ui.desk.page_bar import PageBar, moved_text
from app.ui.kit.theme import current, switch
from app.ui.models.board_model import BoardRow
from app.ui.parts.banner import Banner
from app.ui.parts.pane_state import PaneState

DENSITIES = {"view.compact": "compact", "view.regular": "regular", "view.comfortable": "comfortable"}


class BoardPage(Page):
    """Shows the feed's picture, and of the current row what the history tells."""

    place = BOARD
    moved = Signal(int)

    def __init__(self, context: Context, dispatcher: Dispatcher, feed: BoardFeed) -> None:
        super().__init__()
        self._context, self._dispatcher, self._feed = context, dispatcher, feed
        self._build()
        feed.pictured.connect(self.show_picture)
        context.opened_changed.connect(self.reading.want_strips)
        context.settings_changed.connect(self._resize_rows)
        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.changed.connect(self._restyle)
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
        self._show_detail(True)

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._build_bars()
        self._build_table()
        self._build_panes()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for bar in (self.bar, self.banner, self.panes.line):
            column.addWidget(bar)
        column.addWidget(self.panes, 1)
        self.setMinimumWidth(current().length("layout.board_detail"))

    def _build_bars(self) -> None:
        self.bar = PageBar(self._context, HEALTH, tr("Board"), tr("Find problems: words, h:host, is:unhandled"), self)
        self.bar.set_shown(tr("All sources"))
        self.bar.query_changed.connect(self._ask)
        self.bar.left.connect(self.focus_main)
        self.counters = BoardCounters(self.bar)
        self.counters.asked.connect(self._ask_shown)
        self.bar.add(self.counters)
        self.banner = Banner(self)
        self.banner.acted.connect(self._ask_again)

    def _build_table(self) -> None:
        # The table draws the strips that the reading fills, and the reading asks the table what is in sight.
        self.reading = BoardReading(
            self._context, self._feed, lambda: self.table.rows_in_sight(), lambda: self._explained(), self
        )
        self.table = ProblemTable(self._feed, self.reading.hours, self._context.settings[BOARD_DENSITY], self)
        self.model = self.table.lines
        self.table.taken.connect(self._taken)
        self.table.moved.connect(self._tell_moved)
        self.table.ticked.connect(self._ticked)
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._open_current)
        self.table.sort_asked.connect(self._sort_by)
        self.table.verticalScrollBar().valueChanged.connect(self.reading.want_strips)
        self.reading.strips_read.connect(self.table.viewport().update)
        self.state = PaneState(self.table, row_px=20, top_px=24, widths=self.table.column_widths)
        self.state.acted.connect(self._act_on_state)

    def _build_panes(self) -> None:
        self.panes = BoardPanes(self.table, self)
        self.panes.narrowed.connect(self._narrow)
        self.detail = self.panes.detail
        self.detail.asked.connect(self._dispatcher.act)
        self.detail.closed.connect(self._toggle_detail)
        self.detail.window_changed.connect(self._window_changed)
        self.reading.window_ms = self.detail.window_ms
        self.reading.story_read.connect(self._show_story)
        self.reading.failed.connect(self._story_failed)

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
        self.counters.show_counts(picture.counts)
        self.panes.show_services(picture.services, self._feed.narrowed)
        self._tell(picture)
        telling.show_state(self.state, picture, self._feed.board, self._feed.asked or self._narrowed_name())

    def _tell(self, picture: BoardPicture) -> None:
        """The worst that keeps the board from being believed, in one banner."""
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

    def _taken(self, picture: BoardPicture) -> None:
        self.bar.show_count(telling.rows_text(picture))
        self._show_subject()
        self._show_nothing()
        self.reading.want_story()
        self.reading.want_strips()

    def _tell_moved(self, moved: int) -> None:
        self.moved.emit(moved)
        if moved:
            self.bar.show_count(moved_text(moved))

    def _explained(self) -> BoardRow | None:
        """The row whose story is wanted: none while the detail is out of sight."""
        return self.table.row() if self.detail.isVisible() else None

    def _show_nothing(self) -> None:
        """The detail of a row that has left must not look like that of one that is here."""
        if self.table.row() is not None:
            self.detail.state.clear()
        elif self.model.rowCount():
            self.detail.state.good(tr("No problem is selected."), tr("Choose one with j and k, or with the mouse."))
        else:
            self.detail.state.good(tr("No problem is selected."))

    def _show_story(self, story: RowStory) -> None:
        self.detail.show_story(story, self._context.now())

    def _story_failed(self, error: Exception) -> None:
        self.banner.tell("failed", sentence(error))

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
        self._show_subject()

    def _show_subject(self) -> None:
        sources = {line.row.source for line in self.table.chosen()}
        narrowed, ticked = self._narrowed_name(), len(self.model.ticked)
        self.bar.set_shown(telling.subject_text(ticked, len(sources), self.table.is_holding, narrowed))

    def _ticked(self) -> None:
        self._show_subject()
        self.situation_changed.emit()

    def _narrowed_name(self) -> str:
        services = self._feed.picture.services if self._feed.picture is not None else ()
        return next((each.service.name for each in services if each.service.id == self._feed.narrowed), "")

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
        self._show_nothing()
        self.reading.want_story()
        self.situation_changed.emit()

    def _open_current(self, _line: object = None) -> None:
        if not self.table.release():
            self._show_detail(True)

    def _toggle_hold(self) -> None:
        self.table.hold(not self.table.is_holding)
        self._show_subject()

    def _toggle_detail(self) -> None:
        self._show_detail(not self.detail.isVisible())
        self.focus_main()

    def _show_detail(self, is_shown: bool) -> None:
        self.detail.setVisible(is_shown)
        self.reading.read_story()

    def _window_changed(self, length_ms: int) -> None:
        self.reading.window_ms = length_ms
        self.reading.read_story()

    def _copy_rows(self) -> None:
        QGuiApplication.clipboard().setText(telling.as_table(self.situation().rows))

    def _resize_rows(self) -> None:
        self.table.set_density(self._context.settings[BOARD_DENSITY])

    def _restyle(self, _theme: object) -> None:
        self.detail.restyle()
        self.reading.read_story()
