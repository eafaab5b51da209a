"""The head of a wall: counters of what is unhandled, the clock, and the band that says who is silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect

from app.base.clock import Moment
from app.base.text import duration, number, tr
from app.domain.health import STALE
from app.ui.wall.brush import Brush
from app.ui.wall.layout import GAP
from app.ui.wall.local_time import clock_text, date_text
from app.usecases.wall import SilentSource, WallPicture

_SIGN_PX: Final = 56
_PAD: Final = 20


def paint_counters(brush: Brush, room: QRect, picture: WallPicture) -> None:
    """One counter for each state with unhandled problems. Nothing is said to be well while a source is silent."""
    x = room.x()
    for state, amount in picture.counts:
        word = tr(brush.theme.state(state).word).lower()
        x += _counter(brush, QRect(x, room.y(), room.right() - x, room.height()), state, amount, (word,)) + GAP
    if picture.unknown:
        since = tr("since {time}", time=clock_text(picture.unknown_since_at)) if picture.unknown_since_at else ""
        rest = QRect(x, room.y(), room.right() - x, room.height())
        _counter(brush, rest, STALE, picture.unknown, tuple(filter(None, (tr("not known"), since))))
    elif not picture.counts:
        _all_well(brush, room, picture)


def _counter(brush: Brush, rest: QRect, state: str, amount: int, words: Sequence[str]) -> int:
    """Sign, figure, word; the width taken, 0 where there is no room for it."""
    figure = number(amount)
    figure_w = brush.width(figure, "wall_figure")
    words_w = max(brush.width(word, "wall_host") for word in words)
    width = _PAD + _SIGN_PX + _PAD + figure_w + _PAD + words_w + _PAD + 4
    if width > rest.width():
        words, words_w = (), 0
        width = _PAD + _SIGN_PX + _PAD + figure_w + _PAD
    if width > rest.width():
        return 0
    box = QRect(rest.x(), rest.y(), width, rest.height())
    brush.plate(box, is_stale=state == STALE)
    at = box.x() + _PAD
    brush.glyph(QRect(at, box.y(), _SIGN_PX, box.height()).adjusted(0, 34, 0, -34), state)
    at += _SIGN_PX + _PAD
    brush.text(QRect(at, box.y(), figure_w + 4, box.height()), figure, "wall_figure", "fg.strong")
    at += figure_w + _PAD
    line = 34
    top = box.center().y() - line * len(words) // 2
    for each, word in enumerate(words):
        brush.text(QRect(at, top + each * line, words_w + 4, line), word, "wall_host", "fg.secondary")
    return width


def _all_well(brush: Brush, room: QRect, picture: WallPicture) -> None:
    if not picture.rows:
        brush.text(room, tr("Nothing is watched here."), "wall_service", "fg.secondary")
        return
    box = QRect(room.x(), room.y(), min(room.width(), 640), room.height())
    brush.plate(box)
    brush.icon(QRect(box.x() + _PAD, box.y() + 38, 48, 48), "check", "state.ok.text")
    told = tr("Nothing unhandled among {n}", n=number(picture.rows))
    brush.text(box.adjusted(_PAD + 68, 0, -_PAD, 0), told, "wall_service")


def paint_clock(brush: Brush, room: QRect, title: str) -> None:
    """The time with its running second, which proves that the picture lives; date and page below."""
    time_room = QRect(room.x(), room.y() - 6, room.width(), 88)
    seconds = clock_text(brush.now_at, with_seconds=True)
    brush.text(time_room, seconds, "wall_clock", "fg.strong", align="right")
    told = f"{date_text(brush.now_at)} · {title}" if title else date_text(brush.now_at)
    brush.text(QRect(room.x(), room.y() + 82, room.width(), 36), told, "wall_caption", "fg.secondary", align="right")


def paint_silence(brush: Brush, room: QRect, silent: Sequence[SilentSource], trouble: str) -> None:
    """Who is silent since when, and what that means; the wall's own trouble comes first."""
    brush.plate(room, is_stale=True, is_dashed=True)
    brush.glyph(QRect(room.x() + 24, room.y(), 44, room.height()).adjusted(0, 14, 0, -14), STALE)
    line = room.adjusted(100, 0, -24, 0)
    brush.text(line, trouble or silence_text(silent, brush.now_at), "wall_service", "fg.strong")


def silence_text(silent: Sequence[SilentSource], now_at: Moment) -> str:
    """``zabbix-infra silent for 11 min. What its 486 services do is not known.``"""
    first, *others = silent
    if first.since_at is None:
        told = tr("{name} has never answered.", name=first.name)
    else:
        told = tr("{name} silent for {age}.", name=first.name, age=duration(max(0, now_at - first.since_at)))
    if others:
        names = ", ".join(each.name for each in others)
        total = number(sum(each.rows for each in silent))
        return told + " " + tr("Silent too: {names}. What their {n} checks do is not known.", names=names, n=total)
    if not first.rows:
        return told
    return told + " " + tr("What its {n} checks do is not known.", n=number(first.rows))
