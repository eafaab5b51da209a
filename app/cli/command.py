"""What a command is, the list of groups, and the parser made of them. Only the group named is imported."""

from __future__ import annotations

import argparse
import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from app.cli.context import Context

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
PARTLY: Final = 3
NOT_SOUND: Final = 4

Arguments = Callable[[argparse.ArgumentParser], None]


def no_arguments(_parser: argparse.ArgumentParser) -> None:
    """For commands that are told nothing more."""


@dataclass(frozen=True, slots=True)
class Command:
    """``words``: its name, as ``ticket new``. ``run`` gives the exit code; its docstring stands in the reference.
    ``json``: whether it can answer in JSON."""

    words: str
    help: str
    run: Callable[[Context], int]
    arguments: Arguments = no_arguments
    json: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that begin with the same word. ``module`` holds them as ``COMMANDS``."""

    name: str
    module: str
    help: str


GROUPS: Final = (
    Group("desk", "desk", "Open the analyst's window (also without any word)"),
    Group("demo", "desk", "Open the window on a simulated estate in a throw-away profile"),
    Group("wall", "wall", "Show the wall display"),
    Group("tickets", "tickets", "List tickets"),
    Group("ticket", "ticket", "Show, open and change one ticket"),
    Group("services", "health", "List hosts and services of all sources"),
    Group("problems", "health", "List what is not OK"),
    Group("business", "business", "What customers notice, rolled up from hosts and services"),
    Group("ack", "commanding", "Acknowledge problems"),
    Group("downtime", "commanding", "Set a downtime"),
    Group("silences", "silences", "List everything that is silenced"),
    Group("recheck", "commanding", "Ask for a check now"),
    Group("comment", "commanding", "Leave a comment at hosts and services"),
    Group("metrics", "metrics", "Look into stored samples"),
    Group("rule", "rule", "Raise problems by own rules over stored samples"),
    Group("poll", "poll", "Ask the sources and keep what they say"),
    Group("source", "source", "Connect outside systems"),
    Group("kb", "kb", "Search and read knowledge articles"),
    Group("import", "imports", "Bring in tickets, articles and past health from files"),
    Group("export", "export", "Write files for people without a desk"),
    Group("review", "review", "Read and verify an incident file"),
    Group("report", "report", "Figures over tickets and availability"),
    Group("doctor", "doctor", "Check the profile, restore a backup"),
)
DEFAULT_GROUP: Final = "desk"


def commands_of(group: Group) -> tuple[Command, ...]:
    """The commands of a group; imports its module."""
    module = importlib.import_module(f"app.cli.{group.module}")
    found: tuple[Command, ...] = module.COMMANDS
    return tuple(command for command in found if command.words.split()[0] == group.name)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with exit code 2. A value may begin with a dash (``--sort -updated_at``)."""

    def parse_known_args(self, args=None, namespace=None):  # type: ignore[no-untyped-def]
        return super().parse_known_args(self._joined(list(sys.argv[1:] if args is None else args)), namespace)

    def _joined(self, words: list[str]) -> list[str]:
        """Options and their values as one word where argparse would take the value for an option."""
        valued = {name for one in self._actions if one.nargs is None for name in one.option_strings}
        joined: list[str] = []
        for word in words:
            before = joined[-1] if joined else ""
            if before in valued and word.startswith("-") and word not in self._option_string_actions:
                joined[-1] = f"{before}={word}"
            else:
                joined.append(word)
        return joined

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"watchdesk: {message}. Try “{self.prog} --help”.\n")


def build_parser(words: Sequence[str] | None = None) -> Parser:
    """The parser for these words: only the group that they name is filled in. None: all groups."""
    named = None if words is None else _named(words)
    parser = Parser(
        prog="watchdesk",
        description="A desk for the people who keep production running.",
        epilog="Without a command the window opens. “watchdesk COMMAND --help” tells more.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="say which version this is")
    add_shared(parser)
    groups = parser.add_subparsers(metavar="COMMAND", dest="group", title="commands", parser_class=Parser)
    for group in GROUPS:
        _add_group(groups, group, filled=named in (None, group.name))
    return parser


def add_shared(parser: argparse.ArgumentParser) -> None:
    """Options that stand before or after the command."""
    where = parser.add_argument_group("profile")
    where.add_argument(
        "--profile", metavar="NAME", default=argparse.SUPPRESS, help="which profile (default: default)"
    )
    where.add_argument(
        "--data-dir",
        metavar="DIR",
        type=Path,
        default=argparse.SUPPRESS,
        help="the profile's folder, instead of a name",
    )


def _named(words: Sequence[str]) -> str:
    """The group that these words begin with; empty when none does."""
    names = {group.name for group in GROUPS}
    left = iter(words)
    for word in left:
        if word in ("--profile", "--data-dir"):
            next(left, None)
        elif not word.startswith("-"):
            return word if word in names else ""
    return ""


def _add_group(groups: argparse._SubParsersAction[Parser], group: Group, *, filled: bool) -> None:
    if not filled:
        groups.add_parser(group.name, help=group.help, add_help=False)
        return
    commands = commands_of(group)
    if [command.words for command in commands] == [group.name]:
        _fill(groups.add_parser(group.name, **_texts(commands[0])), commands[0])
        return
    parser = groups.add_parser(group.name, help=group.help, description=group.help + ".", allow_abbrev=False)
    inner = parser.add_subparsers(metavar="WHAT", dest="what", title="what", required=True, parser_class=Parser)
    for command in commands:
        _fill(inner.add_parser(command.words.split()[1], **_texts(command)), command)


def _texts(command: Command) -> dict[str, Any]:
    return {
        "help": command.help,
        "description": description_of(command),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def description_of(command: Command) -> str:
    """The docstring of its run, without the indentation."""
    return inspect.cleandoc(command.run.__doc__ or command.help)


def _fill(parser: argparse.ArgumentParser, command: Command) -> None:
    parser.set_defaults(command=command)
    command.arguments(parser)
    if command.json:
        parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    add_shared(parser)
