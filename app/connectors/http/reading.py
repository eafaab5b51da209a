"""An answer's body, unpacked and within its limits. What is not whole is an error, never half a body."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import requests
from urllib3 import HTTPResponse
from urllib3 import exceptions as foreign

from app.base.errors import BadAnswer, TimedOut
from app.base.text import tr
from app.connectors.answer import Kind
from app.connectors.http.fault import HALF, translate
from app.connectors.http.unpacking import ENCODINGS, Unpacking
from app.connectors.watch import Watch

_CHUNK_BYTES: Final = 64 * 1024
_REASON_BYTES: Final = 64 * 1024
"""No reason is longer; what is, is a page of a proxy."""
_FOREIGN: Final = (foreign.HTTPError, OSError, http.client.HTTPException, zlib.error)


def read_body(response: requests.Response, method: str, kind: Kind, name: str, watch: Watch) -> bytes:
    """The whole body. Raises BadAnswer (too large, a bomb, odd packing), TimedOut, Cancelled."""
    encoding = _encoding(response)
    if encoding not in ENCODINGS:
        raise _bad(name, tr("It is packed in a way that was not asked for."))
    try:
        body = _read_capped(response.raw, encoding, kind, name, watch)
    except _FOREIGN as error:
        trouble = translate(error, name, watch, has_answered=True)
    else:
        if body or _may_be_empty(response, method):
            return body
        trouble = TimedOut(tr(HALF, name=name), concerns=name)
    raise trouble  # outside the handler: a chained foreign text could hold the query


def read_reason(response: requests.Response, name: str, watch: Watch) -> bytes:
    """The body of a refusal; empty when it is long or cannot be read: the status alone tells enough then.
    Raises Cancelled."""
    encoding = _encoding(response)
    if encoding not in ENCODINGS:
        return b""
    pieces, size = list[bytes](), 0
    try:
        for piece in _pieces(response.raw, encoding, watch):
            pieces.append(piece)
            size += len(piece)
            if size > _REASON_BYTES:
                return b""
    except _FOREIGN as error:
        if watch.verdict != "cancelled":
            return b""
        trouble = translate(error, name, watch)
    else:
        return b"".join(pieces)
    raise trouble


def _encoding(response: requests.Response) -> str:
    return response.headers.get("Content-Encoding", "").strip().lower()


def _pieces(raw: HTTPResponse, encoding: str, watch: Watch) -> Iterator[bytes]:
    """The body, unpacked, a bounded piece at a time."""
    unpacking = Unpacking(encoding)
    while True:
        packed = raw.read1(_CHUNK_BYTES, decode_content=False)
        if watch.verdict:  # a line that was cut can look like a proper end
            raise foreign.ProtocolError("cut")
        if not packed:
            break
        yield from unpacking.pieces(packed, _CHUNK_BYTES)
    if not unpacking.is_whole():
        raise zlib.error("cut")


def _read_capped(raw: HTTPResponse, encoding: str, kind: Kind, name: str, watch: Watch) -> bytes:
    limits, size = kind.value, 0
    pieces: list[bytes] = []
    for piece in _pieces(raw, encoding, watch):
        pieces.append(piece)
        size += len(piece)
        if size > limits.size_bytes:
            raise _bad(name, tr("It is larger than {size} MB.", size=limits.size_bytes // 1_000_000))
        if size > limits.ratio_from_bytes and size > limits.ratio * max(1, raw.tell()):
            raise _bad(name, tr("It unpacks to far more than was sent."))
    return b"".join(pieces)


def _bad(name: str, detail: str) -> BadAnswer:
    return BadAnswer(tr("{name} gave an answer that cannot be used.", name=name), detail=detail, concerns=name)


def _may_be_empty(response: requests.Response, method: str) -> bool:
    """A head cut in the middle reads as a complete answer that names no length and has no body."""
    return (
        method == "HEAD"
        or response.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        or "Content-Length" in response.headers
        or "Transfer-Encoding" in response.headers
    )
