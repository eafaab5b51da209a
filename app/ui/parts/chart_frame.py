"""What stands around the plots of a chart: the head of each with its series, and the times under all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.base.clock import MINUTE, Moment, to_datetime
from app.ui.kit.text import set_tooltip
from app.ui.kit.theme import current
from app.ui.parts.chart_line import Line, title_of

HEAD_PX = 20
DASHES = (
    Qt.PenStyle.SolidLine, Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine,
    Qt.PenStyle.SolidLine,
)  # fmt: skip
_SAMPLE_PX = 14
_BETWEEN_PX = 10


class PlotHead(QWidget):
    """The plot's name at the left; at the right a sample of each line with its newest value, the first ones first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: Sequence[Line] = ()
        self._until: Moment = 0
        self.setFixedHeight(HEAD_PX)

    def set_lines(self, lines: Sequence[Line], until_at: Moment) -> None:
        self._lines, self._until = lines, until_at
        set_tooltip(self, "\n".join(f"{line.name} {line.newest(until_at)}" for line in lines))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        title = title_of(self._lines)
        metrics = theme.metrics("caption", strong=True)
        wanted = min(round(metrics.horizontalAdvance(title)), self.width() // 2)
        left = self._paint_samples(painter, wanted + _BETWEEN_PX)
        painter.setFont(theme.font("caption", strong=True))
        painter.setPen(theme.color("fg.default"))
        room = QRectF(0, 0, max(0, left - _BETWEEN_PX), HEAD_PX)
        text = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _paint_samples(self, painter: QPainter, title_px: int) -> int:
        """Those that have room beside the title; answers where they begin."""
        theme = current()
        widths = [round(theme.metrics("caption").horizontalAdvance(self._text(line))) + 2 for line in self._lines]
        steps = [_SAMPLE_PX + 6 + width for width in widths]
        shown = len(steps)
        while shown and sum(steps[:shown]) + _BETWEEN_PX * (shown - 1) > self.width() - title_px:
            shown -= 1
        left = x = self.width() - sum(steps[:shown]) - _BETWEEN_PX * max(0, shown - 1)
        for index, line in enumerate(self._lines[:shown]):
            painter.setPen(QPen(theme.series(index), 2, DASHES[index]))
            painter.drawLine(x, HEAD_PX // 2, x + _SAMPLE_PX, HEAD_PX // 2)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.color("fg.secondary"))
            room = QRectF(x + _SAMPLE_PX + 6, 0, widths[index], HEAD_PX)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._text(line))
            x += steps[index] + _BETWEEN_PX
        return left

    def _text(self, line: Line) -> str:
        newest = line.newest(self._until)
        return newest if len(self._lines) == 1 else f"{line.name} {newest}"


class TimeAxis(QWidget):
    """Times under the plots; drawn here so that plots and lanes share it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._since: Moment = 0
        self._until: Moment = 1
        self.setFixedHeight(HEAD_PX)

    def set_window(self, since_at: Moment, until_at: Moment) -> None:
        self._since, self._until = since_at, max(until_at, since_at + 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEAD_PX)

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
                painter.drawText(QRectF(x - 30, 0, 60, HEAD_PX), Qt.AlignmentFlag.AlignCenter, text)
            at += step
        painter.end()


_ZERO = timedelta(0)
_STEPS = tuple(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440))


def _step(span_ms: int) -> int:
    """The distance of time labels: at most seven of them."""
    return next((step for step in _STEPS if span_ms / step <= 7), _STEPS[-1] * max(1, span_ms // _STEPS[-1] // 7))
