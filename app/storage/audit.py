"""The audit trail: append-only, each row's SHA-256 taken over its content and the row before it.

A row that is changed, left out or put between breaks the chain from there on. (Whoever can rewrite the whole file can
rewrite the whole chain: it shows damage and tampering with single rows, no more.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from app.base.clock import Moment

COLUMNS: Final = 'seq, at, "by", action, concerns, detail, digest'
_LAST: Final = "SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1"
_INSERT: Final = f"INSERT INTO audit ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608


def append(
    connection: Connection, at: Moment, action: str, *, by: str, concerns: str, detail: Mapping[str, object]
) -> None:
    """Add a row behind the last one. Inside a write transaction only."""
    last = connection.exec_driver_sql(_LAST).fetchone()
    seq, previous = (last[0] + 1, last[1]) if last else (1, "")
    text = msgspec.json.encode(detail, order="sorted").decode() if detail else "{}"
    content = (seq, at, by, action, concerns, text)
    connection.exec_driver_sql(_INSERT, (*content, digest_of(previous, content)))


def digest_of(previous: str, content: tuple[Any, ...]) -> str:
    """The digest of a row: hex of SHA-256 over the one before and (seq, at, by, action, concerns, detail)."""
    return hashlib.sha256(previous.encode() + b"\n" + msgspec.json.encode(content)).hexdigest()


def first_break(rows: Iterable[tuple[Any, ...]]) -> int | None:
    """The seq of the first row that does not follow from the one before; None when the chain is whole.

    ``rows``: of ``COLUMNS``, by seq.
    """
    previous = ""
    for expected, row in enumerate(rows, start=1):
        *content, digest = row
        if content[0] != expected or digest != digest_of(previous, tuple(content)):
            return expected
        previous = digest
    return None
