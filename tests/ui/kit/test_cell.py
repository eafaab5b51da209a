"""Text of cells: drawn from a kept layout, pixel for pixel as Qt draws it anew, and never taken for markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.ui.kit.cell import CellContext, draw_text, fitted, laid_out
from app.ui.kit.theme import current

TEXTS = (
    "INC0012345 Disk full on db-12", "Größe – “übervoll” … 10 000 €", "<b>bold</b> &amp; <h1>head</h1>",
    "fi ffl AVAW To.",
    "Сервер не отвечает", "服务器没有响应", "الخادم لا يستجيب", "😀 e\u0301", "a\tb\nc", "x" * 300,
)  # fmt: skip
LOOKS = (("dense", False, False), ("dense", True, False), ("dense", False, True), ("body", False, False))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("text", TEXTS)
def test_a_kept_layout_draws_the_same_pixels(
    qapp: QApplication, text: str, scale: float, look: tuple[str, bool, bool]
) -> None:
    style, strong, mono = look
    room, context, theme = QRect(3, 2, 260, 24), CellContext(), current()
    metrics = theme.metrics(style, strong=strong, mono=mono)

    def by_cell(painter: QPainter) -> None:
        draw_text(painter, room, text, context, style=style, strong=strong, mono=mono)

    def anew(painter: QPainter) -> None:
        painter.setFont(theme.font(style, strong=strong, mono=mono))
        painter.setPen(context.color("fg.default"))
        shown, _ = fitted(text, room.width(), style, strong, mono)
        painter.drawText(QPointF(3, round(2 + (24 + metrics.capHeight()) / 2)), shown)

    first, again, expected = _drawn(by_cell, scale), _drawn(by_cell, scale), _drawn(anew, scale)
    assert first == expected
    assert again == expected
    assert expected != _drawn(lambda _painter: None, scale)


def test_only_what_our_fonts_hold_is_kept_laid_out(qapp: QApplication) -> None:
    font = current().font("dense")
    kept = [text for text in TEXTS if laid_out(text, font, ("dense", False, False)) is not None]
    assert "Сервер не отвечает" in kept
    assert not {"服务器没有响应", "الخادم لا يستجيب", "😀 e\u0301", "a\tb\nc"} & set(kept)


def _drawn(draw: Callable[[QPainter], None], scale: float) -> QImage:
    image = QImage(round(270 * scale), round(30 * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(0)
    painter = QPainter(image)
    draw(painter)
    painter.end()
    return image
