"""Words about articles: days, crumbs, facts. Values only; local time, because they are for the person's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.base.clock import DAY, Moment, to_datetime
from app.base.text import one_line, tr
from app.domain.article import Article, ArticleVersion


def _local(at: Moment) -> datetime:
    return to_datetime(at).astimezone()


def day(at: Moment, now_at: Moment) -> str:
    """``2 Oct``, or ``2 Oct 2024`` when it is another year."""
    local = _local(at)
    text = f"{local.day} {local:%b}"
    return text if local.year == _local(now_at).year else f"{text} {local.year}"


def when(at: Moment, now_at: Moment) -> str:
    """``14:31`` today, else the day."""
    local = _local(at)
    return f"{local:%H:%M}" if local.date() == _local(now_at).date() else day(at, now_at)


def clock_text(at: Moment) -> str:
    """``14:31:52``."""
    return f"{_local(at):%H:%M:%S}"


def ago(at: Moment, now_at: Moment) -> str:
    """``today``, ``1 day ago``, ``41 days ago``."""
    days = (now_at - at) // DAY
    if days < 1:
        return tr("today")
    return tr("1 day ago") if days == 1 else tr("{n} days ago", n=days)


def crumbs(path: str) -> tuple[str, ...]:
    """The folders of an article, from the top."""
    return tuple(part for part in path.split("/")[:-1] if part)


def folder_of(path: str) -> str:
    """The folder of an article's path; empty at the top."""
    return path.rpartition("/")[0]


def is_overdue(article: Article, now_at: Moment) -> bool:
    """Whether its review should have been by now."""
    return article.next_review_at is not None and article.next_review_at < now_at


def review_words(article: Article, now_at: Moment) -> str:
    """The next review and, when it is overdue, since how long."""
    if article.next_review_at is None:
        return ""
    text = day(article.next_review_at, now_at)
    if not is_overdue(article, now_at):
        return text
    return tr("{day}, overdue", day=text)


def facts_line(article: Article, now_at: Moment) -> list[str]:
    """What stands under the title, most telling first."""
    said = [one_line(article.owner)] if article.owner else []
    if article.reviewed_at is not None:
        said.append(tr("Reviewed {day}", day=day(article.reviewed_at, now_at)))
    said.append(tr("Updated {day}", day=day(article.updated_at, now_at)))
    said.append(tr("Version {n}", n=article.version))
    return said


def facts(article: Article, now_at: Moment) -> list[tuple[str, str]]:
    """Label and value of every known fact; front matter last, by its own names."""
    rows = [
        (tr("Owner"), article.owner or ""),
        (tr("Reviewed"), _with_age(article.reviewed_at, now_at)),
        (tr("Next review"), review_words(article, now_at)),
        (tr("Updated"), _with_age(article.updated_at, now_at)),
        (tr("Version"), str(article.version)),
        (tr("Tags"), ", ".join(article.tags)),
        (tr("Source"), article.source or ""),
        (tr("Path"), article.path),
    ]
    others = [(name.replace("_", " ").capitalize(), value) for name, value in sorted(article.facts.items())]
    return [(one_line(label), one_line(value)) for label, value in rows + others if value]


def _with_age(at: Moment | None, now_at: Moment) -> str:
    if at is None:
        return ""
    return f"{day(at, now_at)}, {ago(at, now_at)}"


def who_saved(versions: Sequence[ArticleVersion], version: int) -> str:
    """Who saved a version; empty when it is not known."""
    return next((one_line(saved.by) for saved in versions if saved.version == version), "")
