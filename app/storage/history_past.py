"""The past that a file tells, written beside what was seen: changes at their own times, and the stretch it covers.

Unlike an answer's, these changes may lie before what is known already. The same file again writes nothing.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from app.domain.history import Past, SourceMark
from app.storage.history_write import put_rows, put_source_mark

NEVER_ASKED_S: Final = 0.0
"""The interval in the mark of a source that only files tell of: stale at any age, and kept until it is removed."""

_KNOWN: Final = "SELECT received_at FROM source_mark WHERE source = ?"
_ADD: Final = """
INSERT INTO state_change (subject, at, state, hard, handled, output)
SELECT key, ?2, ?3, ?4, ?5, ?6 FROM subject WHERE id = ?1
ON CONFLICT (subject, at) DO UPDATE SET state = excluded.state, hard = excluded.hard, handled = excluded.handled,
    output = excluded.output
WHERE (state, hard, handled, output) IS NOT (excluded.state, excluded.hard, excluded.handled, excluded.output)
"""
_TOUCHING: Final = "coverage WHERE source = ? AND from_at <= ? AND until_at >= ?"


def write_past(connection: Connection, past: Past) -> int:
    """Gives how many changes were not known."""
    known_until = connection.exec_driver_sql(_KNOWN, (past.source,)).scalar()
    if known_until is None or known_until < past.until_at:
        put_rows(connection, past.rows)
        put_source_mark(connection, _mark(past))
    else:  # an older file: it tells of the past alone
        have = {id_ for (id_,) in connection.exec_driver_sql("SELECT id FROM subject").fetchall()}
        put_rows(connection, [row for row in past.rows if row.id not in have])
    added = 0
    for each in past.changes:
        values = (each.row_id, each.at, each.state, each.hard, each.handled, each.output)
        added += connection.exec_driver_sql(_ADD, values).rowcount
    _cover(connection, past)
    return added


def _mark(past: Past) -> SourceMark:
    return SourceMark(
        source=past.source, observed_at=past.until_at, received_at=past.until_at, asked_at=past.until_at,
        services=len(past.rows), problems=sum(row.is_problem for row in past.rows),
        interval_s=NEVER_ASKED_S, deadline_s=0.0,
    )  # fmt: skip


def _cover(connection: Connection, past: Past) -> None:
    """One stretch in place of those that it meets."""
    where = (past.source, past.until_at, past.from_at)
    met = connection.exec_driver_sql(f"SELECT from_at, until_at FROM {_TOUCHING}", where).fetchall()  # noqa: S608
    connection.exec_driver_sql(f"DELETE FROM {_TOUCHING}", where)  # noqa: S608
    from_at = min(past.from_at, *(each[0] for each in met), past.from_at)
    until_at = max(past.until_at, *(each[1] for each in met), past.until_at)
    connection.exec_driver_sql(
        "INSERT INTO coverage (source, from_at, until_at) VALUES (?, ?, ?)", (past.source, from_at, until_at)
    )
