"""The board's picture, made on the cpu lane whenever health or its freshness changes, whether or not anybody looks.

Rail, status strip, board and palette show this one picture, so they cannot contradict each other.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.base.clock import Moment, SystemClock
from app.base.events import CancelToken
from app.base.text import duration, tr
from app.base.zone import LOCAL
from app.domain import freshness, health
from app.domain.business import BusinessService
from app.domain.health import HealthRow
from app.query import HEALTH, Env, Query, compile_memory, parse, sort_key
from app.ui.desk.context import Context
from app.ui.desk.strip import SourceChip
from app.ui.kit.roles import Section
from app.ui.models.board_model import BoardLine, BoardRow, keys_of
from app.usecases.board import Board, Instant, paused
from app.usecases.board_sections import (
    FINE,
    HANDLED,
    RECOVERED,
    STALE,
    UNHANDLED,
    Counters,
    counters,
    is_overdue,
    sections,
)  # fmt: skip
from app.usecases.roll_up import Members, RolledUp, board_getters, query_predicates

NEW_FOR_MS = 120_000
BLINK_FOR_MS = 10_000
# Long enough that a waiting GUI thread wakes before the worker takes the interpreter back.
BREATH_S = 50e-6
_TITLES = {
    UNHANDLED: ("Unhandled", "worst first, then newest"),
    STALE: ("Stale", "last known state is not shown as current"),
    RECOVERED: ("Just recovered", "leaves after 5 min"),
    HANDLED: ("Handled", "acknowledged, in downtime, suppressed"),
    FINE: ("Fine", "no problem known"),
}


@dataclass(frozen=True, slots=True)
class BoardPicture:
    """Everything that is drawn of the board at a moment."""

    made_at: Moment
    lines: tuple[BoardLine, ...]
    counts: Counters
    services: tuple[RolledUp, ...]
    levels: Mapping[str, str]
    unhandled: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """(state, source) by id of all unhandled rows of sources that are heard, whatever the filter."""
    wanted: object = None
    """What was asked for: equal while the query, its sort, the folds and the business service are the same."""
    keys: tuple[str, ...] = field(init=False)
    """What tells whether another picture has the same lines in the same order; made with it, off the GUI lane."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", keys_of(self.lines))


@dataclass(frozen=True, slots=True)
class _Wanted:
    query: Query
    business: str
    folded: frozenset[str]
    everything: bool


