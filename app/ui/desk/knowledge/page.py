"""Knowledge: find, read and write articles. Puts the query field, finder, reading view and editor together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout

from app.actions.action import KNOWLEDGE, Situation
from app.base.events import ARTICLES as ARTICLES_TOUCHED
from app.base.events import CancelToken, Touched
from app.base.text import number, one_line, tr
from app.domain.article import Article
from app.domain.draft import Draft
from app.query import ARTICLES
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher, Notice
from app.ui.desk.knowledge.draft import ArticleDraft, draft_key, draft_text, read_draft
from app.ui.desk.knowledge.editor import ArticleEditor
from app.ui.desk.knowledge.finder import Finder, Row
from app.ui.desk.knowledge.reading import Opened, ReadingView
from app.ui.desk.knowledge.words import folder_of, when
from app.ui.desk.page import Page
from app.ui.desk.page_bar import PageBar
from app.ui.kit.bridge import is_alive
from app.ui.kit.theme import current
from app.ui.parts.button import Button, Kind
from app.usecases.draft import keep_draft
from app.usecases.work import Work

_REST_MS = 60
"""A row shows its article once the selection rests on it."""


class KnowledgePage(Page):
    """Search as you type, tree, reader, editor."""

    place = KNOWLEDGE

    def __init__(self, context: Context, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._context = context
        self._dispatcher = dispatcher
        self._wanted = ""
        self._build()
        self._rest_timer = QTimer(self)
        self._rest_timer.setSingleShot(True)
        self._rest_timer.setInterval(_REST_MS)
        self._rest_timer.timeout.connect(self._read_wanted)
        context.opened_changed.connect(self._opened)
        self._opened()

    # -- what the frame asks ------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        article = self.editor.article if self.is_editing else self.reading.article
        return Situation(KNOWLEDGE, article=article, is_writing=self.is_editing)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {
            "view.query": self.bar.focus_query,
            "view.back": self._back,
            "view.services": self._toggle_finder,
            "move.down": self._down,
            "move.up": self._up,
            "move.open": self._open_current,
            "article.edit": self._toggle_editor,
            "article.new": self._new_article,
            "article.save": self._save,
        }

    def refresh(self, touched: Touched) -> None:
        if not touched.touches(ARTICLES_TOUCHED) or self._context.opened is None:
            return
        self.finder.read_tree()
        self.finder.search()
        shown = self.situation().article
        if shown is not None and touched.touches(ARTICLES_TOUCHED, shown.id):
            self.reading.read(shown.id)

    def title(self) -> str:
        article = self.situation().article
        if article is not None:
            return one_line(article.title)
        return tr("New article") if self.is_editing else tr("Knowledge")

    def focus_main(self) -> None:
        if self.is_editing:
            self.editor.form.focus()
        else:
            self.finder.focus_main()

    def leave(self) -> None:
        self.editor.flush()

    # -- finding and reading ------------------------------------------------------------------------------------

    @property
    def is_editing(self) -> bool:
        return self.editor.is_active

    def open_article(self, article_id: str, anchor: str = "") -> None:
        """Show an article, by its id or path, at its top or at a heading. What is being written stays a draft."""
        if self.is_editing:
            self._stop_editing()
        self._rest_timer.stop()
        self._wanted = ""
        self.reading.read(article_id, anchor)

    def reread(self, article_id: str) -> None:
        """Read an article again, unless something else is shown or written by now."""
        if is_alive(self) and not self.is_editing and self.reading.asked == article_id:
            self.reading.read(article_id)

    def _opened(self) -> None:
        if self._context.opened is None:
            self.reading.state.loading(tr("Still opening the store."))
            return
        if self.reading.asked:
            self.reading.read(self.reading.asked)
        self.finder.read_tree()
        self.finder.search()

    def _read(self, opened: Opened) -> None:
        """An article was read: for the reader, or while it is being edited to see whether it has moved on."""
        article = opened.article
        if article is None:
            self._notice(tr("This article is not here any more."), is_error=True)
        elif not self.is_editing:
            self.reading.show_article(opened)
            self.finder.show_article(article.id)
        elif self.editor.article is not None and self.editor.article.id == article.id:
            self.editor.meet_version(article, opened.versions)

    def _show_tree(self, rows: Sequence[Row]) -> None:
        self.reading.ids = {path: id_ for id_, path, _title in rows}
        self.bar.set_shown(tr("{n} articles", n=number(len(rows))))
        if not rows and not self.is_editing:
            self.reading.show_none(
                tr("No articles yet."),
                tr("Press n to write one, or import a folder with “watchdesk import articles FOLDER”."),
            )
        elif rows and not self.reading.asked and not self.is_editing:
            self.open_article(self.finder.first_article() or rows[0][0])

    def _tree_failed(self, error: Exception) -> None:
        self.reading.fail(tr("The articles could not be read."), error)

    def _choose(self, article_id: str) -> None:
        """The row rests on an article: show it, unless text is being written."""
        if not self.is_editing and self.reading.asked != article_id:
            self._wanted = article_id
            self._rest_timer.start()

    def _read_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted and not self.is_editing:
            self.reading.read(wanted)

    def _open_from_list(self, article_id: str) -> None:
        if self.is_editing or self.reading.asked != article_id:
            self.open_article(article_id)
        self.reading.reader.text.setFocus()

    def _clear_query(self) -> None:
        self.bar.set_query("")
        self.finder.ask("")
        self.focus_main()

    def _changed(self) -> None:
        self.title_changed.emit(self.title())
        self.situation_changed.emit()

    # -- writing ------------------------------------------------------------------------------------------------

    def _toggle_editor(self) -> None:
        if self.is_editing:
            self._leave_editor()
        else:
            self._edit()

    def _edit(self) -> None:
        article, draft = self.reading.article, self.reading.draft
        if article is None:
            return
        text = read_draft(draft.text, version=article.version, title=article.title) if draft is not None else None
        self._begin(article, text)
        if draft is not None:
            self.editor.form.show_kept(draft.at)

    def _new_article(self) -> None:
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
        self._centre.setCurrentWidget(self.editor)
        self.editor.form.focus()
        self._changed()

    def _save(self) -> None:
        if self.is_editing:
            self.editor.save()
        else:
            self._notice(tr("Nothing is being edited. Press e to edit this article, n for a new one."))

    def _saved(self, article: Article) -> None:
        self._notice(tr("Saved “{title}” as version {n}.", title=one_line(article.title), n=article.version))
        if not self.is_editing:
            self._centre.setCurrentWidget(self.reading)
            self.reading.draft = None
            self.open_article(article.id)
            self.reading.reader.text.setFocus()

    def _leave_editor(self) -> None:
        """Back to reading; the draft stays and is offered."""
        if self.editor.is_changed and self.editor.article is None:
            self._notice(tr("Your new article is kept as a draft. Press n to go on writing."))
        self._stop_editing()
        self.focus_main()
        self._changed()

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
        self._centre.setCurrentWidget(self.reading)
        if self.reading.asked:
            self._context.write(_nothing, _Reread(self, self.reading.asked))
        else:
            self.finder.read_tree()

    def _discard(self) -> None:
        """Forget what was typed; the notice can bring it back."""
        article = self.editor.article
        was, is_changed = self.editor.text(), self.editor.is_changed
        self.editor.discard()
        self.reading.draft = None
        self._to_reading()
        self.focus_main()
        self._changed()
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
            self._edit()

    # -- keys ---------------------------------------------------------------------------------------------------

    def _down(self) -> None:
        self._step(1)

    def _up(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        focus = QApplication.focusWidget()
        if not self.reading.step(by, focus):
            self.finder.step(by, focus)

    def _open_current(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, Button):
            focus.click()
        elif not self.reading.side.open_current(focus):
            self.finder.open_current(focus)

    def _back(self) -> None:
        """Esc: from an older version to the newest, then out of the search, then to the list."""
        if self.reading.version:
            self.reading.show_newest()
        elif self.bar.field.text():
            self._clear_query()
        self.focus_main()

    def _toggle_finder(self) -> None:
        self.finder.setVisible(not self.finder.isVisible())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.reading.fit_side()

    def _notice(self, text: str, *, is_error: bool = False) -> None:
        self._dispatcher.noticed.emit(Notice(text, is_error=is_error))

    def _refused(self, why: str) -> None:
        self._notice(why, is_error=True)

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        hint = tr("Find articles: words, path:runbooks/*, tags:dns")
        self.bar = PageBar(self._context, ARTICLES, tr("Knowledge"), hint, self)
        self.bar.add(action_button(self._context, self._dispatcher, "article.new", "plain", self.bar))
        self.finder = Finder(self._context, self)
        self._centre = QStackedWidget(self)
        self.reading = ReadingView(self._context, self._centre)
        self.reading.reader.add(self._button("article.edit", tr("Edit")), first=True)
        self.editor = ArticleEditor(self._context, self._centre)
        self._build_editor_buttons()
        self._centre.addWidget(self.reading)
        self._centre.addWidget(self.editor)
        body = QSplitter(Qt.Orientation.Horizontal, self)
        body.setHandleWidth(1)
        body.addWidget(self.finder)
        body.addWidget(self._centre)
        body.setStretchFactor(1, 1)
        body.setSizes([current().length("layout.knowledge_tree"), 1500])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(body, 1)
        self._connect()

    def _button(self, action_id: str, word: str, kind: Kind = "plain") -> Button:
        return action_button(self._context, self._dispatcher, action_id, kind, self, word=word)

    def _build_editor_buttons(self) -> None:
        form = self.editor.form
        discard = Button(tr("Discard"), kind="bare", icon="trash", tip=tr("Forget this draft"), parent=form)
        discard.clicked.connect(self._discard)
        tip = tr("Back to reading; the draft stays")
        read = Button(tr("Read"), icon="book", key="Ctrl+E", tip=tip, parent=form)
        read.clicked.connect(self._leave_editor)
        for button in (discard, read, self._button("article.save", tr("Save"), "primary")):
            form.add(button)

    def _connect(self) -> None:
        for signal, slot in (
            (self.bar.query_changed, self.finder.ask),
            (self.bar.left, self.focus_main),
            (self.finder.chosen, self._choose),
            (self.finder.opened, self._open_from_list),
            (self.finder.counted, self.bar.show_count),
            (self.finder.tree_read, self._show_tree),
            (self.finder.tree_failed, self._tree_failed),
            (self.finder.cleared, self._clear_query),
            (self.reading.read_done, self._read),
            (self.reading.shown, self._changed),
            (self.reading.edit_asked, self._edit),
            (self.reading.refused, self._refused),
            (self.reading.retry_asked, self._opened),
            (self.editor.saved, self._saved),
            (self.editor.left, self._leave_editor),
        ):
            signal.connect(slot)


def _nothing(_work: Work, _cancel: CancelToken) -> None:
    """Takes its turn on the write lane and writes nothing."""


class _Reread:
    """Reads an article again once its turn has come."""

    def __init__(self, page: KnowledgePage, article_id: str) -> None:
        self._page, self._article_id = page, article_id

    def __call__(self, _done: object = None) -> None:
        self._page.reread(self._article_id)


class _Restore:
    """Undo of a discarded draft."""

    def __init__(self, page: KnowledgePage, article_id: str, text: str) -> None:
        self._page, self._article_id, self._text = page, article_id, text

    def __call__(self) -> None:
        if is_alive(self._page):
            self._page.restore_draft(self._article_id, self._text)
