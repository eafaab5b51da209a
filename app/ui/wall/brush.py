"""What every part of the wall draws with: text at the wall's sizes, plates, hatch, glyphs at the screen's scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from app.base.clock import Moment
from app.base.text import duration
from app.ui.kit.cell import CellContext, draw_text, fitted
from app.ui.kit.glyphs import glyph
from app.ui.kit.icons import pixmap
from app.ui.kit.theme import Theme

Align = Literal["left", "right", "center"]
_CORNER = 4
_HATCH_STEP = 20
_HATCH_STRENGTH = 0.4


@dataclass(slots=True)
class Brush:
    """A painter whose units are those of ``layout``. ``dpr``: screen pixels per unit."""

    painter: QPainter
    context: CellContext
    dpr: float

    @property
    def theme(self) -> Theme:
        return self.context.theme

    @property
    def now_at(self) -> Moment:
        return self.context.now_at

    def text(
        self,
        rect: QRect,
        text: str,
        style: str = "wall_caption",
        role: str = "fg.default",
        *,
        align: Align = "left",
        strong: bool = False,
    ) -> int:
        """One line, cut to its room; the width drawn."""
        return round(draw_text(self.painter, rect, text, self.context, style=style, role=role, align=align,
                               strong=strong))  # fmt: skip

    def width(self, text: str, style: str = "wall_caption", *, strong: bool = False) -> int:
        """How wide a line would be."""
        return round(fitted(text, 100_000, style, strong)[1]) + 1

    def plate(self, rect: QRect, role: str = "bg.panel", *, is_stale: bool = False, is_dashed: bool = False) -> None:
        """The ground of a card or panel; hatched where nothing is known."""
        painter = self.painter
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.color(role))
        painter.drawRoundedRect(QRectF(rect), _CORNER, _CORNER)
        if is_stale:
            paint_hatch(painter, rect, self.theme)
        if is_dashed:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.theme.color("state.stale.outline"), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), _CORNER, _CORNER)
        painter.restore()

    def glyph(self, spot: QRect, state: str, *, is_low: bool = False, outlined: bool = False) -> None:
        """A state's sign, centred."""
        size = min(spot.width(), spot.height())
        self._pixmap(spot, glyph(state, size, outlined=outlined, dpr=self.dpr), size, 0.35 if is_low else 1.0)

    def icon(self, spot: QRect, name: str, role: str = "fg.secondary") -> None:
        """An icon of the set, centred."""
        size = min(spot.width(), spot.height())
        self._pixmap(spot, pixmap(name, role, size, self.dpr), size, 1.0)

    def state_role(self, state: str) -> str:
        """The role of a state's word."""
        return f"state.{self.theme.state(state).key}.text"

    def age(self, at: Moment | None) -> str:
        """How long ago, in the words of the board."""
        return "" if at is None else duration(max(0, self.now_at - at))

    def _pixmap(self, spot: QRect, drawn: QPixmap, size: int, opacity: float) -> None:
        self.painter.setOpacity(opacity)
        left, top = spot.x() + (spot.width() - size) / 2, spot.y() + (spot.height() - size) / 2
        self.painter.drawPixmap(QPointF(left, top), drawn)
        self.painter.setOpacity(1.0)


def paint_hatch(painter: QPainter, rect: QRect, theme: Theme) -> None:
    """Wide stripes, to be seen from afar, that go through from one plate to the next."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setOpacity(_HATCH_STRENGTH)
    painter.setPen(QPen(theme.color("state.stale.faded"), 2))
    first = (rect.x() + rect.y()) // _HATCH_STEP * _HATCH_STEP
    for at in range(first, rect.right() + rect.bottom() + _HATCH_STEP, _HATCH_STEP):
        painter.drawLine(at - rect.y(), rect.y(), at - rect.bottom() - 1, rect.bottom() + 1)
    painter.restore()
