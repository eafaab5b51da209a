"""What can stand at the cursor of a query that is being typed. Works on incomplete text; raises nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.base.text import tr
from app.query.printer import quoted
from app.query.scan import (
    AND,
    CLOSE,
    COMMA,
    COMPARE,
    FIELD,
    NOT,
    OPEN,
    OPEN_PHRASE,
    OPEN_PHRASE_VALUE,
    OR,
    PHRASE,
    PHRASE_VALUE,
    VALUE,
    WORD,
    Piece,
    scan,
)
from app.query.schema import Field, FieldType, Schema

MOST = 30

Values = Callable[[str, str], Sequence[str]]
"""(attribute of a field, prefix) -> values that are in use, best first."""


class Completion(NamedTuple):
    """Put ``text`` in place of ``start`` to ``end``. ``kind``: ``field flag value joining sort``."""

    text: str
    start: int
    end: int
    kind: str
    help: str


class _Place(NamedTuple):
    """Where the cursor stands: in a value of ``field`` or (empty) at a term; ``prefix`` is what is typed so far.

    ``op``: the comparison before the value. ``taken``: the field's other values, which need no second offer.
    """

    field: str
    prefix: str
    start: int
    end: int
    after_term: bool = False
    op: str = ""
    taken: frozenset[str] = frozenset()


def complete(text: str, cursor: int, schema: Schema, values: Values) -> list[Completion]:
    """What fits at the cursor, best first, at most ``MOST``. ``values`` is asked only for fields with free values."""
    place = _place(scan(text), cursor)
    found: list[Completion] = []
    for offer in _offers(place, schema, values):
        if offer not in found and offer.text.strip('"').lower() not in place.taken:
            found.append(offer)
        if len(found) == MOST:
            break
    return found


def _offers(place: _Place, schema: Schema, values: Values) -> Iterator[Completion]:
    if not place.field:
        return _terms(place, schema)
    if place.field == "is":
        return _flags(place, schema)
    if place.field == "sort":
        return _sorts(place, schema)
    field = schema.fields_by_name.get(place.field)
    return _values(place, field, values) if field else iter(())


def _place(pieces: Sequence[Piece], cursor: int) -> _Place:
    """The token that the cursor is in or directly behind decides."""
    before = [piece for piece in pieces if piece.start < cursor]
    last = before[-1] if before else None
    if last is None or (last.end < cursor and last.kind not in {OPEN_PHRASE, OPEN_PHRASE_VALUE}):
        return _Place("", "", cursor, cursor, last is not None and last.kind not in {AND, OR, NOT, OPEN})
    if last.kind in {VALUE, PHRASE_VALUE, OPEN_PHRASE_VALUE}:
        typed = last.text if last.kind != VALUE else last.text[: cursor - last.start]
        return _value_place(before[:-1], typed, last.start, last.end)
    if last.kind in {COMPARE, COMMA} or (last.kind == FIELD and cursor == last.end):
        return _value_place(before, "", last.end, last.end)
    if last.kind in {WORD, AND, OR, FIELD} and cursor <= last.end:
        joining = len(before) > 1 and before[-2].kind not in {AND, OR, NOT, OPEN}
        return _Place("", last.text[: cursor - last.start], last.start, last.end, joining)
    # Nothing completes a free phrase: what would stand in it is not known.
    after = last.kind in {PHRASE, CLOSE}
    return _Place("" if last.kind != OPEN_PHRASE else "\0", "", cursor, cursor, after)


def _value_place(before: Sequence[Piece], typed: str, start: int, end: int) -> _Place:
    """The place of a value, by the tokens before it."""
    at = max(index for index, piece in enumerate(before) if piece.kind == FIELD)
    taken = frozenset(piece.text.lower() for piece in before[at + 1 :] if piece.kind in {VALUE, PHRASE_VALUE})
    op = before[-1].text if before[-1].kind == COMPARE else ""
    return _Place(before[at].text.lower(), typed, start, end, op=op, taken=taken)


def _terms(place: _Place, schema: Schema) -> Iterator[Completion]:
    prefix, start, end = place.prefix.lower(), place.start, place.end
    for name, field in _named(schema.fields):
        if name.startswith(prefix) and (name == field.name or prefix):
            yield Completion(f"{field.name}:", start, end, "field", tr(field.help))
    if "is".startswith(prefix) and schema.flags:
        yield Completion("is:", start, end, "field", tr("What it is, such as is:{flag}", flag=schema.flags[0].name))
    if "sort".startswith(prefix):
        yield Completion("sort:", start, end, "field", tr("Order of the list"))
    for flag in schema.flags if prefix else ():
        if flag.name.startswith(prefix):
            yield Completion(f"is:{flag.name}", start, end, "flag", tr(flag.help))
    for word, help_text in (("or", tr("Either side")), ("and", tr("Both sides"))):
        if place.after_term and word.startswith(prefix):
            yield Completion(word, start, end, "joining", help_text)
    if "not".startswith(prefix):
        yield Completion("not", start, end, "joining", tr("The opposite of what follows"))


def _named(fields: Sequence[Field]) -> Iterator[tuple[str, Field]]:
    """Names before aliases."""
    yield from ((field.name, field) for field in fields)
    yield from ((alias, field) for field in fields for alias in field.aliases)


def _flags(place: _Place, schema: Schema) -> Iterator[Completion]:
    for name, flag in schema.flags_by_name.items():
        if name.startswith(place.prefix.lower()) and (name == flag.name or place.prefix):
            yield Completion(flag.name, place.start, place.end, "flag", tr(flag.help))


def _sorts(place: _Place, schema: Schema) -> Iterator[Completion]:
    sign = "-" if place.prefix.startswith("-") else ""
    prefix = place.prefix.removeprefix("-").lower()
    for name, field in _named(schema.fields):
        if field.sortable and name.startswith(prefix) and (name == field.name or prefix):
            yield Completion(sign + field.name, place.start, place.end, "sort", tr(field.help))


def _time_hints(field: Field) -> tuple[tuple[str, str], ...]:
    if field.type is FieldType.AGE:
        return (
            (">1h", tr("longer than an hour")),
            ("<1h", tr("less than an hour")),
            (">1d", tr("longer than a day")),
        )
    if field.ahead:
        return (("<now", tr("in the past")), ("<2h", tr("within two hours")), ("<1d", tr("within a day")))
    return ((">-2h", tr("in the last two hours")), (">-1d", tr("in the last day")), (">7d", tr("over a week ago")))


def _known(field: Field, op: str) -> Iterator[tuple[str, str]]:
    """Values that are known without asking the store, with their help."""
    if field.type in {FieldType.TIME, FieldType.AGE} and op:
        yield from ((text.lstrip("<>"), "") for text, _help in _time_hints(field))
    elif field.type in {FieldType.TIME, FieldType.AGE}:
        yield from _time_hints(field)
    elif field.type is FieldType.FLAG:
        yield from (("yes", ""), ("no", ""))
    yield from ((value if value == "@me" else quoted(value), "") for value in field.values)


def _values(place: _Place, field: Field, values: Values) -> Iterator[Completion]:
    prefix = place.prefix.lower()
    for text, help_text in _known(field, place.op):
        if text.strip('"').startswith(prefix):
            yield Completion(text, place.start, place.end, "value", help_text)
    if field.type in {FieldType.TEXT, FieldType.LIST}:
        for value in values(field.reads, place.prefix):
            if value:
                yield Completion(quoted(value), place.start, place.end, "value", "")
    for text, help_text in (("none", tr("nothing there")), ("any", tr("anything there"))):
        if not place.op and text.startswith(prefix):
            yield Completion(text, place.start, place.end, "value", help_text)
