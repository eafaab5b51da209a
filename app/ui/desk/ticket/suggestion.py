"""Which articles may help with a ticket, and one of them made ready to read. Read lane; draws nothing."""

from __future__ import annotations

import re
from collections.abc import KeysView
from dataclasses import dataclass
from typing import Final

from app.base.events import CancelToken
from app.base.text import tr
from app.domain.ticket import Ticket
from app.ports import Store

SUGGESTED: Final = 3
_LOOKED_AT: Final = 10
_SHORTEST: Final = 3
_WORD: Final = re.compile(r"\w+")
_SAYS_NOTHING: Final = frozenset(
    ["after", "all", "and", "are", "but", "can", "for", "from", "has", "have", "his", "how", "its", "not", "now",
     "off", "our", "out", "since", "than", "that", "the", "their", "then", "they", "this", "too", "very", "was",
     "were", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your"]
)  # fmt: skip
"""Words of any sentence: to share them is no reason."""


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
    return dict.fromkeys(word for word in _WORD.findall(text.casefold()) if _says_something(word)).keys()


def read_article(store: Store, cancel: CancelToken, id_: str) -> ArticlePage | None:
    """Read lane: an article as sanitised HTML; None when it is gone."""
    from app.analysis.markup import render

    article = store.articles.get(id_)
    cancel.check()
    return None if article is None else ArticlePage(article.title, article.path, render(article.body).html)


def _says_something(word: str) -> bool:
    return len(word) >= _SHORTEST and word not in _SAYS_NOTHING
