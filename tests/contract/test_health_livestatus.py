"""A real Icinga 2's livestatus beside an independent reader: its own API tells the same, state by state."""

from __future__ import annotations

import json
import ssl
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

import pytest

from app.base.clock import HOUR, SystemClock
from app.base.events import CancelToken
from app.domain import command as verbs
from app.domain.command import DONE, Command
from app.domain.health import HOST, SERVICE, HealthRow
from app.ports import HealthSource
from tests.contract.icinga2_peer import Icinga2Peer
from tests.contract.remotes import livestatus

pytestmark = [pytest.mark.real_server, pytest.mark.timeout(600)]
WORDS: Final = {0: "ok", 1: "warning", 2: "critical", 3: "unknown"}
EVIL: Final = "on it; really\nCOMMAND [1] ADD_HOST_COMMENT;{host};1;eve;gotcha\n\nGET services\n\n"


@pytest.fixture
def source(icinga2_peer: Icinga2Peer) -> HealthSource:
    return livestatus(icinga2_peer.livestatus.replace(":", "://", 1))


def by_api(peer: Icinga2Peer, kind: str) -> dict[str, dict[str, Any]]:
    """Name to attributes, read through the other protocol."""
    login = b64encode(f"{peer.user}:{peer.password}".encode()).decode()
    headers = {"Accept": "application/json", "Authorization": f"Basic {login}"}
    request = urllib.request.Request(f"{peer.url}objects/{kind}", headers=headers)
    with urllib.request.urlopen(request, timeout=120, context=ssl.create_default_context(cafile=peer.ca)) as told:
        return {each["name"]: each["attrs"] for each in json.load(told)["results"]}


def rows_of(source: HealthSource, kind: str) -> dict[str, HealthRow]:
    rows = (row for row in source.fetch(CancelToken()).rows if row.kind == kind)
    return {row.host if kind == HOST else f"{row.host}!{row.name}": row for row in rows}


def said_of(row: HealthRow) -> dict[str, Any]:
    return {
        "state": row.state, "acknowledged": row.acknowledged, "in_downtime": row.in_downtime,
        "flapping": row.flapping, "hard": row.hard, "output": row.output, "perf": row.perf,
        "attempt": row.attempt, "max_attempts": row.max_attempts,
        "last_check_s": None if row.last_check_at is None else row.last_check_at // 1000,
    }  # fmt: skip


def told_of(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """What the API says, in our words."""
    result = attrs["last_check_result"]
    return {
        "state": WORDS[int(attrs["state"])] if result else "pending", "acknowledged": bool(attrs["acknowledgement"]),
        "in_downtime": attrs["downtime_depth"] > 0, "flapping": attrs["flapping"], "hard": attrs["state_type"] == 1,
        "output": result["output"] if result else "", "perf": " ".join(result["performance_data"]) if result else "",
        "attempt": attrs["check_attempt"], "max_attempts": attrs["max_check_attempts"],
        "last_check_s": int(attrs["last_check"]) if result else None,
    }  # fmt: skip


def hold(peer: Icinga2Peer, source: HealthSource, least: int) -> None:
    told, rows = by_api(peer, "services"), rows_of(source, SERVICE)
    assert rows.keys() == told.keys()
    assert len(rows) >= least
    assert {name: said_of(row) for name, row in rows.items()} == {name: told_of(each) for name, each in told.items()}


def test_every_service_is_there_with_all_that_it_says(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    hold(icinga2_peer, source, 20)


def test_every_host_is_there_with_all_that_it_says(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    told, rows = by_api(icinga2_peer, "hosts"), rows_of(source, HOST)
    assert rows.keys() == told.keys()
    for name, attrs in told.items():
        # Whether it can be reached is told for now, by the API for its last check.
        assert rows[name].state in (("down", "unreachable") if attrs["state"] else ("up",))
        assert rows[name].groups == tuple(sorted(attrs["groups"]))
        assert rows[name].output == attrs["last_check_result"]["output"]


def test_a_new_state_is_seen_at_the_next_asking(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    name = next(name for name, row in rows_of(source, SERVICE).items() if row.state == "ok" and not row.suppressed)
    host, _, service = name.partition("!")
    for state, is_problem in (("CRITICAL", True), ("OK", False)):
        icinga2_peer.set_state(host, service, state)
        assert rows_of(source, SERVICE)[name].is_problem == is_problem
        hold(icinga2_peer, source, 20)


@pytest.mark.parametrize("verb", [verbs.COMMENT, verbs.DOWNTIME])
def test_no_text_slips_in_a_second_order(icinga2_peer: Icinga2Peer, source: HealthSource, verb: str) -> None:
    row = next(row for row in rows_of(source, SERVICE).values() if row.state == "ok")
    now_at = SystemClock().now() // 1000 * 1000
    text = EVIL.format(host=row.host)
    command = Command(verb=verb, author=text, comment=text, start_at=now_at, end_at=now_at + HOUR)
    (outcome,) = source.push(command, [row], CancelToken())
    assert outcome.outcome == DONE
    comments = by_api(icinga2_peer, "comments").values()
    assert not [each for each in comments if each["author"] == "eve" or each["text"] == "gotcha"]
    if verb == verbs.DOWNTIME:
        (outcome,) = source.push(Command(verb=verbs.END_DOWNTIME, author="mia"), [row], CancelToken())
        assert outcome.outcome == DONE
        return
    (kept,) = (each["text"] for each in comments if each["service_name"] == row.name and "gotcha" in each["text"])
    assert kept == f"on it; really COMMAND [1] ADD_HOST_COMMENT;{row.host};1;eve;gotcha GET services"


@pytest.mark.slow
def test_ten_thousand_services_are_all_there_and_equal(icinga2_peer: Icinga2Peer, source: HealthSource) -> None:
    icinga2_peer.seed(2_500, 4)
    try:
        hold(icinga2_peer, source, 9_999)
        icinga2_peer.set_state("host-0007", "queue", "WARNING")
        hold(icinga2_peer, source, 9_999)  # by what changed
    finally:
        icinga2_peer.seed(10, 4)
