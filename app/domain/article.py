"""Knowledge articles."""

from __future__ import annotations

import msgspec

from app.base.clock import Moment
from app.domain.value import Value


class Article(Value, frozen=True, gc=False, kw_only=True):
    """``path``: its place in the tree, ``/`` between the levels, unique. ``body``: Markdown without front matter.
    ``facts``: front matter that has no field here, as text. ``version`` counts the saved edits from 1."""

    id: str
    path: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    owner: str | None = None
    reviewed_at: Moment | None = None
    next_review_at: Moment | None = None
    facts: dict[str, str] = msgspec.field(default_factory=dict)
    source: str | None = None
    created_at: Moment = 0
    updated_at: Moment = 0
    version: int = 1


class ArticleVersion(Value, frozen=True, gc=False, kw_only=True):
    """A saved edit of an article."""

    version: int
    title: str
    body: str
    at: Moment
    by: str


class ArticleHit(Value, frozen=True, gc=False, kw_only=True):
    """A search result. ``score``: higher is better. ``snippet``: plain text, matches between \\x02 and \\x03."""

    id: str
    path: str
    title: str
    score: float
    snippet: str
