"""Finding by a few typed letters: which of some labels are meant, how well, and which letters matched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """``score``: lower is better. ``spans``: (start, end) of the matched letters in the label."""

    item: T
    score: tuple[int, int]
    spans: tuple[tuple[int, int], ...]


def find(typed: str, items: Iterable[T], label: Callable[[T], str], *, limit: int = 50) -> list[Found[T]]:
    """The items whose label has every typed word, best first: at its start, at a word's start, inside a word."""
    words = typed.casefold().split()
    found = []
    for item in items:
        match = _match(words, label(item))
        if match is not None:
            found.append(Found(item, *match))
    found.sort(key=lambda each: each.score)
    return found[:limit]


def _match(words: list[str], label: str) -> tuple[tuple[int, int], tuple[tuple[int, int], ...]] | None:
    # Positions in the folded text are positions in the label only while folding keeps the length.
    folded = label.casefold() if len(label.casefold()) == len(label) else label.lower()
    spans: list[tuple[int, int]] = []
    rank = 0
    for word in words:
        at = _place(folded, word)
        if at < 0:
            return None
        spans.append((at, at + len(word)))
        rank += 0 if at == 0 else 1 if not folded[at - 1].isalnum() else 2
    return (rank, len(label)), tuple(sorted(spans))


def _place(text: str, word: str) -> int:
    """Where the word stands: at the start of a word when it can, else anywhere; -1 when nowhere."""
    at = first = text.find(word)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(word, at + 1)
    return at if at >= 0 else first
