"""Datadog's monitors, hosts and downtimes against a fake organisation, its contract mock, and recorded answers."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, SystemClock
from app.base.errors import BadAnswer, Limited, NeedsSignIn, RemoteTrouble
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.datadog import open_datadog, parse
from app.connectors.datadog.rows import Place, all_rows, matches, pages_of
from app.connectors.datadog.source import DatadogSource
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, UNCONFIRMED, Command
from app.domain.health import HOST, HealthRow, Snapshot
from app.domain.source import Source
from tests.fakes.datadog_server import KEYS, NOW, DatadogServer, host, monitor
from tests.plugins.seeds import thorough

PLACE = Place("dd", "production", "https://app.example")


@pytest.fixture
def server() -> Iterator[DatadogServer]:
    with DatadogServer() as fake:
        yield fake


@pytest.fixture
def datadog(server: DatadogServer) -> Iterator[DatadogSource]:
    with closing(opened(server.url)) as source:
        yield source


def opened(url: str, secret: str = "\n".join(KEYS)) -> DatadogSource:
    return open_datadog(Source(id="1", name="dd", kind="datadog", url=url, deadline_s=5), Secret(secret))


def fetched(source: DatadogSource) -> Snapshot:
    return source.fetch(CancelToken())


def by_name(snapshot: Snapshot) -> dict[tuple[str, str], HealthRow]:
    return {(row.host, "" if row.kind == HOST else row.name): row for row in snapshot.rows}


def test_groups_are_rows_on_their_hosts_and_no_data_is_never_well(datadog: DatadogSource) -> None:
    snapshot = fetched(datadog)
    rows = by_name(snapshot)
    assert {key: row.state for key, row in rows.items()} == {
        ("web-1", ""): "up", ("web-2", ""): "unreachable", ("web-3", ""): "up", ("shop", ""): "pending",
        ("web-1", "cpu"): "critical", ("web-2", "cpu"): "ok", ("web-3", "cpu"): "unknown",
        ("shop", "errors"): "warning", ("web-1", "disk (device:/)"): "ok",
        ("web-1", "disk (device:/var)"): "warning",
    }  # fmt: skip
    cpu = rows["web-1", "cpu"]
    assert (cpu.since_at, cpu.output, cpu.groups) == (NOW * 1000, "Look.", ("service:shop", "team:web"))
    assert cpu.url.endswith("/monitors/11")
    assert rows["web-3", "cpu"].output == "No Data: Look."
    assert rows["web-1", ""].environment == "staging"
    assert rows["web-3", ""].in_downtime
    assert {row.host for row in snapshot.rows} == {row.host for row in snapshot.rows if row.kind == HOST}
    again = {row.id: row for row in fetched(datadog).rows}
    assert all(again[row.id] is row for row in snapshot.rows)


def test_pages_are_read_to_their_end(server: DatadogServer, datadog: DatadogSource) -> None:
    server.monitors = [monitor(n, f"m{n}", "OK") for n in range(1, 2_500)]
    server.hosts = [host(f"h{n}") for n in range(2_300)]
    snapshot = fetched(datadog)
    assert sum(row.kind != HOST for row in snapshot.rows) == 2_499
    assert sum(row.kind == HOST and row.name.startswith("h") for row in snapshot.rows) == 2_300
    asked = [path for _method, path, _body in server.asked if path.startswith("/api/v1/monitor")]
    assert len(asked) == 4


def test_a_server_that_gives_shorter_pages_than_asked_is_read_whole(
    server: DatadogServer, datadog: DatadogSource
) -> None:
    server.most_per_page = 100
    server.monitors = [monitor(n, f"m{n}", "OK") for n in range(1, 251)]
    server.hosts = [host(f"h{n}") for n in range(250)]
    snapshot = fetched(datadog)
    assert sum(row.kind != HOST for row in snapshot.rows) == 250
    assert sum(row.kind == HOST and row.name.startswith("h") for row in snapshot.rows) == 250


def test_hosts_are_read_to_their_end_also_uncounted_and_in_pages_shorter_than_asked(
    server: DatadogServer, datadog: DatadogSource
) -> None:
    server.hosts = [host(f"h{n}") for n in range(230)]
    server.most_per_page = 100
    for server.counts_hosts in (True, False):
        assert sum(row.name.startswith("h") for row in fetched(datadog).rows if row.kind == HOST) == 230


def test_an_answer_that_is_not_whole_is_none(server: DatadogServer, datadog: DatadogSource) -> None:
    server.odd["/api/v1/hosts"] = b'{"host_list": [], "total_returned": 0, "total_matching": 5}'
    with pytest.raises(BadAnswer, match="0 of its 5 hosts"):
        fetched(datadog)
    server.odd = {"/api/v1/monitor": b'{"errors": ["half"]}'}
    with pytest.raises(BadAnswer):
        fetched(datadog)


def test_a_record_that_cannot_be_read_is_a_row_of_its_own(server: DatadogServer, datadog: DatadogSource) -> None:
    server.monitors[0]["state"] = {"groups": {"host:web-1": {"status": "Purple"}}}
    rows = by_name(fetched(datadog))
    assert rows["dd", "unreadable: monitor 11"].state == "unknown"
    assert ("shop", "errors") in rows


def test_a_wrong_key_and_a_full_limit_are_told_apart(server: DatadogServer) -> None:
    with closing(opened(server.url, "wrong\nkeys")) as source, pytest.raises(NeedsSignIn):
        fetched(source)
    server.limited = True
    with closing(opened(server.url)) as source, pytest.raises(Limited) as caught:
        fetched(source)
    assert caught.value.retry_after_s == 17


@pytest.mark.parametrize("secret", ["", "one", "a\nb\nc"])
def test_both_keys_are_needed(secret: str) -> None:
    with pytest.raises(NeedsSignIn) as caught:
        opened("http://127.0.0.1:9", secret)
    assert "second" in caught.value.hint
    assert not secret or secret not in str(caught.value)


def command(verb: str, **more: Any) -> Command:
    now = SystemClock().now()
    return Command(verb=verb, author="mia", comment="patch", start_at=now, end_at=now + HOUR, **more)


def test_a_downtime_is_set_for_one_group_and_ended_again(server: DatadogServer, datadog: DatadogSource) -> None:
    row = by_name(fetched(datadog))["web-1", "disk (device:/var)"]
    (told,) = datadog.push(command(verbs.DOWNTIME), [row], CancelToken())
    assert (told.outcome, told.reason) == (DONE, "")
    (made,) = server.downtimes.values()
    attributes = made["attributes"]
    assert attributes["scope"] == 'host:"web-1" AND device:"/var"'
    assert attributes["monitor_identifier"] == {"monitor_id": 13}
    assert (attributes["message"], attributes["schedule"]["start"]) == ("patch (mia)", None)
    (told,) = datadog.push(command(verbs.END_DOWNTIME), [row], CancelToken())
    assert told.outcome == DONE
    assert not server.downtimes
    (told,) = datadog.push(command(verbs.END_DOWNTIME), [row], CancelToken())
    assert told.outcome == REFUSED


def test_a_wider_downtime_stays(server: DatadogServer, datadog: DatadogSource) -> None:
    row = by_name(fetched(datadog))["web-1", "cpu"]
    server._add({"scope": "*", "monitor_identifier": {"monitor_id": 11}, "schedule": {}})
    (told,) = datadog.push(command(verbs.END_DOWNTIME), [row], CancelToken())
    assert (told.outcome, len(server.downtimes)) == (REFUSED, 1)
    assert "more than this row" in told.reason


def test_what_is_not_shown_is_unconfirmed_and_what_cannot_be_is_refused(
    server: DatadogServer, datadog: DatadogSource
) -> None:
    rows = by_name(fetched(datadog))
    row, bare = rows["web-1", "cpu"], rows["web-1", ""]
    server.odd["/api/v2/downtime"] = b'{"data": {"id": "../../evil", "type": "downtime"}}'
    (told,) = datadog.push(command(verbs.DOWNTIME), [row], CancelToken())
    assert told.outcome == UNCONFIRMED
    assert not any("evil" in path for _method, path, _body in server.asked)
    for verb in (verbs.ACKNOWLEDGE, verbs.COMMENT, verbs.RECHECK):
        (told,) = datadog.push(command(verb), [row], CancelToken())
        assert (told.outcome, bool(told.reason)) == (REFUSED, True)
    (told,) = datadog.push(command(verbs.DOWNTIME), [bare], CancelToken())
    assert told.outcome == REFUSED


def test_a_muted_monitor_and_its_downtimes_are_told(server: DatadogServer, datadog: DatadogSource) -> None:
    server.monitors[0]["matching_downtimes"] = [{"id": 7, "scope": ["host:web-1"], "start": NOW, "end": None}]
    server.monitors[1]["options"] = {"silenced": {"*": None}}
    snapshot = fetched(datadog)
    rows = by_name(snapshot)
    assert [rows[key].in_downtime for key in (("web-1", "cpu"), ("web-2", "cpu"), ("shop", "errors"))] == [
        True, False, True
    ]  # fmt: skip
    told = [each for each in snapshot.downtimes if each.row_id == rows["web-1", "cpu"].id]
    assert [(each.start_at, each.in_effect) for each in told] == [(NOW * 1000, True)]


@pytest.mark.parametrize(
    ("scope", "group", "is_covered"),
    [
        ("*", "host:a", True), ('host:"a"', "host:a", True), ("host:a", "host:ab", False),
        ("host:a AND device:/", "host:a,device:/", True), ("host:a,device:/", "host:a", False), ("*", "*", True),
        ("host:a", "*", False),
    ],
)  # fmt: skip
def test_scopes(scope: str, group: str, is_covered: bool) -> None:
    assert matches([scope], group) == is_covered


def test_the_pages_are_beside_the_api() -> None:
    assert pages_of("https://api.us3.datadoghq.com/") == "https://app.us3.datadoghq.com"
    assert pages_of("http://127.0.0.1:80/") == "http://127.0.0.1:80"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
@thorough(20)
def test_mutated_answers_are_set_aside_or_refused(data: st.DataObject) -> None:
    """No error but those of the tree, and nothing that was told is lost without a word."""
    told: list[Any] = [monitor(1, "a", "OK", {"host:x": "Alert"}), monitor(2, "b", "Warn"), monitor(3, "c", "OK")]
    at = data.draw(st.integers(0, 2))
    key = data.draw(st.sampled_from(sorted(told[at])))
    told[at] = {**told[at], key: data.draw(JSON)}
    raw = json.dumps(told).encode()
    cut = data.draw(st.none() | st.integers(0, len(raw)))
    rejects: list[parse.Reject] = []
    try:
        found, ids = parse.monitors(raw if cut is None else raw[:cut], "dd", rejects)
    except BadAnswer:
        return
    assert len(found) + len(rejects) == len(ids) == 3
    rows, _subjects, _downtimes = all_rows(PLACE, found, [], rejects)
    assert sum(row.kind != HOST for row in rows.values()) >= 3


def test_recorded_answers_are_read_whole(shared: Path) -> None:
    path = shared / "data/fixtures/datadog-api/recorded_calls.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        calls = [json.loads(line) for line in lines]
    lists = [each["response"] for each in calls if each["method"] == "GET" and each["status"] == 200
             and each["path"].split("?")[0] == "/api/v1/monitor"]  # fmt: skip
    found = [each["response"] for each in calls if each["method"] == "GET" and each["status"] == 200
             and each["path"].split("?")[0] == "/api/v1/hosts"]  # fmt: skip
    assert lists
    assert found
    for answer in lists:
        rejects: list[parse.Reject] = []
        monitors, ids = parse.monitors(json.dumps(answer).encode(), "dd", rejects)
        assert (len(monitors), rejects) == (len(answer), [])
        assert ids
    for answer in found:
        rejects = []
        hosts, came, _total = parse.hosts(json.dumps(answer).encode(), "dd", rejects)
        assert (len(hosts), rejects) == (came, [])


@pytest.fixture
def mocks(shared: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The contract mocks of both versions: they refuse a request that the contract does not allow."""
    script, urls = shared / "peers" / "contract-mock", dict[str, str]()
    try:
        for name in ("datadog-v1", "datadog-v2"):
            ran = subprocess.run([str(script), "start", name], capture_output=True, text=True, check=True)
            urls[name] = ran.stdout.split()[-1]
        yield urls
        for name in urls:
            told = subprocess.run([str(script), "violations", name], capture_output=True, text=True, check=True)
            assert "iolation" not in told.stdout, told.stdout
    finally:
        for name in urls:
            subprocess.run([str(script), "stop", name], capture_output=True, check=False)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("contract-mock")
def test_every_request_keeps_to_the_contract(mocks: dict[str, str]) -> None:
    with closing(opened(mocks["datadog-v1"])) as source:
        snapshot = fetched(source)
        assert snapshot.rows
    with closing(opened(mocks["datadog-v2"])) as source:
        subject = HealthRow(id="r", source="dd", kind="service", host="h", name="n", state="critical")
        from app.connectors.datadog.rows import Subject

        source._subjects = {"r": Subject(9, "host:web-1")}
        for verb in (verbs.DOWNTIME, verbs.END_DOWNTIME):
            (told,) = source.push(command(verb), [subject], CancelToken())
            assert told.outcome in (DONE, REFUSED, UNCONFIRMED), told
            assert "refused the request" not in told.reason, told.reason


def test_a_line_that_is_gone_is_an_error_of_the_tree() -> None:
    with closing(opened("http://127.0.0.1:9")) as source, pytest.raises(RemoteTrouble):
        fetched(source)
