"""All actions, and who owns which key. The one list that menus, keys, palette and sheet are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.actions.action import Action
from app.actions.attachment import ATTACHMENT_ACTIONS
from app.actions.problem import PROBLEM_ACTIONS
from app.actions.queue_view import QUEUE_VIEW_ACTIONS
from app.actions.source import SOURCE_ACTIONS
from app.actions.ticket import TICKET_ACTIONS
from app.actions.view import VIEW_ACTIONS


class Registry:
    """Actions by id, with this person's changed keys applied."""

    def __init__(self, actions: Iterable[Action], changed_keys: Mapping[str, str] | None = None) -> None:
        changed = changed_keys or {}
        self.changed = frozenset(id_ for id_ in changed)
        self._actions = {action.id: _with_keys(action, changed.get(action.id)) for action in actions}

    def __getitem__(self, id_: str) -> Action:
        return self._actions[id_]

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def on(self, screen: str) -> tuple[Action, ...]:
        """The actions of a screen, in their order."""
        return tuple(action for action in self._actions.values() if screen in action.screens)

    def menu(self, name: str) -> tuple[Action, ...]:
        return tuple(action for action in self._actions.values() if action.menu == name)

    def clashes(self, screen: str) -> tuple[tuple[str, str, str], ...]:
        """(key, action, action) of keys that two actions of a screen claim."""
        owner: dict[str, str] = {}
        found = []
        for action in self.on(screen):
            for key in action.keys:
                if key in owner:
                    found.append((key, owner[key], action.id))
                owner.setdefault(key, action.id)
        return tuple(found)


def _with_keys(action: Action, keys: str | None) -> Action:
    if keys is None:
        return action
    import dataclasses

    return dataclasses.replace(action, keys=tuple(key.strip() for key in keys.split("|") if key.strip()))


ALL_ACTIONS: tuple[Action, ...] = (
    *VIEW_ACTIONS,
    *QUEUE_VIEW_ACTIONS,
    *PROBLEM_ACTIONS,
    *SOURCE_ACTIONS,
    *TICKET_ACTIONS,
    *ATTACHMENT_ACTIONS,
)


def build(changed_keys: Mapping[str, str] | None = None) -> Registry:
    """The registry of this workstation."""
    return Registry(ALL_ACTIONS, changed_keys)
