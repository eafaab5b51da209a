"""A real Zabbix beyond the contract of all: states as they change, rights, tokens, and a server that has died."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.base.clock import MINUTE, SystemClock
from app.base.events import CancelToken
from app.connectors.zabbix.source import ZabbixSource
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, Command
from app.domain.health import CRITICAL, HOST, OK, UNKNOWN, WARNING, HealthRow, Snapshot
from tests.contract.zabbix_peer import ZabbixPeer, folder_of, zabbix

pytestmark = [pytest.mark.real_server, pytest.mark.timeout(600)]
PATIENCE_S = 40


@pytest.fixture
def admin(zabbix_peer: ZabbixPeer) -> Iterator[ZabbixSource]:
    source = zabbix_peer.admin()
    yield source
    source.close()


def fetched(source: ZabbixSource) -> Snapshot:
    return source.fetch(CancelToken())


def row(snapshot: Snapshot, host: str, name: str) -> HealthRow:
    return next(each for each in snapshot.rows if (each.host, each.name) == (host, name))


def eventually(source: ZabbixSource, holds: Callable[[Snapshot], bool]) -> Snapshot:
    for _ in range(PATIENCE_S * 4):
        snapshot = fetched(source)
        if holds(snapshot):
            return snapshot
        CancelToken().wait(0.25)
    raise AssertionError("it did not come to hold in time")


def test_states_appear_as_they_are_set(zabbix_peer: ZabbixPeer, admin: ZabbixSource) -> None:
    for word, state in (("CRITICAL", CRITICAL), ("WARNING", WARNING), ("UNKNOWN", UNKNOWN), ("OK", OK)):
        before = row(fetched(admin), "host-0005", "load")
        zabbix_peer.set_state("host-0005", "load", word)
        told = eventually(admin, lambda found, state=state: row(found, "host-0005", "load").state == state)  # type: ignore[misc]
        found = row(told, "host-0005", "load")
        assert before.state != state
        assert found.since_at is None or abs(told.observed_at - found.since_at) < MINUTE
        fresh = zabbix_peer.admin()  # who reads all at once sees the same
        assert row(fetched(fresh), "host-0005", "load").state == state
        fresh.close()


def test_a_token_sees_what_its_user_sees(zabbix_peer: ZabbixPeer, admin: ZabbixSource) -> None:
    by_token = zabbix(zabbix_peer.url, "", zabbix_peer.api_token)
    assert {each.id for each in fetched(by_token).rows} == {each.id for each in fetched(admin).rows}
    by_token.close()


def test_one_who_may_only_read_is_told_that_it_is_not_permitted(zabbix_peer: ZabbixPeer) -> None:
    guest = zabbix_peer.guest()
    now_at = SystemClock().now()
    target = row(fetched(guest), "host-0001", "http")
    asked = Command(verb=verbs.DOWNTIME, author="g", comment="x", start_at=now_at, end_at=now_at + 60 * MINUTE)
    (outcome,) = guest.push(asked, [target], CancelToken())
    assert outcome.outcome == REFUSED
    assert "does not permit viewer" in outcome.reason
    guest.close()


def test_a_check_is_asked_for(admin: ZabbixSource) -> None:
    """The server's own host is watched by items that can be asked for."""
    services = [each for each in fetched(admin).rows if each.host == "Zabbix server" and each.kind != HOST]
    target = next(each for each in services if each.state == OK and each.expected_by_at is not None)
    (outcome,) = admin.push(Command(verb=verbs.RECHECK, author="mia"), [target], CancelToken())
    assert (outcome.outcome, outcome.reason) == (DONE, "")


def test_a_problem_is_closed_by_hand(zabbix_peer: ZabbixPeer, admin: ZabbixSource) -> None:
    zabbix_peer.set_state("host-0004", "disk", "CRITICAL")
    told = eventually(admin, lambda found: row(found, "host-0004", "disk").state == CRITICAL)
    asked = Command(verb=verbs.CLOSE, author="mia", comment="seen to")
    (outcome,) = admin.push(asked, [row(told, "host-0004", "disk")], CancelToken())
    assert (outcome.outcome, outcome.reason) == (DONE, "")
    assert row(fetched(admin), "host-0004", "disk").state == OK
    zabbix_peer.set_state("host-0004", "disk", "OK")


def test_a_whole_host_rests_and_its_services_with_it(zabbix_peer: ZabbixPeer, admin: ZabbixSource) -> None:
    now_at = SystemClock().now()
    host = next(each for each in fetched(admin).rows if (each.host, each.kind) == ("host-0003", HOST))
    asked = Command(verb=verbs.DOWNTIME, author="mia", comment="x", start_at=now_at, end_at=now_at + 60 * MINUTE)
    assert admin.push(asked, [host], CancelToken())[0].outcome == DONE
    planned = [each for each in fetched(admin).downtimes if each.author == "mia"]
    assert len(planned) == 5
    service = row(fetched(admin), "host-0003", "http")
    (outcome,) = admin.push(Command(verb=verbs.END_DOWNTIME, author="mia"), [service], CancelToken())
    assert outcome.outcome == REFUSED
    assert "covers 4 other rows" in outcome.reason
    assert admin.push(Command(verb=verbs.END_DOWNTIME, author="mia"), [host], CancelToken())[0].outcome == DONE


@contextmanager
def stopped_server(port: int) -> Iterator[None]:
    """All processes of the server stand still; its pages go on answering."""
    leader = int((folder_of(port) / "server.pid").read_text())
    listed = subprocess.run(["ps", "-o", "pid=", "-g", str(leader)], capture_output=True, text=True, check=True)
    pids = [int(each) for each in listed.stdout.split()]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_dead_server_is_seen_although_its_pages_answer(zabbix_peer: ZabbixPeer, admin: ZabbixSource) -> None:
    fetched(admin)
    with stopped_server(zabbix_peer.port):
        told = [fetched(admin)]
        CancelToken().wait(7)
        told.append(fetched(admin))
    assert told[0].observed_at == told[1].observed_at
    assert told[1].received_at - told[1].observed_at >= 7_000
    eventually(admin, lambda found: found.received_at - found.observed_at < 7_000)
