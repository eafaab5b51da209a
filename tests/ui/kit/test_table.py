"""The table: columns share the width, keys pass over sections, every cell draws whatever its row holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter

from app.ui.kit import cells, roles, theme
from app.ui.kit.cell import CellContext
from app.ui.kit.column import Column, share_width
from app.ui.kit.pulse import Pulse, pulse
from app.ui.kit.sla_look import SlaView, sla_look
from app.ui.kit.table import DenseTable
from app.ui.kit.tokens import density
from tests.ui import samples


@pytest.fixture
def table(qtbot):
    """The sample board at the design's width."""
    made = DenseTable(samples.BOARD_COLUMNS, density="compact")
    qtbot.addWidget(made)
    made.setModel(samples.SampleModel(samples.BOARD, len(samples.BOARD_COLUMNS)))
    made.resize(1080, 500)
    made.show()
    return made


def painted(widget: DenseTable) -> QImage:
    """A picture of the rows."""
    return widget.viewport().grab().toImage()


# -- columns ----------------------------------------------------------------------------------------------------


def column(id_: str, width: int, grow: int = 0, leave: int = 0) -> Column:
    return Column(id_, id_, cells.text_cell(str), width, grow=grow, leave_order=leave)


def test_columns_leave_in_their_order():
    columns = [column("a", 100, grow=1), column("b", 50, leave=2), column("c", 50, leave=1), column("d", 50)]
    assert list(share_width(columns, 250)) == ["a", "b", "c", "d"]
    assert list(share_width(columns, 249)) == ["a", "b", "d"]
    assert list(share_width(columns, 199)) == ["a", "d"]
    assert list(share_width(columns, 10)) == ["a", "d"]


def test_what_grows_gives_way_when_all_that_stay_are_too_wide():
    columns = [column("a", 240, grow=1), column("b", 50), column("c", 50, leave=1)]
    assert share_width(columns, 250) == {"a": 200, "b": 50}
    assert share_width(columns, 100) == {"a": 96, "b": 50}


def test_columns_of_another_number_of_lines_stay_away():
    one, both, two = column("a", 50), column("b", 50, grow=1), column("c", 50)
    columns = [replace(one, only_lines=1), both, replace(two, only_lines=2)]
    assert share_width(columns, 300) == {"a": 50, "b": 250}
    assert share_width(columns, 300, 2) == {"b": 250, "c": 50}


@given(
    st.lists(st.tuples(st.integers(10, 300), st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=12),
    st.integers(0, 3000),
)
def test_growing_columns_fill_the_width_exactly(shapes, room):
    columns = [column(str(at), *shape) for at, shape in enumerate(shapes)]
    widths = share_width(columns, room)
    staying = [each for each in columns if each.id in widths]
    least = sum(each.width for each in staying)
    assert all(widths[each.id] >= (each.width if least <= room else min(each.width, 96)) for each in staying)
    assert all(widths[each.id] == each.width for each in staying if not each.grow)
    if any(each.grow for each in staying) and least <= room:
        assert sum(widths.values()) == room


def test_a_narrow_table_drops_owner_then_attempt_then_strip(table):
    shown = {w: [c.id for at, c in enumerate(samples.BOARD_COLUMNS) if not table.isColumnHidden(at)]
             for w in (1080, 970, 940, 850) if not table.resize(w, 400)}  # fmt: skip
    assert "owner" in shown[1080]
    assert "owner" not in shown[970]
    assert "attempt" not in shown[940]
    assert "strip" not in shown[850]


# -- rows -------------------------------------------------------------------------------------------------------


def test_the_board_shows_enough_compact_rows(qtbot):
    made = DenseTable(samples.BOARD_COLUMNS, density="compact")
    qtbot.addWidget(made)
    rows = samples.BOARD * 4
    made.setModel(samples.SampleModel(rows, len(samples.BOARD_COLUMNS)))
    frame = 24 + 40 + 24  # menu bar, toolbar, status strip
    made.resize(1072, 1080 - 28 - frame)
    made.show()
    assert len(made.visible_rows()) >= 45


def test_keys_pass_over_sections(table):
    table.select_row(11)
    table.step(1)
    assert isinstance(table.model().rows[12], roles.Section)
    assert table.currentIndex().row() == 13
    table.step(-1)
    assert table.currentIndex().row() == 11


def test_the_current_row_is_told(table, qtbot):
    with qtbot.waitSignal(table.current_changed) as told:
        table.select_row(2)
    assert told.args[0].service == "checkout rate"
    assert table.current_row().service == "checkout rate"


def test_enter_and_double_click_open(table, qtbot):
    table.select_row(1)
    with qtbot.waitSignal(table.opened) as told:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert told.args[0].service == "ping"
    with qtbot.waitSignal(table.opened) as told:
        qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 50))
    assert told.args[0].service == "checkout rate"


