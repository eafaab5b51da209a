"""The Icinga connector against a small one: what a picture holds, what is refused, what is never believed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import BadAnswer, NeedsSignIn, Refused
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.http import HttpClient
from app.connectors.icinga2 import open_icinga2
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.command import Commands
from app.connectors.icinga2.estate import FULL_EVERY_S
from app.connectors.icinga2.parse import CHECKABLE_ATTRS, NOW_ATTRS
from app.connectors.icinga2.source import UNREADABLE, Icinga2Source
from app.connectors.sign_in import Basic
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HealthRow, Snapshot
from app.domain.source import Source
from tests.fakes.clock import VirtualClock
from tests.fakes.icinga2_server import Icinga2Server


@pytest.fixture
def server() -> Iterator[Icinga2Server]:
    with Icinga2Server() as running:
        yield running


@pytest.fixture
def source(server: Icinga2Server) -> Iterator[Icinga2Source]:
    opened = opened_as(server, "admin")
    yield opened
    opened.close()


def opened_as(server: Icinga2Server, user: str, password: str = "") -> Icinga2Source:
    told = Source(id="1", name="ic", kind="icinga2", url=server.url.removesuffix("v1/"), user=user, deadline_s=5)
    return open_icinga2(told, Secret(password or f"{user}-pw"))


def rows_of(source: Icinga2Source) -> dict[str, HealthRow]:
    return {f"{row.host}/{row.name}": row for row in source.fetch(CancelToken()).rows}


def push(source: Icinga2Source, row: HealthRow, verb: str, **more: Any) -> Outcome:
    (outcome,) = source.push(Command(verb=verb, author="mia", comment="on it", **more), [row], CancelToken())
    return outcome


def test_rows_say_what_the_server_said(source: Icinga2Source) -> None:
    rows = rows_of(source)
    disk, queue, sql, db = (rows[name] for name in ("web-1/disk", "web-1/queue", "db-1/sql", "db-1/db-1"))
    assert (disk.state, disk.hard, disk.attempt, disk.max_attempts) == ("critical", True, 1, 3)
    assert (disk.output, disk.long_output) == ("disk answered", "and said more")
    assert disk.perf == "time=0.012s;0.1;0.5;0 'it''s'=3.5bytes;;9"
    assert (disk.groups, disk.url) == (("web",), "https://wiki/disk")
    assert disk.expected_by_at is not None
    assert disk.last_check_at is not None
    assert disk.expected_by_at - disk.last_check_at == 100_000_000 + MINUTE
    assert (queue.state, queue.last_check_at, queue.expected_by_at) == ("pending", None, None)
    assert (sql.state, sql.suppressed, db.state) == ("ok", True, "down")


def test_how_old_it_is_tells_the_daemons_own_clock(server: Icinga2Server, source: Icinga2Source) -> None:
    server.clock_off_s = 3600.0
    told = source.fetch(CancelToken())
    assert 3_590 < told.skew_s < 3_610
    assert abs(told.observed_at - told.received_at - HOUR) < 10_000


def test_lists_from_two_daemons_make_no_picture(server: Icinga2Server, source: Icinga2Source) -> None:
    answer = server.answer

    def restarting(path: str, body: dict[str, Any], user: str) -> Any:
        if path == "objects/services":
            server.restart()
        return answer(path, body, user)

    server.answer = restarting  # type: ignore[method-assign]
    with pytest.raises(BadAnswer, match="restarted"):
        source.fetch(CancelToken())


def test_no_host_and_no_service_is_not_all_is_well(server: Icinga2Server, source: Icinga2Source) -> None:
    server.hosts, server.services = {}, {}
    with pytest.raises(BadAnswer, match="no host and no service"):
        source.fetch(CancelToken())


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"results":{}', b'{"results":7}', b"[]", b'{"error":500}', b'{"results":[]']
)
def test_what_is_no_list_is_a_bad_answer(server: Icinga2Server, source: Icinga2Source, body: bytes) -> None:
    server.odd["objects/services"] = body
    with pytest.raises(BadAnswer):
        source.fetch(CancelToken())


def test_a_record_that_cannot_be_read_is_named_and_the_rest_goes_on(
    server: Icinga2Server, source: Icinga2Source
) -> None:
    server.services["web-1!disk"]["state"] = "two"
    rows = rows_of(source)
    assert "web-1/disk" not in rows
    named = rows[f"ic/{UNREADABLE}"]
    assert (named.state, "1 records" in named.output, "state" in named.output) == ("unknown", True, True)
    assert rows["web-1/load"].state == "ok"
    server.services["web-1!disk"]["state"] = 2
    assert f"ic/{UNREADABLE}" not in rows_of(source)


def test_a_service_whose_host_is_not_told_has_one_all_the_same(server: Icinga2Server, source: Icinga2Source) -> None:
    del server.hosts["web-2"]
    assert rows_of(source)["web-2/web-2"].state == "pending"


def test_a_wrong_password_and_a_missing_right_are_said(server: Icinga2Server) -> None:
    wrong = opened_as(server, "admin", "no")
    with pytest.raises(NeedsSignIn):
        wrong.fetch(CancelToken())
    asked = len(server.asked)
    assert asked == 1
    wrong.close()
    with pytest.raises(NeedsSignIn):
        open_icinga2(Source(id="1", name="ic", kind="icinga2", url=server.url), Secret("x"))


def test_a_status_that_is_not_for_this_user_is_no_age(server: Icinga2Server, source: Icinga2Source) -> None:
    answer = server.answer
    server.answer = lambda path, body, user: (  # type: ignore[method-assign]
        (404, {"error": 404, "status": "No objects found."})
        if path.startswith("status")
        else answer(path, body, user)
    )
    with pytest.raises(Refused, match="does not let this user read"):
        source.fetch(CancelToken())


def test_what_is_unchanged_is_not_read_again(server: Icinga2Server, source: Icinga2Source) -> None:
    first, second = rows_of(source), rows_of(source)
    assert all(second[name] is row for name, row in first.items())
    server.services["web-1!load"]["flapping"] = True
    third = rows_of(source)
    assert {name for name, row in third.items() if row is not first[name]} == {"web-1/load"}
    assert third["web-1/load"].flapping


def asked_for(server: Icinga2Server, path: str) -> list[int]:
    """How many attributes each asking of a list was for."""
    return [len(body.get("attrs", ())) for _, asked, body in server.asked if asked == path]


def test_only_what_can_change_is_asked_of_all_between_full_readings(server: Icinga2Server) -> None:
    clock = VirtualClock(SystemClock().now())
    told = Source(id="1", name="ic", kind="icinga2", url=server.url, user="admin", deadline_s=5)
    source = open_icinga2(told, Secret("admin-pw"), clock)
    first = rows_of(source)
    server.services["web-1!load"] |= {"state": 2, "last_check": server.began + 2000}
    server.services["web-1!load"]["last_check_result"]["output"] = "now it is full"
    server.hosts["web-1"]["groups"] = ["other"]  # configuration waits for the next full reading
    del server.services["db-1!sql"]
    second = rows_of(source)
    assert (second["web-1/load"].state, second["web-1/load"].output) == ("critical", "now it is full")
    assert first.keys() - second.keys() == {"db-1/sql"}
    assert second["web-1/web-1"] is first["web-1/web-1"]
    full = len(CHECKABLE_ATTRS)
    assert asked_for(server, "objects/services") == [full, len(NOW_ATTRS), full]
    clock.advance(FULL_EVERY_S)
    server.clock_off_s = FULL_EVERY_S
    changed = {name for name, row in rows_of(source).items() if row is not second[name]}
    assert changed == {"web-1/web-1", "web-1/disk", "web-1/load", "web-1/queue"}
    server.restart()
    rows_of(source)
    assert asked_for(server, "objects/services")[-2:] == [full, full]
    source.close()


def test_an_asking_that_failed_half_way_is_followed_by_a_full_one(
    server: Icinga2Server, source: Icinga2Source
) -> None:
    rows_of(source)
    server.odd["objects/services"] = b"[]"
    with pytest.raises(BadAnswer):
        source.fetch(CancelToken())
    server.odd.clear()
    rows_of(source)
    assert asked_for(server, "objects/services")[-1] == len(CHECKABLE_ATTRS)


def test_hosts_are_acted_on_as_services_are(server: Icinga2Server, source: Icinga2Source) -> None:
    row = rows_of(source)["db-1/db-1"]
    assert push(source, row, verbs.ACKNOWLEDGE) == Outcome(row.id, DONE)
    assert server.hosts["db-1"]["acknowledgement"] == 2
    assert not any(each["acknowledgement"] for each in server.services.values())
    assert "acknowledged already" in push(source, row, verbs.ACKNOWLEDGE).reason
    now_at = SystemClock().now() // 1000 * 1000
    assert push(source, row, verbs.DOWNTIME, start_at=now_at, end_at=now_at + HOUR) == Outcome(row.id, DONE)
    assert push(source, row, verbs.END_DOWNTIME) == Outcome(row.id, DONE)
    assert push(source, row, verbs.END_DOWNTIME).outcome == REFUSED
    assert push(source, row, verbs.RECHECK) == Outcome(row.id, DONE)


def test_one_who_may_only_read_learns_which_right_is_missing(server: Icinga2Server) -> None:
    guest = opened_as(server, "guest")
    outcome = push(guest, rows_of(guest)["web-1/disk"], verbs.ACKNOWLEDGE)
    assert outcome.outcome == REFUSED
    assert "actions/acknowledge-problem" in outcome.reason
    guest.close()


class Hurried:
    """A clock on which every look takes a quarter of a minute."""

    def __init__(self) -> None:
        self._s = 0.0

    def now(self) -> int:
        return SystemClock().now()

    def monotonic(self) -> float:
        self._s += 15.0
        return self._s


@pytest.mark.parametrize("how", ["deaf", "lose_answers"])
def test_what_never_shows_is_unconfirmed_and_what_shows_is_done(server: Icinga2Server, how: str) -> None:
    source = opened_as(server, "admin")
    row = rows_of(source)["web-1/disk"]
    setattr(server, how, True)
    client = HttpClient("ic", server.url, sign_in=Basic("admin", Secret("admin-pw")))
    command = Command(verb=verbs.ACKNOWLEDGE, author="mia", comment="x")
    (outcome,) = Commands("ic", Api("ic", client), Hurried()).push(command, [row], CancelToken())
    assert outcome.outcome == (UNCONFIRMED if how == "deaf" else DONE)  # the answer was lost, not the deed
    assert server.services["web-1!disk"]["acknowledgement"] == (0 if how == "deaf" else 2)
    sent = [body for _, path, body in server.asked if path == "actions/acknowledge-problem"]
    assert len(sent) == 1
    client.close()
    source.close()


def test_names_are_data_never_words_of_a_filter(server: Icinga2Server, source: Icinga2Source) -> None:
    row = rows_of(source)["web-1/disk"]
    odd = HealthRow(
        id="odd", source="ic", kind="service", host='" || true || "', name="disk", state="critical"
    )  # fmt: skip
    outcomes = source.push(Command(verb=verbs.COMMENT, author="mia", comment="x"), [odd, row], CancelToken())
    assert [each.outcome for each in outcomes] == [REFUSED, DONE]
    assert all('"' not in json.dumps(body.get("filter", ""))[1:-1] for _, _, body in server.asked)


def test_snapshots_hold_no_remark_of_a_row_that_is_not_there(server: Icinga2Server, source: Icinga2Source) -> None:
    row = rows_of(source)["web-1/disk"]
    assert push(source, row, verbs.COMMENT).outcome == DONE
    del server.services["web-1!disk"]
    told: Snapshot = source.fetch(CancelToken())
    assert told.remarks == ()
