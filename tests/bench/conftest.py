"""Benchmarks: each test is marked `bench`, has half an hour, and its figures are shown once more at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.base.clock import SystemClock
from app.base.paths import Profile
from app.storage.store import open_store
from tests.bench.estate import tickets
from tests.bench.figures import Figures

HERE = Path(__file__).parent
_SHOWN: list[Figures] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(1800))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _SHOWN:
        terminalreporter.section("figures")
    for figures in _SHOWN:
        for figure in figures.found:
            terminalreporter.line(f"{figures.name:14} {figure.line()}")


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Named after the test: ``test_queue_page`` writes ``out/queue_page.json``."""
    found = Figures(request.node.name.removeprefix("test_"))
    _SHOWN.append(found)
    return found


@pytest.fixture(scope="session")
def profile_100k(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """A profile of 100,000 tickets, 8% of them open."""
    return _filled(tmp_path_factory.mktemp("profile-100k"), 100_000)


@pytest.fixture(scope="session")
def profile_10k(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """A profile of 10,000 tickets, 8% of them open."""
    return _filled(tmp_path_factory.mktemp("profile-10k"), 10_000)


@pytest.fixture
def profile_to_start(tmp_path: Path) -> Profile:
    """Like ``profile_10k``, for one test that changes it."""
    return _filled(tmp_path / "profile", 10_000)


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of our own with a window manager."""
    for tool in ("Xvfb", "openbox", "xdotool"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        pass_fds=(write,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        name = ":" + told.readline().strip()
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": name}, stderr=subprocess.DEVNULL)
    yield name
    for process in (manager, server):
        process.terminate()
        process.wait(10)


def _filled(folder: Path, count: int) -> Profile:
    profile = Profile(folder)
    with closing(open_store(profile, SystemClock())) as store, store.write() as unit:
        unit.put_tickets(tickets(count))
    return profile
