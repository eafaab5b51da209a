"""Two starts of the composed desk on one profile: the second paints what was last seen, then what is there now."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.paths import Profile
from app.bootstrap.desk import Desk
from app.ui.desk.last_pane import LastPane
from app.ui.desk.last_view import load_last_view
from app.ui.desk.no_store import NoStorePane
from app.usecases.ticket import new_ticket


def run_desk(qtbot: QtBot, profile: Profile, use: Callable[[Desk], None]) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    desk = Desk(application, profile)
    window = desk.show()
    qtbot.addWidget(window)
    try:
        use(desk)
    finally:
        window.close()
        desk.close()


def opened(qtbot: QtBot, desk: Desk) -> None:
    window = desk.window
    assert window is not None
    qtbot.waitUntil(lambda: window.is_furnished and desk.context.opened is not None)
    qtbot.waitUntil(lambda: window.page is not None)


def test_a_second_start_paints_the_last_view_and_then_the_store(qtbot: QtBot, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")

    def first(desk: Desk) -> None:
        opened(qtbot, desk)
        window, context = desk.window, desk.context
        assert window is not None
        assert context.opened is not None
        context.touched.emit(new_ticket(context.opened.work, {"title": "Lifts stand still"}).touched)
        window.show_page("queue")
        queue = window.queue
        assert queue is not None
        qtbot.waitUntil(lambda: bool(queue.last_rows()))

    def second(desk: Desk) -> None:
        window = desk.window
        assert window is not None
        pane = window.findChild(LastPane)
        assert pane is not None
        assert pane.table.model().rowCount() == 1
        assert not window.is_furnished
        opened(qtbot, desk)
        queue = window.queue
        assert queue is not None
        qtbot.waitUntil(lambda: [ticket.title for ticket in queue.last_rows()] == ["Lifts stand still"])

    run_desk(qtbot, profile, first)
    last = load_last_view(profile.last_view)
    assert last is not None
    assert (last.screen, [row.title for row in last.rows]) == ("queue", ["Lifts stand still"])
    run_desk(qtbot, profile, second)


def test_a_last_view_that_cannot_be_read_is_only_a_lost_picture(qtbot: QtBot, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    profile.make()
    profile.last_view.write_bytes(b"{half a pict")
    run_desk(qtbot, profile, lambda desk: opened(qtbot, desk))


def test_a_bug_on_any_thread_is_told_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    def use(desk: Desk) -> None:
        opened(qtbot, desk)
        window = desk.window
        assert window is not None
        sending = threading.Thread(target=window.bug_met.emit, args=("Watchdesk met a bug.",))
        sending.start()
        sending.join()
        qtbot.waitUntil(lambda: [each.text for each in window.toasts.toasts] == ["Watchdesk met a bug."])

    run_desk(qtbot, Profile(tmp_path / "profile"), use)


def test_a_store_that_cannot_be_opened_is_told_in_every_page_until_it_can(qtbot: QtBot, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    run_desk(qtbot, profile, lambda desk: opened(qtbot, desk))
    whole = profile.work_db.read_bytes()
    profile.work_db.write_bytes(b"\x7f" * 4096 + whole[4096:])

    def use(desk: Desk) -> None:
        window = desk.window
        assert window is not None
        qtbot.waitUntil(lambda: window.is_furnished and desk.context.not_opened is not None)
        for screen in ("board", "queue", "knowledge"):
            window.show_page(screen)
            (pane,) = window.findChildren(NoStorePane)
            assert pane.isVisible()
            assert "damaged" in pane.state.accessibleName()
            assert not window.pages[screen].isVisible()
            focus = QApplication.focusWidget()
            assert focus is not None
            assert pane.isAncestorOf(focus)
        assert focus is not None
        assert "as of" not in window.strip.accessibleName()
        window.show_page("queue")
        window.dispatcher.act("ticket.new")
        assert [each.text for each in window.toasts.toasts] == ["The store is not open: nothing can be changed."]
        profile.work_db.write_bytes(whole)
        QTest.keyClick(focus, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: desk.context.opened is not None)
        qtbot.waitUntil(lambda: window.pages["queue"].isVisible())
        assert "not open" not in window.strip.accessibleName()
        back = QApplication.focusWidget()
        assert back is not None
        assert window.pages["queue"].isAncestorOf(back)

    run_desk(qtbot, profile, use)
