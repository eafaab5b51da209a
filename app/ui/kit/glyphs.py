"""State glyphs: shape, letter and colour of a state word, cached as pixmaps. Owns the shapes, no meaning.

A handled or soft state is drawn outlined, a stale one hatched with a dashed edge and never in another state's colour.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.ui.kit.fonts import font
from app.ui.kit.theme import Theme, current
from app.ui.kit.tokens import StateLook, length

Rect = QRect | QRectF
_pixmaps: dict[tuple[str, bool, bool, int, float, str], QPixmap] = {}
_hatches: dict[tuple[str, float], QBrush] = {}
_WARNING_LETTER_FROM = 18


def glyph(word: str, size: int = 14, *, outlined: bool = False, faded: bool = False, dpr: float = 1.0) -> QPixmap:
    """The glyph of a state word as a square pixmap of ``size`` logical pixels. Raises KeyError."""
    theme = current()
    key = (word, outlined, faded, size, dpr, theme.mode)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _render(theme, word, size, outlined, faded, dpr)
    return found


def paint_glyph(
    painter: QPainter,
    rect: Rect,
    word: str,
    *,
    outlined: bool = False,
    was: str | None = None,
    faded: bool = False,
) -> None:
    """Draw the glyph centred in ``rect``, as large as its height allows (the sizes of the tokens).

    ``was`` is the last known state of a stale one: its letter follows, outlined, when there is room for it.
    """
    size = _fitting(min(rect.width(), rect.height()))
    dpr = painter.device().devicePixelRatio()
    wide = was is not None and rect.width() >= 2 * size + 2
    left = rect.x() if wide else rect.x() + (rect.width() - size) / 2
    top = rect.y() + (rect.height() - size) / 2
    spot = QPointF(round(left * dpr) / dpr, round(top * dpr) / dpr)
    painter.drawPixmap(spot, glyph(word, size, outlined=outlined, faded=faded, dpr=dpr))
    if wide and was is not None:
        _paint_was(painter, QRectF(spot.x() + size + 2, spot.y(), size, size), was)


def hatch(theme: Theme, dpr: float = 1.0, role: str = "state.stale.faded") -> QBrush:
    """The 45 degree 2/2 hatch as a texture brush with a fixed origin, so that it does not crawl."""
    key = (theme.hex(role), dpr)
    found = _hatches.get(key)
    if found is None:
        found = _hatches[key] = QBrush(_hatch_tile(theme.color(role), dpr))
    return found


def _hatch_tile(colour: QColor, dpr: float) -> QPixmap:
    tile = QPixmap(QSize(round(8 * dpr), round(8 * dpr)))
    tile.setDevicePixelRatio(dpr)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.4))
    for start in (-4, 0, 4, 8, 12):
        painter.drawLine(QPointF(start - 1, 9), QPointF(start + 9, -1))
    painter.end()
    return tile


def _fitting(room: float) -> int:
    sizes = (56, 24, 20, 18, 16, 14)
    return next((size for size in sizes if size <= room), max(6, int(room)))


def _render(theme: Theme, word: str, size: int, outlined: bool, faded: bool, dpr: float) -> QPixmap:
    look = theme.state(word)
    made = QPixmap(QSize(round(size * dpr), round(size * dpr)))
    made.setDevicePixelRatio(dpr)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if look.shape == "square_hatched_dashed":
        _paint_stale(painter, theme, size, dpr)
    elif look.shape == "ring_dashed":
        _paint_pending(painter, theme, look, size)
    else:
        _paint_solid(painter, theme, look, size, outlined, faded)
    painter.end()
    return made


def _paint_solid(painter: QPainter, theme: Theme, look: StateLook, size: int, outlined: bool, faded: bool) -> None:
    part = "faded" if faded else "fill"
    path = _SHAPES[look.shape](float(size), outlined)
    if outlined:
        painter.setPen(QPen(theme.color(f"state.{look.key}.outline"), _line(size)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        edge = theme.color(f"state.{look.key}.outline")
        fill = theme.color(f"state.{look.key}.{part}")
        painter.setPen(QPen(edge, 1) if edge != fill and not faded else Qt.PenStyle.NoPen)
        painter.setBrush(fill)
    painter.drawPath(path)
    letter = "!" if look.shape == "triangle" and size < _WARNING_LETTER_FROM else look.letter
    if letter and not faded:
        colour = theme.color(f"state.{look.key}.{'text' if outlined else 'on_fill'}")
        _paint_letter(painter, letter, look.shape, size, colour)


def _paint_pending(painter: QPainter, theme: Theme, look: StateLook, size: int) -> None:
    pen = QPen(theme.color(f"state.{look.key}.outline"), _line(size))
    pen.setDashPattern([1.6, 1.5])
    painter.setPen(pen)
    inset = _line(size) / 2 + 0.5
    painter.drawEllipse(QRectF(inset, inset, size - 2 * inset, size - 2 * inset))
    _paint_letter(painter, look.letter, "circle", size, theme.color(f"state.{look.key}.text"), 0.5)


def _paint_stale(painter: QPainter, theme: Theme, size: int, dpr: float) -> None:
    edge = QRectF(0.75, 0.75, size - 1.5, size - 1.5)
    painter.fillRect(edge, hatch(theme, dpr))
    plate = QRectF(size * 0.2, size * 0.14, size * 0.6, size * 0.72)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("bg.panel"))
    painter.drawRoundedRect(plate, 1.5, 1.5)
    pen = QPen(theme.color("state.stale.outline"), _line(size) * 0.9)
    pen.setDashPattern([2.0, 1.6])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(edge, 2, 2)
    _paint_letter(painter, "S", "square", size, theme.color("state.stale.text"))


def _paint_was(painter: QPainter, rect: QRectF, word: str) -> None:
    """The last known state of a stale thing: its letter in an outline, all in the stale tone."""
    theme, size = current(), int(rect.height())
    look = theme.state(word)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.setPen(QPen(theme.color("state.stale.faded"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_SHAPES.get(look.shape, _circle)(float(size), True))
    if look.letter:
        _paint_letter(painter, look.letter, look.shape, size, theme.color("state.stale.text"))
    painter.restore()


def _line(size: int) -> float:
    return 1.25 if size <= 16 else max(1.5, size / 14)


# Where a letter's middle sits in a shape, and its height as a share of the glyph.
_LETTER_PLACE = {
    "triangle": (0.63, 0.50),
    "pentagon_down": (0.44, 0.52),
    "bar": (0.5, 0.5),
    "diamond": (0.5, 0.44),
}
_WIDE_IN_TRIANGLE = (0.72, 0.34)


def _paint_letter(
    painter: QPainter, letter: str, shape: str, size: int, colour: QColor, share: float | None = None
) -> None:
    middle, height = _LETTER_PLACE.get(shape, (0.5, 0.54))
    if letter == "W":
        middle, height = _WIDE_IN_TRIANGLE
    cap = (share or height) * size
    face = QFont(font("body", strong=True))
    face.setWeight(QFont.Weight.Bold)
    face.setPixelSize(max(6, round(cap / 0.727)))
    path = QPainterPath()
    path.addText(0, 0, face, letter)
    box = path.boundingRect()
    path.translate(size / 2 - box.center().x(), middle * size - box.center().y())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPath(path)


def _inset(size: float, outlined: bool) -> float:
    return _line(int(size)) / 2 + 0.25 if outlined else 0.5


def _dot(size: float, _outlined: bool) -> QPainterPath:
    path = QPainterPath()
    radius = max(3.0, size * 6 / 28)
    path.addEllipse(QPointF(size / 2, size / 2), radius, radius)
    return path


def _square(size: float, outlined: bool) -> QPainterPath:
    path = QPainterPath()
    gap = _inset(size, outlined)
    radius = length("radius.glyph") * max(1.0, size / 24)
    path.addRoundedRect(QRectF(gap, gap, size - 2 * gap, size - 2 * gap), radius, radius)
    return path


def _circle(size: float, outlined: bool) -> QPainterPath:
    path = QPainterPath()
    gap = _inset(size, outlined)
    path.addEllipse(QRectF(gap, gap, size - 2 * gap, size - 2 * gap))
    return path


def _bar(size: float, outlined: bool) -> QPainterPath:
    path = QPainterPath()
    gap = _inset(size, outlined)
    path.addRoundedRect(QRectF(gap, size * 0.14, size - 2 * gap, size * 0.72), size / 4, size / 4)
    return path


def _polygon(points: tuple[tuple[float, float], ...]) -> Callable[[float, bool], QPainterPath]:
    """A shape from points in a unit square; a round join of 1 px softens its corners."""

    def draw(size: float, outlined: bool) -> QPainterPath:
        gap = _inset(size, outlined)
        room = size - 2 * gap
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(gap + x * room, gap + y * room) for x, y in points]))
        path.closeSubpath()
        return path

    return draw


_SHAPES: dict[str, Callable[[float, bool], QPainterPath]] = {
    "dot": _dot,
    "square": _square,
    "circle": _circle,
    "bar": _bar,
    "triangle": _polygon(((0.5, 0.04), (1.0, 0.96), (0.0, 0.96))),
    "pentagon_down": _polygon(((0.0, 0.02), (1.0, 0.02), (1.0, 0.58), (0.5, 1.0), (0.0, 0.58))),
    "diamond": _polygon(((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5))),
}
