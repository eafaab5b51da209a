"""One plot of a chart: curves with their gaps, limits, a cursor. Alone knows pyqtgraph, imported late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.base.clock import Moment
from app.base.text import tr
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.chart_frame import DASHES
from app.ui.parts.chart_line import Line, short

PLOT_PX = 92
_LIMITS = 4
# The least distance, in pixels, of two labels that stand one over the other, and of two side by side.
_LABEL_PX = 13
_APART_PX = 10


def make_plot(parent: QWidget, moved: Callable[[Any], None]) -> Any:
    """A plot without any lines. ``moved``: called with the scene position of the pointer."""
    import pyqtgraph as pg

    plot = pg.PlotWidget(parent, viewBox=pg.ViewBox(enableMouse=False, enableMenu=False))
    plot.setFixedHeight(PLOT_PX)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.hideButtons()
    plot.scene().sigMouseMoved.connect(moved)
    plot.cursor_line = pg.InfiniteLine(angle=90, movable=False)
    plot.cursor_line.setVisible(False)
    plot.addItem(plot.cursor_line, ignoreBounds=True)
    plot.nothing = Label("", style="caption", role="fg.muted", wrap=True, parent=plot)
    plot.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
    style_plot(plot)
    return plot


def style_plot(plot: Any) -> None:
    """Colours and the fixed left edge."""
    theme = current()
    plot.setBackground(theme.color("bg.panel"))
    left = plot.getAxis("left")
    left.setWidth(theme.length("chart.axis_left_px.with_lanes"))
    left.setPen(theme.color("chart.grid"))
    left.setTextPen(theme.color("chart.axis_text"))
    left.setStyle(tickFont=theme.font("micro"), maxTickLevel=0, tickLength=0)
    plot.hideAxis("bottom")
    plot.showGrid(x=False, y=True, alpha=0.4)
    plot.cursor_line.setPen(_pen(plot, theme.color("chart.cursor"), 1))


def draw(plot: Any, lines: Sequence[Line], since_at: Moment, until_at: Moment) -> None:
    """Lines, limits, and the window. x is seconds since the window's start: small numbers keep their precision."""
    for item in list(plot.plotItem.items):
        if item is not plot.cursor_line:
            plot.removeItem(item)
    is_empty = not any(line.values for line in lines)
    plot.getAxis("left").setStyle(showValues=not is_empty)
    _tell_nothing(plot, is_empty)
    plot.setXRange(0, (until_at - since_at) / 1000, padding=0)
    for index, line in enumerate(lines):
        if line.values:
            _add_curve(plot, line, index, since_at)
    low, high = bounds(lines)
    plot.setYRange(low, high, padding=0)
    if not is_empty:
        _add_limits(plot, lines, low, high)


def bounds(lines: Sequence[Line]) -> tuple[float, float]:
    """The least and the greatest value that a plot shows, with air at both ends; zero is the floor when near."""
    values = [value for line in lines for value in line.values]
    least, most = (min(values), max(values)) if values else (0.0, 1.0)
    # A limit that is near is shown; one far away must not flatten the curve.
    most = max([most, *(limit for line in lines for _word, limit in line.limits if limit <= most * 1.6 + 1e-9)])
    # What never changes is shown by how far it is from nothing, and from its limits.
    is_from_zero = least >= 0 and (least < 0.5 * most or not values or least == max(values))
    low = 0.0 if is_from_zero else least
    air = (most - low) * 0.18 or abs(most) * 0.1 or 1.0
    return (low if is_from_zero else low - air / 2), most + air


