"""A query gives the same rows in the same order whether memory or SQL carries it out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, String, Table, create_engine, event, select
from sqlalchemy.pool import StaticPool

from app.query import TICKETS, Env, FieldType, Query, compile_memory, parse, sort_key, to_text
from app.query.fold import fold, join_list
from app.query.schema import Schema
from app.query.tree import Comparison, Match, Not, Text
from app.storage.query_sql import compile_sql, folded, folded_name, order_by, register
from app.storage.ticket_row import FOLDED
from tests.plugins.seeds import thorough
from tests.unit.query.queries import ENV, NOW_AT, Row, queries, rows

_SQL_TYPES = {
    FieldType.INT: BigInteger,
    FieldType.TIME: BigInteger,
    FieldType.AGE: BigInteger,
    FieldType.FLAG: Boolean,
}


def table_of(schema: Schema) -> Table:
    columns = {item.reads: _SQL_TYPES.get(item.type, String) for item in schema.fields}
    columns |= {flag.attribute: Boolean for flag in schema.flags if flag.attribute}
    columns |= {folded_name(name): String for name in FOLDED}
    made = [Column(name, kind, primary_key=name == "id") for name, kind in columns.items()]
    return Table(schema.name, MetaData(), *made)


TABLE = table_of(TICKETS)
KEPT_FOLDED = dict(TABLE.c.items())
AS_TYPED = {name: column for name, column in KEPT_FOLDED.items() if not name.endswith(folded_name(""))}


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def connected(raw: sqlite3.Connection, _record: object) -> None:
        register(raw)

    with engine.connect() as opened:
        TABLE.metadata.create_all(opened)
        yield opened
    engine.dispose()


def stored(row: Row) -> dict[str, Any]:
    texts = {folded_name(name): folded(getattr(row, name)) for name in FOLDED}
    return asdict(row) | texts | {"tags": join_list(row.tags)}


def in_sql(connection: Connection, found: list[Row], query: Query, env: Env = ENV) -> list[str]:
    """Asked of the texts as they are and of those kept without case: the answer is one."""
    connection.execute(TABLE.delete())
    connection.execute(TABLE.insert(), [stored(row) for row in found])
    answers = []
    for columns in (AS_TYPED, KEPT_FOLDED):
        statement = select(TABLE.c.id).where(compile_sql(query, TICKETS, columns, env))
        answers.append(list(connection.scalars(statement.order_by(*order_by(query, TICKETS, columns)))))
    assert answers[0] == answers[1]
    return answers[0]


def in_memory(found: list[Row], query: Query, env: Env = ENV) -> list[str]:
    matching = filter(compile_memory(query, TICKETS, env), found)
    return [row.id for row in sorted(matching, key=sort_key(query, TICKETS))]


EVERY = [Row(id="1"), Row(id="2", title="100% Straße_", tags=("a b",), due_at=NOW_AT, status="open", major=False)]


@thorough(16)
@given(found=rows(), query=queries())
@example(found=EVERY, query=parse("-major:yes strasse", TICKETS))
@example(found=EVERY, query=parse("-team:x -tags:a -status:new -due:<now", TICKETS))
def test_memory_and_sql_agree(connection: Connection, found: list[Row], query: Query) -> None:
    assert in_sql(connection, found, query) == in_memory(found, query)


ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Pacific/Auckland")]


@thorough(6)
@given(found=rows(), query=queries(), zone=st.sampled_from(ZONES))
@example(found=EVERY, query=parse("created:2016-03-31 or -due:<=2016-03-31T10:00", TICKETS), zone=ZONES[0])
def test_they_agree_on_the_days_of_every_zone(
    connection: Connection, found: list[Row], query: Query, zone: ZoneInfo
) -> None:
    env = replace(ENV, zone=zone)
    assert in_sql(connection, found, query, env) == in_memory(found, query, env)


ODD = [
    "a\0x",
    "A\0X",
    "a\0y",
    "a",
    "A",
    "Ä",
    "a\u0308",
    "ä",
    "\u212a",
    "k",
    "K",
    "ß",
    "SS",
    "ss",
    "",
    None,
    "\0",
    "ÄK",
    "Äk",
]


@pytest.mark.parametrize("wanted", [text for text in ODD if text])
@pytest.mark.parametrize("opposite", [False, True])
def test_the_same_texts_are_equal_whatever_their_characters(
    connection: Connection, wanted: str, opposite: bool
) -> None:
    found = [Row(id=f"{number:02}", team=text) for number, text in enumerate(ODD)]
    match = Match("team", (Comparison("=", Text(wanted)),))
    query = Query(Not(match) if opposite else match)
    expected = [row.id for row in found if (row.team is not None and fold(row.team) == fold(wanted)) is not opposite]
    assert in_sql(connection, found, query) == in_memory(found, query) == expected


def ticking(number: int, status: str | None, hours: int | None) -> Row:
    return Row(id=str(number), status=status, due_at=None if hours is None else NOW_AT + hours * 3_600_000)


CLOCKS = [
    ticking(1, "pending", -30), ticking(2, "open", -1), ticking(3, "new", -2), ticking(4, "closed", -99),
    ticking(5, "open", None), ticking(6, "resolved", -50), ticking(7, "new", 5), ticking(8, "pending", None),
    ticking(9, None, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sort:due", "329716458"),
        ("is:open sort:due", "327158"),
        ("sort:-due", "461792358"),
        ("is:open sort:-due", "172358"),
        ("is:breached sort:due", "32"),
    ],
)
def test_what_presses_stands_before_what_waits(connection: Connection, text: str, expected: str) -> None:
    query = parse(text, TICKETS)
    assert in_memory(CLOCKS, query) == list(expected)
    assert in_sql(connection, CLOCKS, query) == list(expected)


DUE_ORDERS = [
    parse(text, TICKETS) for text in ("sort:due", "sort:-due", "sort:priority,due", "is:open sort:-due,title")
]


@thorough(6)
@given(found=rows(), query=st.sampled_from(DUE_ORDERS))
def test_they_agree_on_the_order_by_due_time(connection: Connection, found: list[Row], query: Query) -> None:
    assert in_sql(connection, found, query) == in_memory(found, query)


@thorough(6)
@given(found=rows(), query=queries())
def test_they_agree_on_the_text_of_a_query(connection: Connection, found: list[Row], query: Query) -> None:
    read = parse(to_text(query), TICKETS)
    assert in_sql(connection, found, read) == in_memory(found, query)


ROWS = [
    Row(
        id="1", number="INC-9", title="Disk FULL on ß", status="new", team="Payments", priority=1, tags=("db", "a,b")
    ),
    Row(
        id="2", number="INC-10", title="100% of C:\\temp", status="closed", team="Search", priority=2, assignee="ANA"
    ),
    Row(id="3", number=None, title=None, status=None, team="", priority=None, major=True, due_at=NOW_AT - 1),
    Row(id="4", number="INC-1", title="a_b", status="pending", team="İstanbul", due_at=NOW_AT - 1, reopen_count=2),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1", "2", "3", "4"]),
        ("team:payments", ["1"]),
        ("team:PAY*", ["1"]),
        ("team:pay", []),
        ("team:none", ["3"]),
        ("team:any", ["1", "2", "4"]),
        ("-team:payments", ["2", "3", "4"]),
        ("team:i\u0307stanbul", ["4"]),
        ("team:payments,search", ["1", "2"]),
        ("-team:payments,search", ["3", "4"]),
        ("priority:<=2", ["1", "2"]),
        ("-priority:<2", ["2", "3", "4"]),
        ("is:open", ["1", "4"]),
        ("-is:open", ["2", "3"]),
        ("is:breached", []),
        ("is:pending due:<now", ["4"]),
        ("is:mine", ["2"]),
        ("is:unassigned", ["1", "3", "4"]),
        ("is:major", ["3"]),
        ("-is:major", ["1", "2", "4"]),
        ("is:reopened,closed", ["2", "4"]),
        ("disk ss", ["1"]),
        ('"100% of"', ["2"]),
        ("temp\\", []),
        ("c:\\temp or disk", None),
        ("a?b", ["1", "4"]),
        ('"a_b"', ["4"]),
        ('tags:"a,b"', ["1"]),
        ("tags:d?", ["1"]),
        ("tags:none", ["2", "3", "4"]),
        ("title:full", ["1"]),
        ("title:100*temp", ["2"]),
        ("not (is:open or team:search)", ["3"]),
        ("sort:number", ["4", "1", "2", "3"]),
        ("sort:-number", ["2", "1", "4", "3"]),
        ("sort:breach", ["3", "4", "1", "2"]),
        ("sort:-due", ["4", "3", "1", "2"]),
        ("sort:status", ["1", "4", "2", "3"]),
        ("sort:-priority", ["2", "1", "3", "4"]),
    ],
)
def test_known_answers(connection: Connection, text: str, expected: list[str] | None) -> None:
    if expected is None:
        text, expected = '"c:\\\\temp" or disk', ["1", "2"]
    query = parse(text, TICKETS)
    assert in_memory(ROWS, query) == expected
    assert in_sql(connection, ROWS, query) == expected


def plan_of(connection: Connection, text: str, index: str) -> str:
    connection.exec_driver_sql(index)
    query = parse(text, TICKETS)
    statement = select(TABLE.c.id).where(compile_sql(query, TICKETS, dict(TABLE.c.items()), ENV))
    rendered = statement.compile(connection, compile_kwargs={"literal_binds": True})
    return "\n".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {rendered}"))


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("is:open", "tickets (status)"),
        ("is:open", "tickets (updated_at) WHERE status IN ('new', 'open', 'pending')"),
        ("is:major", "tickets (updated_at) WHERE major = 1"),
        ("priority:1", "tickets (priority)"),
        ("updated:>-2h", "tickets (updated_at)"),
        ("created:2016-03", "tickets (created_at)"),
    ],
)
def test_plain_conditions_use_an_index(connection: Connection, text: str, index: str) -> None:
    try:
        assert "tried" in plan_of(connection, text, f"CREATE INDEX tried ON {index}")
    finally:
        connection.exec_driver_sql("DROP INDEX IF EXISTS tried")


def test_flag_values_are_literals_when_the_statement_runs(connection: Connection) -> None:
    seen: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        in_sql(connection, ROWS, parse("is:open is:major", TICKETS))
    finally:
        event.remove(connection, "before_cursor_execute", note)
    statement, parameters = seen[-1]
    assert "status IN ('new', 'open', 'pending')" in statement
    assert "major = 1" in statement
    assert "new" not in tuple(parameters)  # type: ignore[arg-type]


def test_a_store_may_search_words_its_own_way(connection: Connection) -> None:
    asked: list[str] = []

    def search(word: str) -> Any:
        asked.append(word)
        return TABLE.c.team == "Search" if word == "disk" else None

    def found(text: str) -> list[str]:
        condition = compile_sql(parse(text, TICKETS), TICKETS, dict(TABLE.c.items()), ENV, search)
        return sorted(connection.scalars(select(TABLE.c.id).where(condition)))

    in_sql(connection, ROWS, parse("", TICKETS))
    assert found("disk") == ["2"]
    assert found("100*") == ["2"]
    assert asked == ["disk", "100*"]


def test_every_attribute_of_the_schema_is_on_the_row() -> None:
    wanted = {field.reads for field in TICKETS.fields}
    assert wanted == {field.name for field in fields(Row)}


def test_columns_that_are_never_missing_are_compared_bare() -> None:
    table = Table(
        "strict", MetaData(), Column("id", String, primary_key=True), Column("created_at", BigInteger, nullable=False)
    )
    columns = dict(table.c.items())
    query = parse("-created:2016 sort:created", TICKETS)
    statement = select(table.c.id).where(compile_sql(query, TICKETS, columns, ENV))
    text = str(statement.order_by(*order_by(query, TICKETS, columns)))
    assert "NULL" not in text
    assert "ORDER BY strict.created_at ASC, strict.id ASC" in text
