"""Backups: made when due, verified, three kept; restored without overwriting; and what doctor says of a profile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.base.clock import DAY, HOUR
from app.base.errors import Damaged, Locked, NotFound
from app.base.paths import Profile
from app.domain.ticket import Attachment
from app.query import Env, Query
from app.storage import backup
from app.storage.check import CheckReport, check
from app.storage.store import SqliteStore, open_store
from tests.fakes.clock import VirtualClock
from tests.unit.storage.rows import put, tickets

EVERYTHING, NOW = Query(), Env(0)


def test_a_backup_is_due_once_a_day(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    put(store, *tickets(3))
    first = backup.backup_if_due(profile, clock)
    assert first is not None
    clock.advance(23 * 3600)
    assert backup.backup_if_due(profile, clock) is None
    clock.advance(3600)
    assert backup.backup_if_due(profile, clock) is not None
    assert backup.backup_if_due(profile, clock, every_ms=2 * DAY) is None


def test_a_clock_that_was_set_back_does_not_stop_backups(
    store: SqliteStore, profile: Profile, clock: VirtualClock
) -> None:
    backup.backup_if_due(profile, clock)
    clock.set_back(30 * 24 * 3600)
    assert backup.backup_if_due(profile, clock) is not None


def test_three_of_each_kind_are_kept(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    backup.make(profile, clock, reason="before-0002")
    for _ in range(5):
        clock.advance(DAY / 1000)
        backup.backup_if_due(profile, clock)
    reasons = [kept.reason for kept in backup.all_of(profile)]
    assert reasons == ["daily", "daily", "daily", "before-0002"]
    moments = [kept.made_at for kept in backup.all_of(profile)]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] == clock.now()


def test_a_backup_holds_what_was_committed_even_while_somebody_writes(
    store: SqliteStore, profile: Profile, clock: VirtualClock
) -> None:
    put(store, *tickets(20))
    with store.write() as unit:
        unit.put_tickets(tickets(50))
        made = backup.make(profile, clock)
    with closing(sqlite3.connect(f"file:{made.path}?mode=ro&immutable=1", uri=True)) as copy:
        assert copy.execute("SELECT count(*) FROM ticket").fetchone() == (20,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [path.name for path in profile.backups.iterdir()] == [made.name]


def test_restoring_sets_the_present_file_aside(profile: Profile, clock: VirtualClock) -> None:
    store = open_store(profile, clock)
    put(store, *tickets(20))
    made = backup.make(profile, clock)
    put(store, *tickets(50))
    with pytest.raises(Locked):
        backup.restore(profile, clock)
    assert store.tickets.count(EVERYTHING, NOW) == 50
    store.close()
    damaged = b"\x13" * 5_000
    profile.work_db.write_bytes(damaged)
    profile.work_db.with_name("work.db-wal").write_bytes(b"old wal")
    chosen, aside = backup.restore(profile, clock)
    assert chosen == made
    assert aside is not None
    assert aside.read_bytes() == damaged
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"old wal"
    store = open_store(profile, clock)
    assert store.tickets.count(EVERYTHING, NOW) == 20
    put(store, *tickets(30))
    store.close()
    _, again = backup.restore(profile, clock, made.name)
    assert again not in (None, aside)


def test_a_rotten_backup_is_passed_over(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    put(store, *tickets(20))
    older = backup.make(profile, clock)
    clock.advance(HOUR)
    newer = backup.make(profile, clock)
    Path(newer.path).write_bytes(b"rot" * 2_000)
    store.close()
    with pytest.raises(Damaged, match="No backup"):
        backup.restore(profile, clock, newer.name)
    chosen, _ = backup.restore(profile, clock)
    assert chosen == older


def test_a_backup_that_nobody_made_is_not_found(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    backup.make(profile, clock)
    store.close()
    with pytest.raises(NotFound, match="no such backup"):
        backup.restore(profile, clock, "work-of-art.db")


def test_without_a_backup_nothing_is_moved(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    store.close()
    before = profile.work_db.read_bytes()
    with pytest.raises(NotFound, match="no backup"):
        backup.restore(profile, clock)
    with pytest.raises(NotFound, match="no backup"):
        backup.restore(Profile(profile.root / "nowhere"), clock)
    assert profile.work_db.read_bytes() == before


# --- doctor -----------------------------------------------------------------------------------------------


def broken(report: CheckReport) -> list[str]:
    return [finding.check for finding in report.findings if not finding.ok and finding.check != "disk room"]


def test_a_sound_profile(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    put(store, *tickets(5))
    made = backup.make(profile, clock)
    report = check(profile)
    assert broken(report) == []
    assert (report.rows["ticket"], report.rows["audit"]) == (5, 1)
    assert report.backups == (made,)
    assert report.sizes["work.db"] > 0
    assert report.sizes["backups"] == made.size_bytes
    assert report.versions["schema"] == report.versions["schema_known"]


def test_each_kind_of_damage_is_found(store: SqliteStore, profile: Profile, tmp_path: Path) -> None:
    put(store, *tickets(5))
    put(store, *tickets(6))
    file = tmp_path / "trace.log"
    file.write_bytes(b"boom")
    sha256, size_bytes = store.keep_file(file)
    with store.write() as unit:
        unit.add_attachment(
            Attachment(
                id="a", ticket_id="id-00001", name=file.name, sha256=sha256, size_bytes=size_bytes, at=1, by="A"
            )
        )
    (profile.attachments / sha256[:2] / sha256).unlink()
    with closing(sqlite3.connect(profile.work_db)) as connection:
        connection.execute("DROP TRIGGER audit_kept_unchanged")
        connection.execute("UPDATE audit SET detail = '{}' WHERE seq = 1")
        connection.execute("UPDATE attachment SET ticket_key = 99")
        connection.commit()
    profile.work_db.chmod(0o644)
    report = check(profile)
    assert broken(report) == ["permissions", "references", "audit trail", "attachments"]
    texts = {finding.check: finding.text for finding in report.findings}
    assert "trace.log" in texts["attachments"]
    assert "entry 1" in texts["audit trail"]


def test_doctor_goes_on_where_the_store_cannot_be_read(
    store: SqliteStore, profile: Profile, clock: VirtualClock
) -> None:
    made = backup.make(profile, clock)
    store.close()
    profile.work_db.write_bytes(b"\x13" * 9_000)
    report = check(profile)
    assert not report.ok
    assert "watchdesk doctor --restore" in " ".join(finding.text for finding in report.findings)
    assert report.backups == (made,)


def test_doctor_of_a_profile_that_is_not_there(profile: Profile) -> None:
    assert not check(profile).ok
    assert not profile.root.exists()


def test_the_audit_trail_cannot_be_rewritten(store: SqliteStore) -> None:
    put(store, *tickets(1))
    for statement in ("UPDATE audit SET action = 'x'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"), store.write() as unit:
            unit._connection.exec_driver_sql(statement)
    put(store, *tickets(1))
