"""Looking things up by a few letters, for the palette: tickets, hosts and services, articles. Read lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.analysis.match import find
from app.base.events import CancelToken
from app.domain.article import ArticleHit
from app.domain.health import HOST, HealthRow
from app.domain.ticket import Ticket
from app.ports import Store
from app.query import TICKETS, Env, QueryError, parse, quoted

EACH = 5


@dataclass(frozen=True, slots=True)
class FoundThings:
    """What the letters may mean, best first."""

    tickets: Sequence[Ticket] = ()
    rows: Sequence[HealthRow] = ()
    articles: Sequence[ArticleHit] = ()


def look_up(
    store: Store, rows: Sequence[HealthRow], typed: str, env: Env, cancel: CancelToken, *, limit: int = EACH
) -> FoundThings:
    """Search everything; an empty text finds nothing."""
    words = typed.split()
    if not words:
        return FoundThings()
    tickets = find_tickets(store, words, env, limit)
    cancel.check()
    health = [found.item for found in find(typed, rows, row_label, limit=limit)]
    cancel.check()
    return FoundThings(tickets, health, store.articles.search(typed, limit=limit))


def find_tickets(store: Store, words: Sequence[str], env: Env, limit: int) -> Sequence[Ticket]:
    """A ticket by its number first, then the newest whose text has all words."""
    exact = store.tickets.get(words[0].upper()) if len(words) == 1 else None
    try:
        query = parse(" ".join(quoted(word) for word in words) + " sort:-updated", TICKETS)
    except QueryError:
        return [exact] if exact else []
    found = [
        ticket for ticket in store.tickets.page(query, env, limit=limit) if exact is None or ticket.id != exact.id
    ]
    return ([exact, *found] if exact else found)[:limit]


def row_label(row: HealthRow) -> str:
    """How a host or service is called."""
    return row.host if row.kind == HOST else f"{row.name} {row.host}"
