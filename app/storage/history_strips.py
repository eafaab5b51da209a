"""The 24 h strips of many rows at once: the worst state of each hour, and nothing where nothing was known.

A state counts in an hour only while its source was answering (``coverage``), so that an outage of the source stays
a gap however quiet the rows were before it. The hours are those of UTC; the last one is the running hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from app.base.clock import HOUR, Moment
from app.domain.health import WEIGHT
from app.storage.reading import Reading

HANDLED: Final = ":handled"
Stretch = tuple[Moment, Moment]
Change = tuple[Moment, str, bool]
"""From when, which state (empty: nothing known), whether handled."""


def read_strips(
    reading: Reading, row_ids: Sequence[str], now_at: Moment, hours: int
) -> Mapping[str, tuple[str, ...]]:
    """Per row id ``hours`` words, oldest first; a row that was never seen has empty ones."""
    begin_at = now_at - now_at % HOUR - (hours - 1) * HOUR
    covered = _coverage(reading, begin_at, now_at)
    empty = ("",) * hours

    @cache
    def words(source: str, changes: tuple[Change, ...]) -> tuple[str, ...]:
        return strip(changes, covered.get(source, ()), begin_at, now_at, hours)

    rows = reading.rows(_CHANGES, (json.dumps(row_ids), begin_at, now_at))
    found = dict.fromkeys(row_ids, empty)
    for (id_, source), group in groupby(rows, itemgetter(0, 1)):
        # What began before the window is clipped to it, so that rows alike share one strip.
        changes = tuple((max(at, begin_at), state, bool(handled)) for _, _, at, state, handled in group)
        found[id_] = words(source, changes)
    return found


def strip(
    changes: Sequence[Change], covered: Sequence[Stretch], begin_at: Moment, now_at: Moment, hours: int
) -> tuple[str, ...]:
    """The words of one row. ``changes`` and ``covered`` in order of time; a stretch ends before its end."""
    worst: list[tuple[int, int, str] | None] = [None] * hours
    begins = [at for at, _, _ in changes] + [now_at + 1]
    for (at, state, handled), end_at in zip(changes, begins[1:], strict=True):
        if not state:
            continue
        rank = (WEIGHT.get(state, 3), int(handled), state + HANDLED * handled)
        for from_at, until_at in covered:
            first, last = max(at, from_at, begin_at), min(end_at - 1, until_at - 1, now_at)
            if first <= last:
                for hour in range((first - begin_at) // HOUR, (last - begin_at) // HOUR + 1):
                    known = worst[hour]
                    worst[hour] = rank if known is None else min(known, rank)
    return tuple(rank[2] if rank else "" for rank in worst)


def _coverage(reading: Reading, begin_at: Moment, now_at: Moment) -> dict[str, list[Stretch]]:
    rows = reading.rows(
        "SELECT source, from_at, until_at FROM coverage WHERE until_at >= ? AND from_at <= ?"
        " ORDER BY source, from_at",
        (begin_at, now_at),
    )
    return {source: [(row[1], row[2]) for row in group] for source, group in groupby(rows, itemgetter(0))}


# Led by the change in force at the window's begin. The key of state_change serves both seeks.
_CHANGES: Final = """
SELECT subject.id, subject.source, change.at, change.state, change.handled
FROM json_each(?1) AS asked JOIN subject ON subject.id = asked.value
JOIN state_change AS change ON change.subject = subject.key AND change.at <= ?3 AND change.at >= coalesce(
    (SELECT max(at) FROM state_change AS before WHERE before.subject = subject.key AND before.at <= ?2), ?2)
ORDER BY subject.key, change.at
"""
