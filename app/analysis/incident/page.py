"""``index.html`` of an incident file: for readers without Watchdesk. One page that runs and fetches nothing.

Every text is escaped and its invisible signs are made visible; no script, no link, no image from anywhere; a policy
in its head forbids them once more. Long parts are cut, which the page says; the whole is in the JSON Lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final, cast

from app.analysis.incident.form import (
    ArticleRow,
    AttachmentRow,
    Head,
    ProblemRow,
    Row,
    SampleRow,
    StateRow,
    TicketRow,
    TimelineRow,
)
from app.base.clock import from_iso
from app.base.text import plain, tr

_MOST: Final = {"timeline": 5_000, "states": 2_000, "samples": 200}
_MOST_OTHER: Final = 500
_MOST_CHARTS: Final = 24
_MOST_POINTS: Final = 600
_LONGEST_TEXT: Final = 20_000
_WIDTH: Final = 900
_CHART: Final = 90
_STRIP: Final = 16
_STATE_INK: Final = {
    "ok": "#2f7d4f", "up": "#2f7d4f", "warning": "#c98a00", "critical": "#b3261e", "down": "#b3261e",
    "unknown": "#7a4fa3", "unreachable": "#7a4fa3", "pending": "#8a8f98",
}  # fmt: skip
_STYLE: Final = (
    "body{font:14px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c1f24;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #c9ced6}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;"
    "border-bottom:1px solid #e4e7eb}td.t{white-space:nowrap;font-variant-numeric:tabular-nums}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:0}.n{color:#5a6069}"
    "@media (prefers-color-scheme:dark){body{color:#e2e5ea;background:#17191d}.n{color:#9aa1ab}"
    "h2,td,th{border-color:#3a3f47}}"
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


class Page:
    """Takes rows as they are written, as many as it will show, and renders them at the end."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Row]] = {}

    def take(self, kind: str, rows: Sequence[Row]) -> None:
        """The next rows of a part."""
        kept = self._kept.setdefault(kind, [])
        room = _MOST.get(kind, _MOST_OTHER) - len(kept)
        if room > 0:
            kept.extend(rows[:room])

    def render(self, head: Head) -> Iterator[bytes]:
        """The page, in pieces."""
        yield (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
            f"<title>{_text(head.subject)}</title><style>{_STYLE}</style></head><body>"
            f"<h1>{_text(head.subject)} {_text(head.title)}</h1><p class=n>{_text(_about(head))}</p>"
        ).encode()
        for section in (self._tickets, self._charts, self._timeline, self._articles, self._attachments):
            yield "".join(section(head)).encode("utf-8", "replace")
        yield b"</body></html>\n"

    def _of(self, kind: str) -> list[Row]:
        return self._kept.get(kind, [])

    def _tickets(self, _head: Head) -> Iterator[str]:
        for row in cast("list[TicketRow]", self._of("tickets")):
            yield f"<h2>{_text(row.number)} {_text(row.title)}</h2>" + _table((), _facts(row))
            for name, text in ((tr("Description"), row.description), (tr("Resolution"), row.resolution)):
                if text:
                    yield f"<p class=n>{_text(name)}</p><pre>{_text(text)}</pre>"

    def _timeline(self, head: Head) -> Iterator[str]:
        rows = cast("list[TimelineRow]", self._of("timeline"))
        yield f"<h2>{_text(tr('Timeline'))}</h2>" + _cut(len(rows), head.counts.get("timeline", 0))
        yield _table((tr("Time"), tr("Kind"), tr("By"), tr("What")), ((r.at, r.kind, r.by, _what(r)) for r in rows))

    def _charts(self, head: Head) -> Iterator[str]:
        since, until = from_iso(head.since_at), from_iso(head.until_at)
        problems = cast("list[ProblemRow]", self._of("problems"))
        if problems:
            yield f"<h2>{_text(tr('Health'))}</h2><p class=n>{_text(f'{head.since_at} – {head.until_at}')}</p>"
        states = cast("list[StateRow]", self._of("states"))
        series = _joined(cast("list[SampleRow]", self._of("samples")))
        for row in problems[:_MOST_CHARTS]:
            name = row.host if row.kind == "host" else f"{row.host} / {row.name}"
            yield f"<p><b>{_text(name)}</b> {_text(row.state)} <span class=n>{_text(row.output)}</span></p>"
            yield _strip([state for state in states if state.row_id == row.id], since, until)
            for (row_id, label), points in series.items():
                if row_id == row.id:
                    yield _chart(label, points, since, until)

    def _articles(self, _head: Head) -> Iterator[str]:
        for row in cast("list[ArticleRow]", self._of("articles")):
            yield f"<h2>{_text(tr('Article'))}: {_text(row.title)}</h2><pre>{_text(row.body)}</pre>"

    def _attachments(self, _head: Head) -> Iterator[str]:
        rows = cast("list[AttachmentRow]", self._of("attachments"))
        if rows:
            heads = (tr("Name"), tr("Bytes"), tr("Part"), tr("SHA-256"))
            yield f"<h2>{_text(tr('Attachments'))}</h2>"
            yield _table(heads, ((r.name, r.size_bytes, r.part or r.why, r.sha256) for r in rows))


