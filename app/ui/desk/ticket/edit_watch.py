"""Runs a plan through the dispatcher and tells the one who asked what became of it, on the GUI thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QObject

from app.actions.action import Means, Plan, Result
from app.base.events import CancelToken
from app.ui.desk.dispatch import Dispatcher
from app.ui.kit.bridge import is_alive

Settled = Callable[[str], None]
"""Called with why it was refused; empty when it is saved."""


class _Field:
    """The ``Form`` that a field is: it says itself why, so no message does."""

    def __init__(self, owner: QObject, settled: Settled) -> None:
        self._owner, self._settled = owner, settled

    def refuse(self, why: str, field: str = "") -> None:
        if is_alive(self._owner):
            self._settled(why)

    def dismiss(self) -> None:
        if is_alive(self._owner):
            self._settled("")


class EditWatch:
    """Undo and the toast stay the dispatcher's. The plan opens nothing: it is open already."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def start(self, plan: Plan, owner: QObject, settled: Settled) -> None:
        """Run it; ``settled`` is called unless ``owner`` has died by then."""

        def closed(means: Means, cancel: CancelToken) -> Result:
            return dataclasses.replace(plan.run(means, cancel), opened="")

        self._dispatcher.start(dataclasses.replace(plan, run=closed), _Field(owner, settled))
