"""Problem cards, and the line that counts what has no card."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import QRect

from app.base.text import number, tr
from app.domain.health import STALE
from app.ui.kit.tokens import length
from app.ui.wall.brush import Brush
from app.ui.wall.local_time import clock_text
from app.usecases.wall import Card, WallPicture, more_than

_GLYPH_PX: Final = 56
_LEFT: Final = 36
_TITLE_X: Final = _LEFT + _GLYPH_PX + 20
_RIGHT: Final = 20
_HEAD_PX: Final = 72
_LINE_PX: Final = 36
_SPACE: Final = 8


def paint_cards(brush: Brush, rooms: Sequence[QRect], cards: Sequence[Card], low: Collection[str]) -> None:
    """The worst first, one in each place. ``low``: those in the dark half of their blink."""
    for room, card in zip(rooms, cards, strict=False):
        _paint_card(brush, room, card, is_low=card.id in low)


def paint_more(brush: Brush, room: QRect, picture: WallPicture, shown: int) -> None:
    """``+ 9 more, all warnings``: whatever does not fit is counted."""
    brush.text(room, more_text(picture, shown, brush), "wall_caption", "fg.secondary")


def more_text(picture: WallPicture, shown: int, brush: Brush) -> str:
    """What the cards leave out, by state; empty when nothing."""
    more = more_than(picture, shown)
    total = sum(amount for _state, amount in more)
    if not total:
        return ""
    words = {state: tr(brush.theme.state(state).word).lower() for state, _amount in more}
    if len(more) == 1:
        return tr("+ {n} more, all {state}", n=number(total), state=words[more[0][0]])
    told = ", ".join(f"{number(amount)} {words[state]}" for state, amount in more)
    return tr("+ {n} more: {told}", n=number(total), told=told)


def _paint_card(brush: Brush, room: QRect, card: Card, *, is_low: bool) -> None:
    is_stale = card.state == STALE
    brush.plate(room, is_stale=is_stale)
    bar = QRect(room.x(), room.y(), length("wall.state_bar"), room.height())
    look = brush.theme.state(card.state)
    brush.painter.fillRect(bar, brush.theme.color(f"state.{look.key}.fill"))
    top = room.y() + max(8, (room.height() - _HEAD_PX - _SPACE - _LINE_PX) // 2)
    head = QRect(room.x(), top, room.width(), _HEAD_PX)
    brush.glyph(QRect(head.x() + _LEFT, top + 8, _GLYPH_PX, _GLYPH_PX), card.state, is_low=is_low,
                outlined=card.is_soft and not is_stale)  # fmt: skip
    age = brush.age(card.at)
    age_w = brush.width(age, "wall_age")
    right = QRect(room.right() - _RIGHT - max(age_w, 150), top, max(age_w, 150), 40)
    brush.text(right, age, "wall_age", "fg.strong", align="right")
    if is_stale:
        brush.text(right.translated(0, 40), card.source, "wall_caption", "fg.muted", align="right")
    title = QRect(head.x() + _TITLE_X, top, right.x() - head.x() - _TITLE_X - 12, 38)
    brush.text(title, card.title, "wall_service", "fg.strong")
    brush.text(title.translated(0, 37).adjusted(0, 0, 0, -4), card.place, "wall_host", "fg.default")
    _paint_line(
        brush, QRect(head.x() + _LEFT, top + _HEAD_PX + _SPACE, room.width() - _LEFT - _RIGHT, _LINE_PX), card
    )


def _paint_line(brush: Brush, room: QRect, card: Card) -> None:
    """State word and output on one line."""
    word = state_word(brush, card)
    brush.text(room, word, "wall_output", brush.state_role(card.state), strong=True)
    used = brush.width(word, "wall_output", strong=True) + 14
    text = f"{clock_text(card.at)}: {card.text}" if card.was and card.at is not None else card.text
    brush.text(room.adjusted(used, 0, 0, 0), text, "wall_output", "fg.secondary")


def state_word(brush: Brush, card: Card) -> str:
    """``Critical``, ``Critical, 2 of 3`` while it is not sure yet, ``was Critical`` when it is not known."""
    if card.was:
        return tr("was {state}", state=tr(brush.theme.state(card.was).word))
    word = tr(brush.theme.state(card.state).word)
    if card.is_soft and card.max_attempts > 1:
        return tr("{word}, {n} of {most}", word=word, n=card.attempt, most=card.max_attempts)
    return word
