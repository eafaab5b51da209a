"""Who writes: two persons at one store in a folder of the test, on a clock that the test turns."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.base.ids import Ids
from app.base.paths import Profile
from app.storage.store import SqliteStore, open_store
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock
from tests.fakes.poll_desk import Desk

Audited = Callable[[], list[str]]


@pytest.fixture
def time() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def store(tmp_path: Path, time: VirtualClock) -> Iterator[SqliteStore]:
    opened = open_store(Profile(tmp_path / "profile"), time)
    yield opened
    opened.close()


@pytest.fixture
def me(store: SqliteStore, time: VirtualClock) -> Work:
    return Work(store, time, Ids(time), "J. Reyes", "test")


@pytest.fixture
def someone(store: SqliteStore, time: VirtualClock) -> Work:
    return Work(store, time, Ids(time), "A. Kaya", "test")


@pytest.fixture
def audited(store: SqliteStore, tmp_path: Path) -> Audited:
    """The actions in the audit, sorted, as another program reads them."""

    def read() -> list[str]:
        with closing(sqlite3.connect(Profile(tmp_path / "profile").work_db)) as database:
            return sorted(row[0] for row in database.execute("SELECT action FROM audit"))

    return read


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def new_desk(tmp_path: Path, clock: VirtualClock) -> Iterator[Callable[[str], Desk]]:
    made: list[Desk] = []

    def make(holder: str = "desk") -> Desk:
        made.append(Desk(Profile(tmp_path / "p"), clock, holder))
        return made[-1]

    yield make
    for desk in made:
        desk.history.real.close()


@pytest.fixture
def desk(new_desk: Callable[[str], Desk]) -> Desk:
    return new_desk("desk")
