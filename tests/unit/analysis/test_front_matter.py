"""The facts at the top of an article's file."""

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.front_matter import FrontMatter, split_front_matter


def test_facts_of_every_kind_come_plain_and_in_order() -> None:
    head = """---
title: "Reset: a switch"
owner_slack: "#team"
tags: [net, vpn]
last_reviewed_on: 2024-05-06
at: 2024-05-06T07:08:09Z
review_in: 6 months
weight: 20
ratio: 0.5
negative: -3
draft: false
shown: True
country: no
time: 12:30
code: 007
octal: 0o17
huge: 123456789012345678901234567890
nothing:
tilde: ~
nan: .nan
nested: {a: {b: [1, x]}}
1: number key
folded: >
  two
  lines
---
# Body
"""
    found = split_front_matter(head)
    assert found.problem == ""
    assert found.body == "# Body\n"
    assert found.values == {
        "title": "Reset: a switch",
        "owner_slack": "#team",
        "tags": ["net", "vpn"],
        "last_reviewed_on": "2024-05-06",
        "at": "2024-05-06T07:08:09Z",
        "review_in": "6 months",
        "weight": 20,
        "ratio": 0.5,
        "negative": -3,
        "draft": False,
        "shown": True,
        "country": "no",
        "time": "12:30",
        "code": "007",
        "octal": "0o17",
        "huge": "123456789012345678901234567890",
        "nothing": None,
        "tilde": None,
        "nan": ".nan",
        "nested": {"a": {"b": [1, "x"]}},
        "1": "number key",
        "folded": "two lines\n",
    }
    assert list(found.values)[:2] == ["title", "owner_slack"]


WHOLE = ["", "# Body", "text\n---\na: 1\n---\n", " ---\na: 1\n---\n", "----\na: 1\n---\n", "--- a: 1\n---\n", "---"]


@pytest.mark.parametrize("text", WHOLE)
def test_a_text_without_facts_is_all_body(text: str) -> None:
    assert split_front_matter(text) == FrontMatter({}, text, "")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\na: 1\n---", ""),
        ("---\r\na: 1\r\n---\r\nBody\r\n", "Body\r\n"),
        ("\ufeff---\na: 1\n---\nBody", "Body"),
        ("--- \t\na: 1\n--- \nBody", "Body"),
        ("---\na: 1\n...\nBody", "Body"),
        ("---\na: 1\n---\n---\nb: 2\n---\n", "---\nb: 2\n---\n"),
    ],
)
def test_all_ways_to_mark_the_head(text: str, body: str) -> None:
    assert split_front_matter(text) == FrontMatter({"a": 1}, body, "")


def test_an_empty_head_is_no_problem() -> None:
    assert split_front_matter("---\n---\nBody") == FrontMatter({}, "Body", "")
    assert split_front_matter("---\n# a comment\n---\nBody") == FrontMatter({}, "Body", "")


BROKEN = {
    "no end": "a: 1\nBody",
    "a list": "- a\n- b\n---\n",
    "a scalar": "just a sentence\n---\n",
    "a tab": "a:\n\t- b\n---\n",
    "a colon": "title: a: b\n---\n",
    "unclosed quote": 'a: "b\n---\n',
    "python object": "a: !!python/object/apply:os.system ['true']\n---\n",
    "python name": "a: !!python/name:os.system\n---\n",
    "unknown tag": "a: !thing x\n---\n",
    "alias": "a: &x [1]\nb: *x\n---\n",
    "bomb": "a: &a [1,1]\n" + "".join(f"k{n}: &b{n} [*a,*a,*a,*a,*a,*a,*a]\n" for n in range(50)) + "---\n",
    "self": "a: &a [*a]\n---\n",
    "deep": "a: " + "[" * 3000 + "]" * 3000 + "\n---\n",
    "rather deep": "a: " + "[" * 12 + "]" * 12 + "\n---\n",
    "unhashable": "? [a]\n: b\n---\n",
    "control": "a: \x00\n---\n",
    "too long": "a: " + "x" * 20_000 + "\n---\n",
    "bad int": "a: !!int x\n---\n",
    "bad date": "a: !!timestamp 2024-13-45\n---\n",
    "merge": "a: 1\n<<: 5\n---\n",
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_head_stays_in_the_body_with_its_reason(name: str) -> None:
    text = "---\n" + BROKEN[name]
    started = time.process_time()
    found = split_front_matter(text)
    assert time.process_time() - started < 1
    assert found.values == {}
    assert found.body == text
    assert found.problem.endswith(".")


def test_the_line_of_the_trouble_is_counted_in_the_file() -> None:
    assert "line 3" in split_front_matter("---\nok: 1\ntitle: a: b\n---\n").problem


@pytest.mark.parametrize("tagged", ["!!set {a, b}", "!!binary aGk=", "!!timestamp 2024-05-06", "!!pairs [a: 1]"])
def test_tagged_values_come_plain_too(tagged: str) -> None:
    found = split_front_matter(f"---\na: {tagged}\n---\n")
    assert found.problem == ""
    assert is_plain(found.values)


def is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(is_plain(inner) for inner in value)
    return value is None or type(value) in (str, int, float, bool)


@given(st.text(max_size=80))
def test_no_text_raises_or_loses_its_body(text: str) -> None:
    found = split_front_matter("---\n" + text + "\n---\nBody")
    assert found.body.endswith("Body")
    assert is_plain(found.values)
    assert bool(found.problem) <= (found.values == {})


WORD = st.text("abcdefgh", min_size=1, max_size=8)


@given(st.dictionaries(WORD, st.integers(-(10**12), 10**12) | st.booleans() | st.none() | st.lists(WORD, max_size=3)))
def test_what_yaml_writes_is_read_back(facts: dict[str, object]) -> None:
    found = split_front_matter("---\n" + yaml.safe_dump(facts) + "---\nBody")
    assert found.values == facts
