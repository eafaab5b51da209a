"""Actions on the queue's views: keep the query as one, drop one."""

from __future__ import annotations

from collections.abc import Mapping

from app.actions.action import QUEUE, Action, Argument, Means, Plan, Result, Situation, Target
from app.base.events import CancelToken
from app.base.text import tr
from app.domain.command import DONE, Outcome
from app.usecases.view import DEFAULT_VIEWS, drop_view, save_view

_ALWAYS_THERE = frozenset(view.id for view in DEFAULT_VIEWS)


def _keep(situation: Situation, given: Mapping[str, str]) -> Plan:
    def run(means: Means, _cancel: CancelToken) -> Result:
        view, touched = save_view(means.work, given["name"], situation.query)
        return Result((Outcome(view.id, DONE),), touched)

    return Plan(tr("Keep this query as a view"), (Target("", given["name"]),), run, done_text=tr("View saved."))


def _drop(situation: Situation, _given: Mapping[str, str]) -> Plan:
    def run(means: Means, _cancel: CancelToken) -> Result:
        return Result((Outcome(situation.view_id, DONE),), drop_view(means.work, situation.view_id))

    return Plan(
        tr("Drop this view"), (Target(situation.view_id, situation.query),), run, done_text=tr("View dropped.")
    )


def _can_drop(situation: Situation) -> str:
    if not situation.view_id or situation.view_id in _ALWAYS_THERE:
        return tr("This view is always there.")
    return ""


QUEUE_VIEW_ACTIONS: tuple[Action, ...] = (
    Action("queue.keep_view", "Keep this query as a view", "Save the query under a name, for everybody.", "View",
           "View", ("Shift+V",), "plus", frozenset({QUEUE}),
           lambda situation: "" if situation.query.strip() else tr("There is no query to keep."),
           lambda _situation: (Argument("name", tr("Name of the view")),), _keep),
    Action("queue.drop_view", "Drop this view", "Forget a saved view; its tickets stay.", "View", "View", (), "close",
           frozenset({QUEUE}), _can_drop, plan=_drop),
)  # fmt: skip
