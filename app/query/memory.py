"""Carries a query out on rows in memory: any objects that have the schema's attributes.

Lists are tuples of text, moments ints, and an attribute may be None. Compiling is cheap; the compiled function is
pure and may be used on any lane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeAlias

from app.query.fold import fold, glob, globs, has
from app.query.lowering import plan_of
from app.query.plan import (
    Contains,
    Equals,
    Every,
    FreeText,
    Given,
    IsTrue,
    Leaf,
    Matches,
    OneOf,
    Opposite,
    Plan,
    Range,
    Some,
)
from app.query.schema import BEHIND, Field, FieldType, Schema
from app.query.tree import Env, Query, Sort

Test: TypeAlias = Callable[[Any], bool]
Getter: TypeAlias = Callable[[Any], Any]
Getters: TypeAlias = Mapping[str, Getter]
"""How to read attributes that rows do not carry themselves, such as ``stale`` of a health row."""


def compile_memory(query: Query, schema: Schema, env: Env, getters: Getters | None = None) -> Test:
    """A function that says whether a row matches. ``now`` and ``@me`` are those of ``env``, fixed."""
    return _compile(plan_of(query, schema, env), getters or {})


def _compile(plan: Plan, getters: Getters) -> Test:
    match plan:
        case Every(plans):
            return _every([_compile(inner, getters) for inner in plans])
        case Some(plans):
            return _some([_compile(inner, getters) for inner in plans])
        case Opposite(leaf):
            test = _leaf(leaf, getters)
            return lambda row: not test(row)
    return _leaf(plan, getters)


def _every(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda row: first(row) and second(row)

    def every(row: Any) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests
            if not test(row):
                return False
        return True

    return every


def _some(tests: list[Test]) -> Test:
    def some(row: Any) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests
            if test(row):
                return True
        return False

    return some


def _leaf(leaf: Leaf, getters: Getters) -> Test:
    match leaf:
        case FreeText(_word, tests):
            return _some([_leaf(test, getters) for test in tests])
        case _:
            get = getters.get(leaf.attribute) or attrgetter(leaf.attribute)
            test = _value_test(leaf)
            return lambda row: test(get(row))


def _value_test(leaf: Range | OneOf | IsTrue | Equals | Contains | Matches | Given) -> Callable[[Any], bool]:
    match leaf:
        case Range(_, low, high):
            return _range(low, high)
        case OneOf(_, values):
            return frozenset(values).__contains__
        case IsTrue(_, truth):
            return lambda value: value is not None and bool(value) is truth
        case Given(_, is_text):
            return bool if is_text else lambda value: value is not None
        case Equals(_, text, is_list):
            return _text_test(lambda value: value is not None and fold(value) == text, is_list)
        case Contains(_, text, is_list):
            return _text_test(lambda value: has(text, value), is_list)
        case Matches(_, pattern, is_list):
            glob(pattern)
            return _text_test(lambda value: globs(pattern, value), is_list)


def _text_test(test: Callable[[str | None], bool], is_list: bool) -> Callable[[Any], bool]:
    return (lambda items: any(map(test, items or ()))) if is_list else test


def _range(low: int | None, high: int | None) -> Callable[[Any], bool]:
    if low is None:
        return lambda value: value is not None and value < high
    if high is None:
        return lambda value: value is not None and value >= low
    return lambda value: value is not None and low <= value < high


# --- order ------------------------------------------------------------------------------------------------


class _Downwards:
    """Turns the order of a text around."""

    __slots__ = ("key",)

    def __init__(self, key: Any) -> None:
        self.key = key

    def __lt__(self, other: _Downwards) -> bool:
        return bool(other.key < self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Downwards) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def sort_key(query: Query, schema: Schema, getters: Getters | None = None) -> Callable[[Any], Any]:
    """A key for ``sorted``: the query's order or the schema's, missing values last, ties by ``id``.

    Text goes by code points of its folded form; an enum by the rank of its values, unknown ones after them.
    """
    read = getters or {}
    keys = [_key(sort, schema.fields_by_name[sort.field], read) for sort in query.sort or schema.default_sort]
    keys.append(read.get("id") or attrgetter("id"))
    return lambda row: tuple([key(row) for key in keys])


def _key(sort: Sort, field: Field, getters: Getters) -> Getter:
    get = _ordered_by(field, getters)
    comparable = _comparable(field)
    # A longer age is an earlier moment.
    descending = sort.descending is not (field.type is FieldType.AGE)

    def key(row: Any) -> tuple[bool, Any]:
        value = get(row)
        if value is None or value == "":
            return (True, 0)
        value = comparable(value)
        return (False, _Downwards(value) if descending else value)

    return key


def _ordered_by(field: Field, getters: Getters) -> Getter:
    get = getters.get(field.reads) or attrgetter(field.reads)
    if field.behind is None:
        return get
    attribute, values = field.behind
    stands = getters.get(attribute) or attrgetter(attribute)
    put_off = {value: rank * BEHIND for rank, value in enumerate(values, 1)}

    def later(row: Any) -> int | None:
        at = get(row)
        return None if at is None else at + put_off.get(stands(row), 0)

    return later


def _comparable(field: Field) -> Callable[[Any], Any]:
    if field.type in {FieldType.INT, FieldType.TIME, FieldType.AGE, FieldType.FLAG}:
        return int
    if field.type is FieldType.ENUM:
        ranks = {value: rank for rank, value in enumerate(field.values)}
        return lambda value: ranks.get(value, len(ranks))
    return (lambda value: (len(fold(value)), fold(value))) if field.natural else fold
