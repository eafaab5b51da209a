"""Opening, writing and closing ``work.db``: who may write, what another process sees, what survives."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.base.errors import DiskFull, Locked, ReadOnly, Refused
from app.base.paths import Profile
from app.domain.draft import Draft
from app.query import Env, Query
from app.storage import backup
from app.storage.engine import open_engine
from app.storage.file_store import LIMIT_BYTES
from app.storage.profile_lock import hold_alone
from app.storage.store import SqliteStore, open_store
from app.storage.trouble import translated
from tests.fakes.clock import VirtualClock
from tests.unit.storage.rows import put, tickets
from tests.unit.storage.small_disk import mounted

ROOT = Path(__file__).parents[3]
EVERYTHING, NOW = Query(), Env(0)


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_files_are_the_owners_alone(store: SqliteStore, profile: Profile, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    store.keep_file(tmp_path / "file")
    put(store, *tickets(3))
    assert modes(profile.root) == {0o600}
    assert stat.S_IMODE(profile.root.stat().st_mode) == 0o700


def test_what_was_put_is_there_after_opening_again(profile: Profile, clock: VirtualClock) -> None:
    for _ in range(2):
        store = open_store(profile, clock)
        put(store, *tickets(5))
        store.close()
    store = open_store(profile, clock)
    assert store.tickets.count(EVERYTHING, NOW) == 5
    store.close()
    assert not profile.work_db.with_name("work.db-wal").exists()


def test_pragmas_that_durability_rests_on(store: SqliteStore) -> None:
    with store.write() as unit:
        asked = ("journal_mode", "synchronous", "foreign_keys", "cell_size_check", "trusted_schema")
        found = [unit._connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    assert found == ["wal", 2, 1, 1, 0]


def test_two_processes_see_each_other(store: SqliteStore, profile: Profile, clock: VirtualClock) -> None:
    other = open_store(profile, clock)
    put(other, *tickets(2))
    assert store.foreign_changes()
    assert not store.foreign_changes()
    assert store.tickets.count(EVERYTHING, NOW) == 2
    assert not other.foreign_changes()
    put(store, *tickets(3))
    assert not store.foreign_changes()
    assert other.foreign_changes()
    other.close()


def test_a_unit_inside_another_is_a_fault_of_ours_not_a_dead_lock(store: SqliteStore) -> None:
    with store.write(), pytest.raises(RuntimeError, match="inside another"), store.write():
        pass


def test_writers_of_one_process_wait_for_each_other(store: SqliteStore) -> None:
    given = tickets(40)

    def write(part: int) -> None:
        for ticket in given[part::4]:
            put(store, ticket)

    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.tickets.count(EVERYTHING, NOW) == 40


def test_a_store_held_by_another_program_is_locked_and_then_free(profile: Profile, store: SqliteStore) -> None:
    engine = open_engine(profile.work_db, synchronous="FULL", busy_s=0.05)
    with store.write():
        with pytest.raises(Locked, match="held by another program") as caught, translated(profile.work_db):
            engine.begin().__enter__()
        assert caught.value.retry
        assert "try again" in caught.value.hint
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ticket").scalar() == 0
    engine.dispose()


def test_a_profile_that_is_being_restored_is_locked(
    profile: Profile, clock: VirtualClock, store: SqliteStore
) -> None:
    with pytest.raises(Locked, match="in use by another Watchdesk"):
        hold_alone(profile.root)
    store.close()
    with closing(hold_alone(profile.root)), pytest.raises(Locked):
        open_store(profile, clock)


# --- no room, no right to write ---------------------------------------------------------------------------


def test_a_full_disk_refuses_cleanly_and_loses_nothing(store: SqliteStore, profile: Profile) -> None:
    put(store, *tickets(10))
    with store.write() as unit:
        pages = unit._connection.exec_driver_sql("PRAGMA page_count").scalar()
        unit._connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    for _ in range(3):
        with pytest.raises(DiskFull, match="took no more") as caught:
            put(store, *tickets(5_000))
        assert "Free some room" in caught.value.hint
        assert store.tickets.count(EVERYTHING, NOW) == 10
    with store.write() as unit:
        unit._connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    put(store, *tickets(5_000))
    assert store.tickets.count(EVERYTHING, NOW) == 5_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, "3m") as allowed:
        if not allowed:
            pytest.skip("only root can mount a small disk")
        yield folder


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a tmpfs")
def test_a_disk_that_really_fills_up(small_disk: Path, clock: VirtualClock, tmp_path: Path) -> None:
    profile = Profile(small_disk / "p")
    store = open_store(profile, clock)
    (tmp_path / "dump").write_bytes(b"x" * 200_000)
    put(store, *tickets(10))
    (small_disk / "other.bin").write_bytes(b"\0" * (small_disk_free(small_disk) - 40_000))
    for _ in range(3):
        with pytest.raises(DiskFull):
            put(store, *tickets(3_000))
    for refused in (lambda: store.keep_file(tmp_path / "dump"), lambda: backup.make(profile, clock)):
        with pytest.raises(DiskFull):
            refused()
    assert backup.all_of(profile) == []
    assert [path for path in profile.root.rglob("*new*") if path.is_file()] == []
    assert store.tickets.count(EVERYTHING, NOW) == 10
    (small_disk / "other.bin").unlink()
    put(store, *tickets(500))
    assert store.tickets.count(EVERYTHING, NOW) == 500
    store.close()


_MOUNTS = """
import sys
from pathlib import Path
from tests.unit.storage.small_disk import mounted
with mounted(Path(sys.argv[1]), "1m") as allowed:
    print("mounted" if allowed else "refused", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a tmpfs")
def test_a_killed_run_leaves_no_small_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _MOUNTS, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        if run.stdout.readline() != "mounted\n":
            pytest.skip("only root can mount a small disk")
        assert tmp_path.is_mount()
        run.kill()
        assert run.stderr.read() == ""  # its end: who keeps the disk held the other end too, and has ended
    assert not tmp_path.is_mount()


def small_disk_free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts read-only")
def test_a_read_only_folder_can_be_read(small_disk: Path, clock: VirtualClock, tmp_path: Path) -> None:
    profile = Profile(small_disk / "p")
    store = open_store(profile, clock)
    put(store, *tickets(4))
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    store = open_store(profile, clock)
    assert "You can read everything" in store.why_read_only
    assert store.tickets.count(EVERYTHING, NOW) == 4
    assert store.articles.search("anything") == []
    assert not store.foreign_changes()
    with pytest.raises(ReadOnly, match="cannot be written") as caught, store.write():
        pass
    assert "--data-dir" in caught.value.hint
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(ReadOnly):
        store.keep_file(tmp_path / "file")
    store.close()
    with pytest.raises(ReadOnly):
        open_store(Profile(small_disk / "new"), clock)
    with pytest.raises(ReadOnly, match="cannot be written"):
        open_store(Profile(small_disk / "new" / "deep"), clock)


def test_opened_for_reading_nothing_can_be_written(profile: Profile, clock: VirtualClock, store: SqliteStore) -> None:
    put(store, *tickets(2))
    reader = open_store(profile, clock, read_only=True)
    assert reader.tickets.count(EVERYTHING, NOW) == 2
    put(store, *tickets(3))
    assert reader.foreign_changes()
    assert reader.tickets.count(EVERYTHING, NOW) == 3
    assert "was opened for reading only" in reader.why_read_only
    assert "cannot" not in reader.why_read_only, "the disk lets us: nobody has to change its rights"
    with pytest.raises(ReadOnly, match="opened for reading only"), reader.write():
        pass
    with pytest.raises(ReadOnly, match="opened for reading only"):
        reader.keep_file(profile.work_db)
    reader.close()


def test_reading_where_there_is_no_store(profile: Profile, clock: VirtualClock) -> None:
    with pytest.raises(ReadOnly, match="There is no store in") as caught:
        open_store(profile, clock, read_only=True)
    assert "cannot" not in caught.value.sentence()
    assert "--data-dir" in caught.value.hint
    assert not profile.root.exists()


# --- attachments and texts --------------------------------------------------------------------------------


def test_too_large_a_file_is_refused_and_leaves_nothing(store: SqliteStore, profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    with path.open("wb") as file:
        file.truncate(LIMIT_BYTES + 1)
    with pytest.raises(Refused, match="larger than 100 MB"):
        store.keep_file(path)
    assert list(profile.attachments.rglob("*")) == []


def test_a_torn_attachment_is_replaced(store: SqliteStore, profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"whole")
    sha256, _ = store.keep_file(path)
    kept = profile.attachments / sha256[:2] / sha256
    kept.write_bytes(b"wh")
    store.keep_file(path)
    assert kept.read_bytes() == b"whole"


def test_a_text_that_is_no_text_is_refused(store: SqliteStore) -> None:
    with pytest.raises(Refused, match="cannot be saved"), store.write() as unit:
        unit.put_draft(Draft(key="k", text="\ud800", at=1))
    assert store.team.drafts() == []


def test_a_text_may_hold_anything_else(store: SqliteStore) -> None:
    text = "\x00 \x1f \u202e 'quoted' \"double\" 💥 \r\n"
    with store.write() as unit:
        unit.put_draft(Draft(key="k", text=text, at=1))
    assert [draft.text for draft in store.team.drafts()] == [text]


# --- saved means saved ------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from app.base.clock import SystemClock
from app.base.paths import Profile
from app.domain.ticket import Ticket, TimelineEntry
from app.storage.store import open_store

store = open_store(Profile(Path(sys.argv[1])), SystemClock())
for i in range(int(sys.argv[2]), 1_000_000):
    with store.write() as unit:
        unit.put_tickets([Ticket(id=f"t-{i}", number=f"INC-{i}", title="x" * 500)])
        unit.add_entries([TimelineEntry(id=f"e-{i}", ticket_id=f"t-{i}", at=i, kind="internal")])
        unit.audit("ticket.new", by="Ada", concerns=f"INC-{i}")
    print(i, flush=True)
"""


def saved_before_kill(profile: Profile, start: int, count: int) -> int:
    """Run a writer, kill it in the middle of its work; gives the last number it said was saved."""
    command = [sys.executable, "-c", WRITER, str(profile.root), str(start)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = [int(writer.stdout.readline()) for _ in range(count)][-1]
        writer.send_signal(signal.SIGKILL)
        rest = [int(line) for line in writer.stdout.read().splitlines() if line]
    return rest[-1] if rest else last


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_what_was_said_to_be_saved_survives_a_kill(profile: Profile, clock: VirtualClock) -> None:
    last = -1
    for round_ in range(5):
        last = saved_before_kill(profile, last + 1, 8 + 7 * round_)
        store = open_store(profile, clock)
        found = {ticket.id for ticket in store.tickets.every(EVERYTHING, NOW)}
        assert {f"t-{i}" for i in range(last + 1)} <= found
        # One more may have been committed before it could be said; it is then there with all that belongs to it.
        last = len(found) - 1
        assert [entry.id for entry in store.tickets.timeline(f"t-{last}")] == [f"e-{last}"]
        store.close()
        with closing(sqlite3.connect(profile.work_db)) as plain:
            assert plain.execute("SELECT count(*) FROM audit").fetchone() == (len(found),)
            assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
