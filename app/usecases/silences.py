"""The ledger of everything silenced, over all sources. Read lane.

Its definitions stand in the docstring, which the reference shows.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.base.clock import Moment
from app.domain.health import HealthRow
from app.domain.silence import Silence, last_match_at, silences
from app.domain.value import Value
from app.ports import History


class Entry(Value, frozen=True):
    """A silence, and when it last kept a problem quiet: None when it never did."""

    silence: Silence
    last_match_at: Moment | None


def silence_ledger(history: History, rows: Iterable[HealthRow], now_at: Moment) -> list[Entry]:
    """Every acknowledgement, downtime and suppression of these rows that is in force or planned; what ends first
    leads, then the oldest."""
    return [
        Entry(silence, _matched(history, silence, now_at))
        for silence in silences(rows, history.remarks(), history.downtimes(), now_at)
    ]


def _matched(history: History, silence: Silence, now_at: Moment) -> Moment | None:
    """A problem that is quiet now is a match of now, whether the store has seen its beginning or not."""
    row, start_at = silence.row, silence.start_at
    if start_at is not None and start_at > now_at:
        return None
    if row.is_problem:
        return now_at
    if start_at is None:
        start_at = row.since_at if row.since_at is not None else now_at
    return last_match_at(history.changes(row.id, start_at, now_at), start_at, now_at)
