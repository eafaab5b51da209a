"""Writes a query tree as text that reads back as an equal tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from app.query.moment import write_length, write_offset, write_span
from app.query.tree import (
    And,
    Comparison,
    Is,
    Length,
    Match,
    Me,
    Node,
    Not,
    Number,
    Offset,
    Or,
    Pattern,
    Presence,
    Query,
    Sort,
    Span,
    Text,
    Truth,
    Value,
    Word,
)

_BARE = re.compile(r"\w[\w./+@#%&$~'-]*")
_KEYWORDS = {"and", "or", "not", "none", "any"}


def quoted(text: str) -> str:
    """The text as one literal value: bare where that reads back the same, else in quotes."""
    if _BARE.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _text(value: Text) -> str:
    return quoted(value.text)


def _pattern(value: Pattern) -> str:
    return value.text


def _number(value: Number) -> str:
    return str(value.number)


def _truth(value: Truth) -> str:
    return "yes" if value.truth else "no"


def _offset(value: Offset) -> str:
    return write_offset(value.offset_ms)


def _length(value: Length) -> str:
    return write_length(value.length_ms)


def _me(_value: Me) -> str:
    return "@me"


def _presence(value: Presence) -> str:
    return "any" if value.present else "none"


_VALUES: Mapping[type, Callable[..., str]] = {
    Text: _text, Pattern: _pattern, Number: _number, Truth: _truth, Span: write_span, Offset: _offset,
    Length: _length, Me: _me, Presence: _presence,
}  # fmt: skip


def write_value(value: Value) -> str:
    """A value as it stands after ``field:``."""
    return _VALUES[type(value)](value)


def _test(test: Comparison) -> str:
    return ("" if test.op == "=" else test.op) + write_value(test.value)


def _inner(node: Node) -> str:
    """A node where only a single term fits."""
    return f"({_node(node)})" if isinstance(node, And | Or) else _node(node)


def _node(node: Node) -> str:
    match node:
        case Word(value):
            return write_value(value)
        case Match(field, tests):
            return f"{field}:" + ",".join(map(_test, tests))
        case Is(flags):
            return "is:" + ",".join(flags)
        case Not(inner):
            return "-" + _inner(inner)
        case And(nodes):
            return " ".join(map(_inner, nodes))
        case Or(nodes):
            return " or ".join(f"({_node(node)})" if isinstance(node, Or) else _node(node) for node in nodes)


def _sort(sort: Sort) -> str:
    return ("-" if sort.descending else "") + sort.field


def to_text(query: Query) -> str:
    """The canonical text of a query."""
    parts = [_node(query.where)] if query.where is not None else []
    if query.sort:
        parts.append("sort:" + ",".join(map(_sort, query.sort)))
    # A directive joins a disjunction as if it stood alone: ``a or b sort:x`` orders both.
    return " ".join(parts)
