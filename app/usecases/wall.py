"""What a wall shows: one page's picture of health and tickets, from what is known at a moment.

Pure over a board and lists of tickets; drawing and reading are others'. Nothing here writes. Stale rows never count
as a state: they are counted apart, and keep their place among the cards by what they were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.base.clock import Moment
from app.base.text import plain
from app.domain import freshness, health
from app.domain.business import WORKING
from app.domain.health import HOST, HealthRow
from app.domain.ticket import Ticket
from app.domain.value import Value
from app.domain.wall import PROBLEMS, WallPage
from app.usecases.board import Board, Instant
from app.usecases.roll_up import RolledUp

DUE_KEPT: Final = 24
MAJORS_KEPT: Final = 6
CARDS_KEPT: Final = 300
"""More than any screen holds; the rest is counted."""


class Card(Value, frozen=True, gc=False, kw_only=True):
    """One problem. ``state``: as it is drawn, ``stale`` where nothing is known; ``was``: its last state then.
    ``at``: since when it is so, of a stale one when its source was last heard."""

    id: str
    state: str
    title: str
    place: str
    text: str
    at: Moment | None
    was: str = ""
    source: str = ""
    is_soft: bool = False
    attempt: int = 1
    max_attempts: int = 1


class SilentSource(Value, frozen=True, gc=False, kw_only=True):
    """A source of which nothing is known now. ``since_at``: its last complete answer, None when there was none."""

    name: str
    since_at: Moment | None
    rows: int
    error: str = ""


class SourceAge(Value, frozen=True, gc=False, kw_only=True):
    """How old a source's data are. ``age_s``: None when there never were any."""

    name: str
    level: str
    age_s: float | None


class Handled(Value, frozen=True, gc=False, kw_only=True):
    """What somebody has in hand. ``tickets``: open ones."""

    acknowledged: int = 0
    in_downtime: int = 0
    suppressed: int = 0
    tickets: int = 0


class TicketLine(Value, frozen=True, gc=False, kw_only=True):
    """A ticket on the wall: never its requester, never its text."""

    number: str
    title: str
    priority: int | None
    status: str
    due_at: Moment | None
    created_at: Moment
    assignee: str


class TicketFacts(Value, frozen=True, gc=False, kw_only=True):
    """What the tickets tell: open ones, those past their due time, the next to breach, and the majors."""

    open: int = 0
    late: int = 0
    unassigned: int = 0
    due: tuple[TicketLine, ...] = ()
    majors: tuple[TicketLine, ...] = ()


NO_TICKETS: Final = TicketFacts()


class ServiceLine(Value, frozen=True, gc=False, kw_only=True):
    """A business service. ``bad``: how many of its ``parts`` are in trouble or not known."""

    name: str
    state: str
    bad: int
    parts: int


class WallPicture(Value, frozen=True, kw_only=True):
    """One page at a moment. ``counts``: unhandled problems by state, worst first; ``unknown``: rows of which nothing
    is known, ``unknown_since_at`` the oldest last word among them. ``more``: problems by state that have no card."""

    page: WallPage
    made_at: Moment
    counts: tuple[tuple[str, int], ...] = ()
    unknown: int = 0
    unknown_since_at: Moment | None = None
    rows: int = 0
    cards: tuple[Card, ...] = ()
    more: tuple[tuple[str, int], ...] = ()
    silent: tuple[SilentSource, ...] = ()
    sources: tuple[SourceAge, ...] = ()
    handled: Handled = Handled()
    tickets: TicketFacts = TicketFacts()
    services: tuple[ServiceLine, ...] = ()
    is_polled: bool = True


def ticket_line(ticket: Ticket) -> TicketLine:
    """What of a ticket may hang on a wall."""
    return TicketLine(
        number=ticket.number, title=plain(ticket.title), priority=ticket.priority, status=ticket.status,
        due_at=ticket.due_at, created_at=ticket.created_at, assignee=ticket.assignee or "",
    )  # fmt: skip


def wall_picture(
    page: WallPage,
    board: Board,
    now: Instant,
    matches: Callable[[HealthRow], bool],
    *,
    tickets: TicketFacts = NO_TICKETS,
    services: Iterable[RolledUp] = (),
    is_polled: bool = True,
) -> WallPicture:
    """The page now. ``matches``: the page's query over rows."""
    levels = board.levels(now)
    found = _counted(board, now, levels, matches)
    heard = {name: part.mark.received_at if part.mark else None for name, part in board.sources.items()}
    silent = [name for name, rows in found.unknown.items() if rows or levels[name] == freshness.STALE]
    times = [at for name in silent if (at := heard[name]) is not None]
    kept, rest = found.shown[:CARDS_KEPT], found.shown[CARDS_KEPT:]
    return WallPicture(
        page=page, made_at=now.at, rows=found.rows, is_polled=is_polled, tickets=tickets,
        counts=tuple((state, found.counts[state]) for state in health.WEIGHT if found.counts[state]),
        unknown=sum(found.unknown.values()) + found.stale_alone,
        unknown_since_at=min(times, default=None),
        cards=tuple(_card(row, is_stale, heard.get(row.source)) for row, is_stale in kept),
        more=_by_state(rest),
        silent=tuple(
            SilentSource(name=name, since_at=heard[name], rows=found.unknown[name], error=_error(board, name))
            for name in sorted(silent, key=lambda name: -found.unknown[name])
        ),
        sources=tuple(
            SourceAge(name=name, level=levels[name], age_s=board.age_s(name, now)) for name in sorted(levels)
        ),
        handled=Handled(**found.handled, tickets=tickets.open),
        services=tuple(_service(each) for each in services),
    )  # fmt: skip


