"""A file that is damaged, foreign or newer: said so, with the way out, and never overwritten."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.base.errors import Damaged, EnvironmentTrouble, NetworkFolder, TooNew
from app.base.paths import Profile
from app.query import Env, Query
from app.storage import backup
from app.storage.migration import revision
from app.storage.mount import network_kind, refuse_network_folder
from app.storage.store import open_store
from app.storage.work_tables import SCHEMA_VERSION
from tests.fakes.clock import VirtualClock
from tests.unit.storage.rows import put, tickets

EVERYTHING, NOW = Query(), Env(0)
PAGE = 4096


@pytest.fixture
def filled(profile: Profile, clock: VirtualClock) -> Profile:
    store = open_store(profile, clock)
    put(store, *tickets(200))
    store.close()
    return profile


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


DAMAGES = {
    "header": lambda path: overwrite(path, 0, b"\x13" * 100),
    "text": lambda path: path.write_bytes(b"Dear diary,\n" * 500),
    "empty": lambda path: cut(path, 0),
    "cut short": lambda path: cut(path, path.stat().st_size // 2),
    "a few bytes": lambda path: cut(path, 10),
    "a page": lambda path: overwrite(path, 8 * PAGE, b"\xa5" * PAGE),
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_a_damaged_file_is_named_and_left_as_it_is(filled: Profile, clock: VirtualClock, damage: str) -> None:
    DAMAGES[damage](filled.work_db)
    before = filled.work_db.read_bytes()
    with pytest.raises(Damaged) as caught:
        open_store(filled, clock)
    assert "watchdesk doctor --restore" in caught.value.hint
    assert str(filled.work_db) in caught.value.sentence()
    assert filled.work_db.read_bytes() == before


@pytest.mark.parametrize("seed", range(20))
def test_flipped_bits_are_found_or_harmless(filled: Profile, clock: VirtualClock, seed: int) -> None:
    """Either opening says so, or everything can be read: never a crash, never a wrong kind of error."""
    chance = random.Random(seed)
    content = bytearray(filled.work_db.read_bytes())
    for _ in range(20):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    filled.work_db.write_bytes(content)
    try:
        with closing(open_store(filled, clock)) as store:
            found = list(store.tickets.every(EVERYTHING, NOW))
    except (Damaged, TooNew):
        return
    assert len(found) == 200


def test_damage_that_shows_itself_later_is_damage_too(profile: Profile, clock: VirtualClock) -> None:
    store = open_store(profile, clock)
    put(store, *tickets(20_000))
    store.close()
    size = profile.work_db.stat().st_size
    assert size > 4 * 1024 * 1024
    for page in range(size // PAGE // 2, size // PAGE):
        overwrite(profile.work_db, page * PAGE, b"\xa5" * 64)
    store = open_store(profile, clock)
    with pytest.raises(Damaged, match="is damaged"):
        list(store.tickets.every(EVERYTHING, NOW))
    with pytest.raises(Damaged):
        backup.backup_if_due(profile, clock)
    assert backup.all_of(profile) == []
    store.close()


def test_a_store_that_is_gone_is_not_replaced_by_an_empty_one(filled: Profile, clock: VirtualClock) -> None:
    backup.make(filled, clock)
    filled.work_db.unlink()
    with pytest.raises(Damaged, match="is missing"):
        open_store(filled, clock)
    assert not filled.work_db.exists()
    backup.restore(filled, clock)
    store = open_store(filled, clock)
    assert store.tickets.count(EVERYTHING, NOW) == 200
    store.close()


def test_a_wal_left_behind_is_not_played_into_a_new_store(profile: Profile, clock: VirtualClock) -> None:
    profile.make()
    wal = profile.work_db.with_name("work.db-wal")
    wal.write_bytes(b"left behind")
    with pytest.raises(Damaged, match="is missing"):
        open_store(profile, clock)
    assert wal.read_bytes() == b"left behind"


def test_a_database_of_somebody_else_is_left_alone(profile: Profile, clock: VirtualClock) -> None:
    profile.make()
    with closing(sqlite3.connect(profile.work_db)) as connection:
        connection.execute("CREATE TABLE photo (id)")
        connection.commit()
    with pytest.raises(Damaged, match="no Watchdesk tables"):
        open_store(profile, clock)


def rewrite_version(profile: Profile, version: str) -> None:
    with closing(sqlite3.connect(profile.work_db)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()


@pytest.mark.parametrize("version", [revision(SCHEMA_VERSION + 1), "9999", "from elsewhere"])
def test_a_newer_schema_is_not_written_but_can_be_read(filled: Profile, clock: VirtualClock, version: str) -> None:
    rewrite_version(filled, version)
    with pytest.raises(TooNew, match="newer Watchdesk") as caught:
        open_store(filled, clock)
    assert "Install the newer version" in caught.value.hint
    store = open_store(filled, clock, read_only=True)
    assert store.tickets.count(EVERYTHING, NOW) == 200
    store.close()


def test_an_older_schema_is_not_read_by_who_cannot_bring_it_up_to_date(filled: Profile, clock: VirtualClock) -> None:
    rewrite_version(filled, revision(1))
    with pytest.raises(EnvironmentTrouble, match="older Watchdesk") as caught:
        open_store(filled, clock, read_only=True)
    assert "Open the desk on it once" in caught.value.hint


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/ada/local\\040disk xfs rw 0 0
//nas/share /mnt/nas cifs rw 0 0
tmpfs /mnt/nas tmpfs rw 0 0
nonsense
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/ada/profile", "nfs4"),
        ("/home/ada/local disk/profile", ""),
        ("/homes", ""),
        ("/mnt/nas/x", ""),
        ("/srv", ""),
    ],
)
def test_network_file_systems_are_told_by_their_mount(folder: str, kind: str) -> None:
    assert network_kind(Path(folder), MOUNTS) == kind


def test_a_network_folder_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"nas:/x {tmp_path.resolve()} nfs rw 0 0\n")
    with pytest.raises(NetworkFolder, match="network drive") as caught:
        refuse_network_folder(tmp_path / "p" / "work.db", table)
    assert "--data-dir" in caught.value.hint
    refuse_network_folder(tmp_path / "p" / "work.db", tmp_path / "no such table")


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, clock: VirtualClock) -> None:
    place = tmp_path / "profile"
    place.write_bytes(b"no folder")
    for root in (place, place / "deeper"):
        with pytest.raises(EnvironmentTrouble) as caught:
            open_store(Profile(root), clock)
        assert caught.value.hint
    assert place.read_bytes() == b"no folder"
