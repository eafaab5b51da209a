"""The livestatus connector against a small core: what a picture holds, what is refused, what is never believed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import BadAnswer, Limited, Refused, RemoteTrouble, TimedOut, WatchdeskError
from app.base.events import CancelToken
from app.connectors.livestatus import open_livestatus
from app.connectors.livestatus.estate import FULL_EVERY_S
from app.connectors.livestatus.parse import in_effect
from app.connectors.livestatus.server_clock import ServerClock
from app.connectors.livestatus.source import UNREADABLE, LivestatusSource
from app.domain.health import Downtime, HealthRow
from app.domain.source import Source
from tests.fakes.clock import VirtualClock
from tests.fakes.livestatus_server import OLD, LivestatusServer


@pytest.fixture
def server() -> Iterator[LivestatusServer]:
    with LivestatusServer() as running:
        yield running


@pytest.fixture
def source(server: LivestatusServer) -> LivestatusSource:
    return opened(server)


def opened(server: LivestatusServer) -> LivestatusSource:
    return open_livestatus(Source(id="1", name="ls", kind="livestatus", url=server.url, deadline_s=5))


def rows_of(source: LivestatusSource) -> dict[str, HealthRow]:
    return {f"{row.host}/{row.name}": row for row in source.fetch(CancelToken()).rows}


def asked_of(server: LivestatusServer, table: str) -> list[str]:
    return [each for each in server.asked if each.splitlines()[0] == f"GET {table}"]


def test_rows_say_what_the_core_said(source: LivestatusSource) -> None:
    rows = rows_of(source)
    disk, queue, sql, db = (rows[name] for name in ("web-1/disk", "web-1/queue", "db-1/sql", "db-1/db-1"))
    assert (disk.state, disk.hard, disk.attempt, disk.max_attempts) == ("critical", True, 1, 3)
    assert (disk.output, disk.long_output) == ("disk answered", "and said more\nin lines")
    assert (disk.perf, disk.groups, disk.url) == ("time=0.012s;0.1;0.5;0", ("web",), "https://wiki/disk")
    assert disk.last_check_at is not None
    assert disk.expected_by_at == disk.last_check_at + 300_000 + 750 + 5 * MINUTE
    assert (queue.state, queue.last_check_at, queue.expected_by_at) == ("pending", None, None)
    assert (sql.state, sql.suppressed, db.state, db.suppressed) == ("ok", True, "down", False)


def test_what_only_answers_passively_is_not_expected_by_a_time(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    server.services["web-1", "load"]["active_checks_enabled"] = 0
    assert rows_of(source)["web-1/load"].expected_by_at is None


@pytest.mark.parametrize("keeps", [True, False])
def test_a_picture_takes_one_line_where_the_core_keeps_it(keeps: bool) -> None:
    with LivestatusServer(keeps=keeps) as server:
        source = opened(server)
        rows_of(source)
        first, asked = server.lines, len(server.asked)
        rows_of(source)
        assert (server.lines - first) == (1 if keeps else len(server.asked) - asked)


def test_a_core_without_some_columns_tells_what_it_has() -> None:
    with LivestatusServer(missing=OLD) as server:
        disk = rows_of(opened(server))["web-1/disk"]
    assert (disk.state, disk.output, disk.long_output, disk.url) == ("critical", "disk answered", "", "")


def test_a_core_without_what_is_needed_is_named(source: LivestatusSource, server: LivestatusServer) -> None:
    server.missing = frozenset({"has_been_checked"})
    with pytest.raises(BadAnswer, match="has_been_checked"):
        source.fetch(CancelToken())


def test_another_start_of_the_core_may_bring_other_columns(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    rows_of(source)
    server.missing = OLD
    server.restart()
    assert rows_of(source)["web-1/disk"].long_output == ""
    assert len(asked_of(server, "columns")) == 2


# --- what is not the whole -------------------------------------------------------------------------------------


def test_lists_from_two_cores_make_no_picture(
    server: LivestatusServer, source: LivestatusSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = server.answer

    def restarting(lines: list[str]) -> bytes:
        if lines[0] == "GET comments":
            server.restart()
        return answer(lines)

    monkeypatch.setattr(server, "answer", restarting)
    with pytest.raises(BadAnswer, match="restarted"):
        source.fetch(CancelToken())


def test_no_host_and_no_service_is_not_all_is_well(server: LivestatusServer, source: LivestatusSource) -> None:
    server.hosts, server.services = {}, {}
    with pytest.raises(BadAnswer, match="no host and no service"):
        source.fetch(CancelToken())


def test_fewer_than_the_core_counts_are_a_part(server: LivestatusServer, source: LivestatusSource) -> None:
    rows_of(source)
    server.counts = (3, 9)
    with pytest.raises(BadAnswer, match="8 of 9 services"):
        source.fetch(CancelToken())
    server.counts = (3, 8)
    assert "web-1/disk" in rows_of(source)


@pytest.mark.parametrize("table", ["hosts", "services", "comments", "downtimes", "status", "columns"])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[[]", b'{"a":[]}', b"7", b"null", b"[] []", b"\xff\xfe[]"])
def test_what_is_no_list_is_a_bad_answer(
    server: LivestatusServer, source: LivestatusSource, table: str, body: bytes
) -> None:
    server.odd[table] = body
    with pytest.raises(BadAnswer):
        source.fetch(CancelToken())
    server.odd.clear()
    assert rows_of(source)["web-1/disk"].state == "critical"


HEADS = {
    "another protocol": (b"HTTP/1.1 400 Bad Request\r\n\r\n", BadAnswer, "does not speak livestatus"),
    "no number": (b"abc          17\n[]", BadAnswer, "does not speak livestatus"),
    "half a head": (b"200   ", TimedOut, "half an answer"),
    "nothing": (b"", TimedOut, "half an answer"),
    "more than announced": (b"200           2\n[[1]]", BadAnswer, ""),
    "less than announced": (b"200          99\n[[1]]", TimedOut, "half an answer"),
    "more than may be": (b"200 99999999999\n[", BadAnswer, "more than any answer"),
    "no such column": (b"450           5\nno!\nx", BadAnswer, "450: no!"),
    "not allowed": (b"403           2\nno", Refused, "does not let"),
    "busy": (b"503           2\nno", Limited, "cannot answer now"),
}


@pytest.mark.parametrize("case", HEADS)
def test_a_head_that_promises_wrong_is_no_answer(case: str) -> None:
    raw, kind, words = HEADS[case]
    with LivestatusServer(keeps=False) as server:
        source = opened(server)
        server.raw["status"] = raw
        with pytest.raises(kind) as caught:
            source.fetch(CancelToken())
    assert words in caught.value.sentence()


def test_what_stands_behind_an_answer_is_not_passed_over(server: LivestatusServer, source: LivestatusSource) -> None:
    server.raw["hosts"] = b"200           2\n[]200           2\n[]"
    with pytest.raises(WatchdeskError):
        source.fetch(CancelToken())


def test_a_record_that_cannot_be_read_is_named_and_the_rest_goes_on(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    rows_of(source)
    server.services["web-1", "disk"]["state"] = "two"
    rows = rows_of(source)
    assert "web-1/disk" not in rows
    named = rows[f"ls/{UNREADABLE}"]
    assert (named.state, "1 records" in named.output, rows["web-1/load"].state) == ("unknown", True, "ok")
    server.services["web-1", "disk"]["state"] = 2
    assert f"ls/{UNREADABLE}" not in rows_of(source)


def test_what_a_plugin_wrote_in_latin_1_is_read(server: LivestatusServer, source: LivestatusSource) -> None:
    head, body = server.answer(server_question("services"))[:16], server.answer(server_question("services"))[16:]
    assert head.startswith(b"200")
    server.asked.clear()
    server.odd["services"] = body.replace(b"load answered", "Größe".encode("latin-1"))
    assert rows_of(source)["web-1/load"].output == "Größe"


def server_question(table: str) -> list[str]:
    from app.connectors.livestatus.columns import every

    return [f"GET {table}", f"Columns: {' '.join(every(table).names)}"]


def test_one_told_twice_is_no_picture(server: LivestatusServer, source: LivestatusSource) -> None:
    body = server.answer(server_question("services"))[16:]
    server.odd["services"] = body[:-1] + b"," + body[1:]
    with pytest.raises(BadAnswer, match="twice"):
        source.fetch(CancelToken())


def test_a_service_whose_host_is_not_told_has_one_all_the_same(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    del server.hosts["web-2", ""]
    assert rows_of(source)["web-2/web-2"].state == "pending"


# --- what changed ------------------------------------------------------------------------------------------------


def test_what_is_unchanged_is_the_same_and_asked_in_brief(server: LivestatusServer, source: LivestatusSource) -> None:
    first, second = rows_of(source), rows_of(source)
    assert all(second[name] is row for name, row in first.items())
    full, brief, checked = asked_of(server, "services")
    assert ("plugin_output" in full, "plugin_output" in brief) == (True, False)
    assert "Filter: last_check >= " in checked


def test_an_acknowledgement_shows_although_nothing_was_checked(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    first = rows_of(source)
    server.services["web-1", "disk"]["acknowledged"] = 1
    second = rows_of(source)
    assert {name for name, row in second.items() if row is not first[name]} == {"web-1/disk"}
    assert (second["web-1/disk"].acknowledged, second["web-1/disk"].output) == (True, "disk answered")


def test_what_was_checked_is_read_with_all_it_says(server: LivestatusServer, source: LivestatusSource) -> None:
    first = rows_of(source)
    load = server.services["web-1", "load"]
    load |= {"state": 2, "last_check": load["last_check"] + 10, "plugin_output": "full", "perf_data": "a=1"}
    second = rows_of(source)
    assert {name for name, row in second.items() if row is not first[name]} == {"web-1/load"}
    assert (second["web-1/load"].state, second["web-1/load"].output, second["web-1/load"].perf) == (
        "critical", "full", "a=1"
    )  # fmt: skip


def test_a_second_check_within_one_second_is_not_missed(server: LivestatusServer, source: LivestatusSource) -> None:
    server.services["web-1", "load"]["last_check"] += 5
    rows_of(source)
    server.services["web-1", "load"]["plugin_output"] = "said later in the same second"
    assert rows_of(source)["web-1/load"].output == "said later in the same second"


def test_a_result_with_an_old_time_is_not_missed(server: LivestatusServer, source: LivestatusSource) -> None:
    rows_of(source)
    server.services["web-1", "load"] |= {"state": 1, "last_check": server.began, "plugin_output": "from the spool"}
    row = rows_of(source)["web-1/load"]
    assert (row.state, row.output) == ("warning", "from the spool")


def test_what_changes_between_two_answers_and_back_is_told_as_it_is(
    server: LivestatusServer, source: LivestatusSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_of(source)
    rows_of(source)
    answer = server.answer
    disk = server.services["web-1", "disk"]

    def changing(lines: list[str]) -> bytes:
        disk["acknowledged"] = int(lines[0] == "GET services" and any("Filter" in each for each in lines))
        return answer(lines)

    monkeypatch.setattr(server, "answer", changing)
    assert rows_of(source)["web-1/disk"].acknowledged
    monkeypatch.undo()
    disk["acknowledged"] = 0
    assert not rows_of(source)["web-1/disk"].acknowledged


def test_what_is_gone_goes_and_what_is_new_comes(server: LivestatusServer, source: LivestatusSource) -> None:
    rows_of(source)
    gone = server.services.pop(("web-2", "mail"))
    assert "web-2/mail" not in rows_of(source)
    server.services["web-2", "post"] = gone | {"description": "post"}
    assert rows_of(source)["web-2/post"].state == "unknown"


def test_configuration_comes_with_the_next_full_reading(server: LivestatusServer) -> None:
    clock = VirtualClock(SystemClock().now())
    told = Source(id="1", name="ls", kind="livestatus", url=server.url, deadline_s=5)
    source = open_livestatus(told, None, clock)
    server.hosts["web-1", ""]["last_check"] -= 100
    rows_of(source)
    server.hosts["web-1", ""]["groups"] = ["other"]
    assert rows_of(source)["web-1/disk"].groups == ("web",)
    clock.advance(FULL_EVERY_S)
    assert rows_of(source)["web-1/disk"].groups == ("other",)


def test_a_host_that_falls_suppresses_its_services(server: LivestatusServer, source: LivestatusSource) -> None:
    rows_of(source)
    server.hosts["web-1", ""] |= {"state": 1, "last_check": server.now()}
    rows = rows_of(source)
    assert (rows["web-1/web-1"].state, rows["web-1/disk"].suppressed) == ("down", True)


def test_an_asking_that_failed_half_way_is_followed_by_a_full_one(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    rows_of(source)
    server.odd["services"] = b"{}"
    with pytest.raises(RemoteTrouble):
        source.fetch(CancelToken())
    server.odd.clear()
    rows_of(source)
    assert "plugin_output" in asked_of(server, "services")[-1]
    assert "Filter" not in asked_of(server, "services")[-1]


# --- clocks and downtimes ------------------------------------------------------------------------------------------


def test_a_clock_that_is_ahead_proves_itself(server: LivestatusServer, source: LivestatusSource) -> None:
    assert source.fetch(CancelToken()).skew_s == 0
    server.services["web-1", "load"]["last_check"] = server.now() + 3600
    told = source.fetch(CancelToken())
    assert 3_590 < told.skew_s < 3_610
    assert abs(told.observed_at - told.received_at - HOUR) < 10_000


def test_a_clock_that_is_behind_is_told_by_what_was_checked_meanwhile() -> None:
    clock = ServerClock()
    clock.learn(10 * HOUR, 11 * HOUR, 11 * HOUR + 50)
    assert clock.skew_ms == 0  # it may just not have checked anything for an hour
    clock.learn(10 * HOUR + 14_000, 11 * HOUR + 15_000, 11 * HOUR + 15_050)
    assert -HOUR < clock.skew_ms < -HOUR + 2 * MINUTE
    clock.learn(10 * HOUR + 14_000, 11 * HOUR + 30_000, 11 * HOUR + 30_050)
    assert clock.skew_ms < -HOUR + 2 * MINUTE
    clock.learn(11 * HOUR + 44_000, 11 * HOUR + 45_000, 11 * HOUR + 45_050)
    assert clock.skew_ms == 0


def test_of_several_downtimes_those_are_in_effect_whose_time_it_is() -> None:
    def planned(id_: str, start_at: int, end_at: int, fixed: bool = True) -> Downtime:
        return Downtime(
            row_id="r", remote_id=id_, author="", text="", start_at=start_at, end_at=end_at, fixed=fixed
        )  # fmt: skip

    now, later, flexible = planned("1", 0, 100), planned("2", 200, 300), planned("3", 0, 100, fixed=False)
    assert in_effect([later], 50) == [later]  # the core says that the row is in one
    assert in_effect([now, later, flexible], 50) == [now]
    assert in_effect([later, flexible], 50) == [flexible]
