"""The frame: every action by keyboard alone, notices, undo, panes, themes, and a closed window leaves nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.actions.action import BOARD, MENUS, QUEUE, SCREENS, Plan, Result, Target
from app.actions.registry import ALL_ACTIONS
from app.base.clock import SystemClock
from app.base.errors import DiskFull
from app.domain import freshness
from app.settings.workstation import BOARD_DENSITY, THEME
from app.ui.desk import strip
from app.ui.desk.ask import AskPanel
from app.ui.desk.board.page import BoardPage
from app.ui.desk.last_view import LastProblem, LastView
from app.ui.desk.menus import MENU_NAMES
from app.ui.desk.panel import Panel
from app.ui.desk.panes import panes_of
from app.ui.desk.preview import PreviewPanel
from app.ui.desk.queue.page import QueuePage
from app.ui.desk.window import DeskWindow
from app.ui.kit.single_window import SingleWindow
from app.ui.kit.table import DenseTable
from app.ui.kit.theme import current
from app.ui.parts.button import Button
from app.ui.parts.overlay import Overlay
from tests.ui.desk.frame_fixture import ME, Frame, colours_in, open_frame
from tests.ui.desk.walk import go_to

KEYS = [
    (screen, action.id, key)
    for screen in SCREENS
    for action in ALL_ACTIONS
    if screen in action.screens and action.id != "view.quit"
    for key in action.keys
]


@pytest.mark.slow
@pytest.mark.parametrize(("screen", "action_id", "key"), KEYS, ids=[" ".join(each) for each in KEYS])
def test_every_action_is_done_by_its_key(frame: Frame, screen: str, action_id: str, key: str) -> None:
    go_to(frame, screen)
    acted: list[str] = []
    act = frame.window.dispatcher.act
    frame.window.keys._act = lambda id_: (acted.append(id_), act(id_))  # type: ignore[assignment]
    for qt_action in frame.window.findChildren(QAction):
        qt_action.triggered.connect(partial(_note, acted, qt_action.objectName()))
    action = frame.context.registry[action_id]
    why_not = frame.window.dispatcher.why_not(action)
    told = list(frame.told)
    frame.press(key)
    # A key that a longer sequence begins with acts when its time is up.
    frame.qtbot.waitUntil(lambda: not frame.window.keys._timer.isActive())
    QApplication.processEvents()
    assert action_id in acted or (action_id == "move.open" and _is_opened(frame)), acted
    if why_not:
        assert frame.told != told
        assert why_not in frame.told
    frame.settle()
    for panel in frame.window.findChildren(Panel):
        panel.dismiss()


def _note(acted: list[str], name: str, _checked: bool = False) -> None:
    acted.append(name)


def _is_opened(frame: Frame) -> bool:
    """Return on a list is the list's own key: what it opens is in sight."""
    page = frame.window.page
    if isinstance(page, QueuePage):
        return page.ticket_view is not None
    if isinstance(page, BoardPage):
        return page.detail.isVisible()
    return frame.window.situation().article is not None


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_action_is_bound_where_it_is_offered(frame: Frame, screen: str) -> None:
    go_to(frame, screen)
    offered = {action.id for action in frame.context.registry.on(screen) if action.is_view}
    assert offered <= set(frame.window.handlers())


def test_every_menu_entry_is_an_action_with_a_help_and_its_key(frame: Frame) -> None:
    assert MENU_NAMES == MENUS
    assert [menu_action.text() for menu_action in frame.window.menuBar().actions()] == list(MENU_NAMES)
    for action in frame.context.registry:
        qt_action = frame.window.findChild(QAction, action.id)
        assert qt_action is not None
        assert qt_action.toolTip()
        if action.menu and action.keys:
            assert not qt_action.shortcut().isEmpty() or "\t" in qt_action.text()


@pytest.mark.parametrize("screen", SCREENS)
def test_f6_walks_every_pane_and_comes_back(frame: Frame, screen: str) -> None:
    go_to(frame, screen)
    page = frame.window.page
    assert page is not None
    panes = panes_of(page)
    assert len(panes) >= 3
    start = QApplication.focusWidget()
    walked = []
    for _ in panes:
        frame.press("F6")
        walked.append(QApplication.focusWidget())
    assert len(set(walked)) == len(panes)
    frame.press("Shift+F6")
    assert QApplication.focusWidget() is walked[-2]
    frame.press("F6")
    assert QApplication.focusWidget() is walked[-1]
    assert start is not None


@pytest.mark.parametrize("screen", SCREENS)
def test_whatever_takes_the_focus_has_a_name(frame: Frame, screen: str) -> None:
    go_to(frame, screen)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in frame.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not _spoken(widget)
    ]  # fmt: skip
    assert not nameless


def _spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    name = interface.text(QAccessible.Text.Name) if interface is not None else ""
    while not name and widget.parentWidget() is not None and widget.parentWidget().focusProxy() is widget:
        widget = widget.parentWidget()
        name = widget.accessibleName()
    return name


