"""Samples through the product's writer: how many a second, how many bytes each takes, how long a day of one takes.

The standard mix: 1,000 series at 10 s, two thirds gauges of two decimals that wander, one third counters.
"""

from __future__ import annotations

import random
import sqlite3
import time
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.base.clock import HOUR, SECOND, Moment
from app.base.paths import Profile
from app.domain.history import Ingest, SeriesPoint, SourceMark
from app.ports import History
from app.storage.history import open_history
from tests.bench.figures import Figures
from tests.bench.side_by_side import alternate, median
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import health_row

pytestmark = pytest.mark.bench

SERIES = 1_000
PER_HOUR = 360
STEP = 10 * SECOND
HOURS = 24
ASKED = 101
SEED = 20_261_123
START_AT = 1_800_000_000_000 - 1_800_000_000_000 % HOUR
END_AT = START_AT + HOURS * HOUR
ROWS = tuple(health_row(f"check {number}") for number in range(SERIES))


def test_metric_store(tmp_path: Path, figures: Figures) -> None:
    print(f"seed {SEED}")
    profile, clock = Profile(tmp_path / "p"), VirtualClock(START_AT)
    with closing(open_history(profile, clock)) as history:
        history.ingest(Ingest(mark=mark(START_AT), rows=ROWS))
        took_s, last = write(history, clock)
    size, in_use, count, tail = sizes(profile.history_db)
    assert (count, tail) == (SERIES * HOURS * PER_HOUR, 0)
    figures.add("samples written a second, packing included", count / took_s, "1/s", at_least=100_000)
    figures.add("bytes a sample, pages in use", in_use / count, "B", at_most=1.8)
    figures.add("bytes a sample, with the open hour's pages", size / count, "B")
    chosen = random.Random(SEED).sample(range(SERIES), ASKED)
    with closing(open_history(profile, clock)) as history, closing(sqlite3.connect(profile.history_db)) as raw:
        read = alternate(
            {
                "history": lambda number: timed_day(history, chosen[number], last),
                "floor": lambda number: timed_floor(raw, chosen[number]),
            },
            ASKED,
        )
    floor = ("sqlite3 and zlib alone", median(read["floor"]) * 1000)
    figures.add("a day of one series, 8,640 samples", median(read["history"]) * 1000, "ms", at_most=1.0)
    figures.add("a day of one series beside its floor", median(read["history"]) * 1000, "ms", beside=floor)
    figures.judge()


def mark(at: Moment) -> SourceMark:
    return SourceMark(source="n1", observed_at=at, received_at=at, asked_at=at)


def write(history: History, clock: VirtualClock) -> tuple[float, NDArray[np.float64]]:
    """All hours, an ingest every ten seconds, then what is due of packing; (seconds taken, last value by series)."""
    random_of, took_s = np.random.default_rng(SEED), 0.0
    values = np.empty(0)
    for _hour in range(HOURS):
        values = hour_of_values(random_of)
        for step in range(PER_HOUR):
            at = clock.now()
            points = [
                SeriesPoint(row.id, "x", "", at, value)
                for row, value in zip(ROWS, values[:, step].tolist(), strict=True)
            ]
            took_s += timed_ingest(history, Ingest(mark=mark(at), points=tuple(points)))
            clock.advance(STEP / 1000)
    for _ in range(SERIES // 100):
        took_s += timed_ingest(history, Ingest(mark=mark(clock.now())))
    return took_s, values[:, -1]


def hour_of_values(random_of: np.random.Generator) -> NDArray[np.float64]:
    """(series, step)"""
    gauges = np.round(50 + np.cumsum(random_of.normal(0, 0.3, (SERIES, PER_HOUR)), axis=1), 2)
    counters = np.cumsum(random_of.poisson(40, (SERIES, PER_HOUR)), axis=1).astype(float)
    return np.where(np.arange(SERIES)[:, None] % 3 == 0, counters, gauges)


def timed_ingest(history: History, ingest: Ingest) -> float:
    began_s = time.perf_counter()
    history.ingest(ingest)
    return time.perf_counter() - began_s


def sizes(path: Path) -> tuple[int, int, int, int]:
    """(bytes of the file, of them in use, samples in chunks, samples in the tail)"""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page, free = (raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count"))
        (count,) = raw.execute("SELECT sum(count) FROM sample_chunk").fetchone()
        (tail,) = raw.execute("SELECT count(*) FROM sample_tail").fetchone()
    return path.stat().st_size, path.stat().st_size - free * page, count, tail


def timed_day(history: History, number: int, last: NDArray[np.float64]) -> float:
    began_s = time.perf_counter()
    (series,) = history.series(ROWS[number].id, START_AT, END_AT)
    took_s = time.perf_counter() - began_s
    assert len(series.at) == HOURS * PER_HOUR
    assert series.values[-1] == last[number]
    return took_s


def timed_floor(raw: sqlite3.Connection, number: int) -> float:
    """The same bytes read and unzipped, nothing else."""
    began_s = time.perf_counter()
    rows = raw.execute("SELECT packed FROM sample_chunk WHERE series = ? ORDER BY hour", (number + 1,)).fetchall()
    opened = [zlib.decompress(packed[1:]) for (packed,) in rows]
    took_s = time.perf_counter() - began_s
    assert len(opened) == HOURS
    return took_s
