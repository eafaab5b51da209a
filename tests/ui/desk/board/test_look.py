"""What the board looks like where it gets tight: names of services are whole, a tick stands clear of the state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.domain.business import BusinessService
from app.ui.desk.board.page import BoardPage
from app.ui.kit import roles
from app.ui.kit.cell import fitted
from app.ui.kit.theme import Mode, current, switch
from app.ui.kit.tokens import density
from app.usecases.business_services import add_service
from app.usecases.demo.team import business_services
from tests.ui.desk.frame_fixture import Frame, open_frame

LONG_NAME = "Payments platform, west"


def board_of(frame: Frame) -> BoardPage:
    page = frame.window.show_page("board")
    assert isinstance(page, BoardPage)
    return page


@pytest.mark.parametrize("way", [(1920,), (1366, 1920), (1440,), (1920, 1440), (1920, 1366, 1920)])
def test_names_of_business_services_are_whole_in_a_wide_window(
    qtbot: QtBot, tmp_path: Path, way: Sequence[int]
) -> None:
    with open_frame(qtbot, tmp_path, size=(way[0], 1000)) as frame:
        page = board_of(frame)
        add_service(frame.someone, BusinessService(id="", name=LONG_NAME, members="host:pay*"))
        frame.window.feed.read_services()
        qtbot.waitUntil(lambda: bool(frame.picture and frame.picture.services))
        for width in way[1:]:
            frame.window.resize(width, 1000)
            frame.settle()
        table = page.panes.services.table
        assert page.panes.services.width() == current().length("layout.board_services")
        assert page.panes.detail.width() == current().length("layout.board_detail")
        room = table.columnWidth(1) - 2 * density("compact").cell_pad
        for name in [LONG_NAME, *(each.name for each in business_services(frame.ids))]:
            assert fitted(name, room, "dense", strong=True)[0] == name


def test_a_name_that_is_cut_keeps_its_end_and_is_whole_in_its_tooltip(frame: Frame) -> None:
    page = board_of(frame)
    name = "Payments platform of the western region, second line"
    add_service(frame.someone, BusinessService(id="", name=name, members="host:pay*"))
    frame.window.feed.read_services()
    frame.qtbot.waitUntil(lambda: bool(frame.picture and frame.picture.services))
    table = page.panes.services.table
    tip = table._rows.columns[1].tip
    assert tip is not None
    assert tip(table.model().index(0, 1).data(roles.ROW)) == name


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("rows", ["compact", "regular", "comfortable"])
def test_a_tick_stands_clear_of_the_state_and_of_the_name(frame: Frame, rows: str, mode: Mode) -> None:
    known = switch()
    assert known is not None
    known.set_mode(mode)
    frame.window.resize(1100, 768)
    page = board_of(frame)
    page.table.set_density(rows)
    frame.settle()
    page.table.tick(1)
    number = next(n for n in page.table.visible_rows() if n != page.table.currentIndex().row() and is_ticked(page, n))
    row = page.table.row_rect(number)
    picture = page.table.viewport().grab(row).toImage()
    found = runs(picture, picture.pixel(picture.width() - 2, picture.height() // 2))
    name_at = page.table.columnWidth(0)
    glyph, tick, text = [run for run in found if run[0] > 3 and run[0] < name_at + 24][:3]
    ratio = picture.devicePixelRatio()
    assert tick[0] - glyph[1] > 2 * ratio
    assert text[0] - tick[1] > 2 * ratio


def is_ticked(page: BoardPage, number: int) -> bool:
    look = page.table.model().index(number, 0).data(roles.LOOK)
    return look is not None and look.is_ticked


def runs(picture: QImage, ground: int) -> list[tuple[int, int]]:
    """From the left: the stretches of columns in which something is drawn, first and last pixel of each."""
    drawn = [x for x in range(picture.width()) if any(picture.pixel(x, y) != ground for y in range(picture.height()))]
    found: list[tuple[int, int]] = []
    for x in drawn:
        if found and x == found[-1][1] + 1:
            found[-1] = (found[-1][0], x)
        else:
            found.append((x, x))
    return found
