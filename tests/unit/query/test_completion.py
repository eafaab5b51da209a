"""Completion and colouring of a query while it is typed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.query import HEALTH, SCHEMAS, TICKETS, Completion, complete, tokens

TEAMS = ("payments", "Search team", "none")


def values(attribute: str, prefix: str) -> Sequence[str]:
    known = {"team": TEAMS, "name": ("payments-api",), "tags": ("db",)}.get(attribute, ())
    return [value for value in known if value.lower().startswith(prefix.lower())]


def offered(text: str, schema: object = TICKETS) -> list[Completion]:
    """``|`` is the cursor."""
    cursor = text.index("|")
    assert schema in SCHEMAS.values()
    return complete(text.replace("|", ""), cursor, schema, values)  # type: ignore[arg-type]


def applied(text: str, schema: object = TICKETS) -> list[str]:
    plain = text.replace("|", "")
    return [plain[: item.start] + item.text + plain[item.end :] for item in offered(text, schema)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("te|", "team:"),
        ("TE|", "team:"),
        ("is:open te|", "is:open team:"),
        ("is:open (te|", "is:open (team:"),
        ("-te|", "-team:"),
        ("env|", "environment:"),
        ("te|am", "team:"),
        ("is:|", "is:open"),
        ("is:br|", "is:breached"),
        ("is:open,br|", "is:open,breached"),
        ("is:over|", "is:breached"),
        ("status:p|", "status:pending"),
        ("status:|", "status:new"),
        ("status:new,|", "status:new,open"),
        ("team:|", "team:payments"),
        ("team:sea|", 'team:"Search team"'),
        ('team:"Sea|', 'team:"Search team"'),
        ('team:"Sea|rch"', 'team:"Search team"'),
        ("team:no|", 'team:"none"'),
        ("assignee:|", "assignee:@me"),
        ("channel:self|", 'channel:"self service"'),
        ("priority:<=|", "priority:<=1"),
        ("due:|", "due:<now"),
        ("due:<|", "due:<now"),
        ("age:>1|", "age:>1h"),
        ("tags:|", "tags:db"),
        ("major:|", "major:yes"),
        ("sort:|", "sort:number"),
        ("sort:-upd|", "sort:-updated"),
        ("sort:due,-bre|", "sort:due,-due"),
        ("| is:open", "number: is:open"),
    ],
)
def test_the_first_offer_fits(text: str, first: str) -> None:
    assert applied(text)[0] == first


def test_fields_read_other_attributes() -> None:
    assert "service:payments-api" in applied("service:pay|", HEALTH)


def test_what_is_offered_by_kind() -> None:
    kinds = {(item.text, item.kind) for item in offered("o|")}
    assert ("is:open", "flag") in kinds
    assert ("or", "joining") not in kinds
    assert ("or", "joining") in {(item.text, item.kind) for item in offered("is:open o|")}
    assert ("or", "joining") not in {(item.text, item.kind) for item in offered("not o|")}


@pytest.mark.parametrize("text", ['"free tex|', "nofield:x|", "status:zzz|"])
def test_nothing_fits(text: str) -> None:
    assert offered(text) == []


@given(st.text(max_size=30) | st.text('team:is" (),-<', max_size=12), st.integers(0, 30))
def test_completion_takes_any_text(text: str, cursor: int) -> None:
    for item in complete(text, min(cursor, len(text)), TICKETS, values):
        assert 0 <= item.start <= item.end <= len(text)


def roles(text: str) -> str:
    return " ".join(f"{text[token.start : token.end]}={token.role}" for token in tokens(text, TICKETS))


def test_roles() -> None:
    assert (
        roles('team:"a b",c or -disk') == 'team:=field "a b"=value ,=joining c=value or=joining -=joining disk=word'
    )
    assert roles("priority:<=2 (x)") == "priority:=field <==joining 2=value (=joining x=word )=joining"
    assert roles('nofield:x "open') == 'nofield:=error x=value "open=error'


@given(st.text(max_size=60) | st.text('team:is" (),-<\\', max_size=20))
def test_roles_take_any_text_and_never_overlap(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert token.role in {"field", "value", "word", "joining", "error"}
        end = token.end
