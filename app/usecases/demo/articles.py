"""Who wrote the demo's articles, and when: each was written once and gone over since, by people of its team."""

from __future__ import annotations

from typing import Final

import msgspec

from app.base.clock import DAY, Moment
from app.ports import Store
from app.usecases.demo.tickets import TEAMS

_ELSE: Final = ("B. Larsen", "D. Novak")
_LEAST_AGE: Final = 40 * DAY
_STEP: Final = 23 * DAY


def sign_articles(store: Store, now_at: Moment) -> None:
    """Give each imported article two versions with names and moments: as it was first written, and as reviewed."""
    with store.write() as unit:
        for place, (id_, _path, _title) in enumerate(store.articles.tree()):
            article = unit.article(id_)
            if article is None:
                continue
            people = TEAMS.get(article.owner or "", _ELSE)
            reviewed_at = min(article.reviewed_at or now_at, now_at - DAY)
            written_at = reviewed_at - _LEAST_AGE - place % 7 * _STEP
            first = msgspec.structs.replace(
                article, body=_first_text(article.body), created_at=written_at, updated_at=written_at
            )
            unit.put_article(first, people[place % len(people)])
            newest = msgspec.structs.replace(
                article, created_at=written_at, updated_at=reviewed_at, version=article.version + 1
            )
            unit.put_article(newest, people[(place + 1) % len(people)])


def _first_text(body: str) -> str:
    """Without what was learnt later: the last part of a longer text."""
    parts = body.rstrip().split("\n\n")
    return "\n\n".join(parts[:-1] if len(parts) > 3 else parts) + "\n"