def test_an_edit_is_told_and_taken_back_by_key(frame: Frame) -> None:
    go_to(frame, QUEUE)
    ticket = frame.window.situation().tickets[0]
    frame.press("M")
    frame.qtbot.waitUntil(lambda: frame.now(ticket).assignee == ME)
    frame.qtbot.waitUntil(lambda: "Saved." in frame.told)
    frame.press("Ctrl+Z")
    frame.qtbot.waitUntil(lambda: frame.now(ticket).assignee is None)
    frame.settle()


def test_with_nothing_to_undo_the_key_says_so(frame: Frame) -> None:
    frame.press("Ctrl+Z")
    assert frame.told == ["There is nothing to undo."]


def test_a_form_keeps_its_text_when_it_is_refused(frame: Frame) -> None:
    go_to(frame, QUEUE)
    frame.press("N")
    panel = frame.window.findChild(AskPanel)
    assert panel is not None
    assert panel.isVisible()
    title = panel._fields["title"]
    assert QApplication.focusWidget() is title
    frame.press("Ctrl+Return")
    assert panel.isVisible()
    assert panel._why.isVisible()
    assert "Title" in panel._why.text()
    frame.type("Lifts stand still")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: frame.store.tickets.get("INC-2") is not None)
    made = frame.store.tickets.get("INC-2")
    assert made is not None
    assert made.title == "Lifts stand still"
    frame.settle()


def test_a_refusal_by_a_rule_is_shown_at_its_field(frame: Frame) -> None:
    go_to(frame, BOARD)
    frame.press("D")
    panel = frame.window.findChild(AskPanel)
    assert panel is not None
    duration, comment = panel._fields["duration"], panel._fields["comment"]
    assert QApplication.focusWidget() is duration
    duration.clear()  # type: ignore[attr-defined]
    frame.type("soon")
    comment.setFocus()
    frame.type("New disk")
    frame.press("Ctrl+Return")
    assert "soon" in panel._why.text()
    assert QApplication.focusWidget() is duration
    assert comment.toPlainText() == "New disk"  # type: ignore[attr-defined]
    frame.press("Esc")
    assert not panel.isVisible()
    assert not frame.core.pushed


@pytest.mark.parametrize("height", [640, 768, 1080])
def test_the_buttons_of_a_long_preview_stay_in_sight(frame: Frame, height: int) -> None:
    frame.window.resize(1366, height)
    many = tuple(Target(str(at), f"disk /srv/volume-{at} on host-{at}") for at in range(40))
    plan = Plan(
        "Acknowledge 40", many, lambda _means, _cancel: Result(()), tuple((each, "Not now.") for each in many)
    )
    panel = PreviewPanel(frame.window, plan, lambda: None)
    panel.popup()
    frame.settle()
    buttons = panel.findChildren(Button)
    assert len(buttons) == 2
    for button in buttons:
        assert frame.window.rect().contains(QRect(button.mapTo(frame.window, QPoint(0, 0)), button.size()))


@pytest.mark.parametrize("size", [(1100, 640), (1366, 768)])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_cut_off_in_a_small_window(frame: Frame, screen: str, size: tuple[int, int]) -> None:
    go_to(frame, screen)
    frame.window.resize(*size)
    assert frame.window.size().toTuple() == size
    frame.settle()
    page = frame.window.page
    assert page is not None
    assert not _cut_off(page, frame.window.rect(), page)
    for table in page.findChildren(DenseTable):
        if table.isVisible():
            shown = [at for at in range(table.model().columnCount()) if not table.isColumnHidden(at)]
            assert sum(table.columnWidth(at) for at in shown) <= table.viewport().width(), table.accessibleName()


@pytest.mark.parametrize("key", ["Ctrl+K", "?", "N", "Shift+A"])
@pytest.mark.parametrize("screen", [BOARD, QUEUE])
def test_what_opens_over_a_small_window_is_whole(frame: Frame, screen: str, key: str) -> None:
    go_to(frame, screen)
    frame.window.resize(1100, 640)
    frame.press(key)
    frame.settle()
    over = [
        (each.panel if isinstance(each, Overlay) else each)
        for each in [*frame.window.findChildren(Overlay), *frame.window.findChildren(Panel)]
        if each.isVisible()
    ]
    assert len(over) == any(key in action.keys for action in frame.context.registry.on(screen))
    for panel in over:
        room = QRect(panel.mapTo(frame.window, QPoint(0, 0)), panel.size())
        assert frame.window.rect().contains(room)
        assert not _cut_off(panel, room, frame.window)
        assert panel.height() >= panel.minimumSizeHint().height()


