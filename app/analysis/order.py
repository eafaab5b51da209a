"""How far one order of rows is from another, as a person would count it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from itertools import takewhile
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def rows_moved(before: Sequence[Key], after: Sequence[Key]) -> int:
    """How many rows appear, leave, or would have to be taken out and put in elsewhere; keys are unique in each.

    A row that only slides because another came in above it has not moved. O(n log n) for what lies between the rows
    that both begin and end with.
    """
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    places = {key: place for place, key in enumerate(old)}
    kept = [places[key] for key in new if key in places]
    came, left = len(new) - len(kept), len(old) - len(kept)
    return came + left + len(kept) - _longest_rise(kept)


def _shared(some: Sequence[Key], others: Sequence[Key]) -> int:
    """How many rows both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False)))


def _longest_rise(places: Sequence[int]) -> int:
    """The length of the longest part, gaps allowed, that is in order already."""
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)
