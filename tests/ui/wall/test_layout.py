"""Everything on a wall has its place on every screen, and no letter is too small for five metres."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect

from app.ui.kit.tokens import tokens, type_style
from app.ui.wall.layout import CARD_LEAST_H, CARD_LEAST_W, wall_layout

SCREENS = [
    (1920, 1080),
    (3840, 2160),
    (1366, 768),
    (1280, 1024),
    (1080, 1920),
    (2160, 3840),
    (3440, 1440),
    (800, 600),
]


@pytest.mark.parametrize("has_band", [False, True])
@pytest.mark.parametrize("size", SCREENS)
def test_nothing_lies_over_anything_or_leaves_the_screen(size: tuple[int, int], has_band: bool) -> None:
    layout = wall_layout(*size, has_band=has_band)
    screen = QRect(0, 0, layout.width, layout.height)
    assert abs(layout.width * layout.scale - size[0]) <= layout.scale
    places = [layout.top, layout.clock, *layout.cards, layout.more, *layout.panels, layout.foot]
    places += [layout.band] if has_band else []
    for at, place in enumerate(places):
        assert screen.contains(place), place
        for other in places[at + 1 :]:
            assert not place.intersects(other), (place, other)


@pytest.mark.parametrize("size", SCREENS[:6])
def test_cards_are_whole_equal_and_at_least_as_large_as_they_must_be(size: tuple[int, int]) -> None:
    cards = wall_layout(*size).cards
    assert len(cards) >= 6
    assert len({(card.width(), card.height()) for card in cards}) == 1
    assert cards[0].width() >= CARD_LEAST_W
    assert cards[0].height() >= CARD_LEAST_H


def test_letters_have_the_same_share_of_every_screen() -> None:
    assert wall_layout(3840, 2160).scale == 2 * wall_layout(1920, 1080).scale
    assert wall_layout(3840, 2160).cards == wall_layout(1920, 1080).cards


def test_no_letter_of_the_wall_is_below_a_fortyfifth_of_the_height() -> None:
    styles = [name for name in tokens()["type"] if name.startswith("wall_")]
    assert len(styles) >= 7
    assert min(type_style(name).px for name in styles) >= 1080 / 45
