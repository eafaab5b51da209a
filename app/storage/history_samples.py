"""Stored samples: append to the tail, pack closed hours into chunks, read a window of both as one series.

Owns ``series``, ``sample_tail`` and ``sample_chunk``. Packing goes in small helpings, so that no write holds the
write lane for long; a sample that comes after its hour was packed is merged in with the next helping. Of two samples
of one series at one moment the later written stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from app.base.clock import HOUR, MINUTE, Moment
from app.domain.history import Series, SeriesPoint
from app.storage.history_chunk import pack, unpack, unpack_all
from app.storage.reading import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
        "INSERT OR REPLACE INTO sample_tail (minute, series, at, value) VALUES (?, ?, ?, ?)",
        [(p.at - p.at % MINUTE, keys[p.row_id, p.label], p.at, p.value) for p in points],
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
    """Pack up to ``limit`` series-hours that ended before ``now_at``, of the oldest hour; gives how many."""
    minute = connection.exec_driver_sql("SELECT min(minute) FROM sample_tail").scalar()
    if minute is None or minute >= now_at - now_at % HOUR:
        return 0
    hour = minute - minute % HOUR
    first = connection.exec_driver_sql(_FIRST_SERIES, (hour,)).scalar_one()
    part = (hour, first, first + limit - 1)
    rows = connection.exec_driver_sql(_PART, part).fetchall()
    chunks = [
        _chunk(connection, hour, series, [(at, value) for _, at, value in group])
        for series, group in groupby(rows, itemgetter(0))
    ]
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO sample_chunk (series, hour, count, low, high, total, packed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        chunks,
    )
    connection.exec_driver_sql(_DROP_PART, part)
    return len(chunks)


# Minute by minute each: a series' samples of an hour lie in sixty places, of which every one is found at once.
_MINUTES: Final = f"""
WITH RECURSIVE minutes(minute) AS (
    SELECT ?1 UNION ALL SELECT minute + {MINUTE} FROM minutes WHERE minute < ?1 + {HOUR - MINUTE}
)
"""  # noqa: S608
_FIRST_SERIES: Final = f"""{_MINUTES}
SELECT min((SELECT series FROM sample_tail WHERE sample_tail.minute = minutes.minute ORDER BY series LIMIT 1))
FROM minutes
"""  # noqa: S608
_PART: Final = f"""{_MINUTES}
SELECT tail.series, tail.at, tail.value FROM minutes CROSS JOIN sample_tail AS tail
    ON tail.minute = minutes.minute AND tail.series BETWEEN ?2 AND ?3
ORDER BY tail.series, tail.at
"""  # noqa: S608
_DROP_PART: Final = f"""{_MINUTES}
DELETE FROM sample_tail WHERE minute IN (SELECT minute FROM minutes) AND series BETWEEN ?2 AND ?3
"""  # noqa: S608


def _chunk(connection: Connection, hour: Moment, series: int, late: list[tuple[Moment, float]]) -> tuple[Any, ...]:
    known = connection.exec_driver_sql(
        "SELECT packed FROM sample_chunk WHERE series = ? AND hour = ?", (series, hour)
    ).fetchone()
    at, values = [each[0] for each in late], [each[1] for each in late]
    if known:
        samples = dict(zip(*(column.tolist() for column in unpack(hour, known[0])), strict=True)) | dict(late)
        at = sorted(samples)
        values = [samples[moment] for moment in at]
    return series, hour, len(at), min(values), max(values), sum(values), pack(hour, at, values)


def series_names(reading: Reading) -> list[tuple[str, str]]:
    """As the port says, by host, name and label."""
    return [
        (id_, label)
        for id_, label in reading.rows(
            "SELECT row.id, series.label FROM series JOIN subject ON subject.key = series.subject"
            " JOIN health_row AS row ON row.id = subject.id ORDER BY row.host, row.name, series.label, row.source"
        )
    ]


def read_series(reading: Reading, row_id: str, since_at: Moment, until_at: Moment) -> list[Series]:
    """All series of a row with their raw samples in the window, both ends included, by label."""
    known = reading.rows(
        "SELECT series.key, label, unit, warn, crit FROM series JOIN subject ON subject.key = series.subject"
        " WHERE subject.id = ? ORDER BY label",
        (row_id,),
    )
    found = []
    for key, label, unit, warn, crit in known:
        at, values = _samples(reading, key, since_at, until_at)
        found.append(Series(row_id=row_id, label=label, unit=unit, at=at, values=values, warn=warn, crit=crit))
    return found


def _samples(
    reading: Reading, series: int, since_at: Moment, until_at: Moment
) -> tuple[tuple[Moment, ...], tuple[float, ...]]:
    import numpy as np

    # One state of the file for both: an hour is never missed or doubled while it is being packed.
    with reading.snapshot() as rows:
        chunks = rows(_CHUNKS, (series, since_at - since_at % HOUR, until_at))
        tail = rows(_TAIL, (series, since_at - since_at % MINUTE, until_at))
    at, values = unpack_all(chunks)
    if tail:
        is_late = len(at) > 0 and tail[0][0] <= at[-1]  # of an hour that is packed already
        at = np.concatenate((at, [row[0] for row in tail]))
        values = np.concatenate((values, [row[1] for row in tail]))
        at, values = _merged(at, values) if is_late else (at, values)
    first, last = np.searchsorted(at, since_at), np.searchsorted(at, until_at, side="right")
    return tuple(at[first:last].tolist()), tuple(values[first:last].tolist())


def _merged(at: NDArray[np.int64], values: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """In order of time; of two at one moment the later one stands."""
    import numpy as np

    samples = dict(zip(at.tolist(), values.tolist(), strict=True))
    moments = sorted(samples)
    return np.array(moments), np.array([samples[moment] for moment in moments])


_CHUNKS: Final = "SELECT hour, packed FROM sample_chunk WHERE series = ?1 AND hour BETWEEN ?2 AND ?3 ORDER BY hour"
# The tail holds few minutes; of each this series' samples are found at once.
_TAIL: Final = """
WITH RECURSIVE minutes(minute) AS (
    SELECT min(minute) FROM sample_tail WHERE minute BETWEEN ?2 AND ?3
    UNION ALL
    SELECT (SELECT min(minute) FROM sample_tail WHERE minute > minutes.minute AND minute <= ?3)
    FROM minutes WHERE minutes.minute IS NOT NULL
)
SELECT tail.at, tail.value FROM minutes CROSS JOIN sample_tail AS tail
    ON tail.minute = minutes.minute AND tail.series = ?1
ORDER BY tail.at
"""
