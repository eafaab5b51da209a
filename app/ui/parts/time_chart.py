"""Charts of stored samples over lanes of events, on one time axis. pyqtgraph is imported when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.base.clock import MINUTE, Moment, to_datetime
from app.base.text import tr
from app.ui.kit.theme import Theme, current
from app.ui.parts.event_lanes import EventLanes, Lane

PLOTS = 3
SERIES_PER_PLOT = 4
_PLOT_HEIGHT = 92
_HEAD = 20
_DASHES = (
    Qt.PenStyle.SolidLine, Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine,
    Qt.PenStyle.SolidLine,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One series. ``gap_ms``: a longer silence between two samples stays a gap."""

    name: str
    unit: str
    at: tuple[Moment, ...]
    values: tuple[float, ...]
    warn: float | None = None
    crit: float | None = None
    gap_ms: int = 15 * MINUTE

    @property
    def last_text(self) -> str:
        """The newest value as text."""
        return f"{_short(self.values[-1])} {self.unit}".strip() if self.values else ""


def by_unit(lines: Sequence[Line]) -> list[list[Line]]:
    """At most three plots: lines of one unit share a plot, those with limits first."""
    groups: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda each: each.crit is None and each.warn is None):
        groups.setdefault(line.unit, []).append(line)
    return [group[:SERIES_PER_PLOT] for group in groups.values()][:PLOTS]


class TimeChart(QWidget):
    """Up to three plots and the lanes under them. ``cursor_moved(at)`` while the pointer is over a plot."""

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._plots: list[Any] = []
        self._heads: list[_PlotHead] = []
        self._groups: list[list[Line]] = []
        self._window = (0, 1)
        self.lanes = EventLanes(self)
        self._axis = _TimeAxis(self)
        self._layout.addWidget(self._axis)
        self._layout.addWidget(self.lanes)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_window(self, lines: Sequence[Line], lanes: Sequence[Lane], since_at: Moment, until_at: Moment) -> None:
        """Show these lines and lanes between two moments."""
        self._groups = by_unit(lines)
        self._window = (since_at, until_at)
        self._fit_plots(len(self._groups))
        for plot, head, group in zip(self._plots, self._heads, self._groups, strict=True):
            head.set_lines(group)
            _draw(plot, group, since_at, until_at)
        self._axis.set_window(since_at, until_at)
        self.lanes.set_lanes(lanes, since_at, until_at)
        told = "; ".join(f"{line.name} {line.last_text}" for group in self._groups for line in group)
        self.setAccessibleName(tr("Charts: {what}", what=told or tr("no samples")))
        self.updateGeometry()

    def restyle(self) -> None:
        """Another theme: draw everything again."""
        for plot, group in zip(self._plots, self._groups, strict=True):
            _style(plot)
            _draw(plot, group, *self._window)

    def sizeHint(self) -> QSize:
        plots = len(self._groups) * (_PLOT_HEIGHT + _HEAD)
        return QSize(400, plots + self._axis.sizeHint().height() + self.lanes.sizeHint().height())

    def _fit_plots(self, wanted: int) -> None:
        import pyqtgraph as pg

        while len(self._plots) > wanted:
            for widget in (self._plots.pop(), self._heads.pop()):
                self._layout.removeWidget(widget)
                widget.deleteLater()
        while len(self._plots) < wanted:
            plot = pg.PlotWidget(self, viewBox=pg.ViewBox(enableMouse=False, enableMenu=False))
            plot.setFixedHeight(_PLOT_HEIGHT)
            plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            plot.hideButtons()
            plot.scene().sigMouseMoved.connect(self._mouse_moved)
            _style(plot)
            head = _PlotHead(self)
            at = 2 * len(self._plots)
            self._layout.insertWidget(at, head)
            self._layout.insertWidget(at + 1, plot)
            self._plots.append(plot)
            self._heads.append(head)

    def _mouse_moved(self, position: Any) -> None:
        if not self._plots:
            return
        x = self._plots[0].getViewBox().mapSceneToView(position).x()
        since_at, until_at = self._window
        at = int(since_at + x * 1000)
        inside = since_at <= at <= until_at
        self.lanes.set_cursor(at if inside else None)
        for plot in self._plots:
            plot.cursor_line.setVisible(inside)
            plot.cursor_line.setValue(x)
        self.cursor_moved.emit(at if inside else None)


