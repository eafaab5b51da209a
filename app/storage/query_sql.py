"""Compiles a query to SQLAlchemy Core: the same plan that memory evaluates, so that both give the same rows.

Plain comparisons (enums, numbers, times, flags) become bare comparisons of columns that an index can serve, enum
values and flags as literals so that a partial index is recognised, moments and texts as bound values. Text compares
through functions that ``register`` adds to each SQLite connection; they are ``app.query.fold``'s own.

Columns: a list of text is kept in one text column with ``\\x1f`` around each item (``app.query.fold.join_list``).
Beside a text column there may be a ``folded_name`` one, which holds ``folded`` of it: whole values, presence and
order are then asked of that one, which an index can serve.
A condition may be NULL instead of false; use it in WHERE or inside CASE WHEN, never under NOT.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    LargeBinary,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    nulls_last,
    or_,
    true,
    type_coerce,
)

from app.query.fold import LIST_SEPARATOR, fold, globs, has, split_list
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

Columns: TypeAlias = Mapping[str, ColumnElement[Any]]
Condition: TypeAlias = ColumnElement[bool]
WordSearch: TypeAlias = Callable[[str], Condition | None]
"""Another way to search a free word (as typed, may hold ``*`` and ``?``); None: search it the plain way.
Its condition must never be NULL."""


def folded_name(attribute: str) -> str:
    """The column that holds an attribute's text without case."""
    return f"{attribute}_folded"


def folded(text: str | None) -> str | None:
    """What stands in that column: the folded text, NULL for a missing or empty one."""
    return fold(text) if text else None


def register(connection: sqlite3.Connection) -> None:
    """Add the comparing functions to a connection; once for each, before the first query."""
    for name, count, function in (
        ("wd_fold", 1, _sql_fold),
        ("wd_has", 2, has),
        ("wd_glob", 2, globs),
        ("wd_glob_list", 2, _globs_list),
    ):
        connection.create_function(name, count, function, deterministic=True)


def _sql_fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _globs_list(pattern: str, joined: str | None) -> bool:
    return any(globs(pattern, item) for item in split_list(joined))


def compile_sql(
    query: Query, schema: Schema, columns: Columns, env: Env, search: WordSearch | None = None
) -> Condition:
    """The WHERE condition of a query. ``columns``: by the attribute that the schema's fields and flags read.

    Raises KeyError for an attribute that has no column: a fault of the caller's, not of the query.
    """
    return _compile(plan_of(query, schema, env), columns, search)


def _compile(plan: Plan, columns: Columns, search: WordSearch | None) -> Condition:
    match plan:
        case Every(plans):
            return and_(true(), *(_compile(inner, columns, search) for inner in plans))
        case Some(plans):
            return or_(false(), *(_compile(inner, columns, search) for inner in plans))
        case Opposite(leaf):
            return _opposite(leaf, columns, search)
    return _leaf(plan, columns, search)


def _opposite(leaf: Leaf, columns: Columns, search: WordSearch | None) -> Condition:
    """Not the test, and true where the value is missing."""
    inverse = ~_leaf(leaf, columns, search)
    if isinstance(leaf, FreeText | Given):
        return inverse
    column = columns[leaf.attribute]
    if isinstance(leaf, Equals):
        column = _folded_column(leaf, columns, column)
    return or_(column.is_(None), inverse) if getattr(column, "nullable", True) else inverse


def _leaf(leaf: Leaf, columns: Columns, search: WordSearch | None) -> Condition:
    if isinstance(leaf, FreeText):
        found = search(leaf.word) if search else None
        return or_(*(_leaf(test, columns, search) for test in leaf.tests)) if found is None else found
    column = columns[leaf.attribute]
    match leaf:
        case Range(_, low, high):
            return _range(column, low, high)
        case OneOf(_, values):
            return _one_of(column, values)
        case IsTrue(_, truth):
            return type_coerce(column, Integer) == _literal(int(truth), Integer())
        case Given(attribute, is_text):
            if (kept := columns.get(folded_name(attribute))) is not None:
                return kept.is_not(None)
            return and_(column.is_not(None), column != _literal("", String())) if is_text else column.is_not(None)
        case Equals(_, text, is_list):
            item = f"{LIST_SEPARATOR}{text}{LIST_SEPARATOR}"
            if (kept := _folded_column(leaf, columns, column)) is not column:
                return kept == text
            return _holds("wd_has", item, column) if is_list else _same_text(_text(column), text)
        case Contains(_, text, _):
            return _holds("wd_has", text, column)
        case Matches(_, pattern, is_list):
            return _holds("wd_glob_list" if is_list else "wd_glob", pattern, column)


