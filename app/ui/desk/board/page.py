"""The board: business services | problems of all sources | one row explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout

from app.actions.action import BOARD, Situation
from app.base.clock import Moment
from app.base.events import CancelToken, Touched
from app.base.text import age, count, number, one_line, tr
from app.domain import freshness
from app.domain.health import HealthRow
from app.ports import History
from app.query import HEALTH, QueryError
from app.settings.workstation import BOARD_DENSITY
from app.ui.desk.board.business_line import BusinessLine
from app.ui.desk.board.business_pane import SPOKEN, BusinessPane, glyph_word, parts_text
from app.ui.desk.board.counters import BoardCounters
from app.ui.desk.board.detail import BoardDetail
from app.ui.desk.board.feed import BoardFeed, BoardPicture
from app.ui.desk.board.story import RowStory
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.page import Page
from app.ui.desk.page_bar import PageBar
from app.ui.kit.cells import Hour
from app.ui.kit.roles import Section
from app.ui.kit.table import DenseTable
from app.ui.kit.theme import current, switch
from app.ui.models.board_columns import board_columns, hours_of
from app.ui.models.board_model import BoardLine, BoardModel, BoardRow
from app.ui.parts.banner import Banner
from app.ui.parts.pane_state import PaneState
from app.usecases.roll_up import RolledUp

DENSITIES = {"view.compact": "compact", "view.regular": "regular", "view.comfortable": "comfortable"}
_SORTS = {"service": "service", "both": "service", "host": "host", "source": "source", "age": "since"}
_STRIPS_EVERY_MS = 60_000


class BoardPage(Page):
    """Shows the feed's picture; asks the history for strips and for the current row's story."""

    place = BOARD
    moved = Signal(int)

    def __init__(self, context: Context, dispatcher: Dispatcher, feed: BoardFeed) -> None:
        super().__init__()
        self._context = context
        self._dispatcher = dispatcher
        self._feed = feed
        self._hours: dict[str, tuple[Hour, ...]] = {}
        self._strips_at = 0
        self._held: BoardPicture | None = None
        self._is_holding = False
        self._is_pointer_inside = False
        self._services: tuple[RolledUp, ...] = ()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(120)
        self._calm.timeout.connect(self._read_story)
        self._calm_strips = QTimer(self)
        self._calm_strips.setSingleShot(True)
        self._calm_strips.setInterval(50)
        self._calm_strips.timeout.connect(self._read_strips)
        self._build()
        feed.pictured.connect(self.show_picture)
        context.opened_changed.connect(self._opened)
        context.settings_changed.connect(self._resize_rows)
        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.changed.connect(self._restyle)
        self._opened()
        if feed.picture is not None:
            self.show_picture(feed.picture)

    # -- what the frame asks ------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        ticked = self.model.ticked
        lines = [line for line in self.model.rows() if line.row.id in ticked]
        current_line = self.table.current_row()
        if not lines and isinstance(current_line, BoardRow):
            lines = [current_line]
        return Situation(
            BOARD,
            rows=tuple(line.row for line in lines),
            stale_ids=frozenset(line.row.id for line in lines if line.is_stale),
        )

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {
            "view.query": self.bar.focus_query,
            "view.back": self._back,
            "view.detail": self._toggle_detail,
            "view.services": self._toggle_services,
            "view.hold": self._toggle_hold,
            "move.down": _Step(self.table, 1),
            "move.up": _Step(self.table, -1),
            "move.open": self._open_current,
            "move.tick": self._tick,
            "move.tick_down": self._tick_down,
            "move.tick_up": self._tick_up,
            "move.tick_all": self._tick_all,
            "move.next_section": self._next_section,
            "move.previous_section": self._previous_section,
            "chart.longer": self._longer,
            "chart.shorter": self._shorter,
            "copy.rows": self._copy_rows,
            **{id_: _Density(self._context, word) for id_, word in DENSITIES.items()},
        }

    def refresh(self, touched: Touched) -> None:
        """Health reaches the board through the feed."""

    def tick(self, now_at: int) -> None:
        if self.detail.isVisible():
            self.detail.tick(now_at)
        if now_at - self._strips_at > _STRIPS_EVERY_MS:
            self._read_strips(all_again=True)

    def title(self) -> str:
        return tr("Board, all sources")

    def focus_main(self) -> None:
        self.table.setFocus()

    def open_row(self, row_id: str) -> None:
        """Show one row, whatever the filter hides."""
        at = self.model.number_of(row_id)
        if at < 0:
            row = self._feed.board.row(row_id)
            if row is None:
                return
            self.bar.set_query(f'id:"{row_id}"')
            self._ask(f'id:"{row_id}"')
            return
        self.table.select_row(at)
        self.detail.show()

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = current()
        self.bar = PageBar(self._context, HEALTH, tr("Board"), tr("Find problems: words, h:host, is:unhandled"), self)
        self.bar.set_shown(tr("All sources"))
        self.bar.query_changed.connect(self._ask)
        self.bar.left.connect(self.focus_main)
        self.counters = BoardCounters(self.bar)
        self.counters.asked.connect(self._ask_counter)
        self.bar.add(self.counters)
        self.banner = Banner(self)
        self.banner.acted.connect(self._ask_now)
        self.business_line = BusinessLine(self)
        self.business_line.chosen.connect(self._narrow)
        self.services = BusinessPane(self)
        self.services.chosen.connect(self._narrow)
        columns = board_columns(self._hours)
        self.table = DenseTable(columns, density=self._context.settings[BOARD_DENSITY], parent=self)
        self.table.setAccessibleName(tr("Problems"))
        self.model = BoardModel(len(columns))
        self.table.setModel(self.model)
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._opened_row)
        self.table.section_clicked.connect(self._feed.fold)
        self.table.sort_asked.connect(self._sort_by)
        self.table.pointer_inside.connect(self._pointer)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.state = PaneState(self.table, row_px=20, top_px=24)
        self.state.acted.connect(self._act_on_state)
        self.detail = BoardDetail(self)
        self.detail.asked.connect(self._dispatcher.act)
        self.detail.closed.connect(self._toggle_detail)
        self.detail.window_changed.connect(self._window_changed)
        self.nothing = PaneState(self.detail)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setHandleWidth(1)
        for widget in (self.services, self.table, self.detail):
            self._split.addWidget(widget)
        self._split.setStretchFactor(1, 1)
        self._split.setCollapsible(1, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for each in (self.bar, self.banner, self.business_line):
            column.addWidget(each)
        column.addWidget(self._split, 1)
        self._is_narrow: bool | None = None
        self._wants_services = True
        self.setMinimumWidth(theme.length("layout.board_detail"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._calm_strips.start()
        window = self.window() or self
        is_narrow = window.width() < current().length("layout.breakpoints.narrow")
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        self._show_services_pane()
        self.detail.set_narrow(is_narrow)
        detail = 428 if is_narrow else current().length("layout.board_detail")
        self._split.setSizes([current().length("layout.board_services"), max(400, self.width() - detail), detail])

    # -- pictures -----------------------------------------------------------------------------------------------

    def show_picture(self, picture: BoardPicture) -> None:
        """A new picture. Values change in place at once; the order waits while a row could slip away."""
        if self._must_wait(picture):
            self._held = picture
            self.model.update_rows(_rows_of(picture.lines))
            self._tell_moved(picture)
        else:
            self._take(picture)
        self.counters.show_counts(picture.counts)
        self._services = picture.services
        self.services.show_services(picture.services, self._feed.narrowed)
        self.business_line.show_services(picture.services)
        self._show_banner(picture)
        self._show_state(picture)

    def _must_wait(self, picture: BoardPicture) -> bool:
        if not (self._is_holding or self._is_pointer_inside or self.model.ticked):
            return False
        return bool(self.model.lines) and self.model.differs(picture.lines)

    def _take(self, picture: BoardPicture) -> None:
        self._held = None
        self.moved.emit(0)
        self.bar.show_count(self._told(picture))
        line = self.table.current_row()
        scroll = self.table.verticalScrollBar().value()
        self.model.set_new(self._feed.new_until, self._feed.blink_until, picture.made_at)
        changed = self.model.show(picture.lines)
        if changed:
            self.table.fit_sections([n for n, each in enumerate(self.model.lines) if isinstance(each, Section)])
            at = self.model.number_of(line.row.id) if isinstance(line, BoardRow) else -1
            self.table.select_row(at if at >= 0 else self._first_row())
            self.table.verticalScrollBar().setValue(scroll)
        self._calm.start()
        self._show_nothing()
        self._read_strips()

    def _show_nothing(self) -> None:
        """The detail of a row that has left must not look like that of one that is here."""
        if isinstance(self.table.current_row(), BoardRow):
            self.nothing.clear()
        else:
            self.nothing.good(tr("Select a problem to see what is known of it."))

    def _told(self, picture: BoardPicture) -> str:
        rows = sum(line.count for line in picture.lines if isinstance(line, Section))
        return count(rows, "row", "rows")

    def _tell_moved(self, picture: BoardPicture) -> None:
        moved = self.model.moved(picture.lines)
        self.moved.emit(moved)
        if moved:
            self.bar.show_count(tr("{n} rows moved, Enter to re-sort", n=number(moved)))

    def _release(self) -> bool:
        """Take the held picture now; False when none is held."""
        picture = self._held
        if picture is None:
            return False
        self._take(picture)
        return True

    def _first_row(self) -> int:
        return next((n for n, line in enumerate(self.model.lines) if isinstance(line, BoardRow)), -1)

    def _show_banner(self, picture: BoardPicture) -> None:
        stale = sorted(name for name, level in picture.levels.items() if level == freshness.STALE)
        unknown = sorted(name for name, level in picture.levels.items() if level == freshness.UNKNOWN)
        if not stale and not unknown:
            self.banner.clear()
            return
        name = (stale or unknown)[0]
        part = self._feed.board.sources[name]
        watched = number(len(part.rows))
        more = len(stale) + len(unknown) - 1
        since = age(self._context.now(), part.mark.received_at if part.mark else None)
        told = (
            tr("{name} silent for {age}. What its {n} rows do is not known.", name=name, age=since, n=watched)
            if stale
            else tr("{name} has not answered yet.", name=name)
        )
        error = part.mark.error if part.mark else ""
        extra = tr(" {n} more sources are silent too.", n=more) if more else ""
        self.banner.tell("stale", f"{told}{extra} {error}".strip(), tr("Try now"))

    def _show_state(self, picture: BoardPicture) -> None:
        if picture.lines:
            self.state.clear()
        elif not picture.levels:
            self.state.good(
                tr("No source is connected yet. Add one with: watchdesk source add nagios NAME --url URL")
            )
        elif self.bar.field.text().strip() or self._feed.narrowed:
            self.state.nothing_matches(self.bar.field.text() or tr("this business service"))
        else:
            counts = picture.counts
            told = tr(
                "No unhandled problems. {services} services on {sources}.",
                services=number(counts.services), sources=count(counts.sources, "source", "sources"),
            )  # fmt: skip
            self.state.good(told)

    # -- reading ------------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        if self._context.opened is not None:
            self._read_strips()

    def _read_strips(self, *, all_again: bool = False) -> None:
        """Strips of the rows in sight that are not known yet, or of all of them once a minute."""
        if self._context.opened is None:
            return
        lines = self.model.lines
        visible = [lines[n] for n in self.table.visible_rows()]
        ids = [line.row.id for line in visible if isinstance(line, BoardRow)]
        wanted = ids if all_again else [id_ for id_ in ids if id_ not in self._hours]
        if all_again:
            self._strips_at = self._context.now()
        if not wanted:
            return
        now_at = self._context.now()
        self._context.read_history(
            lambda history, _cancel: history.strips(wanted, now_at), self._take_strips, key="strips"
        )

    def _take_strips(self, strips: Mapping[str, tuple[str, ...]]) -> None:
        for id_, words in strips.items():
            self._hours[id_] = hours_of(words)
        self.table.viewport().update()

    def _read_story(self) -> None:
        line = self.table.current_row()
        if not isinstance(line, BoardRow) or self._context.opened is None or not self.detail.isVisible():
            return
        row, is_stale = line.row, line.is_stale
        until_at = self._context.now()
        since_at = until_at - self.detail.window_ms
        business = self._business_of(row.id)
        heard, heard_at = self._heard(row), self._heard_at(row)

        def read(history: History, cancel: CancelToken) -> RowStory:
            series = history.series(row.id, since_at, until_at)
            cancel.check()
            return RowStory(
                row, is_stale, since_at, until_at, series, history.changes(row.id, since_at, until_at),
                history.remarks(row.id), history.downtimes(row.id), business, heard, heard_at,
            )  # fmt: skip

        self._context.read_history(read, self._take_story, key="story", failed=self._story_failed)

    def _take_story(self, story: RowStory) -> None:
        line = self.table.current_row()
        if isinstance(line, BoardRow) and line.row.id == story.row.id:
            self.detail.show_story(story, self._context.now())

    def _story_failed(self, error: Exception) -> None:
        self.banner.tell("failed", sentence(error))

    def _business_of(self, row_id: str) -> list[tuple[str, str, str]]:
        return [
            (glyph_word(each), each.service.name, f"{SPOKEN[each.state].capitalize()}, {parts_text(each)}")
            for each in self._services
            if row_id in each.member_ids
        ]

    def _heard_at(self, row: HealthRow) -> Moment | None:
        part = self._feed.board.sources.get(row.source)
        return part.mark.received_at if part is not None and part.mark is not None else None

    def _heard(self, row: HealthRow) -> str:
        received_at = self._heard_at(row)
        checked = age(self._context.now(), row.last_check_at)
        parts = [tr("{source}, heard {age} ago", source=row.source, age=age(self._context.now(), received_at))]
        if checked:
            parts.append(tr("checked {age} ago", age=checked))
        return ", ".join(parts)

    # -- what the person does -----------------------------------------------------------------------------------

    def _ask(self, text: str) -> None:
        try:
            self._feed.ask(text)
        except QueryError:
            return  # the field shows what is wrong and where
        self.state.clear()

    def _ask_counter(self, query: str) -> None:
        self.bar.set_query(query)
        self._ask(query)
        self.focus_main()

    def _ask_now(self) -> None:
        self._dispatcher.act("view.ask_now")

    def _act_on_state(self) -> None:
        self._feed.narrow_to("")
        self._ask_counter("")

    def _narrow(self, service_id: str) -> None:
        self._feed.narrow_to(service_id)
        name = next((each.service.name for each in self._services if each.service.id == service_id), "")
        self.bar.set_shown(name or tr("All sources"))

    def _sort_by(self, column: str) -> None:
        word = _SORTS.get(column)
        if word is None:
            return
        words = self.bar.field.text().split()
        down = f"sort:{word}" in words
        rest = " ".join(each for each in words if not each.startswith("sort:"))
        self.table.set_sort(column, descending=down)
        self._ask_counter(f"{rest} sort:{'-' if down else ''}{word}".strip())

    def _back(self) -> None:
        """Esc: untick, clear the filter, back to the table."""
        if self.model.ticked:
            self.model.tick(frozenset())
            self._release()
            self.situation_changed.emit()
        elif self._feed.narrowed:
            self._narrow("")
        elif self.bar.field.text():
            self._ask_counter("")
        self.focus_main()

    def _current_changed(self, _line: object) -> None:
        self._show_nothing()
        self._calm.start()
        self.situation_changed.emit()

    def _opened_row(self, _line: object) -> None:
        if not self._release():
            self.detail.show()
            self._read_story()

    def _open_current(self) -> None:
        self._opened_row(None)

    def _tick(self) -> None:
        line = self.table.current_row()
        if isinstance(line, BoardRow):
            self.model.tick(self.model.ticked ^ {line.row.id})
            self.situation_changed.emit()

    def _tick_down(self) -> None:
        self._tick()
        self.table.step(1)

    def _tick_up(self) -> None:
        self._tick()
        self.table.step(-1)

    def _tick_all(self) -> None:
        self.model.tick(frozenset(line.row.id for line in self.model.rows()))
        self.situation_changed.emit()

    def _next_section(self) -> None:
        self._go_to_section(1)

    def _previous_section(self) -> None:
        self._go_to_section(-1)

    def _go_to_section(self, by: int) -> None:
        at = self.table.currentIndex().row()
        heads = [n for n, line in enumerate(self.model.lines) if isinstance(line, Section)]
        ahead = [n for n in heads if n > at] if by > 0 else [n for n in reversed(heads) if n < at - 1]
        if ahead:
            self.table.select_row(ahead[0] + 1)

    def _toggle_hold(self) -> None:
        self._is_holding = not self._is_holding
        self.bar.set_shown(tr("Held. Alt+Space lets go") if self._is_holding else tr("All sources"))
        if not self._is_holding:
            self._release()

    def _toggle_detail(self) -> None:
        self.detail.setVisible(not self.detail.isVisible())
        if self.detail.isVisible():
            self._read_story()
        self.focus_main()

    def _toggle_services(self) -> None:
        self._wants_services = not self._wants_services
        self._show_services_pane()

    def _show_services_pane(self) -> None:
        self.services.setVisible(self._wants_services and not self._is_narrow)
        self.business_line.setVisible(self._wants_services and bool(self._is_narrow))

    def _longer(self) -> None:
        self.detail.step_window(1)

    def _shorter(self) -> None:
        self.detail.step_window(-1)

    def _window_changed(self, _length_ms: int) -> None:
        self._read_story()

    def _copy_rows(self) -> None:
        rows = self.situation().rows
        text = "\n".join("\t".join((r.state, r.name, r.host, one_line(r.output), r.source)) for r in rows)
        QGuiApplication.clipboard().setText(text)

    def _pointer(self, is_inside: bool) -> None:
        self._is_pointer_inside = is_inside
        if not is_inside and not self._is_holding and not self.model.ticked:
            self._release()

    def _scrolled(self, _value: int) -> None:
        self._read_strips()

    def _resize_rows(self) -> None:
        self.table.set_density(self._context.settings[BOARD_DENSITY])

    def _restyle(self, _theme: object) -> None:
        self.detail.restyle()
        self._read_story()


class _Density:
    def __init__(self, context: Context, word: str) -> None:
        self._context, self._word = context, word

    def __call__(self) -> None:
        self._context.change(BOARD_DENSITY, self._word)


class _Step:
    def __init__(self, table: DenseTable, by: int) -> None:
        self._table, self._by = table, by

    def __call__(self) -> None:
        self._table.step(self._by)


def _rows_of(lines: Sequence[BoardLine]) -> dict[str, BoardRow]:
    return {line.row.id: line for line in lines if isinstance(line, BoardRow)}
