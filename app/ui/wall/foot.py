"""The foot of a wall: how old each source's data are, always, and which page this is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect

from app.base.text import duration, number, tr
from app.domain.freshness import LATE, LIVE, STALE, UNKNOWN
from app.domain.health import STALE as STALE_STATE
from app.ui.kit.figures import paint_dot
from app.ui.wall.brush import Brush
from app.usecases.wall import SourceAge

_SPACE: Final = 36
_ORDER: Final = (STALE, UNKNOWN, LATE, LIVE)
_DOT: Final = {LIVE: "state.ok.fill", LATE: "state.warning.fill"}


@dataclass(frozen=True, slots=True)
class Turn:
    """Which page of how many, and whether it is held because something new burns there."""

    at: int = 0
    pages: int = 1
    is_held: bool = False


NO_TURN: Final = Turn()


def paint_foot(brush: Brush, room: QRect, sources: Sequence[SourceAge], turn: Turn, *, is_polled: bool) -> None:
    """Sources from the left, the silent ones first; what has no room is counted."""
    end = _paint_turn(brush, room, turn)
    if not sources:
        told = tr("No source is connected.")
        brush.text(QRect(room.x(), room.y(), end - room.x(), room.height()), told, role="fg.secondary")
        return
    x = room.x()
    if not is_polled:
        told = tr("Nobody asks the sources: start the desk or “watchdesk poll”.")
        x += brush.text(QRect(x, room.y(), end - x, room.height()), told, role="state.warning.text") + _SPACE
    ranked = sorted(sources, key=lambda source: (_ORDER.index(source.level), source.name))
    for at, source in enumerate(ranked):
        rest = len(ranked) - at
        needed = _width(brush, source) + (0 if rest == 1 else _SPACE + 120)
        if x + needed > end:
            told = tr("+ {n} more", n=number(rest))
            brush.text(QRect(x, room.y(), max(0, end - x), room.height()), told, role="fg.secondary")
            return
        x += _paint_source(brush, x, room, source) + _SPACE


def _width(brush: Brush, source: SourceAge) -> int:
    return 34 + brush.width(source.name) + 10 + brush.width(_age(source), strong=True)


def _paint_source(brush: Brush, x: int, room: QRect, source: SourceAge) -> int:
    """Its width. A dot while it lives; the sign of staleness, never a colour of health, when it is silent."""
    if source.level in _DOT:
        paint_dot(brush.painter, QPointF(x + 12, room.center().y() + 1), _DOT[source.level], 5.0)
    else:
        brush.glyph(QRect(x, room.y() + 16, 24, 24), STALE_STATE)
    at = x + 34
    name_w = brush.width(source.name)
    brush.text(QRect(at, room.y(), name_w + 2, room.height()), source.name, role="fg.secondary")
    at += name_w + 10
    age = _age(source)
    brush.text(QRect(at, room.y(), brush.width(age, strong=True) + 2, room.height()), age, strong=True)
    return _width(brush, source)


def _age(source: SourceAge) -> str:
    return tr("never") if source.age_s is None else duration(int(source.age_s) * 1000)


def _paint_turn(brush: Brush, room: QRect, turn: Turn) -> int:
    """Page dots at the right; where they begin."""
    if turn.pages < 2:
        return room.right()
    dots = turn.pages * 28
    left = room.right() - dots
    for at in range(turn.pages):
        role = "fg.default" if at == turn.at else "line.control"
        paint_dot(brush.painter, QPointF(left + at * 28 + 14, room.center().y() + 1), role, 7.0)
    told = tr("page {at} of {n}", at=turn.at + 1, n=turn.pages) + (tr(", held") if turn.is_held else "")
    width = brush.width(told) + 12
    brush.text(QRect(left - width, room.y(), width - 8, room.height()), told, role="fg.muted", align="right")
    return left - width - 16
