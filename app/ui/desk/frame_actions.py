"""The view actions that the frame carries out on every screen: going, the palette, the key sheet, the theme.

Loaded with the actions, after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from app.domain.health import HealthRow
from app.settings.workstation import THEME
from app.ui.desk.key_sheet import open_key_sheet
from app.ui.desk.palette import Palette, Places
from app.ui.desk.panes import walk_panes
from app.ui.kit.theme import switch

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class FrameActions:
    """Bound to one window. GUI lane."""

    def __init__(self, window: DeskWindow) -> None:
        self._window = window
        # Kept here: Qt holds its widgets, nobody else holds what answers their signals.
        self.open_palette: Palette | None = None

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """By action id."""
        window = self._window
        return {
            "go.board": lambda: _ignore(window.show_page("board")),
            "go.queue": lambda: _ignore(window.show_page("queue")),
            "go.knowledge": lambda: _ignore(window.show_page("knowledge")),
            "view.palette": self._palette,
            "view.keys": self._key_sheet,
            "view.undo": window.dispatcher.undo,
            "view.redo": window.dispatcher.redo,
            "view.theme": self._toggle_theme,
            "view.ask_now": self._ask_now,
            "view.next_pane": lambda: self._walk_panes(1),
            "view.previous_pane": lambda: self._walk_panes(-1),
            "view.back": lambda: _ignore(window.toasts.dismiss_newest()),
            "view.quit": lambda: _ignore(window.close()),
        }

    def _palette(self) -> None:
        window = self._window
        places = Places(window.open_ticket, window.open_row, window.open_article, self._rows)
        self.open_palette = Palette(window, window.context, window.dispatcher, places)

    def _rows(self) -> tuple[HealthRow, ...]:
        opened = self._window.context.opened
        return tuple(opened.poller.board.rows()) if opened else ()

    def _key_sheet(self) -> None:
        open_key_sheet(self._window, self._window.context.registry, self._window.situation().screen)

    def _toggle_theme(self) -> None:
        theme_switch = switch()
        if theme_switch is not None:
            theme_switch.toggle()
            self._window.context.change(THEME, theme_switch.mode)

    def _ask_now(self) -> None:
        opened = self._window.context.opened
        if opened is not None:
            for name in opened.poller.board.sources:
                opened.poller.poll_now(name)

    def _walk_panes(self, by: int) -> None:
        if self._window.page is not None:
            walk_panes(self._window.page, by)


def _ignore(_value: object) -> None:
    """A handler gives nothing back."""
