"""``--to FILE`` of a report: which form, where, and what is said when it is written."""

from __future__ import annotations

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from app.analysis.report.form import FORMS, PDF, Write
from app.analysis.report.stamp import document, period, warning
from app.base.errors import EnvironmentTrouble
from app.base.text import tr
from app.cli.context import Context
from app.domain.report import Report
from app.usecases.report_file import form_of, save_report

FILE_HELP: Final = """
    --to FILE writes it as a file instead, in the form that its ending names: .json, .csv, .xlsx, .html, .pdf or .md.
    All hold the same numbers, and say of which period and when they were made, and how old the data are. The .json
    holds the answer of --json as “figures”, the .csv the same as one table. Incidents of a period with both ends are
    held against the period before, as long as it. No text becomes a formula or markup. A file that is there stays
    unless --replace is said.

    Keys (with --to FILE --json): path report title since_at until_at made_at is_stale.
    """


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """A file to be written. ``context`` takes what is said of it."""

    context: Context
    path: Path
    write: Write

    @classmethod
    def of(cls, context: Context) -> ReportTarget | None:
        """The file that was asked for; None: the report goes to stdout. Raises UsageTrouble: an ending of no form."""
        if context.args.to is None:
            return None
        path = context.args.to.expanduser()
        return cls(context, path, form_of(path, {**FORMS, PDF: _write_pdf}))

    def save(self, report: Report) -> None:
        """Write it and say so. Raises what ``save_report`` does."""
        save_report(report, self.path, self.write, replace=self.context.args.replace)
        stale = warning(report.stamp)
        if stale:
            self.context.say(stale)
        told = document(report)
        keys = ("report", "title", "since_at", "until_at", "made_at", "is_stale")
        answer = {"path": str(self.path), **{key: told[key] for key in keys}}
        said = tr(
            "{path} is written: {title}. {period}.", path=self.path, title=report.title, period=period(report.stamp)
        )
        self.context.answer(answer, lambda: [said])


def add_target(parser: argparse.ArgumentParser) -> None:
    """The options of a report's file."""
    parser.add_argument("--to", metavar="FILE", type=Path, help="write it as a file, as incidents.html")
    parser.add_argument("--replace", "--force", action="store_true", help="replace a file that is there")


def _write_pdf(report: Report, file: BinaryIO) -> None:
    """Qt is loaded for this form alone, and needs no screen. Raises EnvironmentTrouble."""
    try:
        paper = importlib.import_module("app.bootstrap.paper")
    except ImportError as error:
        raise EnvironmentTrouble(
            tr("A PDF cannot be written."), detail=tr("A library is missing: {error}.", error=error),
            hint=tr("Run packaging/run once more; it installs what is missing. Or choose .html."),
        ) from error  # fmt: skip
    paper.write_pdf(report, file)
