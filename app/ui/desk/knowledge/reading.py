"""Reading an article: asks for it, shows text, outline, facts and versions, follows its links, offers its draft.

read(id) -> read lane: article, versions, draft -> head and side at once
         -> cpu lane: Markdown to HTML          -> text and outline
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from app.analysis.markup import ARTICLE
from app.base.events import CancelToken
from app.base.text import tr
from app.domain.article import Article, ArticleVersion
from app.domain.draft import Draft
from app.ports import Store
from app.ui.desk.context import Context, sentence
from app.ui.desk.knowledge.draft import draft_key
from app.ui.desk.knowledge.reader import ReaderPane
from app.ui.desk.knowledge.render import Shown, show
from app.ui.desk.knowledge.side import SidePane
from app.ui.desk.knowledge.words import when, who_saved
from app.ui.kit.links import BadLink, Link, open_link
from app.ui.kit.text import ask
from app.ui.kit.theme import current
from app.ui.parts.button import Button
from app.ui.parts.pane_state import PaneState

_SCROLL_LINES = 3
_CONTINUE, _NEWEST = "continue", "newest"


@dataclass(frozen=True, slots=True)
class Opened:
    """An article with what belongs to it; ``article`` is None when it is gone."""

    article: Article | None
    versions: tuple[ArticleVersion, ...] = ()
    draft: Draft | None = None


class ReadingView(QSplitter):
    """``read_done(opened)`` before it is shown; ``shown``; ``edit_asked``; ``refused(sentence)``; ``retry_asked``."""

    read_done = Signal(object)
    shown = Signal()
    edit_asked = Signal()
    refused = Signal(str)
    retry_asked = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._context = context
        self.article: Article | None = None
        self.draft: Draft | None = None
        self.ids: Mapping[str, str] = {}
        self.version = 0
        """An older version that is read; 0 is the newest."""
        self.asked = ""
        """What was last asked for; empty before the first."""
        self._versions: tuple[ArticleVersion, ...] = ()
        self._anchor = ""
        self._place = 0
        self._banner_means = ""
        self._is_side_wanted: bool | None = None
        self.reader = ReaderPane(self)
        self.side = SidePane(self)
        self.side.hide()
        self.state = PaneState(self.reader)
        self._connect()
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(self.reader)
        self.addWidget(self.side)
        self.setStretchFactor(0, 1)
        self.reader.setMinimumWidth(420)
        self.setSizes([1200, current().length("layout.knowledge_side")])

    def read(self, article_id: str, anchor: str = "") -> None:
        """Ask for an article by id or path; the latest wins."""
        self.asked, self._anchor = article_id, anchor

        def read(store: Store, _cancel: CancelToken) -> Opened:
            article = store.articles.get(article_id)
            if article is None:
                return Opened(None)
            versions = tuple(store.articles.versions(article.id))
            return Opened(article, versions, store.team.draft(draft_key(article.id)))

        self._context.read(read, self.read_done.emit, key="kb article", failed=self._failed)

    def show_article(self, opened: Opened) -> None:
        """Show what was read; the same article again keeps its place."""
        article = opened.article
        assert article is not None
        is_same = self.article is not None and self.article.id == article.id
        self.article, self._versions, self.draft = article, opened.versions, opened.draft
        self.version = 0
        self.state.clear()
        self.side.show_article(article, opened.versions, self._context.now())
        self._offer_draft()
        self._render(article.title, article.body, keep_place=is_same)
        self.fit_side()
        self.shown.emit()

    def show_none(self, words: str, hint: str) -> None:
        """There is no article, and how to come by one."""
        self.article = self.draft = None
        self.asked = ""
        self.state.good(words, hint)
        self.fit_side()

    def show_newest(self) -> None:
        """Back from an older version."""
        if self.article is None:
            return
        self.version = 0
        self.side.show_version(0)
        self._offer_draft()
        self._render(self.article.title, self.article.body)

    def fail(self, what: str, error: Exception) -> None:
        """Say it over the text, or in its place when there is none."""
        if self.article is None:
            self.state.failed(what, sentence(error), "", tr("Try again"))
        else:
            self.reader.banner.tell("failed", sentence(error))

    def follow(self, url: str) -> None:
        """A link of the text: to a heading, to another article, or out of here after a question."""
        if not url.startswith(ARTICLE):
            try:
                open_link(url, self._may_open)
            except BadLink as bad:
                self.refused.emit(str(bad))
            return
        target, _, anchor = url.removeprefix(ARTICLE).partition("#")
        if target:
            self.read(unquote(target), unquote(anchor))
        else:
            self.reader.text.go_to(unquote(anchor))

    def step(self, by: int, focus: QWidget | None) -> bool:
        """Down (1) or up (-1) in what has the focus here; False when nothing of this has it."""
        if focus is self.reader.text:
            bar = self.reader.text.verticalScrollBar()
            bar.setValue(bar.value() + by * _SCROLL_LINES * current().line("reading"))
        elif focus is self.side.outline:
            self.side.outline.step(by)
        elif focus is self.side.versions:
            self.side.versions.step(by)
        else:
            return False
        return True

    def fit_side(self) -> None:
        """Show or fold the side: as it was asked for, else by the window's width."""
        is_narrow = self.window().width() < current().length("layout.breakpoints.narrow")
        wanted = self._is_side_wanted if self._is_side_wanted is not None else not is_narrow
        self.side.setVisible(wanted and self.article is not None)

    def _connect(self) -> None:
        fold = Button("", kind="icon", icon="panel-right", tip=tr("Outline and facts on, off"), parent=self.reader)
        fold.clicked.connect(self._toggle_side)
        self.reader.add(fold)
        self.reader.text.link_clicked.connect(self.follow)
        self.reader.text.heading_reached.connect(self.side.mark_heading)
        self.reader.banner.acted.connect(self._act_on_banner)
        self.side.heading_chosen.connect(self.reader.text.go_to)
        self.side.version_chosen.connect(self._show_version)
        self.state.acted.connect(self.retry_asked)

    def _render(self, title: str, body: str, *, keep_place: bool = False) -> None:
        assert self.article is not None
        path, ids = self.article.path, self.ids
        self._place = self.reader.text.verticalScrollBar().value() if keep_place else 0
        self._context.compute(lambda _cancel: show(title, body, path, ids), self._rendered, key="kb text")

    def _rendered(self, shown: Shown) -> None:
        """Head and text change together: a title must not stand over another article's words."""
        if self.article is not None:
            self.reader.show_head(self.article, self._context.now(), self.version)
        self.side.show_outline(shown.outline)
        self.reader.text.show_text(shown)
        if self._place:
            self.reader.text.verticalScrollBar().setValue(self._place)
        anchor, self._anchor = self._anchor, ""
        if anchor:
            self.reader.text.go_to(anchor)

    def _failed(self, error: Exception) -> None:
        self.fail(tr("The article could not be read."), error)

    def _show_version(self, version: int) -> None:
        """Read an older version in place of the newest."""
        saved = next((saved for saved in self._versions if saved.version == version), None)
        if self.article is None or saved is None:
            return
        if version == self.article.version:
            self.show_newest()
            return
        self.version = version
        self._banner_means = _NEWEST
        at, by = when(saved.at, self._context.now()), who_saved(self._versions, version)
        words = tr("This is version {n}, saved {at} by {by}.", n=version, at=at, by=by)
        self.reader.banner.tell("note", words, tr("Newest version"))
        self.side.show_version(version)
        self._render(saved.title, saved.body)

    def _offer_draft(self) -> None:
        """Say that there is text that was not saved; nothing else is in the banner then."""
        draft = self.draft
        if draft is None or not draft.text.strip():
            self.reader.banner.clear()
            return
        self._banner_means = _CONTINUE
        at = when(draft.at, self._context.now())
        self.reader.banner.tell("note", tr("You have a draft of this article, kept {at}.", at=at), tr("Continue"))

    def _act_on_banner(self) -> None:
        if self._banner_means == _NEWEST:
            self.show_newest()
        else:
            self.edit_asked.emit()

    def _may_open(self, link: Link) -> bool:
        return ask(self, tr("Open {host} outside Watchdesk?", host=link.host), link.url, tr("Open"), tr("Stay here"))

    def _toggle_side(self) -> None:
        self._is_side_wanted = not self.side.isVisible()
        self.fit_side()
