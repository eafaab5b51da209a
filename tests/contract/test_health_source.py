"""What every ``HealthSource`` tells and takes: one suite for the simulated one, for Nagios' connector on a fake
server, and for the same connector on a real Nagios."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from app.analysis.simulation.estate import small_estate
from app.analysis.simulation.picture import Simulation
from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import Cancelled
from app.base.events import CancelToken
from app.base.secret import Secret
from app.bootstrap.connect import ALL_VERBS, connect
from app.connectors.nagios import open_nagios
from app.connectors.simulated import open_simulated
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, Command, Outcome
from app.domain.health import (
    CRITICAL,
    DOWN,
    HOST,
    HOST_STATES,
    OK,
    PENDING,
    SERVICE,
    SERVICE_STATES,
    UNREACHABLE,
    HealthRow,
    Snapshot,
    health_id,
)
from app.domain.source import Source
from app.ports import HealthSource
from tests.fakes.clock import VirtualClock
from tests.fakes.nagios_server import PASSWORD, USER, NagiosServer
from tests.plugins.peers import NagiosPeer

NAME = "main"


@dataclass
class Subject:
    """A connected source. Its rows are in states of every kind that the suite asks for."""

    source: HealthSource
    now: Callable[[], int]

    def fetch(self) -> Snapshot:
        return self.source.fetch(CancelToken())

    def push(self, verb: str, *rows: HealthRow, **more: object) -> tuple[Outcome, ...]:
        fields: dict[str, object] = {"author": "ann", "comment": "looking into it", **more}
        return self.source.push(Command(verb=verb, **fields), rows, CancelToken())  # type: ignore[arg-type]

    def row(self, wanted: Callable[[HealthRow], bool]) -> HealthRow:
        return next(row for row in self.fetch().rows if wanted(row))

    def again(self, row: HealthRow) -> HealthRow:
        return self.row(lambda other: other.id == row.id)


@pytest.fixture
def simulated() -> Iterator[Subject]:
    """At a moment at which it has everything the suite asks for."""
    clock = VirtualClock(_rich_moment())
    source = open_simulated(Source(id="s", name=NAME, kind="simulated", environment="UAT"), clock)
    yield Subject(source, clock.now)
    source.close()


def _rich_moment() -> int:
    simulation = Simulation(7, small_estate(), source=NAME)
    at = VirtualClock().now()
    while not _is_rich(list(simulation.picture(at).rows)):
        at += 10 * MINUTE
    return at


def _is_rich(rows: list[HealthRow]) -> bool:
    return (
        any(_is_free_problem(row) for row in rows)
        and any(row.in_downtime and row.kind == SERVICE for row in rows)
        and any(row.acknowledged for row in rows)
        and {DOWN, UNREACHABLE} <= {row.state for row in rows}
    )


@pytest.fixture
def fake_nagios() -> Iterator[Subject]:
    clock = SystemClock()
    with NagiosServer(clock) as server:
        source = _nagios(server.url, USER, PASSWORD)
        yield Subject(source, clock.now)
        source.close()


@pytest.fixture(scope="module")
def seeded_peer(nagios_peer: NagiosPeer) -> NagiosPeer:
    nagios_peer.seed(5)
    return nagios_peer


@pytest.fixture
def real_nagios(seeded_peer: NagiosPeer) -> Iterator[Subject]:
    source = _nagios(seeded_peer.url, seeded_peer.user, seeded_peer.password)
    yield Subject(source, SystemClock().now)
    source.close()


def _nagios(url: str, user: str, password: str) -> HealthSource:
    return open_nagios(
        Source(id="n", name=NAME, kind="nagios", url=url, user=user, environment="UAT"), Secret(password)
    )


@pytest.fixture(
    params=[
        "simulated",
        "fake_nagios",
        pytest.param("real_nagios", marks=[pytest.mark.real_server, pytest.mark.timeout(600)]),
    ]
)
def subject(request: pytest.FixtureRequest) -> Subject:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def _is_free_problem(row: HealthRow) -> bool:
    return row.state == CRITICAL and row.kind == SERVICE and not row.is_handled


def test_a_picture_is_complete_and_consistent(subject: Subject) -> None:
    snapshot = subject.fetch()
    rows = {row.id: row for row in snapshot.rows}
    hosts = {row.host for row in snapshot.rows if row.kind == HOST}
    assert snapshot.source == NAME
    assert len(rows) == len(snapshot.rows)
    assert {row.host for row in snapshot.rows} == hosts
    for row in snapshot.rows:
        assert row.id == health_id(NAME, row.host, "" if row.kind == HOST else row.name)
        assert row.state in (HOST_STATES if row.kind == HOST else SERVICE_STATES)
        assert (row.source, row.environment) == (NAME, "UAT")
        assert row.kind == SERVICE or row.name == row.host
        assert row.state == PENDING or row.attempt <= row.max_attempts
        assert row.since_at is None or row.since_at <= snapshot.observed_at


def test_freshness_is_told_by_the_sources_own_clock(subject: Subject) -> None:
    before_at = subject.now()
    snapshot = subject.fetch()
    assert before_at <= snapshot.received_at <= subject.now()
    assert abs(snapshot.observed_at - snapshot.skew_s * 1000 - snapshot.received_at) < MINUTE


def test_states_of_every_kind_are_told(subject: Subject) -> None:
    snapshot = subject.fetch()
    assert {CRITICAL, OK, PENDING} <= {row.state for row in snapshot.rows if row.kind == SERVICE}
    assert {DOWN, UNREACHABLE} <= {row.state for row in snapshot.rows if row.kind == HOST}
    assert any(row.acknowledged for row in snapshot.rows)
    assert any(row.in_downtime for row in snapshot.rows)


def test_a_row_that_was_never_checked_claims_nothing(subject: Subject) -> None:
    row = subject.row(lambda row: row.state == PENDING)
    assert (row.last_check_at, row.since_at, row.expected_by_at, row.perf) == (None, None, None, "")


def test_services_of_a_host_that_is_gone_are_suppressed(subject: Subject) -> None:
    snapshot = subject.fetch()
    gone = {row.host for row in snapshot.rows if row.kind == HOST and row.state in (DOWN, UNREACHABLE)}
    services = [row for row in snapshot.rows if row.kind == SERVICE]
    assert {row.host for row in services if row.suppressed} == gone & {row.host for row in services}
    assert all(row.suppressed for row in services if row.host in gone)


def test_remarks_and_downtimes_belong_to_rows(subject: Subject) -> None:
    snapshot = subject.fetch()
    rows = {row.id: row for row in snapshot.rows}
    remarked = {remark.row_id for remark in snapshot.remarks if remark.kind == "acknowledgement"}
    planned = {downtime.row_id for downtime in snapshot.downtimes if downtime.in_effect}
    assert {remark.row_id for remark in snapshot.remarks} | planned <= rows.keys()
    assert {id_ for id_, row in rows.items() if row.acknowledged} <= remarked
    assert {id_ for id_, row in rows.items() if row.in_downtime} == planned
    assert len({remark.remote_id for remark in snapshot.remarks}) == len(snapshot.remarks)


def test_what_did_not_change_is_the_same_object_again(subject: Subject) -> None:
    before = {row.id: row for row in subject.fetch().rows}
    after = subject.fetch().rows
    unchanged = [row for row in after if before.get(row.id) == row]
    assert unchanged
    assert all(before[row.id] is row for row in unchanged if not row.acknowledged)


def test_an_acknowledgement_is_seen_and_taken_back(subject: Subject) -> None:
    row = subject.row(_is_free_problem)
    assert subject.push(verbs.ACKNOWLEDGE, row, comment="found the cause") == (Outcome(row.id, DONE),)
    snapshot = subject.fetch()
    assert {r.id: r for r in snapshot.rows}[row.id].acknowledged
    assert ("acknowledgement", "ann", "found the cause") in [
        (remark.kind, remark.author, remark.text) for remark in snapshot.remarks if remark.row_id == row.id
    ]
    assert subject.push(verbs.UNACKNOWLEDGE, row) == (Outcome(row.id, DONE),)
    assert not subject.again(row).acknowledged


def test_what_is_well_cannot_be_acknowledged(subject: Subject) -> None:
    row = subject.row(lambda row: row.state == OK and row.kind == SERVICE and not row.is_handled)
    (outcome,) = subject.push(verbs.ACKNOWLEDGE, row)
    assert (outcome.outcome, bool(outcome.reason)) == (REFUSED, True)
    assert not subject.again(row).acknowledged


def test_a_downtime_is_seen_and_ended(subject: Subject) -> None:
    row = subject.row(_is_free_problem)
    window = {"start_at": subject.now() - MINUTE, "end_at": subject.now() + HOUR}
    assert subject.push(verbs.DOWNTIME, row, comment="new disk", **window) == (Outcome(row.id, DONE),)
    (planned,) = [each for each in subject.fetch().downtimes if each.row_id == row.id]
    assert (planned.author, planned.text) == ("ann", "new disk")
    assert abs(planned.end_at - window["end_at"]) < 2 * MINUTE
    assert subject.push(verbs.END_DOWNTIME, row) == (Outcome(row.id, DONE),)
    assert row.id not in {each.row_id for each in subject.fetch().downtimes}
    assert subject.push(verbs.END_DOWNTIME, row)[0].outcome == REFUSED


def test_a_downtime_of_a_host_is_seen_and_ended(subject: Subject) -> None:
    row = subject.row(lambda row: row.kind == HOST and row.state == DOWN)
    window = {"start_at": subject.now() - MINUTE, "end_at": subject.now() + HOUR}
    assert subject.push(verbs.DOWNTIME, row, **window) == (Outcome(row.id, DONE),)
    assert subject.push(verbs.END_DOWNTIME, row) == (Outcome(row.id, DONE),)


def test_a_downtime_that_ends_before_it_begins_is_refused(subject: Subject) -> None:
    row = subject.row(_is_free_problem)
    window = {"start_at": subject.now() + HOUR, "end_at": subject.now()}
    assert subject.push(verbs.DOWNTIME, row, **window)[0].outcome == REFUSED


def test_a_comment_of_awkward_text_is_kept(subject: Subject) -> None:
    row = subject.row(_is_free_problem)
    (outcome,) = subject.push(verbs.COMMENT, row, comment="first; second\nthird & 'fourth' <b>")
    assert outcome.outcome == DONE
    texts = [
        remark.text for remark in subject.fetch().remarks if remark.row_id == row.id and remark.kind == "comment"
    ]
    assert all(word in texts[-1] for word in ("first", "second", "third & 'fourth'"))


def test_a_check_is_asked_for(subject: Subject) -> None:
    row = subject.row(_is_free_problem)
    assert subject.push(verbs.RECHECK, row) == (Outcome(row.id, DONE),)


def test_a_row_that_does_not_exist_harms_no_other(subject: Subject) -> None:
    row = subject.row(_is_free_problem)
    ghost = HealthRow(id="ghost", source=NAME, kind=SERVICE, host="nowhere", name="http", state=CRITICAL)
    outcomes = subject.push(verbs.COMMENT, ghost, row)
    assert [outcome.id for outcome in outcomes] == ["ghost", row.id]
    assert (outcomes[0].outcome, outcomes[1].outcome) == (REFUSED, DONE)
    assert outcomes[0].reason


def test_a_cancelled_asking_ends(subject: Subject) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        subject.source.fetch(cancel)


def test_it_takes_the_verbs_that_are_known(subject: Subject) -> None:
    assert subject.source.verbs <= ALL_VERBS
    assert subject.source.name == NAME


def test_every_kind_can_be_connected() -> None:
    source = connect(Source(id="s", name=NAME, kind="simulated"), None)
    assert len(source.fetch(CancelToken()).rows) == 79
    source.close()
