"""``watchdesk doctor``: is the profile whole; and the way back from a backup."""

from __future__ import annotations

import argparse
from typing import Final

from app.base.clock import to_iso
from app.base.text import tr
from app.cli.command import DONE, NOT_SOUND, Command
from app.cli.context import Context, table
from app.cli.ticket_document import local


def doctor(context: Context) -> int:
    """Check everything in the profile that can be broken; it changes nothing. Exit code 4 when something is.

    --restore WHICH puts a backup in the place of work.db, by its name or “newest”; the present file is set aside, not
    overwritten. No other Watchdesk may have the profile open then. The check follows.

    What is wrong with sources (their clock is off, they are paused) is named too; it does not make a profile unsound.

    Keys: ok profile findings[] (check ok text) sources[] (a sentence each) sizes (bytes) rows versions backups[]
    (name made_at reason size_bytes) restored (null, or backup and set_aside).
    """
    means = context.means
    restored = None
    if context.args.restore:
        name, aside = means.restore(context.args.restore)
        restored = {"backup": name, "set_aside": aside}
        context.say(tr("{name} is work.db now; the file before it is {aside}.", name=name, aside=aside or tr("gone")))
    report = means.check()
    notes = means.source_notes()
    document = {
        "ok": report.ok,
        "profile": str(means.profile.root),
        "findings": [{"check": each.check, "ok": each.ok, "text": each.text} for each in report.findings],
        "sources": notes,
        "sizes": report.sizes,
        "rows": report.rows,
        "versions": report.versions,
        "backups": [
            {"name": b.name, "made_at": to_iso(b.made_at), "reason": b.reason, "size_bytes": b.size_bytes}
            for b in report.backups
        ],
        "restored": restored,
    }

    def lines() -> list[str]:
        found = table(("", "CHECK", "FINDING"), [("ok" if f.ok else "BAD", f.check, f.text) for f in report.findings])
        kept = [(b.name, local(b.made_at), b.reason, b.size_bytes) for b in report.backups]
        return [
            str(means.profile.root),
            *found,
            *(["", *notes] if notes else []),
            *(["", *table(("BACKUP", "MADE", "WHY", "BYTES"), kept)] if kept else []),
        ]

    context.answer(document, lines)
    return DONE if report.ok else NOT_SOUND


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--restore", metavar="WHICH", help="a backup's name, or newest")


COMMANDS: Final = (Command("doctor", "Check the profile, restore a backup", doctor, _arguments),)
