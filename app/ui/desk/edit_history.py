"""What can be taken back and what can be done again, in the order in which it was done.

A step keeps its place while it runs, so one that fails waits where it was. The keys and the buttons of messages
share the step: whichever comes first runs it, and it never runs twice. Pure: nothing here runs a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from app.actions.action import Plan
from app.base.text import tr

DEPTH: Final = 200
"""Edits that can be taken back one after the other."""


class Turn(Enum):
    """What running a step means: its own way back is an undo, for an undo a redo, for a redo an undo again."""

    EDIT = auto()
    UNDO = auto()
    REDO = auto()


class State(Enum):
    """Where a step stands."""

    WAITING = auto()
    RUNNING = auto()
    OVER = auto()
    PAST = auto()
    """Never run, and no longer to be: too long ago, or a new edit came after what was taken back."""


@dataclass(slots=True, eq=False)
class Step:
    """One plan to be run once: an edit, the way back of one, or what does it again. A run that failed in part leaves
    it waiting with the plan of what is left."""

    plan: Plan
    turn: Turn = Turn.EDIT
    state: State = State.WAITING


_WHY_NOT: Final = {
    State.WAITING: "",
    State.RUNNING: "It is under way already.",
    State.PAST: "This is too long ago to be taken back from here.",
}
_OVER: Final = {
    Turn.EDIT: "It is done already.",
    Turn.UNDO: "It is undone already.",
    Turn.REDO: "It is done again already.",
}


class EditHistory:
    """The undo and the redo steps of one window. GUI thread only."""

    def __init__(self) -> None:
        self._steps: dict[Turn, list[Step]] = {Turn.UNDO: [], Turn.REDO: []}

    def next(self, turn: Turn) -> Step | None:
        """The step that the undo or redo key runs now; None when there is none."""
        return next((step for step in reversed(self._steps[turn]) if step.state is State.WAITING), None)

    def begin(self, step: Step) -> str:
        """Take a step to be run; why not when it cannot be, then nothing has changed."""
        why = tr(_OVER[step.turn] if step.state is State.OVER else _WHY_NOT[step.state])
        if not why:
            step.state = State.RUNNING
        return why

    def wait(self, step: Step, left: Plan | None = None) -> None:
        """It failed for a reason that may pass: it waits in its place, with ``left`` where a part of it is done."""
        step.state = State.WAITING
        step.plan = left or step.plan

    def end(self, step: Step) -> None:
        """It is done, or refused for good."""
        step.state = State.OVER
        steps = self._steps.get(step.turn, [])
        if step in steps:
            steps.remove(step)

    def keep(self, way_back: Plan, of: Step) -> Step:
        """Remember the way back of a step. That of a new edit puts an end to what could be done again."""
        if of.turn is Turn.EDIT:
            self._drop(self._steps[Turn.REDO], 0)
        turn = Turn.REDO if of.turn is Turn.UNDO else Turn.UNDO
        step = Step(way_back, turn)
        self._steps[turn].append(step)
        self._drop(self._steps[turn], DEPTH)
        return step

    def _drop(self, steps: list[Step], most: int) -> None:
        for step in steps[: max(0, len(steps) - most)]:
            if step.state is State.WAITING:
                step.state = State.PAST
            steps.remove(step)
