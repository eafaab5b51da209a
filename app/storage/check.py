"""Whether a profile is whole: what ``watchdesk doctor`` reports. Only reads; goes on where one thing is broken."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from app.base.errors import TooNew, WatchdeskError
from app.base.paths import Profile
from app.base.text import count, number, tr
from app.domain.value import Value
from app.storage import audit, backup
from app.storage.backup import Backup, counts_of
from app.storage.engine import open_connection, quick_check
from app.storage.file_store import place_of
from app.storage.migration import refuse_newer_writer, revision, stored_version
from app.storage.mount import refuse_network_folder
from app.storage.trouble import RESTORE_HINT, UNREADABLE
from app.storage.work_tables import SCHEMA_VERSION

LITTLE_ROOM_BYTES: Final = 500 * 1024 * 1024
_NAMED: Final = 3
_INNER: Final = ("alembic_", "article_text")


class Finding(Value, frozen=True, gc=False, kw_only=True):
    """One thing looked at. ``check``: a stable word for it. ``text``: a sentence, with the way out unless ``ok``."""

    check: str
    ok: bool
    text: str


class CheckReport(Value, frozen=True, gc=False, kw_only=True):
    """``sizes``: bytes of each kind of file. ``rows``: of each table. ``backups``: newest first."""

    findings: tuple[Finding, ...]
    sizes: dict[str, int]
    rows: dict[str, int]
    versions: dict[str, str]
    backups: tuple[Backup, ...]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.findings)


def check(profile: Profile) -> CheckReport:
    """Look at everything in a profile that can be broken. Read lane; seconds for a large store."""
    findings = list(_places(profile))
    rows: Mapping[str, int] = {}
    schema = ""
    try:
        with closing(open_connection(profile.work_db, synchronous="FULL", read_only=True)) as connection:
            connection.execute("BEGIN")
            for look in _LOOKS:
                findings.append(_guarded(look, profile, connection))
            schema, rows = _guarded_facts(connection)
    except UNREADABLE as error:
        findings.append(_bad("work.db", tr("{path} cannot be opened: {error}.", path=profile.work_db, error=error)))
    backups = tuple(backup.all_of(profile))
    findings.append(_backups(backups))
    versions = {"sqlite": sqlite3.sqlite_version, "schema": schema, "schema_known": revision(SCHEMA_VERSION)}
    own = {name: amount for name, amount in rows.items() if not name.startswith(_INNER)}
    return CheckReport(
        findings=tuple(findings), sizes=_sizes(profile), rows=own, versions=versions, backups=backups
    )  # fmt: skip


def _good(check: str, text: str) -> Finding:
    return Finding(check=check, ok=True, text=text)


def _bad(check: str, text: str, hint: str = RESTORE_HINT) -> Finding:
    return Finding(check=check, ok=False, text=f"{text} {tr(hint)}")


# --- places -----------------------------------------------------------------------------------------------


def _places(profile: Profile) -> Iterator[Finding]:
    yield _file_system(profile)
    yield _room(profile)
    yield _permissions(profile)


def _file_system(profile: Profile) -> Finding:
    try:
        refuse_network_folder(profile.work_db)
    except WatchdeskError as error:
        return Finding(check="file system", ok=False, text=error.sentence())
    return _good("file system", tr("The profile is on a disk of this computer."))


def _room(profile: Profile) -> Finding:
    free = shutil.disk_usage(_nearest(profile.root)).free
    text = tr("{free} MB are free on the profile’s disk.", free=number(free // 1024**2))
    return _good("disk room", text) if free >= LITTLE_ROOM_BYTES else _bad("disk room", text, "Make room there soon.")


def _nearest(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def _permissions(profile: Profile) -> Finding:
    if os.name != "posix":
        return _good("permissions", tr("The profile has its folder’s permissions."))
    files = [path for path in _files(profile.root) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if files:
        names = ", ".join(sorted(path.name for path in files)[:_NAMED])
        text = tr("Others on this computer can read {files}.", files=names)
        return _bad("permissions", text, "Take their rights away with chmod 600.")
    if not os.access(_nearest(profile.root), os.W_OK):
        hint = "Reading works. Give yourself the right to write there."
        return _bad("permissions", tr("{root} cannot be written.", root=profile.root), hint)
    return _good("permissions", tr("Only you can read the profile."))


def _files(root: Path) -> Iterator[Path]:
    return (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


# --- the store --------------------------------------------------------------------------------------------

Look = Callable[[Profile, sqlite3.Connection], Finding]


def _guarded(look: Look, profile: Profile, connection: sqlite3.Connection) -> Finding:
    name = look.__name__.strip("_").replace("_", " ")
    try:
        return look(profile, connection)
    except (*UNREADABLE, WatchdeskError) as error:
        return _bad(name, tr("This could not be checked: {error}.", error=str(error).rstrip(".")))


def _guarded_facts(connection: sqlite3.Connection) -> tuple[str, Mapping[str, int]]:
    try:
        return stored_version(connection), counts_of(connection)
    except (*UNREADABLE, WatchdeskError):
        return "", {}  # said already by the findings


def _schema(_profile: Profile, connection: sqlite3.Connection) -> Finding:
    stored = stored_version(connection)
    if stored.isdecimal() and int(stored) <= SCHEMA_VERSION:
        try:
            refuse_newer_writer(connection)
        except TooNew as error:
            return _bad("schema", error.title, "Install the newer version.")
        return _good("schema", tr("The schema is version {stored}.", stored=stored))
    text = tr("The schema {stored} is newer than this program.", stored=stored)
    return _bad("schema", text, "Install the newer version.")


def _integrity(profile: Profile, _connection: sqlite3.Connection) -> Finding:
    found = quick_check(profile.work_db, thorough=True)
    if found:
        return _bad("integrity", tr("work.db is damaged: {what}.", what="; ".join(found[:_NAMED]).rstrip(".")))
    return _good("integrity", tr("work.db reads back as it was written."))


def _references(_profile: Profile, connection: sqlite3.Connection) -> Finding:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        return _bad("references", tr("{rows} refer to something missing.", rows=count(len(broken), "row", "rows")))
    return _good("references", tr("All references lead somewhere."))


def _audit_trail(_profile: Profile, connection: sqlite3.Connection) -> Finding:
    seq = audit.first_break(connection.execute(f"SELECT {audit.COLUMNS} FROM audit ORDER BY seq"))  # noqa: S608
    if seq is not None:
        return _bad("audit trail", tr("The audit trail breaks at entry {seq}: it was changed.", seq=seq))
    return _good("audit trail", tr("The audit trail is unbroken."))


def _attachments(profile: Profile, connection: sqlite3.Connection) -> Finding:
    rows = connection.execute("SELECT DISTINCT sha256, size_bytes, name FROM attachment").fetchall()
    lost = [name for sha256, size, name in rows if not _is_there(place_of(profile.attachments, sha256), size)]
    if lost:
        names = ", ".join(lost[:_NAMED])
        text = tr(
            "{files} missing or cut short: {names}.",
            files=count(len(lost), "attachment is", "attachments are"),
            names=names,
        )
        return _bad("attachments", text, "Copy the attachments folder back from your own backup.")
    return _good("attachments", tr("{files} there.", files=count(len(rows), "attachment is", "attachments are")))


def _is_there(path: Path, size_bytes: int) -> bool:
    return path.is_file() and path.stat().st_size == size_bytes


_LOOKS: Final[tuple[Look, ...]] = (_schema, _integrity, _references, _audit_trail, _attachments)


def _backups(backups: tuple[Backup, ...]) -> Finding:
    text = tr("{backups} of work.db.", backups=count(len(backups), "backup", "backups"))
    return _good("backups", text)


def _sizes(profile: Profile) -> dict[str, int]:
    """Bytes by kind; a database counts with its WAL."""
    kinds = {
        "work.db": [*profile.root.glob("work.db"), *profile.root.glob("work.db-*")],
        "history.db": [*profile.root.glob("history.db"), *profile.root.glob("history.db-*")],
        "cache.db": [*profile.root.glob("cache.db"), *profile.root.glob("cache.db-*")],
        "attachments": _files(profile.attachments),
        "backups": _files(profile.backups),
        "set aside": profile.root.glob("work.db.set-aside-*"),
    }
    return {kind: sum(path.stat().st_size for path in paths) for kind, paths in kinds.items()}
