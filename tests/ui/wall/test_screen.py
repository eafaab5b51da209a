"""The wall's window: no way out of it, nothing stale in a colour of health, and it says when it is not live."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.base.clock import MINUTE, SECOND
from app.domain.health import STALE
from app.domain.wall import TICKETS, WallPage
from app.ui.kit.theme import current, install
from app.ui.wall.foot import Turn
from app.ui.wall.screen import DEAD_AFTER_MS, WallScreen
from app.usecases.wall import Card, Handled, SilentSource, SourceAge, TicketFacts, TicketLine, WallPicture

NOW = 1_763_640_000_000  # noon in November


class Now:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, now: Now) -> Iterator[WallScreen]:
    install(qapp, "dark")
    made = WallScreen(now)
    made.resize(1920, 1080)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.end()
    made.deleteLater()


def card(id_: str, state: str = "critical", **more: object) -> Card:
    given = {"title": "disk", "place": "web-1", "text": "97 % used", "at": NOW - MINUTE, "source": "n1", **more}
    return Card(id=id_, state=state, **given)  # type: ignore[arg-type]


def picture(**more: object) -> WallPicture:
    given: dict[str, object] = {
        "page": WallPage(name="p", title="Payments"), "made_at": NOW, "rows": 40, "counts": (("critical", 2),),
        "cards": tuple(card(str(n)) for n in range(12)),
        "sources": (SourceAge(name="n1", level="live", age_s=3.0),), "handled": Handled(acknowledged=3), **more,
    }  # fmt: skip
    return WallPicture(**given)  # type: ignore[arg-type]


def grabbed(screen: WallScreen) -> QImage:
    return screen.grab().toImage()


def pixels(image: QImage, role: str) -> int:
    wanted = QColor(current().color(role)).rgb()
    return sum(image.pixel(x, y) == wanted for y in range(0, image.height(), 2) for x in range(0, image.width(), 2))


def test_there_is_no_way_out(screen: WallScreen) -> None:
    screen.show_picture(picture(), Turn(0, 3))
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    keys = [key for key in Qt.Key if key not in (Qt.Key.Key_unknown,)]
    modifiers = [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier,
                 Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier]  # fmt: skip
    fixed = [Qt.Key.Key_Escape, Qt.Key.Key_F4, Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_F11, Qt.Key.Key_Tab]
    before = (screen.geometry(), screen.windowState())
    for key in fixed + [dice.choice(keys) for _ in range(100)]:
        for modifier in modifiers:
            for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(screen, QKeyEvent(kind, key, modifier))
        at = QPoint(dice.randrange(1920), dice.randrange(1080))
        button = dice.choice([Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
        QTest.mousePress(screen, button, pos=at)
        QTest.mouseMove(screen, QPoint(dice.randrange(1920), 0))
        QTest.mouseRelease(screen, button, pos=at)
        QTest.mouseDClick(screen, button, pos=at)
        screen.close()
        assert screen.isVisible(), (key, button)
    assert (screen.geometry(), screen.windowState()) == before
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None


def test_what_is_stale_has_no_colour_of_a_state(screen: WallScreen) -> None:
    silent = SilentSource(name="n1", since_at=NOW - 10 * MINUTE, rows=40)
    ages = (SourceAge(name="n1", level="stale", age_s=600.0),)
    stale = tuple(card(str(n), STALE, was="critical") for n in range(12))
    screen.show_picture(picture(counts=(), cards=stale, unknown=40, unknown_since_at=NOW - 10 * MINUTE,
                                silent=(silent,), sources=ages), Turn())  # fmt: skip
    image = grabbed(screen)
    for role in ("state.ok.fill", "state.ok.text", "state.critical.fill", "state.warning.fill"):
        assert pixels(image, role) == 0, role
    assert pixels(image, "state.stale.fill") > 100
    screen.show_picture(picture(), Turn())
    assert pixels(grabbed(screen), "state.critical.fill") > 1_000, "the same look sees a colour where there is one"


def test_a_picture_that_is_not_renewed_is_not_believed(screen: WallScreen, now: Now) -> None:
    screen.show_picture(picture(), Turn())
    assert screen._trouble_now(now.at) == ""
    now.at += DEAD_AFTER_MS
    assert screen._trouble_now(now.at) == "NOT LIVE: nothing was read for 10 s."
    dead = grabbed(screen)
    assert pixels(dead, "state.critical.fill") < 50, "faded and hatched"
    screen.show_picture(picture(made_at=now.at), Turn())
    assert screen._trouble_now(now.at) == ""


def test_a_trouble_of_reading_is_said_and_goes_with_the_next_picture(screen: WallScreen, now: Now) -> None:
    assert screen._trouble_now(now.at) == "Reading the profile."
    screen.show_trouble("The store cannot be read.")
    assert screen._trouble_now(now.at) == "The store cannot be read."
    screen.show_picture(picture(), Turn())
    screen.show_trouble("The disk has failed.")
    assert screen._trouble_now(now.at) == "The disk has failed."
    screen.show_picture(picture(), Turn())
    assert screen._trouble_now(now.at) == ""


def test_what_is_new_blinks_for_its_time_and_no_longer(screen: WallScreen, now: Now) -> None:
    screen.show_picture(picture(cards=(card("a"),)), Turn(), new=frozenset({"a"}))
    high = pixels(grabbed(screen), "state.critical.fill")
    now.at += 500
    assert pixels(grabbed(screen), "state.critical.fill") < high
    now.at += 31 * SECOND
    screen.show_picture(picture(cards=(card("a"),), made_at=now.at), Turn())
    assert pixels(grabbed(screen), "state.critical.fill") == high
    now.at += 500
    assert pixels(grabbed(screen), "state.critical.fill") == high


def test_nothing_of_a_requester_or_a_text_hangs_on_the_wall() -> None:
    assert not {"requester", "description", "resolution"} & set(TicketLine.__struct_fields__)


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1280, 1024)])
def test_a_page_of_tickets_and_hostile_text_is_painted(screen: WallScreen, size: tuple[int, int]) -> None:
    line = TicketLine(number="INC-1", title="x" * 3_000, priority=1, status="open", due_at=NOW - 1, created_at=0,
                      assignee="")  # fmt: skip
    facts = TicketFacts(open=3, late=1, due=(line,) * 20, majors=(line,))
    screen.resize(*size)
    screen.show_picture(picture(page=WallPage(name="t", title="<b>T</b>\u202e", kind=TICKETS), tickets=facts), Turn())
    assert pixels(grabbed(screen), "state.critical.fill") > 100
