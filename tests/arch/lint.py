"""A small lint over syntax trees: a rule is data, and `find` gives the lines that break it.

Knows none of the rules, which stand in rules.py. Paths are relative to the repository, with forward slashes.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property

Check = Callable[["Source"], Iterator[int]]


@dataclass(frozen=True)
class Source:
    """One file: its path, its text by lines, its tree."""

    path: str
    lines: list[str]
    tree: ast.Module

    @classmethod
    def parse(cls, path: str, text: str) -> "Source":
        return cls(path, text.splitlines(), ast.parse(text, path))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree; each rule looks at all of them."""
        return tuple(ast.walk(self.tree))


@dataclass(frozen=True)
class Rule:
    """`check` gives the offending lines of a file; files that match `allowed` are the one room where it may be done.

    `bites` are snippets that must be found, `spares` snippets that must not: the rule's own test.
    """

    name: str
    reason: str
    check: Check
    bites: tuple[str, ...]
    spares: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    where: str = "app/*"

    def covers(self, path: str) -> bool:
        return fnmatch(path, self.where) and not any(fnmatch(path, glob) for glob in self.allowed)


def find(rule: Rule, source: Source) -> list[str]:
    """`path:line` for each place in `source` that breaks `rule`, in order."""
    if not rule.covers(source.path):
        return []
    return [f"{source.path}:{line}" for line in sorted(set(rule.check(source)))]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for a chain of names; a chain that starts at something else keeps its attributes only, as `.b.c`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def nodes(source: Source, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in source.nodes if isinstance(node, kinds))


# --- Checks that rules are made of --------------------------------------------------------------------------------


def imports(*modules: str) -> Check:
    """An import of one of these modules or of anything inside them."""

    def check(source: Source) -> Iterator[int]:
        for node in nodes(source, ast.Import, ast.ImportFrom):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [getattr(node, "module", "")]
            )
            if any(name and (name in modules or name.split(".")[0] in modules) for name in names):
                yield node.lineno

    return check


def uses_class(*names: str) -> Check:
    """One of these classes is constructed, subclassed, or called through (`QMessageBox.question(…)`)."""

    def check(source: Source) -> Iterator[int]:
        for node in nodes(source, ast.Call, ast.ClassDef):
            used = [node.func] if isinstance(node, ast.Call) else node.bases  # type: ignore[attr-defined]
            if any(part in names for one in used for part in dotted(one).split(".")):
                yield node.lineno  # type: ignore[attr-defined]

    return check


def calls(*patterns: str) -> Check:
    """A call whose dotted name matches one of these regular expressions whole."""
    wanted = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

    def check(source: Source) -> Iterator[int]:
        for node in nodes(source, ast.Call):
            if wanted.fullmatch(dotted(node.func)):  # type: ignore[attr-defined]
                yield node.lineno  # type: ignore[attr-defined]

    return check


def mentions(pattern: str) -> Check:
    """A name or attribute chain that matches this regular expression whole."""
    wanted = re.compile(pattern)

    def check(source: Source) -> Iterator[int]:
        for node in nodes(source, ast.Name, ast.Attribute):
            if wanted.fullmatch(dotted(node)):
                yield node.lineno  # type: ignore[attr-defined]

    return check


def passes(keyword: str, value: object) -> Check:
    """A call that passes this constant for this keyword."""

    def check(source: Source) -> Iterator[int]:
        for node in nodes(source, ast.keyword):
            if node.arg == keyword and isinstance(node.value, ast.Constant) and node.value.value is value:  # type: ignore[attr-defined]
                yield node.value.lineno  # type: ignore[attr-defined]

    return check


def says(pattern: str) -> Check:
    """A string, other than a docstring, in which this regular expression is found."""
    wanted = re.compile(pattern)

    def check(source: Source) -> Iterator[int]:
        prose = {id(node.value) for node in nodes(source, ast.Expr)}  # type: ignore[attr-defined]
        for node in nodes(source, ast.Constant):
            if id(node) not in prose and isinstance(node.value, str) and wanted.search(node.value):  # type: ignore[attr-defined]
                yield node.lineno  # type: ignore[attr-defined]

    return check


def either(*checks: Check) -> Check:
    def check(source: Source) -> Iterator[int]:
        for one in checks:
            yield from one(source)

    return check
