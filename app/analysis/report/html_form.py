"""A report as one HTML page that runs and fetches nothing; made for print and for being passed on.

Every text is escaped, and none begins as a formula where the page is taken into a spreadsheet. The policy in its head
allows this style alone, by its digest. Colours are the light ones of the design tokens; numbers stand in full in
``data`` and ``time`` elements.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from typing import BinaryIO, Final

from app.analysis.report.cell import NOTHING, RIGHT, figure_text, head, inert, is_narrow, shown
from app.analysis.report.stamp import facts, warning
from app.base.clock import to_iso
from app.base.text import tr
from app.domain.report import MOMENT, STATE, TEXT, Cell, Column, Definition, Figure, Report, Table

INK: Final = {
    "fg.strong": "#0B0D10", "fg.default": "#1C2026", "fg.secondary": "#434A54", "fg.muted": "#59616C",
    "bg.panel": "#FFFFFF", "bg.raised": "#F4F5F7", "line.subtle": "#E7E9EC", "line.default": "#D3D7DC",
    "line.strong": "#AEB5BE", "accent.fill": "#2565AE", "chart.band": "#EDF0F4",
    "state.ok.text": "#5C665A", "state.info.text": "#3864A3", "state.warning.text": "#865B02",
    "state.critical.text": "#C01E2B", "state.critical.tint": "#F9EBEC", "state.unknown.text": "#6322A0",
}  # fmt: skip
"""Roles of the tokens' light mode; a test holds the two together."""
STATE_INK: Final = {
    "ok": "ok", "up": "ok", "pending": "info", "warning": "warning", "critical": "critical", "down": "critical",
    "unknown": "unknown", "unreachable": "unknown",
}  # fmt: skip
_BAR: Final = 400
"""Parts of a bar."""
_RULES: Final = (
    "@page{size:A4;margin:14mm}"
    "html{color-scheme:light;background:%(bg.panel)s}"
    "body{font:13px/20px Inter,'IBM Plex Sans','DejaVu Sans',system-ui,sans-serif;font-feature-settings:'tnum';"
    "color:%(fg.default)s;background:%(bg.panel)s;max-width:1040px;margin:32px auto;padding:0 24px}"
    "header{border-bottom:2px solid %(accent.fill)s;padding-bottom:12px;margin-bottom:16px}"
    ".b{color:%(fg.muted)s;font-size:11px;margin:0}"
    "h1{font-size:24px;line-height:32px;font-weight:600;color:%(fg.strong)s;margin:0}"
    "h2{font-size:15px;line-height:20px;font-weight:600;color:%(fg.strong)s;margin:32px 0 8px;break-after:avoid}"
    "dl{margin:0}dl.s{display:grid;grid-template-columns:max-content 1fr;gap:0 16px;color:%(fg.secondary)s}"
    ".s dt{color:%(fg.muted)s}dd{margin:0;overflow-wrap:anywhere}"
    ".w{background:%(state.critical.tint)s;color:%(state.critical.text)s;font-weight:600;padding:8px 12px;"
    "border-left:4px solid %(state.critical.text)s;margin:0 0 16px}"
    ".f{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:16px;margin:24px 0 0;"
    "padding:0;list-style:none}"
    ".f li{border:1px solid %(line.default)s;border-radius:6px;padding:12px 16px;break-inside:avoid}"
    ".f b{display:block;font-size:28px;line-height:36px;font-weight:600;color:%(fg.strong)s}"
    ".f span,.n{display:block;color:%(fg.muted)s;font-size:12px;line-height:16px;overflow-wrap:anywhere}"
    ".n{margin:8px 0}"
    "table{border-collapse:collapse;width:100%%}thead{display:table-header-group}tr{break-inside:avoid}"
    "th{text-align:left;font-weight:600;color:%(fg.muted)s;font-size:12px;line-height:16px;vertical-align:bottom;"
    "border-bottom:1px solid %(line.strong)s;padding:4px 12px 4px 0}"
    "td{vertical-align:top;border-bottom:1px solid %(line.subtle)s;padding:4px 12px 4px 0;white-space:pre-wrap;"
    "overflow-wrap:anywhere;mso-number-format:'\\@'}"
    ".r{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.m{white-space:nowrap}"
    "td.g{width:120px;padding-right:0}td.h{width:50%%}svg{display:block;width:100%%;height:10px;margin-top:5px}"
    ".d dt{font-weight:600;margin-top:8px}.d dd{color:%(fg.secondary)s;max-width:760px}"
    ".ok{color:%(state.ok.text)s}.info{color:%(state.info.text)s}.warning{color:%(state.warning.text)s;font-weight:600}"
    ".critical{color:%(state.critical.text)s;font-weight:600}.unknown{color:%(state.unknown.text)s;font-weight:600}"
    "@media print{body{margin:0;padding:0;max-width:none}.f li,header{break-inside:avoid}}"
)
_STYLE: Final = _RULES % INK
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"


