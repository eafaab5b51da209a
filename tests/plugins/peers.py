"""Finds the shared data and starts real servers; what uses them is marked `real_server`, and skipped without them."""

import fcntl
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

START_DEADLINE_S = 600  # the first start installs the server's packages


@dataclass(frozen=True)
class NagiosPeer:
    """A real Nagios Core on loopback. `url` ends with a slash and holds its JSON and command CGIs."""

    script: Path
    port: int
    url: str
    user: str
    password: str
    read_only_user: str
    read_only_password: str
    command_file: Path

    def seed(self, hosts: int, services: int = 4) -> None:
        """Replace its estate with `hosts` hosts of `services` services each, in states of every kind."""
        self._run("seed", str(hosts), str(services))

    def set_state(self, host: str, service: str, state: str, text: str = "set by a test") -> None:
        """Give one service a new passive result: OK, WARNING, CRITICAL or UNKNOWN."""
        self._run("set", host, service, state, text)

    def stop(self) -> None:
        self._run("stop")

    def _run(self, *words: str) -> None:
        _call(self.script, self.port, *words)


def _shared_folder(root: Path) -> Path | None:
    named = os.environ.get("WATCHDESK_SHARED")
    folder = Path(named) if named else root.parent / "shared"
    return folder if folder.is_dir() else None


def pytest_itemcollected(item: pytest.Item) -> None:
    if "shared" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.real_server)
    if "nagios_peer" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
        item.add_marker(pytest.mark.timeout(START_DEADLINE_S))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if _shared_folder(config.rootpath) is not None:
        return
    for item in items:
        if item.get_closest_marker("real_server"):
            item.add_marker(pytest.mark.skip(reason="needs real servers: WATCHDESK_SHARED names no folder"))


@pytest.fixture(scope="session")
def shared(pytestconfig: pytest.Config) -> Path:
    """The folder of shared data and peers; a test that uses it is marked `real_server`."""
    folder = _shared_folder(pytestconfig.rootpath)
    assert folder is not None, "selection skips tests of real servers when the folder is absent"
    return folder


@pytest.fixture(scope="session")
def nagios_peer(shared: Path) -> Iterator[NagiosPeer]:
    """A real Nagios of this worker's own: 5 hosts of 4 services at first; stopped when the run ends."""
    if os.geteuid() != 0:
        pytest.skip("needs real servers: only root may start Nagios")
    script, port = shared / "peers" / "nagios", _free_port()
    try:
        with _one_at_a_time():
            _call(script, port, "start")
        facts = json.loads(_call(script, port, "url"))
        yield NagiosPeer(script, port, command_file=Path(facts.pop("command_file")), **facts)
    finally:
        _call(script, port, "stop")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two workers must not install packages at once: apt's list of packages has a lock that does not wait."""
    with (Path(tempfile.gettempdir()) / f"watchdesk-peers-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _call(script: Path, port: int, *words: str) -> str:
    command = [sys.executable, str(script), "--port", str(port), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=START_DEADLINE_S, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return done.stdout
