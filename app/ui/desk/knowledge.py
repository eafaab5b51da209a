"""Knowledge: find, read and write articles. Puts the query field, tree, reader, side and editor together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.actions.action import KNOWLEDGE, Situation
from app.analysis.markup import ARTICLE
from app.base.events import ARTICLES as ARTICLES_TOUCHED
from app.base.events import CancelToken, Touched
from app.base.text import number, one_line, tr
from app.domain.article import Article, ArticleVersion
from app.domain.draft import Draft
from app.ports import Store
from app.query import ARTICLES
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context, sentence
from app.ui.desk.dispatch import Dispatcher, Notice
from app.ui.desk.knowledge_draft import ArticleDraft, draft_key, draft_text, read_draft
from app.ui.desk.knowledge_editor import ArticleEditor
from app.ui.desk.knowledge_finder import Finder, Row
from app.ui.desk.knowledge_reader import ReaderPane
from app.ui.desk.knowledge_render import Shown, show
from app.ui.desk.knowledge_side import SidePane
from app.ui.desk.knowledge_words import folder_of, when, who_saved
from app.ui.desk.page import Page
from app.ui.desk.page_bar import PageBar
from app.ui.kit.bridge import is_alive
from app.ui.kit.links import BadLink, Link, open_link
from app.ui.kit.text import ask
from app.ui.kit.theme import current
from app.ui.parts.button import Button
from app.ui.parts.pane_state import PaneState
from app.usecases.draft import keep_draft
from app.usecases.work import Work

_PREVIEW_MS = 60
_SCROLL_LINES = 3
_CONTINUE, _NEWEST = "continue", "newest"


@dataclass(frozen=True, slots=True)
class Opened:
    """An article with what belongs to it; ``article`` is None when it is gone."""

    article: Article | None
    versions: tuple[ArticleVersion, ...] = ()
    draft: Draft | None = None


class KnowledgePage(Page):
    """Search as you type, tree, reader, editor."""

    place = KNOWLEDGE

    def __init__(self, context: Context, dispatcher: Dispatcher) -> None:
        super().__init__()
        self._context = context
        self._dispatcher = dispatcher
        self._article: Article | None = None
        self._versions: tuple[ArticleVersion, ...] = ()
        self._draft: Draft | None = None
        self._version = 0
        self._ids: dict[str, str] = {}
        self._anchor = ""
        self._wanted = ""
        self._banner_means = ""
        self._is_side_wanted: bool | None = None
        self._place = 0
        self._build()
        self._preview_timer = QTimer(self)
        self._preview_timer.setSingleShot(True)
        self._preview_timer.setInterval(_PREVIEW_MS)
        self._preview_timer.timeout.connect(self._read_wanted)
        context.opened_changed.connect(self._opened)
        self._opened()

    # -- what the frame asks ------------------------------------------------------------------------------------

    def situation(self) -> Situation:
        return Situation(KNOWLEDGE, article=self.editor.article if self.is_editing else self._article)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {
            "view.query": self.bar.focus_query,
            "view.back": self._back,
            "view.services": self._toggle_left,
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
        shown = self.editor.article if self.is_editing else self._article
        if shown is not None and touched.touches(ARTICLES_TOUCHED, shown.id):
            self._read(shown.id)

    def title(self) -> str:
        if self.is_editing and self.editor.article is None:
            return tr("New article")
        return one_line(self._article.title) if self._article is not None else tr("Knowledge")

    def focus_main(self) -> None:
        if self.is_editing:
            self.editor.form.focus()
        else:
            self.finder.focus_main()

    def leave(self) -> None:
        self.editor.flush()

    # -- reading ------------------------------------------------------------------------------------------------

    @property
    def is_editing(self) -> bool:
        return self.editor.is_active

    def open_article(self, article_id: str, anchor: str = "") -> None:
        """Show an article, by its id or path, at its top or at a heading. What is being written stays a draft."""
        if self.is_editing:
            self._stop_editing()
        self._preview_timer.stop()
        self._anchor = anchor
        self._read(article_id)

    def _read(self, article_id: str) -> None:
        def read(store: Store, _cancel: CancelToken) -> Opened:
            article = store.articles.get(article_id)
            if article is None:
                return Opened(None)
            versions = tuple(store.articles.versions(article.id))
            return Opened(article, versions, store.team.draft(draft_key(article.id)))

        self._context.read(read, self._show, key="kb article", failed=self._article_failed)

    def reread(self, article_id: str) -> None:
        """Read an article again, unless something else is shown or written by now."""
        if is_alive(self) and not self.is_editing and self._wanted in ("", article_id):
            self._read(article_id)

    def _show(self, opened: Opened) -> None:
        article = opened.article
        if article is None:
            self._notice(tr("This article is not here any more."), is_error=True)
            return
        if self.is_editing:
            if self.editor.article is not None and self.editor.article.id == article.id:
                self.editor.meet_version(article, opened.versions)
            return
        is_other = self._article is None or self._article.id != article.id
        self._article, self._versions, self._draft = article, opened.versions, opened.draft
        self._version = 0
        self.state.clear()
        self.reader.show_head(article, self._context.now())
        self.side.show_article(article, opened.versions, self._context.now())
        self._offer_draft()
        self._render(article.title, article.body, keep_place=not is_other)
        self.finder.show_article(article.id)
        self._show_side()
        self.title_changed.emit(self.title())
        self.situation_changed.emit()

    def _render(self, title: str, body: str, *, keep_place: bool = False) -> None:
        assert self._article is not None
        path, ids = self._article.path, self._ids
        place = self.reader.text.verticalScrollBar().value() if keep_place else 0
        self._place = place
        self._context.compute(lambda _cancel: show(title, body, path, ids), self._rendered, key="kb text")

    def _rendered(self, shown: Shown) -> None:
        self.side.show_outline(shown.outline)
        self.reader.text.show_text(shown)
        if self._place:
            self.reader.text.verticalScrollBar().setValue(self._place)
        anchor, self._anchor = self._anchor, ""
        if anchor:
            self.reader.text.go_to(anchor)

    def _article_failed(self, error: Exception) -> None:
        if self._article is None:
            self.state.failed(tr("The article could not be read."), sentence(error), "", tr("Try again"))
        else:
            self.reader.banner.tell("failed", sentence(error))

    def _show_version(self, version: int) -> None:
        """Read an older version in place of the newest."""
        article = self._article
        saved = next((saved for saved in self._versions if saved.version == version), None)
        if article is None or saved is None or self.is_editing:
            return
        if version == article.version:
            self._show_newest()
            return
        self._version = version
        self._banner_means = _NEWEST
        at = when(saved.at, self._context.now())
        words = tr(
            "This is version {n}, saved {at} by {by}.", n=version, at=at, by=who_saved(self._versions, version)
        )
        self.reader.banner.tell("note", words, tr("Newest version"))
        self.side.show_version(version)
        self._render(saved.title, saved.body)

    def _show_newest(self) -> None:
        if self._article is None:
            return
        self._version = 0
        self.side.show_version(0)
        self._offer_draft()
        self._render(self._article.title, self._article.body)

    def _offer_draft(self) -> None:
        """Say that there is text that was not saved; nothing else is in the banner then."""
        draft = self._draft
        if draft is None or not draft.text.strip():
            self.reader.banner.clear()
            return
        self._banner_means = _CONTINUE
        at = when(draft.at, self._context.now())
        self.reader.banner.tell("note", tr("You have a draft of this article, kept {at}.", at=at), tr("Continue"))

    def _act_on_banner(self) -> None:
        if self._banner_means == _NEWEST:
            self._show_newest()
        else:
            self._edit()

    def _follow(self, url: str) -> None:
        """A link of the text: to a heading, to another article, or out of here after a question."""
        if not url.startswith(ARTICLE):
            try:
                open_link(url, self._may_open)
            except BadLink as bad:
                self._notice(str(bad), is_error=True)
            return
        target, _, anchor = url.removeprefix(ARTICLE).partition("#")
        if target:
            self.open_article(unquote(target), unquote(anchor))
        else:
            self.reader.text.go_to(unquote(anchor))

    def _may_open(self, link: Link) -> bool:
        return ask(self, tr("Open {host} outside Watchdesk?", host=link.host), link.url, tr("Open"), tr("Stay here"))

    # -- writing ------------------------------------------------------------------------------------------------

    def _toggle_editor(self) -> None:
        if self.is_editing:
            self._leave_editor()
        else:
            self._edit()

    def _edit(self) -> None:
        article = self._article
        if article is None:
            return
        draft = self._draft
        text = read_draft(draft.text, version=article.version, title=article.title) if draft is not None else None
        self._begin(article, text)
        if draft is not None:
            self.editor.form.show_kept(draft.at)

    def _new_article(self) -> None:
        if self._context.opened is None:
            self._notice(tr("The store is still being opened."))
            return
        self.editor.end()
        self._context.read(lambda store, _cancel: store.team.draft(draft_key("")), self._begin_new, key="kb draft")

    def _begin_new(self, draft: Draft | None) -> None:
        folder = folder_of(self._article.path) if self._article is not None else ""
        self._begin(None, read_draft(draft.text) if draft is not None else None, folder)
        if draft is not None:
            at = when(draft.at, self._context.now())
            self.editor.form.banner.tell("note", tr("This is your draft, kept {at}. It is not saved yet.", at=at))
            self.editor.form.show_kept(draft.at)

    def _begin(self, article: Article | None, draft: ArticleDraft | None, folder: str = "") -> None:
        self.state.clear()
        self.editor.begin(article, draft, self._ids, folder=folder)
        self._centre.setCurrentWidget(self.editor)
        self.editor.form.focus()
        self._show_side()
        self.title_changed.emit(self.title())
        self.situation_changed.emit()

    def _save(self) -> None:
        if self.is_editing:
            self.editor.save()
        else:
            self._notice(tr("Nothing is being edited. Press e to edit this article, n for a new one."))

    def _saved(self, article: Article) -> None:
        self._notice(tr("Saved “{title}” as version {n}.", title=one_line(article.title), n=article.version))
        if not self.is_editing:
            self._centre.setCurrentWidget(self.reader)
            self._draft = None
            self.open_article(article.id)
            self.reader.text.setFocus()

    def _leave_editor(self) -> None:
        """Back to reading; the draft stays and is offered."""
        was = self.editor.article
        self._stop_editing()
        back = was or self._article
        if back is not None:
            # Not before the write lane has kept or dropped the draft, which the reader tells of.
            self._context.write(_nothing, _Read(self, back.id))
        else:
            self.finder.read_tree()
        self.focus_main()
        self.title_changed.emit(self.title())
        self.situation_changed.emit()

    def _stop_editing(self) -> None:
        self.editor.end()
        self._centre.setCurrentWidget(self.reader)

    def _discard(self) -> None:
        """Forget what was typed; the notice can bring it back."""
        article = self.editor.article
        was = self.editor.discard()
        self._draft = None
        self._centre.setCurrentWidget(self.reader)
        self._leave_editor()
        text = draft_text(was)
        if text:
            restore = _Restore(self, article.id if article else "", text)
            self._dispatcher.noticed.emit(Notice(tr("The draft is gone."), undo=restore))

    def restore_draft(self, article_id: str, text: str) -> None:
        """Bring a discarded draft back and go on writing."""
        key = draft_key(article_id)
        self._context.write(lambda work, _cancel: keep_draft(work, key, text), self._draft_restored)

    def _draft_restored(self, draft: Draft) -> None:
        if draft.key == draft_key(""):
            self._begin_new(draft)
        elif self._article is not None and draft.key == draft_key(self._article.id):
            self._draft = draft
            self._edit()

    # -- finding ------------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        if self._context.opened is None:
            self.state.loading(tr("Still opening the store."))
            return
        self.finder.read_tree()
        self.finder.search()

    def _clear_query(self) -> None:
        self.bar.set_query("")
        self.finder.ask("")
        self.focus_main()

    def _show_tree(self, rows: Sequence[Row]) -> None:
        self._ids = {path: id_ for id_, path, _title in rows}
        self.bar.set_shown(tr("{n} articles", n=number(len(rows))))
        if not rows:
            self._article = None
            self._show_side()
            if not self.is_editing:
                self.state.good(
                    tr("No articles yet. Import a folder with “watchdesk import articles FOLDER”, or press n.")
                )
        elif self._article is None and not self.is_editing and not self._wanted:
            self.open_article(self.finder.first_article() or rows[0][0])

    def _tree_failed(self, error: Exception) -> None:
        if self._ids:
            self.reader.banner.tell("failed", sentence(error))
        else:
            self.state.failed(tr("The articles could not be read."), sentence(error), "", tr("Try again"))

    def _choose(self, article_id: str) -> None:
        """The row rests on an article: show it, unless text is being written."""
        if self.is_editing or (self._article is not None and self._article.id == article_id):
            return
        self._wanted = article_id
        self._preview_timer.start()

    def _read_wanted(self) -> None:
        wanted, self._wanted = self._wanted, ""
        if wanted and not self.is_editing:
            self._anchor = ""
            self._read(wanted)

    def _open_from_list(self, article_id: str) -> None:
        if self.is_editing or self._article is None or self._article.id != article_id:
            self.open_article(article_id)
        self.reader.text.setFocus()

    # -- keys ---------------------------------------------------------------------------------------------------

    def _down(self) -> None:
        self._step(1)

    def _up(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        focus = QApplication.focusWidget()
        if focus is self.reader.text:
            bar = self.reader.text.verticalScrollBar()
            bar.setValue(bar.value() + by * _SCROLL_LINES * current().line("reading"))
        elif focus in (self.side.outline, self.side.versions):
            (self.side.outline if focus is self.side.outline else self.side.versions).step(by)
        else:
            self.finder.step(by, focus)

    def _open_current(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, Button):
            focus.click()
        elif not self.side.open_current(focus):
            self.finder.open_current(focus)

    def _back(self) -> None:
        """Esc: from an older version to the newest, then out of the search, then to the list."""
        if self._version:
            self._show_newest()
        elif self.bar.field.text():
            self._clear_query()
        self.focus_main()

    def _toggle_left(self) -> None:
        self.finder.setVisible(not self.finder.isVisible())

    def _toggle_side(self) -> None:
        self._is_side_wanted = not self.side.isVisible()
        self._show_side()

    def _show_side(self) -> None:
        is_narrow = self.window().width() < current().length("layout.breakpoints.narrow")
        wanted = self._is_side_wanted if self._is_side_wanted is not None else not is_narrow
        self.side.setVisible(wanted and self._article is not None and not self.is_editing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_side()

    def _notice(self, text: str, *, is_error: bool = False) -> None:
        self._dispatcher.noticed.emit(Notice(text, is_error=is_error))

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.bar = PageBar(
            self._context, ARTICLES, tr("Knowledge"), tr("Find articles: words, path:runbooks/*, tags:dns"), self
        )
        self.bar.left.connect(self.focus_main)
        self.bar.add(action_button(self._context, self._dispatcher, "article.new", "plain", self.bar))
        self._body = QSplitter(Qt.Orientation.Horizontal, self)
        self._body.setHandleWidth(1)
        self._body.addWidget(self._build_finder())
        self._body.addWidget(self._build_centre())
        self.side = SidePane(self)
        self.side.heading_chosen.connect(self.reader.text.go_to)
        self.side.version_chosen.connect(self._show_version)
        self.reader.text.heading_reached.connect(self.side.mark_heading)
        self.side.hide()
        self._body.addWidget(self.side)
        self._body.setStretchFactor(1, 1)
        theme = current()
        self._body.setSizes([theme.length("layout.knowledge_tree"), 1000, theme.length("layout.knowledge_side")])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._body, 1)

    def _build_finder(self) -> QWidget:
        self.finder = Finder(self._context, self)
        self.finder.chosen.connect(self._choose)
        self.finder.opened.connect(self._open_from_list)
        self.finder.counted.connect(self.bar.show_count)
        self.finder.tree_read.connect(self._show_tree)
        self.finder.tree_failed.connect(self._tree_failed)
        self.finder.cleared.connect(self._clear_query)
        self.bar.query_changed.connect(self.finder.ask)
        return self.finder

    def _build_centre(self) -> QWidget:
        self._centre = QStackedWidget(self)
        self._centre.setMinimumWidth(420)
        self.reader = ReaderPane(self._centre)
        self.reader.text.link_clicked.connect(self._follow)
        self.reader.banner.acted.connect(self._act_on_banner)
        self.reader.add(
            action_button(self._context, self._dispatcher, "article.edit", "plain", self.reader, word=tr("Edit"))
        )
        fold = Button("", kind="icon", icon="panel-right", tip=tr("Outline and facts on, off"), parent=self.reader)
        fold.clicked.connect(self._toggle_side)
        self.reader.add(fold)
        self.state = PaneState(self.reader)
        self.state.acted.connect(self._opened)
        self.editor = ArticleEditor(self._context, self._centre)
        self.editor.saved.connect(self._saved)
        self.editor.left.connect(self._leave_editor)
        discard = Button(tr("Discard"), kind="bare", icon="trash", tip=tr("Forget this draft"), parent=self.editor)
        discard.clicked.connect(self._discard)
        self.editor.form.add(discard)
        read = Button(
            tr("Read"), icon="book", key="Ctrl+E", tip=tr("Back to reading; the draft stays"), parent=self.editor
        )
        read.clicked.connect(self._leave_editor)
        self.editor.form.add(read)
        self.editor.form.add(
            action_button(self._context, self._dispatcher, "article.save", "primary", self.editor, word=tr("Save"))
        )
        self._centre.addWidget(self.reader)
        self._centre.addWidget(self.editor)
        return self._centre


def _nothing(_work: Work, _cancel: CancelToken) -> None:
    """Takes its turn on the write lane and writes nothing."""


class _Read:
    """Reads an article again once its turn has come."""

    def __init__(self, page: KnowledgePage, article_id: str) -> None:
        self._page, self._article_id = page, article_id

    def __call__(self, _done: object = None) -> None:
        self._page.reread(self._article_id)


class _Restore:
    """Undo of a discarded draft; bound to the page, so that it dies with it."""

    def __init__(self, page: KnowledgePage, article_id: str, text: str) -> None:
        self._page, self._article_id, self._text = page, article_id, text

    def __call__(self) -> None:
        self._page.restore_draft(self._article_id, self._text)
