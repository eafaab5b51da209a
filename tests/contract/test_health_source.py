"""What every ``HealthSource`` does, held against the simulated, fakes of each kind, and real servers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.base.clock import MINUTE, SystemClock
from app.base.errors import Cancelled
from app.base.events import CancelToken
from app.domain import command as verbs
from app.domain import silence
from app.domain.command import DONE, REFUSED, Command
from app.domain.freshness import LIVE, STALE
from app.domain.health import (
    CRITICAL,
    DOWN,
    HOST,
    HOST_STATES,
    PENDING,
    SERVICE,
    SERVICE_STATES,
    UNREACHABLE,
    WARNING,
    HealthRow,
    Snapshot,
    health_id,
)
from app.domain.history import SourceMark
from app.domain.silence import ACKNOWLEDGEMENT, ACTIVE, Silence, silences
from app.ports import HealthSource
from app.usecases.board import Board, Instant, with_answer
from tests.contract.remotes import NAME, PARAMETERS, REMOTES, Remote, nagios
from tests.plugins.peers import NagiosPeer

PATIENCE_S = 30.0


@pytest.fixture(params=PARAMETERS)
def remote(request: pytest.FixtureRequest) -> Iterator[Remote]:
    with REMOTES[request.param](request) as found:
        yield found


def fetched(source: HealthSource) -> Snapshot:
    return source.fetch(CancelToken())


def free_problem(snapshot: Snapshot) -> HealthRow:
    """A service in trouble that nobody has taken. Not one that is unknown: Zabbix has no event for those."""
    rows = (row for row in snapshot.rows if row.state in (WARNING, CRITICAL) and not row.suppressed)
    return next(row for row in rows if not row.acknowledged and not row.in_downtime)


def again(source: HealthSource, row: HealthRow) -> HealthRow:
    return next(each for each in fetched(source).rows if each.id == row.id)


def done(source: HealthSource, verb: str, row: HealthRow, **more: int) -> None:
    """Carry out a command and hold that the source says it is done."""
    command = Command(verb=verb, author="mia", comment="on it", **more)  # type: ignore[arg-type]
    (outcome,) = source.push(command, [row], CancelToken())
    assert (outcome.id, outcome.outcome, outcome.reason) == (row.id, DONE, "")


def test_a_snapshot_is_complete_and_consistent(remote: Remote) -> None:
    before_at = SystemClock().now()
    snapshot = fetched(remote.admin)
    assert snapshot.source == remote.admin.name == NAME
    ids = [row.id for row in snapshot.rows]
    assert len(ids) == len(set(ids)) > 5
    hosts = {row.host for row in snapshot.rows if row.kind == HOST}
    assert {row.host for row in snapshot.rows if row.kind == SERVICE} <= hosts
    for row in snapshot.rows:
        assert row.state in (HOST_STATES if row.kind == HOST else SERVICE_STATES)
        assert row.name
        assert row.source == NAME
    assert {each.row_id for each in snapshot.remarks} | {each.row_id for each in snapshot.downtimes} <= set(ids)
    assert any("=" in row.perf for row in snapshot.rows)
    assert before_at <= snapshot.received_at
    assert abs(snapshot.received_at - snapshot.observed_at) < MINUTE


def test_what_stays_the_same_is_the_same_object(remote: Remote) -> None:
    first, second = fetched(remote.admin), fetched(remote.admin)
    assert second.observed_at >= first.observed_at
    old = {row.id: row for row in first.rows}
    equal = [row for row in second.rows if row == old[row.id]]
    assert len(equal) >= len(old) - 3
    if remote.guest is not None:  # the simulated tells afresh
        assert all(row is old[row.id] for row in equal)


def ledger(told: Snapshot, row: HealthRow) -> list[Silence]:
    """What the ledger of everything silenced holds of a row."""
    listed = silences(told.rows, told.remarks, told.downtimes, SystemClock().now())
    return [each for each in listed if each.row.id == row.id]


def test_a_problem_is_acknowledged_and_given_back(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    done(remote.admin, verbs.ACKNOWLEDGE, row)
    assert again(remote.admin, row).acknowledged
    told = fetched(remote.admin)
    assert any(each.row_id == row.id and "on it" in each.text for each in told.remarks)
    (listed,) = ledger(told, row)
    assert (listed.kind, listed.phase, listed.author) == (ACKNOWLEDGEMENT, ACTIVE, "mia")
    assert "on it" in listed.text
    done(remote.admin, verbs.UNACKNOWLEDGE, row)
    assert not again(remote.admin, row).acknowledged


@pytest.mark.slow
def test_an_acknowledgement_ends_by_itself_or_is_refused(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    end_at = SystemClock().now() + 4_000
    if not remote.ends_acks:
        command = Command(verb=verbs.ACKNOWLEDGE, author="mia", comment="on it", end_at=end_at)
        (outcome,) = remote.admin.push(command, [row], CancelToken())
        assert (outcome.outcome, "ends by itself" in outcome.reason) == (REFUSED, True)
        assert not again(remote.admin, row).acknowledged
        return
    done(remote.admin, verbs.ACKNOWLEDGE, row, end_at=end_at)
    told = fetched(remote.admin)
    (listed,) = ledger(told, row)
    assert abs((listed.end_at or 0) - end_at) < remote.grain_ms
    give_up_s = time.monotonic() + PATIENCE_S
    while again(remote.admin, row).acknowledged:
        assert time.monotonic() < give_up_s
        CancelToken().wait(0.25)
    assert SystemClock().now() >= end_at - 1_000


def test_a_downtime_begins_and_ends_when_it_was_asked_for(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    start_at = SystemClock().now() // remote.grain_ms * remote.grain_ms
    done(remote.admin, verbs.DOWNTIME, row, start_at=start_at, end_at=start_at + 90 * MINUTE)
    told = fetched(remote.admin)
    (downtime,) = (each for each in told.downtimes if each.row_id == row.id)
    assert (downtime.end_at, downtime.author) == (start_at + 90 * MINUTE, "mia")
    (listed,) = ledger(told, row)
    assert (listed.kind, listed.end_at) == (silence.DOWNTIME, downtime.end_at)
    assert 0 <= downtime.start_at - start_at <= remote.start_slack_ms
    done(remote.admin, verbs.END_DOWNTIME, row)
    assert not any(each.row_id == row.id for each in fetched(remote.admin).downtimes)


def test_a_comment_is_kept_and_a_check_asked_for(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    if verbs.COMMENT not in remote.admin.verbs:
        for verb in (verbs.COMMENT, verbs.RECHECK):
            (told,) = remote.admin.push(Command(verb=verb, author="mia", comment="x"), [row], CancelToken())
            assert (told.id, told.outcome, bool(told.reason)) == (row.id, REFUSED, True)
        return
    done(remote.admin, verbs.COMMENT, row)
    assert any(each.row_id == row.id and each.text == "on it" for each in fetched(remote.admin).remarks)
    if remote.rechecks == DONE:
        done(remote.admin, verbs.RECHECK, row)
        return
    (told,) = remote.admin.push(Command(verb=verbs.RECHECK, author="mia"), [row], CancelToken())
    assert (told.outcome, bool(told.reason)) == (remote.rechecks, True)


def test_what_is_well_is_not_acknowledged(remote: Remote) -> None:
    snapshot = fetched(remote.admin)
    well = next(row for row in snapshot.rows if row.kind == SERVICE and row.state == "ok")
    (outcome,) = remote.admin.push(Command(verb=verbs.ACKNOWLEDGE, author="mia", comment="x"), [well], CancelToken())
    assert outcome.outcome == REFUSED
    assert outcome.reason
    assert not again(remote.admin, well).acknowledged


def test_ids_and_times_are_what_they_claim(remote: Remote) -> None:
    snapshot = fetched(remote.admin)
    for row in snapshot.rows:
        assert row.id == health_id(NAME, row.host, "" if row.kind == HOST else row.name)
        assert row.kind == SERVICE or row.name == row.host
        assert row.state == PENDING or row.attempt <= row.max_attempts
        assert row.since_at is None or row.since_at <= snapshot.observed_at + MINUTE


def test_a_row_that_was_never_checked_claims_nothing(remote: Remote) -> None:
    waiting = [row for row in fetched(remote.admin).rows if row.state == PENDING]
    assert waiting
    assert {(row.last_check_at, row.expected_by_at, row.is_problem) for row in waiting} == {(None, None, False)}


def _has_settled(host: HealthRow, snapshot: Snapshot, lag_ms: int) -> bool:
    return not lag_ms or host.since_at is None or host.since_at <= snapshot.observed_at - lag_ms


def test_services_of_a_host_that_is_gone_are_suppressed(remote: Remote) -> None:
    snapshot = fetched(remote.admin)
    settled_at = snapshot.observed_at - remote.lag_ms
    hosts = [
        row for row in snapshot.rows if row.kind == HOST and (row.since_at is None or row.since_at <= settled_at)
    ]
    gone = {row.host for row in hosts if row.state in (DOWN, UNREACHABLE)}
    services = [row for row in snapshot.rows if row.kind == SERVICE and row.host in {host.host for host in hosts}]
    assert {row.host for row in services if row.suppressed} == gone & {row.host for row in services}


def test_marks_on_rows_and_what_stands_behind_them_agree(remote: Remote) -> None:
    snapshot = fetched(remote.admin)
    said = {remark.row_id for remark in snapshot.remarks if remark.kind == "acknowledgement"}
    planned = {downtime.row_id for downtime in snapshot.downtimes if downtime.in_effect}
    assert {row.id for row in snapshot.rows if row.acknowledged} <= said
    assert {row.id for row in snapshot.rows if row.in_downtime} == planned
    assert len({remark.remote_id for remark in snapshot.remarks}) == len(snapshot.remarks)


def test_a_row_that_does_not_exist_harms_no_other(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    ghost = HealthRow(id="ghost", source=NAME, kind=SERVICE, host="nowhere", name="http", state="critical")
    command = Command(verb=remote.talk, author="mia", comment="both")
    outcomes = remote.admin.push(command, [ghost, row], CancelToken())
    assert [(each.id, each.outcome) for each in outcomes] == [("ghost", REFUSED), (row.id, DONE)]
    assert outcomes[0].reason


def test_awkward_text_is_kept_readable(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    command = Command(verb=remote.talk, author="mia", comment="first; second\nthird & 'fourth' <b>")
    assert remote.admin.push(command, [row], CancelToken())[0].outcome == DONE
    texts = [each.text for each in fetched(remote.admin).remarks if each.row_id == row.id]
    assert any(all(word in text for word in ("first", "second", "third & 'fourth'")) for text in texts)


def test_a_downtime_that_ends_before_it_begins_is_refused(remote: Remote) -> None:
    row = free_problem(fetched(remote.admin))
    now_at = SystemClock().now()
    command = Command(verb=verbs.DOWNTIME, author="mia", comment="x", start_at=now_at, end_at=now_at - MINUTE)
    (outcome,) = remote.admin.push(command, [row], CancelToken())
    assert (outcome.outcome, bool(outcome.reason)) == (REFUSED, True)


def test_one_who_may_only_read_is_refused(remote: Remote) -> None:
    if remote.guest is None:
        assert remote.admin.verbs  # nothing to sign in to
        return
    rows = fetched(remote.guest).rows
    assert 0 < len(rows) <= len(fetched(remote.admin).rows) - (not remote.guest_sees_all)
    (outcome,) = remote.guest.push(Command(verb=verbs.COMMENT, author="g", comment="x"), rows[-1:], CancelToken())
    assert outcome.outcome == REFUSED
    assert outcome.reason


def test_cancelled_before_it_begins(remote: Remote) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        remote.admin.fetch(cancel)


# --- a daemon that died behind living pages -------------------------------------------------------------------


def freshness(source: HealthSource) -> str:
    """The board's word for a source asked just now, every 2 s with a deadline of 2 s."""
    told = fetched(source)
    mark = SourceMark(
        source=NAME, observed_at=told.observed_at, received_at=told.received_at, skew_s=told.skew_s,
        interval_s=2.0, deadline_s=2.0,
    )  # fmt: skip
    now = Instant.of(SystemClock())
    return with_answer(Board(), {row.id: row for row in told.rows}, mark, now).level(NAME, now)


def becomes(source: HealthSource, wanted: str) -> bool:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        if freshness(source) == wanted:
            return True
        CancelToken().wait(0.2)
    return False


@contextmanager
def frozen_daemon(pid_file: Path) -> Iterator[None]:
    pid = int(pid_file.read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.real_server
def test_a_dead_nagios_is_stale_although_its_pages_answer(nagios_peer: NagiosPeer) -> None:
    source = nagios(nagios_peer.url, nagios_peer.user, nagios_peer.password)
    assert becomes(source, LIVE)
    with frozen_daemon(nagios_peer.command_file.parent.parent / "nagios.pid"):
        began_s = time.monotonic()
        assert becomes(source, STALE)
        assert time.monotonic() - began_s < 2 * 2.0 + 2.0 + 2.0
    assert becomes(source, LIVE)
    source.close()
