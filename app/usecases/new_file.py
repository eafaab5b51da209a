"""A file that a person asked for, where they asked for it: whole under its name, or not there at all.

Owner-only; synced before it gets its name; never over another file unless that is said. The environment's faults are
told in words. Read lane.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from app.base.errors import DiskFull, EnvironmentTrouble, ReadOnly, Refused
from app.base.text import tr

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


@contextmanager
def new_file(target: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A file to write (and read back) that becomes ``target`` when the block ends; when it raises, nothing is left.

    Raises Refused (there is such a file and ``replace`` is not said), DiskFull, ReadOnly, EnvironmentTrouble.
    """
    with told(target.parent):
        if not replace and os.path.lexists(target):
            raise _taken(target)
        descriptor, part = tempfile.mkstemp(prefix=".watchdesk-", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield cast("BinaryIO", file)
                on_disk(cast("BinaryIO", file))
            _give_name(Path(part), target, replace=replace)
        finally:
            Path(part).unlink(missing_ok=True)


def on_disk(file: BinaryIO) -> None:
    """Wait until the bytes are there. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


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


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Tells in words what this folder's file system refuses."""
    try:
        yield
    except OSError as error:
        kind = DiskFull if error.errno in _FULL else ReadOnly if error.errno in _CLOSED else EnvironmentTrouble
        title, hint = _WAYS_OUT[kind]
        why = f"{error.strerror}."
        raise kind(tr(title, folder=folder), detail=why, hint=tr(hint), concerns=str(folder)) from error