def test_single_keys_are_left_to_the_actions(table, qtbot):
    table.select_row(1)
    qtbot.keyClick(table, Qt.Key.Key_D)
    assert table.current_row().service == "ping"


def test_a_section_tells_its_id(table, qtbot):
    with qtbot.waitSignal(table.section_clicked) as told:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 10))
    assert told.args == ["unhandled"]


def test_the_sticky_section_answers_for_the_rows_under_it(table, qtbot):
    table.resize(1080, 200)
    table.verticalScrollBar().setValue(60)
    with qtbot.waitSignal(table.section_clicked) as told:
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 10))
    assert told.args == ["unhandled"]
    ground = painted(table).pixelColor(900, 4)
    assert ground == theme.current().color("bg.app")


def test_heads_that_sort_tell_it(table, qtbot):
    with qtbot.waitSignal(table.sort_asked) as told:
        table._head.sectionClicked.emit(1)
    assert told.args == ["service"]
    with qtbot.assertNotEmitted(table.sort_asked):
        table._head.sectionClicked.emit(0)


def test_a_current_row_without_focus_is_quiet(table):
    table.select_row(3)
    table.clearFocus()
    ground = painted(table).pixelColor(1078, 3 * 20 + 10)
    assert ground == theme.current().color("bg.selected_inactive")


@pytest.mark.parametrize("name", ["compact", "regular", "comfortable"])
def test_each_density_draws(table, name):
    table.set_density(name)
    assert table.rowHeight(0) == density(name).row
    assert not painted(table).isNull()


def test_heads_of_sections_keep_their_height_in_every_density(table):
    table.fit_sections([2])
    for name in ("comfortable", "compact", "regular"):
        table.set_density(name)
        assert (table.rowHeight(1), table.rowHeight(2)) == (density(name).row, 20)


def test_a_table_without_rows_or_model_draws(qtbot):
    bare = DenseTable(samples.BOARD_COLUMNS)
    qtbot.addWidget(bare)
    bare.show()
    assert not painted(bare).isNull()
    bare.step(1)
    assert bare.current_row() is None
    bare.setModel(samples.SampleModel((), len(samples.BOARD_COLUMNS)))
    assert not painted(bare).isNull()


def test_rows_that_are_not_read_yet_draw(qtbot):
    made = DenseTable(samples.BOARD_COLUMNS)
    qtbot.addWidget(made)
    made.setModel(samples.SampleModel((None,) * 50, len(samples.BOARD_COLUMNS)))
    made.show()
    assert not painted(made).isNull()
    assert made.current_row() is None


def test_a_stale_row_has_no_ok_colour(qtbot):
    rows = tuple(row for row in samples.BOARD if getattr(row, "state", "") == "stale")
    made = DenseTable(samples.BOARD_COLUMNS, density="compact")
    qtbot.addWidget(made)
    made.setModel(samples.SampleModel(rows, len(samples.BOARD_COLUMNS)))
    made.resize(1080, 80)
    made.show()
    image, ok = painted(made), theme.current().state_color("ok")
    found = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert ok.name() not in found


# -- painters ---------------------------------------------------------------------------------------------------

EMPTY = (
    cells.text_cell(lambda r: None), cells.text_cell(lambda r: "", below=lambda r: None),
    cells.number_cell(lambda r: None),
    cells.count_cell(lambda r: 0), cells.state_cell(lambda r: ""), cells.age_cell(lambda r: None),
    cells.attempt_cell(lambda r: None), cells.strip_cell(lambda r: None), cells.marks_cell(lambda r: None),
    cells.priority_cell(lambda r: None), cells.status_cell(lambda r: None), cells.initials_cell(lambda r: ""),
    cells.sla_cell(lambda r: None), cells.icon_cell(lambda r: None),
)  # fmt: skip


