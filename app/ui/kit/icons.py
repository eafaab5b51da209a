"""Icons: our own line drawings as pixmaps of one colour. Owns ``resources/icons`` and the pixmap cache.

A drawing is 16 by 16 with a stroke of 1.5 at every size, so a 20 px icon has the same line.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.ui.kit.resource import resource
from app.ui.kit.theme import current

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

_GRID = 16
_STROKE = 'stroke-width="1.5"'
_pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}


@cache
def names() -> tuple[str, ...]:
    """All icons there are, sorted."""
    return tuple(sorted(path.stem for path in resource("icons").glob("*.svg")))


@cache
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, role: str = "fg.secondary", size: int = 16, dpr: float = 1.0) -> QPixmap:
    """The icon in a colour role (or ``#RRGGBB``), ``size`` logical pixels. Raises FileNotFoundError, KeyError."""
    colour = role if role.startswith("#") else current().hex(role)
    key = (name, colour, size, dpr)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _render(name, colour, size, dpr)
    return found


def icon(name: str, role: str = "fg.secondary", size: int = 16) -> QIcon:
    """The same for buttons and menus, with its disabled tone, at 1x and 2x."""
    from PySide6.QtGui import QIcon  # the first paint has none

    made = QIcon()
    for dpr in (1.0, 2.0):
        made.addPixmap(pixmap(name, role, size, dpr))
        made.addPixmap(pixmap(name, "fg.disabled", size, dpr), QIcon.Mode.Disabled)
    return made


def paint_icon(
    painter: QPainter, rect: QRect | QRectF, name: str, role: str = "fg.secondary", size: int = 16
) -> None:
    """Draw the icon centred in ``rect``, on whole pixels."""
    dpr = painter.device().devicePixelRatio()
    left = round((rect.x() + (rect.width() - size) / 2) * dpr) / dpr
    top = round((rect.y() + (rect.height() - size) / 2) * dpr) / dpr
    painter.drawPixmap(QPointF(left, top), pixmap(name, role, size, dpr))


def _render(name: str, colour: str, size: int, dpr: float) -> QPixmap:
    stroke = f'stroke-width="{1.5 * _GRID / size:.4f}"'
    svg = _drawing(name).replace("currentColor", QColor(colour).name()).replace(_STROKE, stroke)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    made = QPixmap(QSize(round(size * dpr), round(size * dpr)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(dpr)
    return made
