"""A page of 100 through the store beside the same page asked of SQLite by hand."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from app.base.clock import SystemClock
from app.base.paths import Profile
from app.query import TICKETS, Env, parse
from app.storage.store import open_store
from app.storage.ticket_row import LIGHT
from tests.bench.estate import NOW_AT, PEOPLE, TEAMS
from tests.bench.figures import Figures
from tests.bench.side_by_side import Samples, alternate, median

pytestmark = pytest.mark.bench

PAGE = 100
ROUNDS = 7
ENV = Env(NOW_AT, "person.007")
_OPEN = "status IN ('new', 'open', 'pending')"
_BY_DUE = "ORDER BY due_at IS NULL, status = 'pending', due_at, id LIMIT ?"

# As the index spells it: by hand one would sort all rows, forty times as long.
_ALL_BY_DUE = (
    "ORDER BY due_at + CASE WHEN (status = 'pending') THEN 1000000000000000 WHEN (status = 'resolved')"
    " THEN 2000000000000000 WHEN (status = 'closed') THEN 3000000000000000 ELSE 0 END NULLS LAST, id LIMIT ?"
)

Asked = tuple[str, str, str, tuple[Any, ...]]
"""Its kind, a query, and what a person would write by hand for it."""


def _sets() -> list[Asked]:
    """300 of them: teams, people, priorities, moments; open tickets and all."""
    every: list[Asked] = []
    for number in range(50):
        team, person, priority = TEAMS[number % 40], PEOPLE[number * 8], number % 5 + 1
        hours = number + 1
        every += [
            (
                "team",
                f'team:"{team}" is:open sort:due',
                f"WHERE {_OPEN} AND team_folded = ? {_BY_DUE}",
                (team.lower(),),
            ),
            (
                "assignee",
                f"assignee:{person} is:open sort:due",
                f"WHERE {_OPEN} AND assignee_folded = ? {_BY_DUE}",
                (person,),
            ),
            (
                "priority and due",
                f"priority:{priority} is:open sort:due due:<{hours}h",
                f"WHERE {_OPEN} AND priority = ? AND due_at < ? {_BY_DUE}",
                (priority, NOW_AT + hours * 3_600_000),
            ),
            (
                "updated",
                f"updated:<-{hours}h sort:-updated",
                "WHERE updated_at < ? ORDER BY updated_at DESC, id LIMIT ?",
                (NOW_AT - hours * 3_600_000,),
            ),
            (
                "assignee, any status",
                f"assignee:{person}",
                "WHERE assignee_folded = ? ORDER BY updated_at DESC, id LIMIT ?",
                (person,),
            ),
            (
                "due, any status",
                f"priority:{priority} sort:due",
                f"WHERE priority = ? {_ALL_BY_DUE}",
                (priority,),
            ),
        ]
    return every


def _fetch(connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> list[Any]:
    return connection.execute(sql, values).fetchall()


def _timed(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Seconds of each call."""
    took = []
    for call in calls:
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return took


def test_queue_page(profile_100k: Profile, figures: Figures) -> None:
    sets = _sets()
    queries = [parse(text, TICKETS) for _, text, _, _ in sets]
    statements = [(f"SELECT {LIGHT} FROM ticket {rest}", (*values, PAGE)) for _, _, rest, values in sets]
    uri = f"file:{profile_100k.work_db}?mode=ro"
    with (
        closing(open_store(profile_100k, SystemClock())) as store,
        closing(sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=256)) as connection,
    ):
        connection.execute("PRAGMA cache_size=-16000")
        ours = [partial(store.tickets.page, query, ENV, limit=PAGE) for query in queries]
        raw = [partial(_fetch, connection, sql, values) for sql, values in statements]
        first = _timed(ours)  # the statements are compiled here, once for each query that a person ever asks
        for one, other in zip(ours, raw, strict=True):
            assert [ticket.id for ticket in one()] == [row[0] for row in other()]
        calls: dict[str, Sequence[Callable[[], object]]] = {"ours": ours, "raw sqlite3": raw}
        rounds: dict[str, list[list[float]]] = {name: [] for name in calls}

        def measure(name: str, _round: int) -> float:
            rounds[name].append(_timed(calls[name]))
            return median(rounds[name][-1])

        samples = alternate({name: partial(measure, name) for name in calls}, ROUNDS)
    _tell(figures, samples, [kind for kind, _, _, _ in sets], rounds, first)
    figures.judge()


def _tell(
    figures: Figures, samples: Samples, kinds: list[str], rounds: dict[str, list[list[float]]], first: list[float]
) -> None:
    figures.add(
        f"page of {PAGE} of 100,000 tickets, {len(kinds)} queries", median(samples["ours"]) * 1e3, "ms",
        beside=("raw sqlite3", median(samples["raw sqlite3"]) * 1e3), at_most=2,
    )  # fmt: skip
    for kind in dict.fromkeys(kinds):
        picked = {
            name: [took for each in taken for took, its in zip(each, kinds, strict=True) if its == kind]
            for name, taken in rounds.items()
        }
        figures.add(
            f"of these, by {kind}", median(picked["ours"]) * 1e3, "ms",
            beside=("raw sqlite3", median(picked["raw sqlite3"]) * 1e3), at_most=2,
        )  # fmt: skip
    figures.add("the first time that a query is asked", median(first) * 1e3, "ms")
