"""The whole log of 16,683 incidents through the command line, beside SQLite writing the rows that come of it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.base.paths import Profile
from tests.bench.figures import Figures
from tests.bench.installed import environment, watchdesk
from tests.bench.side_by_side import alternate, median

pytestmark = pytest.mark.bench

ROUNDS = 7
LIMIT_S = 12.0
INCIDENTS = 16_683
TABLES = ("ticket", "timeline")


@dataclass(frozen=True)
class Written:
    """What an import left: how the tables and their indexes are made, and all their rows."""

    schema: Sequence[str]
    rows: dict[str, list[tuple[Any, ...]]]

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def _import(log: Path, folder: Path) -> float:
    command = watchdesk("--data-dir", folder, "import", "tickets", log, "--format", "servicenow-log", "--json")
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment())
    took_s = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == INCIDENTS
    return took_s


def _written(folder: Path) -> Written:
    with closing(sqlite3.connect(Profile(folder).work_db)) as connection:
        among = ", ".join(f"'{name}'" for name in TABLES)
        schema = [
            row[0]
            for row in connection.execute(
                f"SELECT sql FROM sqlite_master WHERE tbl_name IN ({among}) AND sql IS NOT NULL ORDER BY type DESC"
            )
        ]
        return Written(schema, {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES})


def _write_raw(written: Written, path: Path) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        for sql in written.schema:
            connection.execute(sql)
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for name, rows in written.rows.items():
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute("COMMIT")
        return time.perf_counter() - began


def test_import_rate(shared: Path, tmp_path: Path, figures: Figures) -> None:
    log = shared / "data" / "itsm" / "servicenow_incident_event_log.csv.gz"
    _import(log, tmp_path / "first")
    written = _written(tmp_path / "first")
    assert len(written.rows["ticket"]) == INCIDENTS
    places = iter(range(10_000))
    samples = alternate(
        {
            "ours": lambda _: _import(log, tmp_path / f"ours-{next(places)}"),
            "raw sqlite3": lambda _: _write_raw(written, tmp_path / f"raw-{next(places)}.db"),
        },
        ROUNDS,
    )
    ours_s, raw_s = median(samples["ours"]), median(samples["raw sqlite3"])
    figures.add("whole log by the command line", ours_s, "s", at_most=LIMIT_S)
    figures.add(
        f"{written.count:,} rows written", written.count / ours_s, "rows/s",
        beside=("rows/s raw sqlite3", written.count / raw_s), at_least=0.2,
    )  # fmt: skip
    figures.judge()
