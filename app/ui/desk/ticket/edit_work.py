"""What a person edits in place, on its way to disk: a field, the status; and the values that a field offers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.actions.action import Situation
from app.actions.ticket import plan_edit
from app.domain.ticket import RESOLVED
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.notice import Notice
from app.ui.desk.ticket.edit_watch import EditWatch
from app.ui.desk.ticket.field_edit import FieldEdit


class EditWork(QObject):
    """``outdated`` when something was refused: what is shown is no longer so."""

    outdated = Signal()

    def __init__(
        self, context: Context, dispatcher: Dispatcher, situation: Callable[[], Situation], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._dispatcher = dispatcher
        self._situation = situation
        self._watch = EditWatch(dispatcher)

    def edit(self, field: FieldEdit, text: str) -> None:
        """Save a field; it says itself when that was refused, and why."""
        assert field.base is not None
        plan = plan_edit((field.base,), field.spec.name, text)
        self._watch.start(plan, field, partial(self._settled, field))

    def move(self, status: str, reason: str) -> None:
        """Change the status; resolving asks for the text that it needs."""
        situation = self._situation()
        if not situation.tickets:
            return
        if status == RESOLVED and not situation.tickets[0].resolution:
            self._dispatcher.act("ticket.resolve")
            return
        plan = self._context.registry["ticket.move"].plan
        assert plan is not None
        self._watch.start(plan(situation, {"status": status, "reason": reason}), self, self._moved)

    def complete(self, field: FieldEdit, prefix: str) -> None:
        """Offer the values in use that begin so."""
        self._context.read(
            lambda store, _cancel: store.tickets.values(field.spec.name, prefix), field.offer, key="field values"
        )

    def _settled(self, field: FieldEdit, why: str) -> None:
        field.settle(why)
        if why:
            self.outdated.emit()

    def _moved(self, why: str) -> None:
        if why:
            self._dispatcher.noticed.emit(Notice(why, is_error=True))
            self.outdated.emit()
