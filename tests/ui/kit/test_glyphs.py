"""State glyphs: each word has one, no two look alike, and stale never borrows another state's colour."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.ui.kit import theme
from app.ui.kit.glyphs import glyph, paint_glyph

WORDS = ("ok", "info", "pending", "warning", "critical", "down", "unknown", "unreachable", "in_downtime", "stale")
HUES = ("ok", "info", "warning", "critical", "unknown")


def pixels(image: QImage) -> list[QColor]:
    """All pixels that are not transparent."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    found = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return [colour for colour in found if colour.alpha() > 40]


def grey(image: QImage) -> list[int]:
    """The picture as a greyscale printer would show it."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    flat = QImage(image.size(), QImage.Format.Format_Grayscale8)
    flat.fill(0)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return [flat.pixelColor(x, y).red() for x in range(flat.width()) for y in range(flat.height())]


@pytest.mark.parametrize("size", [14, 16, 18, 20, 24, 56])
@pytest.mark.parametrize("outlined", [False, True])
def test_each_state_has_a_glyph(qapp, size, outlined):
    for word in WORDS:
        assert pixels(glyph(word, size, outlined=outlined).toImage()), word


def test_no_two_states_look_alike_without_colour(qapp):
    shades = {word: grey(glyph(word, 18, dpr=2.0).toImage()) for word in WORDS}
    for one, other in combinations(WORDS, 2):
        differing = sum(abs(a - b) > 60 for a, b in zip(shades[one], shades[other], strict=True))
        assert differing > 40, (one, other)


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("outlined", [False, True])
@pytest.mark.parametrize("was", [None, "ok", "critical", "warning"])
def test_stale_has_no_hue_of_any_state(qapp, mode, outlined, was):
    theme.install(qapp, mode)
    ground = theme.current().color("bg.panel")
    inked = on_ground("stale", ground, outlined=outlined, was=was)
    assert inked
    for state in HUES:
        assert not like(state, inked), state
        assert like(state, on_ground(state, ground)), f"the test would not see {state}"
    assert max(map(chroma, inked)) < 20


def on_ground(word: str, ground: QColor, **how: object) -> list[QColor]:
    """What a glyph adds to the ground it stands on."""
    image = QImage(96, 40, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(2.0)
    image.fill(ground)
    painter = QPainter(image)
    paint_glyph(painter, QRect(2, 1, 44, 18), word, **how)
    painter.end()
    return [colour for colour in pixels(image) if colour != ground]


def like(state: str, colours: list[QColor]) -> list[QColor]:
    """Those that could be taken for the state's own. The palest one, OK on light, is 29 from a neutral grey."""
    fill = theme.current().state_color(state)
    return [
        c for c in colours
        if abs(c.red() - fill.red()) + abs(c.green() - fill.green()) + abs(c.blue() - fill.blue()) < 25
    ]  # fmt: skip


def chroma(colour: QColor) -> int:
    """How far its channels are apart; 0 for a grey."""
    channels = colour.red(), colour.green(), colour.blue()
    return max(channels) - min(channels)


def test_what_was_needs_room(qapp):
    def drawn(width: int) -> int:
        image = QImage(width, 18, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        paint_glyph(painter, image.rect(), "stale", was="critical")
        painter.end()
        return len(pixels(image))

    assert drawn(40) > drawn(18)


def test_pixmaps_are_kept(qapp):
    assert glyph("critical", 14).cacheKey() == glyph("critical", 14).cacheKey()
    assert glyph("critical", 14).cacheKey() != glyph("critical", 14, outlined=True).cacheKey()


def test_an_unknown_word_is_an_error(qapp):
    with pytest.raises(KeyError):
        glyph("splendid")
