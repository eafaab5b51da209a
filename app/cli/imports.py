"""``watchdesk import …``: tickets, articles and the history of services from files."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.base.errors import Cancelled, UsageTrouble
from app.base.text import count, duration, number, tr
from app.cli.command import DONE, PARTLY, Command
from app.cli.context import Context
from app.usecases.imports.summary import ImportSummary, Progress, Report

_SHOWN: Final = 20
_CLEAR: Final = "\r\x1b[K"


def tickets(context: Context) -> int:
    """Bring in tickets from a file, plain or .gz. All of it is kept, or nothing.

    --format servicenow-log: the audit log of ServiceNow incidents, one row per update. Every update is replayed into
    the timeline; an incident is its row of highest sys_mod_count; “?” is missing.
    --format csv: any table, with --mapping FILE that says which column is which field (its form is below).
    Dates without a zone are read in --time-zone (default UTC). A time that the clocks skip is read an hour later, one
    that happens twice as the first.

    The same file again changes nothing; a longer one adds what is new. A ticket that was changed here since is left
    as it is, and counted as kept. A row that is wrong by itself is set aside (exit code 3); a file that cannot be
    read to its end is refused whole (exit code 1).

    Keys: path format source read added changed unchanged kept entries set_aside_count set_aside[] (row reason)
    notes[] duration_s.
    """
    args = context.args
    if args.format == "csv" and args.mapping is None:
        raise UsageTrouble(tr("A CSV file needs --mapping FILE."), hint=tr("The reference tells its form."))
    if args.format != "csv" and args.mapping is not None:
        raise UsageTrouble(tr("--mapping is for --format csv."), hint=tr("Leave it out."))
    return _import(context, lambda progress: _read_tickets(context, progress))


def _read_tickets(context: Context, progress: Report | None) -> ImportSummary:
    args, means = context.args, context.means
    if args.format == "csv":
        from app.usecases.imports.csv_tickets import import_csv
        from app.usecases.imports.mapping import load_mapping

        mapping = load_mapping(args.mapping)
        return import_csv(
            means.work, args.file, mapping, source=args.source or "", time_zone=args.time_zone or "",
            cancel=context.cancel, report=progress,
        )  # fmt: skip
    from app.usecases.imports.servicenow_log import FORMAT, import_servicenow_log

    return import_servicenow_log(
        means.work, args.file, source=args.source or FORMAT, time_zone=args.time_zone or "UTC",
        cancel=context.cancel, report=progress,
    )  # fmt: skip


def articles(context: Context) -> int:
    """Bring in a folder of Markdown files (.md, .markdown), with or without facts at the top. All, or nothing.

    A path in the tree is the file's place in the folder; the title is the one among the facts,
    else the first heading, else the file's name. Other files are counted and left; links out of the folder are not
    followed. The same folder again changes nothing; a changed file becomes the article's next version, unless a
    person edited it here since: then it is left, and counted as kept.

    Keys: path format source read added changed unchanged kept ignored set_aside_count set_aside[] (where reason)
    notes[] duration_s.
    """
    from app.usecases.imports.articles import import_articles

    args, work = context.args, context.means.work
    return _import(
        context,
        lambda progress: import_articles(
            work, args.folder, source=args.source or "", cancel=context.cancel, report=progress
        ),
    )


def services(context: Context) -> int:
    """Bring in what a vendor's status page said of its components, from a CSV of its changes, plain or .gz. All of it
    is kept, or nothing.

    Columns: observed_at component_id component new_status, and group where there are groups. A status is operational,
    degraded_performance, partial_outage, major_outage or under_maintenance; it holds from the moment at which it was
    seen. The components stand on the board as they were last, stale, and “report availability” counts their past.
    It is kept until the source is removed. The same file again changes nothing; a row that is wrong by itself is set
    aside (exit code 3).

    Keys: path format source read added changed unchanged kept entries (changes of state that were not known)
    set_aside_count set_aside[] (row reason) notes[] duration_s.
    """
    from app.usecases.imports.status_page import FORMAT, import_status_page

    args, means = context.args, context.means
    return _import(
        context,
        lambda _progress: import_status_page(
            means.store, means.history, args.file, source=args.source or FORMAT, cancel=context.cancel
        ),
    )


def _import(context: Context, read: Callable[[Report | None], ImportSummary]) -> int:
    progress = _progress(context)
    try:
        summary = read(progress)
    except Cancelled:
        raise Cancelled(tr("Stopped. Nothing of it was kept.")) from None
    finally:
        if progress is not None and context.err.isatty():
            context.err.write(_CLEAR)
    return _answer(context, summary)


def _progress(context: Context) -> Report | None:
    """Progress on stderr, when a terminal looks or it was asked for."""
    live = context.err.isatty()
    if not (live or context.args.progress):
        return None

    def tell(progress: Progress) -> None:
        left = "" if progress.left_s is None else tr(", {left} left", left=duration(round(progress.left_s * 1000)))
        line = f"{progress.share:4.0%}  {number(progress.done)}{left}"
        context.err.write(f"{_CLEAR}{line}" if live else f"{line}\n")
        context.err.flush()

    return tell


def _answer(context: Context, summary: ImportSummary) -> int:
    context.answer(_document(summary), lambda: _lines(summary))
    for note in summary.notes:
        context.say(note)
    for aside in summary.set_aside[:_SHOWN]:
        where = f"{summary.path}/{aside.where}" if aside.where else f"{summary.path}, row {aside.row}"
        context.say(f"{where}: {aside.reason}. Set aside.")
    if summary.set_aside_count > _SHOWN:
        left = count(summary.set_aside_count - _SHOWN, "row", "rows")
        context.say(tr("{left} more set aside; --json lists them.", left=left))
    return PARTLY if summary.set_aside_count else DONE


def _document(summary: ImportSummary) -> dict[str, object]:
    document: dict[str, object] = {
        "path": summary.path, "format": summary.format, "source": summary.source, "read": summary.read,
        "added": summary.added, "changed": summary.changed, "unchanged": summary.unchanged, "kept": summary.kept,
        "entries": summary.entries, "ignored": summary.ignored, "set_aside_count": summary.set_aside_count,
        "set_aside": [
            {"where": each.where, "reason": each.reason} if each.where else {"row": each.row, "reason": each.reason}
            for each in summary.set_aside
        ],
        "notes": list(summary.notes), "duration_s": round(summary.duration_s, 3),
    }  # fmt: skip
    document.pop("entries" if summary.format == "markdown" else "ignored")
    return document


def _lines(summary: ImportSummary) -> list[str]:
    what = [
        (summary.added, tr("added")), (summary.changed, tr("changed")), (summary.unchanged, tr("unchanged")),
        (summary.kept, tr("kept as they are here")),
        (summary.entries, tr("changes of state") if summary.format == "status-page" else tr("timeline entries")),
        (summary.ignored, tr("other files left")), (summary.set_aside_count, tr("set aside")),
    ]  # fmt: skip
    told = ", ".join(f"{number(amount)} {words}" for amount, words in what if amount)
    read = number(summary.read)
    return [tr("{read} read in {s:.1f} s: {told}.", read=read, s=summary.duration_s, told=told or tr("nothing new"))]


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--source", metavar="NAME", help="the name of the system they come from")
    parser.add_argument("--progress", action="store_true", help="tell progress on stderr, also without a terminal")


def _ticket_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the file, plain or .gz")
    parser.add_argument("--format", choices=("servicenow-log", "csv"), required=True, help="how to read it")
    parser.add_argument("--mapping", metavar="FILE", type=Path, help="for csv: which column is which field (TOML)")
    parser.add_argument("--time-zone", metavar="ZONE", help="for dates without one, as Europe/Berlin (default UTC)")
    _shared(parser)


def _service_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the file, plain or .gz")
    _shared(parser)


def _article_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="the folder")
    _shared(parser)


COMMANDS: Final = (
    Command("import tickets", "Bring in tickets from a file", tickets, _ticket_arguments),
    Command("import articles", "Bring in a folder of Markdown", articles, _article_arguments),
    Command("import services", "Bring in the past of a vendor's status page", services, _service_arguments),
)
