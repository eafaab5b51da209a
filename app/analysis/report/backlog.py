"""The report on the open backlog, as a value, from the figures that ``report backlog --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.analysis.report.definition import definitions_of
from app.base.clock import from_iso
from app.base.text import tr
from app.domain.report import COUNT, MOMENT, Column, Figure, Report, Stamp, Table

NAME: Final = "backlog"


def backlog_report(answer: Mapping[str, Any], stamp: Stamp, docstring: str | None) -> Report:
    """``docstring``: of the use case, for the definitions."""
    columns = (Column(tr("At"), MOMENT), Column(tr("Open incidents"), COUNT))
    return Report(
        name=NAME, title=tr("Backlog"), stamp=stamp, answer=answer, definitions=definitions_of(docstring),
        figures=(Figure(tr("Open incidents"), answer["open"], COUNT, tr("opened and not closed")),),
        tables=(Table(tr("Open"), columns, ((from_iso(answer["at"]), answer["open"]),)),),
    )  # fmt: skip
