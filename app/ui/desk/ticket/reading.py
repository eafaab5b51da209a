"""Reads a ticket's story for its screen, on a read lane: as much of the timeline as was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.domain.ticket import TimelineEntry
from app.ui.desk.context import Context
from app.ui.desk.ticket.story import PAGE, TicketStory, read_story
from app.ui.kit.bridge import is_alive


class StoryReading(QObject):
    """``came(TicketStory or None)`` where there is no such ticket; ``failed(Exception)``. The latest asking wins."""

    came = Signal(object)
    failed = Signal(object)

    def __init__(self, context: Context, ticket_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._ticket_id = ticket_id
        self._entries: Sequence[TimelineEntry] = ()

    def read(self) -> None:
        """Read again what was read before, or the newest page."""
        self._ask(max(PAGE, len(self._entries)))

    def read_earlier(self) -> None:
        """One page more."""
        self._ask(len(self._entries) + PAGE)

    def _ask(self, limit: int) -> None:
        self._context.read(
            lambda store, cancel: read_story(store, cancel, self._ticket_id, limit),
            self._came,
            key=f"ticket {self._ticket_id}",
            failed=self._failed,
        )

    def _came(self, story: TicketStory | None) -> None:
        if is_alive(self):
            self._entries = story.entries if story else ()
            self.came.emit(story)

    def _failed(self, error: Exception) -> None:
        if is_alive(self):
            self.failed.emit(error)
