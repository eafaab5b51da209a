"""The ZIP around a bag, read so that every byte is accounted for: headers twice, no gaps, no overlaps, no extras.

    [local header + part] * n, directory, end record with the seal

Knows nothing of bags. The seal, a comment with the SHA-256 of the directory, finds a byte that was flipped where
ZIP itself repeats nothing; an archive packed by another tool has none and is read by the same bounds.
Not supported and refused: ZIP64, encryption, extra fields, streamed sizes, any method but stored and deflate.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from app.analysis.incident.form import (
    LARGEST_BYTES,
    LARGEST_RATIO,
    MOST_PARTS,
    RATIO_FROM_BYTES,
    name_fault,
    same_name,
)
from app.base.errors import NotSound
from app.base.text import one_line, tr

MODE: Final = 0o100600 << 16
"""What our writer says of each part: a plain file of its owner."""
STORED: Final = 0
DEFLATED: Final = 8
_WHOLE: Final = "the file"
_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s4B4H3L5H2L")
_LOCAL: Final = struct.Struct("<4s2B4H3L2H")
_SEAL: Final = b"watchdesk incident seal sha256="
_LARGEST_DIRECTORY: Final = 4_000_000
_CHUNK: Final = 1 << 18
_UTF8: Final = 0x800


@dataclass(frozen=True, slots=True)
class Member:
    """One part of an archive: where its bytes lie and what they are said to be."""

    name: str
    raw_name: bytes
    method: int
    flags: int
    stamp: tuple[int, int, int]
    crc: int
    packed_bytes: int
    size_bytes: int
    header_offset: int

    @property
    def offset(self) -> int:
        return self.header_offset + _LOCAL.size + len(self.raw_name)


def seal_of(directory: bytes) -> bytes:
    """The comment that our archives end with."""
    return _SEAL + hashlib.sha256(directory).hexdigest().encode()


def read_directory(file: BinaryIO) -> tuple[Member, ...]:
    """The parts in the order of their bytes. Raises NotSound, naming the part."""
    size = file.seek(0, os.SEEK_END)
    count, start, directory, seal = _end_record(file, size)
    members = sorted(_entries(directory, count), key=lambda member: member.header_offset)
    if seal and seal != seal_of(directory):
        raise NotSound(tr("its directory is not the one that was written"), path=_WHOLE)
    _check_names(members)
    _check_sizes(members)
    _check_places(file, members, start)
    return tuple(members)


def stream(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """A part's bytes in pieces, never more than it is said to have. Raises NotSound (size, damage, check sum)."""
    unpack = zlib.decompressobj(-15) if member.method == DEFLATED else None
    place, left, size, crc = member.offset, member.packed_bytes, 0, 0
    tail = b""
    while left or tail:
        if not tail:
            file.seek(place)
            tail = file.read(min(_CHUNK, left))
            if not tail:
                raise _bad(member, tr("it ends too early"))
            place, left = place + len(tail), left - len(tail)
        try:
            piece = tail if unpack is None else unpack.decompress(tail, _CHUNK)
        except zlib.error:
            raise _bad(member, tr("its packed bytes are damaged")) from None
        tail = b"" if unpack is None else unpack.unconsumed_tail
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        if size > member.size_bytes:
            raise _bad(member, tr("it holds more than its header says"))
        if unpack is not None and unpack.eof and (left or tail or unpack.unused_data):
            raise _bad(member, tr("something lies behind its end"))
        yield piece
    yield from _rest(unpack, member, size, crc)


def _rest(unpack: zlib._Decompress | None, member: Member, size: int, crc: int) -> Iterator[bytes]:
    """What the unpacker still holds, and the last checks."""
    while unpack is not None and not unpack.eof:
        piece = unpack.decompress(b"", _CHUNK)
        if not piece:
            raise _bad(member, tr("it ends too early"))
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        if size > member.size_bytes:
            raise _bad(member, tr("it holds more than its header says"))
        yield piece
    if size != member.size_bytes:
        raise _bad(member, tr("it holds less than its header says"))
    if crc != member.crc:
        raise _bad(member, tr("its check sum is wrong: its bytes were changed"))


def _end_record(file: BinaryIO, size: int) -> tuple[int, int, bytes, bytes]:
    """Number of parts, where the directory begins, its bytes, the seal."""
    tail_size = min(size, _END.size + 512)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < _END.size:
        raise NotSound(tr("it is no incident file, or its end is missing"), path=_WHOLE)
    _, disk, other_disk, here, count, length, start, comment = _END.unpack_from(tail, place)
    seal = tail[place + _END.size :]
    if len(seal) != comment or disk or other_disk or here != count:
        raise NotSound(tr("its end record is damaged"), path=_WHOLE)
    if count > MOST_PARTS or length > _LARGEST_DIRECTORY:
        raise NotSound(tr("it has more than {n} parts, or is a ZIP64", n=MOST_PARTS), path=_WHOLE)
    if start + length != size - tail_size + place:
        raise NotSound(tr("bytes lie where none belong, before or behind its directory"), path=_WHOLE)
    if seal and not seal.startswith(_SEAL):
        raise NotSound(tr("a foreign comment stands at its end"), path=_WHOLE)
    file.seek(start)
    return count, start, file.read(length), seal


