"""What an ingest writes, table by table, inside the caller's transaction. Plain SQL: this is the busiest write.

Many ids are resolved by one statement over ``json_each``; identical changes are not repeated, so that the same
answer written twice leaves the same history.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from app.base.clock import Moment
from app.domain.freshness import Pace
from app.domain.health import Downtime, HealthRow, Remark
from app.domain.history import SourceMark, StateChange
from app.query.fold import join_list, split_list
from app.storage.history_tables import health_row, source_mark
from app.storage.struct_row import upsert_sql

_FIELDS: Final = HealthRow.__struct_fields__
_GROUPS: Final = _FIELDS.index("groups")
_FLAGS: Final = tuple(
    _FIELDS.index(name) for name in ("hard", "acknowledged", "in_downtime", "flapping", "suppressed")
)
_UPSERT_ROW: Final = upsert_sql(health_row, HealthRow)
_UPSERT_MARK: Final = upsert_sql(source_mark, SourceMark)
_FAILED_MARK: Final = (
    "UPDATE source_mark SET asked_at = ?, error = ?, interval_s = ?, deadline_s = ?, refused = ?, refused_at = ?"
    " WHERE source = ?"
)
SELECT_ROWS: Final = "SELECT {} FROM health_row ".format(", ".join(f'"{name}"' for name in _FIELDS))  # noqa: S608


def row_of(columns: Sequence[Any]) -> HealthRow:
    """The value of what ``SELECT_ROWS`` gives."""
    values = list(columns)
    values[_GROUPS] = split_list(values[_GROUPS])
    for flag in _FLAGS:
        values[flag] = values[flag] == 1
    return HealthRow(**dict(zip(_FIELDS, values, strict=True)))


def _columns(row: HealthRow) -> tuple[Any, ...]:
    values = msgspec.structs.astuple(row)
    return (*values[:_GROUPS], join_list(row.groups), *values[_GROUPS + 1 :])


def put_rows(connection: Connection, rows: Sequence[HealthRow]) -> None:
    """Insert or replace rows."""
    if rows:
        connection.exec_driver_sql(
            "INSERT INTO subject (id, source) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
            [(row.id, row.source) for row in rows],
        )
        connection.exec_driver_sql(_UPSERT_ROW, [_columns(row) for row in rows])


def drop_rows(connection: Connection, ids: Sequence[str]) -> None:
    """Rows leave the board; their past stays."""
    if ids:
        connection.exec_driver_sql("DELETE FROM health_row WHERE id = ?", [(id_,) for id_ in ids])


def add_changes(connection: Connection, changes: Sequence[StateChange]) -> None:
    """Append changes; one that says what is in force already is passed over."""
    if changes:
        connection.exec_driver_sql(
            _ADD_CHANGE, [(c.row_id, c.at, c.state, c.hard, c.handled, c.output) for c in changes]
        )


# Never before what is known already: a change that is told late takes effect when it is told.
_ADD_CHANGE: Final = """
INSERT OR REPLACE INTO state_change (subject, at, state, hard, handled, output)
SELECT subject.key, max(?2, coalesce(last.at, ?2)), ?3, ?4, ?5, ?6
FROM subject LEFT JOIN state_change AS last ON last.subject = subject.key
    AND last.at = (SELECT max(at) FROM state_change WHERE state_change.subject = subject.key)
WHERE subject.id = ?1 AND (last.state, last.hard, last.handled) IS NOT (?3, ?4, ?5)
"""


def put_source_mark(connection: Connection, mark: SourceMark) -> None:
    """A source's mark alone."""
    connection.exec_driver_sql(_UPSERT_MARK, msgspec.structs.astuple(mark))


def put_mark(connection: Connection, mark: SourceMark) -> None:
    """A complete answer came: its mark, and the time that it covers."""
    put_source_mark(connection, mark)
    if mark.received_at is not None:
        _cover(connection, mark, mark.received_at)


def _cover(connection: Connection, mark: SourceMark, received_at: Moment) -> None:
    """Lengthen the last stretch, or begin one when the source had been silent until it was stale."""
    until_at = received_at + round(mark.interval_s * 1000)
    pace = Pace(mark.interval_s, mark.deadline_s)
    silence = round((pace.stale_after_s - mark.interval_s) * 1000)
    lengthened = connection.exec_driver_sql(
        "UPDATE coverage SET until_at = max(until_at, ?) WHERE source = ? AND from_at ="
        " (SELECT max(from_at) FROM coverage WHERE source = ?) AND from_at <= ? AND until_at >= ?",
        (until_at, mark.source, mark.source, received_at, received_at - silence),
    )
    if not lengthened.rowcount:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO coverage (source, from_at, until_at) VALUES (?, ?, ?)",
            (mark.source, received_at, until_at),
        )


def put_failed_mark(connection: Connection, mark: SourceMark) -> None:
    """An asking failed: what the last good answer said stays."""
    changed = connection.exec_driver_sql(
        _FAILED_MARK,
        (mark.asked_at, mark.error, mark.interval_s, mark.deadline_s, mark.refused, mark.refused_at, mark.source),
    )
    if not changed.rowcount:
        never = msgspec.structs.replace(mark, observed_at=None, received_at=None)
        connection.exec_driver_sql(_UPSERT_MARK, msgspec.structs.astuple(never))


def lift_refusal(connection: Connection, source: str) -> bool:
    """A refused sign-in may be tried again; False when none was refused."""
    lifted = connection.exec_driver_sql(
        "UPDATE source_mark SET refused = '', refused_at = NULL, error = '' WHERE source = ? AND refused != ''",
        (source,),
    )
    return bool(lifted.rowcount)


def replace_remarks(connection: Connection, source: str, remarks: Sequence[Remark]) -> None:
    """All remarks of a source."""
    connection.exec_driver_sql("DELETE FROM remark WHERE source = ?", (source,))
    if remarks:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO remark (source, row_id, remote_id, kind, author, at, text, end_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(source, *msgspec.structs.astuple(remark)) for remark in remarks],
        )


def replace_downtimes(connection: Connection, source: str, downtimes: Sequence[Downtime]) -> None:
    """All downtimes of a source."""
    connection.exec_driver_sql("DELETE FROM downtime WHERE source = ?", (source,))
    if downtimes:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO downtime (source, row_id, remote_id, author, text, start_at, end_at, fixed,"
            " in_effect) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(source, *msgspec.structs.astuple(downtime)) for downtime in downtimes],
        )
