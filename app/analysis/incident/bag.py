"""Writing a bag: rows and files into parts, their digests into manifests, the seal at the end.

Each row and file passes the redactor first. Nothing here chooses what belongs to an incident. Any lane; the file is
written from its beginning and must be one that can be read back and cut.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import msgspec

from app.analysis.incident.archive import seal_of
from app.analysis.incident.form import (
    ATTACHMENT_FOLDER,
    BAG_INFO,
    BAGIT,
    FORMAT,
    HEAD,
    LARGEST_BYTES,
    LARGEST_RATIO,
    LARGEST_ROWS_BYTES,
    MANIFEST,
    PAGE,
    PARTS,
    RATIO_FROM_BYTES,
    SIGNATURE,
    TAG_MANIFEST,
    TAG_PARTS,
    VERSION,
    AttachmentRow,
    Head,
    Row,
    part_of,
)
from app.analysis.incident.page import Page
from app.analysis.incident.redaction import Redactor
from app.base.clock import Moment, to_iso
from app.base.errors import Damaged, Refused
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.domain.file_name import harmless_name

BAGIT_TEXT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LEVEL: Final = 3
_BATCH: Final = 500
_CHUNK: Final = 1 << 18
_END_BYTES: Final = 22
_SAFE_RATIO: Final = LARGEST_RATIO * 9 // 10

Sign = Callable[[bytes], bytes]
"""From the bytes of the tag manifest to the part that holds their signature."""


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a file. ``rows``: for each kind a call that gives them anew. ``files``: each attachment (its
    ``part`` still empty) with a call that opens it. ``names``: people known from the fields."""

    subject: str
    title: str
    since_at: Moment
    until_at: Moment
    rows: Mapping[str, Callable[[], Iterable[Row]]]
    files: tuple[tuple[AttachmentRow, Callable[[], BinaryIO]], ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Made:
    """By whom, when and with which version a file is made."""

    at: Moment
    by: str
    version: str


class _TooDense(Exception):
    """A part shrank so well that a reader would take it for a bomb; it is stored as it is instead."""


@dataclass(slots=True)
class _Bag:
    base: str
    zip: zipfile.ZipFile
    stored: frozenset[str]
    cancel: CancelToken
    digests: dict[str, str] = field(default_factory=dict)
    payload_bytes: int = 0
    total_bytes: int = 0
    rows_bytes: int = 0

    def add(self, part: str, chunks: Iterable[bytes]) -> str:
        """Write a part; gives its SHA-256."""
        digest, size = hashlib.sha256(), 0
        item = zipfile.ZipInfo(f"{self.base}/{part}")
        item.compress_type = zipfile.ZIP_STORED if part in self.stored else zipfile.ZIP_DEFLATED
        item.external_attr = 0o100600 << 16
        item._compresslevel = _LEVEL  # type: ignore[attr-defined]  # a ZipInfo takes no level in public before 3.13
        with self.zip.open(item, "w") as target:
            for chunk in chunks:
                self.cancel.check()
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
        self._check_bounds(part, size)
        if size > RATIO_FROM_BYTES and size > _SAFE_RATIO * item.compress_size:
            raise _TooDense(part)
        self.digests[part] = digest.hexdigest()
        self.payload_bytes += size * part.startswith("data/")
        return self.digests[part]

    def _check_bounds(self, part: str, size: int) -> None:
        """No file is written that its reader would refuse."""
        self.total_bytes += size
        self.rows_bytes += size * part.endswith(".jsonl")
        if self.total_bytes > LARGEST_BYTES or self.rows_bytes > LARGEST_ROWS_BYTES:
            raise Refused(
                tr("The incident is too large for one file."), detail=tr("It is full with {part}.", part=part),
                hint=tr("Choose a shorter window with --since and --until."),
            )  # fmt: skip

    def manifest(self, parts: Iterable[str]) -> bytes:
        return "".join(f"{self.digests[part]}  {part}\n" for part in parts).encode()


def write_bag(
    file: BinaryIO, content: Content, made: Made, redactor: Redactor, cancel: CancelToken, sign: Sign | None = None
) -> Head:
    """Write a whole incident file; gives what its head says. Raises Cancelled, and what the content raises."""
    stored: frozenset[str] = frozenset()
    while True:
        file.seek(0)
        file.truncate()
        try:
            redactor.start()
            head = _write(file, content, made, redactor, cancel, sign, stored)
        except _TooDense as dense:
            stored |= {str(dense)}
            continue
        _seal(file)
        return head


def _write(
    file: BinaryIO,
    content: Content,
    made: Made,
    redactor: Redactor,
    cancel: CancelToken,
    sign: Sign | None,
    stored: frozenset[str],
) -> Head:
    page = Page()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        bag = _Bag(_base(content.subject), archive, stored, cancel)
        bag.add(BAGIT, [BAGIT_TEXT])
        counts = {}
        for kind in PARTS:
            source = _files(bag, content, redactor) if kind == "attachments" else content.rows.get(kind, tuple)()
            counts[kind] = _add_rows(bag, kind, source, redactor, page)
        head = Head(
            format=FORMAT, version=VERSION, made_at=to_iso(made.at), made_with=made.version,
            made_by=redactor.name(made.by), subject=content.subject, title=redactor.text(content.title),
            since_at=to_iso(content.since_at), until_at=to_iso(content.until_at), counts=counts,
            redaction=redactor.applied(),
        )  # fmt: skip
        bag.add(HEAD, [msgspec.json.format(msgspec.json.encode(head), indent=2) + b"\n"])
        bag.add(PAGE, page.render(head))
        _add_tags(bag, head, sign)
    return head


def _base(subject: str) -> str:
    return harmless_name(subject, "incident").replace(" ", "_").lstrip("~")


def _add_rows(bag: _Bag, kind: str, rows: Iterable[Row], redactor: Redactor, page: Page) -> int:
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        encode = msgspec.json.Encoder().encode_lines
        batch: list[Row] = []
        for row in rows:
            batch.append(redactor.row(row))
            if len(batch) == _BATCH:
                page.take(kind, batch)
                count += len(batch)
                yield encode(batch)
                batch = []
        page.take(kind, batch)
        count += len(batch)
        yield encode(batch)

    bag.add(part_of(kind), lines())
    return count


def _files(bag: _Bag, content: Content, redactor: Redactor) -> list[Row]:
    """The attachments, each written (or left out) before its row is made."""
    rows: list[Row] = []
    for number, (row, open_file) in enumerate(content.files, 1):
        part = f"{ATTACHMENT_FOLDER}{number:04}-{redactor.file_name(row.name)}"
        with open_file() as source:
            treated = redactor.file(row.name, row.size_bytes, source)
            if isinstance(treated, str):
                rows.append(msgspec.structs.replace(row, part=None, sha256=None, why=treated))
                continue
            sizes: list[int] = []
            digest = bag.add(part, _counted(treated or _chunks(source), sizes))
            if treated is None and (digest, sum(sizes)) != (row.sha256, row.size_bytes):
                raise _spoilt(row)
        rows.append(msgspec.structs.replace(row, part=part, sha256=digest, size_bytes=sum(sizes)))
    return rows


def _spoilt(row: AttachmentRow) -> Damaged:
    return Damaged(
        tr("“{name}” is no longer what was attached.", name=one_line(row.name)),
        detail=tr("Its kept copy has other bytes than its SHA-256 says."),
        hint=tr("No file was written. Copy the attachments folder back from your own backup."),
        concerns=row.name,
    )


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def _counted(chunks: Iterable[bytes], sizes: list[int]) -> Iterator[bytes]:
    for chunk in chunks:
        sizes.append(len(chunk))
        yield chunk


def _add_tags(bag: _Bag, head: Head, sign: Sign | None) -> None:
    payload = [part for part in bag.digests if part.startswith("data/")]
    told = (
        f"Bag-Software-Agent: Watchdesk {head.made_with}\nBagging-Date: {head.made_at[:10]}\n"
        f"External-Identifier: {bag.base}\nPayload-Oxum: {bag.payload_bytes}.{len(payload)}\n"
        f"Watchdesk-Format: {VERSION}\n"
    )
    bag.add(BAG_INFO, [told.encode()])
    bag.add(MANIFEST, [bag.manifest(payload)])
    tags = bag.manifest(TAG_PARTS)
    bag.add(TAG_MANIFEST, [tags])
    if sign is not None:
        bag.add(SIGNATURE, [sign(tags)])


def _seal(file: BinaryIO) -> None:
    """Put the digest of the directory behind it."""
    end = file.seek(0, os.SEEK_END)
    file.seek(end - _END_BYTES)
    length, start = struct.unpack("<2L", file.read(_END_BYTES)[12:20])
    file.seek(start)
    seal = seal_of(file.read(length))
    file.seek(end - 2)
    file.write(struct.pack("<H", len(seal)) + seal)
