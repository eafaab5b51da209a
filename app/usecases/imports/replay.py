"""Turns the updates of one case into its history: pure functions, no store, no ids.

An update is what a row of a log says the case was from a moment on. Updates are ordered by their sequence number,
then by their order in the file; never by their time, since clocks run backwards in real logs. Nothing is dropped:
of two updates with the same number both stay, and each keeps its own time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from operator import attrgetter, ne
from typing import Final, TypeVar

from app.base.clock import Moment
from app.domain.value import Value

UPDATED = "updated"
OPENING = "opening"


class Update(Value, frozen=True, gc=False):
    """``number``: the source's own count of updates. ``place``: where it stood in the file.
    ``values``: field texts, in the order of the names given to ``replay``; None is missing."""

    number: int
    place: int
    at: Moment
    by: str | None
    values: tuple[str | None, ...]


class Step(Value, frozen=True, gc=False):
    """One line of a history. ``field`` None: an update that changed nothing that is shown. ``mark`` names the update,
    the same each time the same rows are read, also when more rows follow them."""

    at: Moment
    by: str | None
    field: str | None
    old: str | None
    new: str | None
    mark: str


U = TypeVar("U", bound=Update)


def ordered(updates: Iterable[U]) -> list[U]:
    """By number, then by place in the file."""
    return sorted(updates, key=_ORDER)


_ORDER: Final = attrgetter("number", "place")


def replay(names: Sequence[str], updates: Sequence[Update]) -> list[Step]:
    """The history of ordered updates. The first is the opening: it tells the first field of ``names`` only."""
    steps: list[Step] = []
    before: tuple[str | None, ...] | None = None
    number, repeat = None, 0
    places = range(len(names))
    for update in updates:
        repeat = repeat + 1 if update.number == number else 0
        number = update.number
        mark = f"{number}.{repeat}"
        values = update.values
        at, by = update.at, update.by
        if before is None:
            steps.append(Step(at, by, names[0], None, values[0], mark))
        elif values == before:
            steps.append(Step(at, by, None, None, None, mark))
        else:
            for i in compress(places, map(ne, before, values)):
                steps.append(Step(at, by, names[i], before[i], values[i], mark))
        before = values
    return steps