def _cut_off(parent: QWidget, room: QRect, above: QWidget) -> list[str]:
    """Buttons and fields that are smaller than their words, or stand outside of ``room`` of the window."""
    kinds = (QPushButton, Button, QLineEdit)
    found = []
    for widget in parent.findChildren(QWidget):
        if not isinstance(widget, kinds) or not widget.isVisibleTo(above) or _scrolls(widget):
            continue
        place = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())
        least = widget.minimumSizeHint()
        if not room.contains(place) or widget.width() < least.width() or widget.height() < least.height():
            found.append(f"{widget.accessibleName() or widget.objectName()} {place} in {room}, least {least}")
    return found


def _scrolls(widget: QWidget) -> bool:
    """Whether it can be scrolled into sight."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QAbstractScrollArea):
        parent = parent.parentWidget()
    return parent is not None


def test_several_are_shown_before_anything_is_done(frame: Frame) -> None:
    go_to(frame, BOARD)
    frame.press("Ctrl+A")
    frame.press("A")
    panel = frame.window.findChild(PreviewPanel)
    assert panel is not None
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "cancel"
    frame.press("Esc")
    assert not frame.core.pushed
    page = frame.window.page
    assert page is not None
    page.focus_main()
    frame.press("A")
    frame.press("Ctrl+Return")
    frame.qtbot.waitUntil(lambda: bool(frame.core.pushed))
    frame.settle()


def test_a_click_on_the_safe_button_does_nothing(frame: Frame) -> None:
    go_to(frame, BOARD)
    frame.press("Ctrl+A")
    frame.press("A")
    frame.press("Space")
    assert not [panel for panel in frame.window.findChildren(PreviewPanel) if panel.isVisible()]
    assert not frame.core.pushed


def test_a_key_typed_over_the_page_never_acts_on_it(frame: Frame) -> None:
    go_to(frame, BOARD)
    frame.press("Ctrl+A")
    frame.press("A")
    frame.press("X")
    frame.press("G, Q")
    assert frame.window.situation().screen == BOARD
    assert len(frame.window.situation().rows) > 1
    frame.press("Esc")
    frame.press("?")
    frame.press("Tab")
    frame.press("A")
    assert not frame.core.pushed
    frame.press("Esc")
    assert not [panel for panel in frame.window.findChildren(Overlay) if panel.isVisible()]


def test_the_theme_changes_and_is_kept(frame: Frame) -> None:
    kept: list[object] = []
    frame.context.keep_settings = kept.append
    before = current().mode
    frame.press("Ctrl+Alt+D")
    assert current().mode != before
    assert frame.context.settings[THEME] == current().mode
    frame.settle()
    assert kept == [frame.context.settings]


@pytest.mark.parametrize(
    ("key", "word", "height"), [("1", "compact", 20), ("2", "regular", 28), ("3", "comfortable", 44)]
)
def test_rows_have_the_height_that_was_asked_for(frame: Frame, key: str, word: str, height: int) -> None:
    frame.press(f"Ctrl+Alt+{key}")
    assert frame.context.settings[BOARD_DENSITY] == word
    page = frame.window.page
    assert isinstance(page, BoardPage)
    assert page.table.rowHeight(1) == height


def test_before_the_store_is_open_an_action_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with open_frame(qtbot, tmp_path, is_opened=False) as frame:
        frame.window.show_page(QUEUE)
        frame.press("N")
        assert frame.told == ["The store is still being opened."]


def test_an_error_stays_until_it_is_closed(frame: Frame) -> None:
    frame.window.show_trouble(DiskFull("The disk is full.", hint="Make room."))
    (toast,) = frame.window.toasts.toasts
    assert toast.is_error
    assert not toast._timer.isActive()
    assert "Make room." in toast.text


def test_strip_words_are_those_of_the_domain() -> None:
    assert (strip.LIVE, strip.STALE, strip.UNKNOWN) == (freshness.LIVE, freshness.STALE, freshness.UNKNOWN)


def test_the_last_view_is_painted_as_old(qtbot: QtBot) -> None:
    now_at = SystemClock().now()
    problems = (LastProblem("card payments", "pay-1", "refused", "nagios-core", "critical", now_at - 60_000),)
    last = LastView(
        now_at - 60_000, "board", problems=problems, counts=(("critical", 1),), sources=(("nagios-core", now_at),)
    )
    window = DeskWindow()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show_last(last)
    with qtbot.waitSignal(window.painted):
        window.show()
    picture = window.grab().toImage()
    told = window.strip.accessibleName()
    assert "as of" in told
    assert "stale" in told
    assert colours_in(picture) & {current().hex("state.ok.fill").lower()} == set()
    window.close()


def test_a_second_start_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    key = f"watchdesk-test-{tmp_path.name}"[:60]
    window = QWidget()
    qtbot.addWidget(window)
    first, second = SingleWindow(key), SingleWindow(key)
    assert not first.raise_other()
    first.listen(window)
    window.showMinimized()
    assert second.raise_other()
    qtbot.waitUntil(lambda: not window.isMinimized())
    first.close()
    assert not second.raise_other()
