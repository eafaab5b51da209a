"""What a killed backup or restore left is removed at the next start, and nothing else is."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from app.base.paths import Profile
from app.storage.store import SqliteStore, open_store
from tests.fakes.clock import VirtualClock

OURS = (
    "work.db.restored",
    "work.db.restored-journal",
    "work.db.new-123",
    "work.db.new-123-wal",
    "backups/work-1700000000000-daily.db.new",
    "backups/work-1700000000000-before-0002.db.new-journal",
    "attachments/.new-ab12_x9z",
)
OTHERS = (
    "work.db.set-aside-20260101-000000",
    "work.db.new",
    "notes.db.restored",
    "backups/work-1700000000000-daily.db",
    "backups/mine.db.new",
    "attachments/ab/.new-deeper",
)


@pytest.fixture
def killed(profile: Profile, clock: VirtualClock) -> Profile:
    open_store(profile, clock).close()
    for name in (*OURS, *OTHERS):
        path = profile.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    return profile


def present(profile: Profile, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (profile.root / name).exists()]


def test_the_next_start_removes_half_made_files_alone(killed: Profile, clock: VirtualClock) -> None:
    with closing(open_store(killed, clock)):
        assert present(killed, OURS) == []
        assert present(killed, OTHERS) == list(OTHERS)


def test_they_stay_while_somebody_may_be_making_them(
    store: SqliteStore, profile: Profile, clock: VirtualClock
) -> None:
    making = profile.root / OURS[0]
    making.write_bytes(b"half")
    with closing(open_store(profile, clock)):
        assert making.exists()


def test_a_link_of_such_a_name_is_not_followed_nor_removed(
    profile: Profile, clock: VirtualClock, tmp_path: Path
) -> None:
    open_store(profile, clock).close()
    target = tmp_path / "precious"
    target.write_bytes(b"keep")
    (profile.root / OURS[0]).symlink_to(target)
    with closing(open_store(profile, clock)):
        assert target.read_bytes() == b"keep"
        assert (profile.root / OURS[0]).is_symlink()


def test_a_start_with_nothing_left_behind_removes_nothing(profile: Profile, clock: VirtualClock) -> None:
    open_store(profile, clock).close()
    before = sorted(path.name for path in profile.root.iterdir())
    open_store(profile, clock).close()
    assert sorted(path.name for path in profile.root.iterdir()) == before