class _PlotHead(QWidget):
    """The plot's name at the left, a sample of each line with its newest value at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []
        self.setFixedHeight(_HEAD)

    def set_lines(self, lines: list[Line]) -> None:
        self._lines = lines
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        metrics = theme.metrics("caption")
        right = self.width()
        for index, line in reversed(list(enumerate(self._lines))):
            text = f"{line.name} {line.last_text}"
            advance = round(metrics.horizontalAdvance(text))
            right -= advance
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("fg.secondary"))
            painter.drawText(QRectF(right, 0, advance + 2, _HEAD), Qt.AlignmentFlag.AlignVCenter, text)
            right -= 20
            painter.setPen(QPen(theme.series(index), 2, _DASHES[index]))
            painter.drawLine(right, _HEAD // 2, right + 14, _HEAD // 2)
            right -= 8
        painter.setFont(theme.font("caption", strong=True))
        painter.setPen(theme.color("fg.default"))
        name = self._lines[0].unit or self._lines[0].name if self._lines else ""
        title = metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(0, right - 8))
        painter.drawText(QRectF(0, 0, max(0, right), _HEAD), Qt.AlignmentFlag.AlignVCenter, title)
        painter.end()


class _TimeAxis(QWidget):
    """Times under the plots; drawn here so that plots and lanes share it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._since: Moment = 0
        self._until: Moment = 1
        self.setFixedHeight(_HEAD)

    def set_window(self, since_at: Moment, until_at: Moment) -> None:
        self._since, self._until = since_at, max(until_at, since_at + 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEAD)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        left = theme.length("chart.axis_left_px.with_lanes")
        width = max(1, self.width() - left)
        painter.setFont(theme.font("micro"))
        painter.setPen(theme.color("chart.axis_text"))
        span = self._until - self._since
        step = _step(span)
        offset = int((to_datetime(self._since).astimezone().utcoffset() or _ZERO).total_seconds() * 1000)
        at = self._since - (self._since + offset) % step + step
        while at <= self._until:
            x = left + (at - self._since) / span * width
            text = f"{to_datetime(at).astimezone():%H:%M}"
            if x + 16 <= self.width():
                painter.drawText(QRectF(x - 30, 0, 60, _HEAD), Qt.AlignmentFlag.AlignCenter, text)
            at += step
        painter.end()


_ZERO = timedelta(0)
_STEPS = tuple(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440))


def _step(span_ms: int) -> int:
    """The distance of time labels: at most seven of them."""
    return next((step for step in _STEPS if span_ms / step <= 7), _STEPS[-1] * max(1, span_ms // _STEPS[-1] // 7))


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}".replace(",", "\u2009")


def _style(plot: Any) -> None:
    """Colours and the fixed left edge."""
    import pyqtgraph as pg

    theme = current()
    plot.setBackground(theme.color("bg.panel"))
    left = plot.getAxis("left")
    left.setWidth(theme.length("chart.axis_left_px.with_lanes"))
    left.setPen(theme.color("chart.grid"))
    left.setTextPen(theme.color("chart.axis_text"))
    left.setStyle(tickFont=theme.font("micro"), maxTickLevel=0, tickLength=0)
    plot.hideAxis("bottom")
    plot.showGrid(x=False, y=True, alpha=0.4)
    if not hasattr(plot, "cursor_line"):
        plot.cursor_line = pg.InfiniteLine(angle=90, movable=False)
        plot.cursor_line.setVisible(False)
        plot.addItem(plot.cursor_line, ignoreBounds=True)
    plot.cursor_line.setPen(pg.mkPen(theme.color("chart.cursor"), width=1))


def _draw(plot: Any, lines: list[Line], since_at: Moment, until_at: Moment) -> None:
    """Lines, limits, and the window. x is seconds since the window's start: small numbers keep their precision."""
    import pyqtgraph as pg

    theme = current()
    for item in list(plot.plotItem.items):
        if item is not plot.cursor_line:
            plot.removeItem(item)
    for index, line in enumerate(lines):
        x, y = _with_gaps(line, since_at)
        pen = pg.mkPen(theme.series(index), width=1.5, style=_DASHES[index])
        plot.addItem(pg.PlotCurveItem(x, y, pen=pen, connect="finite", antialias=True))
    for word, limit in _limits(lines):
        _add_limit(plot, theme, word, limit)
    plot.setXRange(0, (until_at - since_at) / 1000, padding=0)
    _fit_y(plot, lines)


def _with_gaps(line: Line, since_at: Moment) -> tuple[Any, Any]:
    """Seconds and values with a NaN wherever the source was silent for too long."""
    import numpy as np

    at = (np.asarray(line.at, dtype=np.float64) - since_at) / 1000
    values = np.asarray(line.values, dtype=np.float64)
    silent = np.flatnonzero(np.diff(at) > line.gap_ms / 1000) + 1
    return np.insert(at, silent, at[silent]) if len(silent) else at, np.insert(values, silent, np.nan)


def _limits(lines: list[Line]) -> list[tuple[str, float]]:
    found = [("warning", line.warn) for line in lines] + [("critical", line.crit) for line in lines]
    return list(dict.fromkeys((word, limit) for word, limit in found if limit is not None))[:4]


def _add_limit(plot: Any, theme: Theme, word: str, limit: float) -> None:
    import pyqtgraph as pg

    pen = pg.mkPen(theme.state_color(word, "outline"), width=1, style=Qt.PenStyle.DashLine)
    letter = theme.state(word).letter
    label = {"position": 0.04, "color": theme.state_color(word, "text"), "anchors": [(0, 1), (0, 1)]}
    rule = pg.InfiniteLine(limit, angle=0, pen=pen, label=f"{letter} {_short(limit)}", labelOpts=label)
    rule.label.setFont(theme.font("micro"))
    plot.addItem(rule, ignoreBounds=True)


def _fit_y(plot: Any, lines: list[Line]) -> None:
    values = [value for line in lines for value in line.values]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    # A limit that is near is shown; one far away must not flatten the curve.
    near = [limit for _word, limit in _limits(lines) if limit <= high * 1.6 + 1e-9]
    high = max([high, *near])
    low = 0.0 if 0 <= low < 0.5 * high else low
    room = (high - low) * 0.18 or abs(high) * 0.1 or 1.0
    plot.setYRange(low, high + room, padding=0)
