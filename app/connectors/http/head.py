"""An answer's head, whole or none. The standard library takes a head that was cut off for a complete one: half a
challenge then reads as another way to sign in, and half an address as another place.
"""

from __future__ import annotations

import http.client
from typing import Any


class HalfHead(http.client.HTTPException):
    """The line ended before the head did."""


class WholeHead(http.client.HTTPResponse):
    """Raises HalfHead where the standard library would go on."""

    def begin(self) -> None:
        stream: Any = self.fp
        if stream is None:
            super().begin()
            return
        lines: Any = _Lines(stream)
        self.fp = lines  # reading a head takes lines alone
        try:
            super().begin()
        finally:
            if self.fp is lines:  # else it was closed on the way
                self.fp = stream
        if lines.last not in (b"\r\n", b"\n"):
            raise HalfHead


class _Lines:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self._stream.readline(limit)
        return self.last

    def close(self) -> None:
        self._stream.close()
