"""A real Icinga 2 for the contract of health sources."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.zabbix_peer import _port_pair
from tests.plugins.peers import _call, _one_at_a_time


@dataclass(frozen=True)
class Icinga2Peer:
    """On loopback; ``url`` is the address of its API, ``ca`` the file of its own authority."""

    script: Path
    port: int
    url: str
    user: str
    password: str
    read_only_user: str
    read_only_password: str
    ca: str
    livestatus: str

    def seed(self, hosts: int, services: int) -> None:
        """Replace its estate."""
        _call(self.script, self.port, "seed", str(hosts), str(services))

    def set_state(self, host: str, service: str, state: str) -> None:
        """Give one service a new result: OK, WARNING, CRITICAL or UNKNOWN."""
        _call(self.script, self.port, "set", host, service, state)


@pytest.fixture(scope="session")
def icinga2_peer(shared: Path) -> Iterator[Icinga2Peer]:
    """One of this worker's own: 10 hosts of 4 services; stopped when the run ends."""
    if os.geteuid() != 0:
        pytest.skip("needs real servers: only root may start them")
    script, port = shared / "peers" / "icinga2", _port_pair()
    try:
        with _one_at_a_time():
            _call(script, port, "start")
        _call(script, port, "seed", "10", "4")
        yield Icinga2Peer(script, port, **json.loads(_call(script, port, "url")))
    finally:
        _call(script, port, "stop")
