"""The right pane of a ticket: articles that may help, read in place, and the attachments. Asks for nothing itself."""

from __future__ import annotations

import re
from collections.abc import KeysView, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.events import CancelToken
from app.base.text import number, one_line, tr
from app.domain.ticket import Attachment, Ticket
from app.ports import Store
from app.ui.desk.ticket.story import moment_text
from app.ui.kit.document import Reader
from app.ui.kit.icons import paint_icon
from app.ui.kit.links import open_link
from app.ui.kit.text import Label, set_tooltip
from app.ui.kit.theme import current
from app.ui.parts.button import Button
from app.ui.parts.section_head import FoldSection

SUGGESTED = 3
_LOOKED_AT = 10
_SHORTEST = 3
_WORD = re.compile(r"\w+")
_STEPS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article, how many of the ticket's words it has (``3 of 5``), and which."""

    id: str
    title: str
    share: str
    reason: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article made ready to read. ``html`` is sanitised."""

    title: str
    path: str
    html: str


def suggest(store: Store, cancel: CancelToken, ticket: Ticket) -> list[Suggestion]:
    """Read lane: the articles that have most of the words of a ticket's title and service, best first."""
    hits = store.articles.search(f"{ticket.title} {ticket.service or ''}".strip(), limit=_LOOKED_AT)
    wanted = words_of(f"{ticket.title} {ticket.service or ''}")
    found: list[tuple[int, Suggestion]] = []
    for hit in hits:
        cancel.check()
        article = store.articles.get(hit.id)
        shared = words_of(f"{hit.title} {article.body}" if article else hit.title) & wanted
        if shared:
            named = tr("same words: {words}", words=", ".join(word for word in wanted if word in shared))
            share = tr("{n} of {total}", n=len(shared), total=len(wanted))
            found.append((len(shared), Suggestion(hit.id, hit.title, share, named)))
    found.sort(key=lambda each: -each[0])  # stable: among equals the search's own order
    return [suggestion for _, suggestion in found[:SUGGESTED]]


def words_of(text: str) -> KeysView[str]:
    """The words that say something, folded, in their order."""
    return dict.fromkeys(word for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST).keys()


def read_article(store: Store, cancel: CancelToken, id_: str) -> ArticlePage | None:
    """Read lane: an article as sanitised HTML; None when it is gone."""
    from app.analysis.markup import render

    article = store.articles.get(id_)
    cancel.check()
    return None if article is None else ArticlePage(article.title, article.path, render(article.body).html)


def size_text(size_bytes: int) -> str:
    """``812 B``, ``1.2 MB``."""
    for step, unit in _STEPS:
        if size_bytes >= step:
            return f"{size_bytes / step:.1f} {unit}"
    return f"{number(size_bytes)} B"


class _Row(QWidget):
    """Icon, a line of text with a figure at the right, a quiet second line. Acts on click and Enter when it is a
    link."""

    opened = Signal(str)

    def __init__(self, parent: QWidget, icon: str, text: str, right: str, below: str = "", link: str = "") -> None:
        super().__init__(parent)
        self._icon, self._text, self._right, self._below = icon, one_line(text), right, one_line(below)
        self._link = link
        self.setFixedHeight(40 if below else 24)
        self.setAccessibleName(", ".join(filter(None, [self._text, right, self._below])))
        set_tooltip(self, "\n".join(filter(None, [self._text, self._below])))
        if link:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        if self.hasFocus():
            painter.setPen(theme.color("accent.focus"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        paint_icon(painter, QRect(0, 2, 16, 20), self._icon, "fg.muted", 14)
        metrics, middle = theme.metrics("body"), Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("body"))
        right = round(metrics.horizontalAdvance(self._right)) + 2
        painter.setPen(theme.color("fg.secondary"))
        painter.drawText(QRect(0, 2, self.width(), 20), middle | Qt.AlignmentFlag.AlignRight, self._right)
        painter.setPen(theme.color("fg.link" if self._link else "fg.default"))
        room = self.width() - 24 - right - 8
        painter.drawText(
            QRect(24, 2, room, 20), middle, metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        )
        painter.setPen(theme.color("fg.muted"))
        room = self.width() - 24
        below = metrics.elidedText(self._below, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(24, 20, room, 20), middle, below)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._link and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self._link)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._link and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._link)
        else:
            super().keyPressEvent(event)


