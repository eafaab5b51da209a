"""The palette finds actions and things by a few letters, and says why something cannot be done."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.ui.desk.palette import Palette
from app.ui.desk.palette_entries import matched
from app.ui.kit.roles import ROW, Section
from tests.ui.desk.frame_fixture import Frame


def opened(frame: Frame) -> Palette:
    frame.press("Ctrl+K")
    palette = frame.window.own.open_palette
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


def test_without_letters_the_actions_stand_in_their_own_order(frame: Frame) -> None:
    palette = opened(frame)
    can = [entry.id for entry in palette.entries() if not entry.why_not]
    known = [f"action:{action.id}" for action in frame.context.registry]
    assert can == sorted(can, key=known.index)
    assert can[0] != "action:view.quit"


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


def test_heads_are_lower_than_entries_whatever_is_typed(frame: Frame) -> None:
    frame.article("Lifts and stairs")
    palette = opened(frame)
    for letters in ("lift", ">", "e", "a", "> "):
        frame.press("Ctrl+A")
        frame.type(letters)
        frame.settle()
        model = palette.table.model()
        heights: dict[bool, set[int]] = {True: set(), False: set()}
        for row in range(model.rowCount()):
            is_head = isinstance(model.index(row, 0).data(ROW), Section)
            heights[is_head].add(palette.table.rowHeight(row))
        assert heights == {True: {20}, False: {36}}


def test_a_list_with_nothing_in_it_says_what_to_do(frame: Frame) -> None:
    palette = opened(frame)
    frame.type("xyzzy")
    frame.qtbot.waitUntil(lambda: palette._nothing.isVisible())
    assert palette._nothing.accessibleName() == "Nothing has “xyzzy”. Try fewer letters."
    frame.press("Ctrl+A")
    frame.type("#")
    assert palette._nothing.accessibleName() == "Type a few letters of what you look for."
    frame.type("xyzzy")
    frame.qtbot.waitUntil(lambda: "look everywhere" in palette._nothing.accessibleName())
    frame.press("Ctrl+A")
    frame.type("dark")
    assert not palette._nothing.isVisible()
    frame.press("Esc")
