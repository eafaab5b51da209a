"""Nothing moves under the pointer or beside ticks: values change in place, the order waits and says so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.domain.ticket import Ticket
from app.ui.desk.queue.page import QueuePage
from app.usecases.ticket import edit_ticket, move_ticket
from tests.ui.desk.frame_fixture import Frame
from tests.ui.desk.queue.test_tick_bar import bar, queue

__all__ = ["queue"]


def enter(queue: QueuePage) -> None:
    """The pointer comes into the list."""
    at = QPointF(20, 20)
    QApplication.sendEvent(queue.table, QEnterEvent(at, at, at))


def leave(queue: QueuePage) -> None:
    QApplication.sendEvent(queue.table, QEvent(QEvent.Type.Leave))


def titles(queue: QueuePage) -> list[str]:
    found = [queue.model.ticket_at(row) for row in range(queue.model.rowCount())]
    return [ticket.title if ticket is not None else "" for ticket in found]


def note(queue: QueuePage) -> str:
    return queue.list.bar.field._note


def resolve(frame: Frame, ticket: Ticket) -> None:
    """A colleague resolves it."""
    frame.context.touched.emit(move_ticket(frame.someone, ticket.number, "resolved", resolution="Done.").touched)


def at(queue: QueuePage, row: int) -> Ticket:
    ticket = queue.model.ticket_at(row)
    assert ticket is not None
    return ticket


def test_the_order_waits_while_the_pointer_is_inside(frame: Frame, queue: QueuePage) -> None:
    before = titles(queue)
    enter(queue)
    resolve(frame, at(queue, 1))
    frame.qtbot.waitUntil(lambda: note(queue) == "1 row moved, Enter to re-sort")
    frame.settle()
    assert titles(queue) == before
    assert at(queue, 1).status == "resolved"  # its value is the new one, in its old place
    leave(queue)
    frame.settle()
    assert titles(queue) == [before[0], *before[2:]]
    assert note(queue) == "3 tickets"


def test_values_change_in_place_without_a_word(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    ticket = at(queue, 0)
    frame.context.touched.emit(edit_ticket(frame.someone, ticket.number, {"title": "Renamed"}).touched)
    frame.qtbot.waitUntil(lambda: titles(queue)[0] == "Renamed")
    assert note(queue) == "4 tickets"


def test_a_new_one_waits_too_and_none_is_lost_or_doubled(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    before = titles(queue)
    for number in range(3):
        frame.ticket(title=f"New {number}")
    frame.qtbot.waitUntil(lambda: note(queue).startswith("3 rows moved"))
    frame.settle()
    assert titles(queue) == before
    leave(queue)
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 7)
    frame.settle()
    assert sorted(titles(queue)) == sorted([*before, "New 0", "New 1", "New 2"])


def test_enter_brings_it_in_first_and_opens_then(frame: Frame, queue: QueuePage) -> None:
    frame.press("J, J")
    current = queue.table.ticket()
    enter(queue)
    resolve(frame, at(queue, 0))
    frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
    frame.press("Return")
    frame.settle()
    assert queue.ticket_view is None
    assert queue.model.rowCount() == 3
    assert queue.table.ticket() == current
    frame.press("Return")
    assert queue.ticket_view is not None


def test_what_is_taken_back_leaves_nothing_to_wait_for(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    ticket = at(queue, 2)
    resolve(frame, ticket)
    frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
    frame.context.touched.emit(move_ticket(frame.someone, ticket.number, "open").touched)
    frame.qtbot.waitUntil(lambda: note(queue) == "4 tickets")
    assert not queue.table.release()


def test_a_leaving_pointer_waits_for_the_ticks(frame: Frame, queue: QueuePage) -> None:
    frame.press("X")
    enter(queue)
    resolve(frame, at(queue, 3))
    frame.qtbot.waitUntil(lambda: bar(queue)._moved.isVisible())
    leave(queue)
    frame.settle()
    assert queue.model.rowCount() == 4
    frame.press("X")  # the last tick goes: nothing holds the rows any more
    frame.settle()
    assert queue.model.rowCount() == 3


def test_two_writes_in_a_row_blank_nothing(frame: Frame, queue: QueuePage) -> None:
    before = titles(queue)
    for _ in range(2):
        queue.model.mark_stale()
        assert titles(queue) == before
    frame.settle()


def test_another_query_does_not_wait(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    resolve(frame, at(queue, 1))
    frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
    queue.table.sort_asked.emit("title")
    frame.settle()
    assert queue.model.rowCount() == 3
    assert note(queue) == "3 tickets"
    assert not queue.table.release()


@pytest.mark.parametrize("size", [(1366, 768), (1100, 640)])
def test_what_waits_is_told_whole_beside_the_ticks(frame: Frame, queue: QueuePage, size: tuple[int, int]) -> None:
    frame.window.resize(*size)
    frame.press("X")
    resolve(frame, at(queue, 2))
    frame.qtbot.waitUntil(lambda: bar(queue)._moved.isVisible())
    frame.settle()
    label = bar(queue)._moved
    assert label.text() in ("1 row moved, Enter to re-sort", "1 moved, Enter")
    assert label.width() >= label.sizeHint().width()
    assert bar(queue).rect().contains(label.geometry())


def test_a_chosen_order_comes_in_at_once_though_a_write_met_it_on_its_way(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    queue.table.sort_asked.emit("title")
    queue.table.sort_asked.emit("title")
    frame.ticket(title="Ticket 5")  # before the store has answered
    frame.settle()
    assert titles(queue) == [f"Ticket {number}" for number in range(5, 0, -1)]
    assert note(queue) == "5 tickets"
    assert not queue.list.state.isVisible()


def test_nothing_can_move_in_an_empty_list_so_nothing_waits(frame: Frame, queue: QueuePage) -> None:
    queue.list.ask("title:lamp")
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 0)
    enter(queue)
    frame.ticket(title="A lamp is out")
    frame.qtbot.waitUntil(lambda: titles(queue) == ["A lamp is out"])
    frame.settle()


def test_the_preview_tells_of_the_current_row_as_it_is_though_its_place_waits(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    assert queue.list.preview._status.text() == "New"
    resolve(frame, at(queue, 0))
    frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
    frame.qtbot.waitUntil(lambda: queue.list.preview._status.text() == "Resolved")
    frame.settle()


def test_nobody_points_at_a_list_that_is_out_of_sight(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    resolve(frame, at(queue, 1))
    frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
    frame.press("Ctrl+1")
    frame.settle()
    assert queue.model.rowCount() == 3


def test_a_list_that_failed_and_is_read_again_is_in_sight_though_it_waits(frame: Frame, queue: QueuePage) -> None:
    enter(queue)
    queue.list.reading.failed.emit(OSError("The disk was away."))
    assert queue.list.state.isVisible()
    resolve(frame, at(queue, 1))
    frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
    assert not queue.list.state.isVisible()
    frame.settle()


def test_ticks_that_go_away_let_in_what_waited_for_them(frame: Frame, queue: QueuePage) -> None:
    frame.press("X")
    resolve(frame, at(queue, 3))
    frame.qtbot.waitUntil(lambda: bar(queue)._moved.isVisible())
    queue.table.read_ticked({})  # the store knows it no more
    frame.settle()
    assert queue.model.rowCount() == 3


def test_the_order_waits_while_a_menu_is_open(frame: Frame, queue: QueuePage) -> None:
    """What is chosen in it must reach the ticket that was current when it was opened."""
    current = queue.table.ticket()
    assert current is not None
    menu = QMenu(queue)
    menu.addAction("anything")
    menu.popup(queue.mapToGlobal(queue.rect().center()))
    try:
        resolve(frame, current)
        frame.qtbot.waitUntil(lambda: note(queue).startswith("1 row moved"))
        assert queue.table.ticket() is not None
        assert queue.table.ticket().id == current.id
    finally:
        menu.close()
    assert queue.table.release()
