"""Tickets and articles that the storage tests put in."""

from __future__ import annotations

from app.domain.ticket import STATUSES, Ticket
from app.storage.store import SqliteStore


def tickets(count: int) -> list[Ticket]:
    return [
        Ticket(
            id=f"id-{i:05d}", number=f"INC-{i}", title=f"Host {i} is slow", status=STATUSES[i % 5],
            priority=i % 5 + 1,
            team=f"Team {i % 7}", assignee=None if i % 3 else "Ada", created_at=i, updated_at=i * 7919 % 1000,
            due_at=None if i % 4 == 0 else i * 104729 % 1000, source="sn", remote_id=f"R{i}",
        )
        for i in range(1, count + 1)
    ]  # fmt: skip


def put(store: SqliteStore, *given: Ticket) -> None:
    with store.write() as unit:
        unit.put_tickets(given)
        unit.audit("test", by="Ada", concerns="INC-1", detail={"count": len(given)})
