"""Which schema a ``work.db`` has, and how it comes to the present one.

The stored version is Alembic's own row, read with plain SQL; Alembic itself is imported only when a migration is due.
A new file is made from the tables at once, under another name, and gets its own name when it is whole: a ``work.db``
that is there has never been half made.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from app.base.errors import Damaged, TooNew
from app.base.text import tr
from app.storage.engine import make_private, open_engine, sync_folder
from app.storage.trouble import RESTORE_HINT
from app.storage.work_tables import MIN_WRITER_VERSION, SCHEMA_VERSION, metadata

_SCRIPTS: Final = Path(__file__).with_name("migrations")
_VERSION_TABLE: Final = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


@dataclass(frozen=True, slots=True)
class Schema:
    """The version that a program wants, and where the migrations to it are."""

    version: int
    scripts: tuple[Path, ...]


CURRENT: Final = Schema(SCHEMA_VERSION, (_SCRIPTS / "versions",))


def revision(version: int) -> str:
    """Alembic's name of a schema version."""
    return f"{version:04d}"


def stored_version(connection: sqlite3.Connection) -> str:
    """The revision in a file. Raises Damaged when the file is SQLite's but not ours, sqlite3.Error."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    row = None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise Damaged(
            tr("The file holds no Watchdesk tables."), hint=tr("Nothing was overwritten. ") + tr(RESTORE_HINT)
        )
    return str(row[0])


def is_due(stored: str, schema: Schema = CURRENT) -> bool:
    """Whether a file of this revision must be migrated before it can be used. Raises TooNew."""
    if stored == revision(schema.version):
        return False
    if not stored.isdecimal() or int(stored) > schema.version:
        raise _too_new(stored, schema)
    return True


def refuse_newer_writer(connection: sqlite3.Connection, schema: Schema = CURRENT) -> None:
    """Raise TooNew where the file says that only newer programs may write it, whatever its tables look like.

    Also Damaged when the note is missing or no number, sqlite3.Error.
    """
    row = connection.execute("SELECT value FROM meta WHERE name = 'min_writer_version'").fetchone()
    if row is None or not str(row[0]).isdecimal():
        raise Damaged(
            tr("The file does not say which versions may write it."),
            hint=tr("Nothing was overwritten. ") + tr(RESTORE_HINT),
        )
    if int(row[0]) > schema.version:
        raise _too_new(revision(int(row[0])), schema)


def _too_new(wanted: str, schema: Schema) -> TooNew:
    return TooNew(
        tr("This profile was written by a newer Watchdesk (schema {stored}).", stored=wanted),
        detail=tr("This one knows schema {known}.", known=revision(schema.version)),
        hint=tr("Nothing was changed. Install the newer version, or open another profile with --data-dir."),
    )


def create(path: Path) -> None:
    """Make a new, empty ``work.db``. When another process is quicker, its file stands.

    Raises sqlite3.Error, OSError.
    """
    making = path.with_name(f"{path.name}.new-{os.getpid()}")
    making.unlink(missing_ok=True)
    try:
        _fill(making)
        with making.open("rb") as file:
            os.fsync(file.fileno())
        try:
            making.hardlink_to(path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            making.rename(path)
        sync_folder(path.parent)
    finally:
        making.unlink(missing_ok=True)


def _fill(path: Path) -> None:
    make_private(path)
    engine = open_engine(path, synchronous="NORMAL")
    try:
        with engine.begin() as connection:
            metadata.create_all(connection, checkfirst=False)
            connection.exec_driver_sql(_VERSION_TABLE)
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision(SCHEMA_VERSION),))
            write_min_writer(connection)
    finally:
        # The last connection to close moves the WAL into the file and removes it.
        engine.dispose()


def write_min_writer(connection: Connection) -> None:
    """Note the oldest schema version whose programs may still write here."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO meta (name, value) VALUES ('min_writer_version', ?)", (str(MIN_WRITER_VERSION),)
    )


def migrate(path: Path, target: str = "head", schema: Schema = CURRENT) -> None:
    """Bring a file up or down to a revision, in one transaction; a failure leaves it as it was.

    The caller has made a backup and has the profile alone. Raises sqlite3.Error, Damaged when references would break.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, schema.scripts)).replace("%", "%%"))
    move = command.upgrade if target == "head" else command.downgrade
    engine = open_engine(path, synchronous="FULL")
    try:
        with engine.connect() as connection:
            # Not possible inside a transaction; tables that are made anew would break references for a moment.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            with connection.begin():
                config.attributes["connection"] = connection
                move(config, target)
                _refuse_broken_references(connection)
    finally:
        engine.dispose()


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise Damaged(
            tr("{count} rows refer to rows that are not there.", count=len(broken)),
            detail=tr("Tables: {tables}.", tables=", ".join(sorted({row[0] for row in broken}))),
            hint=tr("Nothing was changed. ") + tr(RESTORE_HINT),
        )
