"""Opening an incident file and verifying it. Nothing is unpacked to disk; memory is bounded by one line of a part.

Opening reads the directory and the head alone, so that the first rows come at once; ``verify`` reads every byte.
Until it has, rows are as they came, each one checked on its way. Any lane.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, cast

import msgspec

from app.analysis.incident.archive import Member, read_directory, stream
from app.analysis.incident.bag import BAGIT_TEXT
from app.analysis.incident.form import (
    ATTACHMENT_FOLDER,
    BAGIT,
    FORMAT,
    HEAD,
    LARGEST_ROWS_BYTES,
    LARGEST_TAG_BYTES,
    LONGEST_LINE_BYTES,
    MANIFEST,
    PARTS,
    SIGNATURE,
    TAG_MANIFEST,
    TAG_PARTS,
    VERSION,
    AttachmentRow,
    Head,
    Row,
    SampleRow,
    part_of,
)
from app.base.errors import NotSound
from app.base.events import CancelToken
from app.base.text import one_line, tr

OK: Final = "ok"
DAMAGED: Final = "damaged"
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")
_NEEDED: Final = (*TAG_PARTS, TAG_MANIFEST, HEAD, *map(part_of, PARTS))
_KIND_OF: Final = {part_of(kind): kind for kind in PARTS}
_DECODERS: Final = {kind: msgspec.json.Decoder(row) for kind, row in PARTS.items()}
_MOST_ERRORS: Final = 100


@dataclass(frozen=True, slots=True)
class PartFound:
    """A part as it was found. ``sha256``: of its bytes, empty where they could not be read."""

    name: str
    size_bytes: int
    sha256: str
    state: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``signature``: its state and the key's fingerprint. ``errors``: sentences, each naming its part."""

    head: Head | None
    parts: tuple[PartFound, ...]
    signature: Mapping[str, str | None]
    errors: tuple[str, ...]

    @property
    def valid(self) -> bool:
        return not self.errors


class Incident:
    """An open incident file. Made by ``open_incident``; whoever made the handle closes it."""

    def __init__(self, file: BinaryIO, members: Mapping[str, Member], head: Head) -> None:
        self._file = file
        self._members = members
        self.head = head

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self._members)

    def rows(self, kind: str) -> Iterator[Row]:
        """The rows of a part, as they are read. Raises NotSound at the first that is none."""
        part = part_of(kind)
        return _rows(kind, part, stream(self._file, self._members[part]))

    def stream(self, part: str) -> Iterator[bytes]:
        """The bytes of a part."""
        return stream(self._file, self._members[part])

    def member(self, part: str) -> Member:
        return self._members[part]


def open_incident(file: BinaryIO) -> Incident:
    """Read the directory and the head. Raises NotSound, naming the part, for what no incident file is."""
    found = read_directory(file)
    members = _without_base(found)
    for part in _NEEDED:
        if part not in members:
            raise NotSound(tr("it is missing"), path=part)
    for part in members:
        if part not in (*_NEEDED, SIGNATURE) and not part.startswith(ATTACHMENT_FOLDER):
            raise NotSound(tr("it is no part of an incident file"), path=one_line(part))
    if sum(members[part].size_bytes for part in _KIND_OF) > LARGEST_ROWS_BYTES:
        raise NotSound(tr("the rows unpack to more than {n} bytes", n=LARGEST_ROWS_BYTES), path=part_of("timeline"))
    for part in (*TAG_PARTS, TAG_MANIFEST, HEAD, SIGNATURE):
        if part in members and members[part].size_bytes > LARGEST_TAG_BYTES:
            raise NotSound(tr("it is larger than it may be"), path=part)
    return Incident(file, members, _head(_whole(file, members[HEAD])))


def verify(file: BinaryIO, cancel: CancelToken, check_signature: SignatureCheck | None = None) -> Verdict:
    """Read every byte and hold it against what the file says of it. Never raises for what a file holds."""
    try:
        incident = open_incident(file)
    except NotSound as error:
        return Verdict(None, (), {"state": "not checked", "key": None}, (error.sentence(),))
    return _Verifying(incident, cancel).run(check_signature)


SignatureCheck = Callable[[bytes | None, bytes], tuple[str, str | None, str]]
"""From the signature's part (None: there is none) and the signed bytes to state, key and error (empty: none)."""


