"""A real Zabbix for the contract of health sources."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.base.secret import Secret
from app.connectors.zabbix import open_zabbix
from app.connectors.zabbix.source import ZabbixSource
from app.domain.source import Source
from tests.plugins.peers import _call, _one_at_a_time

NAME = "main"


@dataclass(frozen=True)
class ZabbixPeer:
    """On loopback; ``url`` is the address of its API."""

    script: Path
    port: int
    url: str
    user: str
    password: str
    read_only_user: str
    read_only_password: str
    sender_port: int
    api_token: str
    group: str

    def set_state(self, host: str, service: str, state: str) -> None:
        """Give one service a new value: OK, WARNING, CRITICAL or UNKNOWN."""
        _call(self.script, self.port, "set", host, service, state)

    def admin(self) -> ZabbixSource:
        return zabbix(self.url, self.user, self.password)

    def guest(self) -> ZabbixSource:
        return zabbix(self.url, self.read_only_user, self.read_only_password)


def zabbix(url: str, user: str, secret: str) -> ZabbixSource:
    source = Source(id="1", name=NAME, kind="zabbix", url=url, user=user)
    return open_zabbix(source, Secret(secret))


@pytest.fixture(scope="session")
def zabbix_peer(shared: Path) -> Iterator[ZabbixPeer]:
    """One of this worker's own: 5 hosts of 4 services; stopped when the run ends."""
    if os.geteuid() != 0:
        pytest.skip("needs real servers: only root may start them")
    script, port = shared / "peers" / "zabbix", _port_pair()
    try:
        with _one_at_a_time():
            _call(script, port, "start")
        _gather_statistics(port)
        yield ZabbixPeer(script, port, **json.loads(_call(script, port, "url")))
    finally:
        _call(script, port, "stop")


def folder_of(port: int) -> Path:
    """Where a server keeps what it writes."""
    return Path(tempfile.gettempdir()) / f"peer-zabbix-{port}"


def _gather_statistics(port: int) -> None:
    """What a database has after its first minutes, and without which it may look for an answer for minutes."""
    sockets = str(folder_of(port) / "pg")
    subprocess.run(["psql", "-h", sockets, "-U", "zabbix", "-qc", "ANALYZE", "zabbix"], check=True, timeout=60)


def _port_pair() -> int:
    """A free port with a free one after it: the server takes both, and knows none above 32767."""
    free = (port for port in random.sample(range(20_000, 32_000, 2), 100) if _is_free(port) and _is_free(port + 1))
    return next(free)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
