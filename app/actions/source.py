"""Actions on connected systems: have a refused sign-in tried once more. A person says so; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping

from app.actions.action import BOARD, Action, Means, Plan, Result, Situation, Target
from app.base.events import CancelToken
from app.base.text import tr
from app.domain.command import DONE, REFUSED, Outcome
from app.usecases.source import resume_source


def _names(situation: Situation) -> tuple[str, ...]:
    """The paused sources of the rows in question; all that are paused when these rows are of none of them."""
    of_rows = {row.source for row in situation.rows}
    return tuple(name for name in situation.paused if name in of_rows) or situation.paused


def _some_paused(situation: Situation) -> str:
    return "" if situation.paused else tr("No source is paused: none has refused its sign-in.")


def _resume(situation: Situation, _given: Mapping[str, str]) -> Plan:
    names = _names(situation)

    def run(means: Means, _cancel: CancelToken) -> Result:
        outcomes = []
        for name in names:
            is_resumed = resume_source(means.work, name, means.resume)
            outcomes.append(
                Outcome(name, DONE) if is_resumed else Outcome(name, REFUSED, tr("It is not paused any more."))
            )
        return Result(tuple(outcomes))

    title = tr("Try the sign-in at {names} once more", names=", ".join(names))
    return Plan(title, tuple(Target(name, name) for name in names), run, done_text=tr("It is asked once more."))


SOURCE_ACTIONS: tuple[Action, ...] = (
    Action("source.resume", "Try the sign-in again", "Ask a source that refused its sign-in once more.", "Problem",
           "Problem", ("Ctrl+R",), "key", frozenset({BOARD}), _some_paused, plan=_resume),
)  # fmt: skip
