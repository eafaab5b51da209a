"""What a query asks of a row, reduced to a few plain tests: the meaning that all evaluations share.

Fields have become attributes, flags their definitions, values folded text or ranges of integers, now and me are
filled in, and negation stands only at single tests. An evaluation carries out these tests and adds no meaning.
A test on a missing value (None, and for text and lists also the empty one) is false before negation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Range:
    """An integer from ``low`` (inside) to ``high`` (outside); None is unbounded."""

    attribute: str
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly one of these texts."""

    attribute: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsTrue:
    """A yes-or-no attribute that has this value."""

    attribute: str
    truth: bool


@dataclass(frozen=True, slots=True)
class Equals:
    """The folded text, or one item of the list, is this."""

    attribute: str
    text: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Contains:
    """The folded text, or one item of the list, contains this."""

    attribute: str
    text: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """The folded text, or one item of the list, matches this pattern."""

    attribute: str
    pattern: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """There is a value. ``is_text``: the empty text (or list) counts as none."""

    attribute: str
    is_text: bool


@dataclass(frozen=True, slots=True)
class FreeText:
    """A free word, as typed; ``tests`` is what it means unless an evaluation has a better way to search."""

    word: str
    tests: tuple[Contains | Matches, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """Not this test."""

    test: Range | OneOf | IsTrue | Equals | Contains | Matches | Given | FreeText


@dataclass(frozen=True, slots=True)
class Every:
    """All of these; of none: true."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these; of none: false."""

    plans: tuple[Plan, ...]


Leaf: TypeAlias = Range | OneOf | IsTrue | Equals | Contains | Matches | Given | FreeText
Plan: TypeAlias = Leaf | Opposite | Every | Some
