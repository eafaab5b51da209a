"""One ticket as a tab: edits, notes, drafts and conflicts, through the real store and the real lanes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.base.events import TICKETS, Touched
from app.domain.ticket import INTERNAL, PUBLIC, Ticket, TimelineEntry
from app.ui.desk.ticket.field_edit import REFUSED, SHOWN, FieldEdit
from app.ui.desk.ticket.view import TicketView
from app.ui.parts.button import Button
from app.ui.parts.timeline_entry import Block, FittedReader, OneLiner
from app.usecases.ticket import comment_ticket, draft_key, edit_ticket, move_ticket
from tests.ui.desk.desk_fixture import Desk, open_desk

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ticket(desk: Desk) -> Ticket:
    made = desk.ticket(
        team="Payments", requester="Shop operations", service="Card payments", impact="1", urgency="1",
        description="Refused at the last step.\nBegan at 14:19.",
    )  # fmt: skip
    desk.ticket(title="Another", team="Platform")
    return made


@pytest.fixture
def view(desk: Desk, qtbot: QtBot, ticket: Ticket) -> TicketView:
    return opened(desk, qtbot, ticket)


def opened(desk: Desk, qtbot: QtBot, ticket: Ticket) -> TicketView:
    view = TicketView(desk.context, desk.dispatcher, ticket.id)
    desk.mount(view)
    qtbot.waitExposed(desk.window)
    qtbot.waitUntil(lambda: view.ticket is not None)
    return view


def type_into(qtbot: QtBot, field: FieldEdit, text: str) -> None:
    field.setFocus()
    qtbot.keyClick(field.focusProxy(), Qt.Key.Key_Return)
    assert field.line is not None
    field.line.clear()
    qtbot.keyClicks(field.line, text)


def note_texts(desk: Desk, ticket: Ticket, kind: str) -> list[str | None]:
    return [entry.text for entry in desk.store.tickets.timeline(ticket.id) if entry.kind == kind]


def test_a_field_is_edited_by_keyboard_and_taken_back(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    team = view.fields.fields["team"]
    type_into(qtbot, team, "Identity")
    qtbot.keyClick(team.line, Qt.Key.Key_Return)
    assert team.state == "pending"
    qtbot.waitUntil(lambda: team.state == SHOWN)
    assert desk.now(ticket).team == "Identity"
    assert desk.dispatcher.can_undo
    assert desk.notices[-1].text == "Saved."
    desk.dispatcher.act("view.undo")
    qtbot.waitUntil(lambda: desk.now(ticket).team == "Payments")
    qtbot.waitUntil(lambda: team.text == "Payments")


def test_edits_are_taken_back_one_by_one_and_done_again(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    def team_is(name: str) -> None:
        qtbot.waitUntil(lambda: desk.now(ticket).team == name)
        qtbot.waitUntil(lambda: not desk.lanes._running)

    def act(action: str, name: str) -> None:
        desk.dispatcher.act(action)
        team_is(name)

    def edit(name: str) -> None:
        type_into(qtbot, team, name)
        qtbot.keyClick(team.line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: team.state == SHOWN)
        team_is(name)

    team = view.fields.fields["team"]
    edit("Identity")
    edit("Network")
    act("view.undo", "Identity")
    act("view.undo", "Payments")
    assert not desk.dispatcher.can_undo
    act("view.redo", "Identity")
    act("view.redo", "Network")
    assert not desk.dispatcher.can_redo
    act("view.undo", "Identity")
    edit("Storage")
    assert not desk.dispatcher.can_redo, "a new edit leaves nothing to do again"
    act("view.undo", "Identity")
    act("view.undo", "Payments")


def test_tab_saves_and_goes_to_the_next_field(desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket) -> None:
    desk.window.activateWindow()
    team, assignee = view.fields.fields["team"], view.fields.fields["assignee"]
    type_into(qtbot, team, "Identity")
    qtbot.keyClick(team.line, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: desk.now(ticket).team == "Identity")
    assert desk.window.focusWidget() is assignee.focusProxy()


def test_a_refused_edit_keeps_the_text_and_says_why(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    title = view.head.title
    type_into(qtbot, title, "   ")
    qtbot.keyClick(title.line, Qt.Key.Key_Return)
    assert title.state == REFUSED
    assert title.why == "A ticket needs a title. Say in one line what is wrong."
    assert title.line is not None
    assert title.line.text() == "   "
    qtbot.keyClick(title.line, Qt.Key.Key_Escape)
    assert (title.why, title.text) == ("", ticket.title)
    assert desk.now(ticket).title == ticket.title


def test_a_conflict_says_so_keeps_the_text_and_saves_on_the_next_enter(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    team = view.fields.fields["team"]
    type_into(qtbot, team, "Identity")
    edit_ticket(desk.someone, ticket.id, {"team": "Network"})
    view.refresh(Touched.of(TICKETS, [ticket.id]))
    qtbot.waitUntil(lambda: view.ticket is not None and view.ticket.team == "Network")
    assert team.line is not None
    assert team.line.text() == "Identity"
    qtbot.keyClick(team.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: team.state == REFUSED)
    assert "changed meanwhile" in team.why
    assert "Network" in team.why
    assert not any(notice.is_error for notice in desk.notices), (
        "the field says it; a message would cover the composer"
    )
    assert team.line.text() == "Identity"
    assert desk.now(ticket).team == "Network"
    qtbot.waitUntil(lambda: team.base is not None and team.base.team == "Network")
    qtbot.keyClick(team.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.now(ticket).team == "Identity")


def test_a_choice_comes_from_a_menu_and_priority_follows(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    impact = view.fields.fields["impact"]
    qtbot.keyClick(impact.focusProxy(), Qt.Key.Key_Return)
    menu = impact.findChild(QMenu)
    assert menu is not None
    next(action for action in menu.actions() if action.data() == "3").trigger()
    menu.close()
    qtbot.waitUntil(lambda: desk.now(ticket).impact == 3)
    assert desk.now(ticket).priority == 3
    qtbot.waitUntil(lambda: view.fields.fields["priority"].text == "P3")


def test_values_of_other_tickets_are_offered(desk: Desk, qtbot: QtBot, view: TicketView) -> None:
    team = view.fields.fields["team"]
    type_into(qtbot, team, "pl")
    assert team.line is not None
    completer = team.line.completer()
    qtbot.waitUntil(lambda: completer.model().rowCount() == 1)
    assert completer.model().index(0, 0).data() == "Platform"
    completer.popup().hide()


def test_status_menu_offers_the_moves_and_says_why_not(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    menu = view.head.status.menu_of(ticket)
    words = {action.text(): action for action in menu.actions()}
    assert list(words) == ["Open", "Pending, waits for", "Resolved…", "Closed"]
    assert not words["Closed"].isEnabled()
    assert "INC-1 cannot move from new to closed." in words["Closed"].toolTip()
    words["Open"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: desk.now(ticket).status == "open")
    qtbot.waitUntil(lambda: view.head.status.text() == "Open")


def test_a_note_is_saved_with_ctrl_enter(desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket) -> None:
    view.handlers()["ticket.note"]()
    editor = view.composer.editor
    qtbot.keyClicks(editor, "Pool is back at 60.")
    qtbot.keyClick(editor, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: not view.has_draft)
    assert note_texts(desk, ticket, INTERNAL) == ["Pool is back at 60."]
    assert desk.store.team.draft(draft_key(ticket.id)) is None


def test_a_public_reply_needs_ctrl_enter_twice(desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket) -> None:
    view.handlers()["ticket.reply"]()
    composer = view.composer
    assert composer.send.text() == "Send to Shop operations"
    qtbot.keyClicks(composer.editor, "We are on it.")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CTRL)
    assert composer.is_asking
    qtbot.keyClicks(composer.editor, " Soon.")
    assert not composer.is_asking  # another text is asked about again
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CTRL)
    assert composer.is_asking
    assert note_texts(desk, ticket, PUBLIC) == []
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: note_texts(desk, ticket, PUBLIC) == ["We are on it. Soon."])
    qtbot.waitUntil(lambda: not view.has_draft)


def test_paste_never_changes_the_mode(qtbot: QtBot, view: TicketView) -> None:
    pasted = QMimeData()
    pasted.setText("visible to everybody")
    pasted.setHtml("<b>visible</b>")
    view.composer.editor.insertFromMimeData(pasted)
    assert view.composer.note.mode == INTERNAL
    assert view.composer.note.text == "visible to everybody"


def test_a_failed_save_keeps_the_text_and_says_why(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    composer = view.composer
    composer.editor.setPlainText("x" * 100_001)
    composer.submit()
    qtbot.waitUntil(lambda: bool(composer.why.text()))
    assert "The text is too long." in composer.why.text()
    assert len(composer.editor.toPlainText()) == 100_001
    assert not composer.editor.isReadOnly()
    assert note_texts(desk, ticket, INTERNAL) == []


def test_a_draft_is_kept_while_typing_and_survives_the_tab(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    view.composer.set_mode(PUBLIC)
    qtbot.keyClicks(view.composer.editor, "Half a sent")
    qtbot.waitUntil(lambda: desk.store.team.draft(draft_key(ticket.id)) is not None, timeout=2_000)
    qtbot.waitUntil(lambda: view.composer.kept.text().startswith("Draft kept "))
    qtbot.keyClicks(view.composer.editor, "ence")
    desk.unmount()  # at once, before the next journalling
    again = opened(desk, qtbot, ticket)
    qtbot.waitUntil(lambda: again.has_draft)
    assert again.composer.note.text == "Half a sentence"
    assert again.composer.mode == PUBLIC


def test_refresh_keeps_what_is_being_typed(desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket) -> None:
    qtbot.keyClicks(view.composer.editor, "Still writing")
    comment_ticket(desk.someone, ticket.id, "Roll-back is ready.")
    view.refresh(Touched.of(TICKETS, [ticket.id]))
    qtbot.waitUntil(lambda: view.chips[1].accessibleName() == "Conversation" and len(view.shown_entries) == 2)
    assert view.composer.note.text == "Still writing"


def test_timeline_stands_in_order_newest_last(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    for number in range(3):
        desk.clock.advance(60)
        comment_ticket(desk.someone, ticket.id, f"note {number}")
    desk.clock.advance(60)
    comment_ticket(desk.someone, ticket.id, "hello", public=True)
    view = opened(desk, qtbot, ticket)
    told = [(entry.kind, entry.lead or entry.text) for entry in view.shown_entries]
    assert told == [
        ("event", "Opened"), ("internal", "note 0"), ("internal", "note 1"), ("internal", "note 2"),
        ("public", "hello"),
    ]  # fmt: skip


def test_a_change_without_a_field_stands_by_itself(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    at = ticket.created_at
    with desk.store.write() as unit:
        for field, text in (("team", None), (None, "updated"), ("reassignment_count", None)):
            entry = TimelineEntry(
                id=desk.ids.new(), ticket_id=ticket.id, at=at, kind="change", by="A. Kaya", field=field, new="1",
                text=text,
            )  # fmt: skip
            unit.add_entries([entry])
    view = opened(desk, qtbot, ticket)
    told = [(entry.kind, entry.lead, entry.text) for entry in view.shown_entries]
    assert told[1:] == [("change", "Team", "set to 1 by A. Kaya"), ("event", "Updated", "by A. Kaya")]


def test_older_entries_come_by_page(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    with desk.store.write() as unit:
        unit.add_entries(
            TimelineEntry(
                id=desk.ids.new(), ticket_id=ticket.id, at=ticket.created_at + n, kind="alert", text=f"a{n}"
            )
            for n in range(250)
        )
    view = opened(desk, qtbot, ticket)
    assert [entry.text for entry in view.shown_entries][-1] == "a249"
    assert len(view.shown_entries) == 200
    view.timeline.earlier_asked.emit()
    qtbot.waitUntil(lambda: len(view.shown_entries) == 251)
    assert not [button for button in view.timeline.findChildren(Button) if button.text().endswith("new")]


def test_what_is_read_stays_where_it_is_while_older_entries_come_in(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    for number in range(60):
        comment_ticket(desk.someone, ticket.id, f"note {number}\n" * 3)
    view = opened(desk, qtbot, ticket)
    bar = view.timeline.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(0)
    below, before = bar.maximum(), bar.maximum()
    earlier = next(button for button in view.timeline.findChildren(Button) if button.text() == "Show earlier")
    earlier.click()
    qtbot.waitUntil(lambda: bar.maximum() > before)
    qtbot.waitUntil(lambda: bar.maximum() - bar.value() == below)


def test_a_missing_ticket_says_so(desk: Desk, qtbot: QtBot) -> None:
    view = TicketView(desk.context, desk.dispatcher, "no-such-id")
    desk.mount(view)
    qtbot.waitUntil(lambda: view.state.accessibleName().startswith("This ticket is not there."))
    assert view.situation().tickets == ()


def test_a_view_made_before_the_store_is_open_fills_itself(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    opened_before, desk.context.opened = desk.context.opened, None
    view = TicketView(desk.context, desk.dispatcher, ticket.id)
    desk.mount(view)
    assert view.ticket is None
    assert opened_before is not None
    desk.context.set_opened(opened_before)
    qtbot.waitUntil(lambda: view.ticket is not None)


def test_a_moved_ticket_leaves_the_status_of_the_menu_behind(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    """What the menu offered is no longer allowed: it is refused, and the view shows what is so now."""
    menu = view.head.status.menu_of(ticket)
    move_ticket(desk.someone, ticket.id, "resolved", resolution="done")
    reasons = next(action.menu() for action in menu.actions() if action.menu() is not None)
    next(action for action in reasons.actions() if action.data()[1] == "vendor").trigger()
    menu.close()
    qtbot.waitUntil(lambda: bool(desk.notices) and desk.notices[-1].is_error)
    qtbot.waitUntil(lambda: view.head.status.text() == "Resolved")


def test_single_keys_of_the_ticket(desk: Desk, qtbot: QtBot, view: TicketView) -> None:
    desk.window.activateWindow()
    view.focus_main()
    qtbot.keyClick(view.timeline, Qt.Key.Key_I)
    assert view.composer.mode == PUBLIC
    qtbot.keyClick(view.timeline, Qt.Key.Key_E)
    assert desk.window.focusWidget() is view.fields.fields["team"].focusProxy()


def test_what_cannot_be_written_stays_in_the_window_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desk(tmp_path) as first:
        ticket = first.ticket()
    with open_desk(tmp_path, is_read_only=True) as desk:
        view = opened(desk, qtbot, ticket)
        qtbot.keyClicks(view.composer.editor, "The only copy")
        view.leave()
        qtbot.waitUntil(lambda: view.composer.kept.text() == "Draft not kept")
        assert view.composer.why.text().startswith("The draft stands only in this window.")
        qtbot.keyClick(view.composer.editor, Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda: view.composer.why.text().startswith("Not saved; your text is still here."))
        assert view.composer.note.text == "The only copy"
        team = view.fields.fields["team"]
        type_into(qtbot, team, "Identity")
        qtbot.keyClick(team.line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: team.state == REFUSED)
        assert team.line is not None
        assert team.line.text() == "Identity"


def test_f6_walks_the_panes(desk: Desk, qtbot: QtBot, view: TicketView) -> None:
    desk.window.activateWindow()
    view.focus_main()
    seen = []
    for _ in range(4):
        view.handlers()["view.next_pane"]()
        seen.append(desk.window.focusWidget())
    assert seen == [
        view.composer.editor, view.side.articles.head, view.fields.fields["team"].focusProxy(), view.timeline,
    ]  # fmt: skip


def test_in_the_smallest_window_nothing_is_cut_while_the_side_panel_is_shown(
    desk: Desk, qtbot: QtBot, view: TicketView
) -> None:
    desk.window.setMinimumSize(1052, 560)
    desk.window.resize(1052, 560)
    qtbot.waitUntil(lambda: view.width() <= 1052)
    assert view.fields.isVisible()
    view.handlers()["ticket.files"]()
    assert (view.side.isVisible(), view.fields.isVisible()) == (True, False)
    assert view.centre.timeline.horizontalScrollBar().maximum() == 0
    view.handlers()["ticket.fields"]()
    assert (view.side.isVisible(), view.fields.isVisible()) == (False, True)
    focus = desk.window.focusWidget()
    assert focus is not None
    assert view.fields.isAncestorOf(focus)


def test_chips_filter_the_timeline_and_escape_shows_all_again(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    comment_ticket(desk.someone, ticket.id, "Roll-back is ready.")
    view.refresh(Touched.of(TICKETS, [ticket.id]))
    qtbot.waitUntil(lambda: len(view.shown_entries) == 2)
    view.chips[1].click()
    blocks = view.timeline.findChildren(Block)
    assert [block.accessibleName().rpartition(": ")[2] for block in blocks] == ["Roll-back is ready."]
    qtbot.waitUntil(lambda: not view.timeline.findChildren(OneLiner))
    view.handlers()["view.back"]()
    assert view.chips[0].isChecked()
    assert len(view.timeline.findChildren(OneLiner)) == 1


def test_number_and_title_are_copied(view: TicketView) -> None:
    view.handlers()["copy.number"]()
    assert QGuiApplication.clipboard().text() == "INC-1"
    view.handlers()["copy.number_title"]()
    assert QGuiApplication.clipboard().text() == "INC-1 Card payments refused at checkout"


def test_the_composer_grows_from_three_lines_to_twelve(qtbot: QtBot, view: TicketView) -> None:
    editor = view.composer.editor
    line = editor.fontMetrics().lineSpacing()
    least = editor.height()
    assert least // line == 3
    editor.setPlainText("\n" * 5)
    assert editor.height() == least + 3 * line
    editor.setPlainText("\n" * 50)
    assert editor.height() == least + 9 * line


def test_outside_text_is_shown_as_it_is_written(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    comment_ticket(desk.someone, ticket.id, "<b>bold</b> \u202egnirts")
    edit_ticket(desk.someone, ticket.id, {"team": "<i>x</i>"})
    view = opened(desk, qtbot, ticket)
    reader = view.timeline.findChildren(FittedReader)[-1]
    assert reader.toPlainText() == "<b>bold</b> ‹U+202E›gnirts"
    assert view.fields.fields["team"].text == "<i>x</i>"


def test_a_move_is_told_as_one_change_with_its_reason(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    move_ticket(desk.me, ticket.id, "pending", reason="vendor")
    view = opened(desk, qtbot, ticket)
    last = view.shown_entries[-1]
    assert (last.lead, last.text) == ("Status", "New → Pending, waits for vendor by J. Reyes")
    move_ticket(desk.me, ticket.id, "resolved", resolution="Restarted\nthe gateway.")
    view.refresh(Touched.of(TICKETS, [ticket.id]))
    qtbot.waitUntil(lambda: view.ticket is not None and view.ticket.status == "resolved")
    assert view.shown_entries[-1].text == "Pending → Resolved by J. Reyes: Restarted the gateway."


def test_how_a_ticket_ended_is_read_beside_how_it_began(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    move_ticket(desk.me, ticket.id, "resolved", resolution="Restarted the gateway.")
    view = opened(desk, qtbot, ticket)

    def shown() -> list[str]:
        return [each.toPlainText() for each in view.centre.findChildren(FittedReader) if each.isVisible()]

    assert shown()[:2] == ["Refused at the last step.\nBegan at 14:19.", "Restarted the gateway."]
    move_ticket(desk.me, ticket.id, "open")
    view.refresh(Touched.of(TICKETS, [ticket.id]))
    qtbot.waitUntil(lambda: view.ticket is not None and view.ticket.status == "open")
    assert "Restarted the gateway." not in shown()


def test_the_menu_of_a_closed_ticket_says_why_in_sight(desk: Desk, qtbot: QtBot, ticket: Ticket) -> None:
    move_ticket(desk.me, ticket.id, "resolved", resolution="Restarted.")
    move_ticket(desk.me, ticket.id, "closed")
    view = opened(desk, qtbot, ticket)
    menu = view.head.status.menu_of(desk.now(ticket))
    assert "A closed ticket stays closed. Open a new ticket that refers to it." in menu.actions()[-1].text()
    assert not any(action.isEnabled() for action in menu.actions() if action.text())
    menu.deleteLater()


def test_after_a_conflict_the_focus_stays_with_the_text(
    desk: Desk, qtbot: QtBot, view: TicketView, ticket: Ticket
) -> None:
    desk.window.activateWindow()
    qtbot.waitUntil(desk.window.isActiveWindow)
    team = view.fields.fields["team"]
    type_into(qtbot, team, "Identity")
    edit_ticket(desk.someone, ticket.id, {"team": "Network"})
    qtbot.keyClick(team.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: team.state == REFUSED)
    assert team.line is not None
    assert team.line.hasFocus()
    assert team.line.text() == "Identity"
