"""Each foreign error becomes one of the tree, with a way out; what is not in the tables stays a bug."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.base.errors import Cancelled, Damaged, DiskFull, EnvironmentTrouble, Locked, ReadOnly
from app.storage.trouble import translated, translated_files

PATH = Path("somewhere") / "work.db"


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


BY_CODE = [
    (sqlite3.SQLITE_FULL, DiskFull),
    (sqlite3.SQLITE_IOERR_WRITE, DiskFull),
    (sqlite3.SQLITE_IOERR_FSYNC, DiskFull),
    (sqlite3.SQLITE_IOERR_READ, Damaged),
    (sqlite3.SQLITE_IOERR_SHORT_READ, Damaged),
    (sqlite3.SQLITE_READONLY, ReadOnly),
    (sqlite3.SQLITE_READONLY_DIRECTORY, ReadOnly),
    (sqlite3.SQLITE_CANTOPEN, ReadOnly),
    (sqlite3.SQLITE_BUSY, Locked),
    (sqlite3.SQLITE_BUSY_SNAPSHOT, Locked),
    (sqlite3.SQLITE_LOCKED, Locked),
    (sqlite3.SQLITE_CORRUPT, Damaged),
    (sqlite3.SQLITE_CORRUPT_INDEX, Damaged),
    (sqlite3.SQLITE_NOTADB, Damaged),
]


@pytest.mark.parametrize(("code", "kind"), BY_CODE)
@pytest.mark.parametrize("wrapped", [False, True])
def test_sqlite_errors(code: int, kind: type[EnvironmentTrouble], wrapped: bool) -> None:
    error: Exception = sqlite_error(code)
    if wrapped:
        error = OperationalError("SELECT 1", None, error)
    with pytest.raises(kind) as caught, translated(PATH):
        raise error
    assert type(caught.value) is kind
    assert str(PATH) in caught.value.title
    assert caught.value.hint
    told_by_title = code & 0xFF in (
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
    )  # fmt: skip
    assert caught.value.detail == ("" if told_by_title else "SQLite: what SQLite says.")
    assert caught.value.__cause__ is error


def test_a_statement_that_was_stopped_is_cancelled() -> None:
    with pytest.raises(Cancelled), translated(PATH):
        raise sqlite_error(sqlite3.SQLITE_INTERRUPT)


@pytest.mark.parametrize("error", [sqlite_error(sqlite3.SQLITE_ERROR), sqlite3.ProgrammingError("ours"), KeyError(1)])
def test_a_bug_of_ours_stays_one(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translated(PATH):
        raise error
    assert caught.value is error


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, ReadOnly),
        (errno.EACCES, ReadOnly),
        (errno.ENOTDIR, EnvironmentTrouble),
        (errno.ENOENT, EnvironmentTrouble),
        (errno.EISDIR, EnvironmentTrouble),
        (errno.EMFILE, EnvironmentTrouble),
    ],
)
def test_file_errors(number: int, kind: type[EnvironmentTrouble]) -> None:
    with pytest.raises(kind, match=r"work\.db"), translated_files(PATH):
        raise OSError(number, "what the system says")


def test_other_file_errors_pass_through() -> None:
    with pytest.raises(BrokenPipeError), translated_files(PATH):
        raise BrokenPipeError(errno.EPIPE, "nobody reads")
