"""Shared widgets: toasts, pane states, overlay, timeline and the small ones; both themes, any text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.ui.kit.theme import current, install
from app.ui.parts import pane_state, toast
from app.ui.parts.banner import Banner
from app.ui.parts.button import Button
from app.ui.parts.facts_list import FactsList
from app.ui.parts.key_cap import KeyCap
from app.ui.parts.overlay import Overlay
from app.ui.parts.pane_state import PaneState
from app.ui.parts.section_head import FoldSection, SectionHead
from app.ui.parts.sla_box import SlaBox
from app.ui.parts.sparkline import Sparkline, runs
from app.ui.parts.state_badge import Chip, StateBadge
from app.ui.parts.timeline import ChangeGroup, Entry, grouped, of_kinds
from app.ui.parts.timeline_view import PAGE, TimelineView
from app.ui.parts.toast import Toast, ToastStack
from tests.ui import samples

NASTY = ("", "<b>x</b>", "a" * 3_000, "line\nline", "\u202egnp.exe", "mixed عربى text", "\x00\x07", "&amp; &x")


@pytest.fixture
def window(qtbot):
    """A shown window."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


# -- toasts -----------------------------------------------------------------------------------------------------


def test_at_most_three_toasts_and_errors_stay(window):
    stack = ToastStack(window)
    stack.show_toast("broken", is_error=True)
    for number in range(5):
        stack.show_toast(str(number))
    assert [each.text for each in stack.toasts] == ["broken", "3", "4"]


def test_toasts_stand_over_the_strip_at_the_right(window):
    stack = ToastStack(window)
    low, high = stack.show_toast("newest below"), None
    high, low = low, stack.show_toast("the newest")
    assert high.geometry().bottom() < low.geometry().top()
    assert low.geometry().right() <= window.width() - 12
    assert low.geometry().bottom() <= window.height() - current().length("layout.status_strip")
    window.resize(700, 500)
    assert low.geometry().right() <= 700


def test_a_toast_leaves_by_itself_but_an_error_does_not(window, qtbot):
    brief = Toast("x", window, stay_ms=100)
    brief.move(400, 400)  # away from the pointer, which would keep it
    with qtbot.waitSignal(brief.closed):
        brief.show()
    brief.deleteLater()
    error = Toast("x", window, is_error=True, stay_ms=100)
    assert not error._timer.isActive()
    error.deleteLater()


def test_undo_runs_once(window):
    stack, done = ToastStack(window), []
    made = stack.show_toast("Acknowledged 6 problems.", undo=lambda: done.append(1))
    made.take_back()
    made.take_back()
    assert done == [1]
    assert stack.toasts == ()


def test_the_newest_is_dismissed_first(window):
    stack = ToastStack(window)
    stack.show_toast("old")
    stack.show_toast("new")
    assert stack.dismiss_newest()
    assert [each.text for each in stack.toasts] == ["old"]
    assert stack.dismiss_newest()
    assert not stack.dismiss_newest()


def test_undo_has_ten_seconds(window):
    assert Toast("x", window, undo=print)._total_ms == 10_000
    assert toast.MOST == 3


# -- pane states ------------------------------------------------------------------------------------------------


def test_loading_waits_before_it_shows_anything(window, qtbot):
    state = PaneState(window)
    state.loading("Still asking nagios-core.")
    assert not state._bars
    assert state._timer.interval() == pane_state.BARS_AFTER_MS
    state._waited()
    assert state._bars
    assert not state._button.isVisible()
    state._waited()
    assert state._lines[0].text() == "Still asking nagios-core."
    assert state._button.isVisible()
    with qtbot.waitSignal(state.acted):
        state._button.click()
    state.clear()
    assert not state.isVisible()
    assert not state._timer.isActive()


def test_waiting_for_the_same_goes_on(window):
    state = PaneState(window)
    state.loading("Still asking nagios-core.", can_stop=False)
    state._waited()
    state.loading("Still asking nagios-core.", can_stop=False)
    assert state._bars
    state._waited()
    assert state._lines[0].text() == "Still asking nagios-core."
    assert not state._button.isVisible()
    said = state._lines[0].geometry()
    assert state._bar_tops()
    assert not any(top < said.bottom() and said.top() < top + 28 for top in state._bar_tops())
    state.good("All is well.")
    state.loading("Still asking nagios-core.")
    assert not state._bars


def test_empty_by_filter_offers_to_clear_it(window, qtbot):
    state = PaneState(window)
    state.nothing_matches("h:pay* <b>")
    assert "h:pay* <b>" in state._lines[0].text()
    with qtbot.waitSignal(state.acted):
        state._button.click()


def test_a_state_covers_its_pane(window):
    state = PaneState(window, top_px=28)
    state.failed("What.", "Why.", "Hint.", "Try again")
    window.resize(500, 300)
    assert (state.width(), state.height(), state.y()) == (500, 272, 28)
    assert [line.isVisible() for line in state._lines] == [True] * 3


