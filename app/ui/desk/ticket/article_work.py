"""Which articles the panel beside a ticket offers, and the one that is read there. Reads on a read lane."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.base.events import CancelToken
from app.domain.ticket import Ticket
from app.ports import Store
from app.ui.desk.context import Context
from app.ui.desk.ticket.side import TicketSide
from app.ui.desk.ticket.suggestion import ArticlePage, Suggestion, read_article, suggest
from app.ui.kit.bridge import is_alive


class ArticleWork(QObject):
    """Looks again only when the words that it looks for have changed."""

    def __init__(self, context: Context, side: TicketSide) -> None:
        super().__init__(side)
        self._context = context
        self._side = side
        self._looked_for = ""
        side.article_asked.connect(self._read)

    def forget(self) -> None:
        """The articles have changed: the next ``suggest`` looks again."""
        self._looked_for = ""

    def suggest(self, ticket: Ticket) -> None:
        """Offer what helps with this ticket."""
        words = f"{ticket.title}\n{ticket.service}"
        if words == self._looked_for:
            return
        self._looked_for = words

        def read(store: Store, cancel: CancelToken) -> list[Suggestion]:
            return suggest(store, cancel, ticket)

        self._context.read(read, self._offer, key=f"ticket side {ticket.id}")

    def _offer(self, found: list[Suggestion]) -> None:
        if is_alive(self):
            self._side.show_suggestions(found)

    def _read(self, id_: str) -> None:
        self._context.read(lambda store, cancel: read_article(store, cancel, id_), self._show, key="ticket article")

    def _show(self, page: ArticlePage | None) -> None:
        if page is not None and is_alive(self):
            self._side.show_article(page)
