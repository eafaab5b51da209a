"""What a shift hands to the next one. Its definitions stand in the docstring, which the reference shows.

Read or cpu lane.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.base.clock import HOUR, Moment, to_iso
from app.domain import sla
from app.domain.health import Downtime, HealthRow, Remark
from app.domain.history import StateChange
from app.domain.silence import ACKNOWLEDGEMENT, DOWNTIME, Silence, silences
from app.domain.ticket import WORKING_STATUSES, Ticket
from app.ports import History, Store
from app.query import Env
from app.query.tree import Comparison, Match, Not, Query, Span, Text, all_of

SHIFT: Final = 12 * HOUR
"""How long a shift is unless its begin is told."""
ENDED: Final = "ended"
LATE: Final = "late"
NEXT: Final = "next"
LATER: Final = "later"
_ALWAYS: Final = 10**15

Rows = list[dict[str, Any]]


def report_handover(
    store: Store, history: History, *, since_at: Moment, until_at: Moment, now_at: Moment
) -> dict[str, Any]:
    """What one shift hands to the next: its changes of state, what is silenced, and what is due, each exactly once.

    The shift lasts from --since (inside; default: twelve hours before its end) until --until (outside, default now).

    - state_changes: every change of state in the shift of a host, service or component that its source still has, in
      order of time; also where only its being handled or its certainty (hard) changed. was: the state before, null
      when nothing was known; state: the new one, null when its source stopped telling of it.
    - silences: every acknowledgement, downtime and suppression, as “silences” lists them, whose phase is active or
      planned now; and as ended the downtimes that ended in the shift and the acknowledgements of the shift that are
      over. until is null when it ends with the problem or its source does not tell.
    - due: the due time of every ticket that is new, open or pending; of the others those that fell into the shift; in
      order of time. standing: late (its clock runs and the time has passed), paused (pending: the clock stands
      still), next (due within a stretch as long as the shift), later; of what was settled, met, missed, or null where
      nothing tells when.

    Keys: since_at until_at state_changes[] (at id source kind host name was state hard handled output) silences[]
    (phase kind id source host name state author comment start_at until remote_id) due[] (due_at id number kind title
    status priority team assignee standing).
    """
    rows = history.rows()
    return {
        "since_at": to_iso(since_at),
        "until_at": to_iso(until_at),
        "state_changes": _changes(history, rows, since_at, until_at),
        "silences": [_silence(each) for each in _silences(history, rows, since_at, until_at, now_at)],
        "due": [_due(ticket, since_at, until_at) for ticket in _due_tickets(store, since_at, until_at)],
    }


def _changes(history: History, rows: Iterable[HealthRow], since_at: Moment, until_at: Moment) -> Rows:
    found = [each for row in rows for each in _changes_of(history, row, since_at, until_at)]
    found.sort(key=lambda each: (each[1].at, each[0].host, each[0].name, each[0].id))
    return [_change(*each) for each in found]


def _changes_of(
    history: History, row: HealthRow, since_at: Moment, until_at: Moment
) -> Iterator[tuple[HealthRow, StateChange, str]]:
    was = ""
    for change in history.changes(row.id, since_at - 1, until_at - 1):
        if change.at >= since_at:
            yield row, change, was
        was = change.state


def _change(row: HealthRow, change: StateChange, was: str) -> dict[str, Any]:
    return {
        "at": to_iso(change.at), "id": row.id, "source": row.source, "kind": row.kind, "host": row.host,
        "name": row.name, "was": was or None, "state": change.state or None, "hard": change.hard,
        "handled": change.handled, "output": change.output,
    }  # fmt: skip


def _silences(
    history: History, rows: Sequence[HealthRow], since_at: Moment, until_at: Moment, now_at: Moment
) -> list[Silence]:
    """Those that ended in the shift first, then what is in force or planned."""
    remarks, downtimes = history.remarks(), history.downtimes()
    lasting = silences(rows, remarks, downtimes, now_at)
    by_id = {row.id: row for row in rows}
    over = [*_over(downtimes, by_id, since_at, until_at, now_at), *_given_up(remarks, by_id, since_at, until_at)]
    return [
        *sorted(over, key=lambda each: (each.end_at or each.start_at or 0, each.row.id, each.remote_id)),
        *lasting,
    ]


def _over(
    downtimes: Iterable[Downtime], rows: Mapping[str, HealthRow], since_at: Moment, until_at: Moment, now_at: Moment
) -> Iterator[Silence]:
    for each in downtimes:
        if each.row_id in rows and since_at <= each.end_at < until_at and each.end_at <= now_at:
            yield Silence(
                kind=DOWNTIME, phase=ENDED, row=rows[each.row_id], remote_id=each.remote_id, author=each.author,
                text=each.text, start_at=each.start_at, end_at=each.end_at,
            )  # fmt: skip


def _given_up(
    remarks: Iterable[Remark], rows: Mapping[str, HealthRow], since_at: Moment, until_at: Moment
) -> Iterator[Silence]:
    for each in remarks:
        row = rows.get(each.row_id)
        is_over = row is not None and each.kind == ACKNOWLEDGEMENT and not row.acknowledged
        if row is not None and is_over and since_at <= each.at < until_at:
            yield Silence(
                kind=ACKNOWLEDGEMENT, phase=ENDED, row=row, remote_id=each.remote_id, author=each.author,
                text=each.text, start_at=each.at, end_at=each.end_at,
            )  # fmt: skip


def _silence(silence: Silence) -> dict[str, Any]:
    row = silence.row
    return {
        "phase": silence.phase, "kind": silence.kind, "id": row.id, "source": row.source, "host": row.host,
        "name": row.name, "state": row.state, "author": silence.author, "comment": silence.text,
        "start_at": _iso(silence.start_at), "until": _iso(silence.end_at), "remote_id": silence.remote_id,
    }  # fmt: skip


def _due_tickets(store: Store, since_at: Moment, until_at: Moment) -> list[Ticket]:
    working = Match("status", tuple(Comparison("=", Text(status)) for status in sorted(WORKING_STATUSES)))
    lists = (all_of(working, _due_in(-_ALWAYS, _ALWAYS)), all_of(Not(working), _due_in(since_at, until_at)))
    found = [ticket for where in lists for ticket in store.tickets.every(Query(where), Env(now_at=0))]
    return sorted(found, key=lambda each: (each.due_at or 0, each.number))


def _due_in(since_at: Moment, until_at: Moment) -> Match:
    return Match("due", (Comparison("=", Span(since_at, until_at)),))


def _due(ticket: Ticket, since_at: Moment, until_at: Moment) -> dict[str, Any]:
    return {
        "due_at": _iso(ticket.due_at), "id": ticket.id, "number": ticket.number, "kind": ticket.kind,
        "title": ticket.title, "status": ticket.status, "priority": ticket.priority, "team": ticket.team,
        "assignee": ticket.assignee, "standing": _standing(ticket, since_at, until_at),
    }  # fmt: skip


_STANDING: Final[Mapping[str, str | None]] = {
    sla.MET: sla.MET, sla.MISSED: sla.MISSED, sla.PAUSED: sla.PAUSED, sla.BREACHED: LATE, sla.NONE: None,
}  # fmt: skip


def _standing(ticket: Ticket, since_at: Moment, until_at: Moment) -> str | None:
    state = sla.clock(ticket, until_at).state
    if state in _STANDING:
        return _STANDING[state]
    return NEXT if (ticket.due_at or 0) < until_at + (until_at - since_at) else LATER


def _iso(at: Moment | None) -> str | None:
    return None if at is None else to_iso(at)
