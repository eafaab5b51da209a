"""Composition of what is drawn on paper by a process without a window. Qt is loaded with this file."""

from __future__ import annotations

from typing import BinaryIO

from app.domain.report import Report
from app.ui.kit.paper.report import render_report


def write_pdf(report: Report, file: BinaryIO) -> None:
    """The report as a PDF. Raises EnvironmentTrouble."""
    file.write(render_report(report))
