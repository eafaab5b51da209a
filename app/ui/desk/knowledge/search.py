"""What a query finds among the articles: its free words in the full text, its fields as a filter. Read lane; no Qt.

words ----------------> full text, best first --+
fields, phrases, or, not ------------------------> filter over what was found, or over all articles
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.base.events import CancelToken
from app.domain.article import Article, ArticleHit
from app.ports import Store
from app.query import ARTICLES, Env, Query, compile_memory, sort_key
from app.query.tree import And, Match, Node, Not, Or, Pattern, Text, Word, all_of

MOST: Final = 200
"""Hits asked of the full text, and results shown."""
_OF_THE_TREE: Final = frozenset({"id", "path", "title"})


@dataclass(frozen=True, slots=True)
class Found:
    """``is_cut``: there are more than are shown. ``ms``: how long it took on the lane."""

    hits: tuple[ArticleHit, ...]
    is_cut: bool
    ms: int


def find_articles(store: Store, query: Query, env: Env, cancel: CancelToken) -> Found:
    """Carry a query out. Raises Cancelled and the store's EnvironmentTrouble."""
    began = time.monotonic()
    words, rest = split(query.where)
    hits = _by_words(store, words) if words else _all(store)
    is_cut = bool(words) and len(hits) >= MOST
    if rest is not None or query.sort:
        hits = _filtered(store, hits, Query(rest, query.sort), env, cancel)
    is_cut = is_cut or len(hits) > MOST
    return Found(tuple(hits[:MOST]), is_cut, round((time.monotonic() - began) * 1000))


def split(where: Node | None) -> tuple[list[str], Node | None]:
    """The free words, and what else must hold. A phrase is both: its words are searched, then it must be there."""
    nodes = where.nodes if isinstance(where, And) else (where,) if where is not None else ()
    whole: list[str] = []
    begun: list[str] = []
    rest: list[Node] = []
    for node in nodes:
        if not isinstance(node, Word):
            rest.append(node)
        elif isinstance(node.value, Text):
            whole.append(node.value.text)
            rest.extend([node] if " " in node.value.text.strip() else [])
        elif _is_beginning(node.value):
            begun.append(node.value.text.rstrip("*"))
        else:
            rest.append(node)
    return [*whole, *begun], all_of(*rest)


def fields_of(node: Node | None) -> frozenset[str]:
    """The fields that decide; ``*`` stands for any."""
    if node is None:
        return frozenset()
    if isinstance(node, Match):
        return frozenset({node.field})
    if isinstance(node, Not):
        return fields_of(node.node)
    if isinstance(node, And | Or):
        return frozenset[str]().union(*(fields_of(inner) for inner in node.nodes))
    return frozenset("*")


def _is_beginning(pattern: Pattern) -> bool:
    bare = pattern.text.removesuffix("*")
    return bool(bare) and "*" not in bare and "?" not in bare


def _by_words(store: Store, words: Sequence[str]) -> list[ArticleHit]:
    return list(store.articles.search(" ".join(words), limit=MOST))


def _all(store: Store) -> list[ArticleHit]:
    return [ArticleHit(id=i, path=path, title=title, score=0, snippet="") for i, path, title in store.articles.tree()]


def _filtered(
    store: Store, hits: Sequence[ArticleHit], query: Query, env: Env, cancel: CancelToken
) -> list[ArticleHit]:
    """Those that match, in the query's order when it states one. Reads the articles only if their path and title
    do not decide."""
    test = compile_memory(Query(query.where), ARTICLES, env)
    asked = fields_of(query.where) | {sort.field for sort in query.sort}
    kept: list[tuple[Article, ArticleHit]] = []
    for hit in hits:
        cancel.check()
        article = _bare(hit) if asked <= _OF_THE_TREE else store.articles.get(hit.id)
        if article is not None and test(article):
            kept.append((article, hit))
    if query.sort:
        key = sort_key(query, ARTICLES)
        kept.sort(key=lambda pair: key(pair[0]))
    return [hit for _, hit in kept]


def _bare(hit: ArticleHit) -> Article:
    return Article(id=hit.id, path=hit.path, title=hit.title, body="")
