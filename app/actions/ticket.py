"""Actions on tickets: plans over the use cases of ``app.usecases.ticket``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.actions.action import (
    BOARD,
    QUEUE,
    TICKET,
    Action,
    Argument,
    Means,
    Plan,
    Result,
    Situation,
    Target,
)  # fmt: skip
from app.base.errors import Cancelled, EnvironmentTrouble, WatchdeskError
from app.base.events import CancelToken, Touched
from app.base.text import count, tr
from app.domain import ticket as words
from app.domain.command import DONE, FAILED, REFUSED, Outcome
from app.domain.health import HOST, HealthRow
from app.domain.ticket import Ticket
from app.usecases.ticket import (
    attach_file,
    comment_ticket,
    edit_ticket,
    move_ticket,
    new_ticket,
    undo_edit,
)  # fmt: skip
from app.usecases.ticket_record import Saved

_ON_TICKETS = frozenset({QUEUE, TICKET})
Step = Callable[[Means, Ticket], Saved]


def _selected(situation: Situation) -> str:
    return "" if situation.tickets else tr("No ticket is selected.")


def _per_ticket(
    title: str,
    tickets: tuple[Ticket, ...],
    step: Step,
    *,
    done: str,
    asks: bool = False,
    what: str = "",
    takes_back: bool = False,
) -> Plan:
    """A plan that does one step per ticket, each its own commit, with an outcome for each. ``what``: the edit that it
    takes back (``takes_back``) or does again; its own title when it is the edit itself."""

    def run(means: Means, cancel: CancelToken) -> Result:
        outcomes: list[Outcome] = []
        saved: list[Saved] = []
        left: list[Ticket] = []
        for ticket in tickets:
            try:
                cancel.check()
                saved.append(step(means, ticket))
                outcomes.append(Outcome(ticket.id, DONE))
            except (EnvironmentTrouble, Cancelled) as error:  # nothing of it was written, and it may pass
                left.append(ticket)
                outcomes.append(Outcome(ticket.id, FAILED, error.sentence()))
            except WatchdeskError as error:
                outcomes.append(Outcome(ticket.id, REFUSED, error.sentence()))
        again = _per_ticket(title, tuple(left), step, done=done, what=what, takes_back=takes_back) if left else None
        return Result(tuple(outcomes), _touched(saved), undo_plan(saved, what or title, again=takes_back), left=again)

    targets = tuple(Target(ticket.id, ticket.number, ticket.title) for ticket in tickets)
    return Plan(title, targets, run, asks=asks, done_text=done)


def undo_plan(saved: list[Saved], what: str, *, again: bool = False) -> Plan | None:
    """The plan that takes these edits back, or when they took ``what`` back themselves does it ``again``; None when
    there is nothing to do."""
    edits = [(each.ticket, each.change_id) for each in saved if each.change_id]
    if not edits:
        return None
    changes = {ticket.id: change_id for ticket, change_id in edits}

    def step(means: Means, ticket: Ticket) -> Saved:
        return undo_edit(means.work, ticket.id, changes[ticket.id])

    tickets = tuple(ticket for ticket, _ in edits)
    title, done = (
        (tr("Do again: {what}", what=what), tr("Done again: {what}.", what=what))
        if again
        else (tr("Undo: {what}", what=what), tr("Undone: {what}.", what=what))
    )
    return _per_ticket(title, tickets, step, done=done, what=what, takes_back=not again)


def _touched(saved: list[Saved]) -> Touched:
    touched = Touched()
    for each in saved:
        touched = each.touched if not touched else touched | each.touched
    return touched


def _what(tickets: tuple[Ticket, ...]) -> str:
    return tickets[0].number if len(tickets) == 1 else count(len(tickets), "ticket", "tickets")


def plan_edit(tickets: tuple[Ticket, ...], field: str, text: str) -> Plan:
    """Set one field of tickets; with more than one it is shown first."""
    from app.domain.ticket_field import field_text

    def step(means: Means, ticket: Ticket) -> Saved:
        return edit_ticket(means.work, ticket.id, {field: text}, seen={field: field_text(field, ticket)})

    title = tr("Set {field} of {what}", field=field.replace("_", " "), what=_what(tickets))
    return _per_ticket(title, tickets, step, done=tr("Saved."), asks=len(tickets) > 1)


def _plan_mine(situation: Situation, _given: Mapping[str, str]) -> Plan:
    return plan_edit(situation.tickets, "assignee", situation.me)


def _plan_move(situation: Situation, given: Mapping[str, str]) -> Plan:
    status = given["status"]

    def step(means: Means, ticket: Ticket) -> Saved:
        return move_ticket(
            means.work, ticket.id, status, reason=given.get("reason") or None,
            resolution=given.get("resolution") or None,
        )  # fmt: skip

    title = tr("Move {what} to {status}", what=_what(situation.tickets), status=status)
    return _per_ticket(
        title, situation.tickets, step, done=tr("Moved to {status}.", status=status), asks=len(situation.tickets) > 1
    )


def _move_arguments(situation: Situation) -> tuple[Argument, ...]:
    possible = [set(words.allowed_moves(ticket.status)) for ticket in situation.tickets]
    shared = set.intersection(*possible) if possible else set()
    moves = tuple((status, status) for status in words.STATUSES if status in shared)
    reasons = tuple((reason, reason) for reason in words.PENDING_REASONS)
    return (
        Argument("status", tr("Status"), "choice", moves[0][0] if moves else "", moves),
        Argument("reason", tr("Waits for"), "choice", "", reasons, needed=False),
        Argument("resolution", tr("How it was resolved"), "long_text", needed=False),
    )


def _movable(situation: Situation) -> str:
    if not situation.tickets:
        return tr("No ticket is selected.")
    if not _move_arguments(situation)[0].choices:
        if len({ticket.status for ticket in situation.tickets}) > 1:
            return tr("These tickets have no next status in common: choose tickets of one status.")
        return tr("No move is possible from here.")
    return ""


def _plan_resolve(situation: Situation, given: Mapping[str, str]) -> Plan:
    closing = all(ticket.status == words.RESOLVED for ticket in situation.tickets)
    return _plan_move(situation, {**given, "status": words.CLOSED if closing else words.RESOLVED})


def _resolve_arguments(situation: Situation) -> tuple[Argument, ...]:
    if all(ticket.status == words.RESOLVED for ticket in situation.tickets):
        return ()
    return (Argument("resolution", tr("How it was resolved"), "long_text"),)


def _plan_comment(situation: Situation, given: Mapping[str, str]) -> Plan:
    public = given.get("public") == "yes"

    def step(means: Means, ticket: Ticket) -> Saved:
        return comment_ticket(means.work, ticket.id, given["text"], public=public)

    title = tr("Reply on {what}" if public else "Note on {what}", what=_what(situation.tickets))
    done = tr("Sent and saved.") if public else tr("Note saved.")
    return _per_ticket(title, situation.tickets, step, done=done, asks=public)


def _plan_attach(situation: Situation, given: Mapping[str, str]) -> Plan:
    def step(means: Means, ticket: Ticket) -> Saved:
        return attach_file(means.work, ticket.id, Path(given["file"]))

    return _per_ticket(
        tr("Attach a file to {what}", what=_what(situation.tickets)), situation.tickets[:1], step,
        done=tr("The file is kept."),
    )  # fmt: skip


def _plan_new(situation: Situation, given: Mapping[str, str]) -> Plan:
    fields = {name: text for name, text in given.items() if text}

    def run(means: Means, _cancel: CancelToken) -> Result:
        saved = new_ticket(means.work, fields)
        return Result((Outcome(saved.ticket.id, DONE),), saved.touched, opened=saved.ticket.id)

    return Plan(tr("New ticket"), (Target("", given.get("title", "")),), run, done_text=tr("Ticket saved."))


_LEVEL_WORDS = {"impact": ("1 many customers", "2 some", "3 few"), "urgency": ("1 now", "2 today", "3 can wait")}


def _level(name: str, default: str) -> Argument:
    choices = tuple((word[0], word) for word in _LEVEL_WORDS[name])
    return Argument(name, name.capitalize(), "choice", default, choices)


def _new_arguments(_situation: Situation) -> tuple[Argument, ...]:
    return (
        Argument("title", tr("Title")),
        Argument("description", tr("What is wrong"), "long_text", needed=False),
        _level("impact", "2"),
        _level("urgency", "2"),
        Argument("service", tr("Service"), needed=False),
        Argument("team", tr("Team"), needed=False),
        Argument("requester", tr("Requester"), needed=False),
    )


def _from_problem(situation: Situation, given: Mapping[str, str]) -> Plan:
    return _plan_new(situation, {"channel": "monitoring", **given})


def _problem_arguments(situation: Situation) -> tuple[Argument, ...]:
    title, description = problem_text(situation.rows)
    return (
        Argument("title", tr("Title"), default=title),
        Argument("description", tr("What is wrong"), "long_text", description, needed=False),
        _level("impact", "2"),
        _level("urgency", "1"),
        Argument("service", tr("Service"), needed=False),
        Argument("team", tr("Team"), needed=False),
    )


def problem_text(rows: tuple[HealthRow, ...]) -> tuple[str, str]:
    """A ticket's title and description from health rows, worst first."""
    if not rows:
        return "", ""
    first = rows[0]
    what = first.host if first.kind == HOST else f"{first.name} on {first.host}"
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    lines = [f"{row.name} on {row.host} is {row.state}: {row.output}" for row in rows]
    return f"{what} is {first.state}{more}", "\n".join(lines)


