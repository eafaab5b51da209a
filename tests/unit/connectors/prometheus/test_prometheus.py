"""Prometheus and Alertmanager against the fake: rows, silences, and what is not believed."""

from collections.abc import Iterator

import pytest

from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import BadAnswer, NeedsSignIn, RemoteTrouble
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.prometheus import open_alertmanager, open_prometheus
from app.connectors.prometheus.source import PrometheusSource
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, Command, Outcome
from app.domain.health import HealthRow, Snapshot
from app.domain.source import Source
from tests.fakes.prometheus_server import PrometheusServer


@pytest.fixture
def server() -> Iterator[PrometheusServer]:
    with PrometheusServer() as found:
        yield found


def source_of(
    server: PrometheusServer, user: str = "admin", password: str = "", *, alone: str = ""
) -> PrometheusSource:
    url, second = (server.url, "") if alone else (f"{server.url}api/v1/", f"{server.url}api/v2/")
    source = Source(
        id="1", name="prom", kind=alone or "prometheus", url=url, alertmanager_url=second, user=user, deadline_s=5
    )
    build = open_alertmanager if alone == "alertmanager" else open_prometheus
    return build(source, Secret(password or f"{user}-pw"))


def fetched(source: PrometheusSource) -> Snapshot:
    try:
        return source.fetch(CancelToken())
    finally:
        source.close()


def by_name(snapshot: Snapshot) -> dict[tuple[str, str], HealthRow]:
    return {(row.host, row.name): row for row in snapshot.rows}


def push(source: PrometheusSource, verb: str, rows: list[HealthRow], **more: int) -> tuple[Outcome, ...]:
    try:
        return source.push(Command(verb=verb, author="mia", comment="on it", **more), rows, CancelToken())
    finally:
        source.close()


def test_alerts_rules_and_targets_are_rows(server: PrometheusServer) -> None:
    rows = by_name(fetched(source_of(server)))
    states = {key: (row.state, row.hard, row.suppressed) for key, row in rows.items()}
    assert states["web-1", "disk"] == ("critical", True, False)
    assert states["web-1", "load"] == ("warning", False, False)
    assert states["web-2", "load"] == ("unknown", True, False)
    assert states["db-1", "disk"] == ("critical", True, True)
    assert states["db-1", "db-1"][0] == "down"
    assert states["web-1", "web-1"][0] == "up"
    assert states["web-2", "web-2"][0] == "pending"
    assert states["web-3", "web-3"][0] == "unreachable"
    assert states["prom", "rule Quiet (g)"][0] == "ok"
    row = rows["web-1", "disk"]
    assert (row.output, row.perf) == ("disk is critical", "value=2")
    assert {"severity=critical", "job=services"} <= set(row.groups)
    assert "runbook_url: http://127.0.0.1/runbook" in row.long_output
    assert row.since_at


def test_the_server_s_clock_says_how_old_it_is(server: PrometheusServer) -> None:
    server.clock_off_s = -300
    snapshot = fetched(source_of(server))
    assert 299_000 <= snapshot.received_at - snapshot.observed_at <= 302_000
    assert -302 <= snapshot.skew_s <= -298


def test_rules_that_are_no_longer_evaluated_make_their_rows_overdue(server: PrometheusServer) -> None:
    server.targets, server.evaluated_s_ago = [], 600
    snapshot = fetched(source_of(server))
    row = by_name(snapshot)["web-1", "disk"]
    assert row.expected_by_at is not None
    assert row.expected_by_at < snapshot.received_at
    assert snapshot.received_at - snapshot.observed_at > 9 * MINUTE


def test_a_downtime_covers_its_row_alone_and_survives_a_change_of_severity(server: PrometheusServer) -> None:
    now_at = SystemClock().now()
    row = by_name(fetched(source_of(server)))["web-1", "disk"]
    (outcome,) = push(source_of(server), verbs.DOWNTIME, [row], start_at=now_at, end_at=now_at + HOUR)
    assert outcome.outcome == DONE
    server.alerts[0]["labels"].update(alertname="ServiceWarning", severity="warning")
    rows = by_name(fetched(source_of(server)))
    assert {key for key, one in rows.items() if one.in_downtime} == {("web-1", "disk")}
    assert rows["web-1", "disk"].state == "warning"


def test_a_silence_over_more_rows_is_not_ended_for_one(server: PrometheusServer) -> None:
    server.answer(
        "POST", "/api/v2/silences",
        b'{"matchers":[{"name":"instance","value":"web-2","isRegex":false,"isEqual":true}],"comment":"x",'
        b'"createdBy":"z","startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z"}',
    )  # fmt: skip
    rows = by_name(fetched(source_of(server)))
    both = [rows["web-2", "http"], rows["web-2", "load"]]
    (outcome,) = push(source_of(server), verbs.END_DOWNTIME, both[:1])
    assert (outcome.outcome, "1 other" in outcome.reason) == (REFUSED, True)
    assert {one.outcome for one in push(source_of(server), verbs.END_DOWNTIME, both)} == {DONE}


