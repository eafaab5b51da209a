"""Kinds of sources on the command line: a Prometheus with its Alertmanager from adding to acting."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.livestatus_server import LivestatusServer
from tests.fakes.nagios_server import NagiosServer
from tests.fakes.prometheus_server import PrometheusServer
from tests.unit.cli.conftest import Cli


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text("admin-pw")
    path.chmod(0o600)
    return str(path)


def test_a_prometheus_is_added_polled_and_acted_on(cli: Cli, secret: str) -> None:
    with PrometheusServer() as server:
        words = ("--url", server.url, "--alertmanager", server.url, "--user", "admin", "--secret-file", secret)
        assert cli("source", "add", "prometheus", "prom", *words).code == 0
        (listed,) = json.loads(cli("source", "list", "--json").out)
        assert (listed["url"], listed["alertmanager_url"]) == (server.url, server.url)
        (told,) = json.loads(cli("poll", "--once", "--json").out)
        assert (told["ok"], told["problems"] > 3) == (True, True)
        rows = json.loads(cli("services", "--json").out)
        row = next(row for row in rows if (row["host"], row["name"]) == ("web-1", "disk"))
        assert row["state"] == "critical"
        assert cli("ack", "--filter", "host:web-1 name:disk kind:service", "--comment", "on it").code == 0
        assert [each["comment"] for each in server.silences] == ["ACK: on it"]
        assert "cannot" in cli("recheck", "--filter", "host:web-1 name:disk kind:service", "--json").out


@pytest.mark.parametrize(("words", "minutes"), [((), 480), (("--duration", "30m"), 30), (("--until", "UNTIL"), 90)])
def test_an_acknowledgement_ends_when_it_was_told_to(
    cli: Cli, secret: str, words: tuple[str, ...], minutes: int
) -> None:
    now = datetime.now(UTC)
    until = (now + timedelta(minutes=90)).isoformat()
    with PrometheusServer() as server:
        address = ("--url", server.url, "--alertmanager", server.url, "--user", "admin", "--secret-file", secret)
        assert cli("source", "add", "prometheus", "prom", *address).code == 0
        assert cli("poll", "--once").code == 0
        words = tuple(until if word == "UNTIL" else word for word in words)
        assert cli("ack", "--filter", "host:web-1 name:disk kind:service", *words).code == 0
        (silence,) = server.silences
        assert silence["comment"].startswith("ACK: Acknowledged by")
        ends = datetime.fromisoformat(silence["endsAt"])
        assert abs(ends - now - timedelta(minutes=minutes)) < timedelta(seconds=30)
        for bad in (("--until", "soon"), ("--duration", "x"), ("--duration", "1h", "--until", until)):
            assert cli("ack", "--filter", "host:web-2", *bad).code == 2
        assert cli("ack", "--filter", "host:web-2", "--until", "2020-01-01T00:00Z").code == 1
        assert len(server.silences) == 1


def test_a_nagios_says_that_it_knows_no_end(cli: Cli, secret: str) -> None:
    with NagiosServer() as server:
        words = ("--url", server.url, "--user", "admin", "--secret-file", secret)
        assert cli("source", "add", "nagios", "n", *words).code == 0
        assert cli("poll", "--once").code == 0
        ran = cli("ack", "--filter", "is:problem is:unhandled", "--duration", "1h", "--json")
        told = json.loads(ran.out)
        assert ran.code == 1
        assert told
        assert {each["outcome"] for each in told} == {"refused"}
        assert all("name no end, or set a downtime" in each["reason"] for each in told)


def test_samples_that_a_prometheus_keeps_are_asked_from_it(cli: Cli, secret: str) -> None:
    with PrometheusServer() as server:
        words = ("--url", server.url, "--user", "admin", "--secret-file", secret)
        assert cli("source", "add", "prometheus", "prom", *words).code == 0
        window = ("--since", "2026-01-01T00:00Z", "--until", "2026-01-01T00:01Z", "--step", "20")
        ran = cli("metrics", "query", "up", "--source", "prom", *window, "--json")
        first, second = json.loads(ran.out)
        assert (ran.code, list(first)) == (0, ["series", "source", "labels", "step_s", "samples"])
        assert (first["series"], first["step_s"]) == ('up{instance="web-1:9100", job="node"}', 20)
        assert [each["value"] for each in second["samples"]] == [0, 0, 0, 0]
        assert first["samples"][0] == {"at": "2026-01-01T00:00:00Z", "value": 1}
        server.odd["/api/v1/query_range"] = (
            b'{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"}}]}}'
        )
        odd = cli("metrics", "query", "up", "--source", "prom", "--json")
        assert (odd.code, odd.out, "plain numbers" in odd.err) == (3, "[]\n", True)
        assert cli("metrics", "query", "up", "--step", "20").code == 2


def test_a_source_that_keeps_no_samples_says_so(cli: Cli) -> None:
    assert cli("source", "add", "simulated", "s", "--url", "simulated:").code == 0
    ran = cli("metrics", "query", "up", "--source", "s")
    assert (ran.code, "stored here" in ran.err) == (1, True)


def test_an_alertmanager_stands_alone(cli: Cli, secret: str) -> None:
    with PrometheusServer() as server:
        words = ("--url", server.url, "--user", "admin", "--secret-file", secret)
        assert cli("source", "add", "alertmanager", "am", *words).code == 0
        assert json.loads(cli("source", "test", "am", "--json").out)["services"] == 4


@pytest.mark.parametrize(
    ("kind", "second"),
    [
        ("nagios", "http://am.example/"),
        ("prometheus", "am.example"),
        ("prometheus", "http://u:p@am.example/"),
        ("prometheus", "http://am.example/#x"),
    ],
)
def test_a_second_address_that_makes_no_sense_is_a_usage_error(cli: Cli, kind: str, second: str) -> None:
    ran = cli("source", "add", kind, "s", "--url", "http://p.example/", "--alertmanager", second)
    assert (ran.code, bool(ran.err)) == (2, True)
    behind = cli("source", "add", "prometheus", "s", "--url", f"http://p.example/#alertmanager={second}")
    assert (behind.code, "--alertmanager URL" in behind.err) == (2, True)
    assert json.loads(cli("source", "list", "--json").out) == []


def test_a_livestatus_is_added_polled_and_acted_on(cli: Cli) -> None:
    with LivestatusServer() as server:
        assert cli("source", "add", "livestatus", "core", "--url", server.url).code == 0
        assert json.loads(cli("source", "test", "core", "--json").out)["services"] == 8
        assert json.loads(cli("poll", "--once", "--json").out)[0]["ok"]
        assert cli("ack", "--filter", "host:web-1 name:disk kind:service", "--comment", "on it; now").code == 0
        assert [each["comment"] for each in server.comments.values()] == ["on it; now"]
        assert cli("source", "remove", "core").code == 0


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("tcp://h:6557", ("--user", "mia")),
        ("http://h:6557", ()),
        ("tcp://mia:pw@h:6557", ()),
        ("tcp://", ()),
        ("unix://", ()),
        ("", ()),
    ],
)
def test_a_livestatus_with_a_user_or_no_address_is_refused(cli: Cli, url: str, more: tuple[str, ...]) -> None:
    ran = cli("source", "add", "livestatus", "core", "--url", url, *more)
    assert (ran.code in (1, 2), bool(ran.err)) == (True, True)
    assert json.loads(cli("source", "list", "--json").out) == []
