"""``watchdesk export …``: what is given to people without a desk."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from app import __version__
from app.analysis.incident.bag import Made
from app.analysis.incident.form import Head
from app.analysis.incident.redaction import DEFAULT, PROFILES, Redactor
from app.analysis.incident.signature import signer
from app.base.errors import EnvironmentTrouble, UsageTrouble
from app.base.text import count, one_line, tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.report import moment
from app.usecases.incident import Window, export_incident, find_content, preview_incident


def ticket(context: Context) -> int:
    """Write an incident file of a ticket, by its number or id: a ZIP that “watchdesk review” opens anywhere.

    It holds the ticket, its timeline, the hosts and services that its service names with their changes of state and
    samples of the window, the articles that its words name, and its attachments; SHA-256 digests of everything; and a
    page, index.html, for readers without Watchdesk. The window is the ticket's time and an hour around it, or from
    --since until --until. A file that is there is left alone unless --replace is said.

    --redact masks what is personal or secret, and the file says so. default: people in fields, and in texts their
    names, e-mail addresses, phone, card, account and identity numbers, IP addresses, passwords, tokens and keys, each
    by the same word in the whole file; images lose what they tell beside the picture, files that cannot be masked are
    left out. strict: also without descriptions, comments, outputs, host names and attachments. none: as it is.
    --sign-key signs it with an Ed25519 key (PEM, as “openssl genpkey -algorithm ed25519” makes it).
    --preview writes nothing and tells what would be masked, and what numbers and addresses would be left.

    Keys: path subject title since_at until_at made_at counts redaction (profile version masked left_out).
    Keys (--preview): the same, path null, replaced[] (kind before after) leftovers[].
    """
    args, means = context.args, context.means
    if args.to is None and not args.preview:
        raise UsageTrouble(tr("Say where the file is to be written."), hint=tr("Use --to FILE, or --preview."))
    content = find_content(means.store, means.history, args.id, means.clock.now(), Window(args.since, args.until))
    made = Made(means.clock.now(), means.me, __version__)
    redactor = Redactor(args.redact, {*content.names, means.me})
    if args.preview:
        return _preview(context, preview_incident(content, made, redactor, context.cancel), redactor)
    target = args.to.expanduser()
    sign = None if args.sign_key is None else signer(_key(args.sign_key.expanduser()))
    head = export_incident(content, made, target, redactor, context.cancel, replace=args.replace, sign=sign)
    context.answer({"path": str(target), **_document(head)}, lambda: [_line(head, target)])
    return DONE


def _key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentTrouble(
            tr("The key file {path} cannot be read.", path=path), detail=f"{error.strerror}.", concerns=str(path)
        ) from error


def _preview(context: Context, head: Head, redactor: Redactor) -> int:
    replaced = [{"kind": each.kind, "before": each.before, "after": each.after} for each in redactor.replaced]
    left = list(redactor.leftovers)
    document = {"path": None, **_document(head), "replaced": replaced, "leftovers": left}
    context.answer(document, lambda: _preview_lines(replaced, left))
    return DONE


def _preview_lines(replaced: list[dict[str, str]], left: list[str]) -> Iterator[str]:
    yield tr("Nothing is written. Masked would be {n} different values.", n=len(replaced))
    yield from table(("KIND", "BEFORE", "AFTER"), [tuple(each.values()) for each in replaced])
    if left:
        yield tr("Left as they are; look whether one of them is somebody's:")
        yield from (f"  {one_line(each)}" for each in left)


def _document(head: Head) -> dict[str, Any]:
    told = msgspec.to_builtins(head)
    return {key: told[key] for key in ("subject", "title", "since_at", "until_at", "made_at", "counts", "redaction")}


def _line(head: Head, target: Path) -> str:
    entries = count(head.counts["timeline"], "entry", "entries")
    return tr("{path} is written: {subject}, {entries}.", path=target, subject=head.subject, entries=entries)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="N", help="number or id of the ticket")
    parser.add_argument("--to", metavar="FILE", type=Path, help="the file to write, as INC-1.incident")
    parser.add_argument("--since", metavar="T", type=moment, help="begin of the window")
    parser.add_argument("--until", metavar="T", type=moment, help="end of the window")
    parser.add_argument("--redact", choices=PROFILES, default=DEFAULT, help="what is masked (default: default)")
    parser.add_argument("--sign-key", metavar="FILE", type=Path, help="sign with this private key")
    parser.add_argument("--preview", action="store_true", help="write nothing, tell what would be masked")
    parser.add_argument("--replace", action="store_true", help="replace a file that is there")


COMMANDS: Final = (Command("export ticket", "Write an incident file of a ticket", ticket, _arguments),)
