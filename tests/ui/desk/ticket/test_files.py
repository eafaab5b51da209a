"""Attachments from the ticket: opened as a harmless copy, saved where a person says, refused with the reason."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from app.domain.ticket import Ticket
from app.ui.desk.ticket.view import TicketView
from app.usecases.ticket import attach_file, comment_ticket
from tests.ui.desk.desk_fixture import Desk

LOG = b"14:21:07 pool_exhausted\n" * 40


class Desktop(QObject):
    """Stands for the programs of this computer: takes what it is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(Path(url.toLocalFile()))


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    made = Desktop()
    QDesktopServices.setUrlHandler("file", made, "take")
    yield made
    QDesktopServices.unsetUrlHandler("file")


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    return desk.ticket()


def attached(desk: Desk, ticket: Ticket, tmp_path: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        attach_file(desk.someone, ticket.id, path)


def opened(desk: Desk, qtbot: QtBot, ticket: Ticket, files: int) -> TicketView:
    view = TicketView(desk.context, desk.dispatcher, ticket.id)
    desk.mount(view)
    qtbot.waitExposed(desk.window)
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    qtbot.waitUntil(lambda: view.ticket is not None and len(view.side.file_rows) == files)
    view.focus_main()
    return view


def act(desk: Desk, key: Qt.Key, *, shift: bool = False) -> None:
    from PySide6.QtTest import QTest

    focus = QApplication.focusWidget()
    assert focus is not None
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(focus, key, modifier)


def test_a_row_tells_name_size_when_and_who(desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path) -> None:
    attached(desk, ticket, tmp_path, {"gateway.log": LOG})
    (row,) = opened(desk, qtbot, ticket, 1).side.file_rows
    assert row.accessibleName().startswith("gateway.log, 960 B, ")
    assert row.accessibleName().endswith(" by A. Kaya")
    assert [button.accessibleName() for button in row.buttons] == ["Open gateway.log", "Save as… gateway.log"]


def test_by_keyboard_it_is_opened_as_a_private_copy(
    desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path, desktop: Desktop
) -> None:
    attached(desk, ticket, tmp_path, {"gateway.log": LOG, "messages": b"Nov 12 eth0 up\n"})
    opened(desk, qtbot, ticket, 2)
    act(desk, Qt.Key.Key_A, shift=True)
    act(desk, Qt.Key.Key_Up)
    act(desk, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(desktop.opened) == 1)
    act(desk, Qt.Key.Key_Down)
    act(desk, Qt.Key.Key_O, shift=True)
    qtbot.waitUntil(lambda: len(desktop.opened) == 2)
    first, second = desktop.opened
    assert (first.name, second.name) == ("gateway.log", "messages.txt")
    assert first.read_bytes() == LOG
    assert stat.S_IMODE(first.stat().st_mode) == 0o400
    assert first.is_relative_to(desk.store.looking_folder)
    assert not desk.notices


@pytest.mark.parametrize(("name", "content"), [("collect.sh", b"echo\n"), ("notes.txt", b"#!/bin/sh\nrm -r x\n")])
def test_what_could_run_is_not_opened_and_the_reason_told(
    desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path, desktop: Desktop, name: str, content: bytes
) -> None:
    attached(desk, ticket, tmp_path, {name: content})
    view = opened(desk, qtbot, ticket, 1)
    act(desk, Qt.Key.Key_A, shift=True)
    act(desk, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.notices))
    assert desk.notices[-1].is_error
    assert desk.notices[-1].text.startswith(f"“{name}” is not opened from here.")
    assert not desktop.opened
    words = [button.text() for button in view.side.file_rows[0].buttons]
    assert words == (["Save as…"] if name.endswith(".sh") else ["Open", "Save as…"])


def test_a_file_that_is_gone_from_the_store_is_told(
    desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path, desktop: Desktop
) -> None:
    attached(desk, ticket, tmp_path, {"gateway.log": LOG})
    view = opened(desk, qtbot, ticket, 1)
    (kept,) = desk.store.tickets.attachments(ticket.id)
    (tmp_path / "profile" / "attachments" / kept.sha256[:2] / kept.sha256).unlink()
    qtbot.mouseClick(view.side.file_rows[0].buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(desk.notices))
    assert "cannot be read" in desk.notices[-1].text
    assert "The ticket itself is safe." in desk.notices[-1].text
    assert not desktop.opened


