"""Strict JSON: bad texts are one error, good ones come through, large ones are split."""

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer
from app.connectors.payload import decode, decode_as, iter_raw, map_sliced

BAD = [
    b"",
    b"{",
    b"[1,]",
    b"{} x",
    b"NaN",
    b"[Infinity]",
    b"[-Infinity]",
    b"[1e999]",
    b'"\\ud800"',
    b'"\\ud800\\ud800"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b'"\x00"',
    b"\xef\xbb\xbf{}",
    b"'a'",
    b"{a:1}",
    b"[01]",
    b"[1.]",
    b"[+1]",
    b"// x\n",
    b"[" * 64 + b"9" * 20 + b"]" * 64,
    b"18446744073709551616",
    b"[-9223372036854775809]",
    b"1" * 5_000,
    b"[" * 65 + b"]" * 65,
    b"[" * 100_000,
    b"[" * 100_000 + b"]" * 100_000,
    b'{"a":' * 66 + b"1" + b"}" * 66,
    b"<html>",
    b"\x1f\x8b\x08\x00",
    b"nul",
    b"Yes",
]


@pytest.mark.parametrize("body", BAD, ids=lambda body: repr(body[:20]))
def test_a_bad_text_is_one_error(body: bytes) -> None:
    with pytest.raises(BadAnswer, match="North") as caught:
        decode(body, concerns="North")
    assert caught.value.__context__ is None
    assert len(caught.value.sentence()) < 300


GOOD = [
    b"null",
    b" [1] \n",
    b"[" * 64 + b"]" * 64,
    b"18446744073709551615",
    b"-9223372036854775808",
    b'"\\ud83d\\ude00"',
    b'"a\\u0000b"',
    b"1e308",
    b'{"a":1,"a":2}',
    b"{}",
]


@pytest.mark.parametrize("body", GOOD, ids=lambda body: repr(body[:20]))
def test_a_good_text_reads_as_json_does(body: bytes) -> None:
    assert decode(body) == json.loads(body)


@pytest.mark.parametrize("body", [b'{"a":1,"a":1}', b'[{"x":{"a":1,"b":2,"a":3}}]', b'{"a":1,"\\u0061":1}'])
def test_a_key_named_twice_is_refused_where_asked(body: bytes) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode(body, unique_keys=True)
    assert "twice" in caught.value.detail


SCALAR = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(
    SCALAR | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(JSON)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert decode(json.dumps(value).encode(), unique_keys=True) == value


@given(st.binary(max_size=60))
def test_no_bytes_are_a_crash(body: bytes) -> None:
    try:
        value = decode(body)
    except BadAnswer:
        return
    assert not isinstance(value, float) or math.isfinite(value)


TREE = {"data": {"other": [1], "servicelist": {"h1": {"http": {"s": 2}, "ü": {}}, "h2": {}}}, "result": {}}


def test_members_come_undecoded_and_in_order() -> None:
    body = json.dumps(TREE, indent=1).encode()
    found = {host: decode(raw) for host, raw in iter_raw(body, ("data", "servicelist"))}
    assert found == TREE["data"]["servicelist"]  # type: ignore[index]
    assert list(found) == ["h1", "h2"]
    assert [key for key, _ in iter_raw(body, ())] == ["data", "result"]
    inner = dict(iter_raw(body, ("data",)))
    assert [(key, decode(raw)) for key, raw in iter_raw(inner["other"], ())] == [("0", 1)]


@pytest.mark.parametrize("path", [("absent",), ("data", "absent"), ("data", "servicelist", "h1", "http", "s")])
def test_a_path_that_leads_nowhere_is_a_bad_answer(path: tuple[str, ...]) -> None:
    with pytest.raises(BadAnswer):
        list(iter_raw(json.dumps(TREE).encode(), path))


@pytest.mark.parametrize("body", [b"", b"[", b"{}", b"7", b'{"data":{"servicelist":{"h":{}}', b"[" * 100_000])
def test_a_broken_body_is_a_bad_answer_before_the_first_member(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        list(iter_raw(body, ("data", "servicelist")))


def test_slices_let_others_run_between() -> None:
    breaks = []
    mapped = map_sliced(iter(range(10)), lambda n: n * n, size=4, between=lambda: breaks.append(1))
    assert list(mapped) == [n * n for n in range(10)]
    assert len(breaks) == 3


def test_a_typed_decoder_is_translated_too() -> None:
    class Row(msgspec.Struct):
        a: int

    decoder = msgspec.json.Decoder(Row)
    assert decode_as(b'{"a":1}', decoder).a == 1
    for body in (b'{"a":"x"}', b"{}", b"[", b'{"a":1e99}'):
        with pytest.raises(BadAnswer):
            decode_as(body, decoder)
