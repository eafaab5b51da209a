"""One ticket as a tab: head, fields, timeline, composer, side panel. Reads and writes through the context alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.actions.action import TICKET, Situation
from app.actions.ticket import plan_edit
from app.base.events import ARTICLES, TICKETS, CancelToken, Touched
from app.base.text import one_line, tr
from app.domain.ticket import INTERNAL, PUBLIC, Attachment, Ticket, TimelineEntry
from app.ports import Store
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.notice import Notice
from app.ui.desk.ticket.article_work import ArticleWork
from app.ui.desk.ticket.centre import TicketCentre, column, rule
from app.ui.desk.ticket.edit_watch import EditWatch
from app.ui.desk.ticket.field_edit import FieldEdit
from app.ui.desk.ticket.fields import FieldsPane
from app.ui.desk.ticket.file_work import FileWork
from app.ui.desk.ticket.head import TicketHead
from app.ui.desk.ticket.note_work import NoteWork
from app.ui.desk.ticket.side import TicketSide
from app.ui.desk.ticket.story import PAGE, TicketStory, read_story, told
from app.ui.kit.theme import current
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
        self._watch = EditWatch(dispatcher)
        self._entries: Sequence[TimelineEntry] = ()
        self._has_earlier = False
        self._wants_side = False
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
            "ticket.fields": self.fields.choose,
            "ticket.files": self._go_to_files,
            "ticket.open_file": lambda: self._with_file(self.files.open),
            "ticket.save_file": lambda: self._with_file(self.files.save),
            "copy.number": self._copy_number,
            "copy.number_title": self._copy_number_title,
            "view.next_pane": lambda: self._step_pane(1),
            "view.previous_pane": lambda: self._step_pane(-1),
            "view.back": self._back,
        }

    def refresh(self, touched: Touched) -> None:
        """Something was written; read again when it concerns this ticket."""
        if self.ticket is not None and touched.touches(TICKETS, self.ticket.id):
            self._read()
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
        self.timeline.setFocus()

    def leave(self) -> None:
        """Keep what is being typed, at once."""
        self.composer.keep_now()

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.head = TicketHead(self._context, self._dispatcher, self)
        self.head.copy_asked.connect(self._copy_number)
        self.head.side_asked.connect(self._toggle_side)
        self.head.title.committed.connect(self._edit)
        self.head.status.move_asked.connect(self._move)
        self.fields = FieldsPane(self, also=self.head.title)
        self.fields.letters.left.connect(self.focus_main)
        self.fields.edit_asked.connect(self._edit)
        self.fields.completion_wanted.connect(self._complete)
        self.side = TicketSide(self)
        self._articles = ArticleWork(self._context, self.side)
        self.side.attach_asked.connect(self._attach)
        self.files = FileWork(self._context, self._dispatcher.noticed.emit, self)
        self.side.open_asked.connect(self.files.open)
        self.side.save_asked.connect(self.files.save)
        self.centre = TicketCentre(self)
        self.timeline, self.chips, self.composer = self.centre.timeline, self.centre.chips, self.centre.composer
        self.timeline.earlier_asked.connect(self._read_earlier)
        self._notes = NoteWork(self._context, self.composer, self.ticket_id)
        self._notes.saved.connect(self.timeline.to_end)  # and it stays there when the note comes in
        self.composer.attach_asked.connect(self._attach)
        self.composer.escaped.connect(self.focus_main)
        outer = column(self)
        outer.addWidget(self.head)
        self.banner = Banner(self)
        self.banner.acted.connect(self._read)
        outer.addWidget(self.banner)
        panes = QHBoxLayout()
        panes.setSpacing(0)
        for widget, stretch in ((self.fields, 0), (rule(self), 0), (self.centre, 1)):
            panes.addWidget(widget, stretch)
        self._side_rule = rule(self)
        panes.addWidget(self._side_rule)
        panes.addWidget(self.side)
        outer.addLayout(panes, 1)
        self.state = PaneState(self)
        self.state.acted.connect(self._load)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_side()

    # -- reading ------------------------------------------------------------------------------------------------

    def _load(self) -> None:
        if self.ticket is not None:
            return
        self.state.loading(tr("Still reading the ticket."))
        if self._context.opened is None:
            return
        self._read()
        self._notes.restore()

    def _read(self) -> None:
        limit = max(PAGE, len(self._entries))
        self._context.read(
            lambda store, cancel: read_story(store, cancel, self.ticket_id, limit),
            self._show,
            key=f"ticket {self.ticket_id}",
            failed=self._failed,
        )

    def _read_earlier(self) -> None:
        limit = len(self._entries) + PAGE

        def read(store: Store, cancel: CancelToken) -> TicketStory | None:
            return read_story(store, cancel, self.ticket_id, limit)

        self._context.read(read, self._show, key=f"ticket {self.ticket_id}", failed=self._failed)

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
        self._entries, self._has_earlier = story.entries, story.has_earlier
        self._show_entries()
        self._articles.suggest(story.ticket)
        if before is None or (before.number, before.title) != (story.ticket.number, story.ticket.title):
            self.title_changed.emit(f"{story.ticket.number} {one_line(story.ticket.title)}")
        self.situation_changed.emit()

    def _show_entries(self) -> None:
        assert self.ticket is not None
        now_at = self._context.now()
        self.centre.show_ticket(self.ticket, now_at)
        self.centre.show_entries(told(self._entries, self.ticket, now_at), has_earlier=self._has_earlier)

    def _failed(self, error: Exception) -> None:
        if self.ticket is None:
            why = sentence(error)
            self.state.failed(tr("The ticket could not be read."), why, "", tr("Try again"))
        else:
            told_why = tr("This ticket could not be read again: {why}", why=sentence(error))
            self.banner.tell("failed", told_why, tr("Try again"))

    def _complete(self, field: FieldEdit, prefix: str) -> None:
        self._context.read(
            lambda store, _cancel: store.tickets.values(field.spec.name, prefix), field.offer, key="field values"
        )

    # -- writing ------------------------------------------------------------------------------------------------

    def _edit(self, field: FieldEdit, text: str) -> None:
        assert field.base is not None
        settled = _Settled(self, field)
        self._watch.start(plan_edit((field.base,), field.spec.name, text), field, settled)

    def _move(self, status: str, reason: str) -> None:
        if self.ticket is None:
            return
        if status == "resolved" and not self.ticket.resolution:
            self._dispatcher.act("ticket.resolve")  # asks for the text it needs
            return
        plan = self._context.registry["ticket.move"].plan
        assert plan is not None
        given = {"status": status, "reason": reason}
        self._watch.start(plan(self.situation(), given), self, self._moved)

    def _moved(self, why: str) -> None:
        if why:
            self._dispatcher.noticed.emit(Notice(why, is_error=True))
            self._read()  # what was refused was offered by a state that is no longer so

    def _attach(self) -> None:
        self._dispatcher.act("ticket.attach")

    def _go_to_files(self) -> None:
        if self.side.isHidden():
            self._toggle_side()
        self.side.focus_files()

    def _with_file(self, act: Callable[[Attachment], None]) -> None:
        """Do it with the current attachment; go to them when it is not clear which one is meant."""
        file = self.side.file
        if file is not None:
            act(file)
            return
        self._go_to_files()
        told_why = (
            tr("Which attachment? Choose it with the arrows, then press the key again.")
            if self.side.has_files
            else tr("Nothing is attached to this ticket.")
        )
        self._dispatcher.noticed.emit(Notice(told_why))

    # -- moving about -------------------------------------------------------------------------------------------

    def settled(self, field: FieldEdit, why: str) -> None:
        """A field's edit was saved or refused."""
        field.settle(why)
        if why:
            self._read()

    def _panes(self) -> list[QWidget]:
        shown = [self.fields, self.timeline, self.composer, self.side]
        return [pane for pane in shown if pane.isVisible()]

    def _step_pane(self, by: int) -> None:
        panes, focus = self._panes(), self.focusWidget()
        here = next((n for n, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1)
        pane = panes[(here + by) % len(panes)]
        if pane is self.fields:
            self.fields.focus_first()
        elif pane is self.composer:
            self.composer.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif pane is self.side:
            self.side.articles.head.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.focus_main()

    def _back(self) -> None:
        if self.side.is_reading:
            self.side.show_lists()
        elif self.centre.kinds is not None:
            self.centre.show_kinds(None)
        self.focus_main()

    def _copy_number(self) -> None:
        if self.ticket is not None:
            QGuiApplication.clipboard().setText(self.ticket.number)

    def _copy_number_title(self) -> None:
        if self.ticket is not None:
            QGuiApplication.clipboard().setText(f"{self.ticket.number} {one_line(self.ticket.title)}")

    def _is_narrow(self) -> bool:
        return self.window().width() < current().length("layout.breakpoints.narrow")

    def _toggle_side(self) -> None:
        self._wants_side = self.side.isHidden()
        self._show_side()

    def _show_side(self) -> None:
        is_narrow = self._is_narrow()
        self.head.side.setVisible(is_narrow)
        is_shown = self._wants_side or not is_narrow
        self.side.setVisible(is_shown)
        self._side_rule.setVisible(is_shown)


class _Settled:
    def __init__(self, view: TicketView, field: FieldEdit) -> None:
        self._view, self._field = view, field

    def __call__(self, why: str) -> None:
        self._view.settled(self._field, why)
