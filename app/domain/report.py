"""A report as a value: what it is about, its figures and tables, how each is counted. Its forms are made of this.

Knows no form and asks no store. ``answer`` is the document that ``--json`` prints; figures and tables tell its
numbers.
"""

from __future__ import annotations

from typing import Any, Final

from app.base.clock import Moment
from app.domain.value import Value

TEXT: Final = "text"
COUNT: Final = "count"
NUMBER: Final = "number"
PERCENT: Final = "percent"
SECONDS: Final = "seconds"
MOMENT: Final = "moment"
STATE: Final = "state"
"""A word of ``app.domain.health`` or ``app.domain.freshness``: text that may be given its colour."""

MOST_UPRIGHT: Final = 6

UTC: Final = "UTC"
Cell = str | int | float | None
"""Of a column's kind: text and states are ``str``, moments and counts ``int``; None: nothing to tell."""


class Column(Value, frozen=True, gc=False):
    """``weight``: how wide it is beside its neighbours."""

    title: str
    kind: str = TEXT
    weight: float = 1.0


class Table(Value, frozen=True, gc=False):
    """``bar``: the place of the column that is drawn as a bar too; None: of none."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    bar: int | None = None


class Figure(Value, frozen=True, gc=False):
    """A number that leads the report, and what to hold it against."""

    title: str
    value: Cell
    kind: str = COUNT
    note: str = ""


class Definition(Value, frozen=True, gc=False):
    """How something is counted, under the keys of the ``--json`` answer."""

    terms: str
    text: str


class Freshness(Value, frozen=True, gc=False):
    """How old what a source told is (``app.domain.freshness``). ``received_at``: its last complete answer."""

    source: str
    level: str
    received_at: Moment | None = None


class Stamp(Value, frozen=True, gc=False):
    """Of what and when. ``since_at``, ``until_at``: None where the period is open. ``data_at``: the newest change of
    the tickets that were read; None: there is none, or none were asked for. ``sources``: those of health.
    ``before_at``: begin of the period before, as long as this one, that it is held against; None: of none. ``zone``:
    the name of the time zone in which people read the times."""

    made_at: Moment
    since_at: Moment | None = None
    until_at: Moment | None = None
    data_at: Moment | None = None
    sources: tuple[Freshness, ...] = ()
    before_at: Moment | None = None
    zone: str = UTC


class Report(Value, frozen=True, gc=False, kw_only=True):
    """One report, whole. ``name``: its word on the command line. ``before``: the answer of the period before."""

    name: str
    title: str
    stamp: Stamp
    answer: Any
    before: Any = None
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    definitions: tuple[Definition, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether a table has more columns than a page holds upright."""
        return any(len(table.columns) > MOST_UPRIGHT for table in self.tables)
