"""Verified copies of ``work.db``: made daily and before each migration, three of each kept; and the way back.

A copy is made through SQLite's backup interface from one state of the file, opened again, checked, and its rows
counted against that state; only then does it get its name. Restoring never overwrites: the present file is set aside.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from app.base.clock import DAY, Clock, Moment, to_datetime
from app.base.errors import Damaged, NotFound
from app.base.paths import Profile
from app.base.text import tr
from app.domain.value import Value
from app.storage import profile_lock
from app.storage.engine import make_private, open_connection, quick_check, sync_folder
from app.storage.trouble import UNREADABLE, translated, translated_files, trouble

KEPT: Final = 3
DAILY: Final = "daily"
NEWEST: Final = "newest"
_NAME: Final = re.compile(r"work-(\d{13})-([\w-]+)\.db")


class Backup(Value, frozen=True, gc=False, kw_only=True):
    """A verified copy. ``reason``: ``daily`` or ``before-REVISION``."""

    path: str
    name: str
    made_at: Moment
    reason: str
    size_bytes: int


def all_of(profile: Profile) -> list[Backup]:
    """All backups, newest first."""
    found = []
    for path in profile.backups.glob("work-*.db"):
        match = _NAME.fullmatch(path.name)
        if match:
            made_at, reason = int(match[1]), match[2]
            size_bytes = path.stat().st_size
            found.append(
                Backup(path=str(path), name=path.name, made_at=made_at, reason=reason, size_bytes=size_bytes)
            )
    return sorted(found, key=lambda backup: backup.name, reverse=True)


def backup_if_due(profile: Profile, clock: Clock, *, every_ms: int = DAY) -> Backup | None:
    """Make the daily backup unless there is one younger than ``every_ms``. Write lane, may take seconds.

    Raises Damaged (then the old ones are kept as they are), DiskFull, ReadOnly.
    """
    newest = next((backup for backup in all_of(profile) if backup.reason == DAILY), None)
    if newest is not None and 0 <= clock.now() - newest.made_at < every_ms:
        return None
    return make(profile, clock)


def make(profile: Profile, clock: Clock, *, reason: str = DAILY) -> Backup:
    """Make a verified backup now, and drop those of its kind beyond the newest three. Raises as ``backup_if_due``."""
    with translated_files(profile.backups), translated(profile.work_db):
        profile.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        at = clock.now()
        target = profile.backups / f"work-{at:013d}-{reason}.db"
        making = target.with_name(target.name + ".new")
        making.unlink(missing_ok=True)
        try:
            _copy_verified(profile.work_db, making)
            making.replace(target)
        finally:
            making.unlink(missing_ok=True)
        sync_folder(profile.backups)
        _drop_old(profile, reason)
    return next(backup for backup in all_of(profile) if backup.name == target.name)


def restore(profile: Profile, clock: Clock, which: str = NEWEST) -> tuple[Backup, Path | None]:
    """Put a backup in the place of ``work.db``. ``which``: its name, or ``newest``: the newest that is sound.

    Gives the backup and where the present file was set aside. Raises Locked (somebody has the profile open),
    NotFound, Damaged (the backup itself), DiskFull, ReadOnly.
    """
    path = profile.work_db
    if not all_of(profile):
        raise NotFound(tr("There is no backup in {folder}.", folder=profile.backups), concerns=str(profile.backups))
    with translated_files(path), translated(path), closing(profile_lock.hold_alone(profile.root)):
        chosen = _choose(profile, which)
        arriving = path.with_name(path.name + ".restored")
        arriving.unlink(missing_ok=True)
        _copy_verified(Path(chosen.path), arriving)
        aside = _set_aside(path, clock.now())
        arriving.replace(path)
        sync_folder(profile.root)
    return chosen, aside


def counts_of(connection: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table."""
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    tables = [row[0] for row in connection.execute(names).fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608


def _copy_verified(source_path: Path, target_path: Path) -> None:
    make_private(target_path)
    with closing(open_connection(source_path, synchronous="FULL", read_only=True)) as source:
        source.execute("BEGIN")
        expected = counts_of(source)
        with closing(sqlite3.connect(target_path, isolation_level=None)) as target:
            source.backup(target)
            # One file without companions: a backup may be carried elsewhere, or lie on a read-only disk.
            target.execute("PRAGMA journal_mode=DELETE").close()
    with target_path.open("rb+") as file:
        os.fsync(file.fileno())
    found = quick_check(target_path)
    with closing(open_connection(target_path, synchronous="FULL", read_only=True)) as target:
        if found or counts_of(target) != expected:
            raise trouble(Damaged, source_path, (found or [tr("A copy of it holds fewer rows")])[0].rstrip(".") + ".")


def _drop_old(profile: Profile, reason: str) -> None:
    kind = reason.split("-", maxsplit=1)[0]
    of_kind = [backup for backup in all_of(profile) if backup.reason.split("-", maxsplit=1)[0] == kind]
    for backup in of_kind[KEPT:]:
        Path(backup.path).unlink(missing_ok=True)


def _choose(profile: Profile, which: str) -> Backup:
    backups = all_of(profile)
    if which != NEWEST:
        backups = [backup for backup in backups if which in (backup.name, backup.path)]
    for backup in backups:
        if _is_sound(Path(backup.path)):
            return backup
    if backups:
        raise Damaged(tr("No backup that was asked for is sound."), hint=tr("Choose another one."), concerns=which)
    raise NotFound(tr("There is no such backup."), hint=tr("“watchdesk doctor” lists them."), concerns=which)


def _is_sound(path: Path) -> bool:
    try:
        return not quick_check(path)
    except UNREADABLE:
        return False


def _set_aside(path: Path, at: Moment) -> Path | None:
    """Rename the file and its companions: a WAL left behind would be played into the restored file.

    The file goes first: stopped half-way there is no ``work.db``, which opening notices, never one without its WAL.
    """
    stamp = to_datetime(at).strftime("%Y%m%d-%H%M%S")
    aside = _free_name(path.with_name(f"{path.name}.set-aside-{stamp}"))
    for ending in ("", "-wal", "-shm"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + ending))
    sync_folder(path.parent)
    return aside if aside.exists() else None


def _free_name(path: Path) -> Path:
    step, free = 2, path
    while free.exists():
        free, step = path.with_name(f"{path.name}-{step}"), step + 1
    return free
