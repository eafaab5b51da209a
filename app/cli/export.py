"""``watchdesk export …``: what is given to people without a desk."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

import msgspec

from app import __version__
from app.analysis.incident.bag import Made
from app.analysis.incident.form import Head
from app.analysis.incident.redaction import Redactor
from app.base.text import count, tr
from app.cli.command import DONE, Command
from app.cli.context import Context
from app.cli.report import moment
from app.usecases.incident import Window, export_incident, find_content


def ticket(context: Context) -> int:
    """Write an incident file of a ticket, by its number or id: a ZIP that “watchdesk review” opens anywhere.

    It holds the ticket, its timeline, the hosts and services that its service names with their changes of state and
    samples of the window, the articles that its words name, and its attachments; SHA-256 digests of everything; and a
    page, index.html, for readers without Watchdesk. The window is the ticket's time and an hour around it, or from
    --since until --until. A file that is there is left alone unless --replace is said.

    Keys: path subject title since_at until_at made_at counts redaction.
    """
    args, means = context.args, context.means
    content = find_content(
        means.store, means.history, args.id, means.clock.now(), Window(args.since, args.until)
    )  # fmt: skip
    target = args.to.expanduser()
    made = Made(means.clock.now(), means.me, __version__)
    head = export_incident(content, made, target, Redactor(), context.cancel, replace=args.replace)
    context.answer({"path": str(target), **_document(head)}, lambda: [_line(head, target)])
    return DONE


def _document(head: Head) -> dict[str, Any]:
    told = msgspec.to_builtins(head)
    return {key: told[key] for key in ("subject", "title", "since_at", "until_at", "made_at", "counts", "redaction")}


def _line(head: Head, target: Path) -> str:
    entries = count(head.counts["timeline"], "entry", "entries")
    return tr("{path} is written: {subject}, {entries}.", path=target, subject=head.subject, entries=entries)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="N", help="number or id of the ticket")
    parser.add_argument("--to", metavar="FILE", type=Path, required=True, help="the file to write, as INC-1.incident")
    parser.add_argument("--since", metavar="T", type=moment, help="begin of the window")
    parser.add_argument("--until", metavar="T", type=moment, help="end of the window")
    parser.add_argument("--replace", action="store_true", help="replace a file that is there")


COMMANDS: Final = (Command("export ticket", "Write an incident file of a ticket", ticket, _arguments),)
