"""One ticket as a tab: puts head, fields, timeline, composer and side panel together, and shows a story in them.

What reads, edits, writes notes, handles files and moves the focus has a file each beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.actions.action import TICKET, Situation
from app.base.events import ARTICLES, TICKETS, Touched
from app.base.text import one_line, tr
from app.domain.ticket import INTERNAL, PUBLIC, Attachment, Ticket
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.notice import Notice
from app.ui.desk.ticket.article_work import ArticleWork
from app.ui.desk.ticket.centre import TicketCentre, column
from app.ui.desk.ticket.edit_work import EditWork
from app.ui.desk.ticket.fields import FieldsPane
from app.ui.desk.ticket.file_work import FileWork
from app.ui.desk.ticket.head import TicketHead
from app.ui.desk.ticket.note_work import NoteWork
from app.ui.desk.ticket.panes import TicketPanes
from app.ui.desk.ticket.reading import StoryReading
from app.ui.desk.ticket.side import TicketSide
from app.ui.desk.ticket.story import TicketStory, told
from app.ui.parts.banner import Banner
from app.ui.parts.pane_state import PaneState
from app.ui.parts.timeline import Entry


class TicketView(QWidget):
    """Made for one ticket; loads itself as soon as the store is open. GUI lane."""

    title_changed = Signal(str)
    situation_changed = Signal()

    def __init__(self, context: Context, dispatcher: Dispatcher, ticket_id: str) -> None:
        super().__init__()
        self.ticket_id = ticket_id
        self.ticket: Ticket | None = None
        self._context = context
        self._dispatcher = dispatcher
        self._build()
        context.opened_changed.connect(self._load)
        self._load()

    # -- what the queue page asks -------------------------------------------------------------------------------

    @property
    def has_draft(self) -> bool:
        """Whether something is written that is not saved with the ticket."""
        return self.composer.has_text

    @property
    def shown_entries(self) -> Sequence[Entry]:
        """The timeline's entries as they are told, oldest first, before any filter."""
        return self.centre.entries

    def situation(self) -> Situation:
        """The ticket in front."""
        return Situation(TICKET, tickets=(self.ticket,) if self.ticket else (), me=self._context.me)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """View actions of this screen."""
        return {
            "ticket.mode": self.composer.toggle_mode,
            "ticket.note": lambda: self.composer.write(INTERNAL),
            "ticket.reply": lambda: self.composer.write(PUBLIC),
            "ticket.fields": self.panes.choose_field,
            "ticket.files": self.panes.go_to_files,
            "ticket.open_file": lambda: self._with_file(self.files.open),
            "ticket.save_file": lambda: self._with_file(self.files.save),
            "copy.number": self._copy_number,
            "copy.number_title": self._copy_number_title,
            "view.next_pane": lambda: self.panes.step(1),
            "view.previous_pane": lambda: self.panes.step(-1),
            "view.back": self.panes.back,
        }

    def refresh(self, touched: Touched) -> None:
        """Something was written; read again when it concerns this ticket."""
        if self.ticket is not None and touched.touches(TICKETS, self.ticket.id):
            self._reading.read()
        if touched.touches(ARTICLES):
            self._articles.forget()
            if self.ticket is not None:
                self._articles.suggest(self.ticket)

    def tick(self, now_at: int) -> None:
        """Once a second while in front."""
        if self.ticket is not None:
            self.head.tick(self.ticket, now_at)

    def focus_main(self) -> None:
        """The timeline, where the keys work."""
        self.panes.focus_main()

    def leave(self) -> None:
        """Keep what is being typed, at once."""
        self.composer.keep_now()

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._reading = StoryReading(self._context, self.ticket_id, self)
        self._reading.came.connect(self._show)
        self._reading.failed.connect(self._failed)
        self.edits = EditWork(self._context, self._dispatcher, self.situation, self)
        self.edits.outdated.connect(self._reading.read)
        self.head = TicketHead(self._context, self._dispatcher, self)
        self.head.copy_asked.connect(self._copy_number)
        self.head.title.committed.connect(self.edits.edit)
        self.head.status.move_asked.connect(self.edits.move)
        self.fields = FieldsPane(self, also=self.head.title)
        self.fields.letters.left.connect(self.focus_main)
        self.fields.edit_asked.connect(self.edits.edit)
        self.fields.completion_wanted.connect(self.edits.complete)
        self.side = TicketSide(self)
        self._articles = ArticleWork(self._context, self.side)
        self.side.attach_asked.connect(self._attach)
        self.files = FileWork(self._context, self._dispatcher.noticed.emit, self)
        self.side.open_asked.connect(self.files.open)
        self.side.save_asked.connect(self.files.save)
        self.centre = TicketCentre(self)
        self.timeline, self.chips, self.composer = self.centre.timeline, self.centre.chips, self.centre.composer
        self.timeline.earlier_asked.connect(self._reading.read_earlier)
        self._notes = NoteWork(self._context, self.composer, self.ticket_id)
        self._notes.saved.connect(self.timeline.to_end)  # and it stays there when the note comes in
        self.composer.attach_asked.connect(self._attach)
        self.composer.escaped.connect(self.focus_main)
        outer = column(self)
        outer.addWidget(self.head)
        self.banner = Banner(self)
        self.banner.acted.connect(self._reading.read)
        outer.addWidget(self.banner)
        self.panes = TicketPanes(self.fields, self.centre, self.side, self.head.side, self)
        outer.addWidget(self.panes, 1)
        self.state = PaneState(self)
        self.state.acted.connect(self._load)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panes.fit()

    # -- reading ------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        if self.ticket is not None:
            return
        self.state.loading(tr("Still reading the ticket."))
        if self._context.opened is None:
            return
        self._reading.read()
        self._notes.restore()

    def _show(self, story: TicketStory | None) -> None:
        if story is None:
            self.state.failed(
                tr("This ticket is not there."), tr("There is no ticket with this number in the profile."),
                tr("It may have been removed by a restored backup. Close the tab with Ctrl+W."), "",
            )  # fmt: skip
            return
        before, self.ticket = self.ticket, story.ticket
        now_at = self._context.now()
        self.state.clear()
        self.banner.clear()
        self.head.show_ticket(story.ticket, now_at, self._context.me)
        self.fields.show_ticket(story.ticket, now_at)
        self.side.show_files(story.attachments, now_at)
        self.centre.show_ticket(story.ticket, now_at)
        self.centre.show_entries(told(story.entries, story.ticket, now_at), has_earlier=story.has_earlier)
        self._articles.suggest(story.ticket)
        if before is None or (before.number, before.title) != (story.ticket.number, story.ticket.title):
            self.title_changed.emit(f"{story.ticket.number} {one_line(story.ticket.title)}")
        self.situation_changed.emit()

    def _failed(self, error: Exception) -> None:
        if self.ticket is None:
            why = sentence(error)
            self.state.failed(tr("The ticket could not be read."), why, "", tr("Try again"))
        else:
            told_why = tr("This ticket could not be read again: {why}", why=sentence(error))
            self.banner.tell("failed", told_why, tr("Try again"))

    # -- doing --------------------------------------------------------------------------------------------------

    def _attach(self) -> None:
        self._dispatcher.act("ticket.attach")

    def _with_file(self, act: Callable[[Attachment], None]) -> None:
        """Do it with the current attachment; go to them when it is not clear which one is meant."""
        file = self.side.file
        if file is not None:
            act(file)
            return
        self.panes.go_to_files()
        told_why = (
            tr("Which attachment? Choose it with the arrows, then press the key again.")
            if self.side.has_files
            else tr("Nothing is attached to this ticket.")
        )
        self._dispatcher.noticed.emit(Notice(told_why))

    def _copy_number(self) -> None:
        if self.ticket is not None:
            QGuiApplication.clipboard().setText(self.ticket.number)

    def _copy_number_title(self) -> None:
        if self.ticket is not None:
            QGuiApplication.clipboard().setText(f"{self.ticket.number} {one_line(self.ticket.title)}")
