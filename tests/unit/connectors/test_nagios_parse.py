"""Nagios' answers as values: what is whole is told, everything else is a BadAnswer."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer
from app.connectors.nagios import parse
from app.connectors.nagios.answer_list import read_head

STATUS: dict[str, Any] = {
    "status": 16, "has_been_checked": True, "state_type": 1, "current_attempt": 3, "max_attempts": 3,
    "last_check": 1_700_000_000_000, "last_state_change": 1_700_000_000_000, "problem_has_been_acknowledged": False,
    "scheduled_downtime_depth": 0, "is_flapping": False, "plugin_output": "down\u202eü", "next_check": 0,
    "latency": 0.5, "last_update": 1,
}  # fmt: skip
COMMENT = {
    "comment_id": 7,
    "entry_type": 4,
    "entry_time": 5,
    "host_name": "web",
    "author": "mia",
    "comment_data": "a",
}
DOWNTIME = {"downtime_id": 9, "host_name": "web", "start_time": 5, "end_time": 9, "fixed": True, "is_in_effect": True}
RESULT = {"type_code": 0, "type_text": "Success", "program_start": 5, "last_data_update": 6}


def answer(**data: object) -> bytes:
    return json.dumps({"format_version": 0, "result": RESULT, "data": data}).encode()


def skip() -> None:
    """No breath in tests of values."""


PARSERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "head": (lambda body: read_head(body, "hostlist", "N"), answer(hostlist={})),
    "hosts": (lambda body: list(parse.hosts(body, "N", skip)), answer(hostlist={"web": STATUS})),
    "services": (lambda body: list(parse.services(body, "N", skip)), answer(servicelist={"web": {"http": STATUS}})),
    "remarks": (lambda body: parse.remarks(body, "N", skip), answer(commentlist={"7": COMMENT})),
    "downtimes": (lambda body: parse.downtimes(body, "N", skip), answer(downtimelist={"9": DOWNTIME})),
    "groups": (lambda body: parse.host_groups(body, "N", skip), answer(hostgrouplist={"odd": {"members": ["web"]}})),
    "one": (lambda body: parse.one_status(body, "service", "N"), answer(service=STATUS)),
}
names = pytest.mark.parametrize("name", PARSERS)


def value_or_bad_answer(name: str, body: bytes) -> bool:
    """Whether it was a value; anything but a BadAnswer escapes and fails the test."""
    try:
        PARSERS[name][0](body)
    except BadAnswer:
        return False
    return True


@names
def test_a_whole_answer_is_a_value(name: str) -> None:
    assert value_or_bad_answer(name, PARSERS[name][1])


@names
def test_every_cut_is_refused(name: str) -> None:
    body = PARSERS[name][1]
    assert [end for end in range(len(body)) if value_or_bad_answer(name, body[:end])] == []


@names
@given(data=st.data())
def test_changed_bytes_are_a_value_or_refused(name: str, data: st.DataObject) -> None:
    body = bytearray(PARSERS[name][1])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    value_or_bad_answer(name, bytes(body))


@names
@given(body=st.binary())
def test_noise_is_refused(name: str, body: bytes) -> None:
    assert not value_or_bad_answer(name, body)


@names
@pytest.mark.parametrize("body", [b"<html>401 Unauthorized</html>", b"", b"[]", b"null", b"[" * 5000, b'{"data": 1}'])
def test_pages_and_odd_shapes_are_refused(name: str, body: bytes) -> None:
    assert not value_or_bad_answer(name, body)


@pytest.mark.parametrize("field", [key for key in STATUS if key != "last_update"])
@pytest.mark.parametrize("value", [10**40, -(10**40), 1e308, [], {}, None], ids=str)
def test_a_field_of_a_wrong_kind_or_size_is_refused(field: str, value: object) -> None:
    body = answer(servicelist={"web": {"http": STATUS | {field: value}}})
    assert not value_or_bad_answer("services", body)


@given(values=st.fixed_dictionaries({}, optional={key: st.integers() | st.floats() | st.text() for key in STATUS}))
def test_a_row_can_be_made_of_whatever_is_taken(values: dict[str, object]) -> None:
    body = answer(servicelist={"web": {"http": STATUS | values}})
    try:
        found = list(parse.services(body, "N", skip))
    except BadAnswer:
        return
    for host, service, status in found:
        row = parse.row_of(
            status, "N", host, service, groups=(), environment="", base="http://n/", skew_ms=0, host_is_gone=False
        )
        assert row.since_at is None or 0 <= row.since_at < 2**63


def test_two_results_are_an_error_whatever_the_last_one_says() -> None:
    body = b'{"result": {"type_code": 6, "message": "bad"}, "result": {"type_code": 0}, "data": {}}'
    with pytest.raises(BadAnswer):
        read_head(body, "hostlist", "N")


def test_an_error_with_status_200_tells_its_message() -> None:
    with pytest.raises(BadAnswer) as caught:
        read_head(b'{"result": {"type_code": 6, "message": "Option Value Invalid"}}', "hostlist", "N")
    assert "Option Value Invalid" in caught.value.sentence() + str(caught.value.detail)


def test_empty_lists_are_empty() -> None:
    assert PARSERS["remarks"][0](answer(commentlist={})) == ()
    assert PARSERS["downtimes"][0](answer(downtimelist=[])) == ()
    assert PARSERS["services"][0](answer(servicelist={})) == []


@pytest.mark.parametrize(
    ("bits", "word"), [(1, "pending"), (2, "ok"), (4, "warning"), (8, "unknown"), (16, "critical")]
)
def test_the_bitmask_of_services(bits: int, word: str) -> None:
    body = answer(servicelist={"web": {"http": STATUS | {"status": bits}}})
    ((host, service, status),) = parse.services(body, "N", skip)
    row = parse.row_of(
        status, "N", host, service, groups=("g",), environment="e", base="http://n/", skew_ms=0, host_is_gone=True
    )
    assert (row.state, row.suppressed, row.output) == (word, True, "down\u202eü")
    assert parse.is_problem(status, "service") is (word not in ("ok", "pending"))
