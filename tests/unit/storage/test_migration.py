"""Migrations: the same schema by both ways, data carried up and down, a backup first, all or nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.base.errors import Damaged, Locked, TooNew
from app.base.paths import Profile
from app.domain.source import Source
from app.domain.ticket import Ticket, TimelineEntry
from app.query import TICKETS, Env, Query, parse
from app.storage import backup
from app.storage.check import check
from app.storage.migration import CURRENT, Schema, create, migrate, revision
from app.storage.query_sql import folded_name
from app.storage.store import open_store
from app.storage.ticket_row import FOLDED
from tests.fakes.clock import VirtualClock
from tests.unit.storage.rows import put, tickets

ROOT = Path(__file__).parents[3]
SAMPLE = Path(__file__).with_name("migration_sample")
NEXT = Schema(CURRENT.version + 1, (*CURRENT.scripts, SAMPLE))
HERE, THERE = revision(CURRENT.version), revision(NEXT.version)
EVERYTHING, NOW = Query(), Env(0)


def shape(path: Path) -> dict[str, Any]:
    """Everything that a schema consists of, however its text is spaced."""
    with closing(sqlite3.connect(path)) as connection:
        found: dict[str, Any] = {}
        for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall():
            facts: list[Any] = []
            if kind == "table":
                facts.append(connection.execute(f"PRAGMA table_xinfo('{name}')").fetchall())
                facts.append(connection.execute(f"PRAGMA foreign_key_list('{name}')").fetchall())
                facts.append(connection.execute(f"SELECT strict FROM pragma_table_list('{name}')").fetchall())
            if kind == "index":
                facts.append(connection.execute(f"PRAGMA index_xinfo('{name}')").fetchall())
            if sql and not name.startswith("article_text_"):
                facts.append(" ".join(sql.replace("(", "( ").replace(")", " )").split()))
            found[name] = facts
        return found


def test_the_tables_and_the_migrations_make_the_same_schema(tmp_path: Path) -> None:
    create(tmp_path / "new.db")
    migrate(tmp_path / "grown.db")
    assert shape(tmp_path / "new.db") == shape(tmp_path / "grown.db")


def columns(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute("PRAGMA table_info(ticket)")]


@pytest.fixture
def filled(profile: Profile, clock: VirtualClock) -> Profile:
    store = open_store(profile, clock)
    put(store, *tickets(300))
    with store.write() as unit:
        unit.add_entries([TimelineEntry(id="e", ticket_id="id-00001", at=1, kind="internal", text="note")])
    store.close()
    return profile


def test_data_goes_up_and_comes_down_again(filled: Profile, clock: VirtualClock) -> None:
    before = shape(filled.work_db)
    migrate(filled.work_db, schema=NEXT)
    with closing(sqlite3.connect(filled.work_db)) as connection:
        assert connection.execute("SELECT count(*) FROM ticket WHERE place = 'at ' || team").fetchone() == (300,)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (THERE,)
    migrate(filled.work_db, HERE, NEXT)
    assert shape(filled.work_db).keys() == before.keys()
    with closing(open_store(filled, clock)) as store:
        assert list(store.tickets.every(EVERYTHING, NOW)) == in_order(tickets(300))
        assert [entry.text for entry in store.tickets.timeline("id-00001")] == ["note"]
        put(store, *tickets(301))


def due_indexes(path: Path) -> set[str]:
    """Those of the queue's order by due time, as they are spelled."""
    with closing(sqlite3.connect(path)) as connection:
        named = "name IN ('open_by_due', 'open_by_priority')"
        return {row[0] for row in connection.execute(f"SELECT sql FROM sqlite_schema WHERE {named}")}


