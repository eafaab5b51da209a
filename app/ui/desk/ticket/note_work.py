"""What is written in the composer on its way to disk: kept as a draft, saved with the ticket, or refused with why."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.base.events import CancelToken
from app.base.text import tr
from app.domain.draft import Draft
from app.domain.ticket import PUBLIC
from app.ui.desk.context import Context, sentence
from app.ui.desk.ticket.composer import Composer, Note
from app.ui.kit.bridge import is_alive
from app.usecases.draft import keep_draft
from app.usecases.ticket import comment_ticket, draft_key
from app.usecases.ticket_record import Saved
from app.usecases.work import Work


class NoteWork(QObject):
    """``saved`` when a note is on disk with its ticket. Writes on the write lane, in the order of asking."""

    saved = Signal()

    def __init__(self, context: Context, composer: Composer, ticket_id: str) -> None:
        super().__init__(composer)
        self._context = context
        self._composer = composer
        self._ticket_id = ticket_id
        self._key = draft_key(ticket_id)
        composer.sent.connect(self._send)
        composer.changed.connect(self._keep)

    def restore(self) -> None:
        """Put the kept draft back. On the write lane: one that was kept a moment ago, in a tab now closed, is waiting
        there."""
        self._context.write(lambda work, _cancel: work.store.team.draft(self._key), self._restored)

    def _send(self, note: Note) -> None:
        id_, is_public = self._ticket_id, note.mode == PUBLIC

        def save(work: Work, _cancel: CancelToken) -> Saved:
            return comment_ticket(work, id_, note.text, public=is_public)

        if self._context.opened is None:
            self._composer.refuse(self._context.why_closed())
            return
        self._context.write(save, self._sent, failed=self._not_sent)

    def _sent(self, _saved: Saved) -> None:
        if is_alive(self):
            self._composer.confirm()
            self.saved.emit()

    def _not_sent(self, error: Exception) -> None:
        if is_alive(self):
            self._composer.refuse(tr("Not saved; your text is still here. {why}", why=sentence(error)))

    def _keep(self, note: Note) -> None:
        self._context.write(
            lambda work, _cancel: keep_draft(work, self._key, note.text, mode=note.mode),
            self._kept,
            failed=self._not_kept,
        )

    def _kept(self, draft: Draft) -> None:
        if is_alive(self):
            self._composer.show_kept(draft.at)

    def _not_kept(self, error: Exception) -> None:
        if is_alive(self):
            self._composer.show_not_kept(tr("The draft stands only in this window. {why}", why=sentence(error)))

    def _restored(self, draft: Draft | None) -> None:
        if draft is not None and is_alive(self):
            self._composer.restore(Note(draft.text, draft.mode), draft.at)
