"""Opening SQLite files: the one place that knows their pragmas, modes and functions.

``work.db`` (``app.storage.store``) and ``history.db`` (``app.storage.history``) both come through ``open_engine``;
a pragma belongs here, a table does not. Writing engines start every transaction with BEGIN IMMEDIATE, so that two
processes wait for one another at the start and never fail in the middle. Reading engines cannot write at all.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.base.errors import EnvironmentTrouble
from app.base.text import tr
from app.storage.mount import refuse_network_folder
from app.storage.query_sql import register

Synchronous = Literal["FULL", "NORMAL"]

OLDEST_SQLITE: Final = (3, 37, 0)
"""The first one with STRICT tables."""

BUSY_S: Final = 5.0
"""How long a writer waits for another process before it says so."""

WAL_KEPT_BYTES: Final = 64 * 1024 * 1024
_SHARED_PRAGMAS: Final = (
    "foreign_keys=ON",
    "cell_size_check=ON",
    "trusted_schema=OFF",
    "temp_store=MEMORY",
    "cache_size=-16000",
)


def open_engine(path: Path, *, synchronous: Synchronous, read_only: bool = False, busy_s: float = BUSY_S) -> Engine:
    """An engine for one SQLite file; a missing file is created, owner-only, unless ``read_only``.

    A writing engine holds one connection and opens it at first use. Nothing is read here, so that damage shows
    itself at the first statement: run that under ``app.storage.trouble.translated``. Raises NetworkFolder, OSError.
    """
    refuse_network_folder(path)
    _refuse_old_sqlite()
    if not read_only:
        make_private(path)

    def connect() -> sqlite3.Connection:
        return open_connection(path, synchronous=synchronous, read_only=read_only, busy_s=busy_s)

    size, more = (2, 6) if read_only else (1, 0)
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=size, max_overflow=more, pool_timeout=30
    )
    if not read_only:
        event.listen(engine, "begin", _begin_immediate)
    return engine


def open_connection(
    path: Path, *, synchronous: Synchronous, read_only: bool = False, busy_s: float = BUSY_S
) -> sqlite3.Connection:
    """One bare connection with all pragmas and functions; it may be handed from thread to thread. In autocommit
    until a BEGIN. Raises sqlite3.Error."""
    connection = sqlite3.connect(
        _uri(path, read_only), uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False,
        cached_statements=256,
    )  # fmt: skip
    try:
        for pragma in _pragmas(synchronous, read_only):
            connection.execute("PRAGMA " + pragma).close()
        register(connection)
    except BaseException:  # whatever it was, the file must not stay open behind it
        connection.close()
        raise
    return connection


def make_private(path: Path) -> None:
    """Create the file empty and owner-only when it is missing; SQLite gives its WAL the same rights."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder survive a power cut. Raises OSError."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def can_write(path: Path) -> bool:
    """Whether this file (or, when it is missing, its folder) may be written; SQLite needs the folder either way."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def quick_check(path: Path, *, thorough: bool = False) -> list[str]:
    """What SQLite finds wrong with a file; nothing when it is sound. ``thorough`` also compares indexes with rows.

    Raises sqlite3.Error when it cannot be read far enough to tell.
    """
    with closing(open_connection(path, synchronous="FULL", read_only=True)) as connection:
        pragma = "integrity_check(20)" if thorough else "quick_check(20)"
        found = [str(row[0]) for row in connection.execute("PRAGMA " + pragma)]
    return [] if found == ["ok"] else found


def _refuse_old_sqlite() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise EnvironmentTrouble(
            tr("This computer’s SQLite {version} is too old.", version=sqlite3.sqlite_version),
            hint=tr("Install SQLite {oldest} or newer.", oldest=".".join(map(str, OLDEST_SQLITE))),
        )


def _uri(path: Path, read_only: bool) -> str:
    query = ""
    if read_only:
        query = "?mode=ro"
        wal = path.with_name(path.name + "-wal")
        if not os.access(path.parent, os.W_OK) and not (wal.exists() and wal.stat().st_size):
            # Nobody can write here, and SQLite could not make the shared memory that it wants beside a WAL file.
            query += "&immutable=1"
    return "file:" + quote(str(path.absolute())) + query


def _pragmas(synchronous: Synchronous, read_only: bool) -> tuple[str, ...]:
    if read_only:
        return (*_SHARED_PRAGMAS, "query_only=ON")
    return (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        f"journal_size_limit={WAL_KEPT_BYTES}",
        *_SHARED_PRAGMAS,
    )


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
