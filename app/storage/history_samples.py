"""Stored samples: append to the tail, pack closed hours into chunks, read a window of both as one series.

Owns ``series``, ``sample_tail`` and ``sample_chunk``. Packing goes in small helpings, so that no write holds the
write lane for long; a sample that comes after its hour was packed is merged in with the next helping. Of two samples
of one series at one moment the later written stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection

from app.base.clock import HOUR, Moment
from app.domain.history import Series, SeriesPoint
from app.storage.history_chunk import pack, unpack
from app.storage.reading import Reading

HELPING: Final = 300
"""Series-hours packed at most with one ingest: about 30 ms."""

Limits = Iterable[tuple[str, str, float | None, float | None]]
SeriesKeys = dict[tuple[str, str], int]


def add_points(connection: Connection, points: Sequence[SeriesPoint], keys: SeriesKeys) -> None:
    """Append samples; ``keys`` is completed with what was new."""
    if not points:
        return
    fresh = {(point.row_id, point.label): point.unit for point in points if (point.row_id, point.label) not in keys}
    if fresh:
        _add_series(connection, fresh, keys)
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO sample_tail (hour, series, at, value) VALUES (?, ?, ?, ?)",
        [(p.at - p.at % HOUR, keys[p.row_id, p.label], p.at, p.value) for p in points],
    )


def _add_series(connection: Connection, fresh: dict[tuple[str, str], str], keys: SeriesKeys) -> None:
    connection.exec_driver_sql(
        "INSERT INTO series (subject, label, unit) SELECT key, ?, ? FROM subject WHERE id = ?"
        " ON CONFLICT (subject, label) DO UPDATE SET unit = excluded.unit",
        [(label, unit, row_id) for (row_id, label), unit in fresh.items()],
    )
    found = connection.exec_driver_sql(
        "SELECT subject.id, series.label, series.key FROM series JOIN subject ON subject.key = series.subject"
    )
    keys.update({(row_id, label): key for row_id, label, key in found})


def set_limits(connection: Connection, limits: Limits) -> None:
    """The limits last told of some series, by row id and label."""
    changed = [(warn, crit, row_id, label) for row_id, label, warn, crit in limits]
    if changed:
        connection.exec_driver_sql(
            "UPDATE series SET warn = ?, crit = ?"
            " WHERE subject = (SELECT key FROM subject WHERE id = ?) AND label = ?",
            changed,
        )


def pack_closed_hours(connection: Connection, now_at: Moment, limit: int = HELPING) -> int:
    """Pack up to ``limit`` series-hours that ended before ``now_at``; gives how many."""
    current = now_at - now_at % HOUR
    due = connection.exec_driver_sql(
        "SELECT hour, series FROM sample_tail WHERE hour < ? GROUP BY hour, series ORDER BY hour, series LIMIT ?",
        (current, limit),
    ).fetchall()
    if not due:
        return 0
    rows = connection.exec_driver_sql(
        "SELECT hour, series, at, value FROM sample_tail"
        " WHERE (hour, series) >= (?, ?) AND (hour, series) <= (?, ?) ORDER BY hour, series, at",
        (*due[0], *due[-1]),
    ).fetchall()
    chunks = [
        _chunk(connection, hour, series, [(at, value) for _, _, at, value in group])
        for (hour, series), group in groupby(rows, itemgetter(0, 1))
    ]
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO sample_chunk (series, hour, count, low, high, total, packed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        chunks,
    )
    connection.exec_driver_sql(
        "DELETE FROM sample_tail WHERE (hour, series) >= (?, ?) AND (hour, series) <= (?, ?)", (*due[0], *due[-1])
    )
    return len(chunks)


def _chunk(connection: Connection, hour: Moment, series: int, late: list[tuple[Moment, float]]) -> tuple[Any, ...]:
    known = connection.exec_driver_sql(
        "SELECT packed FROM sample_chunk WHERE series = ? AND hour = ?", (series, hour)
    ).fetchone()
    samples = dict(zip(*unpack(hour, known[0]), strict=True)) if known else {}
    samples.update(late)
    at = sorted(samples)
    values = [samples[moment] for moment in at]
    return series, hour, len(at), min(values), max(values), sum(values), pack(hour, at, values)


def read_series(reading: Reading, row_id: str, since_at: Moment, until_at: Moment) -> list[Series]:
    """All series of a row with their raw samples in the window, both ends included, by label."""
    known = reading.rows(
        "SELECT series.key, label, unit, warn, crit FROM series JOIN subject ON subject.key = series.subject"
        " WHERE subject.id = ? ORDER BY label",
        (row_id,),
    )
    found = []
    for key, label, unit, warn, crit in known:
        samples = sorted(_samples(reading, key, since_at, until_at).items())
        at, values = zip(*samples, strict=True) if samples else ((), ())
        found.append(Series(row_id=row_id, label=label, unit=unit, at=at, values=values, warn=warn, crit=crit))
    return found


def _samples(reading: Reading, series: int, since_at: Moment, until_at: Moment) -> dict[Moment, float]:
    samples: dict[Moment, float] = {}
    for hour, packed, at, value in reading.rows(_WINDOW, (series, since_at - since_at % HOUR, until_at)):
        if packed is not None:
            samples.update(zip(*unpack(hour, packed), strict=True))
        else:
            samples[at] = value
    return {at: value for at, value in samples.items() if since_at <= at <= until_at}


# One statement, hence one state of the file: an hour is never missed or doubled while it is being packed. The tail
# is asked hour by hour, of which it holds few.
_WINDOW: Final = """
WITH RECURSIVE hours(hour) AS (
    SELECT min(hour) FROM sample_tail WHERE hour >= ?2
    UNION ALL
    SELECT (SELECT min(hour) FROM sample_tail WHERE hour > hours.hour) FROM hours WHERE hours.hour IS NOT NULL
)
SELECT hour, packed, NULL, NULL FROM sample_chunk WHERE series = ?1 AND hour BETWEEN ?2 AND ?3
UNION ALL
SELECT tail.hour, NULL, tail.at, tail.value FROM hours JOIN sample_tail AS tail
    ON tail.hour = hours.hour AND tail.series = ?1
"""
