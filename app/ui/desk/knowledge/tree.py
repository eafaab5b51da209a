"""The tree of articles: folders by path with their counts, folded by mouse and keyboard. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QFrame, QVBoxLayout, QWidget

from app.base.text import count, number, one_line, tr
from app.ui.desk.knowledge.head import PaneHead
from app.ui.desk.knowledge.words import crumbs
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.column import Column
from app.ui.kit.icons import paint_icon
from app.ui.kit.roles import RowLook
from app.ui.kit.table import DenseTable
from app.ui.models.line_model import LineModel

_STEP = 18


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A folder (``article_id`` empty) or an article. ``path`` is unique in its kind."""

    path: str
    title: str
    depth: int
    count: int = 0
    article_id: str = ""
    is_open: bool = False
    is_shown: bool = False

    @property
    def key(self) -> str:
        return self.article_id or f"folder:{self.path}"


@dataclass(slots=True)
class Folder:
    """A folder with what is in it; ``total`` counts all articles below."""

    path: str
    name: str
    folders: dict[str, Folder] = field(default_factory=dict)
    articles: list[tuple[str, str, str]] = field(default_factory=list)
    total: int = 0


def grown(rows: Sequence[tuple[str, str, str]]) -> Folder:
    """The tree of (id, path, title) rows."""
    root = Folder("", "")
    for row in rows:
        folder = root
        folder.total += 1
        for name in crumbs(row[1]):
            inner = folder.folders.get(name)
            if inner is None:
                path = f"{folder.path}/{name}" if folder.path else name
                inner = folder.folders[name] = Folder(path, name)
            folder = inner
            folder.total += 1
        folder.articles.append(row)
    return root


def lines(folder: Folder, open_paths: set[str], shown_id: str, depth: int = 0) -> Iterator[TreeLine]:
    """The lines in sight: folders by name, then the articles of the folder by path."""
    for name in sorted(folder.folders, key=str.casefold):
        inner = folder.folders[name]
        is_open = inner.path in open_paths
        yield TreeLine(inner.path, inner.name, depth, inner.total, is_open=is_open)
        if is_open:
            yield from lines(inner, open_paths, shown_id, depth + 1)
    for id_, path, title in folder.articles:
        yield TreeLine(path, title, depth, article_id=id_, is_shown=id_ == shown_id)


def _paint_line(painter: QPainter, rect: QRect, line: TreeLine, ctx: CellContext) -> None:
    x = rect.x() + line.depth * _STEP
    if line.article_id:
        paint_icon(painter, QRect(x + 2, rect.y(), 14, rect.height()), "document", ctx.role("fg.muted"), 14)
    else:
        chevron = "chevron-down" if line.is_open else "chevron-right"
        paint_icon(painter, QRect(x, rect.y(), 14, rect.height()), chevron, ctx.role("fg.muted"), 12)
    right = rect.right() + 1
    if line.count:
        figure = number(line.count)
        spot = QRect(right - 48, rect.y(), 48, rect.height())
        right -= round(draw_text(painter, spot, figure, ctx, role="fg.muted", align="right", elide="none")) + 8
    role = "fg.strong" if line.is_shown else "fg.default" if line.article_id else "fg.secondary"
    room = QRect(x + 22, rect.y(), right - x - 22, rect.height())
    draw_text(painter, room, line.title, ctx, role=role, strong=line.is_shown)


_COLUMNS = (
    Column("name", "", _paint_line, width=100, grow=1, tip=lambda line: f"{line.title}\n{line.path}", pad=12),
)


class _TreeTable(DenseTable):
    """Right opens a folder or goes into it, Left folds it or goes to the folder above."""

    turned = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.turned.emit(event.key() == Qt.Key.Key_Right)
            return
        super().keyPressEvent(event)


