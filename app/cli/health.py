"""``watchdesk services`` and ``watchdesk problems``: what the sources told last, and how old that is."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.base.text import age
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.ticket_document import iso
from app.cli.tickets import add_filter, at_least_0, filter_env, read_filter
from app.domain.freshness import UNKNOWN, is_row_stale
from app.domain.health import HealthRow, severity
from app.query import HEALTH, Env, Query, compile_memory, parse
from app.query.memory import Getters
from app.query.tree import Is, all_of
from app.usecases.board import Board, Instant, with_source

PROBLEM: Final = Is(("problem",))


def services(context: Context) -> int:
    """List hosts and services of all sources, as they were told last, worst first.

    A row whose data are too old to trust is stale, whatever its state says. --filter takes a query, as in the window:
    words, host:web*, state:critical, is:unhandled, is:stale, kind:service, age:>1h.

    Keys: id source kind (host or service) host name state hard attempt max_attempts since_at last_check_at
    observed_at received_at stale acknowledged in_downtime flapping output groups url. observed_at is when the source
    itself was last up to date, received_at when its answer came.
    """
    return _list(context, read_filter(context.args.filter, HEALTH))


def problems(context: Context) -> int:
    """List hosts and services that are not OK, worst first; keys and filter as for “services”."""
    asked = read_filter(context.args.filter, HEALTH)
    return _list(context, Query(all_of(PROBLEM, asked.where), asked.sort))


def _list(context: Context, query: Query) -> int:
    board, now = board_of(context)
    rows = matching(context, board, now, query)[: context.args.limit]
    levels = board.levels(now)
    if context.json:
        context.answer_list(_document(row, board, _is_stale(row, levels, now)) for row in rows)
    else:
        context.answer(None, lambda: _lines(rows, levels, now))
    return DONE


def board_of(context: Context) -> tuple[Board, Instant]:
    """The board as the history holds it, and this moment."""
    history, now = context.means.history, Instant.of(context.means.clock)
    marks = history.marks()
    rows: dict[str, list[HealthRow]] = {source.name: [] for source in context.means.store.team.sources()}
    for row in history.rows():
        rows.setdefault(row.source, []).append(row)
    board = Board()
    for name, group in rows.items():
        board = with_source(board, name, group, marks.get(name), now)
    return board, now


def matching(context: Context, board: Board, now: Instant, query: Query) -> list[HealthRow]:
    """The rows that a query means, in its order, else worst first."""
    from app.query import sort_key

    env = filter_env(context, now.at)
    getters = _getters(context, board, now, env)
    matches = compile_memory(query, HEALTH, env, getters)
    found = [row for row in board.rows() if matches(row)]
    if query.sort:
        return sorted(found, key=sort_key(query, HEALTH, getters))
    levels = board.levels(now)
    return sorted(
        found, key=lambda row: (*severity(row, _is_stale(row, levels, now)), row.host, row.name, row.source)
    )


def _getters(context: Context, board: Board, now: Instant, env: Env) -> Getters:
    levels = board.levels(now)
    parts: list[tuple[str, Any]] = []

    def business(row: HealthRow) -> tuple[str, ...]:
        if not parts:
            services = context.means.store.team.business_services()
            parts.extend(
                (each.name, compile_memory(parse(each.members, HEALTH), HEALTH, env, stale)) for each in services
            )
            parts.append(("", lambda _row: False))
        return tuple(name for name, holds in parts if holds(row))

    stale: dict[str, Any] = {"stale": lambda row: _is_stale(row, levels, now)}
    return {**stale, "business": business}


def _is_stale(row: HealthRow, levels: Mapping[str, str], now: Instant) -> bool:
    return is_row_stale(row, levels.get(row.source, UNKNOWN), now.at)


def _document(row: HealthRow, board: Board, is_stale: bool) -> dict[str, Any]:
    mark = board.sources[row.source].mark
    return {
        "id": row.id, "source": row.source, "kind": row.kind, "host": row.host, "name": row.name,
        "state": row.state, "hard": row.hard, "attempt": row.attempt, "max_attempts": row.max_attempts,
        "since_at": iso(row.since_at), "last_check_at": iso(row.last_check_at),
        "observed_at": iso(mark.observed_at) if mark else None,
        "received_at": iso(mark.received_at) if mark else None,
        "stale": is_stale, "acknowledged": row.acknowledged, "in_downtime": row.in_downtime,
        "flapping": row.flapping, "output": row.output, "groups": list(row.groups), "url": row.url,
    }  # fmt: skip


def _lines(rows: Iterable[HealthRow], levels: Mapping[str, str], now: Instant) -> list[str]:
    cells = [
        (
            f"{row.state} (stale)" if _is_stale(row, levels, now) else row.state,
            row.host,
            row.name if row.kind == "service" else "",
            age(now.at, row.since_at),
            " ".join(word for word, holds in (("ack", row.acknowledged), ("down", row.in_downtime)) if holds),
            row.source,
            row.output,
        )
        for row in rows
    ]
    return table(("STATE", "HOST", "SERVICE", "FOR", "MARKS", "SOURCE", "OUTPUT"), cells)


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_filter(parser)
    parser.add_argument("--limit", metavar="N", type=at_least_0, help="at most so many (default: all)")


COMMANDS: Final = (
    Command("services", "List hosts and services of all sources", services, _arguments),
    Command("problems", "List what is not OK", problems, _arguments),
)
