"""Business services beside the board: a hint without any, those that come and go, no more claimed than is so."""

from __future__ import annotations

import pytest

from app.domain.business import BusinessService
from app.ui.desk.board.business_line import rest_text
from app.ui.desk.board.page import BoardPage
from app.usecases.business_services import add_service, drop_service
from tests.ui.desk.frame_fixture import Frame

SHOP = BusinessService(id="", name="Shop", members="host:pay*")


@pytest.mark.parametrize(
    ("left", "bad", "total", "told"),
    [(12, 0, 12, "12, all working"), (5, 7, 12, "5 working"), (6, 7, 12, "6 more"), (1, 12, 12, "1 more")],
)
def test_the_rest_is_called_working_only_when_it_all_is(left: int, bad: int, total: int, told: str) -> None:
    assert rest_text(left, bad, total) == told


def test_one_that_another_process_defines_comes_and_goes(frame: Frame) -> None:
    page = frame.window.show_page("board")
    assert isinstance(page, BoardPage)
    panes = page.panes
    assert panes.services.state.isVisible()
    assert "watchdesk business add" in panes.services.state.accessibleName()
    add_service(frame.someone, SHOP)
    frame.window.feed.read_services()
    frame.qtbot.waitUntil(panes.services.state.isHidden)
    assert [each.service.name for each in frame.picture.services] == ["Shop"]
    assert frame.picture.services[0].state == "down"
    drop_service(frame.someone, "shop")
    frame.window.feed.read_services()
    frame.qtbot.waitUntil(panes.services.state.isVisible)


def test_a_narrow_window_has_no_line_without_any(frame: Frame) -> None:
    page = frame.window.show_page("board")
    assert isinstance(page, BoardPage)
    frame.window.resize(1366, 768)
    frame.settle()
    assert not page.panes.line.isVisible()
    add_service(frame.someone, SHOP)
    frame.window.feed.read_services()
    frame.qtbot.waitUntil(page.panes.line.isVisible)
    assert "Shop" in page.panes.line.accessibleName()