@pytest.mark.parametrize("at", range(len(EMPTY)))
@pytest.mark.parametrize("width", [-4, 0, 3, 80])
def test_a_painter_given_nothing_draws_nothing(qapp, at, width):
    image = QImage(100, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    EMPTY[at](painter, QRect(4, 4, width, 20), object(), CellContext())
    painter.end()
    assert not any(image.pixelColor(x, y).alpha() for x in range(100) for y in range(40))


def test_text_stays_in_its_cell(qapp):
    image = QImage(200, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    show = cells.text_cell(lambda r: "a very long sentence that does not fit " * 9)
    show(painter, QRect(20, 4, 90, 20), None, CellContext())
    painter.end()
    assert not any(image.pixelColor(x, y).alpha() for x in [*range(19), *range(112, 200)] for y in range(40))


@pytest.mark.parametrize(
    ("view", "fill", "icon", "text"),
    [
        (samples.sla(-12), "critical", "", "-12 min"),
        (samples.sla(18), "warning", "", "18 min"),
        (samples.sla(41), "", "", "41 min"),
        (samples.sla(200, 300), "", "", "3 h 20 m"),
        (samples.sla(0, paused="vendor"), "", "pause", "vendor"),
        (samples.sla(0, met_ms=180_000), "", "check", "3 min"),
        (SlaView(met_ms=180_000, is_missed=True), "", "close", "3 min"),
    ],
)
def test_an_sla_clock_reads_without_colour(view, fill, icon, text):
    look = sla_look(view, samples.NOW)
    assert (look.fill, look.icon, look.text) == (fill, icon, text)


# -- pulse ------------------------------------------------------------------------------------------------------


def test_the_pulse_stops_with_its_last_listener(table):
    assert pulse()._timer.isActive()
    table.hide()
    assert not pulse()._timer.isActive()


def test_the_pulse_quickens_while_anything_blinks(qtbot):
    made = Pulse()
    made.follow(made)
    assert made._timer.interval() == 1000
    made.set_blinking(made, True)
    assert made._timer.interval() == 500
    made.reduced_motion = True
    made.set_blinking(made, True)
    assert made._timer.interval() == 1000
    made.unfollow(made)
    assert not made._timer.isActive()


def test_only_cells_that_age_are_painted_again(qtbot):
    regions = []

    class Seen(DenseTable):
        def paintEvent(self, event):
            regions.append(event.region())
            super().paintEvent(event)

    other = Seen(samples.BOARD_COLUMNS, density="compact")
    qtbot.addWidget(other)
    other.setModel(samples.SampleModel(samples.BOARD, len(samples.BOARD_COLUMNS)))
    other.resize(1080, 400)
    with qtbot.waitExposed(other):
        other.show()
    qtbot.waitUntil(lambda: bool(regions))
    regions.clear()
    other._beat()
    qtbot.waitUntil(lambda: bool(regions))
    live = samples.BOARD_COLUMNS[5]
    assert live.is_live
    assert regions[0].boundingRect().width() == other.columnWidth(5)


# -- scrolling --------------------------------------------------------------------------------------------------


class PaintedArea(QObject):
    """Counts the pixels that a widget is asked to paint."""

    def __init__(self, widget):
        super().__init__(widget)
        self.pixels = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.pixels += sum(rect.width() * rect.height() for rect in event.region())
        return False


def scroll(table, by: int) -> None:
    """Move the rows, and paint what that asks for, as the event loop would."""
    table.verticalScrollBar().setValue(table.verticalScrollBar().value() + by)
    QCoreApplication.sendPostedEvents(table, QEvent.Type.UpdateRequest.value)


def on_screen(table) -> QImage:
    """What stands on the screen; ``grab`` would paint anew."""
    at, view = table.viewport().mapTo(table, QPoint(0, 0)), table.viewport()
    return table.screen().grabWindow(table.winId(), at.x(), at.y(), view.width(), view.height()).toImage()


@pytest.mark.parametrize("by", [1, 7, 20, 61, 3, -2, -45])
def test_scrolled_rows_look_as_if_painted_anew(table, qtbot, by):
    table.resize(1080, 160)
    qtbot.waitUntil(lambda: table.windowHandle().isExposed())
    QCoreApplication.processEvents()  # the size, the focus
    scroll(table, 60)
    for _ in range(4):
        scroll(table, by)
    fresh = painted(table)
    is_same = on_screen(table).convertToFormat(fresh.format()) == fresh
    assert is_same


def test_scrolling_paints_only_what_comes_into_sight(qtbot):
    rows = [each for each in samples.BOARD if not isinstance(each, roles.Section)] * 20
    table = DenseTable(samples.BOARD_COLUMNS, density="compact")
    qtbot.addWidget(table)
    table.setModel(samples.SampleModel(rows, len(samples.BOARD_COLUMNS)))
    table.resize(1080, 500)
    table.show()
    qtbot.waitUntil(lambda: table.windowHandle().isExposed())
    QCoreApplication.processEvents()  # the size, the focus
    scroll(table, 100)
    seen = PaintedArea(table.viewport())
    scroll(table, 40)
    assert seen.pixels == 40 * table.viewport().width()
