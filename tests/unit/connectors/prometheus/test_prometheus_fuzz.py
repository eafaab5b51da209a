"""Mutated answers: each is a picture whose bad records are named, or a BadAnswer; nothing else comes out."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer
from app.connectors.prometheus import rows, silence
from app.connectors.prometheus.memory import Memory, RuleMark
from app.connectors.prometheus.picture import Picture, Readers, joined
from app.connectors.prometheus.rows import Place, Told
from app.domain.health import HOST_STATES, SERVICE_STATES, UNKNOWN, HealthRow
from tests.fakes.prometheus_server import PrometheusServer
from tests.plugins.seeds import thorough

pytestmark = pytest.mark.slow

SEEN_AT = 1_800_000_000_000
BEFORE = {("gone", "s"): [Told({"alertname": "Old", "instance": "gone", "service": "s"}, {}, 1, query="x")]}


def bodies() -> dict[str, Any]:
    with PrometheusServer() as server:
        paths = ("/api/v1/rules", "/api/v1/targets", "/api/v2/alerts", "/api/v2/silences")
        server.answer(
            "POST", "/api/v2/silences",
            b'{"matchers":[{"name":"instance","value":"web-2","isRegex":false,"isEqual":true}],"comment":"ACK: x",'
            b'"createdBy":"z","startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z"}',
        )  # fmt: skip
        return {path: json.loads(server.answer("GET", path, b"")[1]) for path in paths}


WHOLE = bodies()
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9),
    st.sampled_from(["\ud800", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01T00:00:00", [], {}, [[]]]),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=40),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in members for found in places(inner, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(copy[path[0]], path[1:], odd)
    return copy


def picture(told: dict[str, bytes]) -> list[HealthRow]:
    readers, found = Readers("prom"), Picture()
    readers.rules(told["/api/v1/rules"], found, SEEN_AT)
    readers.targets(told["/api/v1/targets"], found, SEEN_AT)
    alerts, _ = joined(found.alerts, readers.sent(told["/api/v2/alerts"], found.rejects))
    index = silence.Index(readers.silences(told["/api/v2/silences"], found.rejects))
    groups = rows.grouped(alerts, "prom")
    by_row = silence.on_rows("prom", groups, index)
    shown = silence.quiet(by_row)
    silence.remarks(by_row)
    silence.downtimes(by_row, shown)
    memory = Memory()
    memory.calm(BEFORE, {"Old": RuleMark("ok")}, SEEN_AT - 1, sure=True)
    calm = memory.calm(groups, found.rules, SEEN_AT, sure=not found.rejects)
    assert ("gone", "s") in calm
    assert calm["gone", "s"].state == UNKNOWN, "no rule that was read names it"
    made = rows.all_rows(Place("prom", "test", "http://x/"), groups, found.checks, shown, found.rejects, calm)
    assert bool(found.rejects) == any(row.name == rows.UNREADABLE for row in made)
    return made


@thorough(16)
@given(st.data())
def test_one_odd_value_anywhere(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(sorted(WHOLE)))
    where = data.draw(st.sampled_from(places(WHOLE[at])))
    told = {path: json.dumps(value).encode() for path, value in WHOLE.items()}
    told[at] = json.dumps(put(WHOLE[at], where, data.draw(ODD))).encode()
    try:
        made = picture(told)
    except BadAnswer:
        return
    assert all(row.state in HOST_STATES + SERVICE_STATES for row in made)
    assert len({row.id for row in made}) == len(made)


@thorough(8)
@given(st.data())
def test_cut_and_flipped_bytes(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(sorted(WHOLE)))
    told = {path: json.dumps(value).encode() for path, value in WHOLE.items()}
    body = bytearray(told[at])
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    told[at] = bytes(body[: data.draw(st.integers(0, len(body)))])
    with contextlib.suppress(BadAnswer):
        picture(told)