class _Rows(QWidget):
    """The body of a section: rows, or one quiet sentence."""

    opened = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(2)
        self._made: list[QWidget] = []

    def show_rows(self, rows: Sequence[_Row], empty: str) -> None:
        for gone in self._made:
            gone.hide()
            gone.deleteLater()
        self._made = list(rows) or [Label(empty, role="fg.muted", wrap=True, parent=self)]
        for place, row in enumerate(self._made):
            self.column.insertWidget(place, row)
            if isinstance(row, _Row):
                row.opened.connect(self.opened)


class _Article(QFrame):
    """An article beside the ticket."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        pad = current().space(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, 8, 4, 8)
        column.setSpacing(8)
        self.back = Button(tr("Back"), kind="bare", icon="arrow-left", small=True, parent=self)
        self.back.clicked.connect(self.closed)
        self._title = Label("", style="heading", wrap=True, parent=self)
        self._path = Label("", role="fg.muted", style="caption", elide="middle", parent=self)
        self._reader = Reader(self, style="body")
        self._reader.link_clicked.connect(_follow)
        top = QHBoxLayout()
        top.addWidget(self.back)
        top.addStretch(1)
        column.addLayout(top)
        for widget in (self._title, self._path):
            column.addWidget(widget)
        column.addWidget(self._reader, 1)

    @property
    def text(self) -> str:
        return self._reader.toPlainText()

    def show_page(self, page: ArticlePage) -> None:
        self._title.setText(page.title)
        self._path.setText(page.path)
        self._reader.show_html(page.html)


def _follow(link: str) -> None:
    if link.startswith(("http://", "https://", "mailto:")):
        open_link(link)


class TicketSide(QStackedWidget):
    """``article_asked(id)``: read it, then ``show_article``; ``attach_asked`` from the button."""

    article_asked = Signal(str)
    attach_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(current().length("layout.ticket_side"))
        self._lists = QScrollArea(self)
        self._lists.setProperty("kind", "pane")
        self._lists.setWidgetResizable(True)
        self._lists.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lists.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QFrame(self._lists)
        body.setProperty("kind", "pane")
        pad = current().space(6)
        column = QVBoxLayout(body)
        column.setContentsMargins(pad, 4, pad, pad)
        column.setSpacing(4)
        self._articles, self._files = _Rows(body), _Rows(body)
        self._articles.opened.connect(self.article_asked)
        self.articles = FoldSection(tr("Suggested articles"), self._articles, body)
        self.files = FoldSection(tr("Attachments"), self._files, body)
        attach = Button(tr("Attach…"), icon="attach", small=True, key="Ctrl+Shift+A", parent=self._files)
        attach.clicked.connect(self.attach_asked)
        self._files.column.addSpacing(4)
        self._files.column.addWidget(attach, 0, Qt.AlignmentFlag.AlignLeft)
        line = QFrame(body)
        line.setProperty("kind", "line")
        column.addWidget(self.articles)
        column.addSpacing(4)
        column.addWidget(line)
        column.addWidget(self.files)
        column.addStretch(1)
        self._lists.setWidget(body)
        self._article = _Article(self)
        self._article.closed.connect(self.show_lists)
        self.addWidget(self._lists)
        self.addWidget(self._article)
        self.show_suggestions(())
        self.show_files((), 0)

    @property
    def is_reading(self) -> bool:
        """Whether an article is open."""
        return self.currentWidget() is self._article

    @property
    def reading(self) -> str:
        """The text of the open article, as it is shown."""
        return self._article.text if self.is_reading else ""

    def show_suggestions(self, found: Sequence[Suggestion]) -> None:
        """Best first."""
        rows = [
            _Row(self._articles, "book", each.title, each.share, each.reason, each.id) for each in found
        ]  # fmt: skip
        self._articles.show_rows(rows, tr("No article shares words with this ticket."))
        self.articles.head.set_words(str(len(found)), tr("words") if found else "")

    def show_files(self, files: Sequence[Attachment], now_at: Moment) -> None:
        """In the order in which they were attached."""
        rows = [
            _Row(
                self._files, "document", each.name, size_text(each.size_bytes),
                tr("{time} by {who}", time=moment_text(each.at, now_at), who=each.by),
            )
            for each in files
        ]  # fmt: skip
        self._files.show_rows(rows, tr("Nothing is attached."))
        total = sum(each.size_bytes for each in files)
        self.files.head.set_words(str(len(files)), size_text(total) if files else "")

    def show_article(self, page: ArticlePage) -> None:
        """Read it here, beside the ticket."""
        self._article.show_page(page)
        self.setCurrentWidget(self._article)
        self._article.back.setFocus()

    def show_lists(self) -> None:
        """Back to the sections."""
        self.setCurrentWidget(self._lists)
