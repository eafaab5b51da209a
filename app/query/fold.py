"""How text is compared: folding and wildcards. Every evaluation of a query uses these functions and no other.

A store registers them with its database (``app.storage.query_sql.register``), so that memory and SQL agree to the
character. Nothing here may depend on a locale or on the database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

LIST_SEPARATOR = "\x1f"
"""Stands around each item of a list kept in one text column: ``\\x1fa\\x1fb\\x1f``."""


def fold(text: str) -> str:
    """Text without case: NFC of the full Unicode case folding of the NFC form; accents count."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _regex(segment: str) -> re.Pattern[str]:
    """A star-less piece; without repetition, so it never backtracks."""
    return re.compile(".".join(map(re.escape, segment.split("?"))), re.DOTALL)


def _finder(segment: str) -> Callable[[str, int], int]:
    """Finds a star-less piece from an index on; -1 when it is not there. ``?`` stands for one character."""
    if "?" not in segment:
        return lambda text, start: text.find(segment, start)
    search = _regex(segment).search

    def find(text: str, start: int) -> int:
        found = search(text, start)
        return found.start() if found else -1

    return find


def _fitter(segment: str) -> Callable[[str, int], bool]:
    """Whether a star-less piece stands exactly at an index."""
    if "?" not in segment:
        return lambda text, start: text.startswith(segment, start)
    match = _regex(segment).match
    return lambda text, start: match(text, start) is not None


@lru_cache(maxsize=512)
def glob(pattern: str) -> Callable[[str], bool]:
    """A matcher of a whole folded text by a folded pattern: ``*`` any characters, ``?`` one.

    Takes each piece between stars at its first place and never goes back, so that a hostile pattern costs
    at most (length of pattern) x (length of text).
    """
    head, *rest = pattern.split("*")
    if not rest:
        whole = _fitter(pattern)
        return lambda text: len(text) == len(pattern) and whole(text, 0)
    tail = rest.pop()
    starts, ends, before_tail = _fitter(head), _fitter(tail), -len(tail)
    inner = [(_finder(piece), len(piece)) for piece in rest if piece]
    shortest = len(head) + len(tail) + sum(length for _find, length in inner)

    def matches(text: str) -> bool:
        end = len(text) + before_tail
        if len(text) < shortest or not starts(text, 0) or not ends(text, end):
            return False
        at = len(head)
        for find, length in inner:
            at = find(text, at)
            if at < 0 or at + length > end:
                return False
            at += length
        return at <= end

    return matches


def globs(pattern: str, text: str | None) -> bool:
    """Whether a text (any case) matches a folded pattern. Missing text, None or empty, matches nothing."""
    return glob(pattern)(fold(text)) if text else False


def has(needle: str, text: str | None) -> bool:
    """Whether a text (any case) contains a folded needle."""
    return text is not None and needle in fold(text)


def join_list(items: tuple[str, ...]) -> str:
    """The one-column form of a list; empty for an empty list. Items must be free of the separator."""
    return LIST_SEPARATOR + LIST_SEPARATOR.join(items) + LIST_SEPARATOR if items else ""


def split_list(text: str | None) -> tuple[str, ...]:
    """The items of a list from its one-column form."""
    return tuple(text[1:-1].split(LIST_SEPARATOR)) if text else ()
