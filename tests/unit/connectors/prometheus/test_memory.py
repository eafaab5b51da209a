"""Alerts that were there and are gone: well only when somebody who still looks says so."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.prometheus import open_alertmanager, open_prometheus
from app.connectors.prometheus.memory import DOUBTED_MS, KEPT_AT_MOST, KEPT_MS, Memory, RuleMark
from app.connectors.prometheus.rows import Told
from app.connectors.prometheus.source import PrometheusSource
from app.domain.health import HealthRow
from app.domain.source import Source
from tests.fakes.prometheus_server import PrometheusServer

DISK = ("web-1", "disk")
RULES = {"ServiceCritical": RuleMark("ok")}


@pytest.fixture
def server() -> Iterator[PrometheusServer]:
    with PrometheusServer() as found:
        yield found


@pytest.fixture
def both(server: PrometheusServer) -> Iterator[PrometheusSource]:
    source = Source(id="1", name="prom", kind="prometheus", url=server.url, alertmanager_url=server.url, user="admin")
    connector = open_prometheus(source, Secret("admin-pw"))
    yield connector
    connector.close()


@pytest.fixture
def alone(server: PrometheusServer) -> Iterator[PrometheusSource]:
    source = Source(id="1", name="am", kind="alertmanager", url=server.url, user="admin")
    connector = open_alertmanager(source, Secret("admin-pw"))
    yield connector
    connector.close()


def rows(source: PrometheusSource) -> dict[tuple[str, str], HealthRow]:
    return {(row.host, row.name): row for row in source.fetch(CancelToken()).rows}


def test_an_alert_that_its_rule_names_no_more_is_ok(server: PrometheusServer, both: PrometheusSource) -> None:
    assert rows(both)[DISK].state == "critical"
    taken = server.alerts.pop(0)
    row = rows(both)[DISK]
    assert (row.state, row.is_problem, row.output) == ("ok", False, "Its alert has ended.")
    assert row.since_at
    assert rows(both)[DISK] == row
    server.alerts.append(taken)
    assert rows(both)[DISK].state == "critical"


def test_a_host_whose_own_alert_ended_is_up(server: PrometheusServer, both: PrometheusSource) -> None:
    assert rows(both)["db-1", "db-1"].state == "down"
    server.alerts.pop()
    assert rows(both)["db-1", "db-1"].state == "up"


@pytest.mark.parametrize("last", [False, True])
def test_alertmanager_may_hold_it_a_little_longer(
    server: PrometheusServer, both: PrometheusSource, last: bool
) -> None:
    server.external = {"region": "north"}
    if last:
        del server.alerts[1:]
    before = rows(both)
    (held,) = [each for each in server._sent() if (each["labels"]["instance"], each["labels"].get("service")) == DISK]
    server.alerts.pop(0)
    server.extra.append(held)
    found = rows(both)
    assert found[DISK].state == "critical"
    assert found.keys() <= before.keys(), "no row by its external labels"
    server.extra.clear()
    assert rows(both)[DISK].state == "ok"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule_health": "err"}, "not evaluated"),
        ({"rule_names": {"Quiet"}}, "nobody can tell"),
        ({"targets": [{"labels": {"instance": 5}}]}, "could not be read"),
    ],
)
def test_what_nobody_vouches_for_is_unknown(
    server: PrometheusServer, both: PrometheusSource, change: dict[str, Any], said: str
) -> None:
    server.alerts = [each for each in server.alerts if each["labels"]["alertname"] == "ServiceCritical"]
    rows(both)
    server.alerts = []
    for name, value in change.items():
        setattr(server, name, value)
    row = rows(both)[DISK]
    assert (row.state, said in row.output) == ("unknown", True)


def test_what_ended_on_a_host_that_is_gone_is_unknown(server: PrometheusServer, both: PrometheusSource) -> None:
    rows(both)
    del server.alerts[4]  # db-1's disk; its host is down still
    row = rows(both)["db-1", "disk"]
    assert (row.state, row.suppressed, "does not answer" in row.output) == ("unknown", True, True)


def test_an_alertmanager_alone_never_says_that_all_is_well(server: PrometheusServer, alone: PrometheusSource) -> None:
    rows(alone)
    server.alerts.pop(0)
    row = rows(alone)[DISK]
    assert (row.state, "no longer reported" in row.output) == ("unknown", True)
    server.alerts.pop()
    assert rows(alone)["db-1", "db-1"].state == "unreachable"
    server.clock_off_s = DOUBTED_MS / 1000 + 5
    assert DISK not in rows(alone)


def told(number: int, query: str = "x") -> dict[tuple[str, str], list[Told]]:
    labels = {"alertname": "ServiceCritical", "instance": f"h-{number}", "service": "s"}
    return {(f"h-{number}", "s"): [Told(labels, {}, 1, query=query)]}


def test_it_is_kept_for_a_bounded_time() -> None:
    memory, key = Memory(), ("h-1", "s")
    assert not memory.calm(told(1), RULES, 1_000, sure=True)
    assert memory.calm({}, RULES, 2_000, sure=True)[key].since_at == 2_000
    assert key in memory.calm({}, RULES, 1_999 + KEPT_MS, sure=True)
    assert not memory.calm({}, RULES, 2_000 + KEPT_MS, sure=True)


@pytest.mark.slow
def test_it_keeps_a_bounded_number() -> None:
    memory = Memory()
    for round_ in range(4):
        many = {key: one for n in range(20_000) for key, one in told(20_000 * round_ + n).items()}
        memory.calm(many, RULES, round_, sure=True)
    kept = memory.calm({}, RULES, 9, sure=True)
    assert len(kept) == KEPT_AT_MOST
    assert ("h-79999", "s") in kept


def test_unread_records_hold_what_is_missing_until_it_can_be_told() -> None:
    memory, key = Memory(), ("h-1", "s")
    memory.calm(told(1), RULES, 1, sure=True)
    assert memory.calm({}, RULES, 2, sure=False)[key].state == "unknown"
    assert memory.calm({}, RULES, 3, sure=False)[key].state == "unknown"
    assert memory.calm({}, RULES, 4, sure=True)[key].state == "ok"


def test_the_end_of_what_fires_always_is_no_good_news() -> None:
    memory = Memory()
    watchdog = {("prom", "Watchdog"): [Told({"alertname": "Watchdog"}, {}, 1, query="vector(1)")]}
    memory.calm(watchdog, {"Watchdog": RuleMark("ok")}, 1, sure=True)
    assert not memory.calm({}, {"Watchdog": RuleMark("ok")}, 2, sure=True)