def test_a_lost_answer_is_looked_up_and_not_sent_twice(server: PrometheusServer) -> None:
    row = by_name(fetched(source_of(server)))["web-1", "disk"]
    server.lose_answers = True
    (outcome,) = push(source_of(server), verbs.ACKNOWLEDGE, [row])
    assert (outcome.outcome, len(server.silences)) == (DONE, 1)


def test_who_may_only_read_is_refused_and_a_wrong_password_tried_once(server: PrometheusServer) -> None:
    row = by_name(fetched(source_of(server)))["web-1", "disk"]
    (outcome,) = push(source_of(server, "guest"), verbs.ACKNOWLEDGE, [row])
    assert (outcome.outcome, "does not allow" in outcome.reason) == (REFUSED, True)
    asked = len(server.asked)
    with pytest.raises(NeedsSignIn):
        fetched(source_of(server, "admin", "wrong"))
    assert len(server.asked) == asked + 1


def test_without_an_alertmanager_silences_are_refused_with_the_reason(server: PrometheusServer) -> None:
    snapshot = fetched(source_of(server, alone="prometheus"))
    (outcome,) = push(source_of(server, alone="prometheus"), verbs.ACKNOWLEDGE, [snapshot.rows[-1]])
    assert (outcome.outcome, "--alertmanager" in outcome.reason) == (REFUSED, True)


@pytest.mark.parametrize("path", ["/api/v1/rules", "/api/v1/targets", "/api/v2/alerts", "/api/v2/silences"])
@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>Sign in</html>", b"null", b"{}", b'{"status":"error","error":"timed out"}', b'{"status":"succ',
        b'{"status":"success","data":null}', b'{"status":"success","data":{"groups":NaN,"activeTargets":NaN}}',
        b'{"status":"success","data":{"groups":[],"activeTargets":[]},"warnings":["store left out"]}',
    ],
)  # fmt: skip
def test_what_is_not_whole_is_an_error(server: PrometheusServer, path: str, body: bytes) -> None:
    server.odd[path] = body
    with pytest.raises(RemoteTrouble):
        fetched(source_of(server))


def test_a_bad_record_is_named_and_the_rest_goes_on(server: PrometheusServer) -> None:
    whole = by_name(fetched(source_of(server)))
    server.alerts[0]["activeAt"] = "soon"
    server.targets.append({"labels": {"instance": 5}})
    rows = by_name(fetched(source_of(server)))
    bad = rows["prom", "unreadable records"]
    assert bad.state == "unknown"
    assert "alert" in bad.output
    assert "target" in bad.output
    assert set(whole) - set(rows) == {("web-1", "disk")}


def test_doubled_keys_in_a_record_are_not_guessed_at(server: PrometheusServer) -> None:
    server.odd["/api/v2/alerts"] = (
        b'[{"labels":{"alertname":"A","alertname":"B"},"startsAt":"2026-01-01T00:00:00Z","status":{"state":"active"}}]'
    )
    rows = by_name(fetched(source_of(server)))
    assert "twice" in rows["prom", "unreadable records"].output


def test_no_rules_is_not_all_well(server: PrometheusServer) -> None:
    server.odd["/api/v1/rules"] = b'{"status":"success","data":{"groups":[]}}'
    server.odd["/api/v2/alerts"] = b"[]"
    assert by_name(fetched(source_of(server)))["prom", "alert rules"].state == "unknown"


def test_an_alertmanager_that_falls_silent_is_believed_the_second_time(server: PrometheusServer) -> None:
    source = source_of(server, alone="alertmanager")
    assert len(source.fetch(CancelToken()).rows) > 5
    server.odd["/api/v2/alerts"] = b"[]"
    with pytest.raises(BadAnswer):
        source.fetch(CancelToken())
    assert {row.state for row in source.fetch(CancelToken()).rows if row.kind == "service"} == {"unknown"}
    server.up_s = 20
    with pytest.raises(BadAnswer):
        source.fetch(CancelToken())
    source.close()


def test_a_watchdog_that_stops_is_told(server: PrometheusServer) -> None:
    server.alerts[1]["labels"].update(alertname="Watchdog", severity="none")
    source = source_of(server)
    assert by_name(source.fetch(CancelToken()))["web-2", "http"].state == "ok"
    del server.alerts[1]
    assert by_name(source.fetch(CancelToken()))["prom", "Watchdog"].state == "critical"
    source.close()
