"""Ticked rows: the bar that tells how many there are and what can be done with all of them, by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.desk.queue.page import QueuePage
from app.ui.desk.queue.tick_bar import OFFERED, TickBar
from app.ui.parts.button import Button
from app.usecases.ticket import edit_ticket, move_ticket
from tests.ui.desk.frame_fixture import ME, Frame


@pytest.fixture
def queue(frame: Frame) -> QueuePage:
    """Four tickets, the most urgent first."""
    for number in range(1, 5):
        level = str(min(number, 3))
        frame.ticket(title=f"Ticket {number}", impact=level, urgency=level, team="Payments")
    frame.press("Ctrl+2")
    frame.settle()
    page = frame.window.queue
    assert page is not None
    frame.qtbot.waitUntil(lambda: page.table.ticket() is not None)
    return page


def bar(queue: QueuePage) -> TickBar:
    return queue.list.head.ticks


def tick_two(frame: Frame) -> None:
    frame.press("X, J, X")


def assignees(frame: Frame) -> list[str | None]:
    return [frame.store.tickets.get(f"INC-{number}").assignee for number in range(1, 5)]  # type: ignore[union-attr]


def places(queue: QueuePage) -> list[QPoint]:
    """Where the rows and their viewport are in the window."""
    table, window = queue.table, queue.window()
    origin = table.viewport().mapTo(window, QPoint(0, 0))
    return [origin, *(QPoint(0, table.rowViewportPosition(row)) for row in range(queue.model.rowCount()))]


def test_it_counts_what_is_ticked_and_leaves_with_the_last(frame: Frame, queue: QueuePage) -> None:
    assert not bar(queue).isVisible()
    frame.press("X")
    assert bar(queue).isVisible()
    assert not queue.list.bar.isVisible()
    assert bar(queue).accessibleName() == "1 ticket ticked"
    frame.press("J, X")
    assert bar(queue).accessibleName() == "2 tickets ticked"
    frame.press("Ctrl+A")
    frame.qtbot.waitUntil(lambda: bar(queue).accessibleName() == "4 tickets ticked")
    frame.press("X")
    assert bar(queue).accessibleName() == "3 tickets ticked"
    frame.press("Esc")
    assert not bar(queue).isVisible()
    assert queue.list.bar.isVisible()
    assert queue.model.ticked == ()
    assert QApplication.focusWidget() is queue.table


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1100, 640)])
def test_no_row_moves_when_it_comes_or_goes(frame: Frame, queue: QueuePage, size: tuple[int, int]) -> None:
    frame.window.resize(*size)
    frame.settle()
    before, room = places(queue), queue.table.geometry()
    frame.press("X")
    frame.settle()
    assert bar(queue).isVisible()
    assert (places(queue), queue.table.geometry()) == (before, room)
    assert (frame.window.width(), frame.window.height()) == size
    frame.press("Esc")
    frame.settle()
    assert (places(queue), queue.table.geometry()) == (before, room)


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (1100, 640)])
def test_nothing_of_it_is_cut(frame: Frame, queue: QueuePage, size: tuple[int, int]) -> None:
    frame.window.resize(*size)
    frame.press("Ctrl+A")
    frame.settle()
    shown = [each for each in bar(queue).findChildren(QWidget) if each.isVisible()]
    assert len(shown) == len(OFFERED) + 2
    for each in shown:
        assert bar(queue).rect().contains(each.geometry())
        assert each.width() >= each.sizeHint().width()


def test_each_button_is_an_action_with_a_name_and_its_key(frame: Frame, queue: QueuePage) -> None:
    frame.press("X")
    for id_, button in bar(queue).buttons.items():
        action = frame.context.registry[id_]
        assert "queue" in action.screens
        assert button.accessibleName()
        assert button.accessibleDescription().casefold() == action.keys[0].casefold()


def test_tab_goes_from_the_table_through_the_bar(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    walked = []
    for _ in bar(queue).tab_order:
        frame.press("Tab")
        walked.append(QApplication.focusWidget())
    assert walked == list(bar(queue).tab_order)


def test_f6_stops_at_the_bar(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    for _ in range(4):
        if QApplication.focusWidget() in bar(queue).tab_order:
            break
        frame.press("F6")
    assert QApplication.focusWidget() is bar(queue).tab_order[0]


def test_an_action_of_the_bar_is_done_to_all_that_are_ticked(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    frame.press("Tab, Space")
    frame.press("Ctrl+Return")  # the preview that asks about more than one
    frame.qtbot.waitUntil(lambda: assignees(frame) == [ME, ME, None, None])
    frame.settle()
    assert bar(queue).accessibleName() == "2 tickets ticked"  # they are still in the list: more can be done


def test_what_leaves_the_list_stays_until_asked_and_is_then_ticked_no_more(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    first = queue.model.ticked[0]
    frame.context.touched.emit(move_ticket(frame.someone, first.number, "resolved", resolution="Done.").touched)
    frame.qtbot.waitUntil(lambda: bool(bar(queue)._moved.text()))
    frame.settle()
    assert (queue.model.rowCount(), len(queue.model.ticked)) == (4, 2)
    assert bar(queue)._moved.text() == "1 row moved, Enter to re-sort"
    frame.press("Return")
    frame.settle()
    assert queue.model.rowCount() == 3
    assert [ticket.title for ticket in queue.model.ticked] == ["Ticket 2"]
    assert bar(queue).accessibleName() == "1 ticket ticked"
    assert not bar(queue)._moved.isVisible()


def test_the_bar_leaves_with_its_rows_and_gives_the_focus_back(frame: Frame, queue: QueuePage) -> None:
    frame.press("X")
    bar(queue).buttons["copy.rows"].setFocus(Qt.FocusReason.TabFocusReason)
    only = queue.model.ticked[0]
    frame.context.touched.emit(move_ticket(frame.someone, only.number, "resolved", resolution="Done.").touched)
    frame.qtbot.waitUntil(lambda: bar(queue)._moved.isVisible())
    assert queue.table.release()
    frame.qtbot.waitUntil(lambda: not bar(queue).isVisible())
    assert QApplication.focusWidget() is queue.table
    frame.settle()


def test_what_is_ticked_is_known_as_it_is_now(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    first = queue.model.ticked[0]
    frame.context.touched.emit(edit_ticket(frame.someone, first.number, {"title": "Renamed"}).touched)
    frame.qtbot.waitUntil(lambda: queue.model.ticked[0].title == "Renamed")
    assert len(queue.model.ticked) == 2
    frame.settle()


def test_a_filter_unticks_what_it_hides_and_sorting_unticks_nothing(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    queue.table.sort_asked.emit("title")
    frame.settle()
    assert len(queue.model.ticked) == 2
    frame.press("/")
    assert queue.list.bar.isVisible()  # the query can be written, whatever is ticked
    frame.press("Ctrl+A")
    frame.type("Ticket 2")
    frame.press("Return")
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 1)
    frame.settle()
    assert [ticket.title for ticket in queue.model.ticked] == ["Ticket 2"]
    assert bar(queue).isVisible()


def test_a_refused_action_says_why_on_sight_and_when_it_is_pressed(frame: Frame, queue: QueuePage) -> None:
    closed = frame.ticket(title="Over", impact="1", urgency="1")
    for status in ("resolved", "closed"):
        move_ticket(frame.someone, closed.number, status, resolution="Done.")
    frame.context.touched.emit(edit_ticket(frame.someone, closed.number, {"team": "Payments"}).touched)
    queue.list.ask("sort:due")
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 5)
    frame.settle()
    frame.press("Ctrl+A")
    frame.qtbot.waitUntil(lambda: len(queue.model.ticked) == 5)
    button = bar(queue).buttons["ticket.move"]
    why = frame.window.dispatcher.why_not(frame.context.registry["ticket.move"])
    assert why
    assert why in button.accessibleDescription()
    assert why in button.toolTip()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    frame.press("Space")
    assert why in frame.told
    assert bar(queue).buttons["ticket.mine"].accessibleDescription() == "m"
    frame.settle()


def test_a_note_is_written_on_all_that_are_ticked(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    ids = [ticket.id for ticket in queue.model.ticked]
    frame.press("C")
    frame.type("Provider is on it")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: all("Provider is on it" in texts(frame, id_) for id_ in ids))
    assert queue.ticket_view is None
    frame.settle()


def test_copied_rows_are_the_ticked_ones(frame: Frame, queue: QueuePage) -> None:
    tick_two(frame)
    bar(queue).buttons["copy.rows"].click()
    assert [line.split("\t")[3] for line in QGuiApplication.clipboard().text().splitlines()] == [
        "Ticket 1", "Ticket 2",
    ]  # fmt: skip


def test_a_ticked_row_says_so(frame: Frame, queue: QueuePage) -> None:
    index = queue.model.index(0, 0)
    told = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    frame.press("X")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"ticked, {told}"


def test_a_refused_button_takes_the_focus_and_its_tip_comes_back(queue: QueuePage) -> None:
    button = Button("Close", key="k", tip="Close it.", parent=queue)
    before = button.toolTip()
    button.set_refusal("It is over.")
    assert "It is over." in button.toolTip()
    assert button.accessibleDescription() == "k. It is over."
    assert button.isEnabled()
    button.set_refusal("")
    assert (button.toolTip(), button.accessibleDescription()) == (before, "k")


def texts(frame: Frame, ticket_id: str) -> list[str | None]:
    return [entry.text for entry in frame.store.tickets.timeline(ticket_id)]
