"""Grabs every part in both themes, at 1x and 2x: ``python -m tests.ui.gallery OUTDIR [NAME ...]``.

For looking at. Each part stands on its own page; compare them with the design's pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.kit import figures, icons, theme
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.pulse import pulse
from app.ui.kit.table import DenseTable
from tests.ui import samples

WORDS = ("ok", "info", "pending", "warning", "critical", "down", "unknown", "unreachable", "in_downtime", "stale")
Page = Callable[[], QWidget]


class Glyphs(QWidget):
    """Each state at each size, filled and outlined."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(700, 320)

    def paintEvent(self, _event: object) -> None:
        painter, now = QPainter(self), theme.current()
        painter.fillRect(self.rect(), now.color("bg.panel"))
        for across, word in enumerate(WORDS):
            x, y = 10 + 66 * across, 8
            for size in (14, 16, 18, 24, 56):
                paint_glyph(painter, QRect(x, y, size, size), word)
                if size < 56:
                    paint_glyph(painter, QRect(x + 30, y, size, size), word, outlined=True)
                y += size + 8
            paint_glyph(painter, QRect(x, y, 14, 14), word, faded=True)
            painter.setPen(now.color("fg.muted"))
            painter.setFont(now.font("micro"))
            painter.drawText(x, y + 30, word)
        paint_glyph(painter, QRect(10, 250, 40, 18), "stale", was="critical")
        for across, status in enumerate(("new", "open", "pending", "resolved", "closed", "cancelled")):
            figures.paint_status(painter, QRect(80 + 24 * across, 250, 20, 20), status)
        for across in range(1, 6):
            figures.paint_priority(painter, QRect(230 + 24 * across, 250, 20, 20), across)
        for across, share in enumerate((0, 0.2, 0.5, 0.8, 1)):
            figures.paint_pie(painter, QRect(390 + 24 * across, 250, 20, 20), share, now.color("fg.secondary"))
        figures.paint_initials(painter, QRect(530, 250, 20, 20), "JR")
        figures.paint_initials(painter, QRect(560, 250, 20, 20), "MW", writing=True)
        painter.end()


class Icons(QWidget):
    """All icons at 16 and 20."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(14 * 60, 60 * 8)

    def paintEvent(self, _event: object) -> None:
        painter, now = QPainter(self), theme.current()
        painter.fillRect(self.rect(), now.color("bg.panel"))
        for at, name in enumerate(icons.names()):
            x, y = at % 14 * 60, at // 14 * 58
            icons.paint_icon(painter, QRect(x, y, 30, 36), name)
            icons.paint_icon(painter, QRect(x + 28, y, 30, 36), name, "fg.default", 20)
        painter.end()


def board(density: str, width: int = 1080) -> QWidget:
    table = DenseTable(samples.BOARD_COLUMNS, density=density)
    table.setModel(samples.SampleModel(samples.BOARD, len(samples.BOARD_COLUMNS)))
    table.set_sort("age", descending=True)
    table.resize(width, 24 + 24 * table.verticalHeader().defaultSectionSize())
    table.select_row(3)
    table.setFocus()
    return table


def queue() -> QWidget:
    table = DenseTable(samples.QUEUE_COLUMNS, density="regular")
    table.setModel(samples.SampleModel(samples.QUEUE, len(samples.QUEUE_COLUMNS)))
    table.set_sort("sla")
    table.resize(980, 28 * 10)
    table.select_row(1)
    return table


PAGES: dict[str, Page] = {
    "glyphs": Glyphs,
    "icons": Icons,
    "board-compact": lambda: board("compact"),
    "board-regular": lambda: board("regular", 820),
    "board-comfortable": lambda: board("comfortable"),
    "queue": queue,
}


def grab(widget: QWidget, dpr: int) -> QImage:
    """A picture of the widget at a scale."""
    image = QImage(widget.size() * dpr, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(dpr)
    image.fill(theme.current().color("bg.app"))
    widget.render(image)
    return image


def main(arguments: list[str]) -> int:
    out = Path(arguments[0])
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    pulse().clock = samples.StandingClock()
    for mode in ("dark", "light"):
        theme.install(app, mode)  # type: ignore[arg-type]
        for name in arguments[1:] or PAGES:
            page = PAGES[name]()
            page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            page.show()
            app.processEvents()
            for dpr in (1, 2):
                grab(page, dpr).save(str(out / f"{name}-{mode}-{dpr}x.png"))
            page.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
