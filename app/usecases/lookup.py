"""Looking things up by a few letters: for the palette tickets, hosts and services, articles; for a query field the
values that are in use. Read lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.analysis.match import find
from app.base.events import CancelToken
from app.domain.article import ArticleHit
from app.domain.health import HOST, HealthRow
from app.domain.ticket import Ticket
from app.ports import Store
from app.query import TICKETS, Env, QueryError, parse, quoted
from app.query.fold import fold

EACH = 5
VALUES = 200


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


def values_in_use(
    store: Store, rows: Sequence[HealthRow], kind: str, field: str, prefix: str, cancel: CancelToken
) -> Sequence[str]:
    """Values of an attribute that begin so, commonest first, at most ``VALUES``. ``kind``: a schema's name (tickets,
    health, articles); ``rows``: the board's, for health. An attribute without free values has none."""
    if kind == "tickets":
        return store.tickets.values(field, prefix, VALUES)
    if kind == "articles":
        return store.articles.values(field, prefix, VALUES)
    begin = fold(prefix)
    counted: Counter[str] = Counter()
    for value in _of_health(store, rows, field) if kind == "health" else ():
        cancel.check()
        counted.update(item for item in _items(value) if fold(item).startswith(begin))
    return [value for value, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:VALUES]]


def _of_health(store: Store, rows: Sequence[HealthRow], field: str) -> Iterator[Any]:
    if field == "business":
        yield from (service.name for service in store.team.business_services())
    else:
        yield from (getattr(row, field, None) for row in rows)


def _items(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [item for item in value if isinstance(item, str)] if isinstance(value, tuple | list) else []
