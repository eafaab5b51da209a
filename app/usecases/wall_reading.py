"""Keeps a wall's board in step with what others write, and makes its pictures. One read lane at a time.

It holds the read side of the stores only: nothing of a unit of work is reachable from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.base.clock import SECOND, Clock, Moment
from app.base.zone import LOCAL
from app.domain.health import HealthRow
from app.domain.history import SourceMark
from app.domain.wall import WallPage
from app.ports import History, TeamReads, TicketReads
from app.query import HEALTH, TICKETS, Env, compile_memory, parse
from app.usecases.board import Board, Instant, with_source, without_source
from app.usecases.roll_up import Members, board_getters, query_predicates
from app.usecases.wall import DUE_KEPT, MAJORS_KEPT, NO_TICKETS, TicketFacts, WallPicture, ticket_line, wall_picture

_TICKETS_EVERY_MS: Final = 5 * SECOND
_ASKED_WITHIN: Final = 4
"""Intervals after which somebody should have asked a source, well or not."""
_DUE: Final = "is:open -is:pending due:>2000-01-01 sort:due"


class WallReader:
    """``picture`` gives a page as it is now; what has not changed is not read again."""

    def __init__(self, tickets: TicketReads, team: TeamReads, history: History, clock: Clock) -> None:
        self._tickets, self._team, self._history, self._clock = tickets, team, history, clock
        self._board = Board()
        self._members: Members | None = None
        self._facts: TicketFacts = NO_TICKETS
        self._facts_at: Moment | None = None

    def picture(self, page: WallPage) -> WallPicture:
        """Raises EnvironmentTrouble (a store), QueryError (the page's query)."""
        now = Instant.of(self._clock)
        marks = self._history.marks()
        self._follow(marks, now)
        members = self._rolled()
        names = {service.id: service.name for service in members.services}
        getters = board_getters(self._board, now, lambda id_: tuple(names[each] for each in members.services_of(id_)))
        matches = compile_memory(parse(page.query, HEALTH), HEALTH, Env(now.at, "", LOCAL), getters)
        return wall_picture(
            page, self._board, now, matches, tickets=self._ticket_facts(now.at),
            services=members.roll_up(self._board, now), is_polled=_is_polled(marks, now.at),
        )  # fmt: skip

    def burning(self, pages: Sequence[WallPage]) -> Mapping[str, frozenset[tuple[str, str]]]:
        """(id, state) of the unhandled problems of each page, by its name; of what was read last."""
        now = Instant.of(self._clock)
        env = Env(now.at, "", LOCAL)
        getters = board_getters(self._board, now, lambda _id: ())
        tests = {page.name: compile_memory(parse(page.query, HEALTH), HEALTH, env, getters) for page in pages}
        return {name: self._unhandled(now, matches) for name, matches in tests.items()}

    def _unhandled(self, now: Instant, matches: Callable[[HealthRow], bool]) -> frozenset[tuple[str, str]]:
        return frozenset(
            (row.id, row.state)
            for row in self._board.rows()
            if row.is_problem and not row.is_handled and matches(row) and not self._board.is_stale(row, now)
        )

    def _follow(self, marks: Mapping[str, SourceMark], now: Instant) -> None:
        """Sources as they stand in the history; one without a mark has never answered."""
        known = {source.name for source in self._team.sources() if source.enabled} | set(marks)
        for name in set(self._board.sources) - known:
            self._board = without_source(self._board, name)
        for name in known:
            part = self._board.sources.get(name)
            mark = marks.get(name)
            if part is None or part.mark is None or mark is None or part.mark.received_at != mark.received_at:
                self._board = with_source(self._board, name, self._history.rows(name), mark, now)
            elif part.mark != mark:
                self._board = with_source(self._board, name, part.rows.values(), mark, now)

    def _rolled(self) -> Members:
        services = self._team.business_services()
        if self._members is None or self._members.services != tuple(services):
            self._members = Members(services, query_predicates(Env(self._clock.now(), "", LOCAL)))
        self._members.update(self._board)
        return self._members

    def _ticket_facts(self, now_at: Moment) -> TicketFacts:
        if self._facts_at is None or not 0 <= now_at - self._facts_at < _TICKETS_EVERY_MS:
            self._facts_at, self._facts = now_at, self._read_tickets(Env(now_at, "", LOCAL))
        return self._facts

    def _read_tickets(self, env: Env) -> TicketFacts:
        reads = self._tickets

        def count(query: str) -> int:
            return reads.count(parse(query, TICKETS), env)

        return TicketFacts(
            open=count("is:open"), late=count("is:breached"), unassigned=count("is:open is:unassigned"),
            due=tuple(ticket_line(each) for each in reads.page(parse(_DUE, TICKETS), env, limit=DUE_KEPT)),
            majors=tuple(
                ticket_line(each)
                for each in reads.page(parse("is:open is:major sort:due", TICKETS), env, limit=MAJORS_KEPT)
            ),
        )  # fmt: skip


def _is_polled(marks: Mapping[str, SourceMark], now_at: Moment) -> bool:
    """Whether somebody asks the sources at all, well or not."""
    return any(
        mark.asked_at is not None
        and abs(now_at - mark.asked_at) <= _ASKED_WITHIN * (mark.interval_s + mark.deadline_s) * SECOND
        for mark in marks.values()
    )
