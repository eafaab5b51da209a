"""Reading a query's text: trees, round trips, and faults that point at their characters."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query import ARTICLES, HEALTH, SCHEMAS, TICKETS, Query, QueryError, Schema, Sort, parse, parse_sort, to_text
from app.query.tree import And, Comparison, Is, Match, Not, Or, Pattern, Presence, Text, Word
from tests.plugins.seeds import thorough
from tests.unit.query.queries import queries


def team(text: str) -> Match:
    return Match("team", (Comparison("=", Text(text)),))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  ", None),
        ("disk", Word(Text("disk"))),
        ('"disk full"', Word(Text("disk full"))),
        ("dis*", Word(Pattern("dis*"))),
        ('"dis*"', Word(Text("dis*"))),
        ("team:a", team("a")),
        ("TEAM:a", team("a")),
        ("T:a", team("a")),
        ('team:"a b"', team("a b")),
        (r'team:"a\"b\\"', team('a"b\\')),
        ("team:none", Match("team", (Comparison("=", Presence(False)),))),
        ('team:"none"', team("none")),
        ("team:a,b*", Match("team", (Comparison("=", Text("a")), Comparison("=", Pattern("b*"))))),
        ("status:OPEN", Match("status", (Comparison("=", Text("open")),))),
        ("is:overdue", Is(("breached",))),
        ("-team:a", Not(team("a"))),
        ("NOT team:a", Not(team("a"))),
        ("team:a AND team:b", And((team("a"), team("b")))),
        ("team:a team:b or team:c", Or((And((team("a"), team("b"))), team("c")))),
        ("team:a (team:b OR team:c)", And((team("a"), Or((team("b"), team("c")))))),
        ("((team:a))", team("a")),
        ("pay-app-03", Word(Text("pay-app-03"))),
        ("a - b", And((Word(Text("a")), Word(Text("-")), Word(Text("b"))))),
        ("http://x.y/z", Word(Text("http://x.y/z"))),
        ("10:30", Word(Text("10:30"))),
    ],
)
def test_trees(text: str, tree: object) -> None:
    assert parse(text, TICKETS).where == tree


def test_order_stands_anywhere_at_the_top() -> None:
    wanted = (Sort("due"), Sort("updated", descending=True))
    for text in ("a or b sort:breach,-updated", "sort:due,-updated a or b", "a sort:due or b sort:-updated,-due"):
        query = parse(text, TICKETS)
        assert query.sort == wanted
        assert query.where == Or((Word(Text("a")), Word(Text("b"))))
    assert parse_sort("due_at, -updated_at", TICKETS) == wanted


@pytest.mark.parametrize(
    ("text", "at_fault", "message", "hint"),
    [
        ("is:open tem:x", "tem", "There is no field “tem” here.", "Did you mean “team”?"),
        ("priority:x", "x", "“x” is not a whole number.", "priority:<=2"),
        ("priority:99999999999999999999", "9" * 20, "is not a whole number.", ""),
        ("priority:²", "²", "is not a whole number.", ""),
        ('team:"abc', '"abc', "A quote is opened here and never closed.", "Add"),
        ('disk "abc', '"abc', "A quote is opened here and never closed.", "Add"),
        ("(a (b)", "(", "A parenthesis is opened here and never closed.", "Add"),
        ("a)", ")", "This closing parenthesis has no opening one.", "Delete"),
        ("is:opn", "opn", "“is:opn” means nothing here.", "Did you mean “open”?"),
        ("is:>open", ">open", "“is:open” means nothing here.", ""),
        ("status:opne", "opne", "“opne” is not a status.", "Did you mean “open”?"),
        ("status:z*", "z*", "“z*” is not a status.", "There is: new, open"),
        ("created:2016-02-30", "2016-02-30", "“2016-02-30” is neither a date nor a length of time.", "2016-03-31"),
        ("created:0000", "0000", "is neither a date nor", ""),
        ("updated:>2y", "2y", "“2y” is neither a date nor a length of time.", ""),
        ("age:>2016", "2016", "“2016” is not a length of time.", "s, m, h, d and w"),
        ("age:>999999999999999w", "999999999999999w", "is not a length of time.", ""),
        ("major:maybe", "maybe", "“maybe” is neither yes nor no.", "major:yes"),
        ("team:<3", "<", "“team” has no order", "Leave out"),
        ("priority:<none", "<none", "“none” cannot be compared with “<”.", "Leave out"),
        ('team:""', '""', "The quotes after “team:” hold nothing.", "team:none"),
        ('""', '""', "These quotes hold nothing.", ""),
        ("team:", "team:", "“team:” needs a value.", "without a blank"),
        ("team: a", "team:", "“team:” needs a value.", "without a blank"),
        ("team:a, b", "team:a,", "“team:” needs a value.", ""),
        ("priority:<", "priority:<", "“priority:” needs a value.", ""),
        ("sort:", "sort:", "“sort:” needs a value.", ""),
        ("sort:tags", "tags", "Nothing is sorted by “tags”.", "There is: number"),
        ("sort:updted", "updted", "Nothing is sorted by “updted”.", "Did you mean “updated”?"),
        ("(a sort:due)", "sort:", "orders the whole list", "Move it"),
        ("-sort:due", "sort:", "orders the whole list", "Move it"),
        ("or a", "or", "Something is missing before “or”.", "in quotes"),
        ("a or", "or", "Something is missing after “or”.", ""),
        ("a not", "not", "Something is missing after “not”.", ""),
        ("()", "()", "These parentheses hold nothing.", ""),
        ("a\x00b", "\x00", "‹U+0000› cannot be part of a query.", "Delete"),
        ('team:"a\x1fb"', "\x1f", "‹U+001F› cannot be part of a query.", "Delete"),
    ],
)
def test_faults_point_at_their_characters(text: str, at_fault: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, TICKETS)
    error = caught.value
    assert text[error.start : error.end] == at_fault
    assert message in error.message
    assert error.message.endswith(".")
    assert hint in error.hint


@pytest.mark.parametrize("text", ["x" * 4001, "(" * 65 + "a" + ")" * 65, "-" * 65 + "a", "-(" * 33 + "a" + ")" * 33])
def test_too_long_or_too_deep(text: str) -> None:
    with pytest.raises(QueryError, match=r"too long|nested"):
        parse(text, TICKETS)


def test_the_deepest_and_longest_are_read() -> None:
    assert parse("(" * 64 + "a" + ")" * 64, TICKETS).where == Word(Text("a"))
    assert parse(("(-a) " * 800).strip(), TICKETS).where is not None


PIECES = st.sampled_from(
    [
        "team:",
        "is:",
        "sort:",
        "open",
        '"',
        "(",
        ")",
        "-",
        "not",
        "or",
        "and",
        ",",
        "<=",
        "2h",
        " ",
        "\\",
        "*",
        "é",
        ":",
    ]
)


def fault_or_query(text: str, schema: Schema) -> Query | QueryError:
    try:
        return parse(text, schema)
    except QueryError as error:
        return error


@given(st.text(max_size=40) | st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_a_query_or_a_fault_inside_it(text: str) -> None:
    for schema in SCHEMAS.values():
        query = fault_or_query(text, schema)
        if isinstance(query, QueryError):
            assert 0 <= query.start <= query.end <= len(text)
            assert query.message
        else:
            assert parse(to_text(query), schema) == query


@thorough(8)
@given(
    st.sampled_from([TICKETS, HEALTH, ARTICLES]).flatmap(lambda schema: st.tuples(st.just(schema), queries(schema)))
)
def test_a_tree_survives_its_text(case: tuple[Schema, Query]) -> None:
    schema, query = case
    assert parse(to_text(query), schema) == query


@pytest.mark.parametrize(
    "text",
    [
        "(" * 4000,
        '"' * 3999,
        "-" * 4000,
        "a:" * 2000,
        "team:" + "a," * 1990,
        "\\" * 4000,
        '"\\' * 2000,
        "a or " * 800,
    ],
)
def test_hostile_text_ends_soon(text: str) -> None:
    started = time.process_time()
    fault_or_query(text, TICKETS)
    assert time.process_time() - started < 1


def test_importing_the_language_loads_no_parser() -> None:
    code = "import sys, app.query; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
