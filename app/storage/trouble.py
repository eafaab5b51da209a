"""SQLite's and the system's errors, translated once, by a table, into the error tree.

What is not in the tables is a bug of ours and passes through unchanged.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from app.base.errors import (
    Cancelled,
    Damaged,
    DiskFull,
    EnvironmentTrouble,
    Locked,
    ReadOnly,
    Refused,
    WatchdeskError,
)
from app.base.text import tr

RESTORE_HINT: Final = (
    "Run “watchdesk doctor” to see what is wrong and “watchdesk doctor --restore newest” to go back to a backup."
)

# kind of error -> (title, what to do)
_SENTENCES: Final[Mapping[type[EnvironmentTrouble], tuple[str, str]]] = {
    DiskFull: (
        "The disk that holds {path} took no more.",
        "Nothing of this change was saved; all before it is safe. Free some room, then try again.",
    ),
    ReadOnly: (
        "{path} cannot be written.",
        "You can read everything. Give yourself the right to write its folder, or choose another with --data-dir.",
    ),
    Locked: (
        "{path} is held by another program.",
        "Nothing was lost. Wait for it to finish (a running import or backup), or close it, then try again.",
    ),
    Damaged: ("{path} is damaged.", "Nothing was overwritten. " + RESTORE_HINT),
    EnvironmentTrouble: (
        "{path} cannot be reached.",
        "Look whether its folder is there and is a folder, or choose another one with --data-dir.",
    ),
}

# SQLite's primary result codes (sqlite.org/rescode.html).
_BY_CODE: Final[Mapping[int, type[EnvironmentTrouble]]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: ReadOnly,
    sqlite3.SQLITE_PERM: ReadOnly,
    sqlite3.SQLITE_CANTOPEN: ReadOnly,
    sqlite3.SQLITE_BUSY: Locked,
    sqlite3.SQLITE_LOCKED: Locked,
    sqlite3.SQLITE_CORRUPT: Damaged,
    sqlite3.SQLITE_NOTADB: Damaged,
    sqlite3.SQLITE_IOERR: DiskFull,
}
# What SQLite has to say to these (“database or disk is full”) would be their title once more.
_TOLD_BY_TITLE: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
)
# Reading failed: the disk gave back less, or other, than was written.
_BY_EXTENDED_CODE: Final[Mapping[int, type[EnvironmentTrouble]]] = {
    sqlite3.SQLITE_IOERR_READ: Damaged,
    sqlite3.SQLITE_IOERR_SHORT_READ: Damaged,
    sqlite3.SQLITE_IOERR_CORRUPTFS: Damaged,
    sqlite3.SQLITE_IOERR_DATA: Damaged,
}
# Damage that has no code of its own: Python's, of a stored text that is no UTF-8, and SQLite's of a file's head.
_DAMAGE_WORDS: Final = ("Could not decode to UTF-8", "unsupported file format")

UNREADABLE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file can raise, for those who go on with something else."""

_BY_ERRNO: Final[Mapping[int, type[EnvironmentTrouble]]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
    errno.EROFS: ReadOnly,
    errno.EACCES: ReadOnly,
    errno.EPERM: ReadOnly,
    errno.EIO: Damaged,
    errno.ENOENT: EnvironmentTrouble,
    errno.ENOTDIR: EnvironmentTrouble,
    errno.EISDIR: EnvironmentTrouble,
    errno.EEXIST: EnvironmentTrouble,
    errno.ELOOP: EnvironmentTrouble,
    errno.ENAMETOOLONG: EnvironmentTrouble,
    errno.ENXIO: EnvironmentTrouble,
    errno.ENODEV: EnvironmentTrouble,
    errno.EMFILE: EnvironmentTrouble,
    errno.ENFILE: EnvironmentTrouble,
}


def trouble(kind: type[EnvironmentTrouble], path: Path, detail: str = "") -> EnvironmentTrouble:
    """An error of this kind about a file, with its sentence and a way out."""
    title, hint = _SENTENCES[kind]
    return kind(tr(title, path=path), detail=detail, hint=tr(hint), concerns=str(path))


def why_not_written(path: Path, *, asked: bool) -> EnvironmentTrouble:
    """Why a file that is open for reading alone is not written: ``asked`` for so, or the disk does not let us."""
    if asked:
        return ReadOnly(
            tr("{path} was opened for reading only.", path=path),
            hint=tr("Nothing was changed. To change something, open the profile without asking for reading only."),
            concerns=str(path),
        )
    return trouble(ReadOnly, path)


@contextmanager
def translated(path: Path, *, reading: bool = True) -> Iterator[None]:
    """Turns SQLite's errors into those of the tree; ``path`` is the file they concern.

    ``reading``: the block only reads this file, so that a text that is no UTF-8 can only be damage.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        found = _of_sqlite(error.orig if isinstance(error, DBAPIError) else error, path)
        if found is None:
            raise
        raise found from error
    except UnicodeDecodeError as error:
        if not reading:
            raise
        raise trouble(Damaged, path, f"{error}.") from error
    except UnicodeEncodeError as error:
        raise Refused(
            tr("The text holds a character that cannot be saved."),
            detail=tr(
                "It is half of a broken Unicode pair: {text}.", text=ascii(error.object[error.start : error.end])
            ),
            hint=tr("Remove it and save again."),
        ) from error


@contextmanager
def translated_files(path: Path) -> Iterator[None]:
    """Turns the system's file errors into those of the tree."""
    try:
        yield
    except OSError as error:
        kind = _BY_ERRNO.get(error.errno or 0)
        if kind is None:
            raise
        raise trouble(kind, path, f"{error.strerror}.") from error


def _of_sqlite(error: BaseException | None, path: Path) -> WatchdeskError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if any(words in str(error) for words in _DAMAGE_WORDS):
        return trouble(Damaged, path, f"{error}.")
    if code is None:
        return None
    if code == sqlite3.SQLITE_INTERRUPT:
        return Cancelled(tr("Stopped."))
    kind = _BY_EXTENDED_CODE.get(code) or _BY_CODE.get(code & 0xFF)
    if kind is None:
        return None
    return trouble(kind, path, "" if code & 0xFF in _TOLD_BY_TITLE else f"SQLite: {error}.")