def save_dialog(qtbot: QtBot, view: TicketView) -> QFileDialog:
    qtbot.waitUntil(lambda: bool(view.findChildren(QFileDialog)))
    dialog = view.findChildren(QFileDialog)[-1]
    qtbot.waitExposed(dialog)
    return dialog


def name_in(dialog: QFileDialog) -> QLineEdit:
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    return line


def test_it_is_saved_where_the_dialog_says(desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path) -> None:
    attached(desk, ticket, tmp_path, {"gateway.log": LOG})
    view = opened(desk, qtbot, ticket, 1)
    act(desk, Qt.Key.Key_S, shift=True)
    dialog = save_dialog(qtbot, view)
    assert name_in(dialog).text() == "gateway.log"
    target = tmp_path / "mine.log"
    name_in(dialog).setText(str(target))
    qtbot.keyClick(name_in(dialog), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.notices))
    assert target.read_bytes() == LOG
    assert desk.notices[-1].text == f"Saved as {target} (960 B)."
    qtbot.waitUntil(lambda: not view.findChildren(QFileDialog))


def test_a_file_that_is_there_is_asked_about(desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path) -> None:
    attached(desk, ticket, tmp_path, {"gateway.log": LOG})
    target = tmp_path / "mine.log"
    target.write_text("mine")
    view = opened(desk, qtbot, ticket, 1)
    act(desk, Qt.Key.Key_S, shift=True)
    dialog = save_dialog(qtbot, view)
    asked: list[str] = []

    def say_no() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.No).click()

    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, say_no)
    name_in(dialog).setText(str(target))
    qtbot.keyClick(name_in(dialog), Qt.Key.Key_Return)
    assert len(asked) == 1
    assert "already exists" in asked[0]
    assert target.read_text() == "mine"
    dialog.reject()


def test_a_folder_that_cannot_take_it_is_told(desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path) -> None:
    attached(desk, ticket, tmp_path, {"gateway.log": LOG})
    view = opened(desk, qtbot, ticket, 1)
    view.files.save_to(view.side.file_rows[0].file, str(tmp_path / "absent" / "mine.log"))
    qtbot.waitUntil(lambda: bool(desk.notices))
    assert desk.notices[-1].is_error
    assert "cannot be reached" in desk.notices[-1].text
    assert "Nothing was saved there." in desk.notices[-1].text


def test_with_none_or_several_the_key_says_what_to_do(
    desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path, desktop: Desktop
) -> None:
    view = opened(desk, qtbot, ticket, 0)
    act(desk, Qt.Key.Key_O, shift=True)
    assert desk.notices[-1].text == "Nothing is attached to this ticket."
    attached(desk, ticket, tmp_path, {"a.log": b"a", "b.log": b"b"})
    view.refresh(comment_ticket(desk.someone, ticket.id, "two logs").touched)
    qtbot.waitUntil(lambda: len(view.side.file_rows) == 2)
    view.focus_main()
    act(desk, Qt.Key.Key_O, shift=True)
    assert desk.notices[-1].text.startswith("Which attachment?")
    assert not desktop.opened
    act(desk, Qt.Key.Key_O, shift=True)  # the newest one has the focus now
    qtbot.waitUntil(lambda: [path.name for path in desktop.opened] == ["b.log"])


def test_rows_and_focus_stay_when_the_ticket_is_read_again(
    desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path
) -> None:
    attached(desk, ticket, tmp_path, {"a.log": b"a"})
    view = opened(desk, qtbot, ticket, 1)
    act(desk, Qt.Key.Key_A, shift=True)
    (row,) = view.side.file_rows
    assert row.hasFocus()
    entries = len(view.shown_entries)
    view.refresh(comment_ticket(desk.someone, ticket.id, "seen").touched)
    qtbot.waitUntil(lambda: len(view.shown_entries) > entries)
    assert view.side.file_rows == [row]
    assert row.hasFocus()


def test_in_a_narrow_window_the_panel_comes_with_them(
    desk: Desk, qtbot: QtBot, ticket: Ticket, tmp_path: Path
) -> None:
    desk.window.resize(1318, 680)
    attached(desk, ticket, tmp_path, {"a.log": b"a"})
    view = opened(desk, qtbot, ticket, 1)
    assert view.side.isHidden()
    act(desk, Qt.Key.Key_A, shift=True)
    assert view.side.isVisible()
    assert view.side.file_rows[0].hasFocus()
