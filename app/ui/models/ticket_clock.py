"""A ticket's SLA clock as it is drawn."""

from __future__ import annotations

from app.base.clock import Moment
from app.base.text import tr
from app.domain import sla
from app.domain.ticket import PENDING, Ticket
from app.ui.kit.sla_look import SlaView


def sla_view(ticket: Ticket, now_at: Moment) -> SlaView | None:
    """The clock of a ticket for the painter; None when it has none."""
    clock = sla.clock(ticket, now_at)
    if clock.state in (sla.MET, sla.MISSED):
        return SlaView(met_ms=clock.left_ms or 0, is_running=False)
    if ticket.status == PENDING:
        return SlaView(paused=ticket.pending_reason or tr("waits"), is_running=False)
    if clock.left_ms is None or ticket.due_at is None:
        return None
    return SlaView(clock.left_ms, sla.total_ms(ticket), now_at)
