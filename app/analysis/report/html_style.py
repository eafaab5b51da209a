"""The style of a report's page, and the policy that allows it alone. Colours are the light ones of the tokens."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Final

from app.analysis.report.cell import is_narrow
from app.domain.report import Report, Table

INK: Final = {
    "fg.strong": "#0B0D10", "fg.default": "#1C2026", "fg.secondary": "#434A54", "fg.muted": "#59616C",
    "bg.panel": "#FFFFFF", "bg.raised": "#F4F5F7", "line.subtle": "#E7E9EC", "line.default": "#D3D7DC",
    "line.strong": "#AEB5BE", "accent.fill": "#2565AE", "chart.band": "#EDF0F4",
    "state.ok.text": "#5C665A", "state.info.text": "#3864A3", "state.warning.text": "#865B02",
    "state.critical.text": "#C01E2B", "state.critical.tint": "#F9EBEC", "state.unknown.text": "#6322A0",
}  # fmt: skip
"""Roles of the tokens' light mode; a test holds the two together."""
_RULES: Final = (
    "@page{size:A4 %(page)s;margin:14mm}"
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
    ".f{display:grid;grid-template-columns:repeat(%(figures)d,1fr);gap:16px;margin:24px 0 0;"
    "padding:0;list-style:none}"
    ".f li{border:1px solid %(line.default)s;border-radius:6px;padding:12px;break-inside:avoid}"
    ".f b{display:block;font-size:24px;line-height:32px;white-space:nowrap;font-weight:600;color:%(fg.strong)s}"
    ".f span,.n{display:block;color:%(fg.muted)s;font-size:12px;line-height:16px;overflow-wrap:anywhere}"
    ".n{margin:8px 0}"
    "section{overflow-x:auto}table{border-collapse:collapse;table-layout:fixed;width:100%%;min-width:640px}thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{box-sizing:border-box}th{text-align:left;font-weight:600;color:%(fg.muted)s;font-size:12px;line-height:16px;vertical-align:bottom;"
    "border-bottom:1px solid %(line.strong)s;padding:4px 12px 4px 0;overflow-wrap:anywhere}"
    "td{vertical-align:top;font-size:12px;line-height:18px;"
    "border-bottom:1px solid %(line.subtle)s;padding:4px 12px 4px 0;white-space:pre-wrap;"
    "overflow-wrap:anywhere;mso-number-format:'\\@'}"
    ".r{text-align:right;font-variant-numeric:tabular-nums}td.r{white-space:nowrap}"
    "td.g,tr>:last-child{padding-right:0}svg{display:block;width:100%%;height:10px;margin-top:5px}"
    ".d dt{font-weight:600;margin-top:8px}.d dd{color:%(fg.secondary)s;max-width:760px}"
    ".ok{color:%(state.ok.text)s}.info{color:%(state.info.text)s}.warning{color:%(state.warning.text)s;font-weight:600}"
    ".critical{color:%(state.critical.text)s;font-weight:600}.unknown{color:%(state.unknown.text)s;font-weight:600}"
    "@media (max-width:700px){.f{grid-template-columns:1fr 1fr}}"
    "@media print{body{margin:0;padding:0;max-width:none}.f li,header{break-inside:avoid}}"
)
_BAR_PCT: Final = {True: 50, False: 16}
"""Of the table's width, by whether it is narrow."""


def style_of(report: Report) -> str:
    """The rules, and the columns' widths of these tables: no element carries a style of its own."""
    page = "landscape" if report.is_wide else "portrait"
    rules = _RULES % (INK | {"page": page, "figures": max(1, len(report.figures))})
    return rules + "".join(rule for place, table in enumerate(report.tables) for rule in _widths(place, table))


def _widths(place: int, table: Table) -> Iterator[str]:
    bar = _BAR_PCT[is_narrow(table)] if table.bar is not None else 0
    share = (100 - bar) / sum(column.weight for column in table.columns)
    for number, column in enumerate(table.columns, 1):
        yield f"#t{place} th:nth-child({number}){{width:{column.weight * share:.2f}%}}"


def policy_of(style: str) -> str:
    """Nothing may be fetched, run or sent, and no other style hold."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
