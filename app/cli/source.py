"""``watchdesk source …``: connected systems. A secret is never a word of the command line."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.base.errors import UsageTrouble
from app.base.secret import Secret
from app.base.text import tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.ticket_document import iso
from app.domain.history import SourceMark
from app.domain.source import Source
from app.usecases.source import add_source, find_source, remove_source, resume_source, try_source

KINDS: Final = ("nagios", "prometheus", "alertmanager", "zabbix", "icinga2", "livestatus", "datadog", "simulated")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
SECRET_LIMIT: Final = 64_000


def add(context: Context) -> int:
    """Connect a system. Its secret is asked for and kept in this system's keyring.

    --secret-stdin reads it from standard input instead; --secret-file F names a file that only you may read (mode
    600), for use without a keyring. A password inside the address is refused. Nothing is asked of the system yet:
    “source test” does that.

    Kinds: nagios (--url is the address of its pages, as https://monitor.example/nagios; --user), prometheus
    (--url; --alertmanager is where its alerts go, asked with the same user and secret), alertmanager (one alone),
    zabbix (--url is the address of its pages, as https://monitor.example/zabbix; --user and password, or without
    --user an API token), icinga2 (--url is the address of its API, as https://monitor.example:5665; --user; --ca for
    its own authority), livestatus (a Nagios, Naemon, Checkmk or Icinga 2 at --url tcp://host:6557, tls://host:6557 or
    unix:///path/to/live; it knows no users, so who reaches it may do everything), datadog (--url is the address of
    its API, as https://api.datadoghq.eu; the secret holds the API key and on its second line the application key),
    simulated. Without --user, the secret given with --secret-file or --secret-stdin is a token.
    Keys: those of “source list”.
    """
    args = context.args
    source = Source(
        id="", name=args.name, kind=args.kind, url=args.url, user=args.user, interval_s=args.interval,
        deadline_s=args.deadline, environment=args.environment, ca_file=_readable(args.ca_file, "--ca-file"),
        fingerprint=_fingerprint(args.fingerprint), secret_file=_readable(args.secret_file, "--secret-file"),
        alertmanager_url=_alertmanager(args),
    )  # fmt: skip
    _refuse_sign_in(args)
    saved, _touched = add_source(context.means.work, context.means.secrets, source, _secret(context, source))
    context.answer(
        _document(saved),
        lambda: [tr("{name} is added, not asked yet. Try it: watchdesk source test {name}", name=saved.name)],
    )
    return DONE


def list_sources(context: Context) -> int:
    """List the connected systems.

    Keys: id name kind url user interval_s (null: chosen by size) deadline_s environment ca_file fingerprint
    secret_file enabled alertmanager_url paused_at (since when it is not asked, for it refused its sign-in, or null).
    """
    sources, marks = context.means.store.team.sources(), context.means.marks()
    if context.json:
        context.answer_list(_document(source, marks.get(source.name)) for source in sources)
        return DONE
    rows = [(s.name, s.kind, s.url, s.user, s.environment, _standing(s, marks.get(s.name))) for s in sources]
    context.answer(None, lambda: table(("NAME", "KIND", "ADDRESS", "USER", "ENVIRONMENT", ""), rows))
    return DONE


def test(context: Context) -> int:
    """Ask a system once, also one that refused its sign-in before; keeps nothing.

    Keys: name hosts services duration_s skew_s (the source's clock minus this one's).
    """
    means = context.means
    source = find_source(means.store, context.args.name)
    found = try_source(source, None, lambda one, _secret: means.connect_anyway(one), context.cancel)
    document = {
        "name": source.name, "hosts": found.hosts, "services": found.services,
        "duration_s": round(found.duration_s, 3), "skew_s": round(found.skew_s, 3),
    }  # fmt: skip
    words = tr(
        "{name} answers: {hosts} hosts, {services} services, in {s:.2f} s.",
        name=source.name, hosts=found.hosts, services=found.services, s=found.duration_s,
    )  # fmt: skip
    context.answer(document, lambda: [words])
    return DONE


def remove(context: Context) -> int:
    """Disconnect a system: its rows leave the board, its secret leaves the keyring. Tickets stay."""
    means = context.means
    remove_source(means.work, means.secrets, means.history, context.args.name)
    context.answer({"removed": context.args.name}, lambda: [tr("{name} is disconnected.", name=context.args.name)])
    return DONE


def resume(context: Context) -> int:
    """Let a source be asked once more that is paused since it refused its sign-in.

    The next poll asks it. When it refuses again, it is paused again. Keys: name resumed (false: it was not paused).
    """
    means = context.means
    source = find_source(means.store, context.args.name)
    is_resumed = resume_source(means.work, source.name, means.history.lift_refusal)
    words = (
        tr("{name} is asked once more with its present sign-in at the next poll.", name=source.name)
        if is_resumed
        else tr("{name} is not paused: it has not refused its sign-in.", name=source.name)
    )
    context.answer({"name": source.name, "resumed": is_resumed}, lambda: [words])
    return DONE


def _standing(source: Source, mark: SourceMark | None) -> str:
    """Why it is not asked; empty when it is."""
    if not source.enabled:
        return tr("switched off")
    return tr("paused, it refused its sign-in") if mark is not None and mark.refused else ""


def _document(source: Source, mark: SourceMark | None = None) -> dict[str, Any]:
    return {
        "id": source.id, "name": source.name, "kind": source.kind, "url": source.url or None,
        "user": source.user or None, "interval_s": source.interval_s, "deadline_s": source.deadline_s,
        "environment": source.environment, "ca_file": source.ca_file or None,
        "fingerprint": source.fingerprint or None, "secret_file": source.secret_file or None,
        "enabled": source.enabled, "alertmanager_url": source.alertmanager_url or None,
        "paused_at": iso(mark.refused_at if mark else None),
    }  # fmt: skip


def _refuse_sign_in(args: argparse.Namespace) -> None:
    """Raises UsageTrouble where nobody would look at a user or a secret."""
    if args.kind == "livestatus" and (args.user or args.secret_stdin or args.secret_file):
        raise UsageTrouble(
            tr("Livestatus knows no users and no secrets."),
            hint=tr("Leave out --user and --secret-…; guard it by tls:// or a tunnel."),
        )


def _secret(context: Context, source: Source) -> Secret | None:
    """The secret, from where it was said to come from; None when the source needs none or names a file."""
    if source.secret_file:
        from app.workstation.secret_file import read_secret_file

        read_secret_file(Path(source.secret_file))
        return None
    if context.args.secret_stdin:
        return _checked(sys.stdin.read(SECRET_LIMIT + 1).removesuffix("\n").removesuffix("\r"))
    if not source.user:
        return None
    if not sys.stdin.isatty():
        raise UsageTrouble(
            tr("There is no terminal to ask for the password."), hint=tr("Use --secret-stdin or --secret-file FILE.")
        )
    return _checked(getpass.getpass(tr("Password of {user} at {name}: ", user=source.user, name=source.name)))


def _checked(text: str) -> Secret:
    if not text or len(text) > SECRET_LIMIT or "\0" in text:
        raise UsageTrouble(tr("No secret was given."), hint=tr("Type it, or send it through --secret-stdin."))
    return Secret(text)


def _alertmanager(args: argparse.Namespace) -> str:
    """The address of its Alertmanager; empty when none is given. Raises UsageTrouble."""
    second: str = args.alertmanager
    if args.kind in ("prometheus", "alertmanager") and urlsplit(args.url).fragment:
        raise UsageTrouble(
            tr("“{url}” holds more than an address.", url=args.url),
            hint=tr("Name where a prometheus sends its alerts with --alertmanager URL."),
        )
    if not second:
        return ""
    parts = urlsplit(second)
    if args.kind != "prometheus":
        raise UsageTrouble(
            tr("--alertmanager goes with a source of kind prometheus."),
            hint=tr("An Alertmanager alone is a kind of its own: watchdesk source add alertmanager NAME --url URL"),
        )
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query + parts.fragment
    ):
        raise UsageTrouble(
            tr("“{url}” is not an address.", url=second), hint=tr("Write https://host/path, without a user.")
        )
    return second


def _readable(path: Path | None, option: str) -> str:
    if path is None:
        return ""
    if not path.is_file():
        raise UsageTrouble(tr("{option}: {path} is not a file.", option=option, path=path), hint=tr("Name a file."))
    return str(path.absolute())


def _fingerprint(text: str) -> str:
    bare = text.replace(":", "").replace(" ", "").casefold()
    if bare and not _FINGERPRINT.fullmatch(bare):
        raise UsageTrouble(
            tr("--fingerprint is not a SHA-256 fingerprint."), hint=tr("It has 64 hexadecimal digits.")
        )
    return bare


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 86_400:
        raise argparse.ArgumentTypeError(f"“{text}” is not 1 to 86400 seconds")
    return value


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the source's name")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    _name(parser)
    parser.add_argument("--url", metavar="URL", default="", help="its address")
    parser.add_argument("--alertmanager", metavar="URL", default="", help="where a prometheus sends its alerts")
    parser.add_argument("--user", metavar="U", default="", help="who signs in")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--secret-stdin", action="store_true", help="read the password from standard input")
    secret.add_argument("--secret-file", metavar="F", type=Path, help="a file that only you may read")
    parser.add_argument(
        "--ca-file", "--ca", metavar="F", type=Path, help="believe only certificates of this authority (PEM)"
    )
    parser.add_argument("--fingerprint", metavar="SHA256", default="", help="believe only this certificate")
    parser.add_argument(
        "--interval", metavar="S", type=_seconds, help="ask every S seconds (default 15; 30 if large)"
    )
    parser.add_argument("--deadline", metavar="S", type=_seconds, default=15.0, help="give up after S seconds (15)")
    parser.add_argument("--environment", metavar="E", default="production", help="production, UAT, test (production)")


COMMANDS: Final = (
    Command("source add", "Connect a system", add, _add_arguments),
    Command("source list", "List the connected systems", list_sources),
    Command("source test", "Ask a system once", test, _name),
    Command("source resume", "Try a refused sign-in again", resume, _name),
    Command("source remove", "Disconnect a system", remove, _name),
)
