"""Reading articles: search, tree, one article and its versions; and the row that an article is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from app.domain.article import Article, ArticleHit, ArticleVersion
from app.query import ARTICLES, FieldType
from app.query.fold import join_list, split_list
from app.storage.article_text import BODY_COLUMN, WEIGHTS, match_expression
from app.storage.known_values import known_items, known_values
from app.storage.reading import Reading
from app.storage.ticket_row import Row

FIELDS: Final = Article.__struct_fields__
COLUMNS: Final = ", ".join("article." + name for name in FIELDS)
FIND: Final = f"SELECT {COLUMNS}, article.key FROM article WHERE id = ?1 OR path = ?1 ORDER BY id <> ?1 LIMIT 1"  # noqa: S608
_TEXT_TYPES: Final = (FieldType.TEXT, FieldType.PROSE)
_SNIPPET_WORDS: Final = 24
_SEARCH: Final = (
    "SELECT article.id, article.path, article.title, -found.rank,"  # noqa: S608
    f" snippet(article_text, {BODY_COLUMN}, char(2), char(3), '…', {_SNIPPET_WORDS})"
    f" FROM (SELECT rowid AS key, bm25(article_text, {', '.join(map(str, WEIGHTS))}) AS rank FROM article_text"
    " WHERE article_text MATCH ?1 ORDER BY rank LIMIT ?2) AS found"
    " JOIN article USING (key) JOIN article_text ON article_text.rowid = found.key AND article_text MATCH ?1"
    " ORDER BY found.rank, article.path"
)


class SqliteArticles:
    """``ArticleReads`` on ``work.db``. Read lanes."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def search(self, text: str, *, limit: int = 50) -> Sequence[ArticleHit]:
        expression = match_expression(text)
        if not expression:
            return []
        return [_hit(row) for row in self._reading.rows(_SEARCH, (expression, limit))]

    def tree(self) -> Sequence[tuple[str, str, str]]:
        return self._reading.rows("SELECT id, path, title FROM article ORDER BY path")

    def get(self, id_or_path: str) -> Article | None:
        row = self._reading.row(FIND, (id_or_path,))
        return article_of(row) if row else None

    def versions(self, id_: str) -> Sequence[ArticleVersion]:
        sql = (
            'SELECT v.version, v.title, v.body, v.at, v."by" FROM article_version v'
            " JOIN article ON article.key = v.article_key WHERE article.id = ? ORDER BY v.version"
        )
        return [
            ArticleVersion(version=version, title=title, body=body, at=at, by=by)
            for version, title, body, at, by in self._reading.rows(sql, (id_,))
        ]

    def values(self, field: str, prefix: str, limit: int = 20) -> Sequence[str]:
        known = ARTICLES.fields_by_name.get(field)
        if known is None or known.reads == "body" or known.type not in (*_TEXT_TYPES, FieldType.LIST):
            return []
        read = known_items if known.type is FieldType.LIST else known_values
        return read(self._reading, "article", known.reads, prefix, limit)

    def count(self) -> int:
        row = self._reading.row("SELECT count(*) FROM article")
        return int(row[0]) if row else 0


def article_of(row: Sequence[Any]) -> Article:
    """The article of a row of ``COLUMNS``."""
    values = dict(zip(FIELDS, row, strict=False))
    values["tags"] = split_list(values["tags"])
    values["facts"] = msgspec.json.decode(values["facts"], type=dict[str, str])
    return Article(**values)


def article_row(article: Article) -> Row:
    """The values of ``COLUMNS``."""
    values = dict(zip(FIELDS, msgspec.structs.astuple(article), strict=True))
    values["tags"] = join_list(article.tags)
    values["facts"] = msgspec.json.encode(article.facts, order="sorted").decode()
    return tuple(values.values())


def _hit(row: Row) -> ArticleHit:
    id_, path, title, score, snippet = row
    return ArticleHit(id=id_, path=path, title=title, score=score, snippet=" ".join(snippet.split()))