def write_html(report: Report, file: BinaryIO) -> None:
    """UTF-8."""
    for piece in _pieces(report):
        file.write(piece.encode("utf-8", "replace"))


def _pieces(report: Report) -> Iterator[str]:
    yield (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{_text(report.title)}</title><style>{_STYLE}</style></head><body>\n"
    )
    yield f"<header><p class=b>{_text(tr('Watchdesk report'))}</p><h1>{_text(report.title)}</h1></header>\n"
    stale = warning(report.stamp)
    if stale:
        yield f"<p class=w>{_text(stale)}</p>\n"
    yield '<dl class="s">' + "".join(_pair(*fact) for fact in facts(report.stamp)) + "</dl>\n"
    yield "<ul class=f>" + "".join(map(_figure, report.figures)) + "</ul>\n"
    for table in report.tables:
        yield from _table(table)
    yield from _definitions(report.definitions)
    yield "</body></html>\n"


def _text(text: str) -> str:
    return escape(inert(text))


def _pair(name: str, value: str) -> str:
    return f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>"


def _figure(figure: Figure) -> str:
    shown_value = _numbered(figure.value, figure_text(figure))
    return f"<li>{_text(figure.title)}<b>{shown_value}</b><span>{_text(figure.note)}</span></li>"


def _table(table: Table) -> Iterator[str]:
    yield f"<section><h2>{_text(table.title)}</h2>"
    if not table.rows:
        yield f"<p class=n>{_text(tr('Nothing to tell.'))}</p></section>\n"
        return
    most = _most(table)
    yield f"<table><thead><tr>{''.join(map(_head, table.columns))}{'<th></th>' if most else ''}</tr></thead><tbody>\n"
    for row in table.rows:
        cells = "".join(_cell(value, column) for value, column in zip(row, table.columns, strict=True))
        yield f"<tr>{cells}{_bar(table, row, most)}</tr>\n"
    yield f"</tbody></table>{f'<p class=n>{_text(table.note)}</p>' if table.note else ''}</section>\n"


def _head(column: Column) -> str:
    return f"<th scope=col{' class=r' if column.kind in RIGHT else ''}>{_text(head(column))}</th>"


def _cell(value: Cell, column: Column) -> str:
    if value is None or value == "":
        return f"<td{' class=r' if column.kind in RIGHT else ''}>{NOTHING}</td>"
    if column.kind in (TEXT, STATE):
        ink = STATE_INK.get(str(value)) if column.kind == STATE else None
        return f"<td{f' class={ink}' if ink else ''}>{_text(str(value))}</td>"
    if column.kind == MOMENT:
        return f'<td class=m><time datetime="{to_iso(int(value))}">{shown(value, MOMENT)}</time></td>'
    return f"<td class=r>{_numbered(value, shown(value, column.kind))}</td>"


def _numbered(value: Cell, told: str) -> str:
    return NOTHING if value is None else f'<data value="{escape(str(value))}">{escape(told)}</data>'


def _most(table: Table) -> float:
    """The longest bar's number; 0 without bars."""
    return 0 if table.bar is None else max(_size(row[table.bar]) for row in table.rows)


def _size(value: Cell) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _bar(table: Table, row: Sequence[Cell], most: float) -> str:
    if not most or table.bar is None:
        return ""
    width = _size(row[table.bar]) / most * _BAR
    ground, fill = INK["chart.band"], INK["accent.fill"]
    return (
        f'<td class="g{" h" if is_narrow(table) else ""}"><svg viewBox="0 0 {_BAR} 10" '
        f'preserveAspectRatio="none" aria-hidden="true"><rect width="{_BAR}" height="10" fill="{ground}"/>'
        f'<rect width="{width:.1f}" height="10" fill="{fill}"/></svg></td>'
    )


def _definitions(definitions: Sequence[Definition]) -> Iterator[str]:
    if definitions:
        told = "".join(_pair(each.terms, each.text) for each in definitions)
        yield f"<section><h2>{_text(tr('How each figure is counted'))}</h2><dl class=d>{told}</dl></section>\n"
