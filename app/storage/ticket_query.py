"""A query over tickets as SQL text with parameters, compiled once however often it is asked.

What a query means changes only with the person who asks, their time zone and now. Now enters as moments that move
along with it (``due:<now``, ``updated:>-2h``), which is found by compiling at two moments and comparing; a query that
used it in any other way would be compiled at each call.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import LargeBinary, case, cast, func, or_, select
from sqlalchemy.dialects import sqlite

from app.base.clock import DAY, Moment
from app.query import TICKETS, Env, Query
from app.query.fold import fold
from app.storage.query_sql import Columns, Condition, compile_sql, order_by
from app.storage.work_tables import ticket

Parameters = tuple[Any, ...]

_COLUMNS: Final[Columns] = dict(ticket.c.items())
_DIALECT: Final = sqlite.dialect(paramstyle="qmark")
_FIRST: Final[Moment] = 1_000 * DAY + 1
_SHIFT: Final = 20_000 * DAY + 123_456_789
"""No multiple of any unit of time, and long enough to cross every boundary of one."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """``moving``: the parameters that are moments relative to now, as they were at ``_FIRST``."""

    sql: str
    parameters: Parameters
    moving: tuple[int, ...]

    def at(self, now_at: Moment) -> tuple[str, Parameters]:
        if not self.moving:
            return self.sql, self.parameters
        values = list(self.parameters)
        for index in self.moving:
            values[index] += now_at - _FIRST
        return self.sql, tuple(values)


def statement(query: Query, env: Env, *, ordered: bool = True) -> tuple[str, Parameters]:
    """All that follows ``FROM ticket``: WHERE and, if asked for, ORDER BY; and the parameters by position."""
    compiled = _compiled(query, env.me, env.zone, ordered)
    return _compile(query, env, ordered) if compiled is None else compiled.at(env.now_at)


@lru_cache(maxsize=256)
def _compiled(query: Query, me: str, zone: tzinfo, ordered: bool) -> _Compiled | None:
    """None when the query cannot be kept compiled."""
    sql, first = _compile(query, Env(_FIRST, me, zone), ordered)
    other_sql, second = _compile(query, Env(_FIRST + _SHIFT, me, zone), ordered)
    moving = tuple(i for i, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    if sql != other_sql or any(second[i] - first[i] != _SHIFT for i in moving):
        return None
    return _Compiled(sql, first, moving)


def _compile(query: Query, env: Env, ordered: bool) -> tuple[str, Parameters]:
    selected = select(ticket.c.key).where(compile_sql(query, TICKETS, _COLUMNS, env, _find_word))
    if ordered:
        selected = selected.order_by(*order_by(query, TICKETS, _COLUMNS))
    compiled = selected.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    return str(compiled).split("FROM ticket", 1)[1], tuple(values[name] for name in compiled.positiontup or ())


def _find_word(word: str) -> Condition | None:
    """The same as the plain search, in less than half the time: SQLite's LIKE knows no case in ASCII, and only
    texts with other characters need Python's folding."""
    needle = fold(word)
    if not (needle.isascii() and needle.isprintable()) or "*" in word or "?" in word:
        return None
    pattern = "%" + needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = (_COLUMNS[TICKETS.fields_by_name[name].reads] for name in TICKETS.text_fields)
    tests = []
    for column in columns:
        # A missing text has no length, so that it goes to wd_has, which knows what to say of it.
        is_ascii = func.length(column) == func.length(cast(column, LargeBinary))
        tests.append(case((is_ascii, column.like(pattern, escape="\\")), else_=func.wd_has(needle, column)))
    return or_(*tests)
