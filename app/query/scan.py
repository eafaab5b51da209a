"""Cuts a query's text into tokens: the one place that knows what characters mean.

The grammar, the completion and the colouring all stand on it. It takes any text and raises nothing; what cannot be
read becomes a token of kind ERROR. After ``field:`` come values; a blank ends them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from app.query.schema import Schema

FIELD: Final = "FIELD"
COMPARE: Final = "COMPARE"
VALUE: Final = "VALUE"
PHRASE_VALUE: Final = "PHRASE_VALUE"
COMMA: Final = "COMMA"
WORD: Final = "WORD"
PHRASE: Final = "PHRASE"
AND: Final = "AND"
OR: Final = "OR"
NOT: Final = "NOT"
OPEN: Final = "OPEN"
CLOSE: Final = "CLOSE"
ERROR: Final = "ERROR"
OPEN_PHRASE: Final = "OPEN_PHRASE"
OPEN_PHRASE_VALUE: Final = "OPEN_PHRASE_VALUE"


class Piece(NamedTuple):
    """A token: ``text`` as meant (a field without its colon, a phrase without quotes), ``start`` to ``end`` in the
    query's text."""

    kind: str
    text: str
    start: int
    end: int


class Token(NamedTuple):
    """For colouring. ``role``: ``field value word joining error``."""

    start: int
    end: int
    role: str


_JOINING = {"and": AND, "or": OR, "not": NOT}
_FIELD = re.compile(r"([^\W\d]\w*):(?!//)")
_WORD = re.compile(r'[^\s()"]+')
_VALUE = re.compile(r'[^\s()",]+')
_COMPARE = re.compile(r"[<>]=?|=")
_PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)("?)', re.DOTALL)
_BLANK = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BLANK_CONTROLS = "\t\n\r"


def _is_unreadable(char: str) -> bool:
    """Characters that no store can keep in a text, or that mean something inside it."""
    return unicodedata.category(char) in {"Cc", "Cs"} and char not in _BLANK_CONTROLS


def _phrase(text: str, at: int, closed: str, opened: str) -> Piece:
    found = _PHRASE.match(text, at)
    assert found is not None
    return Piece(closed if found[2] else opened, _ESCAPE.sub(r"\1", found[1]), at, found.end())


def _term(text: str, at: int) -> Piece:
    """The token that starts here where a term may start."""
    char = text[at]
    if char in "()":
        return Piece(OPEN if char == "(" else CLOSE, char, at, at + 1)
    if char == '"':
        return _phrase(text, at, PHRASE, OPEN_PHRASE)
    if char == "-" and not text[at + 1 : at + 2].isspace() and at + 1 < len(text):
        return Piece(NOT, char, at, at + 1)
    if found := _FIELD.match(text, at):
        return Piece(FIELD, found[1], at, found.end())
    found = _WORD.match(text, at)
    assert found is not None
    return Piece(_JOINING.get(found[0].lower(), WORD), found[0], at, found.end())


def _values(text: str, at: int) -> Iterator[Piece]:
    """The tokens after a field's colon, up to the first that is none of a value's."""
    while True:
        if found := _COMPARE.match(text, at):
            yield Piece(COMPARE, found[0], at, found.end())
            at = found.end()
        if text[at : at + 1] == '"':
            piece = _phrase(text, at, PHRASE_VALUE, OPEN_PHRASE_VALUE)
            yield piece
            at = piece.end
        elif found := _VALUE.match(text, at):
            yield Piece(VALUE, found[0], at, found.end())
            at = found.end()
        if text[at : at + 1] != ",":
            return
        yield Piece(COMMA, ",", at, at + 1)
        at += 1


def scan(text: str) -> list[Piece]:
    """All tokens in order; blanks are left out. Linear in the text."""
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        piece = _term(text, at)
        pieces.append(piece)
        if piece.kind == FIELD:
            pieces.extend(_values(text, piece.end))
        at = pieces[-1].end
    return [_checked(piece, text) for piece in pieces]


def _checked(piece: Piece, text: str) -> Piece:
    raw = text[piece.start : piece.end]
    if raw.isprintable():
        return piece
    for at, char in enumerate(raw, piece.start):
        if _is_unreadable(char):
            return Piece(ERROR, char, at, at + 1)
    return piece


_ROLES: Final = {
    FIELD: "field", COMPARE: "joining", VALUE: "value", PHRASE_VALUE: "value", COMMA: "joining", WORD: "word",
    PHRASE: "word", AND: "joining", OR: "joining", NOT: "joining", OPEN: "joining", CLOSE: "joining",
    ERROR: "error", OPEN_PHRASE: "error", OPEN_PHRASE_VALUE: "error",
}  # fmt: skip


def tokens(text: str, schema: Schema | None = None) -> list[Token]:
    """The roles of a query's characters, in order, for colouring; with a schema, unknown fields are errors."""
    found = []
    for piece in scan(text):
        role = _ROLES[piece.kind]
        if schema is not None and piece.kind == FIELD and not _is_known(piece.text, schema):
            role = "error"
        found.append(Token(piece.start, piece.end, role))
    return found


def _is_known(name: str, schema: Schema) -> bool:
    return name.lower() in {"is", "sort"} or name.lower() in schema.fields_by_name