@dataclass(slots=True)
class _Counted:
    """A page's rows. ``unknown``: those of silent sources, by source; ``stale_alone``: old by themselves, of sources
    that are heard. ``shown``: unhandled problems, each with whether it is stale."""

    unknown: dict[str, int]
    rows: int = 0
    stale_alone: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    handled: Counter[str] = field(default_factory=Counter)
    shown: list[tuple[HealthRow, bool]] = field(default_factory=list)

    def add(self, row: HealthRow, *, is_stale: bool) -> None:
        self.rows += 1
        if is_stale and row.source in self.unknown:
            self.unknown[row.source] += 1
        elif is_stale:
            self.stale_alone += 1
        if row.is_problem and row.is_handled:
            self.handled[_hand(row)] += 1
        elif row.is_problem:
            self.shown.append((row, is_stale))
            if not is_stale:
                self.counts[row.state] += 1


def _counted(board: Board, now: Instant, levels: Mapping[str, str], matches: Callable[[HealthRow], bool]) -> _Counted:
    """The worst first among ``shown``."""
    found = _Counted({name: 0 for name, level in levels.items() if _is_silent(level)})
    for row in board.rows():
        if matches(row):
            level = levels.get(row.source, freshness.UNKNOWN)
            found.add(row, is_stale=freshness.is_row_stale(row, level, now.at))
    found.shown.sort(key=lambda each: _rank(each[0]))
    return found


def _hand(row: HealthRow) -> str:
    """Which of ``Handled`` it counts as."""
    return "acknowledged" if row.acknowledged else "in_downtime" if row.in_downtime else "suppressed"


def more_than(picture: WallPicture, cards: int) -> tuple[tuple[str, int], ...]:
    """Problems by state, worst first, that are not among the first ``cards``."""
    hidden: Counter[str] = Counter(card.state for card in picture.cards[cards:])
    hidden.update(dict(picture.more))
    return tuple((state, hidden[state]) for state in health.WEIGHT if hidden[state])


def new_problems(before: Collection[tuple[str, str]], picture: WallPicture) -> frozenset[str]:
    """Ids of cards that appeared or got worse since ``before`` ((id, state) of the cards then)."""
    known = dict(before)
    return frozenset(
        card.id
        for card in picture.cards
        if not card.was
        and (card.id not in known or health.WEIGHT[card.state] < health.WEIGHT.get(known[card.id], 99))
    )


def _is_silent(level: str) -> bool:
    return level in (freshness.STALE, freshness.UNKNOWN)


def _rank(row: HealthRow) -> tuple[int, int, str, str]:
    """Worst first, then newest; a stale one keeps the place it had."""
    return (health.WEIGHT.get(row.state, 3), -(row.since_at or 0), row.host, row.name)


def _card(row: HealthRow, is_stale: bool, heard_at: Moment | None) -> Card:
    is_host = row.kind == HOST
    return Card(
        id=row.id, state=health.STALE if is_stale else row.state, was=row.state if is_stale else "",
        title=plain(row.host if is_host else row.name), place="" if is_host else plain(row.host),
        text=plain(row.output), at=heard_at if is_stale else row.since_at, source=row.source,
        is_soft=not row.hard, attempt=row.attempt, max_attempts=row.max_attempts,
    )  # fmt: skip


def _by_state(rows: Sequence[tuple[HealthRow, bool]]) -> tuple[tuple[str, int], ...]:
    found = Counter(health.STALE if is_stale else row.state for row, is_stale in rows)
    return tuple((state, found[state]) for state in health.WEIGHT if found[state])


def _error(board: Board, name: str) -> str:
    mark = board.sources[name].mark
    return mark.error if mark is not None else ""


def _service(rolled: RolledUp) -> ServiceLine:
    return ServiceLine(
        name=rolled.service.name, state=rolled.state, bad=len(rolled.problem_ids), parts=len(rolled.member_ids)
    )


def is_burning(picture: WallPicture) -> bool:
    """Whether the page shows something that must be looked at now."""
    burning = {health.DOWN, health.CRITICAL}
    return any(state in burning for state, _count in picture.counts) or any(
        service.state != WORKING for service in picture.services if picture.page.kind != PROBLEMS
    )
