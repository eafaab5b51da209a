"""Articles from a folder of Markdown files, with or without facts at the top. One transaction for the whole folder.

An article's path is its file's place in the folder, ending and all, so that links stay right. Its title is the
one among its facts, else its first heading, else its file's name. Files that are no Markdown are counted and left;
links out of the folder are not followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from textwrap import shorten
from typing import Any, Final

import msgspec

from app.analysis.front_matter import split_front_matter
from app.base.clock import DAY, Moment
from app.base.errors import InputTrouble
from app.base.events import ARTICLES, EVERYTHING, CancelToken, Touched
from app.base.text import count, tr
from app.domain.article import Article
from app.ports import Unit
from app.usecases.article import BODY_LIMIT
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.summary import Aside, ImportSummary, Meter, Report
from app.usecases.work import Work

FORMAT: Final = "markdown"
IMPORTED_BY: Final = "import"
"""Who wrote the versions that come from files; a version by anybody else is a person's work."""

FILE_LIMIT: Final = 100_000
SIZE_LIMIT_BYTES: Final = 4 * BODY_LIMIT
TITLE_LIMIT: Final = 300
_ENDINGS: Final = (".html.md", ".md", ".markdown")
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$|^(\S.*)\n(?:=+|-{3,})[ \t]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_MARKS: Final = re.compile(r"[*`]|(?<!\w)_|_(?!\w)|\{#.*?\}|<[^>]*>")
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LENGTH: Final = re.compile(r"(\d{1,3})\s*(day|week|month|year)s?", re.IGNORECASE)
# A name made by a program tells a reader nothing; the text's beginning does.
_MADE_UP_NAME: Final = re.compile(r"[0-9a-fA-F]{8}[0-9a-fA-F-]{8,28}|\d+")
_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_TAG_FACTS: Final = ("tags", "categories", "keywords")
_REVIEWED_FACTS: Final = ("reviewed_at", "last_reviewed_on", "last_reviewed", "reviewed")
_NEXT_REVIEW_FACTS: Final = ("next_review_at", "next_review", "review_by", "review_on")


@dataclass(frozen=True, slots=True)
class Page:
    """What one file says. ``problem``: why its facts could not be read, or empty."""

    path: str
    title: str
    body: str
    tags: tuple[str, ...]
    owner: str | None
    reviewed_at: Moment | None
    next_review_at: Moment | None
    facts: Mapping[str, str]
    problem: str = ""


def import_articles(
    work: Work, folder: Path, *, source: str = "", cancel: CancelToken | None = None, report: Report | None = None
) -> ImportSummary:
    """Bring in a folder of Markdown. The same folder again changes nothing; a file that changed becomes the next
    version, unless a person edited the article here since: then it is left as it is, and counted as kept.

    Write lane. Raises InputTrouble, Cancelled and the store's EnvironmentTrouble; nothing is kept then.
    """
    cancel = cancel or CancelToken()
    meter = Meter(report, work.clock.monotonic)
    source = source or folder.resolve().name
    files, ignored = _files(folder)
    aside = Aside()
    pages = _pages(folder, files, aside, cancel)
    counts = dict.fromkeys(("added", "changed", "unchanged", "kept"), 0)
    problems = read = 0
    with work.store.write() as unit:
        for page in pages:
            cancel.check()
            read += 1
            problems += bool(page.problem)
            counts[_put(work, unit, page, source)] += 1
            meter.tell((read + aside.count) / len(files), read)
        wrote = bool(counts["added"] or counts["changed"])
        if wrote:
            unit.audit("article.import", by=work.me, concerns=folder.name, detail={**counts, "source": source})
    notes = (_problem_note(problems),) if problems else ()
    return ImportSummary(
        path=str(folder), format=FORMAT, source=source, read=read + aside.count,
        set_aside=tuple(aside.shown), set_aside_count=aside.count, ignored=ignored, notes=notes,
        duration_s=meter.elapsed_s, touched=Touched.of(ARTICLES, EVERYTHING if wrote else (), work.origin), **counts,
    )  # fmt: skip


def _problem_note(problems: int) -> str:
    what = count(problems, "page begins", "pages begin")
    return tr("{what} with facts that cannot be read; they stay in the text.", what=what)


def _files(folder: Path) -> tuple[list[Path], int]:
    """The Markdown files of a folder by path, and how many others there are."""
    if not folder.exists():
        raise InputTrouble("there is no such folder", path=str(folder))
    if not folder.is_dir():
        raise InputTrouble(
            "it is not a folder", path=str(folder), hint="Name the folder that holds the Markdown files."
        )
    found: list[Path] = []
    others = 0
    for path in _walk(folder):
        if _stem(path.name) is None:
            others += 1
        else:
            found.append(path)
        if len(found) + others > FILE_LIMIT:
            raise InputTrouble(
                f"it holds more than {FILE_LIMIT:,} files", path=str(folder), hint="Name a part of it."
            )
    if not found:
        raise InputTrouble("it holds no Markdown file", path=str(folder), hint="They end in .md or .markdown.")
    return sorted(found), others


