"""The query field of each page offers the values that are in use, and forgets them when others are written."""

from __future__ import annotations

import pytest

from app.actions.action import BOARD, KNOWLEDGE, QUEUE
from app.ui.desk.page_bar import PageBar
from tests.ui.desk.frame_fixture import Frame


def bar_of(frame: Frame, screen: str) -> PageBar:
    frame.press({BOARD: "Ctrl+1", QUEUE: "Ctrl+2", KNOWLEDGE: "Ctrl+3"}[screen])
    frame.settle()
    page = frame.window.page
    assert page is not None
    found = page.findChild(PageBar)
    assert found is not None
    return found


def offered(bar: PageBar) -> list[str]:
    return [offer.text for offer in bar.field._offers.offers]


@pytest.mark.parametrize(
    ("screen", "typed", "value"),
    [
        (BOARD, "host:", "pay-1"),
        (BOARD, "host:p", "pay-1"),
        (QUEUE, "team:", "Payments"),
        (KNOWLEDGE, "owner:", "A. Kaya"),
    ],
)
def test_values_in_use_are_offered_as_soon_as_they_are_read(
    frame: Frame, screen: str, typed: str, value: str
) -> None:
    frame.ticket(team="Payments")
    frame.article()
    bar = bar_of(frame, screen)
    frame.press("/")
    frame.press("Ctrl+A")
    frame.type(typed)
    frame.qtbot.waitUntil(lambda: value in [text.strip('"') for text in offered(bar)])
    for _ in range([text.strip('"') for text in offered(bar)].index(value) + 1):
        frame.press("Down")
    frame.press("Tab")
    assert value in bar.field.text()
    assert bar.field.line.hasFocus()


def test_a_value_that_is_written_later_is_offered_too(frame: Frame) -> None:
    bar = bar_of(frame, QUEUE)
    frame.press("/")
    frame.press("Ctrl+A")
    frame.type("team:")
    frame.settle()
    assert "Payments" not in offered(bar)
    frame.ticket(team="Payments")
    frame.settle()
    frame.type("P")
    frame.qtbot.waitUntil(lambda: "Payments" in offered(bar))
