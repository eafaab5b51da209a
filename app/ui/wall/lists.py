"""Pages that are lists: business services, and the tickets whose due time comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect

from app.base.text import number, tr
from app.domain import business
from app.ui.wall.brush import Brush
from app.ui.wall.layout import GAP, LINE_PX
from app.ui.wall.panels import paint_ticket
from app.usecases.wall import ServiceLine, TicketFacts

_PAD: Final = 20
_COLUMN_LEAST: Final = 760
_GOOD: Final = "state.ok.text"


def paint_services(brush: Brush, room: QRect, services: Sequence[ServiceLine]) -> int:
    """Worst first, in columns; how many there was room for."""
    if not services:
        _say(brush, room, tr("No business service is described yet."))
        return 0
    places = _places(room, len(services))
    for place, service in zip(places, services, strict=False):
        brush.plate(place)
        sign = QRect(place.x() + _PAD, place.y(), 40, place.height()).adjusted(0, 8, 0, -8)
        if service.state == business.WORKING:
            brush.icon(sign.adjusted(4, 4, -4, -4), "check", _GOOD)
        else:
            brush.glyph(sign, service.state)
        told = _service_text(brush, service)
        width = brush.width(told, "wall_host")
        right = QRect(place.right() - _PAD - width, place.y(), width, place.height())
        role = "fg.secondary" if service.state == business.WORKING else brush.state_role(service.state)
        brush.text(right, told, "wall_host", role, align="right")
        name = QRect(place.x() + 84, place.y(), right.x() - place.x() - 100, place.height())
        brush.text(name, service.name, "wall_service")
    return min(len(places), len(services))


def _service_text(brush: Brush, service: ServiceLine) -> str:
    word = tr(brush.theme.state(service.state).word)
    if not service.parts:
        return tr("no part is known")
    if not service.bad:
        return word
    return tr("{word}, {bad} of {parts}", word=word, bad=number(service.bad), parts=number(service.parts))


def paint_tickets(brush: Brush, room: QRect, tickets: TicketFacts) -> int:
    """Majors first, then what is due next; how many lines there was room for."""
    head = QRect(room.x(), room.y(), room.width(), 44)
    facts = tr("{n} open, {late} late, {alone} not assigned", n=number(tickets.open), late=number(tickets.late),
               alone=number(tickets.unassigned))  # fmt: skip
    brush.text(head, facts, "wall_service")
    body = room.adjusted(0, head.height() + GAP, 0, 0)
    lines = (*tickets.majors, *(each for each in tickets.due if each not in tickets.majors))
    if not lines:
        _say(brush, body, tr("No open ticket has a due time."))
    places = _places(body, len(lines))
    for place, ticket in zip(places, lines, strict=False):
        brush.plate(place)
        inner = place.adjusted(_PAD, 8, -_PAD, -8)
        if ticket in tickets.majors:
            brush.icon(QRect(inner.x(), inner.y() + 8, 32, 32), "flag", "state.critical.text")
            inner.adjust(48, 0, 0, 0)
        paint_ticket(brush, inner, ticket)
    return min(len(places), len(lines))


def _places(room: QRect, amount: int) -> list[QRect]:
    """Lines of one height, in as many columns as are needed and fit; none that is cut."""
    rows = max(0, (room.height() + 8) // (LINE_PX + 8))
    columns = min(max(1, (room.width() + GAP) // (_COLUMN_LEAST + GAP)), max(1, -(-amount // max(1, rows))))
    width = (room.width() - (columns - 1) * GAP) // columns
    return [
        QRect(room.x() + column * (width + GAP), room.y() + row * (LINE_PX + 8), width, LINE_PX)
        for column in range(columns)
        for row in range(rows)
    ]


def _say(brush: Brush, room: QRect, text: str) -> None:
    brush.text(QRect(room.x(), room.y(), room.width(), 60), text, "wall_service", "fg.secondary")
