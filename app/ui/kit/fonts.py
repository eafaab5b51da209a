"""The shipped fonts. Owns loading them and making ``QFont`` values from type styles; knows no colour."""

from __future__ import annotations

import logging
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from app.ui.kit.resource import resource
from app.ui.kit.tokens import TypeStyle, tokens, type_style

_UI_FILES = (("inter", "Inter-Regular.otf"), ("inter", "Inter-SemiBold.otf"))
_MONO_FILES = (("jetbrains-mono", "JetBrainsMono-Regular.ttf"), ("jetbrains-mono", "JetBrainsMono-SemiBold.ttf"))
_FEATURES = {False: (("tnum", 1), ("calt", 1), ("cv05", 1)), True: (("zero", 1), ("calt", 0))}
_log = logging.getLogger(__name__)


def load_fonts() -> tuple[int, ...]:
    """Hand the shipped letters to Qt, once, before the first paint; those of code follow when they are first used.
    A missing file falls back and is logged."""
    return _load(_UI_FILES)


@cache
def _load(files: tuple[tuple[str, str], ...]) -> tuple[int, ...]:
    loaded = tuple(QFontDatabase.addApplicationFont(str(resource("fonts", *file))) for file in files)
    if -1 in loaded:
        _log.warning("a shipped font could not be loaded: %s", files[loaded.index(-1)][1])
    return loaded


def make_font(style: TypeStyle, *, mono: bool = False) -> QFont:
    """A font of the type scale with tabular figures and our letter forms."""
    mono = mono or style.is_mono
    if mono:
        _load(_MONO_FILES)
    font = QFont()
    font.setFamilies(tokens()["font"]["mono" if mono else "ui"])
    font.setPixelSize(style.px)
    font.setWeight(QFont.Weight(style.weight))
    if style.tracking:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, style.px * style.tracking)
    for feature, value in _FEATURES[mono]:
        font.setFeature(QFont.Tag(feature), value)
    return font


@cache
def font(name: str, *, mono: bool = False, strong: bool = False) -> QFont:
    """The font of a type style; treat as read-only. ``strong`` asks for weight 600."""
    style = type_style(name)
    if strong and style.weight < 600:
        style = TypeStyle(style.name, style.px, style.line, 600, style.tracking)
    return make_font(style, mono=mono)


@cache
def metrics(name: str, *, mono: bool = False, strong: bool = False) -> QFontMetricsF:
    """Metrics of ``font(...)`` with the same arguments."""
    return QFontMetricsF(font(name, mono=mono, strong=strong))
