"""The facts that an article's file carries before its text, between two ``---`` lines, as YAML.

A hostile or broken head never costs the article: what cannot be read stays in the body, with the reason.
Values come out plain. Dates and times stay the text that was written, and so do ``no``, ``12:30`` and ``007``,
which YAML 1.1 would turn into something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from app.base.text import tr

if TYPE_CHECKING:
    import yaml

LARGEST_CHARS = 16_000
DEEPEST = 8
PlainValue = Any
"""str, int, float, bool, None, or lists and dicts with text keys of these."""

_OPENING = re.compile(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$\n?", re.MULTILINE)
_READ_AS = (
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$"), "-+0123456789"),
    ("tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}$"), "-+0123456789"),
    ("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"), "<"),
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """``values`` in written order; ``problem``: why a head was left in the body, or empty."""

    values: dict[str, PlainValue] = field(default_factory=dict)
    body: str = ""
    problem: str = ""


def split_front_matter(text: str) -> FrontMatter:
    """Take the facts off a text. Never raises; pure; any lane."""
    opening = _OPENING.match(text)
    if opening is None:
        return FrontMatter(body=text.removeprefix("\ufeff"))
    closing = _CLOSING.search(text, opening.end(), opening.end() + LARGEST_CHARS)
    if closing is None:
        return FrontMatter(body=text, problem=tr("The facts at the top have no end, or are too long."))
    values, problem = _read(text[opening.end() : closing.start()])
    if problem:
        return FrontMatter(body=text, problem=problem)
    return FrontMatter(values, text[closing.end() :])


def _read(head: str) -> tuple[dict[str, PlainValue], str]:
    import yaml  # loaded with the first article that has facts

    try:
        value = yaml.load(head, Loader=_loader())  # noqa: S506 - a SafeLoader with less, not more
        plain = {} if value is None else _plain_value(value, 0)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        return {}, tr("The facts at the top cannot be read: line {line}.", line=line)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError):
        return {}, tr("The facts at the top cannot be read.")
    if not isinstance(plain, dict):
        return {}, tr("What stands at the top is no list of facts.")
    return plain, ""


def _plain_value(value: object, depth: int) -> PlainValue:
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain_value(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain_value(inner, depth + 1) for inner in value]
    return str(value)


@cache
def _loader() -> type[yaml.SafeLoader]:
    import yaml

    class FactsLoader(yaml.SafeLoader):
        """Fewer readings than YAML 1.1, and no aliases: a few of them can stand for gigabytes."""

        yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - yaml's own

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not read")
            return super().compose_node(parent, index)

    for tag, pattern, first in _READ_AS:
        FactsLoader.add_implicit_resolver(tag, pattern, list(first))
    return FactsLoader
