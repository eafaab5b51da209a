"""``history.db`` opened: the ``History`` port, states and samples.

WAL and ``synchronous=NORMAL``: a power cut may cost the last seconds, never the file. One connection writes, reads
have their own. Nothing is decided here: what changed is worked out by ``app.usecases.health``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from app.base.clock import Clock, Moment
from app.base.errors import ReadOnly
from app.base.paths import Profile
from app.domain.health import Downtime, HealthRow, Remark
from app.domain.history import Ingest, Past, Series, SourceMark, StateChange, Stretch
from app.storage import history_past, history_prune, history_samples, history_write
from app.storage.engine import can_write, open_engine
from app.storage.history_lease import LEASE, drop_lease, is_taken, take_lease
from app.storage.history_samples import SeriesKeys
from app.storage.history_schema import has_present_schema, make_ready
from app.storage.history_stretches import read_stretches
from app.storage.history_strips import read_strips
from app.storage.history_tables import downtime, remark, source_mark
from app.storage.reading import Reading
from app.storage.struct_row import select_sql, values_of
from app.storage.trouble import translated, translated_files, trouble, why_not_written


class SqliteHistory:
    """Made by ``open_history``. Without a writing engine it only reads."""

    def __init__(
        self, profile: Profile, clock: Clock, reading: Engine, writing: Engine | None, *, asked_to_read: bool = False
    ) -> None:
        self._path = profile.history_db
        self._clock = clock
        self._reading_engine = reading
        self._writing = writing
        self._asked_to_read = asked_to_read
        self._reading = Reading(reading, self._path)
        self._one_writer = threading.Lock()
        # What this process knows of the file's content; void once another process has written.
        self._version = -1
        self._series: SeriesKeys = {}
        self._told: dict[str, tuple[tuple[Remark, ...], tuple[Downtime, ...]]] = {}

    def ingest(self, ingest: Ingest) -> None:
        source = ingest.mark.source
        with self._write() as connection:
            try:
                history_write.put_rows(connection, ingest.rows)
                history_write.add_changes(connection, ingest.changes)
                history_write.drop_rows(connection, ingest.removed)
                history_samples.add_points(connection, ingest.points, self._series)
                history_samples.set_limits(connection, ingest.limits)
                if self._told.get(source) != (ingest.remarks, ingest.downtimes):
                    history_write.replace_remarks(connection, source, ingest.remarks)
                    history_write.replace_downtimes(connection, source, ingest.downtimes)
                history_write.put_mark(connection, ingest.mark)
                history_samples.pack_closed_hours(connection, self._clock.now())
            except BaseException:  # rolled back: what was noted on the way is not in the file
                self._version = -1
                raise
            self._told[source] = (ingest.remarks, ingest.downtimes)

    def mark_failed(self, mark: SourceMark) -> None:
        with self._write() as connection:
            history_write.put_failed_mark(connection, mark)

    def lift_refusal(self, source: str) -> bool:
        with self._write() as connection:
            return history_write.lift_refusal(connection, source)

    def marks(self) -> Mapping[str, SourceMark]:
        rows = self._reading.rows(select_sql(source_mark, SourceMark))
        return {mark.source: mark for mark in values_of(SourceMark, rows)}

    def rows(self, source: str | None = None) -> Sequence[HealthRow]:
        where, parameters = ("", ()) if source is None else ("WHERE source = ?", (source,))
        return [
            history_write.row_of(row) for row in self._reading.stream(history_write.SELECT_ROWS + where, parameters)
        ]

    def row(self, id_: str) -> HealthRow | None:
        row = self._reading.row(history_write.SELECT_ROWS + "WHERE id = ?", (id_,))
        return None if row is None else history_write.row_of(row)

    def remarks(self, row_id: str | None = None) -> Sequence[Remark]:
        where, parameters = _of_row(row_id)
        sql = select_sql(remark, Remark, f"{where} ORDER BY at, remote_id")
        return values_of(Remark, self._reading.rows(sql, parameters))

    def downtimes(self, row_id: str | None = None) -> Sequence[Downtime]:
        where, parameters = _of_row(row_id)
        sql = select_sql(downtime, Downtime, f"{where} ORDER BY start_at, remote_id")
        return values_of(Downtime, self._reading.rows(sql, parameters))

    def changes(self, row_id: str, since_at: Moment, until_at: Moment) -> Sequence[StateChange]:
        """As the port says. An empty ``state``: from then on the source had no such row."""
        rows = self._reading.rows(
            "SELECT at, state, hard, handled, output FROM state_change AS change"
            " JOIN subject ON subject.key = change.subject WHERE subject.id = ?1 AND at <= ?3 AND at >= coalesce("
            "(SELECT max(at) FROM state_change AS first WHERE first.subject = subject.key AND first.at <= ?2), ?2)"
            " ORDER BY at",
            (row_id, since_at, until_at),
        )
        return [
            StateChange(row_id=row_id, at=at, state=state, hard=bool(hard), handled=bool(handled), output=output)
            for at, state, hard, handled, output in rows
        ]

    def strips(self, row_ids: Sequence[str], now_at: Moment, *, hours: int = 24) -> Mapping[str, tuple[str, ...]]:
        return read_strips(self._reading, row_ids, now_at, hours)

    def stretches(self, since_at: Moment, until_at: Moment, source: str | None = None) -> Iterator[Stretch]:
        return read_stretches(self._reading, since_at, until_at, source)

    def series(self, row_id: str, since_at: Moment, until_at: Moment) -> Sequence[Series]:
        return history_samples.read_series(self._reading, row_id, since_at, until_at)

    def series_names(self) -> Sequence[tuple[str, str]]:
        return history_samples.series_names(self._reading)

    def take_lease(self, name: str, holder: str, now_at: Moment, ttl_s: float) -> bool:
        if self._writing is None:
            row = self._reading.row(LEASE, (name,))
            if is_taken(None if row is None else (row[0], row[1]), holder, now_at, ttl_s):
                return False
        with self._write() as connection:
            return take_lease(connection, name, holder, now_at, ttl_s)

    def drop_lease(self, name: str, holder: str) -> None:
        with self._write() as connection:
            drop_lease(connection, name, holder)

    def add_past(self, past: Past) -> int:
        with self._write() as connection:
            return history_past.write_past(connection, past)

    def forget_source(self, source: str) -> None:
        with self._write() as connection:
            history_prune.forget_source(connection, source, self._clock.now())
            self._told.pop(source, None)

    def prune(self, samples_before_at: Moment, states_before_at: Moment) -> int:
        if self._writing is None:
            raise why_not_written(self._path, asked=self._asked_to_read)
        with self._one_writer, translated(self._path):
            self._version = -1
            return history_prune.prune(self._writing, samples_before_at, states_before_at)

    def close(self) -> None:
        self._reading_engine.dispose()
        if self._writing is not None:
            self._writing.dispose()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        if self._writing is None:
            raise why_not_written(self._path, asked=self._asked_to_read)
        with self._one_writer, translated(self._path), self._writing.begin() as connection:
            self._forget_if_foreign(connection)
            yield connection

    def _forget_if_foreign(self, connection: Connection) -> None:
        # SQLite counts the commits of other connections; all of this process go through this one.
        version = int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())
        if version != self._version:
            self._version = version
            self._series.clear()
            self._told.clear()


def _of_row(row_id: str | None) -> tuple[str, tuple[str, ...]]:
    return ("", ()) if row_id is None else ("WHERE row_id = ?", (row_id,))


def open_history(profile: Profile, clock: Clock, *, read_only: bool = False) -> SqliteHistory:
    """Open (or make) the history of a profile. A folder that cannot be written is opened for reading.

    Raises NetworkFolder, ReadOnly (no history here and none can be made), Locked, Damaged, TooNew, DiskFull.
    """
    path = profile.history_db
    with translated(path), translated_files(path):
        asked_to_read = read_only
        read_only = read_only or (profile.root.exists() and not can_write(path))
        if not read_only:
            profile.make()
            make_ready(path)
        elif not path.exists() or not has_present_schema(path):
            raise trouble(ReadOnly, path)
        reading = open_engine(path, synchronous="NORMAL", read_only=True)
        writing = None if read_only else open_engine(path, synchronous="NORMAL")
    return SqliteHistory(profile, clock, reading, writing, asked_to_read=asked_to_read)
