"""The whole incident log through the importer beside the same rows written by hand with sqlite3."""

from __future__ import annotations

import itertools
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from app.base.clock import SystemClock
from app.base.ids import Ids
from app.base.paths import Profile
from app.storage.store import open_store
from app.usecases.imports.servicenow_log import import_servicenow_log
from app.usecases.work import Work
from tests.bench.figures import Figures
from tests.bench.side_by_side import alternate, median, pairwise

pytestmark = [pytest.mark.bench, pytest.mark.real_server]

ROUNDS = 7
TABLES = ("ticket", "timeline")


def import_s(root: Path, log: Path) -> float:
    """One import into a new profile."""
    clock = SystemClock()
    with closing(open_store(Profile(root), clock)) as store:
        work = Work(store, clock, Ids(clock), "ann")
        began_s = time.perf_counter()
        import_servicenow_log(work, log)
        return time.perf_counter() - began_s


def by_hand_s(path: Path, filled: Path) -> float:
    """The same rows into the same tables and indexes, in one transaction as durable as ours."""
    with closing(sqlite3.connect(filled)) as source:
        schema = "SELECT sql FROM sqlite_schema WHERE tbl_name IN (?, ?) AND sql IS NOT NULL ORDER BY type DESC"
        statements = [row[0] for row in source.execute(schema, TABLES)]
        rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}
    with closing(sqlite3.connect(path, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        for statement in statements:
            target.execute(statement)
        began_s = time.perf_counter()
        target.execute("BEGIN")
        for name, found in rows.items():
            target.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(found[0]))})", found)
        target.execute("COMMIT")
        return time.perf_counter() - began_s


def test_import(shared: Path, tmp_path: Path, figures: Figures) -> None:
    log = shared / "data" / "itsm" / "servicenow_incident_event_log.csv.gz"
    import_s(tmp_path / "filled", log)
    filled, numbers = Profile(tmp_path / "filled").work_db, itertools.count()
    samples = alternate(
        {
            "import": lambda _: import_s(tmp_path / f"profile-{next(numbers)}", log),
            "sqlite3 by hand": lambda _: by_hand_s(tmp_path / f"hand-{next(numbers)}.db", filled),
        },
        ROUNDS,
    )
    ours, hand = samples["import"], samples["sqlite3 by hand"]
    figures.add("the whole incident log, imported", median(ours), "s", at_most=12)
    figures.add("speed beside sqlite3 writing the same rows", pairwise(hand, ours), "x", at_least=0.2)
    figures.judge()
