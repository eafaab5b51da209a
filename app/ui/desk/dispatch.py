"""From a key, menu or palette entry to what it does: when → arguments → plan → preview → run → toast with undo."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.actions.action import Action, Plan, Result, Situation
from app.base.errors import Refused
from app.base.text import count, tr
from app.domain.command import DONE, UNCONFIRMED
from app.ui.desk.ask import AskPanel, PreviewPanel
from app.ui.desk.context import Context, sentence

_DEPTH: Final = 200
"""Edits that can be taken back one after the other."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell the person. ``undo`` runs the way back, ``again`` tries what failed once more. Errors stay until
    they are closed."""

    text: str
    is_error: bool = False
    undo: Callable[[], None] | None = None
    again: Callable[[], None] | None = None


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
        self._done: list[Plan] = []
        self._undone: list[Plan] = []

    @property
    def can_undo(self) -> str:
        """What undo would take back; empty when nothing."""
        return self._done[-1].title if self._done else ""

    @property
    def can_redo(self) -> str:
        """What redo would do again; empty when nothing."""
        return self._undone[-1].title if self._undone else ""

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
            PreviewPanel(self._window, plan, lambda: self._run(plan, None)).popup()
            return
        self._run(plan, panel)

    def undo(self) -> None:
        """Take the last edit back; once more, the one before it."""
        if self._done:
            self._take_back(self._done[-1])

    def redo(self) -> None:
        """Do again what was taken back last. Gone with the next edit."""
        if self._undone:
            plan = self._undone.pop()
            self._run(plan, None, kept_in=self._done, back_to=self._undone)

    def _take_back(self, way_back: Plan) -> None:
        """Run one way back, the newest or that of a message still in sight."""
        if way_back in self._done:
            self._done.remove(way_back)
            self._run(way_back, None, kept_in=self._undone, back_to=self._done)

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

    def _run(
        self,
        plan: Plan,
        panel: Form | None,
        *,
        kept_in: list[Plan] | None = None,
        back_to: list[Plan] | None = None,
    ) -> None:
        """``kept_in``: where its way back goes, for an undo or redo. ``back_to``: where such a plan, or what is left
        of it, waits to be tried again when it failed for a reason that may pass; a refusal stands."""
        opened = self._context.opened
        if opened is None:
            return

        def failed(error: Exception) -> None:
            field = error.field if isinstance(error, Refused) else ""
            if back_to is not None and not isinstance(error, Refused):
                back_to.append(plan)
            self._refuse(sentence(error), field, panel)

        self._context.lanes.run(
            plan.lane,
            lambda cancel: plan.run(opened.means, cancel),
            done=lambda result: self._finished(plan, result, panel, kept_in, back_to),
            failed=failed,
        )

    def _finished(
        self,
        plan: Plan,
        result: Result,
        panel: Form | None,
        kept_in: list[Plan] | None,
        back_to: list[Plan] | None,
    ) -> None:
        if panel is not None and result.failed and len(result.failed) == len(result.outcomes):
            panel.refuse(result.failed[0].reason, "")  # what was typed stays
            return
        if panel is not None:
            panel.dismiss()
        if result.touched:
            self._context.touched.emit(result.touched)
        again = None
        if result.left is not None:
            if back_to is not None:
                back_to.append(result.left)
            else:
                again = partial(self._run, result.left, None)
        undo = self._keep(result.way_back, kept_in) if result.way_back is not None else None
        if result.opened:
            self.opened.emit(result.opened)
        self.noticed.emit(dataclasses.replace(notice_of(plan, result, undo), again=again))

    def _keep(self, way_back: Plan, kept_in: list[Plan] | None) -> Callable[[], None] | None:
        """Remember a way back; what the message's own Undo does, none for the message of an undo."""
        if kept_in is None:
            self._undone.clear()  # a new edit: what was taken back before it is past
            kept_in = self._done
        kept_in.append(way_back)
        del kept_in[:-_DEPTH]
        return partial(self._take_back, way_back) if kept_in is self._done else None

    def _refuse(self, why: str, field: str, panel: Form | None) -> None:
        if panel is not None:
            panel.refuse(why, field)
        else:
            self.noticed.emit(Notice(why, is_error=True))


def notice_of(plan: Plan, result: Result, undo: Callable[[], None] | None) -> Notice:
    """One sentence about what became of a plan."""
    bad = result.failed
    if not bad:
        many = len(result.outcomes)
        text = plan.done_text or plan.title
        return Notice(text if many < 2 else f"{text} ({count(many, 'thing', 'things')})", undo=undo)
    unconfirmed = [outcome for outcome in bad if outcome.outcome == UNCONFIRMED]
    done = sum(outcome.outcome == DONE for outcome in result.outcomes)
    first = bad[0].reason
    if len(unconfirmed) == len(bad):
        return Notice(tr("Sent, but not seen at the source yet: {why}", why=first), undo=undo)
    lead = tr("{done} done, {n} not. ", done=done, n=len(bad)) if len(result.outcomes) > 1 else ""
    return Notice(lead + first, is_error=True, undo=undo)
