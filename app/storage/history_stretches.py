"""Which row was in which state from when to when, while its source was answering: what availability is made of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

from app.base.clock import Moment
from app.domain.history import Stretch
from app.storage.reading import Reading

# A change ends where the next one of its row begins. The key of state_change gives this order.
_CHANGES: Final = """
SELECT subject.id, subject.source, change.state, change.at,
    lead(change.at, 1, ?2) OVER (PARTITION BY change.subject ORDER BY change.at) AS end_at
FROM state_change AS change JOIN subject ON subject.key = change.subject
WHERE change.at < ?2 AND (?3 IS NULL OR subject.source = ?3)
ORDER BY change.subject, change.at
"""
_COVERAGE: Final = "SELECT source, from_at, until_at FROM coverage ORDER BY source, from_at"


def read_stretches(reading: Reading, since_at: Moment, until_at: Moment, source: str | None) -> Iterator[Stretch]:
    """As the port says."""
    covered = {
        name: [(from_at, to_at) for _, from_at, to_at in group]
        for name, group in groupby(reading.rows(_COVERAGE), itemgetter(0))
    }
    for id_, name, state, at, end_at in reading.stream(_CHANGES, (since_at, until_at, source)):
        if not state or end_at <= since_at:
            continue
        for from_at, to_at in covered.get(name, ()):
            first, last = max(at, from_at, since_at), min(end_at, to_at, until_at)
            if first < last:
                yield Stretch(id_, state, first, last)
