"""Reads a query's text into a tree by a schema: names and values checked, faults shown at their characters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.base.text import plain, tr
from app.query.error import QueryError
from app.query.grammar import read_structure
from app.query.scan import (
    CLOSE,
    COMMA,
    COMPARE,
    ERROR,
    FIELD,
    NOT,
    OPEN,
    OPEN_PHRASE,
    OPEN_PHRASE_VALUE,
    PHRASE,
    VALUE,
    Piece,
    scan,
)
from app.query.schema import Field, Schema
from app.query.tree import Comparison, Is, Match, Node, Not, Pattern, Query, Sort, Text, Word, all_of, any_of
from app.query.value import has_wildcard, read_test, suggestion

if TYPE_CHECKING:
    from lark import Tree

MOST_CHARACTERS = 4_000
MOST_DEPTH = 64


@lru_cache(maxsize=256)
def parse(text: str, schema: Schema) -> Query:
    """The query that a text states. Raises QueryError and nothing else, in time linear in the text.

    At most ``MOST_CHARACTERS`` long and ``MOST_DEPTH`` deep. Results are kept, so asking again is free.
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            tr("The query is too long: {count} characters.", count=len(text)), MOST_CHARACTERS, len(text),
            tr("At most {most} are read.", most=MOST_CHARACTERS),
        )  # fmt: skip
    pieces = scan(text)
    _refuse_unreadable(pieces)
    _refuse_depth(pieces)
    rest, sort = _without_sort(pieces, schema)
    structure = read_structure(rest, len(text))
    where = _Reader(rest, schema).node(structure.children[0]) if structure.children else None
    return Query(where, sort)


def parse_sort(text: str, schema: Schema) -> tuple[Sort, ...]:
    """The order that ``-updated,number`` states (without ``sort:``). Raises QueryError; spans are of this text."""
    sorts: list[Sort] = []
    at = 0
    for item in text.split(","):
        start = at + len(item) - len(item.lstrip())
        name = item.strip()
        sorts.append(_read_sort(Piece(VALUE, name, start, start + len(name)), schema))
        at += len(item) + 1
    return _distinct(sorts)


