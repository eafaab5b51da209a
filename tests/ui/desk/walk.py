"""Walking the desk by keyboard alone: to a screen with something selected, and through an action by its key, or by
the palette where it has none."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.actions.action import BOARD, KNOWLEDGE, QUEUE, TICKET
from tests.ui.desk.frame_fixture import Frame

PLACES = {BOARD: "Ctrl+1", QUEUE: "Ctrl+2", TICKET: "Ctrl+2", KNOWLEDGE: "Ctrl+3"}


def go_to(frame: Frame, screen: str) -> None:
    """A screen with something selected on it."""
    frame.ticket(impact="1", urgency="1", team="Payments")
    article_id = frame.article()
    frame.press(PLACES[screen])
    frame.settle()
    if screen in (QUEUE, TICKET):
        queue = frame.window.queue
        assert queue is not None
        frame.qtbot.waitUntil(lambda: queue.table.current_row() is not None)
    if screen == TICKET:
        frame.press("Return")
        frame.qtbot.waitUntil(lambda: bool(frame.window.situation().tickets))
    if screen == KNOWLEDGE:
        frame.window.pages[KNOWLEDGE].open_article(article_id)  # type: ignore[attr-defined]
        frame.qtbot.waitUntil(lambda: frame.window.situation().article is not None)
    if screen == BOARD:
        frame.qtbot.waitUntil(lambda: bool(frame.window.situation().rows))
    frame.settle()
    page = frame.window.page
    assert page is not None
    page.focus_main()
    assert frame.window.situation().screen == screen


def do(frame: Frame, action_id: str) -> None:
    """Its first key; without one, its name in the palette."""
    action = frame.context.registry[action_id]
    if action.keys:
        frame.press(action.keys[0])
        # A key that a longer sequence begins with acts when its time is up.
        frame.qtbot.waitUntil(lambda: not frame.window.keys._timer.isActive())
    else:
        frame.press("Ctrl+K")
        frame.type(f"> {action.title}")
        frame.press("Return")
    QApplication.processEvents()
    frame.settle()