def _walk(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise InputTrouble(f"{error.filename} cannot be read ({error.strerror})", path=str(folder))

    root = folder.resolve()
    for top, folders, names in os.walk(folder, onerror=refuse, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(top, name)
            # A link could name any file of this computer; only those that stay inside are the folder's own.
            if not name.startswith(".") and (not path.is_symlink() or path.resolve().is_relative_to(root)):
                yield path


def _stem(name: str) -> str | None:
    """A Markdown file's name without its endings; None when it is none."""
    lower = name.casefold()
    ending = next((ending for ending in _ENDINGS if lower.endswith(ending) and lower != ending), None)
    return None if ending is None else name[: -len(ending)]


def _pages(folder: Path, files: list[Path], aside: Aside, cancel: CancelToken) -> Iterator[Page]:
    for file in files:
        cancel.check()
        inside = file.relative_to(folder)
        try:
            page = read_page(inside.as_posix(), _text(file))
        except ValueError as error:
            aside.add(0, str(error), inside.as_posix())
            continue
        yield page


def _text(file: Path) -> str:
    try:
        if not file.is_file():
            raise ValueError("it is not a regular file")
        if file.stat().st_size > SIZE_LIMIT_BYTES:
            raise ValueError(f"it is longer than {BODY_LIMIT:,} characters")
        raw = file.read_bytes()
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from None
    if b"\0" in raw:
        raise ValueError("it holds binary bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8 text") from None
    if len(text) > BODY_LIMIT:
        raise ValueError(f"it is longer than {BODY_LIMIT:,} characters")
    return text.replace("\r\n", "\n")


def read_page(path: str, text: str) -> Page:
    """What a file's text says. Pure."""
    front = split_front_matter(text)
    facts = dict(front.values)
    title = _words(facts.pop("title", None)) or _first_heading(front.body) or _name_as_title(path, front.body)
    tags: list[str] = []
    for name in _TAG_FACTS:
        tags += _list(facts.pop(name, None))
    reviewed_at = _first_moment(facts, _REVIEWED_FACTS)
    next_review_at = _first_moment(facts, _NEXT_REVIEW_FACTS)
    if next_review_at is None and reviewed_at is not None:
        next_review_at = _later(reviewed_at, facts.get("review_in"))
    return Page(
        path=path,
        title=title[:TITLE_LIMIT],
        body=front.body.strip("\n"),
        tags=tuple(dict.fromkeys(tags)),
        owner=_words(facts.pop("owner", None)) or None,
        reviewed_at=reviewed_at,
        next_review_at=next_review_at,
        facts={name: text for name, text in ((name, _words(value)) for name, value in facts.items()) if text},
        problem=front.problem,
    )


def _words(value: Any) -> str:
    """A fact as one line of text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())


def _list(value: Any) -> list[str]:
    items = value if isinstance(value, list) else _words(value).split(",")
    words = (" ".join(_words(item).replace(",", " ").split()) for item in items)
    return [word for word in words if word]


def _first_heading(body: str) -> str:
    found = _HEADING.search(_FENCE.sub("", body))
    if found is None:
        return ""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", found[1] or found[2])).split())


def _name_as_title(path: str, body: str) -> str:
    name = path.rpartition("/")[2]
    name = _stem(name) or name
    if _MADE_UP_NAME.fullmatch(name) and body.strip():
        return shorten(_LINK.sub(r"\1", body), 80, placeholder=" …")
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:] or path


_READ_MOMENT: Final = MomentReader(UTC, ("iso",))


def _first_moment(facts: dict[str, Any], names: tuple[str, ...]) -> Moment | None:
    for name in names:
        try:
            found = _READ_MOMENT[_words(facts[name])]
        except (KeyError, ValueError):
            continue
        del facts[name]
        return found
    return None


def _later(at: Moment, length: object) -> Moment | None:
    found = _LENGTH.fullmatch(_words(length))
    return at + int(found[1]) * _DAYS[found[2].casefold()] * DAY if found else None


_FROM_PAGE: Final = ("title", "body", "tags", "owner", "reviewed_at", "next_review_at", "facts")


def _put(work: Work, unit: Unit, page: Page, source: str) -> str:
    """Write one page; says what became of it."""
    now_at = work.clock.now()
    values = {name: getattr(page, name) for name in _FROM_PAGE}
    before = unit.article(page.path)
    if before is None:
        article = Article(
            id=work.ids.new(), path=page.path, source=source, created_at=now_at, updated_at=now_at, **values
        )
        unit.put_article(article, IMPORTED_BY)
        return "added"
    after = msgspec.structs.replace(before, **values)
    if after == before:
        return "unchanged"
    newest = max(work.store.articles.versions(before.id), key=lambda version: version.version, default=None)
    if newest is not None and newest.by != IMPORTED_BY:
        return "kept"
    after = msgspec.structs.replace(after, version=before.version + 1, updated_at=now_at)
    unit.put_article(after, IMPORTED_BY)
    return "changed"
