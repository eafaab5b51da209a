"""What every action does, asked for by keyboard alone: a table with a check for each. A new action needs one too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.actions.action import BOARD, KNOWLEDGE, QUEUE, TICKET
from app.actions.registry import ALL_ACTIONS
from app.base.errors import NeedsSignIn
from app.domain import command, ticket
from app.domain.ticket import Ticket, TimelineEntry
from app.ui.desk.board.page import BoardPage
from app.ui.desk.knowledge.page import KnowledgePage
from app.ui.desk.page_bar import PageBar
from app.ui.desk.panes import panes_of
from app.ui.desk.queue.page import QueuePage
from app.ui.desk.ticket.view import TicketView
from app.ui.kit.table import DenseTable
from app.ui.kit.theme import current
from app.ui.parts.overlay import Overlay
from app.usecases.ticket import attach_file
from tests.ui.desk.frame_fixture import ME, SOURCE, Frame
from tests.ui.desk.walk import do, go_to

Check = Callable[[Frame], None]
LISTS = (BOARD, QUEUE, KNOWLEDGE)


def page_of(frame: Frame) -> QWidget:
    page = frame.window.page
    assert page is not None
    return page


def board(frame: Frame) -> BoardPage:
    go_to(frame, BOARD)
    return cast("BoardPage", page_of(frame))


def queue(frame: Frame, more: int = 0) -> QueuePage:
    for number in range(more):
        frame.ticket(title=f"Lift {number} stands still", team="Buildings")
    go_to(frame, QUEUE)
    return cast("QueuePage", page_of(frame))


def opened(frame: Frame) -> TicketView:
    go_to(frame, TICKET)
    view = cast("QueuePage", page_of(frame)).ticket_view
    assert view is not None
    return view


def knowledge(frame: Frame) -> KnowledgePage:
    go_to(frame, KNOWLEDGE)
    return cast("KnowledgePage", page_of(frame))


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def chosen(frame: Frame) -> Ticket:
    (found,) = frame.window.situation().tickets
    return found


def entries(frame: Frame, of: Ticket) -> list[TimelineEntry]:
    return list(frame.store.tickets.timeline(of.id))


# -- everywhere -------------------------------------------------------------------------------------------------


def overlay(frame: Frame, name: str, action_id: str) -> None:
    go_to(frame, BOARD)
    do(frame, action_id)
    (shown,) = [each for each in frame.window.findChildren(Overlay) if each.isVisible()]
    assert shown.objectName() == name
    assert shown.isAncestorOf(focus())


def query(frame: Frame) -> None:
    for screen in LISTS:
        go_to(frame, screen)
        do(frame, "view.query")
        bar = page_of(frame).findChild(PageBar)
        assert bar is not None
        assert focus() is bar.field.line


def back(frame: Frame) -> None:
    page = board(frame)
    before = page.model.rowCount()
    do(frame, "view.query")
    frame.type("db-1")
    frame.press("Return")
    frame.qtbot.waitUntil(lambda: page.model.rowCount() < before)
    do(frame, "view.back")
    frame.qtbot.waitUntil(lambda: page.model.rowCount() == before)
    assert page.bar.field.text() == ""


def pane(frame: Frame, action_id: str) -> None:
    page = board(frame)
    panes = panes_of(page)
    start = focus()
    do(frame, action_id)
    assert focus() is not start
    assert focus() in panes.values()


def undo(frame: Frame) -> None:
    queue(frame)
    ticket_ = chosen(frame)
    do(frame, "ticket.mine")
    frame.qtbot.waitUntil(lambda: frame.now(ticket_).assignee == ME)
    do(frame, "view.undo")
    frame.qtbot.waitUntil(lambda: frame.now(ticket_).assignee is None)


def redo(frame: Frame) -> None:
    undo(frame)
    ticket_ = chosen(frame)
    do(frame, "view.redo")
    frame.qtbot.waitUntil(lambda: frame.now(ticket_).assignee == ME)


def hold(frame: Frame) -> None:
    page = board(frame)
    do(frame, "view.hold")
    assert page.table.is_holding
    do(frame, "view.hold")
    assert not page.table.is_holding


def ask_now(frame: Frame) -> None:
    go_to(frame, BOARD)
    before = len(frame.core.asked)
    do(frame, "view.ask_now")
    frame.qtbot.waitUntil(lambda: len(frame.core.asked) > before)
    frame.settle()


def resume(frame: Frame) -> None:
    page = board(frame)
    frame.core.script = [NeedsSignIn("It did not accept the password.", status=401)]
    frame.poller.poll_now(SOURCE)
    frame.qtbot.waitUntil(lambda: frame.window.feed.paused == (SOURCE,))
    frame.settle()
    before = len(frame.core.asked)
    assert page.banner.isVisible()
    do(frame, "source.resume")
    frame.qtbot.waitUntil(lambda: len(frame.core.asked) == before + 1 and not frame.window.feed.paused)
    frame.qtbot.waitUntil(lambda: not page.banner.isVisible())
    frame.settle()


def theme(frame: Frame) -> None:
    before = current().mode
    do(frame, "view.theme")
    assert current().mode != before


def close(frame: Frame) -> None:
    frame.press(frame.context.registry["view.quit"].keys[0])
    assert not frame.window.isVisible()


def go(frame: Frame, screen: str) -> None:
    go_to(frame, BOARD if screen != BOARD else QUEUE)
    do(frame, f"go.{screen}")
    assert frame.window.situation().screen == screen


# -- lists ------------------------------------------------------------------------------------------------------


def table(frame: Frame) -> DenseTable:
    """The list that has the focus."""
    found = focus()
    assert isinstance(found, DenseTable)
    return found


def move(frame: Frame, screen: str) -> None:
    frame.ticket(title="A second one")
    frame.article("A second one")
    go_to(frame, screen)
    shown = table(frame)
    frame.press("Ctrl+Home")
    start = shown.currentIndex().row()
    do(frame, "move.down")
    after = shown.currentIndex().row()
    assert after > start
    do(frame, "move.up")
    assert shown.currentIndex().row() < after


def moves(frame: Frame) -> None:
    for screen in LISTS:
        move(frame, screen)


def open_current(frame: Frame) -> None:
    page = queue(frame)
    do(frame, "move.open")
    assert page.ticket_view is not None
    first = board(frame)
    do(frame, "view.detail")
    is_shown = first.detail.isVisible()
    do(frame, "move.open")
    assert (is_shown, first.detail.isVisible()) == (False, True)


def tick(frame: Frame) -> None:
    page = board(frame)
    do(frame, "move.tick")
    assert len(page.table.lines.ticked) == 1
    do(frame, "move.tick")
    assert not page.table.lines.ticked


def tick_on(frame: Frame, action_id: str) -> None:
    page = board(frame)
    if action_id == "move.tick_up":
        do(frame, "move.down")
    before = page.table.row()
    do(frame, action_id)
    assert before is not None
    assert page.table.lines.ticked == {before.row.id}
    assert page.table.row() != before


def tick_all(frame: Frame) -> None:
    page = board(frame)
    do(frame, "move.tick_all")
    assert page.table.lines.ticked == {line.row.id for line in page.table.lines.rows()}
    queue(frame, more=2)
    do(frame, "move.tick_all")
    assert len(frame.window.situation().tickets) >= 3


def section(frame: Frame) -> None:
    shown = board(frame).table
    start = shown.currentIndex().row()
    do(frame, "move.next_section")
    after = shown.currentIndex().row()
    assert after > start
    do(frame, "move.previous_section")
    assert shown.currentIndex().row() < after


def view_of_queue(frame: Frame) -> None:
    page = queue(frame)
    before = page.view_name
    do(frame, "move.next_section")
    after = page.view_name
    assert after != before
    do(frame, "move.previous_section")
    assert page.view_name == before
    section(frame)


def detail(frame: Frame) -> None:
    page = board(frame)
    before = page.detail.isVisible()
    do(frame, "view.detail")
    assert page.detail.isVisible() != before
    do(frame, "view.detail")
    assert page.detail.isVisible() == before


def left_pane(frame: Frame) -> None:
    page = board(frame)
    assert page.panes.services.isVisible()
    do(frame, "view.services")
    assert not page.panes.services.isVisible()
    articles = knowledge(frame)
    do(frame, "view.services")
    assert not articles.finder.isVisible()


def density(frame: Frame, word: str, height: int) -> None:
    page = board(frame)
    do(frame, "view.comfortable" if word != "comfortable" else "view.compact")
    do(frame, f"view.{word}")
    assert page.table.rowHeight(1) == height


def chart(frame: Frame, action_id: str, grows: bool) -> None:
    page = board(frame)
    before = page.reading.window_ms
    do(frame, action_id)
    assert (page.reading.window_ms > before) == grows
    assert page.reading.window_ms != before


def copied(frame: Frame, action_id: str) -> str:
    QGuiApplication.clipboard().clear()
    do(frame, action_id)
    return QGuiApplication.clipboard().text()


def copy_number(frame: Frame) -> None:
    queue(frame)
    assert copied(frame, "copy.number") == chosen(frame).number


def copy_number_title(frame: Frame) -> None:
    queue(frame)
    text = copied(frame, "copy.number_title")
    assert chosen(frame).number in text
    assert chosen(frame).title in text


def copy_rows(frame: Frame) -> None:
    go_to(frame, BOARD)
    text = copied(frame, "copy.rows")
    (row,) = frame.window.situation().rows
    assert {row.name, row.host, row.source} <= set(text.split("\t"))


# -- a ticket ---------------------------------------------------------------------------------------------------


def close_tab(frame: Frame) -> None:
    opened(frame)
    do(frame, "ticket.close_tab")
    assert cast("QueuePage", page_of(frame)).ticket_view is None


def mode(frame: Frame) -> None:
    composer = opened(frame).composer
    before = composer.mode
    do(frame, "ticket.mode")
    assert composer.mode != before


def write(frame: Frame, action_id: str, kind: str) -> None:
    view = opened(frame)
    ticket_ = chosen(frame)
    do(frame, action_id)
    assert view.composer.mode == kind
    frame.type("Two of three nodes answer.")
    frame.press("Ctrl+Return")
    if view.composer.is_asking:
        frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: (kind, "Two of three nodes answer.") in told(frame, ticket_))
    frame.settle()


def told(frame: Frame, of: Ticket) -> list[tuple[str, str]]:
    return [(entry.kind, entry.text or "") for entry in entries(frame, of)]


def fields(frame: Frame) -> None:
    view = opened(frame)
    do(frame, "ticket.fields")
    assert view.fields.isAncestorOf(focus())


def new_ticket(frame: Frame) -> None:
    queue(frame)
    do(frame, "ticket.new")
    frame.type("Lifts stand still")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: (made := frame.store.tickets.get("INC-2")) is not None and "Lifts" in made.title)
    frame.settle()


def from_problem(frame: Frame) -> None:
    go_to(frame, BOARD)
    (row,) = frame.window.situation().rows
    do(frame, "problem.ticket")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: (made := frame.store.tickets.get("INC-2")) is not None and row.name in made.title)
    frame.settle()


def mine(frame: Frame) -> None:
    queue(frame)
    ticket_ = chosen(frame)
    do(frame, "ticket.mine")
    frame.qtbot.waitUntil(lambda: frame.now(ticket_).assignee == ME)


def change_status(frame: Frame) -> None:
    queue(frame)
    ticket_ = chosen(frame)
    do(frame, "ticket.move")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: frame.now(ticket_).status == ticket.OPEN)
    frame.settle()


def resolve(frame: Frame) -> None:
    queue(frame)
    ticket_ = chosen(frame)
    do(frame, "ticket.resolve")
    frame.type("Restarted the gateway.")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: frame.now(ticket_).status == ticket.RESOLVED)
    assert frame.now(ticket_).resolution == "Restarted the gateway."
    frame.settle()


def comment_ticket(frame: Frame) -> None:
    queue(frame)
    ticket_ = chosen(frame)
    do(frame, "ticket.comment")
    frame.type("Seen before.")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: (ticket.INTERNAL, "Seen before.") in told(frame, ticket_))
    frame.settle()


def attach(frame: Frame) -> None:
    queue(frame)
    ticket_ = chosen(frame)
    do(frame, "ticket.attach")
    frame.type(__file__)
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(
        lambda: [each.name for each in frame.store.tickets.attachments(ticket_.id)] == [Path(__file__).name]
    )
    frame.settle()


def with_file(frame: Frame, content: bytes = b"14:21 pool_exhausted") -> TicketView:
    view = opened(frame)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gateway.log"
        path.write_bytes(content)
        frame.context.touched.emit(attach_file(frame.someone, chosen(frame).id, path).touched)
    frame.qtbot.waitUntil(lambda: bool(view.side.file_rows))
    return view


def files(frame: Frame) -> None:
    view = with_file(frame)
    do(frame, "ticket.files")
    assert view.side.file_rows[0].hasFocus()


def open_file(frame: Frame) -> None:
    with_file(frame)
    taken: list[str] = []
    desktop = Desktop(taken)
    QDesktopServices.setUrlHandler("file", desktop, "take")
    try:
        do(frame, "ticket.open_file")
        frame.qtbot.waitUntil(lambda: bool(taken))
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert Path(taken[0]).read_bytes() == b"14:21 pool_exhausted"


class Desktop(QObject):
    """Takes what the desktop is asked to open."""

    def __init__(self, taken: list[str]) -> None:
        super().__init__()
        self._taken = taken

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self._taken.append(url.toLocalFile())


def save_file(frame: Frame) -> None:
    with_file(frame)
    do(frame, "ticket.save_file")
    with tempfile.TemporaryDirectory() as folder:
        frame.press("Ctrl+A")
        frame.type(f"{folder}/mine.log")
        frame.press("Return")
        frame.qtbot.waitUntil(lambda: any(text.startswith("Saved as") for text in frame.told))
        assert (Path(folder) / "mine.log").read_bytes() == b"14:21 pool_exhausted"
    frame.settle()


def keep_view(frame: Frame) -> None:
    page = queue(frame)
    do(frame, "view.query")
    frame.press("Ctrl+A")
    frame.type("team:Payments")
    frame.press("Return")
    frame.settle()
    page.focus_main()
    do(frame, "queue.keep_view")
    frame.type("Ours")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: ("Ours", "team:Payments") in views(frame))
    frame.settle()


def drop_view(frame: Frame) -> None:
    keep_view(frame)
    page = cast("QueuePage", page_of(frame))
    for _ in range(20):
        if page.view_name == "Ours":
            break
        do(frame, "move.next_section")
    assert page.view_name == "Ours"
    do(frame, "queue.drop_view")
    frame.qtbot.waitUntil(lambda: "Ours" not in [name for name, _ in views(frame)])
    frame.settle()


def views(frame: Frame) -> list[tuple[str, str]]:
    return [(view.name, view.query) for view in frame.store.team.views()]


# -- problems and articles --------------------------------------------------------------------------------------


def push(frame: Frame, action_id: str, verb: str, typed: str = "") -> None:
    go_to(frame, BOARD)
    (row,) = frame.window.situation().rows
    do(frame, action_id)
    if action_id == "problem.downtime":
        frame.press("Tab")
    if typed:
        frame.type(typed)
        frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: bool(frame.core.pushed))
    (pushed, ids) = frame.core.pushed[0]
    assert (pushed.verb, ids, pushed.author) == (verb, (row.id,), ME)
    assert typed in pushed.comment
    frame.settle()


def edit(frame: Frame) -> None:
    page = knowledge(frame)
    do(frame, "article.edit")
    assert page.is_editing
    frame.press("Ctrl+E")
    assert not page.is_editing


def new_article(frame: Frame) -> None:
    page = knowledge(frame)
    do(frame, "article.new")
    assert page.is_editing
    assert frame.window.situation().article is None
    frame.press("Ctrl+E")
    assert not page.is_editing


def save(frame: Frame) -> None:
    page = knowledge(frame)
    article = frame.window.situation().article
    assert article is not None
    do(frame, "article.edit")
    page.editor.form.body.setFocus()
    frame.press("Ctrl+End")
    frame.type(" Then breathe.")
    do(frame, "article.save")
    frame.qtbot.waitUntil(lambda: len(frame.store.articles.versions(article.id)) == 2)
    saved = frame.store.articles.get(article.id)
    assert saved is not None
    assert "Then breathe." in saved.body
    frame.settle()


EFFECTS: dict[str, Check] = {
    "view.palette": partial(overlay, name="palette", action_id="view.palette"),
    "view.query": query,
    "view.keys": partial(overlay, name="key-sheet", action_id="view.keys"),
    "view.back": back,
    "view.next_pane": partial(pane, action_id="view.next_pane"),
    "view.previous_pane": partial(pane, action_id="view.previous_pane"),
    "view.undo": undo,
    "view.redo": redo,
    "view.hold": hold,
    "view.ask_now": ask_now,
    "view.theme": theme,
    "view.quit": close,
    "go.board": partial(go, screen=BOARD),
    "go.queue": partial(go, screen=QUEUE),
    "go.knowledge": partial(go, screen=KNOWLEDGE),
    "move.down": moves,
    "move.up": moves,
    "move.open": open_current,
    "move.tick": tick,
    "move.tick_down": partial(tick_on, action_id="move.tick_down"),
    "move.tick_up": partial(tick_on, action_id="move.tick_up"),
    "move.tick_all": tick_all,
    "move.next_section": view_of_queue,
    "move.previous_section": view_of_queue,
    "view.detail": detail,
    "view.services": left_pane,
    "view.compact": partial(density, word="compact", height=20),
    "view.regular": partial(density, word="regular", height=28),
    "view.comfortable": partial(density, word="comfortable", height=44),
    "chart.longer": partial(chart, action_id="chart.longer", grows=True),
    "chart.shorter": partial(chart, action_id="chart.shorter", grows=False),
    "copy.number": copy_number,
    "copy.number_title": copy_number_title,
    "copy.rows": copy_rows,
    "ticket.close_tab": close_tab,
    "ticket.mode": mode,
    "ticket.note": partial(write, action_id="ticket.note", kind=ticket.INTERNAL),
    "ticket.reply": partial(write, action_id="ticket.reply", kind=ticket.PUBLIC),
    "ticket.fields": fields,
    "article.edit": edit,
    "article.new": new_article,
    "article.save": save,
    "queue.keep_view": keep_view,
    "queue.drop_view": drop_view,
    "problem.acknowledge": partial(push, action_id="problem.acknowledge", verb=command.ACKNOWLEDGE),
    "problem.acknowledge_with": partial(
        push, action_id="problem.acknowledge_with", verb=command.ACKNOWLEDGE, typed="Vendor is told."
    ),
    "problem.downtime": partial(push, action_id="problem.downtime", verb=command.DOWNTIME, typed="New disk."),
    "problem.recheck": partial(push, action_id="problem.recheck", verb=command.RECHECK),
    "problem.comment": partial(push, action_id="problem.comment", verb=command.COMMENT, typed="Known since May."),
    "problem.ticket": from_problem,
    "source.resume": resume,
    "ticket.new": new_ticket,
    "ticket.mine": mine,
    "ticket.move": change_status,
    "ticket.resolve": resolve,
    "ticket.comment": comment_ticket,
    "ticket.attach": attach,
    "ticket.files": files,
    "ticket.open_file": open_file,
    "ticket.save_file": save_file,
}


@pytest.mark.parametrize("action_id", [action.id for action in ALL_ACTIONS])
def test_every_action_has_its_effect_by_keyboard_alone(frame: Frame, action_id: str) -> None:
    assert action_id in EFFECTS, "a new action needs a check of what it does"
    EFFECTS[action_id](frame)


def test_no_check_is_left_of_an_action_that_is_gone() -> None:
    assert set(EFFECTS) == {action.id for action in ALL_ACTIONS}
