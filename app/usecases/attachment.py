"""Getting an attachment out of the store: saved where a person says, or laid out to be looked at.

Every copy is read through its digest before it gets its name: a file of that name is whole, or it is not there.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from app.base.errors import Damaged, DiskFull, EnvironmentTrouble, NotFound, ReadOnly, Refused
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.domain.file_name import HEAD_BYTES, harmless_name, opening_name
from app.domain.ticket import Attachment
from app.ports import Store

_CHUNK: Final = 1 << 20
_SHORTEST_DIGEST: Final = 6
KEPT_COPIES: Final = 20
"""Copies that were laid out and stay: a program may still show them."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_CLOSED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_LINKS: Final = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
_WAYS_OUT: Final[Mapping[type[EnvironmentTrouble], tuple[str, str]]] = {
    DiskFull: (
        "The disk of {folder} took no more.",
        "Nothing was saved there. Free some room, or save it elsewhere.",
    ),
    ReadOnly: ("{folder} cannot be written.", "Nothing was saved there. Choose a folder of your own."),
    EnvironmentTrouble: (
        "{folder} cannot be reached.",
        "Nothing was saved there. Look whether the folder is there, or choose another one.",
    ),
}


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
    with store.open_file(attachment.sha256) as source, _told(target.parent):
        if not replace and os.path.lexists(target):
            raise _taken(target)
        descriptor, part = tempfile.mkstemp(prefix=".watchdesk-", suffix=".part", dir=target.parent)
        try:
            _copy(source, attachment, descriptor, cancel)
            _give_name(Path(part), target, replace=replace)
        finally:
            Path(part).unlink(missing_ok=True)
    return target


def lay_out(store: Store, attachment: Attachment, cancel: CancelToken) -> Path:
    """A read-only copy under a harmless name in a folder of the profile, for the desktop to open. Read lane.

    Raises Refused for what could run (``app.domain.file_name``), and what ``save_attachment`` raises.
    """
    with store.open_file(attachment.sha256) as source:
        name = opening_name(attachment.name, source.read(HEAD_BYTES))
        source.seek(0)
        place = store.looking_folder
        with _told(place):
            place.mkdir(mode=0o700, exist_ok=True)
            _drop_old(place)
            folder = Path(tempfile.mkdtemp(dir=place))
            with ExitStack() as undo:
                undo.callback(shutil.rmtree, folder, ignore_errors=True)
                descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
                _copy(source, attachment, descriptor, cancel)
                undo.pop_all()
    return folder / name


def _copy(source: BinaryIO, attachment: Attachment, descriptor: int, cancel: CancelToken) -> None:
    digest, size_bytes = hashlib.sha256(), 0
    with os.fdopen(descriptor, "wb") as file:
        for chunk in _chunks(source, attachment):
            cancel.check()
            size_bytes += len(chunk)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
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


def _give_name(part: Path, target: Path, *, replace: bool) -> None:
    """The whole file appears under its name at once; without ``replace`` never over another one."""
    if replace:
        part.replace(target)
        return
    try:
        if os.name == "nt":
            part.rename(target)  # refuses to overwrite there
        else:
            os.link(part, target)
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _reserve(target)
        part.replace(target)


def _reserve(target: Path) -> None:
    """Where a folder takes no hard links: whoever creates the name first has it."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    except FileExistsError as error:
        raise _taken(target) from error


def _taken(target: Path) -> Refused:
    return Refused(
        tr("{path} is there already.", path=target),
        hint=tr("It was left as it is. Choose another name, or say that it is to be replaced."),
        concerns=str(target),
        field="file",
    )


def _drop_old(place: Path) -> None:
    """All but the newest copies go; one that cannot be removed stays."""
    copies = sorted((each for each in place.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for old in copies[: max(0, len(copies) - KEPT_COPIES + 1)]:
        with suppress(OSError):
            shutil.rmtree(old)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = DiskFull if error.errno in _FULL else ReadOnly if error.errno in _CLOSED else EnvironmentTrouble
        title, hint = _WAYS_OUT[kind]
        why = f"{error.strerror}."
        raise kind(tr(title, folder=folder), detail=why, hint=tr(hint), concerns=str(folder)) from error
