"""A list of the JSON CGIs as its members, never decoded in one go: a large one would hold the interpreter for long.

The CGIs lay their answers out in one way (4.4.6, cgi/jsonutils.c): members of a list begin at six blanks. A raw line
break cannot stand inside a JSON string, so a break with the right indent is a border between two members, and an
answer is cut there into pieces of some dozen members. What is laid out otherwise is split as a whole: slower, the
same result. Either way every byte is looked at: a cut, doubled or half answer is a BadAnswer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from app.base.errors import BadAnswer
from app.base.text import one_line, tr
from app.connectors.nagios.bounds import At, Count
from app.connectors.payload import decode, decode_as, iter_raw

PIECE_BYTES: Final = 96 * 1024
"""About 60 services: some 0.3 ms to decode."""

SLICE: Final = 50
_SMALL_BYTES: Final = 512 * 1024
_BORDER: Final = b"\n      },\n"
_LAST: Final = b"\n      }\n"
_CLOSED: Final = len(_LAST) - 1
_RESULT: Final = re.compile(rb'"result"\s*:\s*\{')

T = TypeVar("T")
Breathe = Callable[[], object]


class Head(msgspec.Struct, frozen=True, gc=False):
    """The ``result`` member. Moments in ms by the server's clock."""

    type_code: Count
    program_start: At = 0
    last_data_update: At = 0
    message: str = ""
    type_text: str = ""


class _Answer(msgspec.Struct, gc=False):
    result: Head


_HEAD: Final = msgspec.json.Decoder(_Answer)


def read_head(body: bytes, member: str, name: str) -> Head:
    """The answer's head. A CGI reports its own errors with status 200, and some of them with two ``result`` members,
    of which a parser would keep the last. Raises BadAnswer."""
    frame = _frame(body, member)
    short = body if frame is None else body[: frame[0]] + b"}}}"
    if len(short) <= _SMALL_BYTES:
        value = decode(short, concerns=name, unique_keys=True)
        if frame is not None and member not in value.get("data", {}):
            raise _refusal(tr("the list is not where it belongs"), name)
    elif len(_RESULT.findall(body)) > 1:
        raise _refusal("", name)
    head = decode_as(short, _HEAD, concerns=name).result
    if head.type_code != 0:
        raise _refusal(head.message or head.type_text, name)
    return head


def _refusal(said: str, name: str) -> BadAnswer:
    return BadAnswer(
        tr("{name} refused the request.", name=name),
        detail=tr("It said: {text}.", text=one_line(said)) if said else tr("It answered twice in one."),
        concerns=name,
    )


def members(body: bytes, member: str, kind: type[T], name: str, breathe: Breathe) -> Iterator[tuple[str, T]]:
    """The members of ``data.MEMBER`` in their order, each of the type ``kind``. Raises BadAnswer."""
    one, many = _decoders(kind)  # type: ignore[arg-type]  # a type is hashable
    frame = _frame(body, member)
    if frame is None:
        for number, (key, raw) in enumerate(iter_raw(body, ("data", member), concerns=name)):
            if not number % SLICE:
                breathe()
            yield key, decode_as(raw, one, concerns=name)
        return
    for piece in _pieces(body, *frame):
        breathe()
        yield from decode_as(piece, many, concerns=name).items()


@lru_cache(maxsize=16)
def _decoders(kind: type[T]) -> tuple[msgspec.json.Decoder[T], msgspec.json.Decoder[dict[str, T]]]:
    many: Any = dict[str, kind]  # type: ignore[valid-type]
    return msgspec.json.Decoder(kind), msgspec.json.Decoder(many)


def _frame(body: bytes, member: str) -> tuple[int, int] | None:
    """Where the members begin and end in the CGIs' own layout; None in any other, or when there are none."""
    opening = b'"' + member.encode() + b'": {\n'
    begin, last = body.find(opening), body.rfind(_LAST)
    if begin < 0 or last < begin or body[last + _CLOSED :].split() != [b"}", b"}", b"}"]:
        return None
    return begin + len(opening), last + _CLOSED


def _pieces(body: bytes, begin: int, end: int) -> Iterator[bytes]:
    while begin < end:
        border = body.find(_BORDER, begin + PIECE_BYTES, end)
        stop = end if border < 0 else border + len(_BORDER) - 2
        yield b"{" + body[begin:stop] + b"}"
        begin = stop + 2 if border >= 0 else end
