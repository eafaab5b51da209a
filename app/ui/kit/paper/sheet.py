"""Pages of a PDF, filled from the top down. Owns the writer, the painter and where the next thing stands.

Lengths in pixels of 1/96 inch; GUI lane, or a process without a window.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODeviceBase, QMarginsF, QRectF
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPdfWriter

from app.base.errors import EnvironmentTrouble
from app.base.text import tr
from app.ui.kit.paper.block import Block, Ink

_DOTS = 1200
_PX = 96
_MARGIN_MM = 14
_FOOT = 32


class Sheet:
    """An A4 document in memory. ``width``: between the margins; ``y``: where the next thing begins."""

    def __init__(self, title: str, foot: str, ink: Ink, *, landscape: bool) -> None:
        self._bytes = QByteArray()
        self._buffer = QBuffer(self._bytes)
        self._buffer.open(QIODeviceBase.OpenModeFlag.WriteOnly)
        self._writer = _writer(self._buffer, title, landscape=landscape)
        self.painter = QPainter()
        if not self.painter.begin(self._writer):
            raise EnvironmentTrouble(tr("The PDF could not be begun."))
        scale = _DOTS / _PX
        self.painter.scale(scale, scale)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.width = self._writer.width() / scale
        self._bottom = self._writer.height() / scale - _FOOT
        self._foot, self._foot_ink = foot, ink
        self._page = 1
        self.y = 0.0

    def make_room(self, height: float, on_new_page: Callable[[], None] | None = None) -> None:
        """Go to the next page unless this much fits here; what is higher than a page begins one."""
        if self.y and self.y + height > self._bottom:
            self._end_page()
            self._writer.newPage()
            self._page += 1
            self.y = 0.0
            if on_new_page is not None:
                on_new_page()

    def text(self, text: str, ink: Ink, *, after: float = 0.0) -> None:
        """A text over the whole width, and some room after it."""
        block = Block(text, ink, self.width)
        self.make_room(block.height)
        block.draw(self.painter, 0, self.y)
        self.y += block.height + after

    def line(self, y: float, colour: str, thickness: float = 1.0) -> None:
        """Over the whole width."""
        self.painter.fillRect(QRectF(0, y, self.width, thickness), QColor(colour))

    def finish(self) -> bytes:
        """The document; nothing can be drawn any more."""
        self._end_page()
        self.painter.end()
        self._buffer.close()
        return bytes(self._bytes.data())

    def _end_page(self) -> None:
        left = Block(self._foot, self._foot_ink, self.width - 80)
        page = Block(tr("Page {n}", n=self._page), _at_right(self._foot_ink), 80)
        y = self._bottom + _FOOT - self._foot_ink.line
        left.draw(self.painter, 0, y)
        page.draw(self.painter, self.width - 80, y)


def _at_right(ink: Ink) -> Ink:
    return Ink(ink.px, ink.line, ink.colour, ink.strong, right=True)


def _writer(buffer: QBuffer, title: str, *, landscape: bool) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS)
    orientation = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), orientation, margins, QPageLayout.Unit.Millimeter)
    )
    writer.setTitle(title)
    writer.setCreator("Watchdesk")
    return writer
