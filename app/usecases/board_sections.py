"""What the board shows of its rows at a moment: sections in order, counters, totals.

    Unhandled       problems nobody has taken, data fresh
    Stale           problems whose data are too old to trust, and rows whose own next result is overdue
    Just recovered  what ceased to be a problem less than five minutes ago
    Handled         acknowledged, in downtime, suppressed
    OK              the rest; only when asked for

Rows of a stale source that were fine when last seen are counted as stale and never as OK; they fill a section only
when everything is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from app.domain import health
from app.domain.freshness import LIVE, UNKNOWN, is_row_stale
from app.domain.health import HOST, HealthRow
from app.usecases.board import RECOVERED_FOR, Board, Instant, total_level
from app.usecases.health import SLICE, Breathe, no_breath

UNHANDLED: Final = "unhandled"
STALE: Final = "stale"
RECOVERED: Final = "recovered"
HANDLED: Final = "handled"
FINE: Final = "fine"
SECTIONS: Final = (UNHANDLED, STALE, RECOVERED, HANDLED, FINE)

Matches: TypeAlias = Callable[[HealthRow], bool]
SortKey: TypeAlias = Callable[[HealthRow], Any]


@dataclass(frozen=True, slots=True)
class Section:
    """``name``: one of ``SECTIONS``. Rows in the order in which they are shown; never empty."""

    name: str
    rows: tuple[HealthRow, ...]


@dataclass(frozen=True, slots=True)
class Counters:
    """``unhandled``: fresh problems by state, worst first, only what occurs. ``stale`` counts all stale rows, also
    those that were fine. ``live_sources`` of ``sources``; ``level``: as stale as the stalest source."""

    unhandled: Mapping[str, int]
    stale: int
    handled: int
    fine: int
    pending: int
    hosts: int
    services: int
    sources: int
    live_sources: int
    level: str


def sections(
    board: Board,
    now: Instant,
    matches: Matches | None = None,
    *,
    key: SortKey | None = None,
    everything: bool = False,
    breathe: Breathe = no_breath,
) -> tuple[Section, ...]:
    """The board's sections of the rows that match. ``key``: another order than worst first."""
    found: dict[str, list[HealthRow]] = {name: [] for name in SECTIONS}
    recovered = {id_ for id_, at in board.recovered.items() if 0 <= now.at - at < RECOVERED_FOR}
    for index, (row, is_stale) in enumerate(_judged(board, now)):
        if not index % SLICE:
            breathe()
        name = _section(row, is_stale, row.id in recovered)
        if (name != FINE or everything) and (matches is None or matches(row)):
            found[name].append(row)
    if not everything:
        found[STALE] = [row for row in found[STALE] if row.is_problem or is_overdue(row, now)]
    order = key or _worst_first
    shown = [Section(name, tuple(sorted(rows, key=order))) for name, rows in found.items() if rows]
    breathe()
    return tuple(shown)


def counters(board: Board, now: Instant, matches: Matches | None = None, *, breathe: Breathe = no_breath) -> Counters:
    """The counters of the rows that match."""
    named: Counter[str] = Counter()
    unhandled: Counter[str] = Counter()
    hosts = services = 0
    for index, (row, is_stale) in enumerate(_judged(board, now)):
        if not index % SLICE:
            breathe()
        if matches is not None and not matches(row):
            continue
        hosts += row.kind == HOST
        services += row.kind != HOST
        name = _section(row, is_stale, False)
        named[health.PENDING if name == FINE and row.state == health.PENDING else name] += 1
        if name == UNHANDLED:
            unhandled[row.state] += 1
    levels = board.levels(now)
    return Counters(
        unhandled={state: unhandled[state] for state in health.WEIGHT if unhandled[state]},
        stale=named[STALE], handled=named[HANDLED], fine=named[FINE], pending=named[health.PENDING],
        hosts=hosts, services=services,
        sources=len(levels), live_sources=sum(level == LIVE for level in levels.values()),
        level=total_level(levels.values()),
    )  # fmt: skip


def is_overdue(row: HealthRow, now: Instant) -> bool:
    """Whether the row's own next result is due, whatever its source's freshness."""
    return row.expected_by_at is not None and now.at > row.expected_by_at


def _judged(board: Board, now: Instant) -> Iterable[tuple[HealthRow, bool]]:
    levels = board.levels(now)
    for name, source in board.sources.items():
        level = levels.get(name, UNKNOWN)
        for row in source.rows.values():
            yield row, is_row_stale(row, level, now.at)


def _section(row: HealthRow, is_stale: bool, is_recovered: bool) -> str:
    if is_stale:
        return STALE
    if row.is_problem:
        return HANDLED if row.is_handled else UNHANDLED
    return RECOVERED if is_recovered else FINE


def _worst_first(row: HealthRow) -> tuple[Any, ...]:
    return (*health.severity(row, False), row.host, row.name, row.source)
