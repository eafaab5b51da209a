"""The draft of an article as text: three lines of what it belongs to, then the body. Values only.

version 3
folder runbooks/payments
Title of the article

Body ...
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.usecases.article import article_draft_key

NEW_KEY: Final = article_draft_key("new")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """What stands in the editor. ``version``: the one it was begun from, 0 for a new article."""

    title: str
    body: str
    version: int = 0
    folder: str = ""


def draft_key(article_id: str) -> str:
    """Where the draft is kept; an empty id is a new article."""
    return article_draft_key(article_id) if article_id else NEW_KEY


def draft_text(draft: ArticleDraft) -> str:
    """The draft as it is kept; empty when nothing was written."""
    if not draft.title.strip() and not draft.body.strip():
        return ""
    return f"version {draft.version}\nfolder {draft.folder}\n{draft.title}\n\n{draft.body}"


def read_draft(text: str, *, version: int = 0, title: str = "") -> ArticleDraft:
    """The draft again; a text that was kept in another form is taken as the body, with what was given."""
    lines = text.split("\n", 4)
    number = lines[0].removeprefix("version ")
    if len(lines) < 5 or lines[0] == number or not number.isdigit() or not lines[1].startswith("folder "):
        return ArticleDraft(title, text, version)
    return ArticleDraft(lines[2], lines[4], int(number), lines[1].removeprefix("folder "))
