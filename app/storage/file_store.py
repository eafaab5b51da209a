"""Attachments: files kept under the SHA-256 of their content, on disk before any row names them."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from app.base.errors import Damaged, Refused
from app.base.text import tr
from app.storage.engine import sync_folder
from app.storage.trouble import translated_files

LIMIT_BYTES: Final = 100 * 1024 * 1024
_CHUNK: Final = 1 << 20
_PLAIN_ONLY: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""No link is followed, no pipe is waited for."""


def keep_file(root: Path, path: Path) -> tuple[str, int]:
    """Copy a file below ``root``; gives (SHA-256 as hex, size in bytes) once copy and folder are synced.

    Raises Refused (not a readable file, too large), DiskFull, ReadOnly. Write lane.
    """
    try:
        source = path.open("rb")
    except OSError as error:
        raise Refused(
            tr("{path} cannot be read.", path=path), detail=f"{error.strerror}.", concerns=str(path), field="file"
        ) from error
    with source, translated_files(root):
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise Refused(tr("{path} is not a file.", path=path), concerns=str(path), field="file")
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=root)
        copy = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                sha256, size_bytes = _copy(source, target, path)
            _settle(copy, place_of(root, sha256))
        finally:
            copy.unlink(missing_ok=True)
    return sha256, size_bytes


def open_file(root: Path, sha256: str) -> BinaryIO:
    """A kept file for reading. Raises Damaged when it is gone or the disk does not give it back. Read lane."""
    path = place_of(root, sha256)
    try:
        descriptor = os.open(path, os.O_RDONLY | _PLAIN_ONLY)
    except OSError as error:
        raise _lost(path, f"{error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _lost(path, tr("It is no plain file."))
    return os.fdopen(descriptor, "rb")


def _lost(path: Path, why: str) -> Damaged:
    return Damaged(
        tr("The kept copy of this attachment cannot be read."),
        detail=tr("{path}: {why}", path=path, why=why),
        hint=tr("The ticket itself is safe. Copy the attachments folder back from your own backup."),
        concerns=str(path),
    )


def place_of(root: Path, sha256: str) -> Path:
    """Where the file with this digest lies: ``ab/abcdef…``."""
    return root / sha256[:2] / sha256


def _copy(source: BinaryIO, target: BinaryIO, path: Path) -> tuple[str, int]:
    digest, size_bytes = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size_bytes += len(chunk)
        if size_bytes > LIMIT_BYTES:
            raise Refused(
                tr("{name} is larger than 100 MB.", name=path.name),
                hint=tr("Attach a smaller part of it, or write down where it can be found."),
                concerns=str(path),
                field="file",
            )
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size_bytes


def _settle(copy: Path, place: Path) -> None:
    """Move the copy to its place, over an equal one or a torn one."""
    if not place.parent.exists():
        place.parent.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent.parent)
    copy.replace(place)
    sync_folder(place.parent)
