"""Charts of stored samples over lanes of events, on one time axis. Owns their order and the shared cursor.

pyqtgraph is imported when the first plot is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.text import tr
from app.ui.parts import chart_plot
from app.ui.parts.chart_frame import HEAD_PX, PlotHead, TimeAxis
from app.ui.parts.chart_line import Line, by_unit
from app.ui.parts.event_lanes import EventLanes, Lane


class TimeChart(QWidget):
    """Up to three plots and the lanes under them. ``cursor_moved(at)`` while the pointer is over a plot."""

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._plots: list[Any] = []
        self._heads: list[PlotHead] = []
        self._groups: list[list[Line]] = []
        self._window = (0, 1)
        self.lanes = EventLanes(self)
        self._axis = TimeAxis(self)
        self._layout.addWidget(self._axis)
        self._layout.addWidget(self.lanes)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_window(self, lines: Sequence[Line], lanes: Sequence[Lane], since_at: Moment, until_at: Moment) -> None:
        """Show these lines and lanes between two moments. A plot whose lines have no samples says so."""
        self._groups = by_unit(lines)
        self._window = (since_at, until_at)
        self._fit_plots(len(self._groups))
        for head, group in zip(self._heads, self._groups, strict=True):
            head.set_lines(group, until_at)
        self._draw()
        self._axis.set_window(since_at, until_at)
        self.lanes.set_lanes(lanes, since_at, until_at)
        told = "; ".join(f"{line.name} {line.newest(until_at)}" for group in self._groups for line in group)
        self.setAccessibleName(tr("Charts: {what}", what=told or tr("no samples")))
        self.updateGeometry()

    def restyle(self) -> None:
        """Another theme: draw everything again."""
        for plot in self._plots:
            chart_plot.style_plot(plot)
        self._draw()

    def sizeHint(self) -> QSize:
        plots = len(self._groups) * (chart_plot.PLOT_PX + HEAD_PX)
        return QSize(400, plots + self._axis.sizeHint().height() + self.lanes.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Labels of limits stand side by side in pixels; with another width they need other places.
        if event.oldSize().width() != event.size().width():
            self._layout.activate()
            self._draw()

    def _draw(self) -> None:
        for plot, group in zip(self._plots, self._groups, strict=True):
            chart_plot.draw(plot, group, *self._window)

    def _fit_plots(self, wanted: int) -> None:
        while len(self._plots) > wanted:
            for widget in (self._plots.pop(), self._heads.pop()):
                self._layout.removeWidget(widget)
                widget.deleteLater()
        while len(self._plots) < wanted:
            plot, head = chart_plot.make_plot(self, self._mouse_moved), PlotHead(self)
            at = 2 * len(self._plots)
            self._layout.insertWidget(at, head)
            self._layout.insertWidget(at + 1, plot)
            self._plots.append(plot)
            self._heads.append(head)
            # A widget that nobody has shown yet has no part in the layout, and would be drawn at a width of its own.
            head.show()
            plot.show()
        self._layout.activate()

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