@dataclass(slots=True)
class _Verifying:
    incident: Incident
    cancel: CancelToken
    digests: dict[str, str] = field(default_factory=dict)
    tags: dict[str, bytes] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    attached: dict[str, AttachmentRow] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def run(self, check_signature: SignatureCheck | None) -> Verdict:
        for part in self.incident.parts:
            self._read(part)
        if not self.errors:
            self._compare()
        signature = self._signature(check_signature)
        parts = tuple(
            PartFound(
                part, self.incident.member(part).size_bytes, self.digests.get(part, ""),
                DAMAGED if part in self.damaged else OK,
            )
            for part in self.incident.parts
        )  # fmt: skip
        return Verdict(self.incident.head, parts, signature, tuple(self.errors[:_MOST_ERRORS]))

    def fault(self, part: str, why: str) -> None:
        self.damaged.add(part)
        self.errors.append(NotSound(why, path=one_line(part)).sentence())

    def _read(self, part: str) -> None:
        """Digest a part, and check its rows on the way."""
        digest = hashlib.sha256()
        chunks = self._digested(part, digest)
        try:
            self._take(part, chunks)
        except NotSound as error:
            self.damaged.add(part)
            self.errors.append(error.sentence())
            return
        self.digests[part] = digest.hexdigest()

    def _digested(self, part: str, digest: hashlib._Hash) -> Iterator[bytes]:
        for chunk in self.incident.stream(part):
            self.cancel.check()
            digest.update(chunk)
            yield chunk

    def _take(self, part: str, chunks: Iterator[bytes]) -> None:
        kind = _KIND_OF.get(part)
        if kind is not None:
            for row in _rows(kind, part, chunks):
                self.counts[kind] += 1
                if isinstance(row, AttachmentRow) and row.part is not None:
                    self.attached[row.part] = row
        elif part in (*TAG_PARTS, TAG_MANIFEST, SIGNATURE):
            self.tags[part] = b"".join(chunks)
        else:
            for _ in chunks:
                pass

    def _compare(self) -> None:
        payload = [part for part in self.incident.parts if part.startswith("data/")]
        self._compare_manifest(MANIFEST, payload)
        self._compare_manifest(TAG_MANIFEST, TAG_PARTS)
        if self.tags[BAGIT] != BAGIT_TEXT:
            self.fault(BAGIT, tr("it tells of another kind of bag"))
        for kind in PARTS:
            if self.incident.head.counts.get(kind, 0) != self.counts[kind]:
                self.fault(part_of(kind), tr("it holds other rows than the head counts"))
        for part in payload:
            if part.startswith(ATTACHMENT_FOLDER) and part not in self.attached:
                self.fault(part, tr("no attachment is told of it"))
        for part, row in self.attached.items():
            self._compare_attachment(part, row)

    def _compare_attachment(self, part: str, row: AttachmentRow) -> None:
        if part not in self.digests or not part.startswith(ATTACHMENT_FOLDER):
            self.fault(part, tr("it is missing"))
        elif (self.digests[part], self.incident.member(part).size_bytes) != (row.sha256, row.size_bytes):
            self.fault(part, tr("it is not the attachment that its row tells of"))

    def _compare_manifest(self, manifest: str, parts: Iterable[str]) -> None:
        said = self._manifest(manifest)
        for part in parts:
            if part not in said:
                self.fault(part, tr("{manifest} does not name it", manifest=manifest))
            elif said.pop(part) != self.digests[part]:
                self.fault(
                    part, tr("its SHA-256 is not the one in {manifest}: its bytes were changed", manifest=manifest)
                )
        for part in said:
            self.fault(part, tr("{manifest} names it, and it is missing", manifest=manifest))

    def _manifest(self, part: str) -> dict[str, str]:
        said: dict[str, str] = {}
        text = self.tags[part].decode("utf-8", "replace")
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
            match = _LINE.fullmatch(line)
            if match is None or match[2] in said:
                self.fault(part, tr("line {n} is no digest with a name, or names a part twice", n=number))
                break
            said[match[2]] = match[1]
        return said

    def _signature(self, check: SignatureCheck | None) -> dict[str, str | None]:
        if SIGNATURE not in self.incident.parts and check is None:
            return {"state": "none", "key": None}
        if check is None or TAG_MANIFEST not in self.tags:
            return {"state": "not checked", "key": None}
        state, key, error = check(self.tags.get(SIGNATURE), self.tags[TAG_MANIFEST])
        if error:
            self.fault(SIGNATURE, error)
        return {"state": state, "key": key}


def _without_base(members: Iterable[Member]) -> dict[str, Member]:
    """By their names inside the bag's one folder."""
    named: dict[str, Member] = {}
    bases = set()
    for member in members:
        base, slash, part = member.name.partition("/")
        bases.add(base)
        if not slash or len(bases) > 1:
            raise NotSound(tr("it lies outside the one folder of the file"), path=one_line(member.name))
        named[part] = member
    return named


def _whole(file: BinaryIO, member: Member) -> bytes:
    return b"".join(stream(file, member))


def _head(raw: bytes) -> Head:
    told = cast("dict[str, Any]", _decoded(msgspec.json.Decoder(dict[str, Any]), raw, HEAD, 0))
    if told.get("format") != FORMAT:
        raise NotSound(tr("it says that this is another kind of file"), path=HEAD)
    version = told.get("version")
    if isinstance(version, int) and version > VERSION:
        raise NotSound(
            tr("a newer Watchdesk wrote the file (format {n}; this one reads up to {v})", n=version, v=VERSION),
            path=HEAD,
            hint=tr("Open it with that version."),
        )
    head = cast("Head", _decoded(msgspec.json.Decoder(Head), raw, HEAD, 0))
    if head.version != VERSION:
        raise NotSound(tr("it names a version that never was"), path=HEAD)
    return head


def _rows(kind: str, part: str, chunks: Iterable[bytes]) -> Iterator[Row]:
    decoder = _DECODERS[kind]
    number = 0
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE_BYTES:
            raise NotSound(tr("a line is longer than it may be"), path=part, row=number + 1)
        for line in lines:
            number += 1
            yield _checked(cast("Row", _decoded(decoder, line, part, number)), part, number)
    if rest:
        raise NotSound(tr("its last line has no end"), path=part, row=number + 1)


def _checked(row: Row, part: str, number: int) -> Row:
    if isinstance(row, SampleRow) and len(row.at) != len(row.values):
        raise NotSound(tr("it has more times than values, or fewer"), path=part, row=number)
    return row


def _decoded(decoder: msgspec.json.Decoder[Any], raw: bytes, part: str, number: int) -> object:
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        why = one_line(str(error))[:200]
        raise NotSound(tr("it is not what it should be: {why}", why=why), path=part, row=number) from None