def _entries(directory: bytes, count: int) -> Iterator[Member]:
    place = 0
    for _ in range(count):
        if len(directory) - place < _ENTRY.size:
            raise NotSound(tr("its directory is shorter than it says"), path=_WHOLE)
        fields = _ENTRY.unpack_from(directory, place)
        length = fields[12]
        raw = directory[place + _ENTRY.size : place + _ENTRY.size + length]
        if fields[0] != b"PK\1\2" or len(raw) != length:
            raise NotSound(tr("its directory is damaged"), path=_WHOLE)
        yield _member(raw, fields)
        place += _ENTRY.size + length
    if place != len(directory):
        raise NotSound(tr("its directory is longer than it says"), path=_WHOLE)


def _member(raw: bytes, fields: tuple[int, ...]) -> Member:
    _, _, system, needed, reserved, flags, method, time, date, crc, packed, size = fields[:12]
    _, extra, comment, disk, _internal, external, offset = fields[12:]
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        raise NotSound(tr("the name of a part is no text"), path=repr(raw[:60])[2:-1]) from None
    faults = (
        (flags & ~_UTF8, tr("it is encrypted or its sizes stand behind it")),
        (method not in (STORED, DEFLATED), tr("it is packed in a way that is not read here")),
        (extra or comment or disk or reserved or needed > 45, tr("its header has fields that no part may have")),
        (not _is_plain_file(system, external), tr("it is a link, a folder or a device")),
        (method == STORED and packed != size, tr("its sizes contradict each other")),
        (0xFFFFFFFF in (packed, size, offset), tr("its sizes are those of a ZIP64")),
    )
    for is_wrong, why in faults:
        if is_wrong:
            raise NotSound(why, path=one_line(name))
    return Member(name, raw, method, flags, (needed, time, date), crc, packed, size, offset)


def _is_plain_file(system: int, external: int) -> bool:
    return not external & 0x10 and (system != 3 or (external >> 28) in (0, 0o10))


def _check_names(members: list[Member]) -> None:
    seen: dict[str, str] = {}
    for member in members:
        fault = name_fault(member.name)
        if fault:
            raise _bad(member, fault)
        key = same_name(member.name)
        if key in seen:
            raise _bad(member, tr("another part is called the same on some systems"))
        seen[key] = member.name
    for key in seen:
        parents = key.split("/")[:-1]
        if any("/".join(parents[: depth + 1]) in seen for depth in range(len(parents))):
            raise NotSound(tr("a part and a folder are called the same"), path=one_line(seen[key]))


def _check_sizes(members: list[Member]) -> None:
    total = 0
    for member in members:
        total += member.size_bytes
        if total > LARGEST_BYTES:
            raise _bad(member, tr("with it the file would unpack to more than {n} bytes", n=LARGEST_BYTES))
        if member.size_bytes > RATIO_FROM_BYTES and member.size_bytes > LARGEST_RATIO * member.packed_bytes:
            raise _bad(member, tr("it unpacks to more than {n} times its size", n=LARGEST_RATIO))


def _check_places(file: BinaryIO, members: list[Member], start: int) -> None:
    """Each part begins where the one before ended, and its own header says what the directory says."""
    place = 0
    for member in members:
        if member.header_offset != place:
            raise _bad(member, tr("it overlaps another part, or a gap lies before it"))
        place = member.offset + member.packed_bytes
        if place > start:
            raise _bad(member, tr("it reaches into the directory"))
        file.seek(member.header_offset)
        header = file.read(_LOCAL.size + len(member.raw_name))
        if len(header) != _LOCAL.size + len(member.raw_name):
            raise _bad(member, tr("it ends too early"))
        _check_local(member, header)
    if place != start:
        raise NotSound(tr("bytes lie where none belong, before its directory"), path=_WHOLE)


def _check_local(member: Member, header: bytes) -> None:
    sign, needed, reserved, flags, method, time, date, crc, packed, size, name, extra = _LOCAL.unpack_from(header)
    said = (b"PK\3\4", member.flags, member.method, *member.stamp, member.crc, member.packed_bytes, member.size_bytes)
    if (sign, flags, method, needed, time, date, crc, packed, size) != said or reserved or extra:
        raise _bad(member, tr("its header contradicts the directory"))
    if name != len(member.raw_name) or header[_LOCAL.size :] != member.raw_name:
        raise _bad(member, tr("its header names another part"))


def _bad(member: Member, why: str) -> NotSound:
    return NotSound(why, path=one_line(member.name))
