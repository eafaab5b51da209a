"""Lanes under a chart: what happened when, on the same time axis and the same left edge as the plots above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.clock import Moment
from app.base.text import tr
from app.ui.kit.theme import current


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane. ``state``: a state word, ``stale`` for "not known"; empty: drawn as an outline."""

    start_at: Moment
    end_at: Moment
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of 18 px. A span without length is drawn as a mark with its text beside it."""

    name: str
    spans: tuple[Span, ...]


class EventLanes(QWidget):
    """Painted lanes; ``set_window`` moves the time axis, ``set_cursor`` the vertical line through it."""

    def __init__(self, parent: QWidget | None = None, *, left_px: int | None = None) -> None:
        super().__init__(parent)
        self._left = left_px if left_px is not None else current().length("chart.axis_left_px.with_lanes")
        self._lanes: tuple[Lane, ...] = ()
        self._since: Moment = 0
        self._until: Moment = 1
        self._cursor: Moment | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_lanes(self, lanes: Sequence[Lane], since_at: Moment, until_at: Moment) -> None:
        self._lanes = tuple(lanes)
        self._since, self._until = since_at, max(until_at, since_at + 1)
        self.setAccessibleName(". ".join(_sentence(lane) for lane in self._lanes))
        self.updateGeometry()
        self.update()

    def set_cursor(self, at: Moment | None) -> None:
        self._cursor = at
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, current().length("chart.event_lane_px") * len(self._lanes))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        height = theme.length("chart.event_lane_px")
        for row, lane in enumerate(self._lanes):
            top = row * height
            painter.setFont(theme.font("micro"))
            painter.setPen(theme.color("chart.axis_text"))
            painter.drawText(QRect(0, top, self._left - 8, height), Qt.AlignmentFlag.AlignVCenter, lane.name)
            for span in lane.spans:
                self._paint_span(painter, span, top, height)
        if self._cursor is not None:
            painter.fillRect(QRect(self._x(self._cursor), 0, 1, self.height()), theme.color("chart.cursor"))
        painter.end()

    def _x(self, at: Moment) -> int:
        width = max(1, self.width() - self._left)
        share = (at - self._since) / (self._until - self._since)
        return self._left + round(min(1.0, max(0.0, share)) * (width - 1))

    def _paint_span(self, painter: QPainter, span: Span, top: int, height: int) -> None:
        theme = current()
        left, right = self._x(span.start_at), self._x(span.end_at)
        if span.end_at <= span.start_at:
            self._paint_mark(painter, span, left, top, height)
            return
        bar = QRect(left, top + (height - 8) // 2, max(2, right - left), 8)
        if not span.state:
            painter.setPen(QPen(theme.color("state.maintenance.outline"), 1))
            painter.drawRect(bar.adjusted(0, 0, -1, -1))
        elif span.state == "stale":
            painter.setPen(QPen(theme.color("line.control"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(bar.adjusted(0, 0, -1, -1))
        elif span.state in ("ok", "up"):
            painter.fillRect(bar.adjusted(0, 2, 0, -2), theme.color("line.strong"))
        else:
            painter.fillRect(bar, theme.state_color(span.state))

    def _paint_mark(self, painter: QPainter, span: Span, x: int, top: int, height: int) -> None:
        theme = current()
        colour = theme.state_color(span.state) if span.state else theme.color("chart.marker_ticket")
        painter.fillRect(QRect(x - 1, top + 4, 3, height - 8), colour)
        advance = round(theme.metrics("caption").horizontalAdvance(span.text))
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color("fg.secondary"))
        # The text stands on whichever side has room.
        left = x - advance - 6 if x + advance + 6 > self.width() else x + 6
        painter.drawText(QRect(left, top, advance + 2, height), Qt.AlignmentFlag.AlignVCenter, span.text)


def _sentence(lane: Lane) -> str:
    if not lane.spans:
        return tr("{lane}: nothing", lane=lane.name)
    return f"{lane.name}: " + ", ".join(span.text or span.state or tr("marked") for span in lane.spans[-8:])
