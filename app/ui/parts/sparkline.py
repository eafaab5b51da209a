"""A line of values without axes, painted by hand: no chart library is loaded for it. Gaps stay gaps."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.base.text import tr
from app.ui.kit.theme import current

Value = float | None


class Sparkline(QWidget):
    """Values at equal distances; None and not-a-number are gaps. A threshold is a dashed line with its letter."""

    def __init__(self, parent: QWidget | None = None, *, height: int = 32) -> None:
        super().__init__(parent)
        self._values: tuple[Value, ...] = ()
        self._threshold: tuple[float, str] | None = None
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[Value], *, threshold: float | None = None, state: str = "critical") -> None:
        """Replace the line; ``threshold`` in the values' unit, drawn in the tone of ``state``."""
        self._values = tuple(values)
        self._threshold = None if threshold is None else (threshold, state)
        last = next((value for value in reversed(self._values) if not _is_gap(value)), None)
        self.setAccessibleName(tr("No values") if last is None else tr("Last value {value:g}", value=last))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_threshold(painter)
        painter.setPen(QPen(current().series(0), current().length("stroke.focus") * 0.75))
        for run in runs(self._values, QRectF(1, 3, self.width() - 2, self.height() - 6), self._bounds()):
            if len(run) == 1:
                painter.drawPoint(run[0])
            else:
                painter.drawPolyline(QPolygonF(run))
        painter.end()

    def _bounds(self) -> tuple[float, float]:
        known = [value for value in self._values if value is not None and math.isfinite(value)]
        if self._threshold is not None:
            known.append(self._threshold[0])
        if not known:
            return 0.0, 1.0
        low, high = min(0.0, *known), max(known)
        return (low, high) if high > low else (low, low + 1.0)

    def _paint_threshold(self, painter: QPainter) -> None:
        if self._threshold is None:
            return
        value, state = self._threshold
        theme, (low, high) = current(), self._bounds()
        y = 3 + (self.height() - 6) * (1 - (value - low) / (high - low))
        painter.setPen(QPen(theme.state_color(state, "outline"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.setPen(theme.state_color(state, "text"))
        painter.setFont(theme.font("micro"))
        painter.drawText(QPointF(2, y - 2 if y > 14 else y + 11), theme.state(state).letter)


def _is_gap(value: Value) -> bool:
    return value is None or not math.isfinite(value)


def runs(values: Sequence[Value], box: QRectF, bounds: tuple[float, float]) -> list[list[QPointF]]:
    """The stretches between gaps as points inside ``box``."""
    low, high = bounds
    step = box.width() / max(1, len(values) - 1)
    found: list[list[QPointF]] = []
    is_open = False
    for at, value in enumerate(values):
        if value is None or not math.isfinite(value):
            is_open = False
            continue
        if not is_open:
            found.append([])
            is_open = True
        y = box.bottom() - (value - low) / (high - low) * box.height()
        found[-1].append(QPointF(box.x() + at * step, y))
    return found
