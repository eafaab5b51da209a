"""The whole picture of a wall on any painter: a screen's, or that of an image for ``--shot``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.base.clock import Moment
from app.base.text import tr
from app.domain.wall import PROBLEMS, SERVICES, TICKETS, shift
from app.ui.kit.cell import CellContext
from app.ui.kit.theme import current
from app.ui.kit.tokens import density, length
from app.ui.wall.brush import Brush
from app.ui.wall.cards import paint_cards, paint_more
from app.ui.wall.foot import NO_TURN, Turn, paint_foot
from app.ui.wall.layout import WallLayout, wall_layout
from app.ui.wall.lists import paint_services, paint_tickets
from app.ui.wall.local_time import hour_of
from app.ui.wall.panels import paint_breaches, paint_handled
from app.ui.wall.top_band import paint_clock, paint_counters, paint_silence
from app.usecases.wall import WallPicture

NIGHT_UNTIL_H: Final = 6
_NIGHT_SHADE: Final = 0.2


@dataclass(frozen=True, slots=True)
class WallView:
    """What is on the screen besides the picture. ``trouble``: why it is not live, empty when it is. ``low``: ids in
    the dark half of their blink."""

    now_at: Moment
    turn: Turn = NO_TURN
    low: Collection[str] = ()
    trouble: str = ""
    is_shifted: bool = True


def paint_wall(painter: QPainter, width: int, height: int, picture: WallPicture, view: WallView) -> WallLayout:
    """Everything, in device-independent pixels of the painter; gives where it stands."""
    theme = current()
    painter.fillRect(QRect(0, 0, width, height), theme.color("bg.app"))
    has_band = bool(picture.silent or view.trouble)
    layout = wall_layout(width, height, has_band=has_band)
    context = CellContext(theme, density("regular"), now_at=view.now_at)
    brush = Brush(painter, context, layout.scale * painter.device().devicePixelRatio())
    painter.save()
    if view.is_shifted:
        painter.translate(*shift(view.now_at, length("wall.burn_in_shift_px"), length("wall.burn_in_period_s")))
    painter.scale(layout.scale, layout.scale)
    paint_counters(brush, layout.top, picture)
    paint_clock(brush, layout.clock, picture.page.title)
    if has_band:
        paint_silence(brush, layout.band, picture.silent, view.trouble)
    _BODIES[picture.page.kind](brush, layout, picture, view)
    for paint, room in zip(_PANELS, layout.panels, strict=False):
        paint(brush, room, picture)
    paint_foot(brush, layout.foot, picture.sources, view.turn, is_polled=picture.is_polled)
    painter.restore()
    if hour_of(view.now_at) < NIGHT_UNTIL_H:
        painter.setOpacity(_NIGHT_SHADE)
        painter.fillRect(QRect(0, 0, width, height), theme.color("bg.scrim"))
        painter.setOpacity(1.0)
    return layout


def _problems(brush: Brush, layout: WallLayout, picture: WallPicture, view: WallView) -> None:
    paint_cards(brush, layout.cards, picture.cards, view.low)
    paint_more(brush, layout.more, picture, len(layout.cards))


def _services(brush: Brush, layout: WallLayout, picture: WallPicture, _view: WallView) -> None:
    shown = paint_services(brush, layout.body, picture.services)
    _rest(brush, layout.more, len(picture.services) - shown)


def _tickets(brush: Brush, layout: WallLayout, picture: WallPicture, _view: WallView) -> None:
    paint_tickets(brush, layout.body, picture.tickets)


def _rest(brush: Brush, room: QRect, left: int) -> None:
    if left > 0:
        brush.text(room, tr("+ {n} more", n=left), "wall_caption", "fg.secondary")


_BODIES: Final[Mapping[str, Callable[[Brush, WallLayout, WallPicture, WallView], None]]] = {
    PROBLEMS: _problems, SERVICES: _services, TICKETS: _tickets,
}  # fmt: skip
_PANELS: Final[tuple[Callable[[Brush, QRect, WallPicture], None], ...]] = (
    lambda brush, room, picture: paint_breaches(brush, room, picture.tickets),
    lambda brush, room, picture: paint_handled(brush, room, picture.handled),
)
