"""The board: every source's rows and marks as one immutable value, and how fresh each is at a moment.

The age of data is the greater of two: by the wall clock (which counts suspended hours) and by the monotonic one
(which nobody can set back). Data from the future have no known age and count as stale. Besides, what a source last
brought up to date long before it answered is stale however fresh the answer: a frozen daemon behind a living page.

A source is ``held`` while an answer that is too good to be true waits for its second (``app.usecases.health.doubt``):
late at best.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from app.base.clock import MINUTE, SECOND, Clock, Moment
from app.base.text import count, duration, number, tr
from app.domain.freshness import LATE, LEVELS, LIVE, STALE, UNKNOWN, Pace, is_row_stale, level
from app.domain.health import HealthRow
from app.domain.history import SourceMark
from app.usecases.health import Rows

RECOVERED_FOR: Final = 5 * MINUTE
"""How long a recovered row stays on the board."""

_CLOCKS_HINT: Final = "Ages are shown by this computer’s; set right whichever is wrong."
_CLOCKS_NAMED: Final = 6
_AHEAD: Final = 5 * SECOND
"""How far in our own future a reception may lie before its age is not believed (another process's clock reading)."""


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of both clocks."""

    at: Moment
    mono_s: float

    @classmethod
    def of(cls, clock: Clock) -> Instant:
        return cls(clock.now(), clock.monotonic())


@dataclass(frozen=True, slots=True)
class SourceRows:
    """One source on the board. ``seen``: when this process learnt of its last complete answer."""

    rows: Rows = field(default_factory=lambda: MappingProxyType({}))
    mark: SourceMark | None = None
    seen: Instant | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """All sources by name. ``recovered``: when rows that are no problem any more ceased to be one, by id."""

    sources: Mapping[str, SourceRows] = field(default_factory=lambda: MappingProxyType({}))
    recovered: Mapping[str, Moment] = field(default_factory=lambda: MappingProxyType({}))

    def rows(self) -> Iterator[HealthRow]:
        """All rows, source by source."""
        for source in self.sources.values():
            yield from source.rows.values()

    def row(self, id_: str) -> HealthRow | None:
        return next((found for source in self.sources.values() if (found := source.rows.get(id_))), None)

    def age_s(self, source: str, now: Instant) -> float | None:
        """The age of a source's data in seconds; None: nothing complete was received, or its age cannot be told."""
        part = self.sources.get(source)
        return _age_s(part, now) if part is not None else None

    def level(self, source: str, now: Instant) -> str:
        """The freshness of a source (``app.domain.freshness``)."""
        part = self.sources.get(source)
        return UNKNOWN if part is None else _level(part, now)

    def levels(self, now: Instant) -> dict[str, str]:
        """The freshness of all sources."""
        return {name: _level(part, now) for name, part in self.sources.items()}

    def is_stale(self, row: HealthRow, now: Instant) -> bool:
        """With its source or by itself. For many rows take ``levels`` once and ``is_row_stale``."""
        return is_row_stale(row, self.level(row.source, now), now.at)


SKEW_TOLD_S: Final = 60.0
"""A clock that is off by less moves no time that a person would notice."""


def clock_note(mark: SourceMark | None) -> str:
    """That a source's clock is off, and what it means; empty when it is not."""
    if mark is None or mark.received_at is None or abs(mark.skew_s) < SKEW_TOLD_S:
        return ""
    length = duration(round(abs(mark.skew_s) * 1000))
    told = (
        tr("The clock of {name} is {length} ahead of this computer’s.", name=mark.source, length=length)
        if mark.skew_s > 0
        else tr("The clock of {name} is {length} behind this computer’s.", name=mark.source, length=length)
    )
    return f"{told} {tr(_CLOCKS_HINT)}"


def clocks_note(marks: Iterable[SourceMark | None]) -> str:
    """The same of many sources in one sentence, those that are off most first; empty when none is."""
    off = sorted((mark for mark in marks if mark and clock_note(mark)), key=lambda mark: -abs(mark.skew_s))
    if len(off) < 2:
        return clock_note(off[0]) if off else ""
    named = [tr("{name} ({off})", name=mark.source, off=_direction(mark.skew_s)) for mark in off[:_CLOCKS_NAMED]]
    if more := len(off) - len(named):
        named.append(tr("{n} more", n=number(more)))
    clocks = count(len(off), "source", "sources")
    told = tr(
        "The clocks of {sources} are off from this computer’s: {named}.", sources=clocks, named=", ".join(named)
    )
    return f"{told} {tr(_CLOCKS_HINT)}"


def _direction(skew_s: float) -> str:
    length = duration(round(abs(skew_s) * 1000))
    return tr("{length} ahead", length=length) if skew_s > 0 else tr("{length} behind", length=length)


def paused(board: Board) -> tuple[str, ...]:
    """The sources that are not asked since they refused their sign-in, by name."""
    return tuple(sorted(name for name, part in board.sources.items() if part.mark is not None and part.mark.refused))


def total_level(levels: Iterable[str]) -> str:
    """A total is as stale as its stalest part; unknown without any."""
    return max(levels, key=LEVELS.index, default=UNKNOWN)


def with_source(board: Board, name: str, rows: Iterable[HealthRow], mark: SourceMark | None, now: Instant) -> Board:
    """The board with a source as it stands in the history: at start, or written by another process."""
    known = board.sources.get(name, SourceRows())
    kept = {row.id: _same(known.rows.get(row.id), row) for row in rows}
    is_newer = known.mark is None or mark is None or known.mark.received_at != mark.received_at
    return _with(board, name, SourceRows(kept, mark, now if is_newer else known.seen), now)


def with_answer(
    board: Board, rows: Rows, mark: SourceMark, now: Instant, changed: Collection[str] | None = None
) -> Board:
    """The board after a complete answer that left the source with these rows. ``changed``: those that are
    ``differing`` from what the board has, when that is known already."""
    return _with(board, mark.source, SourceRows(rows, mark, now), now, changed)


def _same(old: HealthRow | None, row: HealthRow) -> HealthRow:
    """The known object when nothing changed, so that whoever compares by identity sees no change."""
    return old if old is not None and old == row else row


def _with(board: Board, name: str, part: SourceRows, now: Instant, changed: Collection[str] | None = None) -> Board:
    known = board.sources.get(name, SourceRows())
    if changed is None:
        changed = differing(known.rows, part.rows)
    recovered = _recovered(board, known.rows, part.rows, changed, now.at)
    return Board(MappingProxyType({**board.sources, name: part}), recovered)


def with_failure(board: Board, mark: SourceMark, *, held: bool = False) -> Board:
    """The board after an asking that failed, or whose answer is held back: rows and their age stay."""
    known = board.sources.get(mark.source, SourceRows())
    old = known.mark or SourceMark(source=mark.source)
    told = SourceMark(
        source=mark.source, observed_at=old.observed_at, received_at=old.received_at, asked_at=mark.asked_at,
        hosts=old.hosts, services=old.services, problems=old.problems, duration_s=old.duration_s,
        received_bytes=old.received_bytes, skew_s=old.skew_s, interval_s=mark.interval_s,
        deadline_s=mark.deadline_s, error=mark.error, refused=mark.refused, refused_at=mark.refused_at,
    )  # fmt: skip
    part = replace(known, mark=told, held=held)
    return replace(board, sources=MappingProxyType({**board.sources, mark.source: part}))


def without_source(board: Board, name: str) -> Board:
    """The board after a source was disconnected."""
    return replace(board, sources=MappingProxyType({n: part for n, part in board.sources.items() if n != name}))


def differing(before: Rows, after: Rows) -> set[str]:
    """Ids of rows that came, went or are another object."""
    return (before.keys() - after.keys()) | {id_ for id_, row in after.items() if before.get(id_) is not row}


def _recovered(board: Board, old: Rows, new: Rows, changed: Collection[str], at: Moment) -> Mapping[str, Moment]:
    known = {id_: since for id_, since in board.recovered.items() if 0 <= at - since < RECOVERED_FOR}
    for id_ in changed:
        before, after = old.get(id_), new.get(id_)
        if after is None or after.is_problem:
            known.pop(id_, None)
        elif before is not None and before.is_problem:
            known[id_] = at
    return MappingProxyType(known)


def _age_s(part: SourceRows, now: Instant) -> float | None:
    if part.mark is None or part.mark.received_at is None or part.seen is None:
        return None
    age_when_seen = part.seen.at - part.mark.received_at
    if age_when_seen < -_AHEAD:
        return None
    by_wall = (now.at - part.mark.received_at) / 1000
    by_steady = max(0, age_when_seen) / 1000 + now.mono_s - part.seen.mono_s
    return max(by_wall, by_steady, 0.0)


def _level(part: SourceRows, now: Instant) -> str:
    age_s = _age_s(part, now)
    mark = part.mark
    if age_s is None or mark is None or mark.received_at is None:
        return UNKNOWN
    pace = Pace(mark.interval_s, mark.deadline_s)
    found = level(age_s, pace)
    lag_s = _lag_s(mark, mark.received_at)
    if found == STALE or lag_s + age_s >= pace.stale_after_s:
        return STALE
    return LATE if found == LIVE and (part.held or lag_s >= pace.late_after_s) else found


def _lag_s(mark: SourceMark, received_at: Moment) -> float:
    """How old the data already were when they came, both clocks brought together."""
    if mark.observed_at is None:
        return 0.0
    return max(0.0, (received_at - mark.observed_at) / 1000 + mark.skew_s)
