"""The theme: colours as Qt values, palette, style sheet, and following the system. Owns which theme is on.

Two themes from one set of roles. ``current()`` is the one to draw with; ``switch().changed`` tells of another.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.kit import fonts, tokens
from app.ui.kit.qss import style_sheet
from app.ui.kit.tokens import Density, StateLook

Mode = Literal["system", "dark", "light"]


class Theme:
    """One theme, ``dark`` or ``light``. A value: two of the same mode draw alike."""

    def __init__(self, mode: Literal["dark", "light"] = "dark") -> None:
        self.mode = mode
        self.is_dark = mode == "dark"
        self._hex = tokens.colours(mode)
        self._colour: dict[str, QColor] = {}

    def color(self, role: str) -> QColor:
        """The colour of a dotted role (``state.critical.fill``). Treat as read-only. Raises KeyError."""
        found = self._colour.get(role)
        if found is None:
            found = self._colour[role] = QColor(self._hex[role])
        return found

    def hex(self, role: str) -> str:
        """The same as ``#RRGGBB``, for style sheets and HTML."""
        return self._hex[role]

    def series(self, index: int) -> QColor:
        """The colour of the n-th chart series; wraps."""
        return self.color(f"chart.series.{index % 6}")

    def space(self, step: int) -> int:
        """``space.1`` to ``space.9``: 2 4 6 8 12 16 24 32 48."""
        return tokens.length(f"space.{step}")

    def length(self, path: str) -> int:
        """Any length of the tokens: ``layout.rail``, ``radius.control``, ``control.height``."""
        return tokens.length(path)

    def font(self, style: str, *, mono: bool = False, strong: bool = False) -> QFont:
        """The font of a type style; treat as read-only."""
        return fonts.font(style, mono=mono, strong=strong)

    def metrics(self, style: str, *, mono: bool = False, strong: bool = False) -> QFontMetricsF:
        """Metrics of the same font."""
        return fonts.metrics(style, mono=mono, strong=strong)

    def line(self, style: str) -> int:
        """Line height of a type style in pixels."""
        return tokens.type_style(style).line

    def density(self, name: str) -> Density:
        """Measures of a table density."""
        return tokens.density(name)

    def state(self, word: str) -> StateLook:
        """The look of a state word."""
        return tokens.state_look(word)

    def state_color(self, word: str, part: str = "fill") -> QColor:
        """A state word's ``fill``, ``on_fill``, ``text``, ``tint``, ``outline`` or ``faded``."""
        return self.color(f"state.{tokens.state_look(word).key}.{part}")

    def palette(self) -> QPalette:
        """The application palette of this theme."""
        palette = QPalette()
        for name, role in tokens.tokens()["qpalette"].items():
            group, _, bare = name.rpartition(".")
            target = QPalette.ColorGroup[group] if group else QPalette.ColorGroup.All
            colour = QColor(role) if role.startswith("#") else self.color(role)
            palette.setColor(target, QPalette.ColorRole[bare], colour)
        return palette

    def qss(self) -> str:
        """The generated style sheet: frame, header, field, button, menu, scroll bar."""
        return style_sheet(self._hex)


@cache
def theme(mode: Literal["dark", "light"]) -> Theme:
    """The one ``Theme`` of a mode."""
    return Theme(mode)


class ThemeSwitch(QObject):
    """Applies a theme to the application and follows the system's colour scheme."""

    changed = Signal(object)

    def __init__(self, app: QApplication, mode: Mode) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = mode
        self._theme = theme(_resolve(mode))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def mode(self) -> Mode:
        """What the user chose."""
        return self._mode

    @property
    def theme(self) -> Theme:
        """What that means now."""
        return self._theme

    def set_mode(self, mode: Mode) -> None:
        """Choose ``system``, ``dark`` or ``light``; repaints everything when it makes a difference."""
        self._mode = mode
        wanted = theme(_resolve(mode))
        if wanted is not self._theme:
            self._theme = wanted
            self.apply()

    def toggle(self) -> None:
        """The other one of dark and light, fixed."""
        self.set_mode("light" if self._theme.is_dark else "dark")

    def apply(self) -> None:
        """Hand palette and style sheet to the application and tell everyone."""
        self._app.setPalette(self._theme.palette())
        self._app.setStyleSheet(self._theme.qss())
        self.changed.emit(self._theme)

    def _follow_system(self, _scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self.set_mode("system")


_switch: ThemeSwitch | None = None


FUSION = ("-style", "Fusion")
"""For the words that an application is made with: to set a style later, PySide loads all that describes styles."""


def install(app: QApplication, mode: Mode = "system", *, has_fusion: bool = False) -> ThemeSwitch:
    """Fonts, Fusion, palette and style sheet for the whole application. Call once, before the first window."""
    global _switch
    fonts.load_fonts()
    if not has_fusion:
        app.setStyle("Fusion")
    app.setFont(fonts.font("body"))
    if _switch is not None:
        _switch.deleteLater()
    _switch = ThemeSwitch(app, mode)
    _switch.destroyed.connect(_forget)
    _switch.apply()
    return _switch


def switch() -> ThemeSwitch | None:
    """The installed switch; None before ``install``."""
    return _switch


def current() -> Theme:
    """The theme to draw with now; dark before ``install``."""
    return _switch.theme if _switch is not None else theme("dark")


def _forget(gone: QObject) -> None:
    global _switch
    if _switch is gone:
        _switch = None


def _resolve(mode: Mode) -> Literal["dark", "light"]:
    if mode != "system":
        return mode
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"
