"""Rows that moved, counted as a person would."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.order import rows_moved

ROWS = st.lists(st.integers(0, 30), unique=True, max_size=12)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("abcd", "abcd", 0), ("abcd", "xabcd", 1), ("abcd", "abd", 1), ("abcd", "dabc", 1), ("abcd", "bacd", 1),
        ("abcd", "dcba", 3), ("", "abc", 3), ("abc", "", 3), ("abcd", "abxd", 2), ("abcdef", "bcdefa", 1),
    ],
)  # fmt: skip
def test_what_only_slides_has_not_moved(before: str, after: str, moved: int) -> None:
    assert rows_moved(before, after) == moved


@given(ROWS, ROWS)
def test_as_many_as_a_person_would_have_to_handle(before: list[int], after: list[int]) -> None:
    moved = rows_moved(before, after)
    gone, came = set(before) - set(after), set(after) - set(before)
    assert moved >= len(gone) + len(came)
    assert (moved == 0) == (before == after)
    assert moved == rows_moved(after, before)
    assert moved <= len(before) + len(after)


@given(ROWS, st.data())
def test_one_row_put_elsewhere_is_one(rows: list[int], data: st.DataObject) -> None:
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    rest = [each for each in rows if each != row]
    place = data.draw(st.integers(0, len(rest)))
    assert rows_moved(rows, [*rest[:place], row, *rest[place:]]) <= 1


def test_a_long_list_is_quick() -> None:
    rows = list(range(100_000))
    shuffled = rows[:]
    random.Random(7).shuffle(shuffled)
    began_s = time.process_time()
    assert rows_moved(rows, shuffled) > 90_000
    assert rows_moved(rows, [*rows[5:], *rows[:5]]) == 5
    assert time.process_time() - began_s < 2
