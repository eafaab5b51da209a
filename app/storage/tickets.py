"""Reading tickets: pages, keys and counts of a query, one ticket with its timeline, values for completion."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.query import TICKETS, Env, FieldType, Query
from app.storage.known_values import known_folded_values, known_items, known_values
from app.storage.reading import Reading
from app.storage.ticket_query import statement
from app.storage.ticket_row import ATTACHMENT, ENTRY, FOLDED, LIGHT, WHOLE, attachment_of, entry_of, ticket_of

_IN_ORDER: Final = "ORDER BY timeline.at, timeline.seq"
_TIMELINE: Final = f"SELECT {ENTRY} FROM timeline JOIN ticket ON ticket.key = timeline.ticket_key WHERE"  # noqa: S608
FIND: Final = (
    f"SELECT {WHOLE}, ticket.key FROM ticket WHERE id = ?1"  # noqa: S608
    f" UNION ALL SELECT {WHOLE}, ticket.key FROM ticket WHERE number = ?1 COLLATE NOCASE LIMIT 1"
)
"""One whole ticket by id or number; an id wins."""

_TEXT_TYPES: Final = (FieldType.TEXT, FieldType.PROSE, FieldType.ENUM)


class SqliteTickets:
    """``TicketReads`` on ``work.db``. Read lanes."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def keys(self, query: Query, env: Env, *, limit: int | None = None) -> Sequence[int]:
        return [row[0] for row in self._select("ticket.key", query, env, limit)]

    def page(self, query: Query, env: Env, *, limit: int) -> Sequence[Ticket]:
        return [ticket_of(row) for row in self._select(LIGHT, query, env, limit)]

    def every(self, query: Query, env: Env, *, limit: int | None = None) -> Iterable[Ticket]:
        sql, parameters = statement(query, env)
        rows = self._reading.stream(f"SELECT {WHOLE} FROM ticket {sql} LIMIT ?", (*parameters, _limit(limit)))  # noqa: S608
        return map(ticket_of, rows)

    def count(self, query: Query, env: Env) -> int:
        sql, parameters = statement(query, env, ordered=False)
        row = self._reading.row(f"SELECT count(*) FROM ticket {sql}", parameters)  # noqa: S608
        return int(row[0]) if row else 0

    def by_keys(self, keys: Sequence[int]) -> Mapping[int, Ticket]:
        sql = f"SELECT {LIGHT}, key FROM ticket WHERE key IN (SELECT value FROM json_each(?))"  # noqa: S608
        return {row[-1]: ticket_of(row) for row in self._reading.rows(sql, (json.dumps(list(keys)),))}

    def keys_of(self, ids: Sequence[str]) -> Mapping[str, int]:
        sql = "SELECT id, key FROM ticket WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._reading.rows(sql, (json.dumps(list(ids)),)))

    def get(self, id_or_number: str) -> Ticket | None:
        row = self._reading.row(FIND, (id_or_number,))
        return ticket_of(row) if row else None

    def timeline(self, ticket_id: str, *, limit: int = 200, before_seq: int | None = None) -> Sequence[TimelineEntry]:
        sql, parameters = f"{_TIMELINE} ticket.id = ?", [ticket_id]
        if before_seq is not None:
            sql += " AND (timeline.at, timeline.seq) < ((SELECT at FROM timeline WHERE seq = ?), ?)"
            parameters += [before_seq, before_seq]  # type: ignore[list-item]
        sql += " ORDER BY timeline.at DESC, timeline.seq DESC LIMIT ?"
        rows = self._reading.rows(sql, (*parameters, limit))
        return [entry_of(row) for row in reversed(rows)]

    def attachments(self, ticket_id: str) -> Sequence[Attachment]:
        sql = (
            f"SELECT {ATTACHMENT} FROM attachment JOIN ticket ON ticket.key = attachment.ticket_key"  # noqa: S608
            " WHERE ticket.id = ? ORDER BY attachment.at, attachment.id"
        )
        return [attachment_of(row) for row in self._reading.rows(sql, (ticket_id,))]

    def values(self, field: str, prefix: str, limit: int = 20) -> Sequence[str]:
        known = TICKETS.fields_by_name.get(field)
        if known is None or known.type not in (*_TEXT_TYPES, FieldType.LIST):
            return []
        read = known_items if known.type is FieldType.LIST else known_values
        if known.reads in FOLDED:
            read = known_folded_values
        return read(self._reading, "ticket", known.reads, prefix, limit)

    def _select(self, columns: str, query: Query, env: Env, limit: int | None) -> Sequence[tuple[Any, ...]]:
        sql, parameters = statement(query, env)
        return self._reading.rows(f"SELECT {columns} FROM ticket {sql} LIMIT ?", (*parameters, _limit(limit)))  # noqa: S608


def _limit(limit: int | None) -> int:
    return -1 if limit is None else limit
