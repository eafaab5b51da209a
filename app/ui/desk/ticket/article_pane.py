"""An article read beside the ticket. Shows what it is given; asks for nothing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.base.text import tr
from app.ui.desk.ticket.suggestion import ArticlePage
from app.ui.kit.document import Reader
from app.ui.kit.links import open_link
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button


class ArticlePane(QFrame):
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
