"""The columns of a table as data, and how they share the width. Owns the arithmetic; draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.ui.kit.cell import Align, CellPainter

_LEAST = 96
"""A column that gives way keeps so much, or its own width when that is less."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``width`` is fixed, or the least width of one that grows (``grow`` is its share of the rest), up to
    ``most``, 0: as far as it goes.

    ``leave_order``: when the table is too narrow for all least widths, 1 leaves first, then 2 ...; 0 never leaves.
    Where even those that stay are too wide, the ones that grow give way, so that the last column stays in sight.
    ``only_lines``: shown only in rows of so many lines of text; 0: in all.
    ``is_live``: repainted each second (ages, clocks). ``tip``: full text for the tooltip. ``sort``: can be sorted by.
    """

    id: str
    title: str
    painter: CellPainter
    width: int = 80
    grow: int = 0
    most: int = 0
    align: Align = "left"
    leave_order: int = 0
    is_live: bool = False
    tip: Callable[[Any], str] | None = None
    sort: bool = False
    pad: int | None = None
    only_lines: int = 0


def share_width(columns: Sequence[Column], room: int, lines: int = 1) -> dict[str, int]:
    """Width of each column that stays, by id, in order; those that left are not in it. ``lines``: in a row."""
    staying = [column for column in columns if column.only_lines in (0, lines)]
    for leaver in sorted((c for c in tuple(staying) if c.leave_order), key=lambda c: c.leave_order):
        if sum(column.width for column in staying) <= room:
            break
        staying.remove(leaver)
    rest = room - sum(column.width for column in staying)
    shares = sum(column.grow for column in staying)
    widths = {column.id: column.width + (rest * column.grow // shares if shares else 0) for column in staying}
    last = next((column.id for column in reversed(staying) if column.grow), None)
    if last is not None:
        widths[last] += rest - sum(widths[c.id] - c.width for c in staying)
    if rest >= 0:
        return _capped(staying, widths)
    return {column.id: max(widths[column.id], min(column.width, _LEAST)) for column in staying}


def _capped(columns: Sequence[Column], widths: dict[str, int]) -> dict[str, int]:
    """None wider than its most; what that leaves goes to the first that grows without an end."""
    capped = {column.id: min(widths[column.id], column.most or widths[column.id]) for column in columns}
    endless = next((column.id for column in columns if column.grow and not column.most), None)
    if endless is not None:
        capped[endless] += sum(widths.values()) - sum(capped.values())
    return capped
