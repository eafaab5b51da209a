"""The query field: what is typed is told once it rests and is sound; offers never take the focus."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QFocusEvent, QTextCharFormat
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.ui.kit import theme
from app.ui.parts.filter_bar import FilterBar


class Token(NamedTuple):
    start: int
    end: int
    role: str


class Offer(NamedTuple):
    text: str
    start: int
    end: int
    help: str = ""


class Fault(NamedTuple):
    message: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Everything up to the colon is a field."""
    colon = text.find(":")
    return [Token(0, colon + 1, "field")] if colon >= 0 else []


def complete(text: str, cursor: int) -> list[Offer]:
    """Words that begin like the one at the cursor."""
    start = text.rfind(" ", 0, cursor) + 1
    typed = text[start:cursor]
    return [
        Offer(word, start, cursor) for word in ("is:problem", "is:open", "host:") if typed and word.startswith(typed)
    ]


def check(text: str) -> Fault | None:
    """``bad`` is not a word."""
    at = text.find("bad")
    return Fault("There is no word 'bad'.", at, at + 3) if at >= 0 else None


@pytest.fixture
def bar(qtbot):
    """A bar in a window."""
    window = QWidget()
    qtbot.addWidget(window)
    made = FilterBar(window, tokens=tokens, complete=complete, check=check, hint="Filter")
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addStretch(1)
    window.resize(700, 400)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    made.line.setFocus()
    qtbot.waitUntil(made.line.hasFocus)
    yield made
    window.close()


def formats(bar: FilterBar) -> list[tuple[int, int, QTextCharFormat]]:
    """(start, length, format) of the line."""
    return [
        (r.start, r.length, QTextCharFormat(r.format)) for r in bar.line.document().firstBlock().layout().formats()
    ]


def test_typing_is_told_when_it_rests(bar, qtbot):
    with qtbot.waitSignal(bar.queryChanged) as told:
        qtbot.keyClicks(bar.line, "zx")
    assert told.args == ["zx"]


def test_enter_tells_at_once(bar, qtbot):
    qtbot.keyClicks(bar.line, "zx")
    with qtbot.waitSignal(bar.submitted) as told:
        qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert told.args == ["zx"]
    assert bar.text() == "zx"


def test_a_faulty_query_is_marked_and_not_told(bar, qtbot):
    with qtbot.assertNotEmitted(bar.queryChanged):
        bar.set_text("so bad")
    assert bar.fault().message == "There is no word 'bad'."
    marked = [(start, length) for start, length, format_ in formats(bar)
              if format_.underlineStyle() == QTextCharFormat.UnderlineStyle.WaveUnderline]  # fmt: skip
    assert sum(length for _, length in marked) == 3
    assert min(start for start, _ in marked) == 3
    assert bar._sentence.isVisible()
    with qtbot.waitSignal(bar.queryChanged):
        bar.set_text("so good")
    assert bar.fault() is None
    assert not bar._sentence.isVisible()


def test_the_same_query_is_told_once(bar, qtbot):
    with qtbot.waitSignal(bar.queryChanged):
        bar.set_text("one")
    with qtbot.assertNotEmitted(bar.queryChanged):
        bar.set_text("one")


def test_fields_are_coloured(bar):
    bar.set_text("is:open")
    start, length, format_ = formats(bar)[0]
    assert (start, length) == (0, 3)
    assert format_.foreground().color() == theme.current().color("accent.text")


def test_offers_are_taken_by_tab_and_keep_the_focus(bar, qtbot):
    qtbot.keyClicks(bar.line, "x is")
    assert [offer.text for offer in bar._offers.offers] == ["is:problem", "is:open"]
    assert bar._offers.isVisible()
    assert bar.line.hasFocus()
    qtbot.keyClick(bar.line, Qt.Key.Key_Down)
    qtbot.keyClick(bar.line, Qt.Key.Key_Down)
    qtbot.keyClick(bar.line, Qt.Key.Key_Tab)
    assert bar.text() == "x is:open"
    assert bar.line.hasFocus()


def test_escape_closes_the_offers_first(bar, qtbot):
    qtbot.keyClicks(bar.line, "is")
    with qtbot.assertNotEmitted(bar.left):
        qtbot.keyClick(bar.line, Qt.Key.Key_Escape)
    assert not bar._offers.isVisible()
    with qtbot.waitSignal(bar.left):
        qtbot.keyClick(bar.line, Qt.Key.Key_Escape)
    assert bar.text() == "is"


def test_a_pasted_text_stays_on_one_line(bar):
    pasted = QMimeData()
    pasted.setText("is:open\nhost:a\tb")
    bar.line.insertFromMimeData(pasted)
    assert bar.text() == "is:open host:a b"


@pytest.mark.parametrize("text", ["", " ", '"', "(" * 400, "ü:ä\u202e", "a" * 5_000])
def test_any_text_draws(bar, text):
    bar.set_text(text)
    bar.set_note("1 284 tickets")
    assert not bar.grab().isNull()


def test_half_a_query_is_no_mistake_until_it_is_left(bar, qtbot):
    with qtbot.assertNotEmitted(bar.queryChanged, wait=300):
        qtbot.keyClicks(bar.line, "so bad")
    assert bar.fault() is None
    assert not bar._sentence.isVisible()
    bar.line.clearFocus()
    assert bar.fault().message == "There is no word 'bad'."
    assert bar._sentence.isVisible()
    bar.line.setFocus()
    qtbot.keyClick(bar.line, Qt.Key.Key_Backspace)
    assert bar.fault() is None
    assert not bar._sentence.isVisible()


def test_a_mistake_is_told_when_it_is_submitted(bar, qtbot):
    qtbot.keyClicks(bar.line, "is bad")
    with qtbot.assertNotEmitted(bar.submitted):
        qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert bar.fault() is not None
    assert bar.line.hasFocus()


@pytest.mark.parametrize("reason", [Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason])
def test_looking_elsewhere_for_a_while_is_not_leaving(bar, qtbot, reason):
    qtbot.keyClicks(bar.line, "so bad")
    QApplication.sendEvent(bar.line, QFocusEvent(QEvent.Type.FocusOut, reason))
    assert bar.fault() is None
    QApplication.sendEvent(bar.line, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert bar.fault() is not None


@pytest.mark.parametrize("typed", ["bad", "bad " + "x" * 300])
@pytest.mark.parametrize("width", [320, 700])
def test_the_sentence_stands_in_the_field_beside_what_is_typed(bar, qtbot, typed, width):
    bar.set_note("1 284 tickets")
    bar.setFixedWidth(width)
    bar.set_text(typed)
    QApplication.processEvents()
    sentence, line = bar._sentence.geometry(), bar.line.geometry()
    assert bar.rect().contains(sentence)
    assert not sentence.intersects(line)
    assert line.width() >= bar.width() // 4
    assert "bad" in bar._sentence.text() or "bad" in bar._sentence.toolTip()


def test_a_hint_without_room_ends_in_dots(qtbot):
    narrow = FilterBar(hint="Find problems: words, h:host, is:unhandled")
    qtbot.addWidget(narrow)
    narrow.set_note("31 rows")
    narrow.resize(320, 28)
    narrow.show()
    assert narrow.line.placeholderText().endswith("…")
    narrow.resize(800, 28)
    assert narrow.line.placeholderText() == "Find problems: words, h:host, is:unhandled"
    assert narrow.line.accessibleName() == "Find problems: words, h:host, is:unhandled"
    narrow.close()
