"""The queue: views, filters, order, and a list that keeps its place while others write."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.errors import Unreachable
from app.ui.desk.queue.page import QueuePage
from app.ui.kit.column import share_width
from app.ui.kit.header import DenseHeader
from app.ui.models.ticket_columns import queue_columns
from app.ui.models.ticket_model import PAGE, TicketModel
from app.usecases.ticket import edit_ticket, move_ticket
from app.usecases.view import DEFAULT_VIEWS
from tests.ui.desk.frame_fixture import Frame, open_frame


@pytest.fixture
def queue(frame: Frame) -> QueuePage:
    for number in range(1, 4):
        frame.ticket(title=f"Ticket {number}", impact=str(number), urgency=str(number), team="Payments")
    return shown(frame)


def shown(frame: Frame) -> QueuePage:
    frame.press("Ctrl+2")
    frame.settle()
    page = frame.window.queue
    assert page is not None
    return page


def titles(queue: QueuePage) -> list[str]:
    rows = [queue.model.ticket_at(n) for n in range(queue.model.rowCount())]
    return [row.title for row in rows if row is not None]


def test_what_is_due_first_stands_first(frame: Frame, queue: QueuePage) -> None:
    frame.qtbot.waitUntil(lambda: titles(queue) == ["Ticket 1", "Ticket 2", "Ticket 3"])


def test_views_tell_their_counts(frame: Frame, queue: QueuePage) -> None:
    frame.qtbot.waitUntil(lambda: bool(queue.list.counts))
    assert queue.list.counts["open"].total == 3


@pytest.mark.parametrize("view", DEFAULT_VIEWS, ids=lambda view: view.id)
def test_every_view_can_be_chosen(frame: Frame, queue: QueuePage, view: object) -> None:
    queue.list.choose_view(view)  # type: ignore[arg-type]
    frame.settle()
    assert queue.query == view.query  # type: ignore[attr-defined]
    assert queue.list.bar.field.fault() is None


def test_a_filter_narrows_and_escape_brings_the_view_back(frame: Frame, queue: QueuePage) -> None:
    frame.press("/")
    frame.type("nothing like this")
    frame.press("Return")
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 0)
    frame.settle()
    assert "Nothing matches" in queue.list.state.accessibleName()
    frame.press("Esc")
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 3)
    assert QApplication.focusWidget() is queue.table


def test_a_query_error_is_shown_at_the_character_and_the_list_stays(frame: Frame, queue: QueuePage) -> None:
    frame.press("/")
    frame.type("status:sleeping")
    frame.press("Return")
    fault = queue.list.bar.field.fault()
    assert fault is not None
    assert fault.start == len("status:")
    assert queue.model.rowCount() == 3


def test_the_row_is_kept_while_somebody_else_writes(frame: Frame, queue: QueuePage) -> None:
    frame.press("J")
    row = queue.table.current_row()
    frame.ticket(title="Worse", impact="1", urgency="1")
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 4)
    frame.qtbot.waitUntil(lambda: queue.table.current_row() is not None)
    assert queue.table.current_row().id == row.id


def test_a_write_elsewhere_is_shown(frame: Frame, queue: QueuePage) -> None:
    first = queue.table.current_row()
    frame.context.touched.emit(edit_ticket(frame.someone, first.number, {"title": "Renamed"}).touched)
    frame.qtbot.waitUntil(lambda: titles(queue)[0] == "Renamed")


def test_a_resolved_ticket_leaves_the_view(frame: Frame, queue: QueuePage) -> None:
    first = queue.table.current_row()
    frame.context.touched.emit(move_ticket(frame.someone, first.number, "resolved", resolution="Done.").touched)
    frame.qtbot.waitUntil(lambda: queue.model.rowCount() == 2)


def test_tickets_open_as_tabs_and_close_again(frame: Frame, queue: QueuePage) -> None:
    frame.press("Return")
    frame.qtbot.waitUntil(lambda: frame.window.situation().screen == "ticket")
    assert queue.tabs.bar.count() == 2
    frame.settle()
    frame.press("Ctrl+W")
    assert queue.tabs.bar.count() == 1
    assert QApplication.focusWidget() is queue.table


def test_copies_are_plain_text(frame: Frame, queue: QueuePage) -> None:
    frame.press("., .")
    assert QGuiApplication.clipboard().text() == "INC-1 Ticket 1"
    frame.press("Ctrl+A")
    frame.qtbot.waitUntil(lambda: len(queue.model.ticked) == 3)
    frame.press("Ctrl+C")
    assert QGuiApplication.clipboard().text().count("\n") == 2


def test_many_are_edited_after_a_preview(frame: Frame, queue: QueuePage) -> None:
    frame.press("Ctrl+A")
    frame.qtbot.waitUntil(lambda: len(queue.model.ticked) == 3)
    frame.press("M")
    assert frame.store.tickets.get("INC-1").assignee is None  # type: ignore[union-attr]
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: frame.store.tickets.get("INC-3").assignee == "J. Reyes")  # type: ignore[union-attr]
    frame.settle()


def test_no_tickets_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with open_frame(qtbot, tmp_path) as frame:
        queue = shown(frame)
        frame.qtbot.waitUntil(queue.list.state.isVisible)
        assert "No tickets in" in queue.list.state.accessibleName()
        assert "Open one with n" in queue.list.state.accessibleName()
        assert queue.list.preview.state.accessibleName() == "No ticket is selected."


def test_sorting_by_a_column_is_a_part_of_the_query(frame: Frame, queue: QueuePage) -> None:
    queue.table.sort_asked.emit("updated")
    frame.settle()
    assert "sort:updated" in queue.query
    queue.table.sort_asked.emit("updated")
    frame.settle()
    assert "sort:-updated" in queue.query


def test_the_model_keeps_the_contract_of_qt(frame: Frame, queue: QueuePage) -> None:
    model = TicketModel(4)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    asked: list[int] = []
    model.wanted.connect(asked.append)
    model.show_keys(list(range(PAGE * 3)))
    assert model.ticket_at(PAGE) is None
    assert model.ticket_at(PAGE + 1) is None
    assert 1 in asked
    assert asked.count(1) == 1
    model.take_page(1, {})
    model.mark_stale()
    model.replace_keys(list(range(PAGE)))
    model.show_keys(())
    assert model.rowCount() == 0
    assert tester.model() is model


def test_stop_stops_and_reads_again_only_when_asked(frame: Frame, queue: QueuePage) -> None:
    queue.list.ask(queue.query)
    asked = queue.list.reading.asking
    queue.list.state.acted.emit()
    assert asked is not None
    assert asked.token.is_cancelled
    frame.settle()
    assert "stopped" in queue.list.state.accessibleName()
    assert queue.list.reading.asking is asked
    queue.list.state.acted.emit()
    frame.qtbot.waitUntil(queue.list.state.isHidden)


def test_trying_again_after_a_failure_keeps_the_filter(frame: Frame, queue: QueuePage) -> None:
    queue.list.ask("Ticket 2")
    frame.settle()
    queue.list.reading.failed.emit(Unreachable("The disk does not answer."))
    queue.list.state.acted.emit()
    frame.qtbot.waitUntil(queue.list.state.isHidden)
    assert queue.query == "Ticket 2"


def test_a_narrow_window_folds_the_views_into_a_line_that_opens_them(frame: Frame, queue: QueuePage) -> None:
    frame.qtbot.waitUntil(lambda: bool(queue.list.counts))
    assert queue.list.panes.folded.isHidden()
    frame.window.resize(1366, 768)
    frame.qtbot.waitUntil(queue.list.panes.folded.isVisible)
    assert queue.list.views.isHidden()
    assert f"{queue.view_name} 3" in queue.list.panes.folded.text()
    queue.list.panes.folded.click()
    assert queue.list.views.isVisible()
    assert queue.list.panes.folded.isHidden()


def test_a_narrow_list_gives_its_room_to_the_title_and_a_wide_one_names_who_asked() -> None:
    columns = queue_columns(lambda _row: None)
    wide, narrow = share_width(columns, 1030), share_width(columns, 880)
    assert "requester" in wide
    assert {"requester", "service"}.isdisjoint(narrow)
    assert narrow["title"] > wide["title"]
    assert {"status", "number", "priority", "title", "assignee", "due", "updated"} <= narrow.keys()


@pytest.mark.parametrize("room", [600, 880, 1030, 1670])
def test_columns_fill_the_table_and_a_team_takes_no_more_than_its_name_needs(room: int) -> None:
    widths = share_width(queue_columns(lambda _row: None), room)
    assert sum(widths.values()) == room
    if room >= 880:
        assert widths["team"] == {880: 132, 1030: 105, 1670: 132}[room]


def test_the_head_tells_what_the_query_sorts_by(frame: Frame, queue: QueuePage) -> None:
    def sorting() -> tuple[str, bool]:
        head = queue.table.horizontalHeader()
        assert isinstance(head, DenseHeader)
        return head.sorted_by, head.is_descending

    assert sorting() == ("due", False)
    for query, told in {
        "sort:-priority": ("priority", True),
        "is:open": ("updated", True),
        "sort:-resolved": ("", True),
    }.items():
        queue.list.ask(query)
        assert sorting() == told
    frame.settle()


def test_one_ticket_is_counted_as_one(frame: Frame, queue: QueuePage) -> None:
    queue.list.ask("Ticket 2")
    frame.qtbot.waitUntil(lambda: queue.list.bar.field._note == "1 ticket")
    frame.settle()
