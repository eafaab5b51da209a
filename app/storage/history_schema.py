"""Which schema a ``history.db`` has, and how it comes to the present one.

A new file is filled in one transaction, so that another process sees all of its tables or none. The version is
Alembic's own row, as in ``work.db``; Alembic is imported only when a migration is due.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from app.base.errors import Damaged, TooNew
from app.base.text import tr
from app.storage.engine import open_connection, open_engine
from app.storage.history_tables import SCHEMA_VERSION, metadata

_SCRIPTS: Final = Path(__file__).with_name("migrations_history")
_VERSION_TABLE: Final = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


def revision(version: int) -> str:
    """Alembic's name of a schema version."""
    return f"{version:04d}"


def make_ready(path: Path) -> None:
    """The file is there and has the present schema. Raises TooNew, Damaged, sqlite3.Error, OSError."""
    engine = open_engine(path, synchronous="NORMAL")
    try:
        with engine.begin() as connection:
            stored = _stored(connection) or _fill(connection)
    finally:
        engine.dispose()
    if _is_due(stored):
        _migrate(path)


def has_present_schema(path: Path) -> bool:
    """Whether a file that may only be read can be read by this program. Raises TooNew, sqlite3.Error."""
    with closing(open_connection(path, synchronous="NORMAL", read_only=True)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return False
    return row is not None and not _is_due(str(row[0]))


def _stored(connection: Connection) -> str | None:
    """The revision in the file; None for a file without any table."""
    tables = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return None
    row = (
        connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchone()
        if "alembic_version" in tables
        else None
    )
    if row is None:
        raise Damaged(
            tr("The file history.db holds no Watchdesk tables."),
            hint=tr("Nothing was overwritten. Move it out of the profile and start again: only the past of the board"
                    " is in it, no ticket."),
        )  # fmt: skip
    return str(row[0])


def _fill(connection: Connection) -> str:
    metadata.create_all(connection, checkfirst=False)
    connection.exec_driver_sql(_VERSION_TABLE)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision(SCHEMA_VERSION),))
    return revision(SCHEMA_VERSION)


def _is_due(stored: str) -> bool:
    if stored == revision(SCHEMA_VERSION):
        return False
    if not stored.isdecimal() or int(stored) > SCHEMA_VERSION:
        raise TooNew(
            tr("The history of this profile was written by a newer Watchdesk (schema {stored}).", stored=stored),
            hint=tr("Nothing was changed. Install the newer version, or open another profile with --data-dir."),
        )
    return True


def _migrate(path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    engine = open_engine(path, synchronous="NORMAL")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
