"""What belongs to an incident, read from the stores and written into an incident file.

The window: from an hour before the ticket was created until an hour after it ended (still open: until now), unless
one is asked for. Hosts and services: those that the ticket's service names, as a business service (its parts), a host
or a check. Articles: those whose id or path the ticket's own words name. Reads only; read lane.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from app.analysis.incident import form
from app.analysis.incident.bag import Content, Made, Sign, write_bag
from app.analysis.incident.form import Head, Row
from app.analysis.incident.redaction import PERSON_FIELDS, Redactor
from app.base.clock import HOUR, Moment, to_iso
from app.base.errors import NotFound, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.domain.article import Article
from app.domain.health import HealthRow
from app.domain.history import Series, StateChange
from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.ports import History, Store
from app.query import Env
from app.usecases.new_file import new_file
from app.usecases.roll_up import query_predicates

AROUND: Final = HOUR
ALL_ENTRIES: Final = 100_000_000
MOST_ROWS: Final = 500
"""Hosts and services of one incident; a business service may have more."""
_SAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time; None: as the ticket says."""

    since_at: Moment | None = None
    until_at: Moment | None = None


def find_content(
    store: Store, history: History, number: str, now_at: Moment, window: Window | None = None
) -> Content:
    """What goes into the file of a ticket, by its number or id; its rows are read when they are written.

    Raises NotFound, and Refused for a window that ends before it begins.
    """
    ticket = store.tickets.get(number)
    if ticket is None:
        raise NotFound(
            tr("There is no ticket {id}.", id=number),
            hint=tr("Give its number or id; “watchdesk tickets” lists them."),
            concerns=number,
        )
    asked = window or Window()
    since_at = ticket.created_at - AROUND if asked.since_at is None else asked.since_at
    until_at = _end(ticket, now_at) if asked.until_at is None else asked.until_at
    if since_at > until_at:
        raise Refused(tr("The window begins after it ends."), hint=tr("Exchange --since and --until."))
    rows = _health_rows(store, history, ticket, Env(now_at, ""))
    entries = store.tickets.timeline(ticket.id, limit=ALL_ENTRIES)
    attachments = store.tickets.attachments(ticket.id)
    return Content(
        subject=ticket.number,
        title=ticket.title,
        since_at=since_at,
        until_at=until_at,
        rows={
            "tickets": lambda: [ticket_row(ticket)],
            "timeline": lambda: (timeline_row(ticket, entry) for entry in entries),
            "problems": lambda: map(problem_row, rows),
            "states": lambda: _states(history, rows, since_at, until_at),
            "samples": lambda: _samples(history, rows, since_at, until_at),
            "articles": lambda: map(article_row, _articles(store, ticket, entries)),
        },
        files=tuple((attachment_row(ticket, each), partial(store.open_file, each.sha256)) for each in attachments),
        names=_names_of_people(ticket, entries, attachments),
    )


def export_incident(
    content: Content,
    made: Made,
    target: Path,
    redactor: Redactor,
    cancel: CancelToken,
    *,
    replace: bool = False,
    sign: Sign | None = None,
) -> Head:
    """Write the file; gives what its head says. Nothing is left of it when this raises.

    Raises Refused (the file is there), Damaged (an attachment), DiskFull, ReadOnly, EnvironmentTrouble, Cancelled.
    """
    with new_file(target, replace=replace) as file:
        return write_bag(file, content, made, redactor, cancel, sign)


def preview_incident(content: Content, made: Made, redactor: Redactor, cancel: CancelToken) -> Head:
    """What ``export_incident`` would write; nothing is kept of it. The redactor tells what it masked and left."""
    with tempfile.TemporaryFile() as file:
        return write_bag(cast("BinaryIO", file), content, made, redactor, cancel)


def _end(ticket: Ticket, now_at: Moment) -> Moment:
    ended_at = ticket.resolved_at or ticket.closed_at
    return now_at if ended_at is None else max(ended_at, ticket.created_at) + AROUND


def _health_rows(store: Store, history: History, ticket: Ticket, env: Env) -> Sequence[HealthRow]:
    """Of one source where the ticket names it, else of all."""
    if not ticket.service:
        return []
    wanted = ticket.service.casefold()
    tests: list[Callable[[HealthRow], bool]] = [lambda row: wanted in _names(row)]
    predicate = query_predicates(env)
    for service in store.team.business_services():
        test = predicate(service.members) if service.name.casefold() == wanted else None
        if test is not None:
            tests.append(test)
    found = [row for row in history.rows() if any(test(row) for test in tests)]
    return sorted(found, key=lambda row: (row.source, row.host, row.kind, row.name))[:MOST_ROWS]


