"""Painter functions for the cells of every table: text, state, age, 24 h strip, marks, priority, SLA, people.

Each factory takes getters from a row's value and returns a ``CellPainter``. A getter may answer None: nothing drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter

from app.base.clock import Moment
from app.base.text import age, number
from app.ui.kit.cell import Align, CellContext, CellPainter, Elide, draw_text
from app.ui.kit.figures import paint_initials, paint_priority, paint_status
from app.ui.kit.glyphs import hatch, paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.sla_look import SlaView, paint_sla

Get = Callable[[Any], Any]
_LOW_ALPHA = 0.35
_MARKS = {
    "acknowledged": "check",
    "downtime": "wrench",
    "flapping": "wave",
    "suppressed": "bell-off",
    "snoozed": "eye-off",
}


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a strip: the worst state word (``""`` for no data), and whether it was handled."""

    state: str = "ok"
    is_handled: bool = False


def text_cell(
    get: Get,
    role: str = "fg.default",
    *,
    strong: bool = False,
    mono: bool = False,
    align: Align = "left",
    elide: Elide = "right",
    below: Get | None = None,
) -> CellPainter:
    """Text; weight 600 when ``strong`` or the row's look says so (first column of a table: ``role`` default).

    ``below`` is a second line, drawn muted under it in comfortable density.
    """

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        bold = strong or (ctx.look.is_strong and role in ("fg.default", "fg.strong"))
        under = below(row) if below is not None and ctx.density.lines > 1 else None
        first = rect if not under else rect.adjusted(0, 3, 0, -rect.height() // 2)
        draw_text(painter, first, get(row) or "", ctx, role=role, strong=bold, mono=mono, align=align, elide=elide)
        if under:
            second = rect.adjusted(0, rect.height() // 2, 0, -3)
            draw_text(painter, second, under, ctx, role="fg.muted", style="dense")

    return paint


def number_cell(get: Get, role: str = "fg.secondary", *, strong: bool = False) -> CellPainter:
    """An int with thin spaces, or text, right-aligned."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        value = get(row)
        shown = number(value) if isinstance(value, int) else value or ""
        draw_text(painter, rect, shown, ctx, role=role, strong=strong, align="right", elide="none")

    return paint


def count_cell(get: Get) -> CellPainter:
    """A count at the end of a line in a side list; zero is not drawn."""
    return number_cell(lambda row: get(row) or "", "fg.muted")


def state_cell(word: Get, *, outlined: Get | None = None, was: Get | None = None, room: int = 0) -> CellPainter:
    """The state glyph; it blinks while the row's look says so. ``outlined``: soft or handled. ``room``: pixels at the
    left in which it is centred, so that a tick has its place beside it; 0: all."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        state = word(row)
        if not state:
            return
        low = ctx.is_blink_low and ctx.look.is_blinking
        if low:
            painter.setOpacity(_LOW_ALPHA)
        hollow = ctx.look.is_handled or bool(outlined and outlined(row))
        size = ctx.density.glyph
        wide = room or rect.width()
        spot = QRect(rect.x() + max(0, (wide - size) // 2), rect.y(), min(size, wide), rect.height())
        paint_glyph(painter, _square(spot, size), state, outlined=hollow, was=was(row) if was is not None else None)
        if low:
            painter.setOpacity(1.0)

    return paint


def age_cell(at: Get, role: str = "fg.default", *, strong: Get | None = None) -> CellPainter:
    """How long ago a moment was, right-aligned; mark its column ``is_live``. Bold with the row in ``fg.default``."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        then: Moment | None = at(row)
        bold = (ctx.look.is_strong and role == "fg.default") or bool(strong and strong(row))
        text = age(ctx.now_at, then)
        draw_text(painter, rect, text, ctx, role=role, strong=bold, align="right", elide="none")

    return paint


def attempt_cell(get: Get) -> CellPainter:
    """``(current, maximum)``; weight 600 and full colour while soft (current below maximum)."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        value = get(row)
        if not value:
            return
        soft = value[0] < value[1]
        role = "fg.default" if soft else "fg.muted"
        text = f"{value[0]}/{value[1]}"
        draw_text(painter, rect, text, ctx, role=role, strong=soft, align="right", elide="none")

    return paint


def strip_cell(get: Get) -> CellPainter:
    """The 24 h strip: a sequence of ``Hour``, oldest first, blocks 3 by 10 with a gap of 1, left-aligned."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        hours: Sequence[Hour] | None = get(row)
        if hours:
            paint_strip(painter, rect, hours, ctx)

    return paint


def paint_strip(painter: QPainter, rect: QRect, hours: Sequence[Hour], ctx: CellContext) -> None:
    """The strip by itself, for heads and lists."""
    theme = ctx.theme
    quiet, top = theme.color("line.strong"), rect.y() + (rect.height() - 10) // 2
    for step, hour in enumerate(hours):
        x = rect.x() + 4 * step
        if x + 3 > rect.right() + 1:
            return
        if hour.state in ("ok", "up"):
            painter.fillRect(QRect(x, top + 4, 3, 3), quiet)
        elif hour.state in ("", "stale"):
            painter.fillRect(QRect(x, top, 3, 10), hatch(theme, ctx.dpr, "state.stale.outline"))
        elif hour.is_handled:
            painter.fillRect(QRect(x, top + 2, 3, 6), theme.state_color(hour.state, "faded"))
        else:
            painter.fillRect(QRect(x, top, 3, 10), theme.state_color(hour.state))


def marks_cell(get: Get) -> CellPainter:
    """Attributes as marks: ``acknowledged downtime flapping suppressed snoozed``, 18 px apart."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        x = rect.x()
        for mark in get(row) or ():
            paint_icon(painter, QRect(x, rect.y(), 14, rect.height()), _MARKS[mark], ctx.role("fg.muted"), 14)
            x += 18

    return paint


def priority_cell(get: Get) -> CellPainter:
    """Bars and ``P1``-``P5`` from an int; weight 600 for 1 and 2, the critical text colour for 1."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        priority = get(row)
        if not priority:
            return
        urgent, top = priority <= 2, priority == 1
        role = "state.critical.text" if top else "fg.default" if urgent else "fg.secondary"
        paint_priority(painter, rect, priority, role=ctx.role(role))
        label = rect.adjusted(18, 0, 0, 0)
        draw_text(painter, label, f"P{priority}", ctx, role=role, strong=urgent, elide="none")

    return paint


def status_cell(get: Get) -> CellPainter:
    """The shape of a ticket status word: new, open, pending, resolved, closed, cancelled."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        status = get(row)
        if status:
            quiet = status in ("resolved", "closed", "cancelled")
            role = "fg.muted" if quiet else "fg.default"
            paint_status(painter, rect, status, role=ctx.role(role))

    return paint


def initials_cell(get: Get, *, writing: Get | None = None) -> CellPainter:
    """Two letters as a chip; a pencil on it while ``writing`` is true."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        letters = get(row)
        if letters:
            size = 18 if ctx.density.row <= 20 else 20
            paint_initials(painter, rect, letters, size=size, writing=bool(writing and writing(row)))

    return paint


def sla_cell(get: Get) -> CellPainter:
    """An ``SlaView`` as pie and figure, right-aligned; mark its column ``is_live``."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        view: SlaView | None = get(row)
        if view is not None:
            paint_sla(painter, rect, view, ctx)

    return paint


def icon_cell(get: Get, role: str = "fg.muted", size: int = 16) -> CellPainter:
    """An icon by name, centred."""

    def paint(painter: QPainter, rect: QRect, row: Any, ctx: CellContext) -> None:
        name = get(row)
        if name:
            paint_icon(painter, rect, name, ctx.role(role), size)

    return paint


def _square(rect: QRect, size: int) -> QRectF:
    top = rect.y() + (rect.height() - size) / 2
    return QRectF(rect.x(), top, rect.width(), size)
