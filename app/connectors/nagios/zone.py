"""How far a Nagios server's local time is from UTC at a moment that is not now. Pure.

cmd.cgi takes local times of the server and nothing tells its zone. But the JSON CGIs repeat each moment they are
given in that zone and in any format (``dateformat=%z``), so the server itself says what its clocks will show. Seen on
4.4.6, statusjson.cgi.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias

import msgspec

from app.base.clock import HOUR, SECOND, Moment
from app.base.errors import BadAnswer, Refused
from app.base.text import tr
from app.connectors.payload import decode_as

Offsets: TypeAlias = tuple[timedelta, timedelta]
"""Local time minus UTC at two moments."""

AskOffsets: TypeAlias = Callable[[Moment, Moment], Offsets]

_AROUND: Final = 3 * HOUR
"""No clock is put back or forth by more."""

_OFFSET: Final = re.compile(r"([+-])(\d\d)(\d\d)")


class _Selectors(msgspec.Struct, gc=False):
    starttime: str
    endtime: str


class _Told(msgspec.Struct, gc=False):
    selectors: _Selectors


class _Result(msgspec.Struct, gc=False):
    """Its moments are in the format asked for, too: they are not read."""

    type_code: int


class _Answer(msgspec.Struct, gc=False):
    result: _Result
    data: _Told


_ANSWER: Final = msgspec.json.Decoder(_Answer)


def question(first_at: Moment, last_at: Moment) -> dict[str, str | int]:
    """Parameters for statusjson.cgi: a count, which is small, between two moments."""
    return {
        "query": "commentcount", "commenttimefield": "entrytime", "dateformat": "%z",
        "starttime": first_at // 1000, "endtime": last_at // 1000,
    }  # fmt: skip


def offsets_told(body: bytes, name: str) -> Offsets:
    """The two offsets in the answer. Raises BadAnswer when they are not there."""
    answer = decode_as(body, _ANSWER, concerns=name)
    if answer.result.type_code != 0:
        raise BadAnswer(tr("{name} does not tell its time zone.", name=name), concerns=name)
    told = answer.data.selectors
    return _offset(told.starttime, name), _offset(told.endtime, name)


def _offset(text: str, name: str) -> timedelta:
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise BadAnswer(tr("{name} does not tell its time zone.", name=name), concerns=name)
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -size if found[1] == "-" else size


def offset_at(at: Moment, ask: AskOffsets, name: str) -> timedelta:
    """The server's offset at a moment. Raises Refused in the hour that its clocks show twice, as either could be
    meant by the time as it is written."""
    before, after = ask(at - _AROUND, at + _AROUND)
    if before == after:
        return before
    offset, _ = ask(at, at + SECOND)  # the CGI refuses a time range without a length
    put_back_ms = (before - after) // timedelta(milliseconds=1)
    if put_back_ms > 0:
        earlier, later = ask(at - put_back_ms, at + put_back_ms)
        if (offset, later) == (before, after) or (earlier, offset) == (before, after):
            raise Refused(
                tr("The clocks of {name} are put back then, and show this time twice.", name=name),
                hint=tr("Choose a start and an end outside that hour."),
            )
    return offset
