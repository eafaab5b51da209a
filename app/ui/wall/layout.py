"""Where everything on a wall stands, in units of a 1080-line screen. Pure geometry; SCREENS 6.10.

A wall is read from five metres: all lengths are those of 1920x1080 and are scaled to the screen, so that a letter has
the same share of the picture on each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect

MARGIN: Final = 32
GAP: Final = 16
TOP: Final = 24
TOP_PX: Final = 124
BAND_PX: Final = 72
MORE_PX: Final = 42
PANELS_PX: Final = 196
FOOT_PX: Final = 56
CARD_LEAST_W: Final = 560
CARD_LEAST_H: Final = 156
CLOCK_W: Final = 420
LINE_PX: Final = 64
"""A line of a list page."""


@dataclass(frozen=True, slots=True)
class WallLayout:
    """``scale``: screen pixels per unit. ``cards``: rectangles in reading order."""

    scale: float
    width: int
    height: int
    top: QRect
    clock: QRect
    band: QRect
    body: QRect
    cards: tuple[QRect, ...]
    more: QRect
    panels: tuple[QRect, ...]
    foot: QRect


def scale_of(width_px: int, height_px: int) -> float:
    """Pixels per unit: the shorter side of the screen is 1080 units, the longer one 1920 at least."""
    short, long = min(width_px, height_px), max(width_px, height_px)
    return max(0.1, min(short / 1080, long / 1920))


def wall_layout(width_px: int, height_px: int, *, has_band: bool = False, has_panels: bool = True) -> WallLayout:
    """The places on a screen of this size. ``has_band``: something over the cards says that a source is silent."""
    scale = scale_of(width_px, height_px)
    width, height = round(width_px / scale), round(height_px / scale)
    inner = width - 2 * MARGIN
    foot = QRect(MARGIN, height - FOOT_PX, inner, FOOT_PX)
    is_narrow = width < height
    panels = _panels(inner, foot.top(), is_narrow) if has_panels else ()
    below = min((panel.top() for panel in panels), default=foot.top())
    top_h = TOP_PX
    clock = QRect(width - MARGIN - CLOCK_W, TOP, CLOCK_W, TOP_PX)
    top = QRect(MARGIN, TOP, inner - CLOCK_W - GAP, TOP_PX)
    if is_narrow:  # the counters have a line of their own
        top = QRect(MARGIN, TOP + TOP_PX + GAP, inner, TOP_PX)
        top_h = 2 * TOP_PX + GAP
    at = TOP + top_h + GAP + 4
    band = QRect(MARGIN, at, inner, BAND_PX if has_band else 0)
    if has_band:
        at += BAND_PX + GAP
    more = QRect(MARGIN, below - MORE_PX - GAP // 2, inner, MORE_PX)
    body = QRect(MARGIN, at, inner, max(0, more.top() - at))
    return WallLayout(scale, width, height, top, clock, band, body, _cards(body), more, panels, foot)


def _cards(body: QRect) -> tuple[QRect, ...]:
    """As many as fit, in equal columns and rows; none that is cut."""
    columns = max(1, (body.width() + GAP) // (CARD_LEAST_W + GAP))
    rows = (body.height() + GAP) // (CARD_LEAST_H + GAP)
    if rows < 1:
        return ()
    width = (body.width() - (columns - 1) * GAP) // columns
    height = (body.height() - (rows - 1) * GAP) // rows
    return tuple(
        QRect(body.x() + column * (width + GAP), body.y() + row * (height + GAP), width, height)
        for row in range(rows)
        for column in range(columns)
    )


def _panels(inner: int, bottom: int, is_narrow: bool) -> tuple[QRect, ...]:
    """The next breaches, and what is handled."""
    top = bottom - PANELS_PX
    if is_narrow:
        return (
            QRect(MARGIN, top - PANELS_PX - GAP, inner, PANELS_PX),
            QRect(MARGIN, top, inner, PANELS_PX),
        )
    right = max(442, inner // 4)
    return (
        QRect(MARGIN, top, inner - right - GAP, PANELS_PX),
        QRect(MARGIN + inner - right, top, right, PANELS_PX),
    )
