"""Random queries and rows for the tests of the query language."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from app.query.fold import glob
from app.query.moment import read_span
from app.query.schema import Field, FieldType, Schema
from app.query.schemas import TICKETS
from app.query.tree import (
    Comparison,
    Env,
    Is,
    Length,
    Match,
    Me,
    Node,
    Not,
    Number,
    Offset,
    Pattern,
    Presence,
    Query,
    Sort,
    Text,
    Truth,
    Value,
    Word,
    all_of,
    any_of,
)

NOW_AT = 1_459_418_400_000
ENV = Env(NOW_AT, me="Ana")
SECOND = 1000

# Few and awkward characters, so that rows and queries meet.
ALPHABET = "aAbBsSßẞİiıIéÉ\u0301\u0327ςσΣǅﬁ'\"%_\\*?-:., ()"
texts = st.text(ALPHABET, min_size=1, max_size=5)
stored = st.none() | st.just("") | texts | st.sampled_from(["Ana", "ANA", "straße", "STRASSE"])
patterns = st.text("aAbßİé\u0301*?%_'", min_size=1, max_size=5).filter(lambda text: "*" in text or "?" in text)
at_near_now = st.integers(-3, 3).map(lambda hours: NOW_AT + hours * 3_600_000) | st.integers(
    NOW_AT - 10 * SECOND, NOW_AT + 10 * SECOND
)
lengths = st.sampled_from([0, 1, 10, 3600, 7200, 86_400, 90_061]).map(lambda seconds: Length(seconds * SECOND))
offsets = st.sampled_from([-7200, -3600, -5, 0, 5, 3600]).map(lambda seconds: Offset(seconds * SECOND))
SPANS = (
    "2016", "2015", "2016-03", "2016-12", "2016-03-31", "2016-03-31T10:00", "2016-03-31T10:00:05Z",
    "2016-03-31T10:00:00.001Z", "2016-03-31T12:00+02:00", "9999-12", "0001",
)  # fmt: skip
spans = st.sampled_from([span for text in SPANS if (span := read_span(text))])
OPS = ("=", "<", "<=", ">", ">=")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ticket row as loose as a store may give it."""

    id: str
    number: str | None = None
    title: str | None = None
    status: str | None = None
    source_status: str | None = None
    pending_reason: str | None = None
    kind: str | None = None
    priority: int | None = None
    impact: int | None = None
    urgency: int | None = None
    major: bool | None = None
    category: str | None = None
    service: str | None = None
    environment: str | None = None
    channel: str | None = None
    team: str | None = None
    assignee: str | None = None
    requester: str | None = None
    source: str | None = None
    remote_id: str | None = None
    tags: tuple[str, ...] = ()
    created_at: int | None = None
    updated_at: int | None = None
    resolved_at: int | None = None
    closed_at: int | None = None
    due_at: int | None = None
    reopen_count: int | None = None
    reassignment_count: int | None = None
    sla_made: bool | None = None


def row_value(field: Field) -> st.SearchStrategy[object]:
    match field.type:
        case FieldType.ENUM:
            return st.sampled_from([*field.values, None, "odd"])
        case FieldType.INT:
            return st.none() | st.integers(-1, 6)
        case FieldType.TIME | FieldType.AGE:
            return st.none() | at_near_now
        case FieldType.FLAG:
            return st.none() | st.booleans()
        case FieldType.LIST:
            return st.lists(texts, max_size=3).map(tuple)
        case _:
            return stored


def rows(schema: Schema = TICKETS) -> st.SearchStrategy[list[Row]]:
    values = {field.reads: row_value(field) for field in schema.fields if field.name != "id"}
    made = st.fixed_dictionaries({"id": st.integers(0, 99).map("{:02}".format), **values})
    return st.lists(made, min_size=1, max_size=6, unique_by=lambda row: row["id"]).map(
        lambda found: [Row(**row) for row in found]
    )


def _value(field: Field) -> st.SearchStrategy[Value]:
    match field.type:
        case FieldType.ENUM:
            # A pattern that fits no value is a mistake, which parsing names; a tree never holds one.
            fitting = [text for text in ("*n*", "?e*", "*o*") if any(map(glob(text), field.values))]
            return st.sampled_from(field.values).map(Text) | st.sampled_from(fitting).map(Pattern)
        case FieldType.INT:
            return st.integers(-1, 6).map(Number)
        case FieldType.TIME:
            return spans | offsets | lengths
        case FieldType.AGE:
            return lengths
        case FieldType.FLAG:
            return st.booleans().map(Truth)
        case _:
            return texts.map(Text) | patterns.map(Pattern) | st.just(Me())


@st.composite
def tests_of(draw: st.DrawFn, field: Field) -> Comparison:
    value = draw(_value(field) | st.booleans().map(Presence))
    if isinstance(value, Presence) or not field.comparable:
        return Comparison("=", value)
    ops = OPS[1:] if isinstance(value, Length | Offset) else OPS
    return Comparison(draw(st.sampled_from(ops)), value)


@st.composite
def matches(draw: st.DrawFn, schema: Schema) -> Node:
    field = draw(st.sampled_from([field for field in schema.fields if field.name != "id"]))
    return Match(field.name, tuple(draw(st.lists(tests_of(field), min_size=1, max_size=3, unique=True))))


def nodes(schema: Schema) -> st.SearchStrategy[Node]:
    flags = st.lists(st.sampled_from([flag.name for flag in schema.flags]), min_size=1, max_size=2, unique=True)
    leaf = (
        matches(schema)
        | flags.map(tuple).map(Is)
        | texts.map(Text).map(Word)
        | patterns.map(Pattern).map(Word)
    )  # fmt: skip
    return st.recursive(
        leaf,
        lambda inner: (
            inner.map(Not)
            | st.lists(inner, min_size=2, max_size=3).map(lambda found: all_of(*found))
            | st.lists(inner, min_size=2, max_size=3).map(lambda found: any_of(*found))
        ),
        max_leaves=6,
    )


def queries(schema: Schema = TICKETS) -> st.SearchStrategy[Query]:
    names = [field.name for field in schema.fields if field.sortable]
    sort = st.builds(Sort, st.sampled_from(names), st.booleans())
    sorts = st.lists(sort, max_size=3, unique_by=lambda found: found.field).map(tuple)
    return st.builds(Query, st.none() | nodes(schema), sorts)
