"""The middle of the knowledge page: one article, read or written, and the ways between the two.

reading -> edit, new -> writing -> save -> reading the new version
                           |
                           +-> back, discard, another article -> reading; the draft is kept, or can be brought back
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.domain.article import Article
from app.domain.draft import Draft
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.knowledge.draft import ArticleDraft, draft_key, draft_text, read_draft
from app.ui.desk.knowledge.editor import ArticleEditor
from app.ui.desk.knowledge.reading import Opened, ReadingView
from app.ui.desk.knowledge.words import folder_of, when
from app.ui.desk.notice import Notice
from app.ui.kit.bridge import is_alive
from app.ui.parts.button import Button, Kind
from app.usecases.draft import keep_draft
from app.usecases.work import Work


class ArticleCentre(QStackedWidget):
    """``reading`` or ``editor`` in front."""

    changed = Signal()
    """What is in front, or its title, is different."""
    showed = Signal(str)
    """This article is there to be read."""
    left = Signal()
    """Nothing here is worked on any more: the keys go back to the lists."""
    list_wanted = Signal()
    """There is nothing to go back to: the list may know an article."""

    def __init__(self, context: Context, dispatcher: Dispatcher, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._dispatcher = context, dispatcher
        self.reading = ReadingView(context, self)
        self.reading.reader.add(self._button("article.edit", tr("Edit")), first=True)
        self.editor = ArticleEditor(context, self)
        self._build_editor_buttons()
        self.addWidget(self.reading)
        self.addWidget(self.editor)
        self.reading.read_done.connect(self._read)
        self.reading.shown.connect(self.changed)
        self.reading.edit_asked.connect(self.edit)
        self.reading.refused.connect(self._refused)
        self.editor.saved.connect(self._saved)
        self.editor.left.connect(self.leave_editor)

    @property
    def is_editing(self) -> bool:
        return self.editor.is_active

    @property
    def article(self) -> Article | None:
        """What is read or written; None for a new one."""
        return self.editor.article if self.is_editing else self.reading.article

    def open_article(self, article_id: str, anchor: str = "") -> None:
        """Show an article, by its id or path, at its top or at a heading. What is being written stays a draft."""
        if self.is_editing:
            self._stop_editing()
        self.reading.read(article_id, anchor)

    def reread(self, article_id: str) -> None:
        """Read an article again, unless something else is shown or written by now."""
        if is_alive(self) and not self.is_editing and self.reading.asked == article_id:
            self.reading.read(article_id)

    def _read(self, opened: Opened) -> None:
        """An article was read: for the reader, or while it is being edited to see whether it has moved on."""
        article = opened.article
        if article is None:
            self._notice(tr("This article is not here any more."), is_error=True)
        elif not self.is_editing:
            self.reading.show_article(opened)
            self.showed.emit(article.id)
        elif self.editor.article is not None and self.editor.article.id == article.id:
            self.editor.meet_version(article, opened.versions)

    def toggle_editor(self) -> None:
        if self.is_editing:
            self.leave_editor()
        else:
            self.edit()

    def edit(self) -> None:
        article, draft = self.reading.article, self.reading.draft
        if article is None:
            return
        text = read_draft(draft.text, version=article.version, title=article.title) if draft is not None else None
        self._begin(article, text)
        if draft is not None:
            self.editor.form.show_kept(draft.at)

    def new_article(self) -> None:
        if self._context.opened is None:
            self._notice(self._context.why_closed())
        elif self.is_editing and self.editor.article is None:
            self.editor.form.focus()
        else:
            self.editor.end()
            self._context.read(
                lambda store, _cancel: store.team.draft(draft_key("")), self._begin_new, key="kb draft"
            )

    def _begin_new(self, draft: Draft | None) -> None:
        folder = folder_of(self.reading.article.path) if self.reading.article is not None else ""
        self._begin(None, read_draft(draft.text) if draft is not None else None, folder)
        if draft is not None:
            at = when(draft.at, self._context.now())
            self.editor.form.banner.tell("note", tr("This is your draft, kept {at}. It is not saved yet.", at=at))
            self.editor.form.show_kept(draft.at)

    def _begin(self, article: Article | None, draft: ArticleDraft | None, folder: str = "") -> None:
        self.editor.begin(article, draft, self.reading.ids, folder=folder)
        self.setCurrentWidget(self.editor)
        self.editor.form.focus()
        self.changed.emit()

    def save(self) -> None:
        if self.is_editing:
            self.editor.save()
        else:
            self._notice(tr("Nothing is being edited. Press e to edit this article, n for a new one."))

    def _saved(self, article: Article) -> None:
        self._notice(tr("Saved “{title}” as version {n}.", title=one_line(article.title), n=article.version))
        if not self.is_editing:
            self.setCurrentWidget(self.reading)
            self.reading.draft = None
            self.open_article(article.id)
            self.reading.reader.text.setFocus()

    def leave_editor(self) -> None:
        """Back to reading; the draft stays and is offered."""
        if self.editor.is_changed and self.editor.article is None:
            self._notice(tr("Your new article is kept as a draft. Press n to go on writing."))
        self._stop_editing()
        self.left.emit()
        self.changed.emit()

    def _stop_editing(self) -> None:
        """The draft is known here at once, and read again after the write lane has kept or dropped it."""
        editor, reading = self.editor, self.reading
        if editor.article is not None and reading.article is not None and editor.article.id == reading.article.id:
            text = draft_text(editor.text()) if editor.is_changed else ""
            key = draft_key(editor.article.id)
            reading.draft = Draft(key=key, text=text, at=self._context.now()) if text else None
        editor.end()
        self._to_reading()

    def _to_reading(self) -> None:
        self.setCurrentWidget(self.reading)
        if self.reading.asked:
            self._context.write(_nothing, _Reread(self, self.reading.asked))
        else:
            self.list_wanted.emit()

    def _discard(self) -> None:
        """Forget what was typed; the notice can bring it back."""
        article = self.editor.article
        was, is_changed = self.editor.text(), self.editor.is_changed
        self.editor.discard()
        self.reading.draft = None
        self._to_reading()
        self.left.emit()
        self.changed.emit()
        if is_changed:
            restore = _Restore(self, article.id if article else "", draft_text(was))
            self._dispatcher.noticed.emit(Notice(tr("The draft is gone."), undo=restore))

    def restore_draft(self, article_id: str, text: str) -> None:
        """Bring a discarded draft back and go on writing."""
        key = draft_key(article_id)
        self._context.write(lambda work, _cancel: keep_draft(work, key, text), self._draft_restored)

    def _draft_restored(self, draft: Draft) -> None:
        article = self.reading.article
        if self.is_editing:
            return
        if draft.key == draft_key(""):
            self._begin_new(draft)
        elif article is not None and draft.key == draft_key(article.id):
            self.reading.draft = draft
            self.edit()

    def _notice(self, text: str, *, is_error: bool = False) -> None:
        self._dispatcher.noticed.emit(Notice(text, is_error=is_error))

    def _refused(self, why: str) -> None:
        self._notice(why, is_error=True)

    def _button(self, action_id: str, word: str, kind: Kind = "plain") -> Button:
        return action_button(self._context, self._dispatcher, action_id, kind, self, word=word)

    def _build_editor_buttons(self) -> None:
        form = self.editor.form
        discard = Button(tr("Discard"), kind="bare", icon="trash", tip=tr("Forget this draft"), parent=form)
        discard.clicked.connect(self._discard)
        tip = tr("Back to reading; the draft stays")
        read = Button(tr("Read"), icon="book", key="Ctrl+E", tip=tip, parent=form)
        read.clicked.connect(self.leave_editor)
        for button in (discard, read, self._button("article.save", tr("Save"), "primary")):
            form.add(button)


def _nothing(_work: Work, _cancel: CancelToken) -> None:
    """Takes its turn on the write lane and writes nothing."""


class _Reread:
    """Reads an article again once its turn has come."""

    def __init__(self, centre: ArticleCentre, article_id: str) -> None:
        self._centre, self._article_id = centre, article_id

    def __call__(self, _done: object = None) -> None:
        self._centre.reread(self._article_id)


class _Restore:
    """Undo of a discarded draft."""

    def __init__(self, centre: ArticleCentre, article_id: str, text: str) -> None:
        self._centre, self._article_id, self._text = centre, article_id, text

    def __call__(self) -> None:
        if is_alive(self._centre):
            self._centre.restore_draft(self._article_id, self._text)