def _refuse_unreadable(pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        if piece.kind in {OPEN_PHRASE, OPEN_PHRASE_VALUE}:
            message = tr("A quote is opened here and never closed.")
            raise QueryError(message, piece.start, piece.end, tr("Add a closing quote."))
        if piece.kind == ERROR:
            message = tr("{character} cannot be part of a query.", character=plain(piece.text))
            raise QueryError(message, piece.start, piece.end, tr("Delete this character."))
        if piece.kind == PHRASE and not piece.text:
            raise QueryError(tr("These quotes hold nothing."), piece.start, piece.end, tr("Write a word in them."))


def _refuse_depth(pieces: Sequence[Piece]) -> None:
    """Parentheses that do not pair, and nesting (parentheses and negations) beyond the limit."""
    opened: list[tuple[Piece, int]] = []
    depth = 0
    base = 0
    for piece in pieces:
        if piece.kind == NOT:
            depth += 1
        elif piece.kind == OPEN:
            opened.append((piece, base))
            depth = base = depth + 1
        elif piece.kind == CLOSE:
            if not opened:
                message = tr("This closing parenthesis has no opening one.")
                raise QueryError(message, piece.start, piece.end, tr("Delete it, or open one before it."))
            depth = base = opened.pop()[1]
        else:
            depth = base
        if depth > MOST_DEPTH:
            message = tr("The query is nested more than {most} deep.", most=MOST_DEPTH)
            raise QueryError(message, piece.start, piece.end, tr("Take out some parentheses."))
    if opened:
        piece = opened[-1][0]
        message = tr("A parenthesis is opened here and never closed.")
        raise QueryError(message, piece.start, piece.end, tr("Add a closing parenthesis."))


def _without_sort(pieces: Sequence[Piece], schema: Schema) -> tuple[list[Piece], tuple[Sort, ...]]:
    """Takes out ``sort:``, which is no condition and may stand anywhere at the top."""
    rest: list[Piece] = []
    sorts: list[Sort] = []
    depth = index = 0
    while index < len(pieces):
        piece = pieces[index]
        depth += (piece.kind == OPEN) - (piece.kind == CLOSE)
        index += 1
        if piece.kind != FIELD or piece.text.lower() != "sort":
            rest.append(piece)
            continue
        if depth or (rest and rest[-1].kind == NOT):
            message = tr("“sort:” orders the whole list, so it cannot stand inside a part of the query.")
            raise QueryError(message, piece.start, piece.end, tr("Move it to the end."))
        keys, index = _take_values(pieces, index, piece)
        sorts.extend(_read_sort(key, schema) for key in keys)
    return rest, _distinct(sorts)


def _take_values(pieces: Sequence[Piece], index: int, field: Piece) -> tuple[list[Piece], int]:
    """The plain values after a field, with the index after them."""
    values: list[Piece] = []
    last = field
    while index < len(pieces) and pieces[index].kind == VALUE:
        last = pieces[index]
        values.append(last)
        index += 1
        if index == len(pieces) or pieces[index].kind != COMMA:
            return values, index
        last = pieces[index]
        index += 1
    raise QueryError(
        tr("“{field}:” needs a value.", field=field.text), field.start, last.end,
        tr("Write it without a blank, such as {field}:value.", field=field.text),
    )  # fmt: skip


def _read_sort(piece: Piece, schema: Schema) -> Sort:
    name = piece.text.removeprefix("-")
    field = schema.fields_by_name.get(name.lower())
    if field is None or not field.sortable:
        known = [item.name for item in schema.fields if item.sortable]
        message = tr("Nothing is sorted by “{name}”.", name=plain(name))
        raise QueryError(message, piece.start, piece.end, suggestion(name if field is None else "", known))
    return Sort(field.name, piece.text.startswith("-"))


def _distinct(sorts: list[Sort]) -> tuple[Sort, ...]:
    """The first word on each field counts."""
    return tuple(
        {sort.field: sort for sort in reversed(sorts)}[name] for name in dict.fromkeys(s.field for s in sorts)
    )


class _Reader:
    """Walks the bare structure, at most MOST_DEPTH deep, and makes the tree."""

    def __init__(self, pieces: Sequence[Piece], schema: Schema) -> None:
        self._pieces = pieces
        self._schema = schema

    def node(self, tree: Tree[Any]) -> Node:
        match tree.data:
            case "any_of":
                return any_of(*(self.node(child) for child in tree.children if _is_tree(child)))
            case "all_of":
                node = all_of(*(self.node(child) for child in tree.children if _is_tree(child)))
                assert node is not None
                return node
            case "negation":
                return Not(self.node(tree.children[-1]))
            case "group":
                return self.node(tree.children[1])
            case "match":
                return self._match(tree)
        return self._word(self._piece(tree.children[0]))

    def _piece(self, token: object) -> Piece:
        return self._pieces[int(str(token))]

    def _word(self, piece: Piece) -> Node:
        if piece.kind != PHRASE and has_wildcard(piece.text) and not any(mark in piece.text for mark in ",:"):
            return Word(Pattern(piece.text))
        return Word(Text(piece.text))

    def _match(self, tree: Tree[Any]) -> Node:
        name = self._piece(tree.children[0])
        tests = [[self._piece(leaf) for leaf in child.children] for child in tree.children if _is_tree(child)]
        if name.text.lower() == "is":
            return Is(tuple(dict.fromkeys(self._flag(test[-1], test[:-1]) for test in tests)))
        field = self._field(name)
        return Match(field.name, tuple(dict.fromkeys(self._test(field, test) for test in tests)))

    def _test(self, field: Field, pieces: list[Piece]) -> Comparison:
        compare = pieces[0] if pieces[0].kind == COMPARE else None
        return read_test(field, compare, pieces[-1])

    def _field(self, piece: Piece) -> Field:
        field = self._schema.fields_by_name.get(piece.text.lower())
        if field is None:
            known = [item.name for item in self._schema.fields]
            hint = suggestion(piece.text, known) + " " + tr("To search for the text itself, put it in quotes.")
            message = tr("There is no field “{name}” here.", name=plain(piece.text))
            raise QueryError(message, piece.start, piece.start + len(piece.text), hint)
        return field

    def _flag(self, piece: Piece, compare: list[Piece]) -> str:
        flag = self._schema.flags_by_name.get(piece.text.lower())
        if flag is None or compare:
            known = [item.name for item in self._schema.flags]
            message = tr("“is:{name}” means nothing here.", name=plain(piece.text))
            start = compare[0].start if compare else piece.start
            raise QueryError(message, start, piece.end, suggestion(piece.text, known))
        return flag.name


def _is_tree(child: object) -> bool:
    return hasattr(child, "data")
