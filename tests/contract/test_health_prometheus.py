"""A real Prometheus with its Alertmanager beyond the contract of all: alerts as they begin and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.base.clock import MINUTE
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.prometheus import open_alertmanager, open_prometheus
from app.connectors.prometheus.source import PrometheusSource
from app.domain.health import CRITICAL, OK, UNKNOWN, HealthRow, Snapshot
from app.domain.source import Source
from tests.contract.conftest import PrometheusPeer

pytestmark = [pytest.mark.real_server, pytest.mark.timeout(600)]
PATIENCE_S = 40
HOST, SERVICE = "host-0002", "load"


@pytest.fixture
def both(prometheus_peer: PrometheusPeer) -> Iterator[PrometheusSource]:
    peer = prometheus_peer
    source = Source(
        id="1", name="prom", kind="prometheus", url=peer.url, alertmanager_url=peer.alertmanager, user=peer.user
    )
    connector = open_prometheus(source, Secret(peer.password))
    yield connector
    connector.close()


@pytest.fixture
def alone(prometheus_peer: PrometheusPeer) -> Iterator[PrometheusSource]:
    peer = prometheus_peer
    source = Source(id="2", name="am", kind="alertmanager", url=peer.alertmanager, user=peer.user)
    connector = open_alertmanager(source, Secret(peer.password))
    yield connector
    connector.close()


def found(snapshot: Snapshot) -> HealthRow | None:
    return next((each for each in snapshot.rows if (each.host, each.name) == (HOST, SERVICE)), None)


def eventually(source: PrometheusSource, holds: Callable[[HealthRow], bool]) -> tuple[HealthRow, Snapshot]:
    for _ in range(PATIENCE_S * 4):
        snapshot = source.fetch(CancelToken())
        row = found(snapshot)
        if row is not None and holds(row):
            return row, snapshot
        CancelToken().wait(0.25)
    raise AssertionError("it did not come to hold in time")


def test_an_alert_that_ended_is_well_only_where_its_rule_is_read(
    prometheus_peer: PrometheusPeer, both: PrometheusSource, alone: PrometheusSource
) -> None:
    prometheus_peer.set_state(HOST, SERVICE, "CRITICAL")
    eventually(both, lambda row: row.state == CRITICAL)
    eventually(alone, lambda row: row.state == CRITICAL)
    prometheus_peer.set_state(HOST, SERVICE, "OK")
    row, snapshot = eventually(both, lambda row: row.state == OK)
    assert (row.is_problem, row.output) == (False, "Its alert has ended.")
    assert abs(snapshot.observed_at - (row.since_at or 0)) < MINUTE
    row, _ = eventually(alone, lambda row: row.state != CRITICAL)
    assert (row.state, "no longer reported" in row.output) == (UNKNOWN, True)
    prometheus_peer.set_state(HOST, SERVICE, "CRITICAL")
    eventually(both, lambda row: row.state == CRITICAL)
