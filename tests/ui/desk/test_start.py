"""Two starts of the composed desk on one profile: the second paints what was last seen, then what is there now."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.paths import Profile
from app.bootstrap.desk import Desk
from app.storage import profile_lock
from app.ui.desk.ask import AskPanel
from app.ui.desk.last_pane import LastPane
from app.ui.desk.last_view import load_last_view
from app.ui.desk.no_store import NoStorePane
from app.usecases.ticket import new_ticket
from tests.unit.storage.small_disk import mounted


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


def test_a_profile_of_a_newer_program_is_told_and_left_alone(qtbot: QtBot, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    run_desk(qtbot, profile, lambda desk: opened(qtbot, desk))
    with closing(sqlite3.connect(profile.work_db)) as database:
        database.execute("UPDATE alembic_version SET version_num = 'zzzz'")
        database.commit()
    before = profile.work_db.read_bytes()

    def use(desk: Desk) -> None:
        window = desk.window
        assert window is not None
        qtbot.waitUntil(lambda: window.is_furnished and desk.context.not_opened is not None)
        told = window.findChildren(NoStorePane)[0].state.accessibleName()
        assert "newer Watchdesk" in told
        assert "Nothing was changed." in told

    run_desk(qtbot, profile, use)
    assert profile.work_db.read_bytes() == before


def test_a_profile_that_another_program_holds_is_told_until_it_is_free(qtbot: QtBot, tmp_path: Path) -> None:
    profile = Profile(tmp_path / "profile")
    run_desk(qtbot, profile, lambda desk: opened(qtbot, desk))
    lock = profile_lock.hold_alone(profile.root)

    def use(desk: Desk) -> None:
        window = desk.window
        assert window is not None
        qtbot.waitUntil(lambda: window.is_furnished and desk.context.not_opened is not None)
        (pane,) = window.findChildren(NoStorePane)
        assert "is in use by another Watchdesk" in pane.state.accessibleName()
        lock.close()
        pane.again.emit()
        qtbot.waitUntil(lambda: desk.context.opened is not None)
        qtbot.waitUntil(lambda: not window.findChildren(NoStorePane) and window.page is not None)

    try:
        run_desk(qtbot, profile, use)
    finally:
        lock.close()


def test_a_profile_that_can_only_be_read_shows_all_and_offers_no_edit(qtbot: QtBot, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    profile = Profile(disk / "profile")

    def write(desk: Desk) -> None:
        opened(qtbot, desk)
        assert desk.context.opened is not None
        new_ticket(desk.context.opened.work, {"title": "Lifts stand still"})

    def read(desk: Desk) -> None:
        opened(qtbot, desk)
        window = desk.window
        assert window is not None
        assert "Read only" in window.strip.accessibleName()
        window.show_page("queue")
        queue = window.queue
        assert queue is not None
        queue.start_with("all", "")
        qtbot.waitUntil(lambda: [ticket.title for ticket in queue.last_rows()] == ["Lifts stand still"])
        window.dispatcher.act("ticket.new")
        assert not window.findChildren(AskPanel)
        (toast,) = window.toasts.toasts
        assert "cannot be written. You can read everything." in toast.text
        assert "--data-dir" in toast.text

    with mounted(disk, "16m") as is_mounted:
        if not is_mounted:
            pytest.skip("mounting is not allowed here")
        run_desk(qtbot, profile, write)
        before = profile.work_db.read_bytes()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
        run_desk(qtbot, profile, read)
        assert profile.work_db.read_bytes() == before


def test_on_a_full_disk_the_form_keeps_what_was_typed_and_saves_it_later(qtbot: QtBot, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()

    def use(desk: Desk) -> None:
        opened(qtbot, desk)
        window, context = desk.window, desk.context
        assert window is not None
        assert context.opened is not None
        store = context.opened.store
        window.show_page("queue")
        window.dispatcher.act("ticket.new")
        (panel,) = window.findChildren(AskPanel)
        title = panel._fields["title"]
        QTest.keyClicks(title, "Lifts stand still")
        fill(disk)
        QTest.keyClick(title, Qt.Key.Key_Return)
        qtbot.waitUntil(panel._why.isVisible)
        assert "took no more" in panel._why.text()
        assert "all before it is safe" in panel._why.text()
        assert store.tickets.get("INC-1") is None
        (disk / "filler").unlink()
        QTest.keyClick(title, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: store.tickets.get("INC-1") is not None)
        made = store.tickets.get("INC-1")
        assert made is not None
        assert made.title == "Lifts stand still"

    with mounted(disk, "6m") as is_mounted:
        if not is_mounted:
            pytest.skip("mounting is not allowed here")
        run_desk(qtbot, Profile(disk / "profile"), use)


def fill(folder: Path) -> None:
    """Leave no room on the disk of a folder."""
    with (folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(b"\0" * 4_096)
