"""A profile of its own for each test, and its store opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.paths import Profile
from app.storage.store import SqliteStore, open_store
from tests.fakes.clock import VirtualClock


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def store(profile: Profile, clock: VirtualClock) -> Iterator[SqliteStore]:
    opened = open_store(profile, clock)
    yield opened
    opened.close()