def test_the_order_by_due_time_goes_up_and_comes_down_with_its_tickets(filled: Profile, clock: VirtualClock) -> None:
    now = due_indexes(filled.work_db)
    migrate(filled.work_db, "0001")
    assert not any("CASE" in sql for sql in due_indexes(filled.work_db))
    with closing(open_store(filled, clock)) as store:
        assert list(store.tickets.every(EVERYTHING, NOW)) == in_order(tickets(300))
        assert [entry.text for entry in store.tickets.timeline("id-00001")] == ["note"]
    assert [made.reason for made in backup.all_of(filled)] == [f"before-{HERE}"]
    assert due_indexes(filled.work_db) == now
    assert len(now) == 2
    with closing(sqlite3.connect(filled.work_db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_texts_without_case_are_made_from_what_is_there_and_go_away_again(
    profile: Profile, clock: VirtualClock
) -> None:
    given = [
        msgspec.structs.replace(ticket, team=team, assignee=assignee, service=None)
        for ticket, team, assignee in zip(
            tickets(4), ("Straße", "STRASSE", "", None), ("Ana", "ANÁ", None, "\u212aim"), strict=False
        )
    ]
    with closing(open_store(profile, clock)) as store:
        put(store, *given)
    kept = folded_texts(profile.work_db)
    migrate(profile.work_db, "0002")
    assert not any(name.endswith("_folded") for name in columns(profile.work_db))
    with closing(open_store(profile, clock)) as store:
        assert folded_texts(profile.work_db) == kept
        assert list(store.tickets.every(EVERYTHING, NOW)) == in_order(given)
        for text, found in (("team:strasse", 2), ("team:none", 2), ("assignee:kim", 1), ("service:any", 0)):
            assert store.tickets.count(parse(text, TICKETS), NOW) == found, text
    assert [(row[1], row[2]) for row in kept] == [
        ("strasse", "ana"), ("strasse", "aná"), (None, None), (None, "kim"),
    ]  # fmt: skip


def test_since_when_tickets_wait_is_taken_from_their_history(profile: Profile, clock: VirtualClock) -> None:
    given = [msgspec.structs.replace(each, status="pending") for each in tickets(5)]
    given[3] = msgspec.structs.replace(given[3], status="open")
    moves = {  # ticket: at, what became of it, where that came from; the last one counts
        0: [(10, "pending", ""), (20, "open", ""), (30, "pending", "")],
        1: [(10, "pending", ""), (20, "pending", "7.status")],
        2: [(10, "open", "")],
        3: [(10, "pending", "")],
    }
    with closing(open_store(profile, clock)) as store:
        put(store, *given)
        with store.write() as unit:
            unit.add_entries(
                TimelineEntry(
                    id=f"{n}-{at}",
                    ticket_id=given[n].id,
                    at=at,
                    kind="change",
                    field="status",
                    new=new,
                    origin=origin,
                )
                for n, told in moves.items()
                for at, new, origin in told
            )
    migrate(profile.work_db, "0004")
    assert not {"pending_since_at", "waited_ms"} & set(columns(profile.work_db))
    with closing(open_store(profile, clock)) as store:
        found = {ticket.id: ticket for ticket in store.tickets.every(EVERYTHING, NOW)}
    assert [found[ticket.id].pending_since_at for ticket in given] == [30, None, None, None, None]
    assert {ticket.waited_ms for ticket in found.values()} == {0}


def test_an_alertmanager_leaves_the_address_it_stood_behind_and_goes_back(
    profile: Profile, clock: VirtualClock
) -> None:
    given = [
        Source(id="1", name="both", kind="prometheus", url="https://p.x/", alertmanager_url="https://a.x/am/"),
        Source(id="2", name="one", kind="prometheus", url="https://p.x/"),
        Source(id="3", name="other", kind="zabbix", url="https://z.x/#alertmanager=https://no.x/"),
    ]
    with closing(open_store(profile, clock)) as store, store.write() as unit:
        for source in given:
            unit.put_source(source)
    migrate(profile.work_db, "0006")
    with closing(sqlite3.connect(profile.work_db)) as connection:
        urls = [row[0] for row in connection.execute("SELECT url FROM source ORDER BY id")]
    assert urls == ["https://p.x/#alertmanager=https://a.x/am/", given[1].url, given[2].url]
    with closing(open_store(profile, clock)) as store:
        assert list(store.team.sources()) == given


@pytest.mark.parametrize("version", ["0001", "0002", "0003", "0004", "0006"])
def test_the_way_down_and_up_again_leads_back(filled: Profile, clock: VirtualClock, version: str) -> None:
    before = shape(filled.work_db)
    migrate(filled.work_db, version)
    assert shape(filled.work_db) != before
    migrate(filled.work_db)
    assert shape(filled.work_db) == before
    with closing(open_store(filled, clock)) as store:
        assert list(store.tickets.every(EVERYTHING, NOW)) == in_order(tickets(300))


def folded_texts(path: Path) -> list[tuple[str | None, ...]]:
    names = ", ".join(map(folded_name, FOLDED))
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {names} FROM ticket ORDER BY key").fetchall()


def in_order(given: list[Ticket]) -> list[Ticket]:
    return sorted(given, key=lambda ticket: (-ticket.updated_at, ticket.id))


def test_the_first_schema_goes_away_whole(filled: Profile) -> None:
    migrate(filled.work_db, "base")
    assert [name for name in shape(filled.work_db) if not name.startswith(("alembic", "sqlite"))] == []


def test_opening_an_older_file_backs_it_up_and_migrates_it(filled: Profile, clock: VirtualClock) -> None:
    with closing(open_store(filled, clock, schema=NEXT)) as store:
        assert store.tickets.count(EVERYTHING, NOW) == 300
        put(store, *tickets(301))
    assert "place" in columns(filled.work_db)
    (made,) = backup.all_of(filled)
    assert made.reason == f"before-{THERE}"
    assert "place" not in columns(Path(made.path))
    with pytest.raises(TooNew):
        open_store(filled, clock)
    backup.restore(filled, clock)
    with closing(open_store(filled, clock)) as store:
        assert store.tickets.count(EVERYTHING, NOW) == 300


def test_a_migration_waits_until_the_profile_is_free(filled: Profile, clock: VirtualClock) -> None:
    with closing(open_store(filled, clock)), pytest.raises(Locked):
        open_store(filled, clock, schema=NEXT)
    assert "place" not in columns(filled.work_db)


@pytest.mark.parametrize(
    ("breaks", "error"),
    [("1 / 0", ZeroDivisionError), ("op.execute('DELETE FROM ticket WHERE key = 1')", Damaged)],
)
def test_a_migration_that_fails_leaves_the_file_as_it_was(
    filled: Profile, tmp_path: Path, clock: VirtualClock, breaks: str, error: type[Exception]
) -> None:
    before = shape(filled.work_db)
    text = (SAMPLE / "next_ticket_place.py").read_text()
    (tmp_path / "breaks.py").write_text(text.replace("\n\n\ndef down", f"\n    {breaks}\n\n\ndef down"))
    with pytest.raises(error):
        open_store(filled, clock, schema=Schema(NEXT.version, (*CURRENT.scripts, tmp_path)))
    assert shape(filled.work_db) == before
    with closing(open_store(filled, clock)) as store:
        assert store.tickets.count(EVERYTHING, NOW) == 300


def test_two_that_create_at_once_share_one_file(profile: Profile, clock: VirtualClock) -> None:
    profile.make()
    create(profile.work_db)
    with closing(open_store(profile, clock)) as store:
        put(store, *tickets(1))
        create(profile.work_db)
        assert store.tickets.count(EVERYTHING, NOW) == 1
    assert sorted(path.name for path in profile.root.iterdir()) == ["work.db", "work.lock"]


OPENING = """
import sys, time
from pathlib import Path
from app.base.clock import SystemClock
from app.base.paths import Profile
from app.storage.query_sql import folded_name
from app.storage.store import open_store
from app.storage.ticket_row import FOLDED

spent = []
for name in ("first", "second", "third"):
    start = time.process_time()
    open_store(Profile(Path(sys.argv[1]) / name), SystemClock()).close()
    spent.append(time.process_time() - start)
print(min(spent), "alembic" in sys.modules)
"""


def test_making_a_store_is_quick_and_needs_no_alembic(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", OPENING, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    cpu_s, has_alembic = run.stdout.split()
    assert float(cpu_s) < 0.15
    assert has_alembic == "False"


@pytest.mark.parametrize(("note", "error"), [(str(NEXT.version), TooNew), ("soon", Damaged)])
def test_a_file_that_only_newer_programs_may_write_is_only_read(
    filled: Profile, clock: VirtualClock, note: str, error: type[Exception]
) -> None:
    with closing(sqlite3.connect(filled.work_db)) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'min_writer_version'", (note,))
        connection.commit()
    before = filled.work_db.read_bytes()
    with pytest.raises(error) as caught:
        open_store(filled, clock)
    assert "Nothing was" in str(getattr(caught.value, "hint", ""))
    assert filled.work_db.read_bytes() == before
    with closing(open_store(filled, clock, read_only=True)) as store:
        assert store.tickets.count(EVERYTHING, NOW) == 300
    (schema,) = (each for each in check(filled).findings if each.check == "schema")
    assert not schema.ok, "doctor calls nothing sound that cannot be opened"
