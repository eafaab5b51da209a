"""A list of 100,000 tickets that changes: what is in sight stays where it is, the current row is the same ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ticket import Ticket
from app.ui.desk.queue.reading import Listed
from app.ui.desk.queue.ticket_table import TicketTable
from app.ui.kit.theme import install

ROWS = 100_000


class Pages(QObject):
    """Answers for the store at once, and counts the tickets that it gave."""

    def __init__(self, table: TicketTable) -> None:
        super().__init__(table)
        self._table, self.given = table, 0
        table.wanted.connect(self.answer)

    def answer(self, page: int) -> None:
        keys = self._table.lines.keys_of_page(page)
        self.given += len(keys)
        self._table.take_page(page, {key: ticket(key) for key in keys})


def ticket(key: int) -> Ticket:
    return Ticket(id=f"t{key}", number=f"INC-{key}", title=f"Ticket {key}")


@pytest.fixture
def table(qtbot: QtBot, qapp: QApplication) -> Iterator[TicketTable]:
    """Row 50,000 is current, in the middle of what is in sight."""
    install(qapp, "dark")
    window = QWidget()
    qtbot.addWidget(window)
    made = TicketTable(lambda: 0, "regular", window)
    window.resize(1000, 600)
    made.setGeometry(window.rect())
    Pages(made)
    made.show_first(Listed(range(ROWS)))
    window.show()
    qtbot.waitExposed(window)
    made.select_row(50_010)
    made.select_row(50_000)
    qtbot.waitUntil(lambda: made.ticket() == ticket(50_000))
    yield made  # noqa: PT022 (the window lives for as long)


def in_sight(table: TicketTable) -> list[tuple[int, int]]:
    """The keys in sight, each with its place in the viewport."""
    keys = table.lines.keys()
    return [(keys[row], table.rowViewportPosition(row)) for row in table.visible_rows()]


def change(table: TicketTable, keys: Sequence[int]) -> None:
    table.pointer_inside.emit(False)  # the window may have opened under it
    table.show_again(Listed(keys))


def test_what_comes_in_above_moves_nothing_in_sight(table: TicketTable) -> None:
    before = in_sight(table)
    change(table, [*range(ROWS, ROWS + 300), *range(ROWS)])
    assert in_sight(table) == before
    assert table.currentIndex().row() == 50_300


def test_what_leaves_above_moves_nothing_in_sight(table: TicketTable) -> None:
    before = in_sight(table)
    change(table, range(7, ROWS))
    assert in_sight(table) == before
    assert table.currentIndex().row() == 50_000 - 7


def test_a_row_that_goes_far_stays_current_and_takes_none_along(qtbot: QtBot, table: TicketTable) -> None:
    before = in_sight(table)
    change(table, [50_000, *range(50_000), *range(50_001, ROWS)])
    assert table.currentIndex().row() == 0
    assert table.ticket() == ticket(50_000)
    shared = set(in_sight(table)) & set(before)
    assert len(shared) >= len(before) // 2, "those on one side of the gap stand where they stood"


def test_at_the_top_what_comes_in_is_seen(table: TicketTable) -> None:
    table.select_row(0)
    change(table, [ROWS, *range(ROWS)])
    assert table.verticalScrollBar().value() == 0
    assert in_sight(table)[0][0] == ROWS
    assert table.currentIndex().row() == 1


def test_none_is_lost_or_doubled_and_only_what_is_in_sight_is_read(qtbot: QtBot, table: TicketTable) -> None:
    pages = table.findChild(Pages)
    assert pages is not None
    table.pointer_inside.emit(True)
    before, given = in_sight(table), pages.given
    later = [*range(1, ROWS, 2), ROWS, *range(0, ROWS, 2)]
    table.show_again(Listed(later))
    assert in_sight(table) == before
    table.pointer_inside.emit(False)
    assert list(table.lines.keys()) == later
    qtbot.waitUntil(lambda: all(table.lines.ticket_at(row) == ticket(later[row]) for row in table.visible_rows()))
    assert table.ticket() == ticket(50_000)
    assert pages.given - given <= 8 * 200
