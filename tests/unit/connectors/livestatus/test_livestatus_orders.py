"""Orders over livestatus: each is one line whatever its texts hold, and done is only what was read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.clock import HOUR, SystemClock
from app.base.errors import Refused
from app.base.events import CancelToken
from app.connectors.livestatus import open_livestatus
from app.connectors.livestatus.address import parse_address
from app.connectors.livestatus.command import Commands
from app.connectors.livestatus.line import Wire
from app.connectors.livestatus.protocol import fitting, one_field, order, question
from app.connectors.livestatus.source import LivestatusSource
from app.connectors.trust import Trust
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HealthRow
from app.domain.source import Source
from tests.fakes.livestatus_server import LivestatusServer
from tests.plugins.seeds import thorough

EVIL = "ADD_HOST_COMMENT;web-1;1;eve;gotcha"
HOSTILE = (
    f"fine\nCOMMAND [1] {EVIL}",
    f"fine\n\nCOMMAND [1] {EVIL}\n\n",
    f"fine\r\nCOMMAND [1] {EVIL}",
    f"fine\rCOMMAND [1] {EVIL}",
    f"fine\0COMMAND [1] {EVIL}",
    f"fine\x0bCOMMAND [1] {EVIL}",
    f"fine\x85COMMAND [1] {EVIL}",
    f"fine\u2028COMMAND [1] {EVIL}\u2029",
    f"fine;{EVIL}",
    "fine\n\nGET services\nColumns: state\n\n",
    ";;;;",
    "\ud800 lone",
    "fine\\nCOMMAND",
)


@pytest.fixture
def server() -> Iterator[LivestatusServer]:
    with LivestatusServer() as running:
        yield running


@pytest.fixture
def source(server: LivestatusServer) -> LivestatusSource:
    return open_livestatus(Source(id="1", name="ls", kind="livestatus", url=server.url, deadline_s=5))


def row_of(source: LivestatusSource, host: str, name: str) -> HealthRow:
    return next(row for row in source.fetch(CancelToken()).rows if (row.host, row.name) == (host, name))


def push(source: LivestatusSource, row: HealthRow, verb: str, **more: Any) -> Outcome:
    (outcome,) = source.push(
        Command(**{"verb": verb, "author": "mia", "comment": "on it"} | more), [row], CancelToken()
    )
    return outcome


def test_hosts_are_acted_on_as_services_are(server: LivestatusServer, source: LivestatusSource) -> None:
    row = row_of(source, "db-1", "db-1")
    now_at = SystemClock().now() // 1000 * 1000
    assert push(source, row, verbs.ACKNOWLEDGE) == Outcome(row.id, DONE)
    assert not any(each["acknowledged"] for each in server.services.values())
    assert "acknowledged already" in push(source, row, verbs.ACKNOWLEDGE).reason
    assert push(source, row, verbs.UNACKNOWLEDGE) == Outcome(row.id, DONE)
    assert push(source, row, verbs.UNACKNOWLEDGE).outcome == REFUSED
    assert push(source, row, verbs.DOWNTIME, start_at=now_at, end_at=now_at + HOUR) == Outcome(row.id, DONE)
    assert push(source, row, verbs.END_DOWNTIME) == Outcome(row.id, DONE)
    assert push(source, row, verbs.END_DOWNTIME).outcome == REFUSED
    assert push(source, row, verbs.COMMENT) == Outcome(row.id, DONE)
    assert push(source, row, verbs.RECHECK) == Outcome(row.id, DONE)
    names = [each.partition("] ")[2].partition(";")[0] for each in server.orders]
    assert names == [
        "ACKNOWLEDGE_HOST_PROBLEM", "REMOVE_HOST_ACKNOWLEDGEMENT", "SCHEDULE_HOST_DOWNTIME", "DEL_HOST_DOWNTIME",
        "ADD_HOST_COMMENT", "SCHEDULE_FORCED_HOST_CHECK",
    ]  # fmt: skip


def test_every_downtime_of_a_row_ends_and_no_other(server: LivestatusServer, source: LivestatusSource) -> None:
    disk, load = row_of(source, "web-1", "disk"), row_of(source, "web-1", "load")
    now_at = SystemClock().now() // 1000 * 1000
    for row, end_at in ((disk, now_at + HOUR), (disk, now_at + 2 * HOUR), (load, now_at + HOUR)):
        assert push(source, row, verbs.DOWNTIME, start_at=now_at, end_at=end_at).outcome == DONE
    assert push(source, disk, verbs.END_DOWNTIME) == Outcome(disk.id, DONE)
    assert [each["service_description"] for each in server.downtimes.values()] == ["load"]


def test_many_rows_are_looked_up_in_one_list(server: LivestatusServer, source: LivestatusSource) -> None:
    rows = source.fetch(CancelToken()).rows
    server.asked.clear()
    outcomes = source.push(Command(verb=verbs.COMMENT, author="mia", comment="x"), rows * 7, CancelToken())
    assert {each.outcome for each in outcomes} == {DONE}
    assert not any("Filter" in each for each in server.asked if each.startswith("GET services"))


# --- hostile texts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("verb", [verbs.COMMENT, verbs.ACKNOWLEDGE, verbs.DOWNTIME])
def test_no_text_slips_in_a_second_order(
    server: LivestatusServer, source: LivestatusSource, verb: str, text: str
) -> None:
    row = row_of(source, "web-1", "disk")
    asked = {each.splitlines()[0] for each in server.asked}
    now_at = SystemClock().now() // 1000 * 1000
    times = {"start_at": now_at, "end_at": now_at + HOUR} if verb == verbs.DOWNTIME else {}
    outcome = push(source, row, verb, author=text, comment=text, **times)
    assert outcome == Outcome(row.id, DONE)
    assert len(server.orders) == 1
    made = [*server.comments.values(), *server.downtimes.values()]
    assert [(each["host_name"], each["service_description"]) for each in made] == [("web-1", "disk")]
    assert {each.splitlines()[0] for each in server.asked} == asked
    assert {len(each.splitlines()) for each in server.asked if each.startswith("GET status")} == {6}


@thorough(8)
@given(st.text(max_size=60), st.text(max_size=60))
@example("a\nb", "c;d")
@example("\ud800", "\u2028\x85")
def test_an_order_is_one_line_with_its_fields(author: str, text: str) -> None:
    made = order(1_000, ["ADD_HOST_COMMENT", "web-1", 1, one_field(author), one_field(text, is_last=True)])
    line, blank, rest = made.decode().partition("\n\n")
    assert (blank, rest) == ("\n\n", "")
    assert len(line.splitlines()) == 1
    assert line.startswith("COMMAND [1] ADD_HOST_COMMENT;web-1;1;")
    assert line.split(";", 4)[4] == one_field(text, is_last=True)


@pytest.mark.parametrize("name", ["a\nb", "a;b", "a\rb", "", " a", "a\0", "a\x85b", "a\u2028b", "a\n\nGET hosts"])
def test_a_name_that_could_say_more_is_never_sent(
    server: LivestatusServer, source: LivestatusSource, name: str
) -> None:
    assert not fitting(name)
    server.services["web-1", name] = server.services["web-1", "disk"] | {"description": name or "\n"}
    row = next(each for each in source.fetch(CancelToken()).rows if each.name == (name or "\n"))
    server.asked.clear()
    outcome = push(source, row, verbs.COMMENT)
    assert (outcome.outcome, server.orders) == (REFUSED, [])
    assert "name" in outcome.reason
    assert not any("Filter" in each for each in server.asked)


def test_what_our_own_code_must_not_send_is_a_bug() -> None:
    with pytest.raises(ValueError, match="end it"):
        order(0, ["A", "b;c", "d"])
    with pytest.raises(ValueError, match="end it"):
        order(0, ["A", "b\nc"])
    with pytest.raises(ValueError, match="one line"):
        question("hosts", ["name"], "Filter: name = a\n\nCOMMAND")
    with pytest.raises(Refused, match="too long"):
        order(0, ["A", "ü" * 5_000])


def test_a_text_that_is_too_long_is_refused_and_nothing_is_cut(
    server: LivestatusServer, source: LivestatusSource
) -> None:
    outcome = push(source, row_of(source, "web-1", "disk"), verbs.COMMENT, comment="x" * 9_000)
    assert (outcome.outcome, server.orders) == (REFUSED, [])


# --- what becomes of them ------------------------------------------------------------------------------------------


class Hurried:
    """A clock on which every look takes a quarter of a minute."""

    def __init__(self) -> None:
        self._s = 0.0

    def now(self) -> int:
        return SystemClock().now()

    def monotonic(self) -> float:
        self._s += 15.0
        return self._s


@pytest.mark.parametrize("how", ["deaf", "lose_lines"])
def test_what_never_shows_is_unconfirmed_and_what_shows_is_done(
    server: LivestatusServer, source: LivestatusSource, how: str
) -> None:
    row = row_of(source, "web-1", "disk")
    setattr(server, how, True)
    wire = Wire("ls", parse_address(server.url), Trust(), 5.0, SystemClock())
    commands = Commands("ls", wire, Hurried(), SystemClock().now)
    command = Command(verb=verbs.ACKNOWLEDGE, author="mia", comment="x")
    (outcome,) = commands.push(command, [row], CancelToken())
    assert outcome.outcome == (UNCONFIRMED if how == "deaf" else DONE)  # the line was lost, not the deed
    assert len(server.orders) == 1


def test_when_the_core_goes_away_the_rest_is_told_as_not_sent(
    server: LivestatusServer, source: LivestatusSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row_of(source, "web-1", "disk"), row_of(source, "web-2", "http")]
    wire = Wire("ls", parse_address(server.url), Trust(), 5.0, SystemClock())
    commands = Commands("ls", wire, Hurried(), SystemClock().now)
    carry_out = server.order

    def last(line: str) -> None:
        carry_out(line)
        server.stop_listening()
        server.lose_lines = True

    monkeypatch.setattr(server, "order", last)
    command = Command(verb=verbs.COMMENT, author="mia", comment="x")
    outcomes = commands.push(command, rows, CancelToken())
    assert [each.outcome for each in outcomes] == [UNCONFIRMED, FAILED]
    assert len(server.orders) == 1
