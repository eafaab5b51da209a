"""The forms of a report by the ending of its file. Those that need more than text are added by whoever has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from app.analysis.report.csv_form import write_csv
from app.analysis.report.html_form import write_html
from app.analysis.report.json_form import write_json
from app.analysis.report.markdown_form import write_markdown
from app.analysis.report.xlsx_form import write_xlsx
from app.domain.report import Report

Write = Callable[[Report, BinaryIO], None]
"""Writes the whole report into an open file, and leaves it open."""

FORMS: Final[Mapping[str, Write]] = {
    ".json": write_json, ".csv": write_csv, ".xlsx": write_xlsx, ".html": write_html, ".md": write_markdown,
}  # fmt: skip
PDF: Final = ".pdf"
"""Drawn by the window's room, without a window."""
