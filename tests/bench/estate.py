"""Tickets in bulk, the same at each call: 40 teams, 400 people, 8% still open, texts of a believable length."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from app.base.clock import DAY, HOUR
from app.domain.ticket import Ticket

NOW_AT: Final = 1_760_000_000_000
TEAMS: Final = tuple(f"Team {number:02}" for number in range(40))
PEOPLE: Final = tuple(f"person.{number:03}" for number in range(400))
_OPEN: Final = ("new", "open", "pending")
_DONE: Final = ("resolved", "closed", "closed", "closed")
_WORDS: Final = (
    "mail", "printer", "cannot", "sign", "in", "after", "update", "slow", "disk", "full", "on", "database", "host",
    "replication", "late", "certificate", "expires", "vpn", "drops", "order", "page", "answers", "with", "errors",
)  # fmt: skip


def tickets(count: int) -> Iterator[Ticket]:
    """``count`` tickets."""
    chance = Random(20_260)
    for number in range(1, count + 1):
        created_at = NOW_AT - chance.randrange(730 * DAY)
        is_open = chance.random() < 0.08
        priority = chance.choices((1, 2, 3, 4, 5), (2, 8, 30, 40, 20))[0]
        done_at = None if is_open else created_at + chance.randrange(5 * DAY)
        yield Ticket(
            id=f"018f0000-0000-7000-8000-{number:012x}",
            number=f"INC-{number}",
            title=" ".join(chance.choices(_WORDS, k=8)).capitalize(),
            status=chance.choice(_OPEN if is_open else _DONE),
            priority=priority,
            impact=min(3, priority),
            urgency=min(3, priority),
            category=chance.choice(("Software", "Hardware", "Network")),
            service=f"service-{chance.randrange(10_000):05}",
            channel=chance.choice(("mail", "phone", "monitoring")),
            team=chance.choice(TEAMS),
            assignee=chance.choice(PEOPLE) if chance.random() < 0.8 else None,
            requester=chance.choice(PEOPLE),
            created_at=created_at,
            updated_at=created_at + chance.randrange(5 * DAY),
            resolved_at=done_at,
            due_at=created_at + chance.randrange(HOUR, 3 * DAY),
            tags=("bulk",),
            description=" ".join(chance.choices(_WORDS, k=40)),
        )
