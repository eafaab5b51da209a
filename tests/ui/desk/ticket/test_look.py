"""What a ticket's tab looks like where it gets tight: nothing is cut unseen, nothing runs out of its pane."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.ticket import Ticket
from app.ui.desk.ticket.field_value import INSET, FieldLine, LetterCap
from app.ui.desk.ticket.head import HEIGHT
from app.ui.desk.ticket.story import FILTERS
from app.ui.desk.ticket.view import TicketView
from app.ui.kit.text import Label
from app.ui.kit.theme import current, install
from app.ui.parts.button import Button
from app.ui.parts.timeline_entry import Group, OneLiner
from app.usecases.ticket import attach_file, edit_ticket, move_ticket, new_ticket
from tests.ui.desk.desk_fixture import Desk, open_desk

LONG = "Shop operations of the western region, second line, "
SIZES = [(1366 - 48, 768 - 80), (1920 - 64, 1080 - 80)]


@pytest.fixture(params=["dark", "light"], autouse=True)
def themed(request: pytest.FixtureRequest, qapp: QApplication) -> None:
    """As people see it: the style sheet has its say in sizes."""
    install(qapp, request.param)


def shown(desk: Desk, qtbot: QtBot, ticket: Ticket) -> TicketView:
    view = TicketView(desk.context, desk.dispatcher, ticket.id)
    desk.mount(view)
    qtbot.waitExposed(desk.window)
    qtbot.waitUntil(lambda: bool(lines_of(view)))
    return view


def lines_of(view: TicketView) -> list[OneLiner]:
    return [line for line in view.timeline.findChildren(OneLiner) if line.isVisible()]


def labels_of(widget: QWidget) -> dict[str, Label]:
    return {label.text(): label for label in widget.findChildren(Label) if label.isVisible()}


def place(widget: QWidget, within: QWidget) -> QRect:
    return QRect(widget.mapTo(within, QPoint(0, 0)), widget.size())


def filtered(view: TicketView, word: str) -> None:
    view.chips[[each.word for each in FILTERS].index(word)].click()


@pytest.mark.parametrize("size", SIZES)
def test_the_box_of_a_refused_title_keeps_its_height_and_its_reason_is_whole(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    with open_desk(tmp_path, size=size) as desk:
        view = shown(desk, qtbot, desk.ticket())
        assert view.head.height() == HEIGHT
        title = view.head.title
        title.edit()
        line = title.line
        assert line is not None
        qtbot.keyClicks(line, " ")
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: view.head.height() > HEIGHT)
        assert line.height() == current().line("title")
        why = labels_of(title)[title.why]
        assert why.height() >= why.heightForWidth(why.width())
        assert view.head.rect().contains(place(why, view.head))
        assert not place(why, view.head).intersects(place(line, view.head))
        qtbot.keyClick(line, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: view.head.height() == HEIGHT)


@pytest.mark.parametrize("size", SIZES)
def test_a_long_requester_stays_in_the_card_and_is_whole_in_its_tooltip(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    with open_desk(tmp_path, size=size) as desk:
        view = shown(desk, qtbot, desk.ticket(requester=LONG * 5, description="Refused at the last step."))
        (who,) = [label for text, label in labels_of(view.timeline).items() if text.startswith(LONG)]
        viewport = view.timeline.viewport()
        qtbot.waitUntil(lambda: who.width() > 24)
        assert viewport.rect().contains(place(who, viewport))
        assert LONG.strip() in who.toolTip()
        assert view.timeline.widget().width() == viewport.width()


@pytest.mark.parametrize("size", SIZES)
def test_a_long_lead_gives_way_and_a_short_one_does_not(qtbot: QtBot, tmp_path: Path, size: tuple[int, int]) -> None:
    with open_desk(tmp_path, size=size) as desk:
        ticket = desk.ticket()
        name = "thread-dumps-of-all-six-nodes-" * 8 + ".txt"
        (tmp_path / name).write_bytes(b"x")
        attach_file(desk.me, ticket.id, tmp_path / name)
        edit_ticket(desk.me, ticket.id, {"category": "Payments of the western region " * 9})
        view = shown(desk, qtbot, ticket)
        viewport = view.timeline.viewport()
        lines = lines_of(view)
        for line in lines:
            assert viewport.rect().contains(place(line, viewport))
            assert all(line.rect().contains(place(label, line)) for label in labels_of(line).values())
        lead = next(label for line in lines for text, label in labels_of(line).items() if text == name)
        assert lead.width() < lead.sizeHint().width()
        assert name in lead.toolTip().replace("\n", "")
        short = next(label for line in lines for text, label in labels_of(line).items() if text == "Category:")
        assert short.width() >= short.sizeHint().width()


@pytest.mark.parametrize("name", ["team", "kind"])
def test_the_focus_ring_stands_clear_of_the_first_letter_and_of_the_letter_cap(
    desk: Desk, qtbot: QtBot, name: str
) -> None:
    view = shown(desk, qtbot, desk.ticket(team="MMM"))
    desk.window.activateWindow()
    view.panes.choose_field()
    field = view.fields.fields[name]
    field.setFocus(Qt.FocusReason.TabFocusReason)
    value, cap = field.focusProxy(), field.findChild(LetterCap)
    assert value is not None
    assert cap is not None
    whole = value.grab().toImage()
    ratio = whole.devicePixelRatio()
    middle = whole.height() // 2
    ring = current().color("accent.focus").rgb()
    drawn = [x for x in range(whole.width()) if _has_ink(whole, x, middle)]
    assert whole.pixel(1, middle) == ring, "the ring is drawn"
    first = next(x for x in drawn if x > 3 * ratio)
    assert first - 2 * ratio >= 3 * ratio, "three pixels between the ring and the first letter"
    box = place(cap, field).adjusted(cap.width() - _ink_width(cap), 0, 0, 0)
    assert box.left() - place(value, field).right() > 3


def test_a_value_does_not_move_when_it_is_edited(desk: Desk, qtbot: QtBot) -> None:
    view = shown(desk, qtbot, desk.ticket(team="Hhh"))
    team = view.fields.fields["team"]
    value = team.focusProxy()
    assert value is not None
    qtbot.waitUntil(lambda: value.y() == 0)  # laid out
    at_rest = _first_ink(team.grab(value.geometry()).toImage())
    team.edit()
    line = team.line
    assert isinstance(line, FieldLine)
    line.deselect()
    line.setCursorPosition(3)
    qtbot.waitUntil(lambda: line.geometry().topLeft() == value.geometry().topLeft())
    assert _first_ink(team.grab(line.geometry()).toImage()) == at_rest
    assert at_rest >= INSET


@pytest.mark.parametrize("each", [each for each in FILTERS if each.none], ids=lambda each: each.word)
def test_a_filter_that_shows_nothing_says_so_and_leads_back(desk: Desk, qtbot: QtBot, each: object) -> None:
    view = shown(desk, qtbot, new_ticket(desk.me, {"title": "Printer"}).ticket)
    back = next(b for b in view.timeline.findChildren(Button) if b.text() == "Show everything")
    assert not back.isVisible()
    kind = next(known for known in FILTERS if known is each)
    filtered(view, kind.word)
    assert back.isVisible()
    assert kind.none in labels_of(view.timeline)
    assert not lines_of(view)
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert not back.isVisible()
    assert view.centre.kinds is None
    assert view.chips[0].isChecked()
    qtbot.waitUntil(lambda: bool(lines_of(view)))


def test_a_move_and_an_assignment_have_a_line_of_their_own(desk: Desk, qtbot: QtBot) -> None:
    ticket = desk.ticket(team="Payments", assignee="A. Kaya", category="Cards")
    edit_ticket(desk.me, ticket.id, {"category": "Tills", "environment": "live"})
    edit_ticket(desk.me, ticket.id, {"team": "Platform", "assignee": "M. Okafor"})
    move_ticket(desk.me, ticket.id, "open")
    view = shown(desk, qtbot, ticket)
    told = [" ".join(labels_of(line)) for line in lines_of(view) if not isinstance(line.parentWidget(), Group)]
    assert any(line.startswith("Status: New → Open by J. Reyes") for line in told), told
    assert any(line.startswith("Team: Payments → Platform by J. Reyes") for line in told), told
    assert any(line.startswith("Assignee: A. Kaya → M. Okafor by J. Reyes") for line in told), told
    (group,) = view.timeline.findChildren(Group)
    assert "2 field changes" in labels_of(group)
    counts = {each.word: chip._count for each, chip in zip(FILTERS, view.chips, strict=True)}
    assert counts["Changes"] == 5, "each change counts, also where several fold into one line"


def _has_ink(image: QImage, x: int, around: int) -> bool:
    """Whether a column of pixels is not the ground alone; the letter's middle is looked at."""
    ground = image.pixelColor(image.width() // 2, image.height() - 4)
    band = range(around - 2, around + 3)
    return any(abs(image.pixelColor(x, y).lightness() - ground.lightness()) > 40 for y in band)


def _first_ink(image: QImage) -> int:
    return next(x for x in range(4, image.width()) if _has_ink(image, x, image.height() // 2))


def _ink_width(cap: LetterCap) -> int:
    image = cap.grab().toImage()
    first = next(x for x in range(image.width()) if _has_ink(image, x, image.height() // 2))
    return round((image.width() - first) / image.devicePixelRatio())
