"""A report as JSON: the answer of ``--json`` under ``figures``, and what stamps it."""

from __future__ import annotations

import json
from typing import BinaryIO

from app.analysis.report.stamp import document
from app.domain.report import Report


def write_json(report: Report, file: BinaryIO) -> None:
    """UTF-8. Texts are whole, as they were told."""
    text = json.dumps(document(report), ensure_ascii=False, indent=2) + "\n"
    file.write(text.encode("utf-8", "backslashreplace"))
