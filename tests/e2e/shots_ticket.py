"""The ticket screen's states, for ``tests.e2e.shots``: long, bare, waiting, ended, edited by two, not saved."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app.base.errors import DiskFull
from app.base.events import TICKETS, Touched
from app.domain.ticket import Ticket
from app.ui.desk.ticket.view import TicketView
from app.usecases.ticket import attach_file, comment_ticket, edit_ticket, move_ticket, new_ticket
from app.usecases.work import Work

if TYPE_CHECKING:
    from tests.e2e.shots import Shooter

_LONG = (
    "Card payments are refused at the last step of the checkout in all shops of the group since the release of"
    " card-auth 5.18.0, transfers and pick-up work"
)
_ASKED = (
    "Since about 14:20 customers get “payment was refused” on the last step. We see it with all card types. Should"
    " we put up the notice? Orders have dropped to a third, and the desk gets forty calls an hour about it."
)
_TALK = (
    _ASKED,
    "All refused requests carry reason=pool_exhausted.\nThe pool was 60 before, the config service now answers 20.",
    "https://logs.internal.example.net/search?window=14:00-14:40&host=pay-app-03&" + "q=pool_exhausted," * 16,
    "On it.",
)
_FILES = {
    "gateway.log": b"14:21:07 pool_exhausted wait=5000ms\n" * 900,
    "collect-thread-dumps-of-all-six-nodes-before-the-restart.sh": b"#!/bin/sh\n",
    "pool-before-after.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 80_000,
}


def shoot_ticket_states(shooter: Shooter) -> None:
    """Each state of one ticket, at the present size and theme."""
    for make in (_long, _bare, _pending, _ended, _edited, _said):
        make(shooter)
        shooter.close_overlays()
        _close(shooter)


def _works(shooter: Shooter) -> tuple[Work, Work]:
    """Me, and a colleague."""
    opened = shooter.desk.context.opened
    assert opened is not None
    return opened.work, dataclasses.replace(opened.work, me="A. Kaya")


def _open(shooter: Shooter, ticket: Ticket) -> TicketView:
    shooter.press("Ctrl+2")
    queue = shooter.window.queue
    assert queue is not None
    queue.open_ticket(ticket.id)
    view = queue.ticket_view
    assert view is not None
    shooter.wait(lambda: view.ticket is not None)
    view.focus_main()
    shooter.settle(0.4)
    return view


def _close(shooter: Shooter) -> None:
    while shooter.window.queue is not None and shooter.window.queue.ticket_view is not None:
        shooter.window.queue.close_tab()


def _long(shooter: Shooter) -> None:
    me, someone = _works(shooter)
    made = new_ticket(
        someone,
        {
            "title": _LONG, "description": "\n".join(_TALK), "service": "Card payments (west)",
            "requester": "Shop operations, western region, second line", "channel": "self service",
            "team": "Payments and settlement, on-call rotation", "assignee": "Wilhelmina van Oudenaarde-Brinkhof",
            "impact": "1", "urgency": "1", "major": "yes",
            "tags": "release, card-auth-5.18.0, pool, customer-visible, needs-review",
        },
    ).ticket  # fmt: skip
    for n in range(36):
        comment_ticket((me, someone)[n % 2], made.id, _TALK[n % len(_TALK)], public=n % 3 == 0)
        edit_ticket(someone, made.id, {"category": f"Payments {n}"})
    with tempfile.TemporaryDirectory() as folder:
        for name, content in _FILES.items():
            file = Path(folder) / name
            file.write_bytes(content)
            attach_file(someone, made.id, file)
    view = _open(shooter, made)
    shooter.grab("ticket-long")
    view.timeline.verticalScrollBar().setValue(0)
    shooter.grab("ticket-long-top")
    if view.side.isHidden():
        view.head.side.click()
        shooter.grab("ticket-long-side")


def _bare(shooter: Shooter) -> None:
    me, _ = _works(shooter)
    view = _open(shooter, new_ticket(me, {"title": "Printer"}).ticket)
    shooter.grab("ticket-bare")
    for chip in view.chips[1:2]:
        chip.click()
    shooter.grab("ticket-bare-filtered")


def _pending(shooter: Shooter) -> None:
    me, someone = _works(shooter)
    made = new_ticket(someone, {"title": "Card reader 7 waits for a part", "priority": "3", "assignee": me.me}).ticket
    move_ticket(me, made.id, "pending", reason="vendor")
    view = _open(shooter, made)
    shooter.grab("ticket-pending")
    assert view.ticket is not None
    menu = view.head.status.menu_of(view.ticket)
    _grab_menu(shooter, menu, "ticket-menu-pending")


def _ended(shooter: Shooter) -> None:
    me, someone = _works(shooter)
    made = new_ticket(someone, {"title": "Mail is slow", "priority": "2", "requester": "Shop operations"}).ticket
    move_ticket(me, made.id, "resolved", resolution="Restarted the queue runner; the backlog was gone after 6 min.")
    _open(shooter, made)
    shooter.grab("ticket-resolved")
    _close(shooter)
    move_ticket(me, made.id, "closed")
    view = _open(shooter, made)
    shooter.grab("ticket-closed")
    assert view.ticket is not None
    _grab_menu(shooter, view.head.status.menu_of(view.ticket), "ticket-menu-closed")


def _grab_menu(shooter: Shooter, menu: QMenu, name: str) -> None:
    menu.ensurePolished()
    menu.adjustSize()
    menu.grab().save(str(shooter.folder / f"{name}-{shooter.window.width()}.png"))
    menu.deleteLater()


def _edited(shooter: Shooter) -> None:
    _, someone = _works(shooter)
    made = new_ticket(someone, {"title": "Ledger replica far behind", "team": "Payments", "impact": "2"}).ticket
    view = _open(shooter, made)
    shooter.press("E")
    shooter.settle(0.9)
    shooter.grab("ticket-fields-focus")
    shooter.press("T")
    shooter.type("Pay")
    shooter.grab("ticket-field-editing")
    edit_ticket(someone, made.id, {"team": "Platform"})
    shooter.press("Return")
    shooter.settle(0.5)
    shooter.grab("ticket-field-conflict")
    shooter.close_overlays()
    shooter.press("Esc")
    view.head.title.edit()
    shooter.type(" ")
    shooter.press("Return")
    shooter.grab("ticket-title-refused")
    shooter.press("Esc")
    view.refresh(Touched.of(TICKETS, [made.id]))


def _said(shooter: Shooter) -> None:
    _, someone = _works(shooter)
    made = new_ticket(someone, {"title": "Certificate for intranet", "requester": "Shop operations"}).ticket
    view = _open(shooter, made)
    shooter.press("R")
    shooter.grab("ticket-public")
    shooter.type("We know the cause and go back to the release before. Next update by 14:50.")
    shooter.press("Ctrl+Return")
    shooter.grab("ticket-public-asks")
    shooter.press("Esc")
    full = DiskFull("The disk that holds the profile took no more.", hint="Free some room, then try again.")
    view._notes._not_sent(full)
    shooter.grab("ticket-not-saved")
    view._failed(DiskFull("The disk gave back less than was written.", hint="Run “watchdesk doctor”."))
    shooter.grab("ticket-not-read")
    view.composer.editor.setPlainText("\n".join(f"Line {n} of what was tried" for n in range(1, 21)))
    shooter.grab("ticket-composer-full")
    view.composer.editor.clear()
