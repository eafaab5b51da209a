"""A report as CSV (RFC 4180, UTF-8): its ``--json`` answer as one flat table, every row with the report's stamp.

A list keeps its keys as heads. An object of lists gets one more column, ``part``, which says whose row it is. Other
objects become (figure, of, value, before): ``sla_made_pct_by_priority``, ``1``, ``94.2``, ``93.1``. Numbers
stand bare, texts in quotes; what a spreadsheet might take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from app.analysis.report.cell import inert
from app.analysis.report.stamp import document
from app.domain.report import Report

_STAMP: Final = ("since_at", "until_at", "made_at", "is_stale")
_PREFIX: Final = "report_"

Row = Mapping[str, Any]


def write_csv(report: Report, file: BinaryIO) -> None:
    """The lines, ended as RFC 4180 says."""
    told = document(report)
    stamp = {_PREFIX + name: told[name] for name in _STAMP}
    rows = list(_rows(report.answer, report.before))
    heads = list(dict.fromkeys(name for row in rows or [_head_of(report.answer)] for name in row))
    text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([*heads, *stamp])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in heads] + [_cell(value) for value in stamp.values()])
    text.detach()  # flushed, and open still: the file is not ours


def _rows(answer: Any, before: Any) -> Iterable[Row]:
    if not isinstance(answer, Mapping):
        return answer  # type: ignore[no-any-return]
    lists = {name: value for name, value in answer.items() if isinstance(value, list)}
    return _parts(lists) if lists else _figures(answer, before)


def _parts(lists: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    for name, rows in lists.items():
        for row in rows:
            yield {"part": name, **row}


def _figures(answer: Row, before: Row | None) -> Iterator[Row]:
    told, told_before = dict(_leaves(answer)), dict(_leaves(before or {}))
    for path in dict.fromkeys([*told, *told_before]):
        figure, of = (path[0], "") if len(path) == 1 else (".".join(path[:-1]), path[-1])
        earlier = {} if before is None else {"before": told_before.get(path)}
        yield {"figure": figure, "of": of, "value": told.get(path), **earlier}


def _leaves(value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from (((name, *path), leaf) for path, leaf in _leaves(inner))
    else:
        yield (), value


def _head_of(answer: Any) -> Row:
    """Heads of an answer without rows."""
    return {"part": ""} if isinstance(answer, Mapping) else {"id": ""}


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int | float) else inert(str(value))
