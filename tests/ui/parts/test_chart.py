"""Charts say in words what they cannot draw, and no label covers another."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.base.clock import HOUR, MINUTE
from app.ui.parts.chart_line import Line, by_unit, title_of
from app.ui.parts.chart_plot import bounds, label_anchors, label_places, limit_labels
from app.ui.parts.time_chart import TimeChart

NOW = 1_760_000_000_000
SINCE = NOW - HOUR


def line(name: str, *values: float, unit: str = "%", every: int = MINUTE, ago: int = 0, **limits: float) -> Line:
    at = tuple(NOW - ago - (len(values) - 1 - n) * every for n in range(len(values)))
    return Line(name, unit, at, values, **limits)


def test_a_value_that_is_old_is_told_with_its_time() -> None:
    assert line("used", 1, 95.72).newest(NOW) == "95.72 %"
    assert line("used", 95.72, ago=30 * MINUTE).newest(NOW).startswith("95.72 % at ")
    assert line("used").newest(NOW) == "no samples"


def test_a_plot_is_called_by_its_only_series_or_by_its_unit() -> None:
    assert title_of([line("used", 1)]) == "used"
    assert title_of([line("used", 1), line("inodes", 2)]) == "Per cent"
    assert title_of([line("a", 1, unit="req"), line("b", 2, unit="req")]) == "In req"


def test_series_with_samples_come_before_those_without() -> None:
    groups = by_unit([line("gone", unit="ms"), line("plain", 1, unit="B"), line("used", 1, warn=80.0)])
    assert [[each.name for each in group] for group in groups] == [["used"], ["plain"], ["gone"]]


def test_a_limit_names_its_series_only_where_series_differ() -> None:
    both = [line("used", 1, warn=85.0, crit=95.0), line("inodes", 1, warn=80.0, crit=95.0)]
    assert [text for _word, _value, text in limit_labels(both)] == ["W 85 used", "C 95 used, inodes", "W 80 inodes"]
    same = [line("used", 1, warn=85.0), line("inodes", 1, warn=85.0)]
    assert [text for _word, _value, text in limit_labels(same)] == ["W 85"]


def test_labels_of_lines_that_lie_close_stand_in_a_row_under_them() -> None:
    assert label_anchors([]) == []
    assert label_anchors([40.0]) == [(0, True)]
    assert label_anchors([5.0]) == [(0, False)]
    assert label_anchors([20.0, 60.0]) == [(0, True), (1, True)]
    assert label_anchors([18.0, 20.0, 28.0]) == [(2, False)] * 3
    assert label_anchors([70.0, 85.0]) == [(0, True)] * 2


@given(st.lists(st.tuples(st.floats(0, 92), st.floats(10, 120)), max_size=4))
def test_no_label_covers_another(labels: list[tuple[float, float]]) -> None:
    lefts = label_places([top for top, _width in labels], [width for _top, width in labels])
    placed = [(top, left, left + width) for (top, width), left in zip(labels, lefts, strict=True)]
    for one, other in combinations(placed, 2):
        assert abs(one[0] - other[0]) >= 13 or one[2] <= other[1] or other[2] <= one[1]


@pytest.mark.parametrize("values", [(0.0,), (1.08, 1.43), (-4.0, 3.0), (100.0, 100.0), (95.0, 31.0)])
def test_every_value_stands_inside_its_plot(values: tuple[float, ...]) -> None:
    low, high = bounds([line("used", *values)])
    assert low <= min(values) <= max(values) < high


def test_a_value_that_never_changes_is_shown_beside_its_limits() -> None:
    low, high = bounds([line("lost", 100.0, 100.0, warn=20.0, crit=60.0)])
    assert low == 0.0
    assert high > 100.0


def test_an_empty_plot_says_so_beside_a_drawn_one(qtbot: QtBot) -> None:
    chart = TimeChart()
    qtbot.addWidget(chart)
    chart.set_window([line("used", 1, 2, 3), line("rta", unit="ms")], [], SINCE, NOW)
    drawn, empty = chart._plots
    assert drawn.nothing.isHidden()
    assert not empty.nothing.isHidden()
    assert "No samples" in empty.nothing.text()
    assert "rta no samples" in chart.accessibleName()
    chart.set_window([line("used", 1, 2, 3), line("rta", 4, unit="ms")], [], SINCE, NOW)
    assert all(plot.nothing.isHidden() for plot in chart._plots)


def test_a_plot_that_comes_later_is_drawn_at_the_width_of_the_chart(qtbot: QtBot) -> None:
    chart = TimeChart()
    qtbot.addWidget(chart)
    chart.resize(400, 400)
    with qtbot.waitExposed(chart):
        chart.show()
    chart.set_window([line("rta", unit="ms")], [], SINCE, NOW)
    (empty,) = chart._plots
    assert empty.width() == chart.width()
    assert empty.nothing.geometry().right() == chart.width() - 1


def test_a_sample_without_neighbours_is_a_dot(qtbot: QtBot) -> None:
    chart = TimeChart()
    qtbot.addWidget(chart)
    for lone, dots in ((line("used", 5), 1), (line("used", 5, 6, every=HOUR), 2), (line("used", 5, 6), 0)):
        chart.set_window([lone], [], SINCE - HOUR, NOW)
        scatter = [item for item in chart._plots[0].plotItem.items if type(item).__name__ == "ScatterPlotItem"]
        assert sum(len(item.data) for item in scatter) == dots
