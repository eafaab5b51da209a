"""One write transaction of ``work.db``. Begins and commits nothing: ``SqliteStore.write`` does.

Statements are constant texts handed to the driver: an import writes several hundred thousand rows, and SQLAlchemy's
own executemany takes five times as long.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from app.base.clock import Clock
from app.domain.alert_rule import AlertRule
from app.domain.article import Article
from app.domain.business import BusinessService
from app.domain.draft import Draft
from app.domain.source import Source
from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.domain.value import Value
from app.domain.view import View
from app.storage import audit, work_tables
from app.storage.article_text import indexed
from app.storage.articles import FIELDS as ARTICLE_FIELDS
from app.storage.articles import FIND as FIND_ARTICLE
from app.storage.articles import article_of, article_row
from app.storage.struct_row import parameters_of, upsert_sql
from app.storage.ticket_row import ENTRY, ENTRY_COLUMNS, STORED, WHOLE, Row, entry_of, row_of, ticket_of
from app.storage.tickets import FIND

T = TypeVar("T")
_BATCH: Final = 2_000
_AMONG: Final = "IN (SELECT value FROM json_each(?))"
_INSERT_TICKET: Final = f"INSERT INTO ticket ({', '.join(STORED)}) VALUES ({', '.join('?' * len(STORED))})"  # noqa: S608
_STORED_TICKETS: Final = f"SELECT {', '.join(STORED)} FROM ticket WHERE id {_AMONG}"  # noqa: S608
_INSERT_ENTRY: Final = (
    f"INSERT INTO timeline ({ENTRY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    " ON CONFLICT (ticket_key, origin) WHERE origin <> '' DO NOTHING"
)
_INSERT_ATTACHMENT: Final = (
    'INSERT INTO attachment (id, ticket_key, name, sha256, size_bytes, at, "by") VALUES (?, ?, ?, ?, ?, ?, ?)'
)
_ENTRIES: Final = (
    f"SELECT {ENTRY} FROM timeline JOIN ticket ON ticket.key = timeline.ticket_key"  # noqa: S608
    " WHERE ticket.id = ? AND timeline.change_id = ? ORDER BY timeline.at, timeline.seq"
)
_NEXT_NUMBER: Final = (
    "INSERT INTO ticket_number (prefix, last) VALUES (?, 1)"
    " ON CONFLICT (prefix) DO UPDATE SET last = last + 1 RETURNING last"
)
_PUT_ARTICLE: Final = (
    f"INSERT INTO article ({', '.join(ARTICLE_FIELDS)}) VALUES ({', '.join('?' * len(ARTICLE_FIELDS))})"  # noqa: S608
    f" ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in ARTICLE_FIELDS[1:])}"
    " RETURNING key"
)
_PUT_VERSION: Final = (
    'INSERT OR REPLACE INTO article_version (article_key, version, title, body, at, "by") VALUES (?, ?, ?, ?, ?, ?)'
)
_PUT_TEXT: Final = (
    "INSERT OR REPLACE INTO article_text (rowid, title, headings, body, path, parts) VALUES (?, ?, ?, ?, ?, ?)"
)


class SqliteUnit:
    """``Unit`` on one connection. Write lane; of no use after its block."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._ticket_keys: dict[str, int] = {}

    # --- tickets ------------------------------------------------------------------------------------------

    def ticket(self, id_or_number: str) -> Ticket | None:
        row = self._rows(FIND, (id_or_number,))
        return ticket_of(row[0]) if row else None

    def tickets_by_remote(self, source: str, remote_ids: Sequence[str]) -> Mapping[str, Ticket]:
        sql = f"SELECT {WHOLE} FROM ticket WHERE source = ? AND remote_id {_AMONG}"  # noqa: S608
        found = map(ticket_of, self._rows(sql, (source, json.dumps(list(remote_ids)))))
        return {ticket.remote_id: ticket for ticket in found if ticket.remote_id is not None}

    def put_tickets(self, tickets: Iterable[Ticket]) -> None:
        for batch in _batches(tickets):
            rows = {ticket.id: row_of(ticket) for ticket in batch}
            known = {row[0]: tuple(row) for row in self._among(_STORED_TICKETS, rows)}
            new = [row for id_, row in rows.items() if id_ not in known]
            if new:
                self._connection.exec_driver_sql(_INSERT_TICKET, new)
            self._write_differences((known[id_], row) for id_, row in rows.items() if id_ in known)

    def next_number(self, prefix: str) -> str:
        taken = "SELECT 1 FROM ticket WHERE number = ? COLLATE NOCASE"
        while True:
            number = f"{prefix}-{self._rows(_NEXT_NUMBER, (prefix,))[0][0]}"
            if not self._rows(taken, (number,)):
                return number

    def add_entries(self, entries: Iterable[TimelineEntry]) -> int:
        added = 0
        for batch in _batches(entries):
            keys = self._keys_of({entry.ticket_id for entry in batch})
            rows = [
                (e.id, keys[e.ticket_id], e.at, e.kind, e.by, e.text, e.field, e.old, e.new, e.change_id, e.origin)
                for e in batch
            ]
            added += self._connection.exec_driver_sql(_INSERT_ENTRY, rows).rowcount
        return added

    def entries(self, ticket_id: str, change_id: str) -> Sequence[TimelineEntry]:
        return [entry_of(row) for row in self._rows(_ENTRIES, (ticket_id, change_id))]

    def add_attachment(self, attachment: Attachment) -> None:
        a = attachment
        self._run(
            _INSERT_ATTACHMENT,
            (a.id, self._keys_of({a.ticket_id})[a.ticket_id], a.name, a.sha256, a.size_bytes, a.at, a.by),
        )

    # --- articles -----------------------------------------------------------------------------------------

    def article(self, id_or_path: str) -> Article | None:
        row = self._rows(FIND_ARTICLE, (id_or_path,))
        return article_of(row[0]) if row else None

    def put_article(self, article: Article, by: str) -> None:
        key = self._rows(_PUT_ARTICLE, article_row(article))[0][0]
        at = article.updated_at or self._clock.now()
        self._run(_PUT_VERSION, (key, article.version, article.title, article.body, at, by))
        self._run(_PUT_TEXT, (key, *indexed(article)))

    # --- what the team shares -----------------------------------------------------------------------------

    def put_draft(self, draft: Draft) -> None:
        self._put(work_tables.draft, draft)

    def drop_draft(self, key: str) -> None:
        self._run("DELETE FROM draft WHERE key = ?", (key,))

    def put_source(self, source: Source) -> None:
        self._put(work_tables.source, source)

    def drop_source(self, id_: str) -> None:
        self._run("DELETE FROM source WHERE id = ?", (id_,))

    def put_view(self, view: View) -> None:
        self._put(work_tables.view, view)

    def drop_view(self, id_: str) -> None:
        self._run("DELETE FROM view WHERE id = ?", (id_,))

    def put_business_service(self, service: BusinessService) -> None:
        self._put(work_tables.business_service, service)

    def drop_business_service(self, id_: str) -> None:
        self._run("DELETE FROM business_service WHERE id = ?", (id_,))

    def put_alert_rule(self, rule: AlertRule) -> None:
        self._put(work_tables.alert_rule, rule)

    def drop_alert_rule(self, id_: str) -> None:
        self._run("DELETE FROM alert_rule WHERE id = ?", (id_,))

    def audit(self, action: str, *, by: str, concerns: str, detail: Mapping[str, object] | None = None) -> None:
        audit.append(self._connection, self._clock.now(), action, by=by, concerns=concerns, detail=detail or {})

    # --- statements ---------------------------------------------------------------------------------------

    def _rows(self, sql: str, parameters: Row = ()) -> list[Any]:
        return list(self._connection.exec_driver_sql(sql, parameters))

    def _run(self, sql: str, parameters: Row = ()) -> None:
        self._connection.exec_driver_sql(sql, parameters)

    def _put(self, table: Any, value: Value) -> None:
        self._run(upsert_sql(table, type(value)), parameters_of(value))

    def _among(self, sql: str, wanted: Iterable[str]) -> list[Any]:
        return self._rows(sql, (json.dumps(list(wanted)),))

    def _keys_of(self, ids: set[str]) -> Mapping[str, int]:
        unknown = [id_ for id_ in ids if id_ not in self._ticket_keys]
        if unknown:
            found = self._among(f"SELECT id, key FROM ticket WHERE id {_AMONG}", unknown)  # noqa: S608
            self._ticket_keys.update((row[0], row[1]) for row in found)
        return self._ticket_keys

    def _write_differences(self, pairs: Iterable[tuple[Row, Row]]) -> None:
        """Write the columns that differ; rows that differ in the same ones together."""
        changes: dict[tuple[int, ...], list[Row]] = defaultdict(list)
        for old, new in pairs:
            differing = tuple(i for i, value in enumerate(new) if value != old[i])
            if differing:
                changes[differing].append((*(new[i] for i in differing), new[0]))
        for differing, rows in changes.items():
            columns = ", ".join(f"{STORED[i]} = ?" for i in differing)
            self._connection.exec_driver_sql(f"UPDATE ticket SET {columns} WHERE id = ?", rows)  # noqa: S608


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, _BATCH)):
        yield batch
