"""Packed samples come back bit by bit, and regular ones cost little."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR
from app.storage.history_chunk import pack, unpack, unpack_all

HOUR_AT = 1_800_000_000_000 - 1_800_000_000_000 % HOUR
moments = st.lists(st.integers(0, HOUR - 1), min_size=1, max_size=60, unique=True).map(sorted)
any_value = st.floats(allow_nan=False)
decimal_value = st.integers(-(10**9), 10**9).map(lambda number: number / 100)


def bits(values: Iterable[float]) -> list[bytes]:
    return [struct.pack("<d", value) for value in values]


@given(moments, st.data())
def test_every_bit_comes_back(offsets: list[int], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([any_value, decimal_value]))
    values = data.draw(st.lists(kind, min_size=len(offsets), max_size=len(offsets)))
    at = [HOUR_AT + offset for offset in offsets]
    back_at, back = unpack(HOUR_AT, pack(HOUR_AT, at, values))
    assert back_at.tolist() == at
    assert bits(back) == bits(values)


sample = st.tuples(st.integers(0, HOUR - 1), any_value | decimal_value)
hours = st.lists(st.lists(sample, min_size=1, max_size=6, unique_by=lambda each: each[0]), max_size=6)


@given(hours)
def test_several_hours_come_back_one_after_the_other(told: list[list[tuple[int, float]]]) -> None:
    chunks, at, values = [], [], []
    for number, samples in enumerate(told):
        hour = HOUR_AT + number * HOUR
        moments, mine = zip(*sorted((hour + offset, value) for offset, value in samples), strict=True)
        chunks.append((hour, pack(hour, moments, mine)))
        at += moments
        values += mine
    back_at, back = unpack_all(chunks)
    assert back_at.tolist() == at
    assert bits(back) == bits(values)


def test_extremes_come_back() -> None:
    values = [0.0, -0.0, 2.0**53, -(2.0**63), math.inf, -math.inf, 5e-324, 1.7976931348623157e308]
    for value in values:
        assert bits(unpack(HOUR_AT, pack(HOUR_AT, [HOUR_AT], [value]))[1]) == bits([value])
    at = list(range(HOUR_AT, HOUR_AT + len(values)))
    assert bits(unpack(HOUR_AT, pack(HOUR_AT, at, values))[1]) == bits(values)


def test_a_regular_gauge_costs_less_than_two_bytes_a_sample() -> None:
    at = [HOUR_AT + n * 15_000 for n in range(240)]
    values = [round(50 + 10 * math.sin(n / 20) + (n * 7919 % 13) / 100, 2) for n in range(240)]
    assert len(pack(HOUR_AT, at, values)) < 2 * 240
    assert len(pack(HOUR_AT, at, [1.0] * 240)) < 60
