"""A work on a real store in a folder of its own: an import is judged by what is on disk afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import SystemClock
from app.base.ids import Ids
from app.base.paths import Profile
from app.storage.store import open_store
from app.usecases.work import Work


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    clock = SystemClock()
    store = open_store(Profile(tmp_path / "profile"), clock)
    yield Work(store, clock, Ids(clock), "ann")
    store.close()
