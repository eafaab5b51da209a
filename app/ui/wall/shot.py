"""A wall's page as an image file, without a screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from app.base.clock import Moment
from app.base.errors import UsageTrouble
from app.base.text import tr
from app.ui.wall.canvas import WallView, paint_wall
from app.ui.wall.foot import Turn
from app.usecases.wall import WallPicture


def shoot(picture: WallPicture, turn: Turn, now_at: Moment, size: QSize, path: Path) -> None:
    """Write the page at this size, in pixels. Raises UsageTrouble where it cannot be written."""
    image = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    paint_wall(painter, size.width(), size.height(), picture, WallView(now_at, turn, is_shifted=False))
    painter.end()
    if not image.save(str(path)):
        raise UsageTrouble(
            tr("{path} cannot be written.", path=path), hint=tr("The ending says the form: .png or .jpg.")
        )
