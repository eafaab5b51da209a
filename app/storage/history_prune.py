"""Letting the past go: what is older than the retention, in short transactions, and all of a forgotten source's rows.

A row's change that is in force at the border stays: without it nobody would know its state after the border.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine

from app.base.clock import HOUR, Moment

_SLICE: Final = 500
_CHUNKS: Final = "DELETE FROM sample_chunk WHERE series BETWEEN ?1 AND ?2 AND hour < ?3"
_CHANGES: Final = """
DELETE FROM state_change WHERE subject BETWEEN ?1 AND ?2 AND at <
    (SELECT max(at) FROM state_change AS kept WHERE kept.subject = state_change.subject AND kept.at <= ?3)
"""
# What was removed before the border has no past left after it.
_REMOVED: Final = """
DELETE FROM state_change WHERE subject BETWEEN ?1 AND ?2 AND at < ?3 AND state = '' AND NOT EXISTS
    (SELECT 1 FROM state_change AS later WHERE later.subject = state_change.subject AND later.at > state_change.at)
"""
_WHOLE: Final = ("DELETE FROM sample_tail WHERE hour < ?", "DELETE FROM coverage WHERE until_at < ?")
_SERIES: Final = """
DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM sample_chunk WHERE sample_chunk.series = series.key)
    AND key NOT IN (SELECT series FROM sample_tail)
"""
_SUBJECTS: Final = """
DELETE FROM subject WHERE NOT EXISTS (SELECT 1 FROM state_change WHERE state_change.subject = subject.key)
    AND NOT EXISTS (SELECT 1 FROM series WHERE series.subject = subject.key)
    AND NOT EXISTS (SELECT 1 FROM health_row WHERE health_row.id = subject.id)
"""


def prune(engine: Engine, before_at: Moment) -> int:
    """Delete what ended before the moment; gives how many stored rows went."""
    border = before_at - before_at % HOUR
    gone = 0
    steps = ((_CHUNKS, "series", border), (_CHANGES, "subject", before_at), (_REMOVED, "subject", before_at))
    for sql, table, moment in steps:
        for first, last in _slices(engine, table):
            with engine.begin() as connection:
                gone += connection.exec_driver_sql(sql, (first, last, moment)).rowcount
    with engine.begin() as connection:
        gone += sum(connection.exec_driver_sql(sql, (border,)).rowcount for sql in _WHOLE)
    with engine.begin() as connection:
        connection.exec_driver_sql(_SERIES)
        connection.exec_driver_sql(_SUBJECTS)
    return gone


def _slices(engine: Engine, table: str) -> Iterator[tuple[int, int]]:
    with engine.begin() as connection:
        highest = connection.exec_driver_sql(f"SELECT coalesce(max(key), 0) FROM {table}").scalar_one()  # noqa: S608
    for first in range(0, int(highest) + 1, _SLICE):
        yield first, first + _SLICE - 1


def forget_source(connection: Connection, source: str, now_at: Moment) -> None:
    """The rows of a source leave the board; what is known of their past ends now and goes with the retention."""
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO state_change (subject, at, state, hard, handled, output)"
        " SELECT subject.key, ?, '', 1, 0, '' FROM subject JOIN health_row ON health_row.id = subject.id"
        " WHERE subject.source = ?",
        (now_at, source),
    )
    for table in ("health_row", "remark", "downtime", "source_mark"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE source = ?", (source,))  # noqa: S608
