"""What a cell painter is given: the context of its row, and text drawing with cached elision. Knows no column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText, QTransform

from app.base.clock import Moment
from app.base.text import one_line
from app.ui.kit.roles import PLAIN_LOOK, RowLook
from app.ui.kit.theme import Theme, current
from app.ui.kit.tokens import Density, density

Align = Literal["left", "right", "center"]
Elide = Literal["right", "middle", "none"]
CellPainter = Callable[[QPainter, QRect, Any, "CellContext"], None]
"""``painter(painter, rect, row, context)``: draws one cell of ``row`` inside ``rect``; the ground is drawn."""

_MODES = {"right": Qt.TextElideMode.ElideRight, "middle": Qt.TextElideMode.ElideMiddle}
_ON_SELECTED = {
    "fg.default": "fg.on_selected",
    "fg.strong": "fg.on_selected",
    "fg.secondary": "fg.muted_on_selected",
    "fg.muted": "fg.muted_on_selected",
}
_ON_HANDLED = {"fg.default": "fg.muted", "fg.strong": "fg.muted", "fg.secondary": "fg.muted"}
_CACHE_LIMIT = 20_000
_elided: dict[tuple[str, int, str, bool, bool, str], tuple[str, float]] = {}
_LAID_OUT_LIMIT = 4_000
_laid_out: dict[tuple[str, str, bool, bool], QStaticText | None] = {}
_IN_OUR_FONTS = re.compile("[\u0020-\u052f\u2000-\u206f]*")
"""Letters, figures and marks that the shipped fonts hold; another font's line may stand higher."""


@dataclass(slots=True)
class CellContext:
    """The state of the row that is being drawn. One object is reused for all cells: keep nothing of it."""

    theme: Theme = field(default_factory=current)
    density: Density = field(default_factory=lambda: density("regular"))
    now_at: Moment = 0
    dpr: float = 1.0
    is_selected: bool = False
    has_focus: bool = True
    is_hovered: bool = False
    is_blink_low: bool = False
    look: RowLook = PLAIN_LOOK

    def role(self, role: str) -> str:
        """The role as it is drawn on this row: selected and handled rows have their own text tones."""
        if self.is_selected and self.has_focus:
            return _ON_SELECTED.get(role, role)
        if self.look.is_handled:
            return _ON_HANDLED.get(role, role)
        return role

    def color(self, role: str) -> QColor:
        """The colour of ``role(...)``."""
        return self.theme.color(self.role(role))


def draw_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    ctx: CellContext,
    *,
    role: str = "fg.default",
    style: str = "",
    strong: bool = False,
    mono: bool = False,
    align: Align = "left",
    elide: Elide = "right",
) -> float:
    """One line of outside text, vertically centred in ``rect``; the width drawn. Control characters show."""
    if not text or rect.width() <= 0:
        return 0.0
    style = style or ctx.density.type
    shown, width = fitted(text, rect.width(), style, strong, mono, elide)
    metrics = ctx.theme.metrics(style, strong=strong, mono=mono)
    x: float = rect.x()
    if align == "right":
        x += rect.width() - width
    elif align == "center":
        x += (rect.width() - width) / 2
    font = ctx.theme.font(style, strong=strong, mono=mono)
    painter.setFont(font)
    painter.setPen(ctx.color(role))
    baseline, ready = _baseline(rect, metrics), laid_out(shown, font, (style, strong, mono))
    if ready is None:
        painter.drawText(QPointF(x, baseline), shown)
    else:
        painter.drawStaticText(QPointF(x, baseline - metrics.ascent()), ready)
    return width


def fitted(
    text: str, room: int, style: str, strong: bool = False, mono: bool = False, elide: Elide = "right"
) -> tuple[str, float]:
    """The text made safe, on one line, cut to ``room`` pixels, with its width; cached."""
    key = (text, room, style, strong, mono, elide)
    found = _elided.get(key)
    if found is None:
        if len(_elided) > _CACHE_LIMIT:
            _elided.clear()
        metrics = current().metrics(style, strong=strong, mono=mono)
        shown = one_line(text[:2_000])
        if elide != "none":
            shown = metrics.elidedText(shown, _MODES[elide], room)
        found = _elided[key] = (shown, metrics.horizontalAdvance(shown))
    return found


def laid_out(shown: str, font: QFont, look: tuple[str, bool, bool]) -> QStaticText | None:
    """The text with its glyphs chosen and placed, which costs as much as drawing them; cached.

    None for what another font than ours may have to draw.
    """
    key = (shown, *look)
    if key in _laid_out:
        return _laid_out[key]
    if len(_laid_out) > _LAID_OUT_LIMIT:
        _laid_out.clear()
    ready = None
    if _IN_OUR_FONTS.fullmatch(shown):
        ready = QStaticText(shown)
        ready.setTextFormat(Qt.TextFormat.PlainText)  # text from outside is never taken for markup
        ready.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        ready.prepare(QTransform(), font)
    _laid_out[key] = ready
    return ready


def _baseline(rect: QRect, metrics: QFontMetricsF) -> float:
    return round(rect.y() + (rect.height() + metrics.capHeight()) / 2)
