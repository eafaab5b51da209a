"""A query that says which hosts and services something is about: a business service's parts, what a rule watches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from app.base.errors import Refused
from app.base.text import tr
from app.domain.health import HealthRow
from app.query import HEALTH, Env, QueryError, compile_memory, parse

RowTest: TypeAlias = Callable[[HealthRow], bool]

_GETTERS: Final[Mapping[str, Callable[[HealthRow], object]]] = {
    "business": lambda _row: (),
    "stale": lambda _row: False,
}
"""``business`` and ``stale`` are no part of it: they would turn in a circle, or come and go with time."""


def row_test(text: str, env: Env) -> RowTest:
    """Whether a row is meant. Raises QueryError."""
    found: RowTest = compile_memory(parse(text, HEALTH), HEALTH, env, _GETTERS)
    return found


def checked_row_test(text: str, env: Env, field: str) -> RowTest:
    """The same for a text that a person gave. Raises Refused, at this field."""
    try:
        return row_test(text, env)
    except QueryError as error:
        raise Refused(tr("The query is not understood."), detail=str(error), field=field) from error
