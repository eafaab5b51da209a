"""``work.db`` opened: the ``Store`` port.

Opening, in order: the folder (made, not on a network), the file (made when there is none), its soundness, its schema
(migrated behind a verified backup). A folder that cannot be written is opened for reading: reads work, ``write``
raises ReadOnly.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from sqlalchemy import Engine

from app.base.clock import Clock
from app.base.errors import Damaged, EnvironmentTrouble, ReadOnly
from app.base.paths import Profile
from app.base.text import tr
from app.storage import backup, profile_lock
from app.storage.articles import SqliteArticles
from app.storage.engine import can_write, open_connection, open_engine, quick_check
from app.storage.file_store import keep_file, open_file
from app.storage.leftover import remove_leftovers
from app.storage.migration import (
    CURRENT,
    Schema,
    create,
    is_due,
    migrate,
    refuse_newer_writer,
    revision,
    stored_version,
)
from app.storage.mount import refuse_network_folder
from app.storage.profile_lock import ProfileLock
from app.storage.reading import Reading
from app.storage.team import SqliteTeam
from app.storage.tickets import SqliteTickets
from app.storage.trouble import RESTORE_HINT, translated, translated_files, trouble, why_not_written
from app.storage.unit import SqliteUnit

CHECKED_AT_OPENING_BYTES: Final = 4 * 1024 * 1024
"""Files up to here are checked whole at each opening (some ms); larger ones by the daily backup."""


class SqliteStore:
    """The ``Store`` port. Made by ``open_store``. Without a writing engine it only reads."""

    def __init__(
        self, profile: Profile, clock: Clock, reading: Engine, writing: Engine | None, lock: ProfileLock,
        *, asked_to_read: bool = False,
    ) -> None:  # fmt: skip
        self._profile = profile
        self._clock = clock
        self._engines = [reading] if writing is None else [reading, writing]
        self._writing = writing
        self._asked_to_read = asked_to_read
        self._watching = (writing or reading).connect()
        self._lock = lock
        self._one_writer = threading.Lock()
        self._writer: int | None = None
        reads = Reading(reading, profile.work_db)
        self.tickets = SqliteTickets(reads)
        self.articles = SqliteArticles(reads)
        self.team = SqliteTeam(reads)
        self._seen_version = self._data_version()

    @property
    def why_read_only(self) -> str:
        return "" if self._writing is not None else self._why_not(self._profile.work_db).sentence()

    @contextmanager
    def write(self) -> Iterator[SqliteUnit]:
        if self._writing is None:
            raise self._why_not(self._profile.work_db)
        if self._writer == threading.get_ident():
            raise RuntimeError("a unit of work inside another")
        with self._one_writer, translated(self._profile.work_db, reading=False):
            self._writer = threading.get_ident()
            try:
                with self._watching.begin():
                    yield SqliteUnit(self._watching, self._clock)
            finally:
                self._writer = None

    def foreign_changes(self) -> bool:
        # SQLite counts the commits of all other connections; ours all go through the one that asks.
        if not self._one_writer.acquire(blocking=False):
            return False  # a long write of our own is under way: the next call will tell
        try:
            before, self._seen_version = self._seen_version, self._data_version()
        finally:
            self._one_writer.release()
        return before != self._seen_version

    def keep_file(self, path: Path) -> tuple[str, int]:
        if self._writing is None:
            raise self._why_not(self._profile.attachments)
        return keep_file(self._profile.attachments, path)

    def open_file(self, sha256: str) -> BinaryIO:
        return open_file(self._profile.attachments, sha256)

    @property
    def looking_folder(self) -> Path:
        return self._profile.looked_at

    def close(self) -> None:
        self._watching.close()
        for engine in self._engines:
            engine.dispose()
        self._lock.close()

    def _why_not(self, path: Path) -> EnvironmentTrouble:
        return why_not_written(path, asked=self._asked_to_read)

    def _data_version(self) -> int:
        driver = self._watching.connection.driver_connection
        with translated(self._profile.work_db):
            row = driver.execute("PRAGMA data_version").fetchone()  # type: ignore[union-attr]
        return int(row[0])


def open_store(profile: Profile, clock: Clock, *, read_only: bool = False, schema: Schema = CURRENT) -> SqliteStore:
    """Open (or make) the store of a profile. ``read_only`` also opens a file of a newer schema.

    Raises NetworkFolder, ReadOnly (no store here and none can be made), Locked, Damaged, TooNew, DiskFull,
    EnvironmentTrouble (the folder is a file, or went away; or a file for reading alone has an older schema).
    """
    path = profile.work_db
    with translated(path), translated_files(path):
        refuse_network_folder(path)
        if not profile.root.exists() and not read_only:
            profile.make()
        asked_to_read, read_only = read_only, read_only or not can_write(path)
        if not read_only:
            remove_leftovers(profile)
        lock = ProfileLock(None) if read_only else profile_lock.share(profile.root)
        try:
            if not read_only:
                lock = _make_ready(profile, clock, lock, schema)
            elif not path.exists():
                raise _no_store(profile, asked=asked_to_read)
            else:
                _refuse_older_schema(path, schema)
            _check_soundness(path)
            reading = open_engine(path, synchronous="FULL", read_only=True)
            writing = None if read_only else open_engine(path, synchronous="FULL")
            return SqliteStore(profile, clock, reading, writing, lock, asked_to_read=asked_to_read)
        except BaseException:  # whatever it was, the profile must not stay locked behind it
            lock.close()
            raise


def _no_store(profile: Profile, *, asked: bool) -> EnvironmentTrouble:
    told = tr("There is no store in {root} yet.", root=profile.root)
    if not asked:
        return trouble(ReadOnly, profile.work_db, told)
    hint = tr(
        "Nothing was made: it is opened for reading only. Start Watchdesk there once, or choose another --data-dir."
    )
    return ReadOnly(told, hint=hint, concerns=str(profile.work_db))


def _refuse_older_schema(path: Path, schema: Schema) -> None:
    """Who may only read cannot bring a file up to date, and would meet columns that are not there."""
    _refuse_empty_file(path)
    with closing(open_connection(path, synchronous="FULL", read_only=True)) as connection:
        stored = stored_version(connection)
    if stored.isdecimal() and int(stored) < schema.version:
        raise EnvironmentTrouble(
            tr("This profile was last written by an older Watchdesk (schema {stored}).", stored=stored),
            detail=tr("Whoever only reads cannot bring it up to date."),
            hint=tr("Nothing was changed. Open the desk on it once; a backup is made first."), concerns=str(path),
        )  # fmt: skip


def _make_ready(profile: Profile, clock: Clock, lock: ProfileLock, schema: Schema) -> ProfileLock:
    """The file is there and has the present schema. Gives the lock that is held afterwards."""
    path = profile.work_db
    if not path.exists():
        _refuse_lost_file(profile)
        create(path)
    _refuse_empty_file(path)
    with closing(open_connection(path, synchronous="FULL", read_only=True)) as connection:
        due = is_due(stored_version(connection), schema)
        refuse_newer_writer(connection, schema)
    if not due:
        return lock
    lock.close()
    with closing(profile_lock.hold_alone(profile.root)):
        backup.make(profile, clock, reason=f"before-{revision(schema.version)}")
        migrate(path, schema=schema)
    return profile_lock.share(profile.root)


def _refuse_lost_file(profile: Profile) -> None:
    """A store that is gone, or whose WAL was left behind, is not replaced by an empty one."""
    path = profile.work_db
    if backup.all_of(profile) or path.with_name(path.name + "-wal").exists():
        raise Damaged(
            tr("{path} is missing, though it was there before.", path=path),
            hint=tr(RESTORE_HINT),
            concerns=str(path),
        )


def _refuse_empty_file(path: Path) -> None:
    # SQLite would take an empty file for a new database, and everything for lost.
    if path.stat().st_size == 0:
        raise trouble(Damaged, path, tr("The file is empty."))


def _check_soundness(path: Path) -> None:
    _refuse_empty_file(path)
    if path.stat().st_size <= CHECKED_AT_OPENING_BYTES:
        found = quick_check(path)
        if found:
            raise trouble(Damaged, path, found[0].rstrip(".") + ".")
