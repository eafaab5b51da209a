"""PNG and JPEG without what they tell beside the picture: place, camera, author, comments, thumbnails, tails."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_KEPT_CHUNKS: Final = frozenset([b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT"])
_KEPT_MARKERS: Final = frozenset(
    [0xDB, 0xC4, 0xDD, 0xEE, *(n for n in range(0xC0, 0xD0) if n not in (0xC4, 0xC8, 0xCC))]
)
"""Tables, frames, restarts, and Adobe's colour transform; no other application segment, no comment."""


def bare_image(raw: bytes) -> bytes | None:
    """The picture alone; None for what is no sound PNG or JPEG."""
    try:
        if raw.startswith(_PNG):
            return _PNG + b"".join(_chunks(raw))
        return b"\xff\xd8" + b"".join(_segments(raw)) if raw.startswith(b"\xff\xd8\xff") else None
    except (struct.error, IndexError, ValueError):
        return None


def _chunks(raw: bytes) -> Iterator[bytes]:
    place = len(_PNG)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">L4s", raw, place)
        end = place + 12 + length
        if end > len(raw):
            raise ValueError("a chunk is cut")
        if kind in _KEPT_CHUNKS:
            yield raw[place:end]
        place = end


def _segments(raw: bytes) -> Iterator[bytes]:
    place = 2
    while True:
        if raw[place] != 0xFF:
            raise ValueError("no marker")
        marker = raw[place + 1]
        if marker == 0xD9:
            yield raw[place : place + 2]
            return
        end = place + 2 + struct.unpack_from(">H", raw, place + 2)[0]
        if end > len(raw):
            raise ValueError("a segment is cut")
        if marker == 0xDA:
            scan_end = _scan_end(raw, end)
            yield raw[place:scan_end]
            end = scan_end
        elif marker in _KEPT_MARKERS:
            yield raw[place:end]
        place = end


def _scan_end(raw: bytes, place: int) -> int:
    """Where the picture's own bytes end: at a marker that is neither stuffing nor a restart."""
    while True:
        place = raw.index(b"\xff", place)
        if raw[place + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return place
        place += 1 if raw[place + 1] == 0xFF else 2
