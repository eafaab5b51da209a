"""Knowledge: find, read and write articles. Puts the query field, finder, reading view and editor together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout

from app.actions.action import KNOWLEDGE, Situation
from app.base.events import ARTICLES as ARTICLES_TOUCHED
from app.base.events import Touched
from app.base.text import number, one_line, tr
from app.query import ARTICLES
from app.ui.desk.action_button import action_button
from app.ui.desk.context import Context
from app.ui.desk.dispatch import Dispatcher
from app.ui.desk.knowledge.centre import ArticleCentre
from app.ui.desk.knowledge.finder import Finder, Row
from app.ui.desk.page import Page
from app.ui.desk.page_bar import PageBar
from app.ui.kit.theme import current
from app.ui.parts.button import Button

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
        return Situation(KNOWLEDGE, article=self.centre.article, is_writing=self.centre.is_editing)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        return {
            "view.query": self.bar.focus_query,
            "view.back": self._back,
            "view.services": self._toggle_finder,
            "move.down": self._down,
            "move.up": self._up,
            "move.open": self._open_current,
            "article.edit": self.centre.toggle_editor,
            "article.new": self.centre.new_article,
            "article.save": self.centre.save,
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
        return self.centre.is_editing

    def open_article(self, article_id: str, anchor: str = "") -> None:
        """Show an article, by its id or path, at its top or at a heading. What is being written stays a draft."""
        self._rest_timer.stop()
        self._wanted = ""
        self.centre.open_article(article_id, anchor)

    def _opened(self) -> None:
        if self._context.opened is None:
            self.reading.state.loading(tr("Still opening the store."))
            return
        if self.reading.asked:
            self.reading.read(self.reading.asked)
        self.finder.read_tree()
        self.finder.search()

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

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        hint = tr("Find articles: words, path:runbooks/*, tags:dns")
        self.bar = PageBar(self._context, ARTICLES, tr("Knowledge"), hint, self)
        self.bar.add(action_button(self._context, self._dispatcher, "article.new", "plain", self.bar))
        self.finder = Finder(self._context, self)
        self.centre = ArticleCentre(self._context, self._dispatcher, self)
        self.reading, self.editor = self.centre.reading, self.centre.editor
        body = QSplitter(Qt.Orientation.Horizontal, self)
        body.setHandleWidth(1)
        body.addWidget(self.finder)
        body.addWidget(self.centre)
        body.setStretchFactor(1, 1)
        body.setSizes([current().length("layout.knowledge_tree"), 1500])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(body, 1)
        self._connect()

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
            (self.centre.changed, self._changed),
            (self.centre.showed, self.finder.show_article),
            (self.centre.left, self.focus_main),
            (self.centre.list_wanted, self.finder.read_tree),
            (self.reading.retry_asked, self._opened),
        ):
            signal.connect(slot)