def _folded_column(leaf: Equals, columns: Columns, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column to compare a whole text with; no folded one tells an empty text from a missing one."""
    return columns.get(folded_name(leaf.attribute), column) if leaf.text else column


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """The column as stored, whatever type the table gives it."""
    return type_coerce(column, String)


def _same_text(column: ColumnElement[str], folded: str) -> Condition:
    """Equal but for case. Python folds only what has characters beyond ASCII; SQLite compares the rest by itself."""
    is_wide = func.length(column) != func.length(cast(column, LargeBinary))
    wide = and_(is_wide, func.wd_fold(column) == folded)
    if not (folded.isascii() and folded.isprintable()):
        return wide if folded.isprintable() else func.wd_fold(column) == folded
    return or_(column.collate("NOCASE") == folded, wide)


def _holds(function: str, argument: str, column: ColumnElement[Any]) -> Condition:
    call: Condition = getattr(func, function)(argument, _text(column), type_=Boolean())
    return call


def _literal(value: object, type_: Any) -> ColumnElement[Any]:
    """Written into the statement when it runs. Only for values of our own, never for what a person typed."""
    return bindparam(None, value, type_=type_, literal_execute=True)


def _one_of(column: ColumnElement[Any], values: tuple[str, ...]) -> Condition:
    if len(values) == 1:
        return column == _literal(values[0], String())
    return column.in_(bindparam(None, list(values), type_=String(), expanding=True, literal_execute=True))


def _range(column: ColumnElement[Any], low: int | None, high: int | None) -> Condition:
    if low is not None and high == low + 1:
        return column == low
    parts = [] if low is None else [column >= low]
    if high is not None:
        parts.append(column < high)
    return and_(*parts)


# --- order ------------------------------------------------------------------------------------------------


def order_by(query: Query, schema: Schema, columns: Columns) -> list[ColumnElement[Any]]:
    """The ORDER BY of a query, or the schema's own: missing values last, ties by the column ``id``."""
    order: list[ColumnElement[Any]] = []
    for sort in query.sort or schema.default_sort:
        field = schema.fields_by_name[sort.field]
        order.extend(_directed(key, sort, field) for key in _keys(field, columns))
    return [*order, columns["id"].asc()]


def _directed(key: ColumnElement[Any], sort: Sort, field: Field) -> ColumnElement[Any]:
    # A longer age is an earlier moment.
    if sort.descending is not (field.type is FieldType.AGE):
        # SQLite puts NULL last here by itself, and an index serves only what it does by itself.
        return key.desc()
    return nulls_last(key.asc()) if getattr(key, "nullable", True) else key.asc()


def put_off(field: Field, columns: Columns) -> ColumnElement[Any]:
    """What a field with ``behind`` is ordered by; an index must be spelled by this too, to serve that order."""
    column = columns[field.reads]
    if field.behind is None:
        return column
    attribute, values = field.behind
    ranks = [
        (columns[attribute] == _literal(value, String()), _literal(rank * BEHIND, Integer()))
        for rank, value in enumerate(values, 1)
    ]
    return column + case(*ranks, else_=_literal(0, Integer()))


def _keys(field: Field, columns: Columns) -> list[ColumnElement[Any]]:
    column = columns[field.reads]
    if field.behind is not None:
        return [put_off(field, columns)]
    if field.comparable or field.type is FieldType.FLAG:
        return [column]
    text = func.nullif(_text(column), "")
    if field.type is FieldType.ENUM:
        ranks = [(column == value, rank) for rank, value in enumerate(field.values)]
        return [case((text.is_(None), None), *ranks, else_=len(ranks))]
    kept = columns.get(folded_name(field.reads))
    compared = func.wd_fold(text) if kept is None else kept
    return [func.length(compared), compared] if field.natural else [compared]
