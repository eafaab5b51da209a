"""Letting the past go: what is older than the retention, in short transactions, and all of a forgotten source's rows.

Samples and states have a retention each. What a file told of the past stays until its source is removed.

A row's change that is in force at the border stays: without it nobody would know its state after the border.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Engine

from app.base.clock import HOUR, Moment

_SLICE: Final = 500
_CHUNKS: Final = "DELETE FROM sample_chunk WHERE series BETWEEN ?1 AND ?2 AND hour < ?3"
_BY_FILE: Final = "(SELECT source FROM source_mark WHERE interval_s = 0)"
_CHANGES: Final = f"""
DELETE FROM state_change WHERE subject BETWEEN ?1 AND ?2
    AND (SELECT source FROM subject WHERE key = state_change.subject) NOT IN {_BY_FILE} AND at <
    (SELECT max(at) FROM state_change AS kept WHERE kept.subject = state_change.subject AND kept.at <= ?3)
"""  # noqa: S608
# What was removed before the border has no past left after it.
_REMOVED: Final = """
DELETE FROM state_change WHERE subject BETWEEN ?1 AND ?2 AND at < ?3 AND state = '' AND NOT EXISTS
    (SELECT 1 FROM state_change AS later WHERE later.subject = state_change.subject AND later.at > state_change.at)
"""
_TAIL: Final = "DELETE FROM sample_tail WHERE minute < ?"
_COVERAGE: Final = f"DELETE FROM coverage WHERE until_at < ? AND source NOT IN {_BY_FILE}"  # noqa: S608
_SERIES: Final = """
DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM sample_chunk WHERE sample_chunk.series = series.key)
    AND key NOT IN (SELECT series FROM sample_tail)
"""
_SUBJECTS: Final = """
DELETE FROM subject WHERE NOT EXISTS (SELECT 1 FROM state_change WHERE state_change.subject = subject.key)
    AND NOT EXISTS (SELECT 1 FROM series WHERE series.subject = subject.key)
    AND NOT EXISTS (SELECT 1 FROM health_row WHERE health_row.id = subject.id)
"""


def prune(engine: Engine, samples_before_at: Moment, states_before_at: Moment) -> int:
    """Delete what ended before the moments; gives how many stored rows went."""
    border, states_border = (at - at % HOUR for at in (samples_before_at, states_before_at))
    gone = 0
    steps = (
        (_CHUNKS, "series", border),
        (_CHANGES, "subject", states_before_at),
        (_REMOVED, "subject", states_before_at),
    )
    for sql, table, moment in steps:
        for first, last in _slices(engine, table):
            with engine.begin() as connection:
                gone += connection.exec_driver_sql(sql, (first, last, moment)).rowcount
    with engine.begin() as connection:
        gone += connection.exec_driver_sql(_TAIL, (border,)).rowcount
        gone += connection.exec_driver_sql(_COVERAGE, (states_border,)).rowcount
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
