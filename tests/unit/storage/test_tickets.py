"""Queries over tickets: the same rows as in memory, served by an index where a screen needs it, compiled once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from app.base.clock import from_iso
from app.base.paths import Profile
from app.domain.ticket import Ticket
from app.query import TICKETS, Env, QueryError, compile_memory, parse, quoted, sort_key
from app.storage.engine import open_connection
from app.storage.store import SqliteStore, open_store
from app.storage.ticket_query import statement
from app.storage.ticket_row import LIGHT
from app.usecases.view import DEFAULT_VIEWS
from tests.fakes.clock import VirtualClock
from tests.unit.storage.rows import put, tickets

ODD_TITLES = (
    "Straße", "STRASSE", "ﬁle", "FILE", "Kelvin K", "long ſ", "cafe\u0301", "Café", "CAFE", "100%", "a_b", "a\\b",
    "İstanbul", "nul\x00inside", "tab\there", "Ünïcode", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    with closing(open_store(Profile(tmp_path_factory.mktemp("odd")), VirtualClock())) as store:
        put(store, *odd_tickets())
        yield store


def odd_tickets() -> list[Ticket]:
    return [
        Ticket(
            id=f"i{n}", number=f"INC-{n}", title=title, service=title[::-1] or None, tags=(title,) if title else ()
        )
        for n, title in enumerate(ODD_TITLES)
    ]


WORDS = (
    st.sampled_from(ODD_TITLES) | st.text(max_size=4) | st.text(alphabet="sSßkKfifı%_\\'\"Cafe\u0301*?", max_size=3)
)


@given(WORDS)
def test_a_word_finds_the_same_tickets_as_in_memory(odd: SqliteStore, word: str) -> None:
    try:
        query, env = parse(quoted(word), TICKETS), Env(0)
    except QueryError:
        reject()
    matches = compile_memory(query, TICKETS, env)
    expected = {ticket.id for ticket in odd_tickets() if matches(ticket)}
    assert {ticket.id for ticket in odd.tickets.every(query, env)} == expected


QUERIES = (
    "", "is:open", "is:breached sort:due", "due:<2h", "updated:>-1h sort:-priority", "age:>1m",
    "-team:none is:unassigned",
    "created:>=now", "due:none or is:mine", 'team:"team 3"', "created:1970", "updated:<1970-01-02 sort:number",
)  # fmt: skip


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_asked_at_other_moments_gives_what_memory_gives(store: SqliteStore, text: str) -> None:
    given_ = tickets(120)
    put(store, *given_)
    query = parse(text, TICKETS)
    for now_at in (0, 500, 100_000, 7_200_300):
        env = Env(now_at, "Ada")
        matches, key = compile_memory(query, TICKETS, env), sort_key(query, TICKETS)
        expected = [ticket.id for ticket in sorted(filter(matches, given_), key=key)]
        assert [ticket.id for ticket in store.tickets.every(query, env)] == expected
        assert store.tickets.count(query, env) == len(expected)


def test_a_day_is_that_of_whoever_asks(store: SqliteStore) -> None:
    at = from_iso("2026-11-19T23:30Z")
    put(store, Ticket(id="i", number="INC-1", title="Late", created_at=at, updated_at=at))
    query = parse("created:2026-11-20", TICKETS)
    zones = [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), UTC]
    assert [store.tickets.count(query, Env(0, zone=zone)) for zone in zones] == [0, 1, 0, 0]


PAGES = {
    "is:open": "open_by_updated",
    "is:open sort:due": "open_by_due",
    "is:open sort:priority,due": "open_by_priority",
    "is:open sort:-created": "open_by_created",
    "is:breached sort:due": "open_by_due",
    "is:open is:unassigned": "ticket_by_assignee",
    "": "ticket_by_updated",
    "status:closed": "ticket_by_updated",
    "team:network": "ticket_by_team",
    "assignee:Ana": "ticket_by_assignee",
    "requester:Ana sort:-updated": "ticket_by_requester",
    "service:checkout": "ticket_by_service",
    "team:network is:open sort:due": "open_by_team",
    "is:open is:unassigned sort:due": "open_by_assignee",
    "is:breached team:network sort:due": "open_by_team",
    "sort:due": "ticket_by_due",
    "status:closed sort:due": "ticket_by_due",
    "sort:-created": "ticket_by_created",
    "resolved:<24h sort:-resolved": "ticket_by_resolved",
}
SEEKS = (
    "team:network", "team:Öffi", "team:none", "is:unassigned", "requester:Ana", "service:checkout", "number:INC-7",
    "team:network sort:due", "assignee:Ana -is:open sort:due", "team:network is:open sort:due", "team:a,b is:open",
)  # fmt: skip


def plan(profile: Profile, columns: str, text: str, *, ordered: bool = True) -> list[str]:
    sql, parameters = statement(parse(text, TICKETS), Env(1_000), ordered=ordered)
    with closing(open_connection(profile.work_db, synchronous="FULL", read_only=True)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN SELECT {columns} FROM ticket {sql} LIMIT 100", parameters)
        return [str(row[3]) for row in rows]


@pytest.mark.parametrize("text", sorted(PAGES))
def test_pages_of_the_queue_come_in_order_from_an_index(store: SqliteStore, profile: Profile, text: str) -> None:
    steps = plan(profile, LIGHT, text)
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), steps
    assert any(PAGES[text] in step for step in steps), steps


@pytest.mark.parametrize("text", SEEKS)
def test_whole_names_are_sought_and_not_looked_for_row_by_row(
    store: SqliteStore, profile: Profile, text: str
) -> None:
    steps = plan(profile, LIGHT, text)
    assert not any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize(
    "text",
    [
        "is:open",
        "is:breached",
        "is:open team:network",
        "is:open is:unassigned priority:1",
        *(view.query for view in DEFAULT_VIEWS),
    ],
)
def test_counts_of_views_read_no_rows(store: SqliteStore, profile: Profile, text: str) -> None:
    put(store, *tickets(50))
    steps = plan(profile, "count(*)", text, ordered=False)
    assert any("COVERING INDEX" in step for step in steps), steps


def test_lookups_use_an_index(store: SqliteStore, profile: Profile) -> None:
    among = "IN (SELECT value FROM json_each('[]'))"
    asked = {
        "SELECT 1 FROM ticket WHERE number = 'x' COLLATE NOCASE": "ticket_by_number",
        f"SELECT 1 FROM ticket WHERE source = 's' AND remote_id {among}": "ticket_by_remote",
        "SELECT 1 FROM timeline WHERE ticket_key = 1 ORDER BY at DESC, seq DESC LIMIT 9": "timeline_by_ticket",
    }
    with closing(sqlite3.connect(profile.work_db)) as connection:
        for sql, index in asked.items():
            steps = [row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql)]
            assert index in steps[0], steps
            assert not any("TEMP B-TREE" in step for step in steps), steps


def test_only_columns_that_differ_are_written(store: SqliteStore, profile: Profile) -> None:
    """A column of a later version, or one that another process changed, is not overwritten with what we knew."""
    put(store, *tickets(2))
    with closing(sqlite3.connect(profile.work_db)) as connection:
        connection.execute(
            "CREATE TRIGGER watch BEFORE UPDATE OF team ON ticket BEGIN SELECT RAISE(ABORT, 'team was written'); END"
        )
        connection.commit()
    put(store, *(msgspec.structs.replace(ticket, title="New", priority=None) for ticket in tickets(2)))
    assert [t.title for t in store.tickets.page(parse("", TICKETS), Env(0), limit=9)] == ["New", "New"]
    with pytest.raises(Exception, match="team was written"):
        put(store, msgspec.structs.replace(tickets(1)[0], team="Other"))


def test_a_stream_left_early_gives_its_connection_back(store: SqliteStore, profile: Profile) -> None:
    put(store, *tickets(2_000))
    for _ in range(20):
        stream = iter(store.tickets.every(parse("", TICKETS), Env(0)))
        next(stream)
        del stream
    assert store.tickets.count(parse("", TICKETS), Env(0)) == 2_000


def test_a_stream_is_of_one_state(store: SqliteStore) -> None:
    put(store, *tickets(1_500))
    stream = iter(store.tickets.every(parse("", TICKETS), Env(0)))
    next(stream)
    put(store, *tickets(1_600))
    assert len(list(stream)) == 1_499