def _names(row: HealthRow) -> tuple[str, ...]:
    host, name = row.host.casefold(), row.name.casefold()
    return host, name, f"{host}/{name}", f"{name} {host}"


def _names_of_people(
    ticket: Ticket, entries: Iterable[TimelineEntry], attachments: Iterable[Attachment]
) -> frozenset[str]:
    """Everybody whom a field names."""
    names = {ticket.assignee, ticket.requester, *(entry.by for entry in entries), *(each.by for each in attachments)}
    for entry in entries:
        if entry.field in PERSON_FIELDS:
            names |= {entry.old, entry.new}
    return frozenset(name for name in names if name)


def _states(history: History, rows: Iterable[HealthRow], since_at: Moment, until_at: Moment) -> Iterator[Row]:
    for row in rows:
        yield from map(state_row, history.changes(row.id, since_at, until_at))


def _samples(history: History, rows: Iterable[HealthRow], since_at: Moment, until_at: Moment) -> Iterator[Row]:
    for row in rows:
        for series in history.series(row.id, since_at, until_at):
            yield from sample_rows(series)


def _articles(store: Store, ticket: Ticket, entries: Iterable[TimelineEntry]) -> list[Article]:
    """Those that the ticket's words name by id or path."""
    words = "\n".join([ticket.description, ticket.resolution or "", *(entry.text or "" for entry in entries)])
    named = [id_ for id_, path, _ in store.articles.tree() if id_ in words or (len(path) > 3 and path in words)]
    return [article for article in map(store.articles.get, named) if article is not None]


# --- from the desk's values to the file's rows ------------------------------------------------------------


def _iso(at: Moment | None) -> str | None:
    return None if at is None else to_iso(at)


_PLAIN: Final = tuple(
    name for name in form.TicketRow.__struct_fields__ if not name.endswith("_at") and name not in ("waited_s", "tags")
)
_TIMES: Final = tuple(name for name in form.TicketRow.__struct_fields__ if name.endswith("_at"))


def ticket_row(ticket: Ticket) -> Row:
    """A ticket."""
    values = {name: getattr(ticket, name) for name in _PLAIN} | {n: _iso(getattr(ticket, n)) for n in _TIMES}
    return msgspec.convert(
        values | {"waited_s": ticket.waited_ms / 1000, "tags": ticket.tags}, form.TicketRow, strict=True
    )


def timeline_row(ticket: Ticket, entry: TimelineEntry) -> Row:
    """An entry of its timeline."""
    return form.TimelineRow(
        ticket=ticket.number, at=to_iso(entry.at), kind=entry.kind, by=entry.by, text=entry.text, field=entry.field,
        old=entry.old, new=entry.new,
    )  # fmt: skip


def problem_row(row: HealthRow) -> Row:
    """A host or service."""
    return form.ProblemRow(
        id=row.id, source=row.source, kind=row.kind, host=row.host, name=row.name, state=row.state, hard=row.hard,
        since_at=_iso(row.since_at), acknowledged=row.acknowledged, in_downtime=row.in_downtime, output=row.output,
        groups=row.groups, environment=row.environment,
    )  # fmt: skip


def state_row(change: StateChange) -> Row:
    """A change of state."""
    return form.StateRow(
        row_id=change.row_id, at=to_iso(change.at), state=change.state, hard=change.hard, handled=change.handled,
        output=change.output,
    )  # fmt: skip


def sample_rows(series: Series) -> Iterator[Row]:
    """A series in rows of a thousand samples; what is no number is left out."""
    pairs = [(at, value) for at, value in zip(series.at, series.values, strict=True) if math.isfinite(value)]
    for begin in range(0, len(pairs), _SAMPLES):
        some = pairs[begin : begin + _SAMPLES]
        yield form.SampleRow(
            row_id=series.row_id, label=series.label, unit=series.unit, warn=series.warn, crit=series.crit,
            at=tuple(to_iso(at) for at, _ in some), values=tuple(value for _, value in some),
        )  # fmt: skip


def article_row(article: Article) -> Row:
    """An article."""
    return form.ArticleRow(
        id=article.id, path=article.path, title=article.title, body=article.body, tags=article.tags,
        owner=article.owner, updated_at=to_iso(article.updated_at), version=article.version,
    )  # fmt: skip


def attachment_row(ticket: Ticket, attachment: Attachment) -> form.AttachmentRow:
    """An attachment that is not written yet."""
    return form.AttachmentRow(
        ticket=ticket.number, name=attachment.name, part=None, sha256=attachment.sha256,
        size_bytes=attachment.size_bytes, at=to_iso(attachment.at), by=attachment.by,
    )  # fmt: skip
