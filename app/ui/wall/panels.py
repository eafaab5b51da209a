"""The panels under the cards: the next SLA breaches, and what somebody has in hand."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt

from app.base.clock import MINUTE
from app.base.text import duration, number, tr
from app.ui.kit.figures import paint_pie
from app.ui.wall.brush import Brush
from app.usecases.wall import Handled, TicketFacts, TicketLine

_PAD: Final = 24
_LINE: Final = 44
_SHOWN: Final = 3
_PILL_W: Final = 204
_IMMINENT_MS: Final = 30 * MINUTE


def paint_breaches(brush: Brush, room: QRect, tickets: TicketFacts) -> None:
    """The tickets whose due time comes next, the late ones first."""
    brush.plate(room)
    head = tr("Next SLA breaches")
    if tickets.late:
        head = tr("{head}, {n} late", head=head, n=number(tickets.late))
    brush.text(QRect(room.x() + _PAD, room.y() + 10, room.width() - 2 * _PAD, 34), head, role="fg.muted")
    if not tickets.due:
        told = tr("No open ticket has a due time.") if tickets.open else tr("No ticket is open.")
        brush.text(QRect(room.x() + _PAD, room.y() + 60, room.width() - 2 * _PAD, _LINE), told, "wall_host",
                   "fg.secondary")  # fmt: skip
    for at, ticket in enumerate(tickets.due[:_SHOWN]):
        line = QRect(room.x() + _PAD, room.y() + 50 + at * _LINE, room.width() - 2 * _PAD, _LINE)
        paint_ticket(brush, line, ticket)


def paint_ticket(brush: Brush, line: QRect, ticket: TicketLine) -> None:
    """One ticket: what is left of its time, its number, its title."""
    paint_left(brush, QRect(line.x(), line.y(), _PILL_W, line.height()), ticket)
    number_w = brush.width(ticket.number, "wall_host") + 16
    at = line.x() + _PILL_W + 12
    brush.text(QRect(at, line.y(), number_w, line.height()), ticket.number, "wall_host", "fg.secondary")
    at += number_w
    brush.text(QRect(at, line.y(), line.right() - at, line.height()), ticket.title, "wall_host")


def paint_left(brush: Brush, room: QRect, ticket: TicketLine) -> None:
    """The time left, on a plate when it is short or over."""
    if ticket.due_at is None:
        return
    left = ticket.due_at - brush.now_at
    fill = "critical" if left < 0 else "warning" if left < _IMMINENT_MS else ""
    text = duration(left)
    width = min(room.width(), brush.width(text, "wall_host", strong=True) + 50)
    if fill:
        painter = brush.painter
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush.theme.color(f"state.{fill}.fill"))
        painter.drawRoundedRect(QRectF(room.x(), room.y() + 3, width, room.height() - 6), 4, 4)
        painter.restore()
    role = f"state.{fill}.on_fill" if fill else "fg.secondary"
    total = max(1, ticket.due_at - ticket.created_at)
    _paint_pie(brush, room.x() + 23, room.center().y() + 1, 1 - left / total, role)
    brush.text(QRect(room.x() + 40, room.y(), width - 44, room.height()), text, "wall_host", role, strong=True)


def _paint_pie(brush: Brush, x: int, y: int, share: float, role: str) -> None:
    painter = brush.painter
    painter.save()
    painter.translate(x, y)
    painter.scale(1.8, 1.8)
    paint_pie(painter, QRectF(-6, -6, 12, 12), share, brush.theme.color(role))
    painter.restore()


def paint_handled(brush: Brush, room: QRect, handled: Handled) -> None:
    """What is acknowledged and in downtime, and how many tickets are open."""
    brush.plate(room)
    brush.text(QRect(room.x() + _PAD, room.y() + 10, room.width() - 2 * _PAD, 34), tr("Handled"), role="fg.muted")
    lines = (
        ("check", handled.acknowledged, tr("acknowledged")),
        ("wrench", handled.in_downtime, tr("in downtime")),
        ("queue", handled.tickets, tr("tickets open")),
    )
    for at, (icon, amount, word) in enumerate(lines):
        line = QRect(room.x() + _PAD, room.y() + 50 + at * _LINE, room.width() - 2 * _PAD, _LINE)
        brush.icon(QRect(line.x(), line.y() + 8, 28, 28), icon, "fg.muted")
        brush.text(QRect(line.x() + 36, line.y(), 92, line.height()), number(amount), "wall_host", align="right",
                   strong=True)  # fmt: skip
        brush.text(line.adjusted(144, 0, 0, 0), word, "wall_host", "fg.secondary")
