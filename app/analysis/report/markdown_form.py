"""A report as Markdown (GitHub's tables), for a wiki, a ticket or a mail. No text from outside becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import BinaryIO, Final

from app.analysis.report.cell import NOTHING, RIGHT, figure_text, head, shown
from app.analysis.report.stamp import facts, warning
from app.base.text import THIN_SPACE, one_line, tr
from app.domain.report import STATE, TEXT, Cell, Report, Table

_SIGNS: Final = re.compile(r"[\\`*_{}\[\]#|~@$^]")
_ADDRESS: Final = re.compile(r"(?i)(?<=www)\.|:(?=//)|(?<=mailto):|(?<=xmpp):")
"""Where GitHub sees an address in plain text."""


def write_markdown(report: Report, file: BinaryIO) -> None:
    """UTF-8."""
    text = "\n".join(_lines(report)).rstrip("\n") + "\n"
    file.write(text.encode("utf-8", "backslashreplace"))


def literal(text: str) -> str:
    """Outside text on one line, every sign of Markdown and HTML as itself, no address a link."""
    return escape(_ADDRESS.sub(_escaped, _SIGNS.sub(_escaped, one_line(text))), quote=False)


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[0]


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {literal(report.title)}", "")
    stale = warning(report.stamp)
    if stale:
        yield from (f"> **{literal(stale)}**", "")
    yield from (f"- {literal(name)}: {literal(value)}" for name, value in facts(report.stamp))
    yield from ("", *_table((tr("Figure"), tr("Value"), tr("Note")), "-:-", _figures(report)))
    for table in report.tables:
        yield from ("", f"## {literal(table.title)}", "", *_body(table, report.stamp.zone))
    if report.definitions:
        yield from ("", f"## {literal(tr('How each figure is counted'))}", "")
        yield from (f"- **{literal(each.terms)}**: {literal(each.text)}" for each in report.definitions)


def _figures(report: Report) -> Iterator[Sequence[str]]:
    for figure in report.figures:
        yield literal(figure.title), _bare(figure_text(figure)), literal(figure.note)


def _body(table: Table, zone: str) -> Iterator[str]:
    if not table.rows:
        yield tr("Nothing to tell.")
        return
    sides = "".join(":" if column.kind in RIGHT else "-" for column in table.columns)
    cells = (
        [_cell(value, column.kind, zone) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    )
    yield from _table([head(column, zone) for column in table.columns], sides, cells)
    if table.note:
        yield from ("", literal(table.note))


def _cell(value: Cell, kind: str, zone: str) -> str:
    return literal(shown(value, kind)) if kind in (TEXT, STATE) else _bare(shown(value, kind, zone))


def _bare(text: str) -> str:
    """A number as it is read by programs."""
    return text.replace(THIN_SPACE, "")


def _table(heads: Sequence[str], sides: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """``sides``: a sign per column, ``:`` at the right."""
    yield _row([literal(text) for text in heads])
    yield _row(["---:" if side == ":" else "---" for side in sides])
    yield from (_row(row) for row in rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell or NOTHING for cell in cells)} |"
