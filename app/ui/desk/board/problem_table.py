"""The board's table: puts pictures in place without letting a row slip away under the hand, ticks, walks sections.

It asks nothing and knows no page; what it holds back it tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.base.text import tr
from app.ui.desk.board.feed import BoardFeed, BoardPicture
from app.ui.desk.waiting_table import WaitingTable
from app.ui.kit.cells import Hour
from app.ui.kit.roles import Section
from app.ui.models.board_columns import board_columns
from app.ui.models.board_model import BoardModel, BoardRow

_SORTS = {"service": "service", "both": "service", "host": "host", "source": "source", "age": "since"}


def sorted_query(query: str, column: str) -> tuple[str, bool] | None:
    """A query that sorts by a column whose head was clicked, the other way round when it does so already; and whether
    that is downwards. None for a column that nothing can be sorted by."""
    word = _SORTS.get(column)
    if word is None:
        return None
    words = query.split()
    is_down = f"sort:{word}" in words
    rest = " ".join(each for each in words if not each.startswith("sort:"))
    return f"{rest} sort:{'-' if is_down else ''}{word}".strip(), is_down


class ProblemTable(WaitingTable):
    """``lines`` is its model. While the order waits, values change in place."""

    taken = Signal(object)
    """This picture is in place, order and all."""

    def __init__(self, feed: BoardFeed, hours: Mapping[str, tuple[Hour, ...]], density: str, parent: QWidget) -> None:
        columns = board_columns(hours)
        super().__init__(columns, density=density, parent=parent)
        self.setAccessibleName(tr("Problems"))
        self._feed = feed
        self._wanted: object = None
        self.lines = BoardModel(len(columns))
        self.setModel(self.lines)
        self.section_clicked.connect(feed.fold)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """The actions that move and tick, by id."""
        return {
            "move.down": partial(self.step, 1),
            "move.up": partial(self.step, -1),
            "move.tick": self.tick,
            "move.tick_down": partial(self.tick, 1),
            "move.tick_up": partial(self.tick, -1),
            "move.tick_all": self.tick_all,
            "move.next_section": partial(self.go_to_section, 1),
            "move.previous_section": partial(self.go_to_section, -1),
        }

    # -- pictures -----------------------------------------------------------------------------------------------

    def show_picture(self, picture: BoardPicture) -> None:
        """A new picture. Values change in place at once; the order waits while a row could slip away, but not the one
        that a person asked for: another query, sort or fold."""
        is_asked_for = picture.wanted != self._wanted
        if is_asked_for or not self.lines.differs(picture.keys) or not self._must_wait():
            self._take(picture)
            return
        self.lines.update_rows({line.row.id: line for line in picture.lines if isinstance(line, BoardRow)})
        self._let_wait(picture, self.lines.moved(picture.keys))

    def row(self) -> BoardRow | None:
        """The current row."""
        line = self.current_row()
        return line if isinstance(line, BoardRow) else None

    def chosen(self) -> list[BoardRow]:
        """The ticked rows, or the current one."""
        marked = self.lines.ticked
        ticked = [line for line in self.lines.rows() if line.row.id in marked] if marked else []
        line = self.row()
        return ticked or ([line] if line is not None else [])

    def rows_in_sight(self) -> list[str]:
        """Ids of the rows that are in sight."""
        visible = (self.lines.lines[number] for number in self.visible_rows())
        return [line.row.id for line in visible if isinstance(line, BoardRow)]

    def column_widths(self) -> list[int]:
        """Of the columns that are shown, for what stands in for rows."""
        shown = (n for n in range(self.lines.columnCount()) if not self.isColumnHidden(n))
        return [self.columnWidth(n) for n in shown]

    def _has_ticks(self) -> bool:
        return bool(self.lines.ticked)

    def _take(self, picture: BoardPicture) -> None:
        self._nothing_waits()
        self._wanted = picture.wanted
        line, scroll = self.row(), self.verticalScrollBar().value()
        self.lines.set_new(self._feed.new_until, self._feed.blink_until, picture.made_at)
        if self.lines.show(picture.lines, picture.keys):
            self.fit_sections([n for n, each in enumerate(self.lines.lines) if isinstance(each, Section)])
            at = self.lines.number_of(line.row.id) if line is not None else -1
            self.select_row(at if at >= 0 else self._first_row())
            self.verticalScrollBar().setValue(scroll)
        self.taken.emit(picture)

    def _first_row(self) -> int:
        return next((n for n, line in enumerate(self.lines.lines) if isinstance(line, BoardRow)), -1)

    # -- moving and ticking -------------------------------------------------------------------------------------

    def tick(self, then: int = 0) -> None:
        """Tick or untick the current row, and go on by so many rows."""
        line = self.row()
        if line is not None:
            self.lines.tick(self.lines.ticked ^ {line.row.id})
            self.ticked.emit()
        if then:
            self.step(then)
        self._release_if_free()

    def tick_all(self) -> None:
        self.lines.tick(frozenset(line.row.id for line in self.lines.rows()))
        self.ticked.emit()

    def untick(self) -> None:
        """No row is ticked; what waited for that comes in."""
        self.lines.tick(frozenset())
        self.release()
        self.ticked.emit()

    def go_to_section(self, by: int) -> None:
        """To the first row of the next section (1) or of the previous one (-1)."""
        at = self.currentIndex().row()
        heads = [n for n, line in enumerate(self.lines.lines) if isinstance(line, Section)]
        ahead = [n for n in heads if n > at] if by > 0 else [n for n in reversed(heads) if n < at - 1]
        if ahead:
            self.select_row(ahead[0] + 1)