class TreePane(QFrame):
    """``chosen(id)``: the line went to this article. ``opened(id)``: Enter, or a click."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self._root = Folder("", "")
        self._open: set[str] = set()
        self._shown = ""
        self._paths: dict[str, str] = {}
        self.head = PaneHead(tr("Tree"), self)
        self._model: LineModel[TreeLine] = LineModel(len(_COLUMNS), _key, _sentence, _look)
        self.table = _TreeTable(_COLUMNS, density="regular", parent=self)
        self.table.horizontalHeader().hide()
        self.table.setModel(self._model)
        self.table.setAccessibleName(tr("Tree of articles"))
        self.table.opened.connect(self._opened)
        self.table.clicked.connect(self._clicked)
        self.table.turned.connect(self._turned)
        self.table.current_changed.connect(self._current_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.table, 1)

    def show_articles(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """All (id, path, title); what was open stays open."""
        is_first, before = not self._paths, self._paths
        self._root = grown(rows)
        self._paths = {id_: path for id_, path, _title in rows}
        self.head.set_note(count(len(rows), tr("article"), tr("articles")))
        if is_first and len(self._root.folders) == 1:
            self._open.update(self._root.folders)
            only = next(iter(self._root.folders.values()))
            self._open.add(only.path)
        self._lay()
        if self._shown in self._paths and self._shown not in before:
            self.show_article(self._shown)

    def show_article(self, article_id: str) -> None:
        """Mark the article that is read and bring it into sight."""
        self._shown = article_id
        path = ""
        for name in crumbs(self._paths.get(article_id, "")):
            path = f"{path}/{name}" if path else name
            self._open.add(path)
        self._lay()
        self._go_to(article_id)
        if self.table.currentIndex().row() not in self.table.visible_rows()[1:-1]:
            self.table.scrollTo(self.table.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def lines(self) -> list[TreeLine]:
        """The lines in sight of the model."""
        return self._model.values()

    def step(self, by: int) -> None:
        self.table.step(by)

    def open_current(self) -> None:
        """What Enter does."""
        self._opened(self.table.current_row())

    def _go_to(self, key: str) -> None:
        number_ = self._model.number_of(key)
        if number_ >= 0:
            was = self.table.blockSignals(True)
            self.table.select_row(number_)
            self.table.blockSignals(was)

    def _lay(self) -> None:
        current_ = self.table.current_row()
        scroll = self.table.verticalScrollBar().value()
        was = self.table.blockSignals(True)
        self._model.show(list(lines(self._root, self._open, self._shown)))
        self.table.blockSignals(was)
        if current_ is not None:
            self._go_to(current_.key)
        self.table.verticalScrollBar().setValue(scroll)

    def _toggle(self, line: TreeLine, is_open: bool) -> None:
        (self._open.add if is_open else self._open.discard)(line.path)
        self._lay()
        self._go_to(line.key)

    def _opened(self, line: TreeLine | None) -> None:
        if line is None:
            return
        if line.article_id:
            self.opened.emit(line.article_id)
        else:
            self._toggle(line, not line.is_open)

    def _clicked(self) -> None:
        line = self.table.current_row()
        if line is not None and not line.article_id:
            self._toggle(line, not line.is_open)

    def _turned(self, is_right: bool) -> None:
        line = self.table.current_row()
        if line is None:
            return
        if not line.article_id and line.is_open != is_right:
            self._toggle(line, is_right)
        elif is_right:
            self.table.step(1)
        else:
            above = line.path.rpartition("/")[0]
            if above:
                self._go_to(f"folder:{above}")

    def _current_changed(self, line: TreeLine | None) -> None:
        if line is not None and line.article_id:
            self.chosen.emit(line.article_id)


def _key(line: TreeLine) -> str:
    return line.key


def _look(line: TreeLine) -> RowLook:
    return RowLook(is_strong=line.is_shown)


def _sentence(line: TreeLine) -> str:
    if line.article_id:
        return one_line(line.title)
    state = tr("open") if line.is_open else tr("folded")
    return f"{one_line(line.title)}, {count(line.count, tr('article'), tr('articles'))}, {state}"
