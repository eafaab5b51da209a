"""Mutated answers: each is a picture whose bad records are named, or an error of ours; nothing of it stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR
from app.base.errors import BadAnswer, Refused, RemoteTrouble
from app.base.events import CancelToken
from app.connectors.livestatus import open_livestatus
from app.connectors.livestatus.columns import every
from app.connectors.livestatus.parse import Checkable, Reject, records
from app.connectors.livestatus.source import UNREADABLE, LivestatusSource
from app.domain.health import HOST_STATES, SERVICE_STATES
from app.domain.source import Source
from tests.fakes.livestatus_server import LivestatusServer
from tests.plugins.seeds import thorough

pytestmark = pytest.mark.slow

LISTS = ("hosts", "services", "comments", "downtimes")
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9),
    st.sampled_from(["\ud800", "a\nb", "a;b", [], {}, [[]], 1e308, -1, 2**63, 253_402_300_800]),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=40),
)  # fmt: skip
CUTS = st.sampled_from(["cut", "doubled", "upset", "blanked", "longer", "shorter"])


@pytest.fixture(scope="module")
def server() -> Iterator[LivestatusServer]:
    with LivestatusServer() as running:
        now = running.now()
        running.order("COMMAND [1] ACKNOWLEDGE_SVC_PROBLEM;web-1;disk;2;0;1;mia;on it")
        running.order(f"COMMAND [1] SCHEDULE_SVC_DOWNTIME;web-1;load;{now};{now + HOUR // 1000};1;0;9;mia;planned")
        yield running


def opened(server: LivestatusServer) -> LivestatusSource:
    return open_livestatus(Source(id="1", name="ls", kind="livestatus", url=server.url, deadline_s=2))


def body_of(server: LivestatusServer, table: str) -> list[list[Any]]:
    lines = [f"GET {table}", f"Columns: {' '.join(every(table).names)}"]
    found: list[list[Any]] = json.loads(server.answer(lines)[16:])
    return found


def places(value: Any, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    members = enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in members for found in places(inner, (*path, key)))]


def put(value: Any, path: tuple[int, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = [*value]
    copy[path[0]] = put(copy[path[0]], path[1:], odd)
    return copy


def picture(source: LivestatusSource) -> list[tuple[str, str]]:
    """Without the words: those of a check stay until the next one, also when they were odd and well-formed."""
    told = source.fetch(CancelToken())
    for row in told.rows:
        assert row.state in HOST_STATES + SERVICE_STATES
        assert row.attempt >= 1
    return sorted((row.id, row.state) for row in told.rows if row.name != UNREADABLE)


@thorough(24)
@given(st.data())
def test_one_odd_value_anywhere(server: LivestatusServer, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(LISTS))
    whole = body_of(server, table)
    where = data.draw(st.sampled_from(places(whole)))
    source = opened(server)
    before = picture(source) if data.draw(st.booleans()) else []
    server.odd[table] = json.dumps(put(whole, where, data.draw(ODD))).encode()
    try:
        rows = picture(source)
        # One record at most is missing, and a host that is no longer told stands for its services.
        assert len(rows) >= 10
    except (RemoteTrouble, Refused):
        pass
    finally:
        server.odd.clear()
    after = picture(source)
    assert not before or after == before


@thorough(8)
@given(st.data())
def test_an_answer_out_of_shape_is_never_a_shorter_picture(server: LivestatusServer, data: st.DataObject) -> None:
    table, how = data.draw(st.sampled_from(LISTS)), data.draw(CUTS)
    body = json.dumps(body_of(server, table)).encode()
    place = data.draw(st.integers(1, len(body) - 1))
    odd = {
        "cut": body[:place], "doubled": body + body, "upset": body[place:] + body[:place],
        "blanked": body[:place] + b"\0" + body[place + 1 :], "longer": body, "shorter": body,
    }[how]  # fmt: skip
    length = len(odd) + {"longer": 7, "shorter": -min(place, len(odd))}.get(how, 0)
    source = open_livestatus(Source(id="1", name="ls", kind="livestatus", url=server.url, deadline_s=0.3))
    whole = picture(opened(server))
    server.raw[table] = f"200 {length:>11}\n".encode() + odd
    try:
        rows = picture(source)
    except (RemoteTrouble, Refused):
        rows = whole
    finally:
        server.raw.clear()
    ids = {id_ for id_, _state in rows}
    assert how == "blanked" or {id_ for id_, _state in whole} <= ids


@thorough(8)
@given(st.sampled_from(LISTS), st.binary(max_size=200))
def test_bytes_are_records_or_a_bad_answer(table: str, body: bytes) -> None:
    aside: list[Reject] = []
    try:
        found = [*records(body, every(table), aside, "ls")]
    except BadAnswer:
        return
    assert all(isinstance(each, dict) for each in found)
    if table in ("hosts", "services"):
        assert all(Checkable(**each).key != ("", "") for each in found)
