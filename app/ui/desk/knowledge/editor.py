"""Writing an article: what is typed is kept as a draft within a second, previewed, saved as the next version.

reading -> begin -> typing -> draft kept ... -> save -> saved(id)
                                   |             +-> somebody else saved: text kept, compare, save again
                                   +-> leave: the draft stays and is offered on return
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.errors import Conflict, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.domain.article import Article, ArticleVersion
from app.domain.draft import Draft
from app.ports import Store
from app.ui.desk.context import Context, sentence
from app.ui.desk.knowledge.draft import NEW_KEY, ArticleDraft, draft_key, draft_text
from app.ui.desk.knowledge.form import EditorForm
from app.ui.desk.knowledge.render import Shown, differences, show
from app.ui.desk.knowledge.words import when, who_saved
from app.usecases.article import SavedArticle, edit_article, new_article
from app.usecases.draft import keep_draft
from app.usecases.work import Work

KEEP_AFTER_MS: Final = 1_000
PREVIEW_AFTER_MS: Final = 150
_PREVIEW_SHARE: Final = 5
"""A preview that took long to lay out waits this many times as long before the next."""
_PREVIEW_MOST_MS: Final = 4_000
_NEVER: Final = ArticleDraft("", "", -1)
"""Equals no text: what is typed is not on disk."""


class ArticleEditor(QWidget):
    """``saved(article)`` after the commit; ``left`` when the person goes back to reading."""

    saved = Signal(object)
    left = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._article: Article | None = None
        self._base = ArticleDraft("", "")
        self._kept = self._base
        self._ids: Mapping[str, str] = {}
        self._newest: Article | None = None
        self.is_active = False
        self.form = EditorForm(self)
        self.form.changed.connect(self._changed)
        self.form.left.connect(self.left)
        self.form.banner.acted.connect(self._compare)
        self._is_refused = False
        self._keep_timer = _single_shot(self, KEEP_AFTER_MS)
        self._keep_timer.timeout.connect(self.flush)
        self._preview_timer = _single_shot(self, PREVIEW_AFTER_MS)
        self._preview_timer.timeout.connect(self._preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)

    @property
    def article(self) -> Article | None:
        """What is edited; None for a new article."""
        return self._article

    @property
    def seen_version(self) -> int:
        """The version the text was begun from."""
        return self._base.version

    def text(self) -> ArticleDraft:
        """What stands in the form."""
        form = self.form
        return ArticleDraft(
            form.title.text(), form.body.toPlainText(), self._base.version, form.folder.text().strip()
        )

    @property
    def is_changed(self) -> bool:
        """Whether there is anything that is not saved."""
        now = self.text()
        return (now.title, now.body) != (self._base.title, self._base.body)

    def begin(
        self, article: Article | None, draft: ArticleDraft | None, ids: Mapping[str, str], *, folder: str = ""
    ) -> None:
        """Edit an article, or write a new one; with the draft that was kept, if there is one."""
        self._article, self._ids, self._newest = article, ids, None
        version = draft.version if draft is not None and article is not None else article.version if article else 0
        self._base = ArticleDraft(article.title, article.body, version) if article else ArticleDraft("", "")
        start = draft or self._base
        self._kept = start if draft is not None else self._base
        self.is_active, self._is_refused = True, False
        self.form.show_text(start.title, start.body, start.folder or folder, is_new=article is None)
        self._preview()
        if article is not None and version < article.version:
            self.meet_version(article, ())
        self.form.focus()

    def flush(self) -> None:
        """Keep what is typed as a draft, now; forget the draft when nothing is different."""
        self._keep_timer.stop()
        if not self.is_active:
            return
        now = self.text()
        if now == self._kept:
            return
        key = draft_key(self._article.id if self._article else "")
        text = draft_text(now) if self.is_changed else ""
        self._kept = now
        self._context.write(
            lambda work, _cancel: keep_draft(work, key, text), self._draft_kept, failed=self._not_kept
        )

    def end(self) -> None:
        """Stop editing; the draft stays."""
        self.flush()
        self._stop()

    def discard(self) -> ArticleDraft:
        """Stop editing and forget the draft; gives what stood here, for an undo."""
        was = self.text()
        key = draft_key(self._article.id if self._article else "")
        self._stop()
        self._context.write(lambda work, _cancel: keep_draft(work, key, ""))
        return was

    def save(self) -> None:
        """Save as the next version, or as a new article; says under the title why it cannot be."""
        if not self.is_active:
            return
        self._keep_timer.stop()
        text, article = self.text(), self._article

        def save(work: Work, _cancel: CancelToken) -> SavedArticle:
            if article is not None:
                return edit_article(work, article.id, text.title, text.body, seen_version=text.version)
            made = new_article(work, text.title, text.body, folder=text.folder)
            keep_draft(work, NEW_KEY, "")
            return made

        self._context.write(save, self._saved, failed=self._not_saved)

    def meet_version(self, newest: Article, versions: Sequence[ArticleVersion]) -> None:
        """Somebody saved another version meanwhile: say so, offer to compare, keep the text."""
        if not self.is_active or newest.version == self._base.version:
            return
        self._newest = newest
        who = who_saved(versions, newest.version) or tr("Somebody else")
        at = when(newest.updated_at, self._context.now())
        text = tr(
            "{who} saved version {n} ({at}) after you began. Your text is kept; compare before you save.",
            who=who, n=newest.version, at=at,
        )  # fmt: skip
        self.form.banner.tell("failed", text, tr("Compare"))
        # A save drops the draft of its article, whoever wrote it: keep ours again.
        self._kept = _NEVER
        self.flush()

    def _stop(self) -> None:
        self._keep_timer.stop()
        self._preview_timer.stop()
        self.is_active = False

    def _changed(self) -> None:
        if self._is_refused:
            self._is_refused = False
            self.form.banner.clear()  # what it said was about the text before
        if not self._keep_timer.isActive():
            self._keep_timer.start()
        self._preview_timer.start()

    def _draft_kept(self, draft: Draft) -> None:
        if self.is_active and draft.text:
            self.form.show_kept(draft.at)
        elif self.is_active:
            self.form.kept.setText("")

    def _not_kept(self, error: Exception) -> None:
        self._kept = _NEVER
        self.form.show_not_kept(sentence(error))

    def _saved(self, saved: SavedArticle) -> None:
        written, now = saved.article, self.text()
        if (" ".join(now.title.split()), now.body) == (written.title, written.body):
            self._stop()
            self.form.banner.clear()
        else:
            # Somebody typed on while the text was being saved.
            self._article = written
            self._base = ArticleDraft(written.title, written.body, written.version)
            self._changed()
        self.saved.emit(written)

    def _not_saved(self, error: Exception) -> None:
        self.flush()
        if isinstance(error, Conflict) and self._article is not None:
            self.form.banner.tell("failed", sentence(error))
            self._read_newest(self._article.id)
            return
        self.form.banner.tell("failed", sentence(error))
        if isinstance(error, Refused):
            self._is_refused = True
            (self.form.title if error.field == "title" else self.form.body).setFocus()

    def _read_newest(self, article_id: str) -> None:
        def read(store: Store, _cancel: CancelToken) -> tuple[Article | None, Sequence[ArticleVersion]]:
            return store.articles.get(article_id), store.articles.versions(article_id)

        self._context.read(read, self._newest_read, key="kb newest")

    def _newest_read(self, found: tuple[Article | None, Sequence[ArticleVersion]]) -> None:
        newest, versions = found
        if newest is not None:
            self.meet_version(newest, versions)

    def _compare(self) -> None:
        """Show what differs; from here on saving puts this text over theirs, which stays among the versions."""
        newest, now = self._newest, self.text()
        if newest is None:
            return
        self._base = ArticleDraft(newest.title, newest.body, newest.version)
        self._article, self._newest = newest, None
        self.flush()
        self.form.preview_head.set_note(tr("version {n} struck out, yours underlined", n=newest.version))
        self.form.banner.tell(
            "note",
            tr(
                "At the right: version {n} and your text. Saving puts yours over it as version {next}; "
                "version {n} stays in the list of versions.",
                n=newest.version, next=newest.version + 1,
            ),
        )  # fmt: skip
        theirs = f"{newest.title}\n\n{newest.body}"
        mine = f"{now.title}\n\n{now.body}"
        self._context.compute(
            lambda _cancel: Shown(differences(theirs, mine), ()), self.form.show_preview, key="kb preview"
        )

    def _preview(self) -> None:
        self._preview_timer.stop()
        now, ids = self.text(), self._ids
        path = self._article.path if self._article else f"{now.folder}/new"
        self.form.preview_head.set_note("")
        self._context.compute(
            lambda _cancel: show(now.title, now.body, path, ids), self._show_preview, key="kb preview"
        )

    def _show_preview(self, shown: Shown) -> None:
        if not self.is_active:
            return
        began = time.monotonic()
        self.form.show_preview(shown)
        took_ms = round((time.monotonic() - began) * 1000)
        self._preview_timer.setInterval(min(_PREVIEW_MOST_MS, max(PREVIEW_AFTER_MS, took_ms * _PREVIEW_SHARE)))


def _single_shot(parent: QWidget, after_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    return timer
