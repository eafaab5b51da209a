"""From a key, menu or palette entry to what it does: when → arguments → plan → preview → run → toast with undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.action import Action, Plan, Result, Situation
from app.base.errors import Refused
from app.base.text import tr
from app.domain.command import UNCONFIRMED
from app.ui.desk.ask import AskPanel
from app.ui.desk.context import Context, sentence
from app.ui.desk.edit_history import EditHistory, Step, Turn
from app.ui.desk.notice import Notice, notice_of
from app.ui.desk.preview import PreviewPanel


class Form(Protocol):
    """Where an edit was typed: it keeps the text and shows what stands against it."""

    def refuse(self, why: str, field: str = "") -> None: ...

    def dismiss(self) -> None:
        """It is done."""
        ...


class Dispatcher(QObject):
    """Carries out actions for one window."""

    noticed = Signal(object)
    opened = Signal(str)
    """An action made or opened the ticket with this id."""

    def __init__(
        self,
        window: QWidget,
        context: Context,
        situation: Callable[[], Situation],
        handlers: Callable[[], Mapping[str, Callable[[], None]]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._situation = situation
        self._handlers = handlers
        self._history = EditHistory()

    @property
    def can_undo(self) -> str:
        """What undo would take back; empty when nothing."""
        return self._next_title(Turn.UNDO)

    @property
    def can_redo(self) -> str:
        """What redo would do again; empty when nothing."""
        return self._next_title(Turn.REDO)

    def why_not(self, action: Action) -> str:
        """Why the action is not possible now; empty when it is."""
        situation = self._situation()
        if situation.screen not in action.screens:
            return tr("Not on this screen.")
        reason = action.when(situation)
        return reason or ("" if action.is_view else self._context.why_closed())

    def act(self, action_id: str) -> None:
        """Do it, or say why it cannot be done."""
        action = self._context.registry[action_id]
        reason = self.why_not(action)
        if reason:
            self.noticed.emit(Notice(reason))
        elif action.is_view:
            self._handlers()[action_id]()
        else:
            self._ask(action, self._situation())

    def start(self, plan: Plan, panel: Form | None = None) -> None:
        """Run a plan, after a preview when it asks for one."""
        if not plan.targets:
            why = plan.refused[0][1] if plan.refused else tr("There is nothing to do.")
            self._refuse(why, "", panel)
            return
        if plan.asks:
            if panel is not None:
                panel.dismiss()
            PreviewPanel(self._window, plan, lambda: self._run(Step(plan))).popup()
            return
        self._run(Step(plan), panel)

    def undo(self) -> None:
        """Take the last edit back; once more, the one before it."""
        self._run_next(Turn.UNDO)

    def redo(self) -> None:
        """Do again what was taken back last. Gone with the next edit."""
        self._run_next(Turn.REDO)

    def _next_title(self, turn: Turn) -> str:
        step = self._history.next(turn)
        return step.plan.title if step is not None else ""

    def _run_next(self, turn: Turn) -> None:
        step = self._history.next(turn)
        if step is not None:
            self._run(step)

    def _ask(self, action: Action, situation: Situation) -> None:
        assert action.plan is not None
        make = action.plan
        arguments = action.arguments(situation)
        if not arguments:
            self._start_made(lambda: make(situation, {}), None)
            return
        panel = AskPanel(
            self._window,
            tr(action.title),
            arguments,
            lambda given: self._start_made(lambda: make(situation, given), panel),
            tr(action.title),
        )
        panel.popup()

    def _start_made(self, make: Callable[[], Plan], panel: Form | None) -> None:
        try:
            plan = make()
        except Refused as refused:
            self._refuse(refused.sentence(), refused.field, panel)
            return
        self.start(plan, panel)

    def _run(self, step: Step, panel: Form | None = None) -> None:
        """Run a step: from a key, a panel or the button of a message, whichever comes first."""
        opened = self._context.opened
        if opened is None:
            self._refuse(self._context.why_closed(), "", panel)
            return
        why = self._history.begin(step)
        if why:
            self.noticed.emit(Notice(why))
            return
        plan = step.plan
        self._context.lanes.run(
            plan.lane,
            lambda cancel: plan.run(opened.means, cancel),
            done=lambda result: self._finished(step, result, panel),
            failed=lambda error: self._failed(step, error, panel),
        )

    def _failed(self, step: Step, error: Exception, panel: Form | None) -> None:
        """Nothing of it was done. A refusal stands; anything else may pass, and it waits to be tried again."""
        if isinstance(error, Refused):
            self._history.end(step)
            self._refuse(error.sentence(), error.field, panel)
            return
        self._history.wait(step)
        if panel is not None:
            panel.refuse(sentence(error), "")
        else:
            self.noticed.emit(Notice(sentence(error), is_error=True, again=partial(self._run, step)))

    def _finished(self, step: Step, result: Result, panel: Form | None) -> None:
        plan, again = step.plan, None
        if result.left is None:
            self._history.end(step)
        else:
            self._history.wait(step, result.left)
            again = partial(self._run, step)
        if panel is not None and _is_nothing_done(result):
            panel.refuse(result.failed[0].reason, "")  # what was typed stays
            return
        if panel is not None:
            panel.dismiss()
        if result.touched:
            self._context.touched.emit(result.touched)
        undo = self._keep(result.way_back, step) if result.way_back is not None else None
        if result.opened:
            self.opened.emit(result.opened)
        self.noticed.emit(notice_of(plan, result, undo, again))

    def _keep(self, way_back: Plan, step: Step) -> Callable[[], None] | None:
        """Remember a way back; what the message's own Undo does, none for the message of an undo."""
        kept = self._history.keep(way_back, step)
        return partial(self._run, kept) if kept.turn is Turn.UNDO else None

    def _refuse(self, why: str, field: str, panel: Form | None) -> None:
        if panel is not None:
            panel.refuse(why, field)
        else:
            self.noticed.emit(Notice(why, is_error=True))


def _is_nothing_done(result: Result) -> bool:
    """Whether each was refused or failed. What was sent and not seen yet may be done: it is not to be sent twice."""
    return (
        bool(result.failed)
        and len(result.failed) == len(result.outcomes)
        and not any(outcome.outcome == UNCONFIRMED for outcome in result.outcomes)
    )
