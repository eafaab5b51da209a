"""What a search found: path, title and the words around the matches, one article per row. Searches nothing itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.base.text import one_line, tr
from app.domain.article import ArticleHit
from app.ui.desk.knowledge.head import PaneHead
from app.ui.desk.knowledge.words import folder_of
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.column import Column
from app.ui.kit.table import DenseTable
from app.ui.models.line_model import LineModel

ROW_PX: Final = 68
_MATCH: Final = re.compile("\x02([^\x02\x03]*)\x03")
_LEAD: Final = 24
"""Letters that stay in sight before the first match."""

Piece = tuple[str, bool]


# The marks of headings, code, strength and links: in a line of a list they are only in the way.
_MARKS = re.compile(r"(?:^|(?<=\s))#{1,6}\s|`+|\*\*|\[(?=[^\[\]]*\]\()")
_LINK_END = re.compile(r"\]\(")


def pieces(snippet: str, lead: int = _LEAD) -> list[Piece]:
    """(text, is a match) in order, beginning shortly before the first match."""
    snippet = _LINK_END.sub(" (", _MARKS.sub("", snippet))
    found: list[Piece] = []
    at = 0
    for match in _MATCH.finditer(snippet):
        if match.start() > at:
            found.append((_bare(snippet[at : match.start()]), False))
        found.append((_bare(match[1]), True))
        at = match.end()
    if at < len(snippet):
        found.append((_bare(snippet[at:]), False))
    if len(found) > 1 and not found[0][1] and len(found[0][0]) > lead:
        cut = found[0][0][-lead:].partition(" ")[2]
        found[0] = (f"…{cut}", False)
    return found


def _bare(text: str) -> str:
    return one_line_keeping_ends(text.replace("\x02", "").replace("\x03", ""))


def one_line_keeping_ends(text: str) -> str:
    """``one_line`` that keeps one blank at either end, which separates a match from its neighbours."""
    middle = one_line(text)
    if not middle:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + middle + (" " if text[-1].isspace() else "")


def _paint_hit(painter: QPainter, rect: QRect, hit: ArticleHit, ctx: CellContext) -> None:
    top = QRect(rect.x(), rect.y() + 7, rect.width(), 16)
    draw_text(painter, top, folder_of(hit.path), ctx, role="fg.muted", style="caption", elide="middle")
    middle = QRect(rect.x(), rect.y() + 23, rect.width(), 20)
    draw_text(painter, middle, hit.title, ctx, role="fg.strong", style="body", strong=ctx.is_selected)
    paint_pieces(painter, QRect(rect.x(), rect.y() + 43, rect.width(), 18), pieces(hit.snippet), ctx)


def paint_pieces(painter: QPainter, rect: QRect, shown: Sequence[Piece], ctx: CellContext) -> None:
    """One line of a snippet: matches on the tint of the accent and in its text colour, as far as there is room."""
    metrics = ctx.theme.metrics("dense")
    painter.setFont(ctx.theme.font("dense"))
    baseline = round(rect.y() + (rect.height() + metrics.capHeight()) / 2)
    x = float(rect.x())
    for text, is_match in shown:
        room = rect.right() + 1 - x
        if room < 12:
            return
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(words)
        if is_match and words != "…":
            painter.fillRect(QRectF(x - 1, rect.y(), width + 2, rect.height()), ctx.theme.color("accent.tint"))
        painter.setPen(ctx.color("accent.text" if is_match else "fg.secondary"))
        painter.drawText(QPointF(x, baseline), words)
        x += width


_COLUMNS = (Column("hit", "", _paint_hit, width=120, grow=1, tip=lambda hit: f"{hit.title}\n{hit.path}", pad=14),)


class ResultsPane(QFrame):
    """``chosen(id)``: the row went to this article. ``opened(id)``: Enter, or a double click."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self.head = PaneHead(tr("Results"), self)
        self._model: LineModel[ArticleHit] = LineModel(len(_COLUMNS), _key, _sentence)
        self.table = DenseTable(_COLUMNS, density="regular", parent=self)
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.table.setModel(self._model)
        self.table.setAccessibleName(tr("Results"))
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._opened)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.table, 1)

    def show_hits(self, hits: Sequence[ArticleHit], note: str) -> None:
        """Replace the list; the row stays on its article, else goes to the first, which is told as chosen."""
        before = self.table.current_row()
        was = self.table.blockSignals(True)
        self._model.show(hits)
        at = self._model.number_of(before.id) if before is not None else -1
        self.table.select_row(max(at, 0))
        self.table.blockSignals(was)
        self.head.set_note(note)
        self.table.scrollToTop() if at < 0 else None
        if hits and at < 0:
            self.chosen.emit(hits[0].id)

    def show_article(self, article_id: str) -> None:
        """Put the row on an article that was opened elsewhere, if it is here."""
        number_ = self._model.number_of(article_id)
        if number_ >= 0:
            was = self.table.blockSignals(True)
            self.table.select_row(number_)
            self.table.blockSignals(was)

    def hits(self) -> list[ArticleHit]:
        return self._model.values()

    def open_current(self) -> None:
        """What Enter does."""
        self._opened(self.table.current_row())

    def _opened(self, hit: ArticleHit | None) -> None:
        if hit is not None:
            self.opened.emit(hit.id)

    def _current_changed(self, hit: ArticleHit | None) -> None:
        if hit is not None:
            self.chosen.emit(hit.id)


def _key(hit: ArticleHit) -> str:
    return hit.id


def _sentence(hit: ArticleHit) -> str:
    snippet = "".join(text for text, _ in pieces(hit.snippet))
    return ", ".join(filter(None, (one_line(hit.title), one_line(hit.path), snippet)))
