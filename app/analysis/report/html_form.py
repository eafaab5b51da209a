"""A report as one HTML page that runs and fetches nothing; made for print and for being passed on.

Every text is escaped, and none begins as a formula where the page is taken into a spreadsheet. The policy in its head
allows this style alone, by its digest. Colours are the light ones of the design tokens; numbers stand in full in
``data`` and ``time`` elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import BinaryIO, Final

from app.analysis.report.cell import NOTHING, RIGHT, figure_text, head, inert, shown
from app.analysis.report.html_style import INK, policy_of, style_of
from app.analysis.report.stamp import facts, warning
from app.base.clock import to_iso
from app.base.text import tr
from app.domain.report import MOMENT, STATE, TEXT, Cell, Column, Definition, Figure, Report, Table

STATE_INK: Final = {
    "ok": "ok", "up": "ok", "pending": "info", "warning": "warning", "critical": "critical", "down": "critical",
    "unknown": "unknown", "unreachable": "unknown",
}  # fmt: skip
_BAR: Final = 400
"""Parts of a bar."""


def write_html(report: Report, file: BinaryIO) -> None:
    """UTF-8."""
    for piece in _pieces(report):
        file.write(piece.encode("utf-8", "replace"))


def _pieces(report: Report) -> Iterator[str]:
    style = style_of(report)
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy_of(style)}">'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{_text(report.title)}</title><style>{style}</style></head><body>\n"
    )
    yield f"<header><p class=b>{_text(tr('Watchdesk report'))}</p><h1>{_text(report.title)}</h1></header>\n"
    stale = warning(report.stamp)
    if stale:
        yield f"<p class=w>{_text(stale)}</p>\n"
    yield '<dl class="s">' + "".join(_pair(*fact) for fact in facts(report.stamp)) + "</dl>\n"
    yield "<ul class=f>" + "".join(map(_figure, report.figures)) + "</ul>\n"
    for place, table in enumerate(report.tables):
        yield from _table(place, table, report.stamp.zone)
    yield from _definitions(report.definitions)
    yield "</body></html>\n"


def _text(text: str) -> str:
    return escape(inert(text))


def _pair(name: str, value: str) -> str:
    return f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>"


def _figure(figure: Figure) -> str:
    shown_value = _numbered(figure.value, figure_text(figure))
    return f"<li>{_text(figure.title)}<b>{shown_value}</b><span>{_text(figure.note)}</span></li>"


def _table(place: int, table: Table, zone: str) -> Iterator[str]:
    yield f"<section><h2>{_text(table.title)}</h2>"
    if not table.rows:
        yield f"<p class=n>{_text(tr('Nothing to tell.'))}</p></section>\n"
        return
    most = _most(table)
    heads = "".join(_head(column, zone) for column in table.columns) + ("<th></th>" if most else "")
    yield f'<table id="t{place}"><thead><tr>{heads}</tr></thead><tbody>\n'
    for row in table.rows:
        cells = "".join(_cell(value, column, zone) for value, column in zip(row, table.columns, strict=True))
        yield f"<tr>{cells}{_bar(table, row, most)}</tr>\n"
    yield f"</tbody></table>{f'<p class=n>{_text(table.note)}</p>' if table.note else ''}</section>\n"


def _head(column: Column, zone: str) -> str:
    return f"<th scope=col{' class=r' if column.kind in RIGHT else ''}>{_text(head(column, zone))}</th>"


def _cell(value: Cell, column: Column, zone: str) -> str:
    if value is None or value == "":
        return f"<td{' class=r' if column.kind in RIGHT else ''}>{NOTHING}</td>"
    if column.kind in (TEXT, STATE):
        ink = STATE_INK.get(str(value)) if column.kind == STATE else None
        return f"<td{f' class={ink}' if ink else ''}>{_text(str(value))}</td>"
    if column.kind == MOMENT:
        return f'<td><time datetime="{to_iso(int(value))}">{shown(value, MOMENT, zone)}</time></td>'
    return f"<td class=r>{_numbered(value, shown(value, column.kind))}</td>"


def _numbered(value: Cell, told: str) -> str:
    return NOTHING if value is None else f'<data value="{escape(str(value))}">{escape(told)}</data>'


def _most(table: Table) -> float:
    """The longest bar's number; 0 without bars."""
    return 0 if table.bar is None else max((_size(row[table.bar]) for row in table.rows), default=0)


def _size(value: Cell) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _bar(table: Table, row: Sequence[Cell], most: float) -> str:
    if not most or table.bar is None:
        return ""
    width = _size(row[table.bar]) / most * _BAR
    ground, fill = INK["chart.band"], INK["accent.fill"]
    return (
        f'<td class="g"><svg viewBox="0 0 {_BAR} 10" '
        f'preserveAspectRatio="none" aria-hidden="true"><rect width="{_BAR}" height="10" fill="{ground}"/>'
        f'<rect width="{width:.1f}" height="10" fill="{fill}"/></svg></td>'
    )


def _definitions(definitions: Sequence[Definition]) -> Iterator[str]:
    if definitions:
        told = "".join(_pair(each.terms, each.text) for each in definitions)
        yield f"<section><h2>{_text(tr('How each figure is counted'))}</h2><dl class=d>{told}</dl></section>\n"
