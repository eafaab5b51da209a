"""Queries on rows in memory: health flags, times, order, texts compared."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query import HEALTH, SCHEMAS, TICKETS, Env, QueryError, compile_memory, parse, sort_key
from app.query.fold import fold, glob, join_list, split_list
from app.query.lowering import plan_of
from tests.unit.query.queries import NOW_AT, Row

HOUR = 3_600_000


@dataclass(frozen=True, kw_only=True)
class Health:
    id: str = "1"
    source: str = "nagios"
    kind: str = "service"
    host: str = "pay-app-03"
    name: str = "payments-api"
    state: str = "critical"
    hard: bool = True
    attempt: int = 3
    since_at: int | None = NOW_AT - 2 * HOUR
    last_check_at: int | None = NOW_AT - 60_000
    acknowledged: bool = False
    in_downtime: bool = False
    suppressed: bool = False
    flapping: bool = False
    stale: bool = False
    output: str = "Connection refused"
    groups: tuple[str, ...] = ("linux", "payments")
    business: tuple[str, ...] = ()
    environment: str = ""


def holds(text: str, row: object, schema: object = HEALTH) -> bool:
    assert schema in SCHEMAS.values()
    return compile_memory(parse(text, schema), schema, Env(NOW_AT, "ana"))(row)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ("is:problem", {}, True),
        ("is:problem", {"state": "ok"}, False),
        ("is:problem", {"state": "pending"}, False),
        ("is:problem", {"state": "down", "kind": "host"}, True),
        ("h:pay* is:unhandled", {}, True),
        ("is:unhandled", {"acknowledged": True}, False),
        ("is:unhandled", {"in_downtime": True}, False),
        ("is:unhandled", {"suppressed": True}, False),
        ("is:unhandled", {"state": "up"}, False),
        ("is:handled", {"acknowledged": True}, True),
        ("is:handled", {"acknowledged": True, "state": "ok"}, False),
        ("is:handled", {}, False),
        ("is:ack,downtime", {"in_downtime": True}, True),
        ("is:soft", {"hard": False}, True),
        ("is:soft", {}, False),
        ("is:flapping or is:stale", {"stale": True}, True),
        ("is:service -is:host", {}, True),
        ("g:linux", {}, True),
        ("group:lin*", {}, True),
        ("group:inux", {}, False),
        ("env:none", {}, True),
        ("env:prod", {"environment": "Prod"}, True),
        ("-env:prod", {}, True),
        ("age:>1h", {}, True),
        ("age:>2h", {}, False),
        ("age:>=2h", {}, True),
        ("age:<1d", {}, True),
        ("age:2h", {}, True),
        ("age:1h", {}, False),
        ("age:>1h", {"since_at": None}, False),
        ("-age:>1h", {"since_at": None}, True),
        ("checked:>-2m", {}, True),
        ("checked:-2m", {}, True),
        ("checked:>30s", {}, True),
        ("since:2016-03-31", {}, True),
        ("since:<2016-03-31", {}, False),
        ("since:>=2016-03-31T08:00Z", {}, True),
        ("since:>2016-03-31T08:00Z", {}, False),
        ("attempt:>2", {}, True),
        ("refused", {}, True),
        ("REFUSED api", {}, True),
        ("refused nothing", {}, False),
        ("o:refused", {}, True),
    ],
)
def test_health(text: str, change: dict[str, object], expected: bool) -> None:
    assert holds(text, replace(Health(), **change)) is expected  # type: ignore[arg-type]


def test_fields_that_lie_ahead_count_the_time_left() -> None:
    row = Row(id="1", status="open", due_at=NOW_AT + HOUR)
    assert holds("due:<2h", row, TICKETS)
    assert not holds("due:<30m", row, TICKETS)
    assert holds("due:>30m due:+2h", row, TICKETS)
    assert not holds("is:breached", row, TICKETS)


def test_attributes_may_come_from_elsewhere() -> None:
    query = parse("is:stale sort:-output", HEALTH)
    stale_ids = {"2"}
    getters = {"stale": lambda row: row.id in stale_ids, "output": lambda row: row.id}
    matches = compile_memory(query, HEALTH, Env(NOW_AT), getters)
    rows = [Health(id="1"), Health(id="2")]
    assert [row.id for row in rows if matches(row)] == ["2"]
    assert [row.id for row in sorted(rows, key=sort_key(query, HEALTH, getters))] == ["2", "1"]


def test_nobody_is_me_without_a_name() -> None:
    matches = compile_memory(parse("assignee:@me", TICKETS), TICKETS, Env(NOW_AT))
    assert not matches(Row(id="1", assignee=""))
    assert not matches(Row(id="1"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "3124"), ("sort:host", "1234"), ("sort:-host", "4321"), ("sort:age", "4132"), ("sort:-age", "2314")],
)
def test_order(text: str, expected: str) -> None:
    rows = [
        Health(id="2", host="b", state="ok", since_at=NOW_AT - 4 * HOUR),
        Health(id="1", host="A", state="critical", since_at=NOW_AT - 2 * HOUR),
        Health(id="4", host="É", state="odd", since_at=NOW_AT - HOUR),
        Health(id="3", host="b", state="down", since_at=NOW_AT - 3 * HOUR),
    ]
    if text == "sort:-host":
        # Equal hosts keep the order of their ids whatever the direction.
        expected = "4231"
    assert "".join(row.id for row in sorted(rows, key=sort_key(parse(text, HEALTH), HEALTH))) == expected


def test_every_definition_of_every_schema_reads() -> None:
    for schema in SCHEMAS.values():
        for flag in schema.flags:
            assert bool(flag.query) is not bool(flag.attribute)
            plan_of(parse(f"is:{flag.name} or -is:{flag.name}", schema), schema, Env(0))
        assert all(name in schema.fields_by_name for name in schema.text_fields)
        assert all(schema.fields_by_name[sort.field].sortable for sort in schema.default_sort)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_no_name_means_two_things(schema: object) -> None:
    assert schema in SCHEMAS.values()
    names = [name for field in schema.fields for name in (field.name, *field.aliases)]  # type: ignore[attr-defined]
    flags = [name for flag in schema.flags for name in (flag.name, *flag.aliases)]  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    assert len(set(flags)) == len(flags)
    assert not {"is", "sort"} & set(names)


# --- comparing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("STRASSE", "straße"), ("ẞ", "ss"), ("É", "e\u0301"), ("ΣΑΣ", "σας"), ("ﬁ", "FI"), ("\u212a", "k")],
)
def test_fold_makes_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_accents() -> None:
    assert fold("résumé") != fold("resume")


def slow_glob(pattern: str, text: str) -> bool:
    """The definition, row by row of the table of prefixes."""
    reach = [True] + [False] * len(text)
    for char in pattern:
        if char == "*":
            for index in range(len(text)):
                reach[index + 1] |= reach[index]
            continue
        reach = [False] + [reach[i] and char in {"?", text[i]} for i in range(len(text))]
    return reach[-1]


@given(st.text("ab*?.", max_size=7), st.text("ab.\n", max_size=8))
def test_glob_is_what_it_says(pattern: str, text: str) -> None:
    assert glob(pattern)(text) is slow_glob(pattern, text)


def test_hostile_patterns_end_soon() -> None:
    started = time.process_time()
    assert not glob("*a" * 1900 + "*b")("a" * 100_000)
    assert not glob("*" + "a?" * 50 + "b*")("a" * 20_000)
    assert time.process_time() - started < 2


@given(st.lists(st.text("ab ,", min_size=1), max_size=4).map(tuple))
def test_lists_survive_their_column(items: tuple[str, ...]) -> None:
    assert split_list(join_list(items)) == items


def test_an_unknown_attribute_is_our_fault_not_the_query_s() -> None:
    with pytest.raises(AttributeError):
        holds("business:x", object())
    with pytest.raises(QueryError):
        parse("busines:x", HEALTH)
