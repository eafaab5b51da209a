"""The queue's columns. A start paints them from remembered rows, so nothing here imports the domain."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.base.text import age, tr
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.cells import (
    initials_cell,
    priority_cell,
    sla_cell,
    status_cell,
    text_cell,
)  # fmt: skip
from app.ui.kit.column import Column
from app.ui.kit.figures import initials
from app.ui.kit.sla_look import SlaView

if TYPE_CHECKING:
    from app.domain.ticket import Ticket

SORT_FIELDS = {
    "number": "number", "priority": "priority", "title": "title", "service": "service", "team": "team",
    "due": "due", "updated": "updated",
}  # fmt: skip
"""Column id → the query language's word for it."""


def queue_columns(clock_of: Callable[[Any], SlaView | None]) -> tuple[Column, ...]:
    """In the order of the pictures; requester, service, owner and team leave a narrow table, so that titles are read.

    ``clock_of``: a row's SLA clock as it is drawn.
    """
    number = text_cell(lambda t: t.number, "fg.secondary", elide="none")
    title = text_cell(lambda t: t.title, below=lambda t: t.service)
    service = text_cell(lambda t: t.service, "fg.secondary")
    requester = text_cell(lambda t: t.requester, "fg.secondary")
    team = text_cell(lambda t: t.team, "fg.secondary")
    person = initials_cell(lambda t: initials(t.assignee) if t.assignee else "")
    left = sla_cell(clock_of)
    return (
        Column("status", "", status_cell(lambda t: t.status), width=36, tip=lambda t: t.status),
        Column("number", tr("Number"), number, width=100, sort=True),
        Column("priority", tr("Priority"), priority_cell(lambda t: t.priority), width=62, sort=True),
        Column("title", tr("Title"), title, width=260, grow=3, tip=lambda t: t.title, sort=True),
        Column("service", tr("Service"), service, width=112, grow=1, leave_order=2, tip=_service, sort=True),
        Column("requester", tr("Requester"), requester, width=112, leave_order=1, tip=lambda t: t.requester or ""),
        Column("team", tr("Team"), team, width=96, grow=3, most=132, leave_order=4, tip=_team, sort=True),
        Column("assignee", "", person, width=36, leave_order=3, tip=_assignee),
        Column("due", tr("Next breach"), left, width=118, align="right", is_live=True, sort=True),
        Column("updated", tr("Updated"), _paint_updated, width=80, align="right", is_live=True, sort=True),
    )


def _service(ticket: Ticket) -> str:
    return ticket.service or ""


def _team(ticket: Ticket) -> str:
    return ticket.team or ""


def _assignee(ticket: Ticket) -> str:
    return ticket.assignee or tr("Not assigned")


def _paint_updated(painter: QPainter, rect: QRect, ticket: Ticket, ctx: CellContext) -> None:
    """How long ago; never bold: that it is new is told by the title."""
    draw_text(
        painter, rect, age(ctx.now_at, ticket.updated_at), ctx, role="fg.secondary", align="right", elide="none"
    )