def _text(value: object) -> str:
    """Anything as text of the page."""
    text = "" if value is None else str(value)
    return escape(plain(text[:_LONGEST_TEXT])) + ("…" if len(text) > _LONGEST_TEXT else "")


def _about(head: Head) -> str:
    masked = sum(head.redaction.masked.values())
    return tr(
        "Written by Watchdesk {version} at {at} for {by}. Redaction profile: {profile}; {n} places masked, "
        "{m} attachments left out. Times are UTC.",
        version=head.made_with, at=head.made_at, by=head.made_by, profile=head.redaction.profile, n=masked,
        m=head.redaction.left_out,
    )  # fmt: skip


def _facts(row: TicketRow) -> Iterator[tuple[object, object]]:
    left_out = {"id", "number", "title", "description", "resolution"}
    for name in TicketRow.__struct_fields__:
        value = getattr(row, name)
        if name not in left_out and value not in (None, "", (), 0, 0.0, False):
            yield name.removesuffix("_at").replace("_", " "), ", ".join(value) if isinstance(value, tuple) else value


def _what(row: TimelineRow) -> str:
    if row.field:
        return f"{row.field.replace('_', ' ')}: {row.old or '–'} → {row.new or '–'}"
    return row.text or ""


def _cut(shown: int, total: int) -> str:
    if shown >= total:
        return ""
    said = tr("The first {shown} of {total} entries; all are in the file.", shown=shown, total=total)
    return f"<p class=n>{_text(said)}</p>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    top = "<tr>" + "".join(f"<th>{_text(head)}</th>" for head in heads) + "</tr>" if heads else ""
    return f"<table>{top}{''.join(map(_line, rows))}</table>"


def _line(cells: Sequence[object]) -> str:
    shown = [f"<td{'' if place else ' class=t'}><pre>{_text(cell)}</pre></td>" for place, cell in enumerate(cells)]
    return f"<tr>{''.join(shown)}</tr>"


def _strip(states: Sequence[StateRow], since: int, until: int) -> str:
    """The states over the window as coloured stretches, each with its word."""
    marks = []
    for place, state in enumerate(states):
        begin = _x(max(since, from_iso(state.at)), since, until)
        end = _x(from_iso(states[place + 1].at), since, until) if place + 1 < len(states) else _WIDTH
        ink = _STATE_INK.get(state.state, "#8a8f98")
        label = f"<title>{_text(state.state or tr('unknown'))} {_text(state.at)}</title>"
        box = f'x="{begin:.1f}" y="0" width="{max(1.0, end - begin):.1f}" height="{_STRIP}"'
        marks.append(f'<rect {box} fill="{ink}">{label}</rect>')
    return f'<svg viewBox="0 0 {_WIDTH} {_STRIP}" width="100%" role="img">{"".join(marks)}</svg>' if marks else ""


def _joined(rows: Sequence[SampleRow]) -> dict[tuple[str, str], list[tuple[int, float]]]:
    series: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for row in rows:
        points = series.setdefault((row.row_id, row.label), [])
        points.extend(zip(map(from_iso, row.at), row.values, strict=True))
    return series


def _chart(label: str, points: Sequence[tuple[int, float]], since: int, until: int) -> str:
    """A line; of many samples every n-th. The highest and lowest value stand beside it."""
    shown = points[:: len(points) // _MOST_POINTS + 1]
    if not shown:
        return ""
    low, high = min(value for _, value in shown), max(value for _, value in shown)
    span = (high - low) or 1.0
    line = " ".join(
        f"{_x(at, since, until):.1f},{_CHART - 4 - (value - low) / span * (_CHART - 8):.1f}" for at, value in shown
    )
    return (
        f"<p class=n>{_text(label)}: {low:g} – {high:g}</p>"
        f'<svg viewBox="0 0 {_WIDTH} {_CHART}" width="100%" role="img"><title>{_text(label)}</title>'
        f'<polyline fill="none" stroke="#3a6ea5" stroke-width="1.5" points="{line}"/></svg>'
    )


def _x(at: int, since: int, until: int) -> float:
    return min(1.0, max(0.0, (at - since) / max(1, until - since))) * _WIDTH
