"""Knowledge articles: write and edit. Write lane. Raises Refused, Conflict and the store's EnvironmentTrouble."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from app.base.errors import Conflict, NotFound, Refused
from app.base.events import ARTICLES, Touched
from app.domain.article import Article
from app.usecases.work import Work

BODY_LIMIT = 200_000
_UNSAFE = re.compile(r"[^\w./-]+")


@dataclass(frozen=True, slots=True)
class SavedArticle:
    """An article after its commit."""

    article: Article
    touched: Touched


def new_article(work: Work, title: str, body: str, *, folder: str = "") -> SavedArticle:
    """Write a new article; its path comes from the folder and the title."""
    title, body = _checked(title, body)
    slug = _UNSAFE.sub("-", title.casefold()).strip("-./") or "article"
    now_at = work.clock.now()
    with work.store.write() as unit:
        stem = f"{folder.strip('/')}/{slug}" if folder.strip("/") else slug
        path, step = stem, 2
        while unit.article(path) is not None:
            path, step = f"{stem}-{step}", step + 1
        article = Article(
            id=work.ids.new(),
            path=path,
            title=title,
            body=body,
            owner=work.me,
            created_at=now_at,
            updated_at=now_at,
        )
        unit.put_article(article, work.me)
        unit.audit("article.new", by=work.me, concerns=path)
    return SavedArticle(article, Touched.of(ARTICLES, [article.id], work.origin))


def edit_article(work: Work, id_or_path: str, title: str, body: str, *, seen_version: int) -> SavedArticle:
    """Save an edit as the next version. Raises Conflict when somebody saved one since ``seen_version``."""
    title, body = _checked(title, body)
    with work.store.write() as unit:
        before = unit.article(id_or_path)
        if before is None:
            raise NotFound(f"There is no article {id_or_path}.", concerns=id_or_path)
        if before.version != seen_version:
            raise Conflict(
                f"“{before.title}” has been changed by someone else.",
                detail=f"You edited version {seen_version}, the newest is {before.version}.",
                hint="Your text is kept as a draft. Compare and save again.",
                concerns=before.path,
            )
        after = msgspec.structs.replace(
            before, title=title, body=body, updated_at=work.clock.now(), version=before.version + 1
        )
        unit.put_article(after, work.me)
        if work.uses_drafts:
            unit.drop_draft(article_draft_key(before.id))
        unit.audit("article.edit", by=work.me, concerns=before.path, detail={"version": after.version})
    return SavedArticle(after, Touched.of(ARTICLES, [after.id], work.origin))


def article_draft_key(article_id: str) -> str:
    """Where the editor of an article keeps its text."""
    return f"article:{article_id}"


def _checked(title: str, body: str) -> tuple[str, str]:
    title = " ".join(title.split())
    if not title:
        raise Refused("An article needs a title.", field="title")
    if len(body) > BODY_LIMIT:
        raise Refused("The article is too long.", detail="At most 200,000 characters.", field="body")
    return title, body
