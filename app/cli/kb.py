"""``watchdesk kb …``: knowledge articles."""

from __future__ import annotations

import argparse
from typing import Final

from app.base.errors import NotFound
from app.base.text import one_line, plain, tr
from app.cli.command import DONE, Command
from app.cli.context import Context
from app.cli.ticket_document import iso, local
from app.cli.tickets import at_least_0
from app.domain.article import Article

_MARKS: Final = str.maketrans("", "", "\x02\x03")
USUAL_LIMIT: Final = 50


def search(context: Context) -> int:
    """Search articles by words, best first. Every text is a valid query.

    Keys: id path title score (higher is better) snippet (plain text).
    """
    hits = context.means.store.articles.search(" ".join(context.args.query), limit=context.args.limit)
    documents = [
        {"id": h.id, "path": h.path, "title": h.title, "score": h.score, "snippet": h.snippet.translate(_MARKS)}
        for h in hits
    ]
    if context.json:
        context.answer_list(documents)
        return DONE

    def lines() -> list[str]:
        found = [
            line
            for each in documents
            for line in (f"{one_line(str(each['title']))}  ({one_line(str(each['path']))})",
                         f"    {one_line(str(each['snippet']))}")
        ]  # fmt: skip
        return found or [tr("Nothing was found.")]

    context.answer(None, lines)
    return DONE


def show(context: Context) -> int:
    """Show an article, by its path or id.

    Keys: id path title body tags owner source reviewed_at next_review_at created_at updated_at version facts.
    """
    article = context.means.store.articles.get(context.args.id)
    if article is None:
        raise NotFound(
            tr("There is no article {id}.", id=context.args.id),
            hint=tr("Give its path or id; “watchdesk kb search” finds them."),
            concerns=context.args.id,
        )
    context.answer(_document(article), lambda: _lines(article))
    return DONE


def _document(article: Article) -> dict[str, object]:
    return {
        "id": article.id, "path": article.path, "title": article.title, "body": article.body,
        "tags": list(article.tags), "owner": article.owner, "source": article.source,
        "reviewed_at": iso(article.reviewed_at), "next_review_at": iso(article.next_review_at),
        "created_at": iso(article.created_at), "updated_at": iso(article.updated_at), "version": article.version,
        "facts": article.facts,
    }  # fmt: skip


def _lines(article: Article) -> list[str]:
    head = f"{article.path}  version {article.version}, {local(article.updated_at)}"
    return [one_line(article.title), one_line(head), "", *plain(article.body).splitlines()]


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="QUERY", nargs="+", help="words to look for")
    parser.add_argument("--limit", metavar="N", type=at_least_0, default=USUAL_LIMIT, help="at most so many (50)")


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="path or id")


COMMANDS: Final = (
    Command("kb search", "Search articles", search, _search_arguments),
    Command("kb show", "Show an article", show, _show_arguments),
)
