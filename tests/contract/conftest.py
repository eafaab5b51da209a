"""A real Prometheus with its Alertmanager for the contract of health sources."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract.icinga2_peer import icinga2_peer
from tests.contract.zabbix_peer import zabbix_peer
from tests.plugins.peers import _call, _free_port, _one_at_a_time

__all__ = ["PrometheusPeer", "icinga2_peer", "prometheus_peer", "zabbix_peer"]


@dataclass(frozen=True)
class PrometheusPeer:
    """On loopback; the addresses are those of the APIs."""

    script: Path
    port: int
    url: str
    alertmanager: str
    user: str
    password: str

    def set_state(self, host: str, service: str, state: str) -> None:
        """What the exporter tells of one service from now on: OK, WARNING, CRITICAL or UNKNOWN."""
        _call(self.script, self.port, "set", host, service, state)


@pytest.fixture(scope="session")
def prometheus_peer(shared: Path) -> Iterator[PrometheusPeer]:
    """One of this worker's own: 20 hosts of 4 services; stopped when the run ends."""
    if os.geteuid() != 0:
        pytest.skip("needs real servers: only root may start them")
    script, port = shared / "peers" / "prometheus", _free_port()
    try:
        with _one_at_a_time():
            _call(script, port, "start")
        _call(script, port, "seed", "20", "4")
        yield PrometheusPeer(script, port, **json.loads(_call(script, port, "url")))
    finally:
        _call(script, port, "stop")
