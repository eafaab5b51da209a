"""The palette finds actions and things by a few letters, and says why something cannot be done."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.ui.desk.palette import Palette, matched
from tests.ui.desk.frame_fixture import Frame


def opened(frame: Frame) -> Palette:
    frame.press("Ctrl+K")
    palette = frame.window._open_palette
    assert isinstance(palette, Palette)
    assert QApplication.focusWidget() is palette.field
    return palette


def ids(palette: Palette) -> list[str]:
    return [entry.id for entry in palette.entries()]


def test_every_action_is_offered(frame: Frame) -> None:
    palette = opened(frame)
    frame.type("> ")
    offered = ids(palette)
    assert "action:go.queue" in offered
    frame.type("dark")
    assert ids(palette)[0] == "action:view.theme"
    frame.press("Esc")
    assert not palette.overlay.isVisible()


def test_enter_does_what_is_chosen_and_the_focus_comes_back(frame: Frame) -> None:
    opened(frame)
    frame.type("queue")
    frame.press("Return")
    assert frame.window.situation().screen == "queue"


def test_things_are_found_and_opened(frame: Frame) -> None:
    ticket = frame.ticket(title="Lifts stand still")
    article_id = frame.article("Lifts, a guide")
    frame.settle()
    palette = opened(frame)
    frame.type("lifts")
    frame.qtbot.waitUntil(lambda: {f"ticket:{ticket.id}", f"article:{article_id}"} <= set(ids(palette)))
    frame.press("Esc")
    palette = opened(frame)
    frame.type("@card")
    frame.qtbot.waitUntil(lambda: ids(palette) == [f"row:{frame.core.rows[0].id}"])
    frame.press("Return")
    assert frame.window.situation().rows[0].name == "card payments"


def test_a_number_opens_its_ticket(frame: Frame) -> None:
    ticket = frame.ticket()
    palette = opened(frame)
    frame.type(f"#{ticket.number.lower()}")
    frame.qtbot.waitUntil(lambda: ids(palette) == [f"ticket:{ticket.id}"])
    frame.press("Return")
    frame.qtbot.waitUntil(lambda: frame.window.situation().tickets == (frame.now(ticket),))


def test_what_cannot_be_done_says_why_and_does_nothing(frame: Frame) -> None:
    palette = opened(frame)
    frame.type("> close tab")
    entry = palette.entries()[0]
    assert entry.why_not == "Not on this screen."
    frame.press("Return")
    assert palette.overlay.isVisible()
    frame.press("Esc")


def test_the_letters_that_were_typed_are_told_in_every_kind_of_entry(frame: Frame) -> None:
    assert matched("INC-1 Card payments", "pay car") == ((6, 9), (11, 14))
    assert matched("Something else", "pay") == ()
    frame.ticket(title="Lifts stand still")
    frame.article("Lifts and stairs")
    palette = opened(frame)
    frame.type("lift")
    frame.qtbot.waitUntil(lambda: {entry.id.split(":")[0] for entry in palette.entries()} >= {"ticket", "article"})
    for entry in palette.entries():
        assert [entry.title[start:end].casefold() for start, end in entry.spans] == ["lift"]
