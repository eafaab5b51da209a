"""The grammar: which order of tokens is a query. Knows no field and no value.

The parser is lark's LALR (no recursion, linear), built on first use (some 15 ms) and kept; lark is not imported
before that, so that importing the query language costs a start nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.base.text import tr
from app.query.error import QueryError
from app.query.scan import AND, CLOSE, COMMA, COMPARE, FIELD, NOT, OPEN, OR, Piece

if TYPE_CHECKING:
    from lark import Lark, Tree

GRAMMAR = """
start: _any_of?
_any_of: any_of
any_of: all_of (OR all_of)*
all_of: _term (AND? _term)*
_term: negation | group | match | word
negation: NOT _term
group: OPEN any_of CLOSE
match: FIELD test (COMMA test)*
test: COMPARE? (VALUE | PHRASE_VALUE)
word: WORD | PHRASE
%declare FIELD COMPARE VALUE PHRASE_VALUE COMMA WORD PHRASE AND OR NOT OPEN CLOSE
"""


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark, Token
    from lark.lexer import Lexer

    class PieceLexer(Lexer):
        """Hands on what ``scan`` found; a token's value is its piece's index."""

        def __init__(self, _lexer_conf: object) -> None:
            pass

        def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]
            for index, piece in enumerate(data):
                yield Token(piece.kind, str(index), index)

    return Lark(GRAMMAR, parser="lalr", lexer=PieceLexer)


def read_structure(pieces: Sequence[Piece], text_length: int) -> Tree[Any]:
    """The bare structure; leaves are tokens whose text is the index of their piece. Raises QueryError."""
    from lark.exceptions import UnexpectedToken

    try:
        return _parser().parse(pieces)
    except UnexpectedToken as error:
        index = len(pieces) if error.token.type == "$END" else int(error.token)
        raise _explained(pieces, index, text_length) from None


def _explained(pieces: Sequence[Piece], index: int, text_length: int) -> QueryError:
    """Why the token at this index cannot stand there."""
    before = pieces[index - 1] if index else None
    here = pieces[index] if index < len(pieces) else None
    if before is not None and before.kind in {FIELD, COMPARE, COMMA}:
        field = next(piece for piece in reversed(pieces[:index]) if piece.kind == FIELD)
        return QueryError(
            tr("“{field}:” needs a value.", field=field.text), field.start, before.end,
            tr("Write it without a blank, such as {field}:value.", field=field.text),
        )  # fmt: skip
    if before is not None and before.kind in {AND, OR, NOT}:
        return QueryError(tr("Something is missing after “{word}”.", word=before.text), before.start, before.end)
    if here is not None and here.kind in {AND, OR}:
        hint = tr("To search for the word itself, put it in quotes.")
        return QueryError(tr("Something is missing before “{word}”.", word=here.text), here.start, here.end, hint)
    if before is not None and here is not None and before.kind == OPEN and here.kind == CLOSE:
        return QueryError(tr("These parentheses hold nothing."), before.start, here.end)
    if here is not None:
        return QueryError(tr("“{word}” cannot stand here.", word=here.text), here.start, here.end)
    return QueryError(tr("The query ends too early."), text_length, text_length)
