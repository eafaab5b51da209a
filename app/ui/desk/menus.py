"""The menu bar: every action of the registry under its menu, with its key, grey with the reason why not.

Owns the Qt actions; what an action does is the dispatcher's. Imported for the first paint: the names alone are
shown until the actions are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow, QMenu

from app.base.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from app.actions.action import Action
    from app.actions.registry import Registry
    from app.ui.desk.dispatch import Dispatcher

MENU_NAMES = ("Watchdesk", "Go", "Problem", "Ticket", "Article", "View", "Help")
"""``app.actions.action.MENUS``, which is imported later; a test holds them equal."""


class Menus:
    """The menus of one window: empty at first, ``fill``ed once there are actions. GUI lane."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._menus = {name: _menu(window, name) for name in MENU_NAMES}
        self._actions: dict[str, QAction] = {}

    def fill(self, registry: Registry, dispatcher: Dispatcher) -> None:
        """Every action with its key; keys of one stroke are shown and carried out by the key router."""
        self._registry, self._dispatcher = registry, dispatcher
        for action in registry:
            self._actions[action.id] = self._made(action)
        for name, menu in self._menus.items():
            for action in registry.menu(name):
                menu.addAction(self._actions[action.id])
            menu.aboutToShow.connect(self._update)
            menu.aboutToHide.connect(self._enable)

    def _made(self, action: Action) -> QAction:
        from PySide6.QtGui import QAction, QKeySequence

        from app.ui.desk.keys import is_single

        made = QAction(tr(action.title), self._window)
        made.setObjectName(action.id)
        made.setToolTip(tr(action.help))
        singles = [key for key in action.keys if is_single(key)]
        chords = [QKeySequence(key) for key in action.keys if not is_single(key)]
        made.setShortcuts(chords)
        if singles and not chords:
            made.setText(f"{tr(action.title)}\t{singles[0].replace(', ', ' then ')}")
        made.triggered.connect(_Act(self._dispatcher, action.id))
        self._window.addAction(made)
        return made

    def _update(self) -> None:
        for action in self._registry:
            why = self._dispatcher.why_not(action)
            self._actions[action.id].setEnabled(not why)
            self._actions[action.id].setToolTip(why or tr(action.help))

    def _enable(self) -> None:
        # Outside the menu every key answers, if only with the reason why not.
        for action in self._actions.values():
            action.setEnabled(True)


def _menu(window: QMainWindow, name: str) -> QMenu:
    menu = QMenu(tr(name), window)
    menu.setToolTipsVisible(True)
    window.menuBar().addMenu(menu)
    return menu


class _Act:
    """A slot without a reference to the window (a lambda would keep it alive)."""

    def __init__(self, dispatcher: Dispatcher, action_id: str) -> None:
        self._dispatcher = dispatcher
        self._action_id = action_id

    def __call__(self, _checked: bool = False) -> None:
        self._dispatcher.act(self._action_id)
