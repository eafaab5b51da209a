"""How read models ask: raw driver tuples from the reading engine's pool, errors translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.storage.ticket_row import Row
from app.storage.trouble import translated


class Reading:
    """One reading engine. Each call sees the newest committed state; any lane, several at once."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows as tuples: a page through SQLAlchemy's rows costs 1.4 times as much."""
        with self._cursor() as cursor:
            found: list[Row] = cursor.execute(sql, parameters).fetchall()
            return found

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row."""
        with self._cursor() as cursor:
            found: Row | None = cursor.execute(sql, parameters).fetchone()
            return found

    def stream(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows one by one, all of one state of the file; the connection is given back at the end."""
        with self._cursor() as cursor:
            cursor.execute(sql, parameters)
            while rows := cursor.fetchmany(500):
                yield from rows

    @contextmanager
    def snapshot(self) -> Iterator[Callable[[str, Sequence[Any]], list[Row]]]:
        """Asks several times of one state of the file: gives what is called for all rows of a question."""
        with self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield lambda sql, parameters: cursor.execute(sql, parameters).fetchall()
            finally:
                cursor.execute("ROLLBACK")

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with translated(self._path):
            connection = self._engine.raw_connection()
            try:
                cursor = connection.cursor()
                try:
                    yield cursor
                finally:
                    cursor.close()
            finally:
                connection.close()
