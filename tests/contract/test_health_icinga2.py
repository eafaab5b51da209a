"""A real Icinga 2 beside an independent reader: its own livestatus tells the same, state by state."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from app.base.errors import CertificateTrouble
from app.base.events import CancelToken
from app.domain.health import HOST, SERVICE, HealthRow
from app.ports import HealthSource
from tests.contract.icinga2_peer import Icinga2Peer
from tests.contract.remotes import icinga2

pytestmark = [pytest.mark.real_server, pytest.mark.timeout(600)]
SERVICES = (
    "host_name", "description", "state", "has_been_checked", "acknowledged", "scheduled_downtime_depth",
    "is_flapping", "plugin_output", "perf_data", "current_attempt", "max_check_attempts",
)  # fmt: skip
HOSTS = ("name", "state", "has_been_checked", "acknowledged", "scheduled_downtime_depth", "plugin_output")
WORDS = {0: "ok", 1: "warning", 2: "critical", 3: "unknown"}


@pytest.fixture
def source(icinga2_peer: Icinga2Peer) -> Iterator[HealthSource]:
    opened = icinga2(icinga2_peer.url, icinga2_peer.user, icinga2_peer.password, icinga2_peer.ca)
    yield opened
    opened.close()


def livestatus(peer: Icinga2Peer, table: str, columns: tuple[str, ...]) -> list[list[object]]:
    """The table, read through another protocol."""
    _, host, port = peer.livestatus.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(f"GET {table}\nColumns: {' '.join(columns)}\nOutputFormat: json\n\n".encode())
        line.shutdown(socket.SHUT_WR)
        told = b"".join(iter(lambda: line.recv(65_536), b""))
    rows: list[list[object]] = json.loads(told)
    return rows


def rows_of(source: HealthSource, kind: str) -> dict[tuple[str, str], HealthRow]:
    return {(row.host, row.name): row for row in source.fetch(CancelToken()).rows if row.kind == kind}


def test_every_service_is_there_with_all_that_it_says(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    told = livestatus(icinga2_peer, "services", SERVICES)
    rows = rows_of(source, SERVICE)
    assert len(told) == len(rows) >= 20
    for host, name, state, checked, acknowledged, depth, flapping, output, perf, attempt, most in told:
        row = rows[str(host), str(name)]
        assert row.state == (WORDS[int(str(state))] if checked else "pending")
        assert (row.acknowledged, row.in_downtime, row.flapping) == (bool(acknowledged), bool(depth), bool(flapping))
        assert (row.output, row.perf) == (output or "", perf or "")
        assert (row.attempt, row.max_attempts) == (attempt, most)


def test_every_host_is_there_with_all_that_it_says(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    told = livestatus(icinga2_peer, "hosts", HOSTS)
    rows = rows_of(source, HOST)
    assert len(told) == len(rows) >= 5
    for name, state, checked, acknowledged, depth, output in told:
        row = rows[str(name), str(name)]
        words = {"pending"} if not checked else {"down", "unreachable"} if state else {"up"}
        assert row.state in words
        assert (row.acknowledged, row.in_downtime, row.output) == (bool(acknowledged), bool(depth), output or "")


def test_a_new_state_is_seen_at_the_next_asking(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    (host, name), _ = next(each for each in rows_of(source, SERVICE).items() if each[1].state == "ok")
    icinga2_peer.set_state(host, name, "CRITICAL")
    row = rows_of(source, SERVICE)[host, name]
    assert (row.state, row.is_problem) == ("critical", True)
    icinga2_peer.set_state(host, name, "OK")
    assert rows_of(source, SERVICE)[host, name].state == "ok"


def test_a_server_with_its_own_authority_is_believed_only_when_that_is_named(icinga2_peer: Icinga2Peer) -> None:
    stranger = icinga2(icinga2_peer.url, icinga2_peer.user, icinga2_peer.password)
    with pytest.raises(CertificateTrouble):
        stranger.fetch(CancelToken())
    stranger.close()
