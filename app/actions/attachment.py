"""View actions on a ticket's attachments: the ticket in front knows which one is meant and does the work."""

from __future__ import annotations

from typing import Final

from app.actions.action import TICKET, Action

_HERE: Final = frozenset({TICKET})

ATTACHMENT_ACTIONS: Final[tuple[Action, ...]] = (
    Action("ticket.files", "Attachments", "Go to the files that are kept with the ticket.", "Ticket", "Ticket",
           ("Shift+A",), "document", _HERE),
    Action("ticket.open_file", "Open attachment", "Show a copy; what could run is only saved.", "Ticket", "Ticket",
           ("Shift+O",), "external", _HERE),
    Action("ticket.save_file", "Save attachment as", "Write a copy to a folder of your choice.", "Ticket", "Ticket",
           ("Shift+S",), "download", _HERE),
)  # fmt: skip
