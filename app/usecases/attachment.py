"""Getting an attachment out of the store: saved where a person says, or laid out to be looked at.

Every copy is read through its digest before it gets its name: a file of that name is whole, or it is not there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO, Final

from app.base.errors import Damaged, NotFound, Refused
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.domain.file_name import HEAD_BYTES, harmless_name, opening_name
from app.domain.ticket import Attachment
from app.ports import Store
from app.usecases.new_file import new_file, on_disk, told

_CHUNK: Final = 1 << 20
_SHORTEST_DIGEST: Final = 6
KEPT_COPIES: Final = 20
"""Copies that were laid out and stay: a program may still show them."""


def find_attachment(attachments: Sequence[Attachment], word: str) -> Attachment:
    """The one with this name, id, or beginning of its SHA-256 (6 characters). Raises NotFound, or Refused for two."""
    found = [each for each in attachments if word in (each.name, each.id)]
    if not found and len(word) >= _SHORTEST_DIGEST:
        found = [each for each in attachments if each.sha256.startswith(word.lower())]
    if not found:
        names = ", ".join(one_line(each.name) for each in attachments)
        there = tr("Attached are: {names}.", names=names) if names else tr("Nothing is attached.")
        raise NotFound(tr("There is no attachment “{word}”.", word=one_line(word)), hint=there)
    if len({each.sha256 for each in found}) > 1:
        digests = ", ".join(each.sha256[:12] for each in found)
        raise Refused(
            tr("“{word}” is the name of {n} attachments.", word=one_line(word), n=len(found)),
            hint=tr("Name one by its SHA-256: {digests}.", digests=digests),
        )
    return found[-1]


def save_attachment(
    store: Store, attachment: Attachment, target: Path, cancel: CancelToken, *, replace: bool = False
) -> Path:
    """Write an owner-only copy to ``target``, or into it when it is a folder; gives its path once it is on disk.

    Raises Refused (there is such a file and ``replace`` is not said), Damaged (the kept file is gone or is not what
    was attached), DiskFull, ReadOnly, EnvironmentTrouble; then nothing of it is left. Read lane.
    """
    if os.path.isdir(target):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        target = target / harmless_name(attachment.name)
    with store.open_file(attachment.sha256) as source, new_file(target, replace=replace) as file:
        _copy(source, attachment, file, cancel)
    return target


def lay_out(store: Store, attachment: Attachment, cancel: CancelToken) -> Path:
    """A read-only copy under a harmless name in a folder of the profile, for the desktop to open. Read lane.

    Raises Refused for what could run (``app.domain.file_name``), and what ``save_attachment`` raises.
    """
    with store.open_file(attachment.sha256) as source:
        name = opening_name(attachment.name, source.read(HEAD_BYTES))
        source.seek(0)
        place = store.looking_folder
        with told(place):
            place.mkdir(mode=0o700, exist_ok=True)
            _drop_old(place)
            folder = Path(tempfile.mkdtemp(dir=place))
            with ExitStack() as undo:
                undo.callback(shutil.rmtree, folder, ignore_errors=True)
                descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
                with os.fdopen(descriptor, "wb") as file:
                    _copy(source, attachment, file, cancel)
                    on_disk(file)
                undo.pop_all()
    return folder / name


def _copy(source: BinaryIO, attachment: Attachment, file: BinaryIO, cancel: CancelToken) -> None:
    digest, size_bytes = hashlib.sha256(), 0
    for chunk in _chunks(source, attachment):
        cancel.check()
        size_bytes += len(chunk)
        digest.update(chunk)
        file.write(chunk)
    if (digest.hexdigest(), size_bytes) != (attachment.sha256, attachment.size_bytes):
        raise _spoilt(attachment, tr("Its kept copy has other bytes than its SHA-256 says."))


def _chunks(source: BinaryIO, attachment: Attachment) -> Iterator[bytes]:
    while True:
        try:
            chunk = source.read(_CHUNK)
        except OSError as error:  # the store's disk, not the one that is written to
            raise _spoilt(attachment, f"{error.strerror}.") from error
        if not chunk:
            return
        yield chunk


def _spoilt(attachment: Attachment, why: str) -> Damaged:
    return Damaged(
        tr("“{name}” is no longer what was attached.", name=one_line(attachment.name)),
        detail=why,
        hint=tr("No copy was made. Copy the attachments folder back from your own backup."),
        concerns=attachment.name,
    )


def _drop_old(place: Path) -> None:
    """All but the newest copies go; one that cannot be removed stays."""
    copies = sorted((each for each in place.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for old in copies[: max(0, len(copies) - KEPT_COPIES + 1)]:
        with suppress(OSError):
            shutil.rmtree(old)
