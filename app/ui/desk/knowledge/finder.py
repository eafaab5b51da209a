"""Finding an article: results while searching, over the tree of all. Owns the query that is asked and both lists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from app.base.text import count, tr
from app.query import ARTICLES, QueryError, parse
from app.ui.desk.context import Context, sentence
from app.ui.desk.knowledge.results import ROW_PX, ResultsPane
from app.ui.desk.knowledge.search import Found, find_articles
from app.ui.desk.knowledge.tree import TreePane
from app.ui.parts.pane_state import PaneState

Row = tuple[str, str, str]
"""Id, path, title."""
_LEAST_RESULTS_PX = 200


class Finder(QSplitter):
    """``chosen(id)``: a row came to rest on it. ``opened(id)``: Enter or double click. ``counted``: words for the
    query field. ``tree_read(rows)``, ``tree_failed(error)``. ``cleared``: the query is to go."""

    chosen = Signal(str)
    opened = Signal(str)
    counted = Signal(str)
    tree_read = Signal(object)
    tree_failed = Signal(object)
    cleared = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._context = context
        self._shown = ""
        self._failed_query = ""
        self.query = ""
        self.results = ResultsPane(self)
        self.results.chosen.connect(self.chosen)
        self.results.opened.connect(self.opened)
        self.state = PaneState(self.results, row_px=ROW_PX, top_px=24)
        self.state.acted.connect(self._act)
        self.results.hide()
        self.tree = TreePane(self)
        self.tree.chosen.connect(self.chosen)
        self.tree.opened.connect(self.opened)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(self.results)
        self.addWidget(self.tree)
        self.setStretchFactor(1, 1)
        self.setMinimumWidth(220)

    @property
    def is_searching(self) -> bool:
        """Whether results are in sight."""
        return self.results.isVisibleTo(self)

    def read_tree(self) -> None:
        """Ask for all articles."""
        self._context.read(
            lambda store, _cancel: tuple(store.articles.tree()), self._show_tree,
            key="kb tree", failed=self.tree_failed.emit,
        )  # fmt: skip

    def ask(self, text: str) -> None:
        """Another query; an empty one leaves the tree alone."""
        self.query = text.strip()
        self.search()

    def search(self) -> None:
        """Ask the query again; the latest wins."""
        self._show_results(bool(self.query))
        if not self.query:
            self.counted.emit("")
            return
        try:
            query = parse(self.query, ARTICLES)
        except QueryError:
            return  # the field shows what is wrong and where
        env = self._context.env()
        self._context.read(
            lambda store, cancel: find_articles(store, query, env, cancel), self._found,
            key="kb search", failed=self._failed,
        )  # fmt: skip

    def show_article(self, article_id: str) -> None:
        """Put both lists on the article that is read."""
        self._shown = article_id
        self.tree.show_article(article_id)
        self.results.show_article(article_id)

    def first_article(self) -> str:
        """The first article in sight of the tree; empty when all are folded away."""
        return next((line.article_id for line in self.tree.lines() if line.article_id), "")

    def focus_main(self) -> None:
        (self.results if self.is_searching else self.tree).table.setFocus()

    def step(self, by: int, focus: QWidget | None) -> None:
        """The next or the previous row of the list that has the focus, else of the results, else of the tree."""
        self._list(focus).table.step(by)

    def open_current(self, focus: QWidget | None) -> None:
        """What Enter does in the same list."""
        self._list(focus).open_current()

    def _list(self, focus: QWidget | None) -> ResultsPane | TreePane:
        return self.results if self.is_searching and focus is not self.tree.table else self.tree

    def _show_tree(self, rows: Sequence[Row]) -> None:
        self.tree.show_articles(rows)
        self.tree_read.emit(rows)

    def _found(self, found: Found) -> None:
        if not self.query:
            return
        many = count(len(found.hits), tr("article"), tr("articles"))
        many = tr("first {many}", many=many) if found.is_cut else many
        self.counted.emit(tr("{many}, {ms} ms", many=many, ms=found.ms))
        ranked = any(hit.score for hit in found.hits)
        self.results.show_hits(found.hits, tr("best first") if ranked else tr("by path") if found.hits else "")
        if found.hits:
            self.state.clear()
        else:
            self.state.nothing_matches(self.query)

    def _failed(self, error: Exception) -> None:
        self.state.failed(tr("The search failed."), sentence(error), "", tr("Try again"))
        self._failed_query = self.query

    def _act(self) -> None:
        """The button of the state: clear a query that finds nothing, ask one that failed again."""
        if self._failed_query == self.query:
            self._failed_query = ""
            self.search()
        else:
            self.cleared.emit()

    def _show_results(self, is_shown: bool) -> None:
        if is_shown == self.is_searching:
            return
        self.results.setVisible(is_shown)
        if is_shown:
            self.setSizes([max(_LEAST_RESULTS_PX, self.height() * 2 // 5), self.height()])
        elif self._shown:
            self.tree.show_article(self._shown)
