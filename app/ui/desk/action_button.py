"""A button that is an action: its word, icon and key come from the registry."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.base.text import tr
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.key_words import spoken_keys
from app.ui.parts.button import Button, Kind


class _Act:
    def __init__(self, dispatcher: Dispatcher, action_id: str) -> None:
        self._dispatcher, self._action_id = dispatcher, action_id

    def __call__(self, _checked: bool = False) -> None:
        self._dispatcher.act(self._action_id)


def action_button(
    context: Context,
    dispatcher: Dispatcher,
    action_id: str,
    kind: Kind = "plain",
    parent: QWidget | None = None,
    *,
    word: str = "",
) -> Button:
    """A button for an action; ``word`` replaces its title where room is short."""
    action = context.registry[action_id]
    key = " ".join(word for word in spoken_keys(action.keys[0]) if word != "then") if action.keys else ""
    button = Button(
        word or tr(action.title), kind=kind, icon=action.icon, key=key,
        tip=tr(action.help), parent=parent,
    )  # fmt: skip
    button.setObjectName(action_id)
    button.clicked.connect(_Act(dispatcher, action_id))
    return button
