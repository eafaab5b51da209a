"""Reports for the forms to write: one of every kind of cell, and one of nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.base.clock import from_iso
from app.domain.freshness import LIVE, STALE
from app.domain.report import (
    COUNT,
    MOMENT,
    NUMBER,
    PERCENT,
    SECONDS,
    STATE,
    Column,
    Definition,
    Figure,
    Freshness,
    Report,
    Stamp,
    Table,
)

MADE = from_iso("2026-11-23T18:00:00Z")
SEEN = from_iso("2026-11-23T17:00:00.250Z")
COLUMNS = (
    Column("Name"), Column("State", STATE), Column("Many", COUNT), Column("Mean", NUMBER), Column("Share", PERCENT),
    Column("Time", SECONDS), Column("Seen", MOMENT),
)  # fmt: skip
KEYS = ("name", "state", "many", "mean", "share_pct", "time_s", "seen_at")
NUMBERS = (12_345, 1.5, 99.98765, 93_600.25, SEEN)


def report(texts: Iterable[str] = ("disk",), *, is_stale: bool = False, **more: Any) -> Report:
    """A row for every text, which also stands wherever else a report may carry one."""
    texts = list(texts)
    rows = tuple((text, "critical", *NUMBERS) for text in texts)
    first = texts[0] if texts else ""
    source = Freshness(first or "n1", STALE if is_stale else LIVE, SEEN)
    return Report(**{
        "name": "sample",
        "title": "Sample",
        "stamp": Stamp(MADE, from_iso("2026-11-01T00:00:00Z"), MADE, SEEN, (source,)),
        "answer": [dict(zip(KEYS, row, strict=True)) for row in rows],
        "figures": (Figure("Rows", len(rows), COUNT, first), Figure("Slowest", 93_600.25, SECONDS, "of all")),
        "tables": (Table("Rows", COLUMNS, rows, note=first, bar=2),),
        "definitions": (Definition("many, mean", "How many, and their mean."),),
    } | more)  # fmt: skip


def nothing() -> Report:
    """No rows, no figures, no period, never an answer."""
    stamp = Stamp(MADE, sources=(Freshness("n1", "unknown"),))
    return report((), stamp=stamp, figures=(Figure("Rows", None, PERCENT, ""),), definitions=())
