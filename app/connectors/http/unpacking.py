"""Unpacking of gzip and deflate, piece by piece: never more memory than asked for, and its end is checked. The
library's own takes a packing that was cut off for a complete one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

ENCODINGS: Final = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
_PACKED: Final = ENCODINGS - {"", "identity"}
_ANY_HEADER: Final = zlib.MAX_WBITS | 32
_NO_HEADER: Final = -zlib.MAX_WBITS
_GZIP: Final = b"\x1f\x8b"


class Unpacking:
    """One body. ``encoding``: one of ``ENCODINGS``."""

    def __init__(self, encoding: str) -> None:
        self._is_packed = encoding in _PACKED
        self._may_lack_header = encoding == "deflate"
        self._stream = zlib.decompressobj(_ANY_HEADER)
        self._has_begun = False

    def pieces(self, packed: bytes, size: int) -> Iterator[bytes]:
        """What this much of the body unpacks to, at most ``size`` bytes at a time. Raises zlib.error."""
        if not self._is_packed:
            yield packed
            return
        while True:
            if self._stream.eof:
                if not packed.startswith(_GZIP):
                    return  # nothing, or padding after the end, as some servers send
                self._stream = zlib.decompressobj(_ANY_HEADER)
            piece = self._unpacked(packed, size)
            packed = self._stream.unconsumed_tail or self._stream.unused_data
            if piece:
                yield piece
            elif not packed:
                return

    def is_whole(self) -> bool:
        """Whether the packing ended as it must; a body without a byte is none."""
        return not self._is_packed or not self._has_begun or self._stream.eof

    def _unpacked(self, packed: bytes, size: int) -> bytes:
        first, self._has_begun = not self._has_begun, True
        try:
            return self._stream.decompress(packed, size)
        except zlib.error:
            if not (first and self._may_lack_header):
                raise
        self._stream = zlib.decompressobj(_NO_HEADER)  # "deflate" is sent in two ways
        return self._stream.decompress(packed, size)
