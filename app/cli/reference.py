"""Writes the reference of the command line, resources/docs/cli.md, from the parser and the docstrings.

Run ``python -m app.cli.reference`` after a change; a test holds the file in step.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import app.query
from app.cli.command import GROUPS, Command, build_parser, commands_of, description_of
from app.query import SCHEMAS, Schema
from app.usecases.imports import mapping

PATH: Final = Path(__file__).parents[2] / "resources" / "docs" / "cli.md"
_SHARED: Final = ("--profile", "--data-dir", "--json", "--help")
_HEAD: Final = """# The command line

<!-- Written by `python -m app.cli.reference`. Change the code, not this file. -->

Whatever a person can do in the window can be done here; both are faces of the same use cases.

- `--profile NAME` or `--data-dir DIR` picks the profile; both may stand before or after the command.
- `--json` prints one JSON document on stdout: lists as arrays of objects, times in ISO 8601 UTC with `Z`, durations
  in seconds (`_s`), what is absent as `null`, no limit unless `--limit`. Messages go to stderr.
- Exit codes: 0 done · 1 failed (one line on stderr: what, why, what to do) · 2 usage · 3 partly done (some sources or
  rows failed; the JSON lists them) · 4 integrity check failed.
- `watchdesk --version` says the version; `--help` works everywhere.
"""


def render_reference() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD]
    for group in GROUPS:
        for command in commands_of(group):
            parts.append("\n".join(_command(command, _parser_of(command))))
    parts += ["## Queries", _grammar(), *map(_schema, SCHEMAS.values())]
    parts.append("## Mappings of CSV files\n\n" + _prose(mapping.__doc__ or "").rpartition("\n\n")[0])
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _grammar() -> str:
    """What the language's own room says of its grammar, without what it says of its code."""
    told = _prose(app.query.__doc__ or "").split("\n\n")
    return "\n\n".join(part for part in told if part.startswith("Grammar"))


def _schema(schema: Schema) -> str:
    lines = [f"### Fields of {schema.name}", "", "| | |", "|---|---|"]
    for field in schema.fields:
        names = ", ".join(f"`{name}`" for name in (field.name, *field.aliases))
        lines.append(f"| {names} | {field.help} |")
    flags = ", ".join(f"`{flag.name}` ({flag.help.lower()})" for flag in schema.flags)
    return "\n".join([*lines, "", f"After `is:`: {flags}."])


def _parser_of(command: Command) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = build_parser()
    for word in command.words.split():
        parser = _inner(parser)[word]
    return parser


def _inner(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _command(command: Command, parser: argparse.ArgumentParser) -> Iterator[str]:
    actions = [one for one in parser._actions if not set(one.option_strings) & set(_SHARED)]
    usage = " ".join(["watchdesk", command.words, *map(_usage, actions), *(["[--json]"] if command.json else [])])
    yield f"## {command.words}\n"
    yield f"`{usage}`\n"
    yield _prose(description_of(command))
    if actions:
        yield "\n| | |\n|---|---|"
        yield from (f"| {_name(one)} | {_help(one)} |" for one in actions)
    yield ""


def _usage(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"{action.metavar}…" if action.nargs == "+" else str(action.metavar)
    words = action.option_strings[0] + ("" if action.nargs == 0 else f" {_value(action)}")
    return words if action.required else f"[{words}]"


def _value(action: argparse.Action) -> str:
    return str(action.metavar or "|".join(map(str, action.choices or ())))


def _name(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.metavar}`"
    return f"`{action.option_strings[0]}{'' if action.nargs == 0 else f' {_value(action)}'}`".replace("|", "\\|")


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("|", "\\|")


def _prose(text: str) -> str:
    """A docstring as Markdown: its indented block stays a block, ``code`` becomes `code`."""
    return "\n".join(line.rstrip() for line in text.strip().replace("``", "`").splitlines())


def main() -> None:
    """Write the file."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(render_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
