"""A query as a tree of plain values: what was asked, with fields by their proper names and values typed.

Only ``app.query.reader`` builds trees from text; anybody may build them directly. Meaning is two-valued: a test on a
missing value (None, empty text, empty list) is false, and negation turns exactly that around, so ``-team:x`` is true
where the team is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TypeAlias

from app.base.clock import Moment


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text."""

    text: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text with wildcards ``*`` and ``?``; free of blanks, quotes, commas and parentheses."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number."""

    number: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes or no."""

    truth: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time as written: a year, month, day, minute, second or millisecond; the end is outside.

    ``is_local``: written without a zone; start and end are then what a clock on the wall shows, told as if it stood
    in UTC, and ``app.query.wall.moments`` says when that is for the person who asks.
    """

    start_at: Moment
    end_at: Moment
    is_local: bool = False


@dataclass(frozen=True, slots=True)
class Offset:
    """A moment relative to now, in ms: ``-2h`` is before, ``now`` is 0."""

    offset_ms: int


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in ms, not negative: how long ago, or how long until for fields that lie ahead."""

    length_ms: int


@dataclass(frozen=True, slots=True)
class Me:
    """The person who asks."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether there is a value at all: ``any`` or ``none``."""

    present: bool


Value: TypeAlias = Text | Pattern | Number | Truth | Span | Offset | Length | Me | Presence

OPERATORS = ("=", "<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison. ``op``: one of ``OPERATORS``; only numbers and times take others than ``=``."""

    op: str
    value: Value


@dataclass(frozen=True, slots=True)
class Word:
    """Free text that must be found in one of the schema's text fields."""

    value: Text | Pattern


@dataclass(frozen=True, slots=True)
class Match:
    """A field that passes at least one of the tests."""

    field: str
    tests: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """At least one of the flags is set."""

    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more; none of them is an ``And``."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of two or more; none of them is an ``Or``."""

    nodes: tuple[Node, ...]


Node: TypeAlias = Word | Match | Is | Not | And | Or


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by a field. Missing values come last in either direction; ties go by id, ascending."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """``where``: None matches everything. ``sort``: empty means the schema's own order."""

    where: Node | None = None
    sort: tuple[Sort, ...] = ()


@dataclass(frozen=True, slots=True)
class Env:
    """What a query's words ``now`` and ``@me`` and its dates mean. An empty ``me`` is nobody.

    ``zone``: whose days and hours are meant where a date states no zone.
    """

    now_at: Moment
    me: str = ""
    zone: tzinfo = UTC


def all_of(*nodes: Node | None) -> Node | None:
    """The conjunction in canonical form; None for no condition."""
    flat: list[Node] = []
    for node in nodes:
        if node is not None:
            flat.extend(node.nodes if isinstance(node, And) else (node,))
    return And(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def any_of(*nodes: Node) -> Node:
    """The disjunction in canonical form, of at least one."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, Or) else (node,))
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


def joined(*queries: Query) -> Query:
    """Rows that all of the queries match, in the order of the last query that states one."""
    sort = next((query.sort for query in reversed(queries) if query.sort), ())
    return Query(all_of(*(query.where for query in queries)), sort)
