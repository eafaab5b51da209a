"""Which tickets somebody else changed since they were looked at here. Knows no widget and asks nothing."""

from __future__ import annotations

from collections.abc import Iterable

from app.base.clock import Moment
from app.domain.ticket import Ticket


class SeenTickets:
    """A first sight and one's own edits are no news; what others write is, until it is looked at."""

    def __init__(self) -> None:
        self._seen_at: dict[str, Moment] = {}
        self._own: set[str] = set()
        self._changed: set[str] = set()

    @property
    def changed(self) -> frozenset[str]:
        """Ids of the tickets that are news."""
        return frozenset(self._changed)

    def wrote(self, ids: Iterable[str]) -> None:
        """These were edited here: as they are read next, they are known."""
        self._own.update(ids)

    def show(self, tickets: Iterable[Ticket]) -> None:
        """These have been read and are listed."""
        for ticket in tickets:
            known_at = self._seen_at.get(ticket.id)
            if known_at is None or ticket.id in self._own:
                self.look_at(ticket)
            elif ticket.updated_at > known_at:
                self._changed.add(ticket.id)
            self._own.discard(ticket.id)

    def look_at(self, ticket: Ticket) -> None:
        """It has been read by the person as it is now."""
        self._seen_at[ticket.id] = ticket.updated_at
        self._changed.discard(ticket.id)