# -- overlay ----------------------------------------------------------------------------------------------------


def test_the_overlay_gives_the_focus_back(window, qtbot):
    field, inner = QLineEdit(window), QLineEdit()
    field.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    overlay = Overlay(window)
    overlay.body.addWidget(inner)
    overlay.open(inner)
    qtbot.waitUntil(inner.hasFocus)
    with qtbot.waitSignal(overlay.closed):
        qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    assert field.hasFocus()
    assert overlay.isHidden()


def test_the_overlay_is_seven_hundred_and_twenty_wide_where_there_is_room(window):
    overlay = Overlay(window)
    overlay.open()
    assert overlay.panel.width() == 720
    window.resize(600, 400)
    assert overlay.panel.width() == 552
    assert overlay.size() == window.size()


def test_a_click_outside_closes(window, qtbot):
    overlay = Overlay(window)
    overlay.open()
    with qtbot.waitSignal(overlay.closed):
        qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=overlay.rect().bottomRight())


# -- timeline ---------------------------------------------------------------------------------------------------


def change(number: int, author: str = "J. Reyes", at: int = 0) -> Entry:
    return Entry(str(number), "change", at, "14:25", author=author, lead=f"field {number}")


def test_changes_of_one_person_fold_together():
    entries = [change(1), change(2), change(3, "A. Kaya"), Entry("n", "internal", 0, "", "A. Kaya", "x"), change(4),
               change(5, at=400_000)]  # fmt: skip
    shapes = [len(i.changes) if isinstance(i, ChangeGroup) else 1 for i in grouped(entries)]
    assert shapes == [2, 1, 1, 1, 1]
    group = grouped(entries)[0]
    assert (group.lead, group.text) == ("2 field changes", "by J. Reyes: field 1, field 2")


def test_filters_keep_the_order():
    entries = [change(1), Entry("n", "public", 0, "", "A", "x"), change(2)]
    assert [e.id for e in of_kinds(entries, frozenset({"change"}))] == ["1", "2"]
    assert of_kinds(entries, None) == entries


def talk(number: int, text: str = "x") -> Entry:
    return Entry(str(number), "internal", number, "14:25", author="A. Kaya", text=text)


def test_unchanged_entries_keep_their_widgets(qtbot):
    view = TimelineView()
    qtbot.addWidget(view)
    view.set_entries([talk(1), talk(2)])
    before = {key: widget for key, (_, widget) in view._shown.items()}
    view.set_entries([talk(1), talk(2, "edited"), talk(3)])
    after = {key: widget for key, (_, widget) in view._shown.items()}
    assert after["1"] is before["1"]
    assert after["2"] is not before["2"]
    assert list(view._shown) == ["1", "2", "3"] or set(view._shown) == {"1", "2", "3"}
    order = [view._column.itemAt(at).widget() for at in range(1, 4)]
    assert order == [after["1"], after["2"], after["3"]]


def test_new_entries_do_not_move_a_reader_who_scrolled_up(qtbot):
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    view.show()
    view.set_entries([talk(number) for number in range(20)])
    bar = view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and view.is_at_end())
    bar.setValue(0)
    view.set_entries([talk(number) for number in range(22)])
    assert bar.value() == 0
    assert view._chip.isVisible()
    assert view._chip.text() == "2 new"
    view.to_end()
    assert not view._chip.isVisible()


def test_a_long_timeline_shows_its_end_and_offers_more(qtbot):
    view = TimelineView()
    qtbot.addWidget(view)
    view.set_entries([talk(number) for number in range(PAGE + 30)], has_earlier=True)
    assert len(view._shown) == PAGE
    view._earlier.click()
    assert len(view._shown) == PAGE + 30
    with qtbot.waitSignal(view.earlier_asked):
        view._earlier.click()


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("kind", ["public", "internal", "message", "change", "event", "alert"])
def test_any_text_draws_in_a_timeline(qtbot, kind, text):
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.set_entries([Entry("1", kind, 0, "14:25", author=text, text=text, lead=text[:40], to=text)])
    view.show()
    assert not view.grab().isNull()


def test_markup_in_plain_text_stays_text(qtbot):
    view = TimelineView()
    qtbot.addWidget(view)
    view.set_entries([Entry("1", "public", 0, "14:25", author="A", text="<b>x</b> <img src='file:///x'>")])
    from app.ui.kit.document import Reader

    assert view.findChild(Reader).toPlainText() == "<b>x</b> <img src='file:///x'>"


