"""Business services on the board: which rows are their parts, and the state that follows.

Membership is asked again only for rows that changed since the last time, by identity: at 10,000 rows and ten
services it is the one part of a refresh that would be felt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from app.domain import business
from app.domain.business import BusinessService
from app.domain.freshness import UNKNOWN, is_row_stale
from app.domain.health import STALE, HealthRow
from app.query import Env, QueryError
from app.usecases.board import Board, Instant
from app.usecases.health import SLICE, Breathe, no_breath
from app.usecases.row_query import RowTest, row_test

Predicates: TypeAlias = Callable[[str], RowTest | None]
"""A test of rows for a query's text; None for a query that is not understood."""

ORDER: Final = (business.DOWN, business.DEGRADED, business.UNKNOWN, business.AT_RISK, business.WORKING)
"""Worst first."""


@dataclass(frozen=True, slots=True)
class RolledUp:
    """A business service now. ``member_ids``: its parts; ``problem_ids``: those in trouble or stale."""

    service: BusinessService
    state: str
    member_ids: frozenset[str]
    problem_ids: frozenset[str]


def query_predicates(env: Env) -> Predicates:
    """Tests by the query language; None for a text that is no query."""

    def predicate(text: str) -> RowTest | None:
        try:
            return row_test(text, env)
        except QueryError:
            return None

    return predicate


class Members:
    """Which rows are parts of which services. One lane at a time."""

    def __init__(self, services: Sequence[BusinessService], predicates: Predicates) -> None:
        self.services = tuple(services)
        tests = [(service.id, predicates(service.members)) for service in services]
        self._tests = [(id_, test) for id_, test in tests if test is not None]
        self._seen: dict[str, tuple[HealthRow, tuple[str, ...]]] = {}

    def update(self, board: Board, breathe: Breathe = no_breath) -> None:
        """Bring membership up to the board."""
        seen: dict[str, tuple[HealthRow, tuple[str, ...]]] = {}
        for index, row in enumerate(board.rows()):
            if not index % SLICE:
                breathe()
            known = self._seen.get(row.id)
            if known is None or known[0] is not row:
                known = (row, tuple([id_ for id_, test in self._tests if test(row)]))
            seen[row.id] = known
        self._seen = seen

    def services_of(self, row_id: str) -> tuple[str, ...]:
        """Ids of the services that a row is a part of."""
        known = self._seen.get(row_id)
        return known[1] if known else ()

    def roll_up(self, board: Board, now: Instant, breathe: Breathe = no_breath) -> tuple[RolledUp, ...]:
        """All services, worst first, then by name. Call ``update`` first."""
        parts: dict[str, list[tuple[str, str, bool]]] = {service.id: [] for service in self.services}
        levels = board.levels(now)
        for index, (row, services) in enumerate(self._seen.values()):
            if not index % SLICE:
                breathe()
            if services:
                is_stale = is_row_stale(row, levels.get(row.source, UNKNOWN), now.at)
                part = (row.id, STALE if is_stale else row.state, is_stale or row.is_problem)
                for id_ in services:
                    parts[id_].append(part)
        rolled = [_rolled(service, parts[service.id]) for service in self.services]
        return tuple(sorted(rolled, key=lambda one: (ORDER.index(one.state), one.service.name.casefold())))


def _rolled(service: BusinessService, parts: Iterable[tuple[str, str, bool]]) -> RolledUp:
    parts = tuple(parts)
    return RolledUp(
        service,
        business.roll_up(service, [state for _, state, _ in parts]),
        frozenset(id_ for id_, _, _ in parts),
        frozenset(id_ for id_, _, is_bad in parts if is_bad),
    )


def board_getters(
    board: Board, now: Instant, names_of: Callable[[str], tuple[str, ...]]
) -> Mapping[str, Callable[[HealthRow], object]]:
    """What rows do not carry themselves, for ``compile_memory`` over health: ``stale`` at this moment, and
    ``business``: the names of the business services (``names_of`` a row's id)."""
    levels = board.levels(now)
    return {
        "stale": lambda row: is_row_stale(row, levels.get(row.source, UNKNOWN), now.at),
        "business": lambda row: names_of(row.id),
    }
