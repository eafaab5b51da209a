"""Reads one value of a field by the field's type. Refuses with the sentence that the person sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.base.text import plain, tr
from app.query.error import QueryError
from app.query.fold import fold, glob
from app.query.moment import read_length, read_offset, read_span
from app.query.scan import PHRASE_VALUE, Piece
from app.query.schema import Field, FieldType
from app.query.tree import Comparison, Length, Me, Number, Offset, Pattern, Presence, Span, Text, Truth, Value

_PRESENCE = {"any": Presence(True), "none": Presence(False)}
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_MOST = 2**53
MOST_SHOWN = 12
_ISSUE = {
    FieldType.INT: ("“{value}” is not a whole number.", "Write {field}:3 or {field}:<=2."),
    FieldType.TIME: (
        "“{value}” is neither a date nor a length of time.",
        "Write {field}:2016-03-31, {field}:>-2h or {field}:>1d.",
    ),
    FieldType.AGE: ("“{value}” is not a length of time.", "Write {field}:>2h; the units are s, m, h, d and w."),
    FieldType.FLAG: ("“{value}” is neither yes nor no.", "Write {field}:yes or {field}:no."),
}


def nearest(word: str, known: list[str]) -> str:
    """The known word most like this one; empty when none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower()[:40], known, n=1, cutoff=0.6)
    return near[0] if near else ""


def suggestion(word: str, known: list[str]) -> str:
    """A hint: the nearest known word, or what there is."""
    near = nearest(word, known)
    if near:
        return tr("Did you mean “{word}”?", word=near)
    shown = ", ".join(known[:MOST_SHOWN]) + (" …" if len(known) > MOST_SHOWN else "")
    return tr("There is: {words}.", words=shown)


def has_wildcard(text: str) -> bool:
    return "*" in text or "?" in text


def _read_text(piece: Piece, _field: Field) -> Value | None:
    if piece.kind == PHRASE_VALUE:
        return Text(piece.text)
    if piece.text.lower() == "@me":
        return Me()
    return Pattern(piece.text) if has_wildcard(piece.text) else Text(piece.text)


def _read_enum(piece: Piece, field: Field) -> Value | None:
    folded = fold(piece.text)
    if folded in field.values:
        return Text(folded)
    if piece.kind != PHRASE_VALUE and has_wildcard(folded) and any(map(glob(folded), field.values)):
        return Pattern(folded)
    raise QueryError(
        tr("“{value}” is not a {field}.", value=plain(piece.text), field=field.name.replace("_", " ")),
        piece.start, piece.end, suggestion(folded, list(field.values)),
    )  # fmt: skip


def _read_int(piece: Piece, _field: Field) -> Value | None:
    text = piece.text
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 17):
        return None
    return Number(int(text)) if abs(int(text)) <= _MOST else None


def _read_time(piece: Piece, _field: Field) -> Value | None:
    return read_span(piece.text) or read_offset(piece.text) or read_length(piece.text)


def _read_age(piece: Piece, _field: Field) -> Value | None:
    return read_length(piece.text)


def _read_flag(piece: Piece, _field: Field) -> Value | None:
    truth = _TRUTH.get(piece.text.lower())
    return None if truth is None else Truth(truth)


_READERS: Mapping[FieldType, Callable[[Piece, Field], Value | None]] = {
    FieldType.TEXT: _read_text, FieldType.PROSE: _read_text, FieldType.LIST: _read_text, FieldType.ENUM: _read_enum,
    FieldType.INT: _read_int, FieldType.TIME: _read_time, FieldType.AGE: _read_age, FieldType.FLAG: _read_flag,
}  # fmt: skip


def read_test(field: Field, compare: Piece | None, piece: Piece) -> Comparison:
    """A test of this field. Raises QueryError at the piece at fault."""
    op = compare.text if compare else "="
    if compare and op != "=" and not field.comparable:
        raise QueryError(
            tr("“{field}” has no order, so “{op}” cannot be used with it.", field=field.name, op=op),
            compare.start, compare.end, tr("Leave out “{op}”.", op=op),
        )  # fmt: skip
    if not piece.text:
        raise QueryError(
            tr("The quotes after “{field}:” hold nothing.", field=field.name), piece.start, piece.end,
            tr("Write {field}:none for what has no {field}.", field=field.name),
        )  # fmt: skip
    if piece.kind != PHRASE_VALUE and piece.text.lower() in _PRESENCE:
        return _presence(op, compare, piece)
    value = _READERS[field.type](piece, field)
    if value is None:
        message, hint = _ISSUE[field.type]
        shown = plain(piece.text)
        raise QueryError(tr(message, value=shown), piece.start, piece.end, tr(hint, field=field.name))
    return Comparison(_plain_op(op, value), value)


def _presence(op: str, compare: Piece | None, piece: Piece) -> Comparison:
    if compare and op != "=":
        raise QueryError(
            tr("“{word}” cannot be compared with “{op}”.", word=piece.text.lower(), op=op), compare.start, piece.end,
            tr("Leave out “{op}”.", op=op),
        )  # fmt: skip
    return Comparison("=", _PRESENCE[piece.text.lower()])


def _plain_op(op: str, value: Value) -> str:
    """What a relative time without ``<`` or ``>`` means: within that length, since or until that moment.

    A moment is never exactly that, so plain equality would always be a mistake.
    """
    if op != "=":
        return op
    match value:
        case Length():
            return "<="
        case Offset(offset_ms):
            return ">=" if offset_ms < 0 else "<="
        case Text() | Pattern() | Number() | Truth() | Span() | Me() | Presence():
            return op