def label_places(tops: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Where each limit's label begins, in pixels from the left, so that none covers another.

    ``tops``: the labels' heights on the screen; ``widths``: their lengths.
    """
    placed: list[tuple[float, float, float]] = []
    for top, width in zip(tops, widths, strict=True):
        near = [(left, right) for at, left, right in placed if abs(at - top) < _LABEL_PX]
        left = _APART_PX
        for start, end in sorted(near):
            if left + width + _APART_PX > start and left < end + _APART_PX:
                left = round(end) + _APART_PX
        placed.append((top, left, left + width))
    return [left for _top, left, _right in placed]


def _tell_nothing(plot: Any, is_empty: bool) -> None:
    left = current().length("chart.axis_left_px.with_lanes")
    plot.nothing.setText(tr("No samples in this stretch of time.") if is_empty else "")
    plot.nothing.setGeometry(left, 0, max(0, plot.width() - left), PLOT_PX)
    plot.nothing.setVisible(is_empty)


def _add_curve(plot: Any, line: Line, index: int, since_at: Moment) -> None:
    import numpy as np
    import pyqtgraph as pg

    x, y = _with_gaps(line, since_at)
    colour = current().series(index)
    pen = _pen(plot, colour, 1.5, DASHES[index])
    plot.addItem(pg.PlotCurveItem(x, y, pen=pen, connect="finite", antialias=True))
    # A sample with silence on both sides has no line to be seen by.
    known = np.concatenate([[False], np.isfinite(y), [False]])
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    if alone.any():
        plot.addItem(pg.ScatterPlotItem(x[alone], y[alone], size=5, pen=None, brush=pg.mkBrush(colour)))


def _pen(plot: Any, colour: QColor, width_px: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> Any:
    """pyqtgraph's pens count in the screen's own pixels: at 200 % a line would be half as thick."""
    import pyqtgraph as pg

    return pg.mkPen(colour, width=width_px * plot.devicePixelRatioF(), style=style)


def _with_gaps(line: Line, since_at: Moment) -> tuple[Any, Any]:
    """Seconds and values with a NaN wherever the source was silent for too long."""
    import numpy as np

    at = (np.asarray(line.at, dtype=np.float64) - since_at) / 1000
    values = np.asarray(line.values, dtype=np.float64)
    silent = np.flatnonzero(np.diff(at) > line.gap_ms / 1000) + 1
    return np.insert(at, silent, at[silent]) if len(silent) else at, np.insert(values, silent, np.nan)


def limit_labels(lines: Sequence[Line]) -> list[tuple[str, float, str]]:
    """(state word, value, text) of at most four limits; they name their series where series differ in them."""
    owners: dict[tuple[str, float], list[str]] = {}
    for line in lines:
        for limit in line.limits:
            owners.setdefault(limit, []).append(line.name)
    is_shared = len({line.limits for line in lines}) == 1
    found = []
    for (word, value), names in list(owners.items())[:_LIMITS]:
        text = f"{current().state(word).letter} {short(value)}"
        found.append((word, value, text if is_shared else f"{text} {', '.join(names)}"))
    return found


def label_anchors(tops: Sequence[float]) -> list[tuple[int, bool]]:
    """For each limit, the limit beside whose line its label stands, and whether over it (else under it).

    ``tops``: the lines' heights on the screen, highest first. A lone label stands on its line, or under it where the
    plot ends; those of close lines stand in a row under the lowest, where no other line strikes them through.
    """
    anchors: list[tuple[int, bool]] = []
    first = 0
    for at in range(1, len(tops) + 1):
        if at < len(tops) and tops[at] - tops[at - 1] < 2 * _LABEL_PX:
            continue
        is_alone, has_room_below = at - first == 1, tops[at - 1] < PLOT_PX - _LABEL_PX
        is_over = tops[first] >= _LABEL_PX and (is_alone or not has_room_below)
        anchors += [(first if is_over else at - 1, is_over)] * (at - first)
        first = at
    return anchors


def _add_limits(plot: Any, lines: Sequence[Line], low: float, high: float) -> None:
    found = sorted(limit_labels(lines), key=lambda each: -each[1])
    shown = [each for each in found if low <= each[1] <= high]
    tops = [(high - value) / (high - low) * PLOT_PX for _word, value, _text in shown]
    anchors = label_anchors(tops)
    heights = [tops[at] - _LABEL_PX if is_over else tops[at] for at, is_over in anchors]
    widths = [current().metrics("micro").horizontalAdvance(text) for _word, _value, text in shown]
    lefts = label_places(heights, widths)
    for (word, value, text), left, (at, is_over) in zip(shown, lefts, anchors, strict=True):
        _add_rule(plot, word, value)
        _add_label(plot, word, text, left, shown[at][1], is_over)


def _add_rule(plot: Any, word: str, value: float) -> None:
    import pyqtgraph as pg

    pen = _pen(plot, current().state_color(word, "outline"), 1, Qt.PenStyle.DashLine)
    rule = pg.InfiniteLine(value, angle=0, pen=pen)
    rule.setZValue(-2)
    plot.addItem(rule, ignoreBounds=True)


def _add_label(plot: Any, word: str, text: str, left_px: float, value: float, is_over: bool) -> None:
    """Over the limits' lines, so that it can be read, and under the curves, so that it hides none."""
    import pyqtgraph as pg

    theme = current()
    room = max(1, plot.width() - theme.length("chart.axis_left_px.with_lanes"))
    span_s = plot.getViewBox().viewRange()[0][1]
    ground, colour = pg.mkBrush(theme.color("bg.panel")), theme.state_color(word, "text")
    label = pg.TextItem(text, color=colour, anchor=(0, 1 if is_over else 0), fill=ground)
    label.setFont(theme.font("micro"))
    label.textItem.document().setDocumentMargin(1)
    label.setPos(left_px / room * span_s, value)
    label.setZValue(-1)
    plot.addItem(label, ignoreBounds=True)
