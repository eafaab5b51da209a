"""What a source's answer changes: pure comparison of what was known with what it says now.

``diff`` gives an ``Ingest`` with nothing in it but what differs, so that ``applied(previous, diff(previous,
answer))`` is the answer. ``doubt`` says why an answer is too good to be believed at once (RELIABILITY 5, rule 2).

Long work calls ``breathe()`` every ``SLICE`` rows: the caller hands in what lets other threads run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from app.base.clock import Moment
from app.base.text import tr
from app.domain import perfdata
from app.domain.freshness import DEFAULT_INTERVAL_S
from app.domain.health import HOST, NOT_A_PROBLEM, HealthRow, Snapshot
from app.domain.history import Ingest, SeriesPoint, SourceMark, StateChange

SLICE: Final = 200
"""Rows looked at between two breaths: well under 1 ms."""

_CHANGED_SLICE: Final = 40
"""Changed rows cost more: their performance data are read."""

MANY_PROBLEMS: Final = 5
"""From so many on, problems do not all end in one asking without a second look."""

MANY_ROWS: Final = 10
"""From so many on, more than half of a source's rows do not vanish without a second look."""

Breathe = Callable[[], object]
Rows = Mapping[str, HealthRow]
Limit = tuple[str, str, float | None, float | None]


def no_breath() -> None:
    """For callers that nobody waits beside."""


def doubt(previous: Rows, snapshot: Snapshot) -> str:
    """Why this answer must be confirmed by a second one before it counts; empty when it need not be."""
    if len(snapshot.rows) * 2 < len(previous) and (len(previous) >= MANY_ROWS or not snapshot.rows):
        return tr(
            "{name} suddenly tells of {now} hosts and services, not {before}. It is asked again before this counts.",
            name=snapshot.source, now=len(snapshot.rows), before=len(previous),
        )  # fmt: skip
    problems = sum(row.is_problem for row in previous.values())
    if problems >= MANY_PROBLEMS and not any(row.is_problem for row in snapshot.rows):
        return tr(
            "{name} says that all {count} problems ended at once. It is asked again before this counts.",
            name=snapshot.source, count=problems,
        )  # fmt: skip
    return ""


def diff(
    previous: Rows,
    snapshot: Snapshot,
    now_at: Moment,
    *,
    before_at: Moment | None = None,
    interval_s: float = DEFAULT_INTERVAL_S,
    deadline_s: float = 15.0,
    breathe: Breathe = no_breath,
) -> Ingest:
    """What the answer changes. ``previous``: this source's rows by id. ``before_at``: when the answer before it was
    received, None when this is the first. Rows, changes and samples are in the answer's order."""
    changed: list[HealthRow] = []
    seen: set[str] = set()
    problems = hosts = 0
    for begin in range(0, len(snapshot.rows), SLICE):
        breathe()
        rows = snapshot.rows[begin : begin + SLICE]
        seen.update([row.id for row in rows])
        problems += len([1 for row in rows if row.state not in NOT_A_PROBLEM])
        hosts += len([1 for row in rows if row.kind == HOST])
        changed += [row for row in rows if previous.get(row.id) != row]
    breathe()
    changes = [*_changes(previous, changed, snapshot, before_at, breathe)]
    removed = tuple(id_ for id_ in previous if id_ not in seen)
    points, limits = _samples(previous, changed, snapshot, breathe)
    return Ingest(
        mark=SourceMark(
            source=snapshot.source, observed_at=snapshot.observed_at, received_at=snapshot.received_at,
            asked_at=now_at, hosts=hosts, services=len(seen) - hosts, problems=problems,
            duration_s=snapshot.duration_s, received_bytes=snapshot.received_bytes, skew_s=snapshot.skew_s,
            interval_s=interval_s, deadline_s=deadline_s,
        ),
        rows=tuple(changed),
        removed=removed,
        changes=(*changes, *_endings(removed, snapshot.received_at)),
        points=points,
        limits=limits,
        remarks=snapshot.remarks,
        downtimes=snapshot.downtimes,
    )  # fmt: skip


def applied(previous: Rows, ingest: Ingest) -> dict[str, HealthRow]:
    """A source's rows after an ingest; unchanged rows stay the same objects."""
    rows = dict(previous)
    for id_ in ingest.removed:
        rows.pop(id_, None)
    for row in ingest.rows:
        rows[row.id] = row
    return rows


def _shown(row: HealthRow | None) -> tuple[str, bool, bool] | None:
    return (row.state, row.hard, row.is_handled) if row else None


def _changes(
    previous: Rows, changed: Iterable[HealthRow], snapshot: Snapshot, before_at: Moment | None, breathe: Breathe
) -> Iterable[StateChange]:
    for index, row in enumerate(changed):
        if not index % SLICE:
            breathe()
        old = previous.get(row.id)
        if _shown(old) != _shown(row):
            began_at = _began_at(row, snapshot, before_at) if old is None or old.state != row.state else None
            yield StateChange(
                row_id=row.id, at=began_at or snapshot.received_at, state=row.state, hard=row.hard,
                handled=row.is_handled, output=row.output,
            )  # fmt: skip


def _began_at(row: HealthRow, snapshot: Snapshot, before_at: Moment | None) -> Moment | None:
    """When the source says that the state began, by our clock; None when that contradicts what was seen before."""
    if row.since_at is None:
        return None
    began_at = row.since_at - round(snapshot.skew_s * 1000)
    return began_at if (before_at or 0) < began_at <= snapshot.received_at else None


def _endings(removed: Iterable[str], at: Moment) -> Iterable[StateChange]:
    """An empty state: from here on the source says nothing of the row."""
    return (StateChange(row_id=id_, at=at, state="", hard=True) for id_ in removed)


def _samples(
    previous: Rows, changed: Iterable[HealthRow], snapshot: Snapshot, breathe: Breathe
) -> tuple[tuple[SeriesPoint, ...], tuple[Limit, ...]]:
    """Samples of new check results, and the limits that are not the ones told before."""
    points: list[SeriesPoint] = []
    limits: list[Limit] = []
    skew = round(snapshot.skew_s * 1000)
    for index, row in enumerate(changed):
        if not index % _CHANGED_SLICE:
            breathe()
        old = previous.get(row.id)
        if not row.perf or (old is not None and (old.perf, old.last_check_at) == (row.perf, row.last_check_at)):
            continue
        at = snapshot.received_at if row.last_check_at is None else row.last_check_at - skew
        samples = perfdata.parse(row.perf)
        points += [SeriesPoint(row.id, sample.label, sample.unit, at, sample.value) for sample in samples]
        known = _limits(old) if old is not None else {}
        limits += [
            (row.id, sample.label, sample.warn, sample.crit)
            for sample in samples
            if known.get(sample.label, (None, None)) != (sample.warn, sample.crit)
        ]
    return tuple(points), tuple(limits)


def _limits(row: HealthRow) -> dict[str, tuple[float | None, float | None]]:
    return {sample.label: (sample.warn, sample.crit) for sample in perfdata.parse(row.perf)}