class BoardFeed(QObject):
    """GUI lane. ``pictured(BoardPicture)`` after each new picture."""

    pictured = Signal(object)
    failed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._clock = SystemClock()
        self.picture: BoardPicture | None = None
        self.asked = ""
        self._members: Members | None = None
        self._services: Sequence[BusinessService] = ()
        self._wanted = _Wanted(Query(), "", frozenset(), False)
        self._levels: Mapping[str, str] = {}
        self._counted_at = 0
        self._known: dict[str, tuple[str, str]] = {}
        self._heard: set[str] = set()
        self.new_until: dict[str, Moment] = {}
        self.blink_until: dict[str, Moment] = {}
        self._made_of: Board | None = None
        context.board_changed.connect(self._changed)
        context.opened_changed.connect(self.read_services)

    @property
    def board(self) -> Board:
        opened = self._context.opened
        return opened.poller.board if opened is not None else Board()

    @property
    def paused(self) -> tuple[str, ...]:
        """The sources that refused their sign-in."""
        return paused(self.board)

    def ask(self, text: str) -> None:
        """Show what matches this query. Raises QueryError."""
        query = parse(text, HEALTH)
        self._wanted = _Wanted(query, self._wanted.business, self._wanted.folded, "is:" in text or "state:" in text)
        self.asked = text.strip()
        self.make()

    def narrow_to(self, service_id: str) -> None:
        """Only the parts of one business service; empty for all."""
        self._wanted = _Wanted(self._wanted.query, service_id, self._wanted.folded, self._wanted.everything)
        self.make()

    def fold(self, section: str) -> None:
        """Fold or unfold a section."""
        folded = self._wanted.folded ^ {section}
        self._wanted = _Wanted(self._wanted.query, self._wanted.business, folded, self._wanted.everything)
        self.make()

    @property
    def narrowed(self) -> str:
        return self._wanted.business

    def tick(self) -> None:
        """Once a second: data grow old without anything happening."""
        levels = self.board.levels(Instant.of(self._clock))
        now_at = self._context.now()
        if levels != self._levels or now_at - self._counted_at > 5_000:
            self.make()

    def read_services(self) -> None:
        """The business services, at the start and when they were changed."""
        self._context.read(lambda store, _cancel: store.team.business_services(), self._take_services, key="business")

    def _changed(self) -> None:
        """Something was told or saved; what is only saved now is on the board already."""
        if self.board is not self._made_of:
            self.make()

    def make(self) -> None:
        """A new picture; the latest wins."""
        board, wanted, services = self.board, self._wanted, self._services
        self._made_of = board
        self._levels = board.levels(Instant.of(self._clock))
        self._counted_at = self._context.now()
        me = self._context.me

        def compute(cancel: CancelToken) -> BoardPicture:
            return self._compute(board, wanted, services, me, cancel)

        self._context.compute(compute, self._take, key="board picture")

    def chips(self) -> list[SourceChip]:
        """The sources for the status strip."""
        now = Instant.of(self._clock)
        board = self.board
        return [_chip(name, board, now) for name in sorted(board.sources)]

    def _take_services(self, services: Sequence[BusinessService]) -> None:
        if self.picture is not None and tuple(services) == tuple(self._services):
            return
        self._services = services
        self._members = None
        self.make()

    def _compute(
        self, board: Board, wanted: _Wanted, services: Sequence[BusinessService], me: str, cancel: CancelToken
    ) -> BoardPicture:
        """Cpu lane. ``Members`` lives on that lane alone."""

        def breathe() -> None:
            cancel.check()
            time.sleep(BREATH_S)

        now = Instant.of(self._clock)
        env = Env(now.at, me, LOCAL)
        members = self._members
        if members is None or members.services != tuple(services):
            members = self._members = Members(services, query_predicates(env))
        members.update(board, breathe)
        names = {service.id: service.name for service in services}
        getters = dict(board_getters(board, now, lambda id_: tuple(names[s] for s in members.services_of(id_))))
        passes = compile_memory(wanted.query, HEALTH, env, getters)

        def matches(row: HealthRow) -> bool:
            return passes(row) and (not wanted.business or wanted.business in members.services_of(row.id))

        is_all = wanted.query.where is None and not wanted.business
        key = sort_key(wanted.query, HEALTH, getters) if wanted.query.sort else None
        found = sections(
            board, now, None if is_all else matches, key=key, everything=wanted.everything, breathe=breathe
        )
        levels = board.levels(now)
        lines: list[BoardLine] = []
        for section in found:
            title, note = _TITLES[section.name]
            is_folded = section.name in wanted.folded
            lines.append(Section(section.name, tr(title), len(section.rows), tr(note), is_folded))
            if not is_folded:
                lines += _rows(section.name, section.rows, levels, now)
        counts = counters(board, now, breathe=breathe)
        unhandled = {
            row.id: (row.state, row.source)
            for row in board.rows()
            if row.is_problem
            and not row.is_handled
            and levels.get(row.source) not in (freshness.STALE, freshness.UNKNOWN)
        }
        rolled = members.roll_up(board, now, breathe)
        return BoardPicture(now.at, tuple(lines), counts, rolled, levels, unhandled, wanted)

    def _take(self, picture: BoardPicture) -> None:
        self._mark_new(picture)
        self.picture = picture
        self.pictured.emit(picture)

    def _mark_new(self, picture: BoardPicture) -> None:
        """What appeared or got worse gets the new-mark, and blinks briefly. What a source tells when it is heard for
        the first time is no news; what it tells after a silence is compared with what it told before."""
        for id_, (state, source) in picture.unhandled.items():
            old = self._known.get(id_)
            if source in self._heard and (old is None or health.WEIGHT[state] < health.WEIGHT[old[0]]):
                self.new_until[id_] = picture.made_at + NEW_FOR_MS
                self.blink_until[id_] = picture.made_at + BLINK_FOR_MS
        heard = {name for name, level in picture.levels.items() if level in (freshness.LIVE, freshness.LATE)}
        silent = {id_: known for id_, known in self._known.items() if known[1] not in heard}
        self._known = {**silent, **picture.unhandled}
        self._heard |= heard
        for marks in (self.new_until, self.blink_until):
            for id_ in [id_ for id_, until in marks.items() if until < picture.made_at or id_ not in self._known]:
                del marks[id_]


def _rows(section: str, rows: Sequence[HealthRow], levels: Mapping[str, str], now: Instant) -> list[BoardRow]:
    return [
        BoardRow(
            row, section,
            is_stale=levels.get(row.source) in (freshness.STALE, freshness.UNKNOWN) or is_overdue(row, now),
            is_recovered=section == RECOVERED,
        )
        for row in rows
    ]  # fmt: skip


def _chip(name: str, board: Board, now: Instant) -> SourceChip:
    level = board.level(name, now)
    age_s = board.age_s(name, now)
    age = "" if age_s is None else duration(int(age_s) * 1000)
    mark = board.sources[name].mark
    error = mark.error if mark is not None else ""
    told = {
        freshness.LIVE: tr("{name}: live, its data are {age} old.", name=name, age=age),
        freshness.LATE: tr("{name}: late, its data are {age} old.", name=name, age=age),
        freshness.STALE: tr("{name}: stale. What it watches is not known since {age}.", name=name, age=age),
        freshness.UNKNOWN: tr("{name}: no complete answer yet.", name=name),
    }[level]
    is_paused = mark is not None and bool(mark.refused)
    return SourceChip(name, level, age, bool(error), f"{told} {error}".strip(), is_paused)
