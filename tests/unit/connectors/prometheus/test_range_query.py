"""Samples of a window: what is odd is set aside and named, what is too much is refused."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.prometheus import open_alertmanager
from app.connectors.prometheus.range_query import MOST_SERIES, read_range, step_of
from app.domain.metric import MetricAnswer, MetricQuery
from app.domain.source import Source

QUERY = MetricQuery(series="load", since_at=1_000_000_000_000, until_at=1_000_000_060_000)
GOOD = {"metric": {"__name__": "load", "host": 'a"b\n'}, "values": [[1_000_000_000, "1.5"], [1_000_000_015.001, "2"]]}


def answer(*series: object, **more: object) -> bytes:
    data = {"resultType": "matrix", "result": series}
    return json.dumps({"status": "success", "data": data, **more}).encode()


def read(body: bytes) -> MetricAnswer:
    return read_range(body, "prom", QUERY, 15.0, CancelToken())


def test_values_are_numbers_at_moments() -> None:
    (found,) = read(answer(GOOD)).series
    assert found.name == 'load{host="a\\"b\\n"}'
    assert (found.at, found.values) == ((1_000_000_000_000, 1_000_000_015_001), (1.5, 2.0))


def test_what_is_no_number_leaves_a_gap() -> None:
    values = [[1_000_000_000, "NaN"], [1_000_000_015, "+Inf"], [1_000_000_030, "3"]]
    (found,) = read(answer({"metric": {}, "values": values})).series
    assert (found.name, found.at, found.values) == ("load", (1_000_000_030_000,), (3.0,))


@pytest.mark.parametrize(
    "odd",
    [
        {"metric": {}}, {"metric": {}, "histograms": [[1_000_000_000, {}]]}, {"metric": {"x": 5}, "values": []}, [],
        None,
        {"metric": {}, "values": [[1_000_000_000, "soon"]]}, {"metric": {}, "values": [[1_000_000_000, 5]]},
        {"metric": {}, "values": [[1_000_000_015, "1"], [1_000_000_000, "1"]]},
        {"metric": {}, "values": [[5, "1"]]}, {"metric": {}, "values": [[1e300, "1"]]},
    ],
)  # fmt: skip
def test_an_odd_series_is_set_aside_and_named(odd: Any) -> None:
    found = read(answer(odd, GOOD))
    assert ([each.values for each in found.series], len(found.rejects)) == ([(1.5, 2.0)], 1)


def test_a_series_that_names_a_label_twice_is_not_guessed_at() -> None:
    found = read(answer(GOOD).replace(b'"host"', b'"__name__"'))
    assert (found.series, len(found.rejects)) == ((), 1)


def test_a_part_of_an_answer_is_told_as_one() -> None:
    found = read(answer(GOOD, warnings=["store 2 left out"]))
    assert (len(found.series), found.rejects) == (1, (("answer", "It said: store 2 left out."),))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"null", b'{"status":"error","error":"timed out"}', b'{"status":"success"}',
        b'{"status":"success","data":{"resultType":"vector","result":[]}}',
        b'{"status":"success","data":{"resultType":"matrix","result":5}}', answer(GOOD)[:-9],
    ],
)  # fmt: skip
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        read(body)


def test_too_many_series_are_refused_not_cut_off() -> None:
    with pytest.raises(Refused) as caught:
        read(answer(*[GOOD] * (MOST_SERIES + 1)))
    assert "fewer" in caught.value.hint


@given(st.integers(0, 10**12), st.one_of(st.none(), st.floats()))
def test_no_step_gives_more_than_prometheus_allows(length: int, step_s: float | None) -> None:
    query = MetricQuery(series="x", since_at=0, until_at=length, step_s=step_s)
    try:
        found = step_of(query)
    except Refused:
        return
    assert math.isfinite(found)
    assert length / 1000 / found + 1 <= 11_000.001


@given(st.data())
def test_cut_answers_are_errors_or_less(data: st.DataObject) -> None:
    whole = answer(GOOD, GOOD)
    cut = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    mutated = whole[:cut] + bytes([byte]) + whole[cut + 1 :]
    try:
        found = read(mutated)
    except BadAnswer:
        return
    assert len(found.series) + len(found.rejects) >= 1 or b'"result"' not in mutated


def test_an_alertmanager_alone_says_that_it_keeps_none() -> None:
    source = open_alertmanager(Source(id="1", name="am", kind="alertmanager", url="http://127.0.0.1:9/"), Secret("x"))
    with pytest.raises(Refused, match="keeps no samples"):
        source.series(QUERY, CancelToken())
    source.close()
