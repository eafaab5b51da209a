"""``history.db`` as a file: made once, shared by processes, read-only where it must be, refused when too new."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from app.base.clock import HOUR, MINUTE, SECOND
from app.base.errors import Damaged, ReadOnly, TooNew
from app.base.paths import Profile
from app.domain.history import Ingest, SeriesPoint, SourceMark
from app.storage.history import open_history
from app.storage.history_samples import HELPING
from app.storage.history_tables import metadata
from tests.fakes.clock import START_AT, VirtualClock
from tests.fakes.health_source import health_row

ROOT = Path(__file__).parents[3]
HOUR_AT = START_AT - START_AT % HOUR


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "p")


def mark(at: int = HOUR_AT) -> SourceMark:
    return SourceMark(source="n1", received_at=at, observed_at=at, asked_at=at)


def count(profile: Profile, table: str) -> int:
    with closing(sqlite3.connect(profile.history_db)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_it_is_owner_only_and_keeps_what_it_has_when_opened_again(profile: Profile) -> None:
    row = health_row()
    for _ in range(2):
        history = open_history(profile, VirtualClock())
        history.ingest(Ingest(mark=mark(), rows=(row,)))
        history.close()
    assert profile.history_db.stat().st_mode & 0o777 == 0o600
    with closing(open_history(profile, VirtualClock(), read_only=True)) as history:
        assert history.rows() == [row]
        with pytest.raises(ReadOnly, match="opened for reading only"):
            history.ingest(Ingest(mark=mark()))
        with pytest.raises(ReadOnly, match="opened for reading only"):
            history.prune(0, 0)


def test_reading_where_nothing_is_says_so(profile: Profile) -> None:
    with pytest.raises(ReadOnly):
        open_history(profile, VirtualClock(), read_only=True)


def test_a_newer_a_foreign_and_a_broken_file_are_refused_unchanged(profile: Profile) -> None:
    open_history(profile, VirtualClock()).close()
    with closing(sqlite3.connect(profile.history_db)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.commit()
    with pytest.raises(TooNew):
        open_history(profile, VirtualClock())
    with closing(sqlite3.connect(profile.history_db)) as connection:
        connection.execute("DROP TABLE alembic_version")
        connection.commit()
    with pytest.raises(Damaged):
        open_history(profile, VirtualClock())
    profile.history_db.write_bytes(b"no database at all" * 100)
    with pytest.raises(Damaged):
        open_history(profile, VirtualClock())
    assert profile.history_db.read_bytes().startswith(b"no database")


def test_the_first_migration_makes_the_tables_of_the_code(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    def schema(path: Path) -> set[str]:
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql NOT LIKE '%alembic_version%'")
            return {" ".join(row[0].split()) for row in rows}

    engine = create_engine(f"sqlite:///{tmp_path / 'tables.db'}")
    metadata.create_all(engine)
    engine.dispose()
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    config = Config()
    config.set_main_option("script_location", str(ROOT / "app/storage/migrations_history"))
    with migrated.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    assert schema(tmp_path / "migrated.db") == schema(tmp_path / "tables.db")
    with migrated.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert schema(tmp_path / "migrated.db") == set()
    migrated.dispose()


def test_the_tail_keeps_its_samples_through_its_migration_and_back(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    at = [HOUR_AT + second * SECOND for second in range(0, 4000, 7)]
    engine, config = create_engine(f"sqlite:///{tmp_path / 'h.db'}"), Config()
    config.set_main_option("script_location", str(ROOT / "app/storage/migrations_history"))

    def told(connection: Connection, column: str) -> list[tuple[int, ...]]:
        rows = connection.exec_driver_sql(f"SELECT {column}, series, at, value FROM sample_tail ORDER BY at")
        return [tuple(row) for row in rows]

    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        by_hour = [(each - each % HOUR, 1, each, each / 10) for each in at]
        connection.exec_driver_sql("INSERT INTO sample_tail (hour, series, at, value) VALUES (?, ?, ?, ?)", by_hour)
        command.upgrade(config, "0002")
        assert told(connection, "minute") == [(each - each % MINUTE, 1, each, each / 10) for each in at]
        command.downgrade(config, "0001")
        assert told(connection, "hour") == by_hour
    engine.dispose()


def test_remarks_stay_when_they_learn_their_end_and_when_they_forget_it(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    engine, config = create_engine(f"sqlite:///{tmp_path / 'h.db'}"), Config()
    config.set_main_option("script_location", str(ROOT / "app/storage/migrations_history"))
    told = [
        ("n1", "1", "row", "acknowledgement", "ann", HOUR_AT, "on it"),
        ("n2", "2", "row", "comment", "bo", 1, ""),
    ]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql("INSERT INTO remark VALUES (?, ?, ?, ?, ?, ?, ?)", told)
        command.upgrade(config, "0003")
        found = connection.exec_driver_sql("SELECT * FROM remark ORDER BY source").fetchall()
        assert [tuple(each) for each in found] == [(*each, None) for each in told]
        connection.exec_driver_sql("UPDATE remark SET end_at = 5")
        command.downgrade(config, "0002")
        found = connection.exec_driver_sql("SELECT * FROM remark ORDER BY source").fetchall()
        assert [tuple(each) for each in found] == told
    engine.dispose()


def test_marks_stay_when_they_learn_of_a_refused_sign_in_and_when_they_forget_it(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    engine, config = create_engine(f"sqlite:///{tmp_path / 'h.db'}"), Config()
    config.set_main_option("script_location", str(ROOT / "app/storage/migrations_history"))
    told = [
        ("n1", 1, 2, 3, 4, 5, 6, 0.5, 7, -1.5, 15.0, 20.0, "It did not accept the password."),
        ("n2", None, None, None, 0, 0, 0, 0.0, 0, 0.0, 30.0, 15.0, ""),
    ]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.exec_driver_sql(f"INSERT INTO source_mark VALUES ({', '.join('?' * 13)})", told)
        command.upgrade(config, "0004")
        found = connection.exec_driver_sql("SELECT * FROM source_mark ORDER BY source").fetchall()
        assert [tuple(each) for each in found] == [(*each, "", None) for each in told]
        connection.exec_driver_sql("UPDATE source_mark SET refused = '00:11', refused_at = 5")
        command.downgrade(config, "0003")
        found = connection.exec_driver_sql("SELECT * FROM source_mark ORDER BY source").fetchall()
        assert [tuple(each) for each in found] == told
    engine.dispose()


def test_closed_hours_are_packed_in_helpings_until_none_is_left(profile: Profile) -> None:
    clock = VirtualClock(HOUR_AT)
    series = HELPING + 50
    row = health_row()
    points = tuple(
        SeriesPoint(row.id, str(n), "", HOUR_AT + second * SECOND, second / 10)
        for n in range(series) for second in (0, 10, 20)
    )  # fmt: skip
    with closing(open_history(profile, clock)) as history:
        history.ingest(Ingest(mark=mark(), rows=(row,), points=points))
        assert (count(profile, "sample_tail"), count(profile, "sample_chunk")) == (3 * series, 0)
        clock.advance(3600)
        history.ingest(Ingest(mark=mark(clock.now())))
        assert (count(profile, "sample_tail"), count(profile, "sample_chunk")) == (150, HELPING)
        assert all(len(found.values) == 3 for found in history.series(row.id, 0, clock.now()))
        history.ingest(Ingest(mark=mark(clock.now())))
        assert (count(profile, "sample_tail"), count(profile, "sample_chunk")) == (0, series)
        assert all(found.values == (0.0, 1.0, 2.0) for found in history.series(row.id, 0, clock.now()))


def test_what_another_process_changed_is_not_taken_for_known(profile: Profile) -> None:
    row = health_row()
    first = open_history(profile, VirtualClock())
    second = open_history(profile, VirtualClock())
    point = SeriesPoint(row.id, "load1", "", HOUR_AT, 1.0)
    first.ingest(Ingest(mark=mark(), rows=(row,), points=(point,)))
    second.forget_source("n1")
    second.prune(START_AT + 24 * HOUR, START_AT + 24 * HOUR)
    first.ingest(Ingest(mark=mark(), rows=(row,), points=(point,)))
    assert [found.values for found in first.series(row.id, 0, START_AT)] == [(1.0,)]
    first.close()
    second.close()


def test_a_transaction_that_fails_leaves_nothing_behind(profile: Profile) -> None:
    row = health_row()
    with closing(open_history(profile, VirtualClock())) as history:
        bad = SeriesPoint(row.id, "load1", "", "no moment", 1.0)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            history.ingest(Ingest(mark=mark(), rows=(row,), points=(bad,)))
        assert history.rows() == []
        good = SeriesPoint(row.id, "load1", "", HOUR_AT, 1.0)
        history.ingest(Ingest(mark=mark(), rows=(row,), points=(good,)))
        assert len(history.series(row.id, 0, START_AT)) == 1


_TAKE = """
import sys
from pathlib import Path
from app.base.clock import SystemClock
from app.base.paths import Profile
from app.storage.history import open_history
history = open_history(Profile(Path(sys.argv[1])), SystemClock())
print(history.take_lease("poller", sys.argv[2], int(sys.argv[3]), 10))
history.close()
"""


def test_who_may_only_read_sees_that_another_polls_and_else_says_why_it_cannot(profile: Profile) -> None:
    with closing(open_history(profile, VirtualClock())) as history:
        assert history.take_lease("poller", "there", START_AT, 10)
    with closing(open_history(profile, VirtualClock(), read_only=True)) as history:
        assert not history.take_lease("poller", "here", START_AT + 9 * SECOND, 10)
        with pytest.raises(ReadOnly):
            history.take_lease("poller", "here", START_AT + 10 * SECOND, 10)


@pytest.mark.slow
def test_a_lease_holds_between_processes(profile: Profile) -> None:
    def other(holder: str, now_at: int) -> str:
        command = [sys.executable, "-c", _TAKE, str(profile.root), holder, str(now_at)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    with closing(open_history(profile, VirtualClock())) as history:
        assert history.take_lease("poller", "here", START_AT, 10)
        assert other("there", START_AT + 9 * SECOND) == "False"
        assert other("there", START_AT + 10 * SECOND) == "True"
        assert not history.take_lease("poller", "here", START_AT + 11 * SECOND, 10)
