"""Runs a plan through the dispatcher and tells the one who asked what became of it, on the GUI thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.actions.action import Means, Plan, Result
from app.base.events import CancelToken
from app.ui.desk.context import sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.kit.bridge import is_alive

Settled = Callable[[str], None]
"""Called with why it was refused; empty when it is saved."""


@dataclass(slots=True)
class _Run:
    owner: QObject
    settled: Settled
    is_over: bool = False
    why: str = ""


class EditWatch(QObject):
    """Undo and the toast stay the dispatcher's; this only listens. The plan opens nothing: it is open already."""

    def __init__(self, dispatcher: Dispatcher, parent: QObject) -> None:
        super().__init__(parent)
        self._dispatcher = dispatcher
        self._runs: list[_Run] = []
        dispatcher.noticed.connect(self._look)

    def start(self, plan: Plan, owner: QObject, settled: Settled) -> None:
        """Run it; ``settled`` is called unless ``owner`` has died by then."""
        run = _Run(owner, settled)
        self._runs.append(run)

        def watched(means: Means, cancel: CancelToken) -> Result:
            try:
                result = plan.run(means, cancel)
                run.why = result.failed[0].reason if result.failed else ""
            except Exception as error:  # kept for the field; the dispatcher tells it too
                run.why = sentence(error)
                raise
            finally:
                run.is_over = True
            return dataclasses.replace(result, opened="")

        self._dispatcher.start(dataclasses.replace(plan, run=watched))

    def _look(self, _notice: object) -> None:
        over = [run for run in self._runs if run.is_over]
        self._runs = [run for run in self._runs if not run.is_over]
        for run in over:
            if is_alive(run.owner):
                run.settled(run.why)
