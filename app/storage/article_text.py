"""The full text of articles: what is indexed, how words become a query, how hits are ranked.

Names as alerts carry them (``KubePodCrashLooping``, ``node_disk.full-soon``) are found by their parts: underscores,
dots and dashes separate words for the tokenizer already; the parts of camel case go into a column of their own.
"""

from __future__ import annotations

import re
from typing import Final

from app.domain.article import Article

WEIGHTS: Final = (6.0, 2.0, 1.0, 4.0, 1.0)
"""Of title, headings, body, path, parts; the order of the columns of ``article_text``."""

BODY_COLUMN: Final = 2
TERMS: Final = 64
"""More words than these of one query say nothing new and cost time."""

_WORD: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_HEADING: Final = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$|^(.+)\n(?:=+|-{3,})[ \t]*$")
_PREFIX_WORDS: Final = 3
_SHORTEST_BEGINNING: Final = 2
_SHORTEST_STEM: Final = 5
_LONGEST_ENDING: Final = 3
_STOP: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "can",
        "do",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "more",
        "no",
        "not",
        "of",
        "on",
        "or",
        "over",
        "than",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "while",
        "will",
        "with",
        "within",
        "you",
        "your",
    ]
)


def indexed(article: Article) -> tuple[str, ...]:
    """The columns of ``article_text``."""
    headings = "\n".join(first or second for first, second in _HEADING.findall(article.body))
    names = f"{article.title}\n{article.path}"
    path = f"{article.path} {' '.join(parts_of(names))} {' '.join(article.tags)}"
    return article.title, headings, article.body, path, " ".join(parts_of(article.body))


def parts_of(text: str) -> list[str]:
    """The parts of the camel case words of a text."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts = _CAMEL.findall(word)
        if len(parts) > 1:
            found.extend(parts)
    return found


def match_expression(text: str) -> str:
    """An FTS5 expression for any text: its words and their parts, any of which may be there. Empty: nothing to find.

    The last word of a short text also counts as a beginning: somebody may still be typing it.
    """
    words = _WORD.findall(text)
    terms = dict.fromkeys(word.lower() for word in (*words, *parts_of(text)))
    telling = [term for term in terms if term not in _STOP] or list(terms)
    wanted = [f'"{term}"' for term in telling[:TERMS]]
    if words and len(words) <= _PREFIX_WORDS and text[-1:].isalnum():
        wanted.extend(_beginning(words[-1].lower()))
    return " OR ".join(wanted)


def _beginning(word: str) -> list[str]:
    """What finds the words that begin so. The index holds stems, and the stem of what somebody has in mind may be
    shorter than what is typed already: ``escalat`` is on its way from ``escal`` to ``escalate``."""
    if len(word) < _SHORTEST_BEGINNING:
        return []
    shorter = [word[:-cut] for cut in range(1, _LONGEST_ENDING + 1) if len(word) - cut >= _SHORTEST_STEM]
    return [f'"{word}" *', *(f'"{stem}"' for stem in shorter)]
