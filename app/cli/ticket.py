"""``watchdesk ticket …``: one ticket. Exit 0 of a command that writes means that it is on disk."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from app.base.errors import NotFound, UsageTrouble
from app.base.events import CancelToken
from app.base.text import tr
from app.cli.command import DONE, Command
from app.cli.context import Context
from app.cli.ticket_document import (
    attachment_document,
    entry_document,
    iso,
    ticket_document,
    whole_ticket_lines,
)
from app.domain.ticket import EDITABLE_FIELDS, STATUSES, Ticket
from app.usecases.attachment import find_attachment
from app.usecases.attachment import save_attachment as save_copy
from app.usecases.ticket import attach_file, comment_ticket, edit_ticket, move_ticket, new_ticket
from app.usecases.ticket_record import Saved

ALL_ENTRIES: Final = 1_000_000


def show(context: Context) -> int:
    """Show a ticket, by its number or id, with its whole timeline, oldest first.

    Keys: those of “tickets”, then pending_since_at, waited_s, description, resolution, attachments[] (name sha256
    size_bytes at by) and timeline[] (at kind by text field old new).
    kind: public, internal, change, alert, attachment, automation.
    """
    reads, ticket = context.means.store.tickets, _found(context)
    timeline = reads.timeline(ticket.id, limit=ALL_ENTRIES)
    attachments = reads.attachments(ticket.id)
    document = {
        **ticket_document(ticket),
        "pending_since_at": iso(ticket.pending_since_at),
        "waited_s": ticket.waited_ms / 1000,
        "description": ticket.description,
        "resolution": ticket.resolution,
        "attachments": [attachment_document(each) for each in attachments],
        "timeline": [entry_document(entry) for entry in timeline],
    }
    context.answer(document, lambda: whole_ticket_lines(ticket, timeline, attachments))
    return DONE


def new(context: Context) -> int:
    """Open a ticket. Answers the ticket as it was saved.

    Priority follows impact and urgency (1 is worst) unless it is given; the due time follows priority.
    --source names the system it came from.
    """
    source = context.args.source or None
    return _answer(context, new_ticket(context.means.work, _given(context.args), source=source))


def edit(context: Context) -> int:
    """Set fields of a ticket; an empty value clears one. Answers the ticket as it was saved."""
    fields = _given(context.args)
    if not fields:
        raise UsageTrouble(tr("Nothing is to be set."), hint=tr("Name a field, as in --team Network."))
    return _answer(context, edit_ticket(context.means.work, context.args.id, fields))


def comment(context: Context) -> int:
    """Add a work note, which is internal unless --public is said. Answers the ticket."""
    saved = comment_ticket(context.means.work, context.args.id, context.args.text, public=context.args.public)
    return _answer(context, saved)


def move(context: Context) -> int:
    """Change the status. Answers the ticket as it was saved.

    new → open, pending, resolved; open → pending, resolved; pending → open, resolved; resolved → open, closed.
    pending needs --reason (user vendor change problem evidence other), resolved needs --resolution.
    While it is pending its clock stands still: when it moves on, due_at has moved by the time it waited, and the
    timeline tells so.
    """
    args = context.args
    saved = move_ticket(context.means.work, args.id, args.status, reason=args.reason, resolution=args.resolution)
    return _answer(context, saved)


def attach(context: Context) -> int:
    """Keep a copy of a file with a ticket. Answers the ticket."""
    return _answer(context, attach_file(context.means.work, context.args.id, context.args.file))


def save_attachment(context: Context) -> int:
    """Write a copy of an attachment to a file, read through its SHA-256; nothing is opened or run.

    ATTACHMENT is its name, or the beginning of its SHA-256 (“ticket show” lists both). --to is a file, or a folder
    that takes it under its own name, made harmless. A file that is there is left alone unless --replace is said.
    Keys: name sha256 size_bytes at by path.
    """
    args, reads = context.args, context.means.store.tickets
    ticket = _found(context)
    kept = find_attachment(reads.attachments(ticket.id), args.attachment)
    path = save_copy(context.means.store, kept, args.to.expanduser(), CancelToken(), replace=args.replace)
    document = {**attachment_document(kept), "path": str(path)}
    context.answer(document, lambda: [tr("{path} is saved ({n} bytes).", path=path, n=kept.size_bytes)])
    return DONE


def _found(context: Context) -> Ticket:
    ticket = context.means.store.tickets.get(context.args.id)
    if ticket is None:
        raise NotFound(
            tr("There is no ticket {id}.", id=context.args.id),
            hint=tr("Give its number or id; “watchdesk tickets” lists them."),
            concerns=context.args.id,
        )
    return ticket


def _answer(context: Context, saved: Saved) -> int:
    ticket = saved.ticket
    context.answer(ticket_document(ticket), lambda: [f"{ticket.number}  {ticket.status}  saved"])
    return DONE


def _given(args: argparse.Namespace) -> dict[str, str]:
    return {field: getattr(args, field) for field in EDITABLE_FIELDS if getattr(args, field) is not None}


_HELPS: Final = {
    "title": "in one line, what is wrong",
    "kind": "incident, request, problem or change",
    "impact": "1 (many customers) to 3",
    "urgency": "1 (now) to 3",
    "priority": "1 (worst) to 5, instead of the one that follows impact and urgency",
    "major": "yes or no: a major incident",
    "due_at": "when its resolution is due, as 2026-11-23T14:30Z",
    "tags": "separated by commas",
    "channel": "monitoring, mail, phone, chat, self service, remote or other",
    "description": "the whole story",
}


def _field_arguments(parser: argparse.ArgumentParser, *, required: tuple[str, ...] = ()) -> None:
    for field in EDITABLE_FIELDS:
        names = [f"--{field.replace('_', '-')}"] + ([f"--{field}"] if "_" in field else [])
        parser.add_argument(
            *names, dest=field, metavar=field[0].upper(), help=_HELPS.get(field), required=field in required
        )


def _new_arguments(parser: argparse.ArgumentParser) -> None:
    _field_arguments(parser, required=("title",))
    parser.add_argument("--source", metavar="NAME", help="the system it came from")


def _id(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="number or id")


def _edit_arguments(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    _field_arguments(parser)


def _comment_arguments(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("--text", metavar="T", required=True, help="what to add")
    parser.add_argument("--public", action="store_true", help="the requester sees it (default: internal)")


def _move_arguments(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("status", metavar="STATUS", help=", ".join(STATUSES))
    parser.add_argument("--reason", metavar="R", help="what it waits for")
    parser.add_argument("--resolution", metavar="T", help="how it was resolved")


def _attach_arguments(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("file", metavar="FILE", type=Path, help="the file")


def _save_arguments(parser: argparse.ArgumentParser) -> None:
    _id(parser)
    parser.add_argument("attachment", metavar="ATTACHMENT", help="its name or the beginning of its SHA-256")
    parser.add_argument("--to", metavar="FILE", type=Path, required=True, help="the file to write, or a folder")
    parser.add_argument("--replace", action="store_true", help="replace a file that is there")


COMMANDS: Final = (
    Command("ticket show", "Show a ticket with its timeline", show, _id),
    Command("ticket new", "Open a ticket", new, _new_arguments),
    Command("ticket edit", "Set fields of a ticket", edit, _edit_arguments),
    Command("ticket comment", "Add a note or comment", comment, _comment_arguments),
    Command("ticket move", "Change the status of a ticket", move, _move_arguments),
    Command("ticket attach", "Keep a file with a ticket", attach, _attach_arguments),
    Command("ticket save-attachment", "Write a copy of an attachment to a file", save_attachment, _save_arguments),
)
