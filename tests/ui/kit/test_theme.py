"""The theme: one switch, both modes whole, and everything in the style sheet comes from the tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QFontInfo, QGuiApplication, QImage, QPalette

from app.ui.kit import icons, theme, tokens
from app.ui.kit.resource import resource


@pytest.fixture
def switched(qapp):
    """The installed switch, dark; undone afterwards."""
    palette, sheet, font = qapp.palette(), qapp.styleSheet(), qapp.font()
    switch = theme.install(qapp, "dark")
    yield switch
    switch.set_mode("dark")
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


def test_both_modes_have_the_same_roles():
    assert set(tokens.colours("dark")) == set(tokens.colours("light"))


def test_the_style_sheet_is_filled(qapp):
    for mode in tokens.MODES:
        sheet = theme.theme(mode).qss()
        assert "@" not in sheet
        files = re.findall(r'url\("([^"]+)"\)', sheet)
        assert files
        assert all(Path(file).is_file() for file in files)


def test_an_unknown_role_is_an_error(qapp):
    with pytest.raises(KeyError):
        theme.theme("dark").color("fg.puce")


def test_switching_tells_once_and_changes_the_palette(switched, qtbot):
    with qtbot.waitSignal(switched.changed) as told:
        switched.set_mode("light")
    assert told.args[0].mode == "light"
    assert theme.current().mode == "light"
    wanted = theme.theme("light").color("bg.panel")
    assert QGuiApplication.palette().color(QPalette.ColorRole.Base) == wanted
    with qtbot.assertNotEmitted(switched.changed):
        switched.set_mode("light")
    switched.toggle()
    assert theme.current().is_dark


def test_shipped_fonts_are_used(switched):
    assert QFontInfo(theme.current().font("dense")).family() == "Inter"
    assert QFontInfo(theme.current().font("mono")).family() == "JetBrains Mono"
    assert QFontInfo(theme.current().font("body_strong")).weight() == 600


def test_figures_are_tabular(switched):
    metrics = theme.current().metrics("dense")
    assert len({metrics.horizontalAdvance(str(digit)) for digit in range(10)}) == 1


def test_no_type_is_smaller_than_ten_pixels():
    assert min(style["px"] for style in tokens.tokens()["type"].values()) >= 10


def test_fonts_come_with_their_licence():
    for folder in ("inter", "jetbrains-mono"):
        text = resource("fonts", folder, "OFL.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in text


@pytest.mark.parametrize("mode", tokens.MODES)
def test_every_icon_draws_in_its_colour(switched, mode):
    switched.set_mode(mode)
    wanted = theme.current().color("fg.default")
    for name in icons.names():
        image = icons.pixmap(name, "fg.default", 16, 2.0).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        inked = [
            image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 250
        ]  # fmt: skip
        assert inked, f"{name} is empty"
        assert all(abs(each.red() - wanted.red()) <= 4 for each in inked), f"{name} is not in the colour asked for"


def test_an_unknown_icon_is_an_error(qapp):
    with pytest.raises(FileNotFoundError):
        icons.pixmap("no-such-icon")
