"""The board tells the truth: what is old is never drawn as fine, and nothing moves under the pointer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import NeedsSignIn, Unreachable
from app.domain import freshness
from app.domain.health import HealthRow
from app.domain.source import Source
from app.ui.desk.board import telling
from app.ui.desk.board.feed import BLINK_FOR_MS
from app.ui.desk.board.page import BoardPage
from app.ui.kit import roles
from app.ui.kit.roles import Section
from app.ui.kit.theme import current
from app.ui.models.board_model import BoardModel, BoardRow
from app.ui.models.line_model import LineModel
from app.usecases.board import Board, Instant, SourceRows, with_source
from tests.fakes.health_source import health_row
from tests.ui.desk.frame_fixture import SOURCE, Frame, colours_in, example_rows, open_frame

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def board_of(frame: Frame) -> BoardPage:
    page = frame.window.show_page("board")
    assert isinstance(page, BoardPage)
    return page


def names(board: BoardPage) -> list[str]:
    return [line.row.name for line in board.model.rows()]


def problem(name: str, state: str = "critical") -> HealthRow:
    return health_row(name, state, source=SOURCE, host="new-1", since_at=SystemClock().now() - MINUTE, output=state)


def test_worst_first_in_sections(frame: Frame) -> None:
    board = board_of(frame)
    assert names(board) == ["card payments", "backup", "disk /", "certificate"]
    sections = [(line.title, line.count) for line in board.model.lines if isinstance(line, Section)]
    assert sections == [("Unhandled", 3), ("Handled", 1)]


def test_a_silent_source_is_told_by_banner_strip_counters_and_rows(frame: Frame) -> None:
    board = board_of(frame)
    frame.fall_silent()
    assert board.banner.isVisible()
    assert "silent for" in board.banner.accessibleName()
    assert "stale" in frame.window.strip.accessibleName()
    assert "stale" in board.counters.accessibleName()
    assert "critical" not in board.counters.accessibleName()
    assert all(line.is_stale for line in board.model.rows())
    sentence = board.model.index(board.model.number_of(board.model.rows()[0].row.id), 0).data(
        Qt.ItemDataRole.AccessibleTextRole
    )
    assert sentence.startswith("Stale, was")


def refused_for_long(frame: Frame) -> None:
    """The last answer was an hour ago; since then it refuses the password."""
    frame.core.frozen_at = frame.clock.now() - HOUR
    frame.ask_again()
    frame.core.script = [NeedsSignIn("It did not accept the password.", status=401)]
    frame.poller.poll_now(SOURCE)
    frame.qtbot.waitUntil(lambda: frame.window.feed.paused == (SOURCE,))
    frame.settle()
    frame.window.feed.make()
    frame.qtbot.waitUntil(lambda: frame.level == ("stale",))
    frame.settle()


def test_a_refused_sign_in_is_told_and_tried_again_by_the_banners_button(frame: Frame) -> None:
    board = board_of(frame)
    refused_for_long(frame)
    told = board.banner.accessibleName()
    assert board.banner.isVisible()
    assert told.startswith("Paused: nagios-core refused its sign-in.")
    assert "Its 6 rows are as they were" in told
    assert "Paused: nagios-core" in frame.window.strip.accessibleName()
    board.table.setFocus()
    frame.press("J")
    frame.qtbot.waitUntil(lambda: "paused since it refused its sign-in" in board.detail._heard.text())
    assert [chip.is_paused for chip in frame.window.feed.chips()] == [True]
    assert all(line.is_stale for line in board.model.rows())
    assert "critical" not in board.counters.accessibleName()
    before = len(frame.core.asked)
    frame.core.frozen_at = None
    board.banner.acted.emit()
    frame.qtbot.waitUntil(lambda: len(frame.core.asked) == before + 1)
    frame.qtbot.waitUntil(lambda: not board.banner.isVisible())
    frame.settle()


def test_other_silent_sources_are_told_beside_a_refused_one(frame: Frame) -> None:
    refused_for_long(frame)
    board, now = frame.window.feed.board, Instant.of(SystemClock())
    mark = board.sources[SOURCE].mark
    picture = frame.picture
    assert mark is not None
    assert picture is not None
    both = with_source(board, "second", (), msgspec.structs.replace(mark, source="second"), now)
    levels = {SOURCE: freshness.STALE, "second": freshness.STALE, "third": freshness.STALE}
    told = telling.refusal(replace(picture, levels=levels), both, now.at)
    assert told.endswith("Paused too: second. Silent too: third.")
    assert telling.refusal(picture, Board(), now.at) == ""


def test_a_clock_that_is_off_is_told_while_all_else_is_well(frame: Frame) -> None:
    board = board_of(frame)
    name, part = next(iter(frame.window.feed.board.sources.items()))
    assert part.mark is not None
    now = Instant.of(SystemClock())
    for skew_s, told in ((600.0, "10 min ahead"), (-600.0, "10 min behind")):
        mark = msgspec.structs.replace(part.mark, skew_s=skew_s, observed_at=now.at + round(skew_s * 1000))
        assert told in telling.clocks(with_source(Board(), name, (), mark, now))
    assert telling.clocks(frame.window.feed.board) == ""
    assert not board.banner.isVisible()


@pytest.mark.parametrize("theme_key", ["", "Ctrl+Alt+D"])
def test_no_colour_of_fine_on_a_stale_cell(frame: Frame, theme_key: str) -> None:
    board = board_of(frame)
    frame.fall_silent()
    if theme_key:
        frame.press(theme_key)
    board.bar.set_query("is:stale")
    board._ask("is:stale")
    frame.settle()
    table = board.table
    stale = [n for n, line in enumerate(board.model.lines) if isinstance(line, BoardRow)]
    assert len(stale) == 6
    picture = table.viewport().grab().toImage()
    for row in stale:
        cell = QRect(0, table.rowViewportPosition(row), table.columnWidth(0), table.rowHeight(row))
        seen = colours_in(picture.copy(cell))
        assert len(seen) > 1
        assert current().hex("state.ok.fill").lower() not in seen


def test_the_order_is_held_while_the_pointer_is_inside(frame: Frame) -> None:
    board = board_of(frame)
    before = names(board)
    frame.pointer(board.table, inside=True)
    frame.ask_again(*frame.core.rows, problem("database"))
    assert names(board) == before
    assert "moved" in board.bar.field._note
    frame.pointer(board.table, inside=False)
    assert names(board)[0] == "database"


def test_a_double_click_opens_the_row_and_moves_none(frame: Frame) -> None:
    board = board_of(frame)
    frame.press("Space")
    assert not board.detail.isVisible()
    frame.pointer(board.table, inside=True)
    before = names(board)
    frame.ask_again(problem("newest"), *frame.core.rows)
    assert names(board) == before
    at = board.table.row_rect(board.model.number_of(board.model.rows()[1].row.id)).center()
    QTest.mouseDClick(board.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert board.detail.isVisible()
    assert names(board) == before
    frame.settle()


def test_what_was_asked_for_comes_at_once_wherever_the_pointer_is(frame: Frame) -> None:
    board = board_of(frame)
    frame.pointer(board.table, inside=True)
    head = board.table.horizontalHeader()
    column = next(n for n, each in enumerate(board.table._columns) if each.id == "host")
    at = QPoint(head.sectionViewportPosition(column) + 20, head.height() // 2)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    frame.qtbot.waitUntil(lambda: names(board)[0] == "backup")
    sections = [n for n, each in enumerate(board.model.lines) if isinstance(each, Section)]
    before = len(names(board))
    QTest.mouseClick(
        board.table.viewport(), Qt.MouseButton.LeftButton, pos=board.table.row_rect(sections[-1]).center()
    )  # fmt: skip
    frame.qtbot.waitUntil(lambda: len(names(board)) < before)
    frame.press("X")
    board._ask_shown("disk")
    frame.qtbot.waitUntil(lambda: names(board) == ["disk /"])
    assert "moved" not in board.bar.field._note
    frame.settle()


def test_a_board_out_of_sight_and_the_last_tick_hold_nothing(frame: Frame) -> None:
    board = board_of(frame)
    frame.pointer(board.table, inside=True)
    frame.ask_again(*frame.core.rows, problem("database"))
    assert "database" not in names(board)
    frame.window.show_page("queue")
    assert names(board)[0] == "database"
    frame.window.show_page("board")
    frame.press("X")
    frame.ask_again(*frame.core.rows, problem("mail"))
    assert "mail" not in names(board)
    frame.press("X")
    assert "mail" in names(board)
    frame.settle()


def test_the_order_is_held_while_rows_are_ticked_and_values_change_in_place(frame: Frame) -> None:
    board = board_of(frame)
    frame.press("X")
    before = names(board)
    first = frame.core.rows[0]
    worse = msgspec.structs.replace(first, output="CRITICAL: 40 of 40 refused")
    frame.ask_again(worse, *frame.core.rows[1:], problem("database"))
    assert names(board) == before
    assert board.model.rows()[0].row.output == "CRITICAL: 40 of 40 refused"
    frame.press("Esc")
    assert "database" in names(board)


def test_beside_the_title_stands_what_an_action_would_be_done_to(frame: Frame) -> None:
    board = board_of(frame)
    shown = board.bar._shown
    assert shown.text() == "All sources"
    for key in ("X", "J", "X"):
        frame.press(key)
    assert shown.text() == "2 rows ticked on 1 source, Esc unticks"
    frame.press("Alt+Space")
    frame.press("Esc")
    assert shown.text() == "Held, Alt+Space lets go"
    frame.press("Alt+Space")
    assert shown.text() == "All sources"


def test_held_updates_wait_for_the_key(frame: Frame) -> None:
    board = board_of(frame)
    frame.press("Alt+Space")
    frame.ask_again(*frame.core.rows, problem("database"))
    assert "database" not in names(board)
    frame.press("Alt+Space")
    assert "database" in names(board)


def test_what_is_new_is_marked_and_blinks_briefly(frame: Frame) -> None:
    board = board_of(frame)
    frame.ask_again(*frame.core.rows, problem("database"))
    at = next(
        n for n, line in enumerate(board.model.lines) if isinstance(line, BoardRow) and line.row.name == "database"
    )
    look = board.model.index(at, 0).data(roles.LOOK)
    assert (look.mark, look.is_blinking) == ("new", True)
    feed = frame.window.feed
    picture = feed.picture
    assert picture is not None
    board.model.set_new(feed.new_until, feed.blink_until, picture.made_at + BLINK_FOR_MS + 1)
    look = board.model.index(at, 0).data(roles.LOOK)
    assert (look.mark, look.is_blinking) == ("new", False)
    old = board.model.index(board.model.number_of(frame.core.rows[0].id), 0).data(roles.LOOK)
    assert old.mark == ""


def test_at_least_45_compact_rows_on_a_large_screen(qtbot: QtBot, tmp_path: Path) -> None:
    rows = [problem(f"service {n}") for n in range(80)]
    with open_frame(qtbot, tmp_path, rows=rows) as frame:
        board = board_of(frame)
        seen = [
            n for n in board.table.visible_rows()
            if board.table.rowViewportPosition(n) + board.table.rowHeight(n) <= board.table.viewport().height()
        ]  # fmt: skip
        assert len(seen) >= 45


def test_rows_that_a_larger_window_uncovers_get_their_strips(qtbot: QtBot, tmp_path: Path) -> None:
    rows = [problem(f"service {n}") for n in range(80)]
    with open_frame(qtbot, tmp_path, rows=rows, size=(1366, 768)) as frame:
        board = board_of(frame)
        frame.qtbot.waitUntil(lambda: set(board.table.rows_in_sight()) <= board.reading.hours.keys())
        known = len(board.reading.hours)
        frame.window.resize(1920, 1080)
        frame.qtbot.waitUntil(lambda: len(board.reading.hours) > known)
        frame.qtbot.waitUntil(lambda: set(board.table.rows_in_sight()) <= board.reading.hours.keys())


def test_no_story_is_read_while_the_detail_is_out_of_sight(frame: Frame) -> None:
    board = board_of(frame)
    board.detail.hide()
    read = []
    board.reading.story_read.connect(read.append)
    frame.press("J")
    board.reading.read_story()
    frame.settle()
    assert read == []
    frame.press("Return")
    frame.qtbot.waitUntil(lambda: [story.row.id for story in read] == [board.table.row().row.id])


def test_in_comfortable_rows_the_output_is_told_once_and_sections_stay_low(frame: Frame) -> None:
    board = board_of(frame)
    frame.press("Ctrl+Alt+3")
    heads = [n for n, line in enumerate(board.model.lines) if isinstance(line, Section)]
    assert {board.table.rowHeight(n) for n in heads} == {20}
    assert board.table.rowHeight(heads[0] + 1) == 44
    frame.ask_again(*frame.core.rows, problem("database"))
    heads = [n for n, line in enumerate(board.model.lines) if isinstance(line, Section)]
    assert {board.table.rowHeight(n) for n in heads} == {20}
    assert {board.table.rowHeight(n) for n in range(board.model.rowCount()) if n not in heads} == {44}
    ids = [column.id for n, column in enumerate(board.table._columns) if not board.table.isColumnHidden(n)]
    assert "both" in ids
    assert not {"service", "output"} & set(ids)
    frame.press("Ctrl+Alt+1")
    ids = [column.id for n, column in enumerate(board.table._columns) if not board.table.isColumnHidden(n)]
    assert "both" not in ids


def test_a_query_error_is_shown_at_the_character(frame: Frame) -> None:
    board = board_of(frame)
    frame.press("/")
    frame.type("h:pay is:nonsense")
    frame.press("Return")
    fault = board.bar.field.fault()
    assert fault is not None
    assert 6 <= fault.start <= 9
    assert board.bar.field._sentence.isVisible()
    assert len(names(board)) == 4


def test_nothing_matches_and_escape_clears_it(frame: Frame) -> None:
    board = board_of(frame)
    frame.press("/")
    frame.type("h:nowhere")
    frame.press("Return")
    frame.qtbot.waitUntil(board.state.isVisible)
    assert "h:nowhere" in board.state.accessibleName()
    assert QApplication.focusWidget() is board.table
    assert board.detail.state.isVisible()
    frame.press("Esc")
    frame.qtbot.waitUntil(lambda: len(names(board)) == 4)
    assert not board.state.isVisible()
    assert not board.detail.state.isVisible()


def test_no_problem_is_good_news_and_says_how_much_is_watched(qtbot: QtBot, tmp_path: Path) -> None:
    now_at = SystemClock().now()
    fine = [row for row in example_rows(now_at) if row.state == "ok"]
    with open_frame(qtbot, tmp_path, rows=fine) as frame:
        board = board_of(frame)
        assert "No unhandled problems" in board.state.accessibleName()
        assert "2 services" in board.state.accessibleName()


def test_without_a_source_it_says_how_to_add_one(qtbot: QtBot, tmp_path: Path) -> None:
    with open_frame(qtbot, tmp_path, with_source=False) as frame:
        board = board_of(frame)
        frame.window.feed.make()
        frame.settle()
        assert "watchdesk source add" in board.state.accessibleName()


def test_until_a_source_has_answered_nothing_is_called_fine(qtbot: QtBot, tmp_path: Path) -> None:
    with open_frame(qtbot, tmp_path) as frame:
        board, feed = board_of(frame), frame.window.feed
        picture = feed.picture
        assert picture is not None
        unheard = replace(picture, lines=(), levels={SOURCE: freshness.UNKNOWN})
        board.show_picture(unheard)
        assert "Still asking nagios-core." in board.state._waiting
        assert not board.banner.isVisible()
        half = replace(picture, lines=(), levels={SOURCE: freshness.LIVE, "other": freshness.UNKNOWN})
        board.show_picture(half)
        assert "What other would tell is missing" in board.state.accessibleName()
        assert "other has not answered yet" in board.banner.accessibleName()


def test_a_source_that_never_answered_says_why_and_is_asked_again(qtbot: QtBot, tmp_path: Path) -> None:
    with open_frame(qtbot, tmp_path, with_source=False) as frame:
        frame.core.script = [Unreachable("Nobody answers at nagios.example.")] * 9
        frame.context.verbs = {SOURCE: frame.core.verbs}
        board = board_of(frame)
        frame.poller.start([Source(id="s1", name=SOURCE, kind="fake", interval_s=30.0)])
        frame.qtbot.waitUntil(lambda: bool(frame.poller.board.sources.get(SOURCE, SourceRows()).mark))
        frame.window.feed.make()
        frame.qtbot.waitUntil(lambda: "Nobody answers" in board.state.accessibleName())
        asked = len(frame.core.asked)
        board.state.acted.emit()
        frame.qtbot.waitUntil(lambda: len(frame.core.asked) > asked)


def test_acknowledging_is_read_back_and_taken_back(frame: Frame) -> None:
    board_of(frame)
    frame.press("A")
    frame.qtbot.waitUntil(lambda: "Acknowledged." in frame.told)
    command, ids = frame.core.pushed[0]
    assert (command.verb, command.author) == ("acknowledge", "J. Reyes")
    assert ids == (frame.core.rows[0].id,)
    frame.settle()


def test_hostile_output_is_one_visible_line(qtbot: QtBot, tmp_path: Path) -> None:
    nasty = msgspec.structs.replace(problem("a\u202eb\x00<b>"), output="one\ntwo\x1b[31m<img src=x>\u202e")
    with open_frame(qtbot, tmp_path, rows=[nasty]) as frame:
        board = board_of(frame)
        sentence = board.model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert "\u202e" not in sentence
        assert "\x00" not in sentence
        assert not frame.window.grab().isNull()


def test_the_models_keep_the_contract_of_qt(frame: Frame) -> None:
    board = board_of(frame)
    model = BoardModel(4)
    tester = QAbstractItemModelTester(model, FATAL)
    model.show(board.model.lines)
    model.update_rows({})
    model.tick(frozenset({frame.core.rows[0].id}))
    model.show(board.model.lines[:2])
    model.show(())
    lines: LineModel[str] = LineModel(1, str, str)
    other = QAbstractItemModelTester(lines, FATAL)
    lines.show(["a", "b"])
    lines.show(["b"])
    lines.show([])
    assert model.rowCount() == lines.rowCount() == 0
    assert tester.model() is model
    assert other.model() is lines
