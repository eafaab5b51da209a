"""A cell as people read it, and a text that no spreadsheet takes for a formula.

Spans are told to the millisecond as hours, minutes and seconds, so that no form loses what another one has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from app.base.clock import Moment, to_datetime
from app.base.text import duration, number, plain
from app.base.zone import read_zone
from app.domain.report import COUNT, MOMENT, NUMBER, PERCENT, SECONDS, STATE, TEXT, UTC, Cell, Column, Figure, Table

NOTHING: Final = "–"
RIGHT: Final = frozenset({COUNT, NUMBER, PERCENT, SECONDS})
"""Kinds that stand at the right of their column."""
_FEW: Final = 3
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""What may begin a formula: the signs that OWASP names for CSV, and their full-width forms."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might take it for one, also behind blanks."""
    return bool(text) and (text[0] in _FORMULA or text.lstrip()[:1] in _FORMULA)


def inert(text: str) -> str:
    """Outside text for a spreadsheet: ``plain``, and an apostrophe before what might be a formula. One that has such
    apostrophes already gets one more, so that taking one away always gives the text back."""
    shown = plain(text)
    return f"'{shown}" if is_formula(shown.lstrip("'")) else shown


def shown(value: Cell, kind: str, zone: str = UTC) -> str:
    """A cell for people, moments as clocks in this zone show them. Text stays as it is: the form makes it safe."""
    if value is None or value == "":
        return NOTHING
    return clock_text(int(value), zone) if kind == MOMENT else _SHOWN[kind](value)


def clock_text(at: Moment, zone: str) -> str:
    """A moment to the second; forms that programs read have the rest. In the hour that clocks show twice, with its
    distance from UTC."""
    there = wall_clock(at, zone)
    told = there.replace(tzinfo=None).isoformat(" ", "seconds")
    is_twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return f"{told} {there:%z}" if is_twice else told


def wall_clock(at: Moment, zone: str) -> datetime:
    """What clocks in this zone show."""
    return to_datetime(at).astimezone(read_zone(zone))


def figure_text(figure: Figure) -> str:
    """A leading number: spans in two units."""
    if figure.kind == SECONDS and isinstance(figure.value, int | float):
        return duration(round(figure.value * 1000))
    return shown(figure.value, figure.kind)


def is_narrow(table: Table) -> bool:
    """So few columns that its bars may take half the width."""
    return len(table.columns) <= _FEW


def head(column: Column, zone: str = UTC) -> str:
    """A column's title with its unit."""
    return f"{column.title} ({zone})" if column.kind == MOMENT else column.title + _UNIT.get(column.kind, "")


def _trimmed(value: Cell) -> str:
    """Up to five places, none that say nothing; thousands apart."""
    whole, _, places = f"{float(value or 0):.5f}".rstrip("0").rstrip(".").partition(".")
    sign = "-" if whole.startswith("-") else ""
    return sign + number(abs(int(whole))) + (f".{places}" if places else "")


def _places(value: Cell) -> str:
    """Three places, or the five of a figure that has more, so that a column's points stand below each other."""
    told = float(value or 0)
    return f"{told:.3f}" if round(told, 3) == told else f"{told:.5f}"


def _span(value: Cell) -> str:
    ms = round(float(value or 0) * 1000)
    seconds, rest = divmod(abs(ms), 1000)
    tail = f".{rest:03}" if rest else ""
    return f"{'-' if ms < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{tail}"


_SHOWN: Final[Mapping[str, Callable[[Cell], str]]] = {
    TEXT: str, STATE: str, COUNT: _trimmed, NUMBER: _trimmed, SECONDS: _span,
    PERCENT: lambda value: f"{_places(value)} %",
}  # fmt: skip
_UNIT: Final[Mapping[str, str]] = {SECONDS: " (h:mm:ss)"}
