"""The queue's columns, and a ticket's SLA clock as it is drawn."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.base.clock import Moment
from app.base.text import age, tr
from app.domain import sla
from app.domain.ticket import PENDING, Ticket
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

SORT_FIELDS = {
    "number": "number", "priority": "priority", "title": "title", "service": "service", "team": "team",
    "due": "due", "updated": "updated",
}  # fmt: skip
"""Column id → the query language's word for it."""


def sla_view(ticket: Ticket, now_at: Moment) -> SlaView | None:
    """The clock of a ticket for the painter; None when it has none."""
    clock = sla.clock(ticket, now_at)
    if clock.state in (sla.MET, sla.MISSED):
        return SlaView(met_ms=clock.left_ms or 0, is_running=False)
    if ticket.status == PENDING:
        return SlaView(paused=ticket.pending_reason or tr("waits"), is_running=False)
    if clock.left_ms is None or ticket.due_at is None:
        return None
    return SlaView(clock.left_ms, max(1, ticket.due_at - ticket.created_at), now_at)


def queue_columns(now: Callable[[], Moment]) -> tuple[Column, ...]:
    """In the order of the pictures; owner, service and team leave when the table is narrow."""
    number = text_cell(lambda t: t.number, "fg.secondary", elide="none")
    title = text_cell(lambda t: t.title, below=lambda t: t.service)
    service = text_cell(lambda t: t.service, "fg.secondary")
    team = text_cell(lambda t: t.team, "fg.secondary")
    person = initials_cell(lambda t: initials(t.assignee) if t.assignee else "")
    left = sla_cell(lambda t: sla_view(t, now()))
    return (
        Column("status", "", status_cell(lambda t: t.status), width=30, tip=lambda t: t.status),
        Column("number", tr("Number"), number, width=104, sort=True),
        Column("priority", tr("Priority"), priority_cell(lambda t: t.priority), width=62, sort=True),
        Column("title", tr("Title"), title, width=160, grow=3, tip=lambda t: t.title, sort=True),
        Column("service", tr("Service"), service, width=110, grow=1, leave_order=2, tip=_service, sort=True),
        Column("team", tr("Team"), team, width=96, leave_order=3, tip=lambda t: t.team or "", sort=True),
        Column("assignee", "", person, width=36, leave_order=1, tip=_assignee),
        Column("due", tr("Next breach"), left, width=104, align="right", is_live=True, sort=True),
        Column("updated", tr("Updated"), _paint_updated, width=84, align="right", is_live=True, sort=True),
    )


def _service(ticket: Ticket) -> str:
    return ticket.service or ""


def _assignee(ticket: Ticket) -> str:
    return ticket.assignee or tr("Not assigned")


def _paint_updated(painter: QPainter, rect: QRect, ticket: Ticket, ctx: CellContext) -> None:
    """How long ago; never bold: that it is new is told by the title."""
    draw_text(
        painter, rect, age(ctx.now_at, ticket.updated_at), ctx, role="fg.secondary", align="right", elide="none"
    )