# -- small ones -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", NASTY)
def test_any_text_draws(qtbot, window, text):
    badge, chip, head, box = StateBadge(), Chip(text), SectionHead("Title"), SlaBox("Response")
    facts, banner, line, cap = FactsList(), Banner(), Sparkline(), KeyCap("Ctrl+K")
    badge.set_state("stale", text, text, was="critical")
    chip.set_freshness("stale", text[:20], text)
    head.set_words(text[:30], text[:30])
    box.set_clock(samples.sla(18), text[:30])
    facts.set_facts([("Label", text), (text[:60], "value"), ("Widget", StateBadge())])
    banner.tell("stale", text, "Try now")
    line.set_values([])
    for widget in (badge, chip, head, box, facts, banner, line, cap):
        qtbot.addWidget(widget)
        widget.resize(240, max(24, widget.sizeHint().height()))
        assert not widget.grab().isNull()


def test_gaps_stay_gaps():
    values = [1.0, 2.0, None, float("nan"), 3.0, 4.0, 5.0]
    found = runs(values, QRectF(0, 0, 60, 10), (0.0, 5.0))
    assert [len(run) for run in found] == [2, 3]
    assert found[1][0].x() == pytest.approx(40)
    assert found[1][-1].y() == pytest.approx(0)


def test_a_button_shows_its_ring_after_keyboard_use_only(qtbot):
    button = Button("Acknowledge", key="a")
    qtbot.addWidget(button)
    button.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.MouseFocusReason))
    assert not button._ring
    button.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert button._ring


def test_an_icon_button_tells_its_word_and_key(qtbot):
    button = Button("Close", kind="icon", icon="close", key="Esc")
    qtbot.addWidget(button)
    assert "Close" in button.toolTip()
    assert "Esc" in button.toolTip()
    assert button.accessibleName() == "Close"
    assert button.sizeHint().width() == button.sizeHint().height() == 28


@pytest.mark.parametrize("kind", ["plain", "primary", "bare", "icon", "toggle"])
def test_each_button_draws_in_each_condition(qtbot, kind):
    button = Button("Word", kind=kind, icon="check", key="a", count=3)
    qtbot.addWidget(button)
    for enabled in (True, False):
        button.setEnabled(enabled)
        for down in (True, False):
            button.setDown(down)
            assert not button.grab().isNull()


def test_a_section_folds_by_key_and_click(qtbot, window):
    body = QWidget()
    section = FoldSection("Attachments", body, window)
    section.show()
    qtbot.keyClick(section.head, Qt.Key.Key_Space)
    assert body.isHidden()
    qtbot.mouseClick(section.head, Qt.MouseButton.LeftButton)
    assert not body.isHidden()


def test_facts_are_replaced(qtbot):
    facts = FactsList()
    qtbot.addWidget(facts)
    facts.set_facts([("A", "1"), ("B", "2")])
    facts.set_facts([("A", "3")])
    assert facts._grid.count() == 2


def test_a_banner_has_the_lines_that_its_words_need(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    banner.resize(500, 32)
    banner.tell("failed", "The disk took no more. Nothing was saved; all before it is safe. Free some room. " * 2)
    assert banner.height() > 32
    assert banner._label.height() == banner.height(), "as much room above the words as under them"
    banner.resize(2_000, banner.height())
    assert banner.height() == 32


def test_the_words_of_a_banner_stand_in_its_middle_once_it_grew(window):
    column = QVBoxLayout(window)
    banner = Banner(window)
    column.addWidget(banner)
    column.addStretch(1)
    banner.tell("failed", "The disk took no more. Nothing was saved; all before it is safe. Free some room. " * 3)
    assert banner.height() > 32
    assert banner._label.geometry().center().y() == banner.rect().center().y()
    picture = banner.grab().toImage()
    ground = picture.pixel(2, 2)
    inked = [y for y in range(banner.height() - 1) if any(picture.pixel(x, y) != ground for x in range(40, 800))]
    assert abs(inked[0] - (banner.height() - 1 - inked[-1])) <= 4


def test_a_banner_tells_and_acts(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.resize(600, 32)
    banner.tell("offline", "Working offline since 14:06.", "Show them")
    assert banner.height() == 32
    with qtbot.waitSignal(banner.acted):
        banner._button.click()
    banner.clear()
    assert banner.isHidden()


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_the_words_of_a_choice_stand_under_those_of_a_line(window, qapp, mode):
    install(qapp, mode)
    column = QVBoxLayout(window)
    line, box = QLineEdit("Hhh", window), QComboBox(window)
    box.addItem("Hhh")
    for field in (line, box):
        column.addWidget(field)
    lefts = []
    for field in (line, box):
        picture = field.grab().toImage()
        middle = field.height() // 2
        ground = picture.pixelColor(6, middle).lightness()
        lefts.append(next(x for x in range(6, 60) if abs(picture.pixelColor(x, middle).lightness() - ground) > 60))
    assert abs(lefts[0] - lefts[1]) <= 1
