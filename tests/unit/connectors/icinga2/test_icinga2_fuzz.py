"""Mutated answers: each is a picture whose bad records are named, or a BadAnswer; nothing else comes out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer
from app.connectors.icinga2 import parse
from app.domain.health import HOST, HOST_STATES, SERVICE, SERVICE_STATES, HealthRow
from tests.fakes.icinga2_server import Icinga2Server
from tests.plugins.seeds import thorough

pytestmark = pytest.mark.slow

NOW_AT = 1_800_000_000_000
LISTS = ("hosts", "services", "comments", "downtimes")


def bodies() -> dict[str, Any]:
    act = {"filter_vars": {"given": {"host": "web-1", "service": "disk"}}, "type": "Service", "author": "mia"}
    times = {"start_time": 1.0, "end_time": 2.0, "fixed": False}
    with Icinga2Server() as server:
        server.answer("actions/acknowledge-problem", {**act, "comment": "x"}, "admin")
        server.answer("actions/schedule-downtime", {**act, "comment": "x", **times}, "admin")
        return {kind: server.answer(f"objects/{kind}", {}, "admin")[1] for kind in LISTS}


WHOLE = bodies()
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9),
    st.sampled_from(["\ud800", [], {}, [[]], 1e308, -1, 2**63]),
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


def read(kind: str, body: bytes) -> tuple[int, int, list[HealthRow]]:
    """(records read, records set aside, rows)"""
    aside: list[parse.Reject] = []
    rows: list[HealthRow] = []
    if kind == "comments":
        count = len([parse.remark_of(each, "ic") for each in parse.records(body, parse.COMMENTS, kind, aside, "ic")])
    elif kind == "downtimes":
        planned = parse.records(body, parse.PLANNED, kind, aside, "ic")
        count = len([parse.downtime_of(each, "ic", NOW_AT) for each in planned])
    else:
        of = HOST if kind == "hosts" else SERVICE
        rows = [
            parse.row_of(each.attrs, "ic", kind=of, groups=(), environment="test", skew_ms=0)
            for each in parse.records(body, parse.CHECKABLES, kind, aside, "ic")
        ]
        count = len(rows)
    return count, len(aside), rows


@thorough(16)
@given(st.data())
def test_one_odd_value_anywhere(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(LISTS))
    where = data.draw(st.sampled_from(places(WHOLE[kind])))
    body = json.dumps(put(WHOLE[kind], where, data.draw(ODD))).encode()
    try:
        count, aside, rows = read(kind, body)
    except BadAnswer:
        return
    if where[:1] == ("results",) and len(where) > 1:
        assert count + aside == len(WHOLE[kind]["results"])
        assert aside <= 1
    assert all(row.state in HOST_STATES + SERVICE_STATES for row in rows)
    assert all(row.attempt >= 1 for row in rows)


@thorough(8)
@given(st.sampled_from(LISTS), st.data())
def test_a_cut_answer_is_never_a_shorter_picture(kind: str, data: st.DataObject) -> None:
    body = json.dumps(WHOLE[kind]).encode()
    cut = body[: data.draw(st.integers(0, len(body) - 1))]
    try:
        read(kind, cut)
    except BadAnswer:
        return
    raise AssertionError("half an answer was taken for a whole one")