def _rows_selected(situation: Situation) -> str:
    return "" if situation.rows else tr("No problem is selected.")


TICKET_ACTIONS: tuple[Action, ...] = (
    Action("ticket.new", "New ticket", "Open a ticket by hand.", "Ticket", "Ticket", ("N",), "plus",
           frozenset({QUEUE, TICKET}), arguments=_new_arguments, plan=_plan_new),
    Action("problem.ticket", "Ticket from problem", "Open a ticket that tells what is wrong.", "Problem", "Problem",
           ("T",), "ticket", frozenset({BOARD}), _rows_selected, _problem_arguments, _from_problem),
    Action("ticket.mine", "Make it mine", "Become the assignee.", "Ticket", "Ticket", ("M",), "user", _ON_TICKETS,
           _selected, plan=_plan_mine),
    Action("ticket.move", "Change status", "Move on to the next status.", "Ticket", "Ticket", ("S",), "half-ring",
           _ON_TICKETS, _movable, _move_arguments, _plan_move),
    Action("ticket.resolve", "Resolve or close", "Resolve it, or close what is resolved.", "Ticket", "Ticket",
           ("Shift+C",), "check", _ON_TICKETS, _movable, _resolve_arguments, _plan_resolve),
    Action("ticket.comment", "Add a note or comment", "Write what you know.", "Ticket", "", (), "comment",
           _ON_TICKETS, _selected,
           lambda _s: (Argument("text", tr("Text"), "long_text"),
                       Argument("public", tr("Visible to the requester"), "flag", "no", needed=False)),
           _plan_comment),
    Action("ticket.attach", "Attach a file", "Keep a copy of a file with the ticket.", "Ticket", "Ticket",
           ("Ctrl+Shift+A",), "attach", _ON_TICKETS, _selected,
           lambda _s: (Argument("file", tr("File"), "file"),), _plan_attach),
)  # fmt: skip
