"""The right pane of a ticket: articles that may help, read in place, and the attachments. Asks for nothing itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.text import tr
from app.domain.ticket import Attachment
from app.ui.desk.ticket.article_pane import ArticlePane
from app.ui.desk.ticket.files import FileRow, FileRows, size_text
from app.ui.desk.ticket.side_row import Row, Rows
from app.ui.desk.ticket.suggestion import ArticlePage, Suggestion
from app.ui.kit.theme import current
from app.ui.parts.section_head import FoldSection


class TicketSide(QStackedWidget):
    """``article_asked(id)``: read it, then ``show_article``; ``attach_asked`` from the button;
    ``open_asked`` and ``save_asked`` with the Attachment."""

    article_asked = Signal(str)
    attach_asked = Signal()
    open_asked = Signal(object)
    save_asked = Signal(object)

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
        self._articles, self._files = Rows(body), FileRows(body)
        self._articles.opened.connect(self.article_asked)
        self.articles = FoldSection(tr("Suggested articles"), self._articles, body)
        self.files = FoldSection(tr("Attachments"), self._files, body)
        self._files.open_asked.connect(self.open_asked)
        self._files.save_asked.connect(self.save_asked)
        self._files.attach_asked.connect(self.attach_asked)
        line = QFrame(body)
        line.setProperty("kind", "line")
        column.addWidget(self.articles)
        column.addSpacing(4)
        column.addWidget(line)
        column.addWidget(self.files)
        column.addStretch(1)
        self._lists.setWidget(body)
        self._article = ArticlePane(self)
        self._article.closed.connect(self.show_lists)
        self.addWidget(self._lists)
        self.addWidget(self._article)
        self.show_suggestions(())
        self.show_files((), 0)

    @property
    def file(self) -> Attachment | None:
        """The attachment that the keys are about; None when that is not clear."""
        return self._files.current

    @property
    def has_files(self) -> bool:
        return bool(self._files.rows)

    @property
    def file_rows(self) -> Sequence[FileRow]:
        """The attachments as they are shown."""
        return self._files.rows

    def focus_files(self) -> None:
        """The attachments, unfolded, with the current one in sight."""
        self.show_lists()
        if not self.files.head.is_open:
            self.files.head.set_open(True)
            self._files.show()
        if self.has_files:
            self._files.focus_current()
        else:
            self.files.head.setFocus(Qt.FocusReason.ShortcutFocusReason)
        focused = self.focusWidget()
        if focused is not None:
            self._lists.ensureWidgetVisible(focused)

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
            Row(self._articles, "book", each.title, each.share, each.reason, each.id) for each in found
        ]  # fmt: skip
        self._articles.show_rows(rows, tr("No article shares words with this ticket."))
        self.articles.head.set_words(str(len(found)), tr("words") if found else "")

    def show_files(self, files: Sequence[Attachment], now_at: Moment) -> None:
        """In the order in which they were attached."""
        self._files.show_files(files, now_at)
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
