"""The reports on the open backlog and its age, as values, from the figures that ``--json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.analysis.report.definition import definitions_of
from app.analysis.report.incidents import priority_name
from app.base.clock import from_iso
from app.base.text import tr
from app.domain.report import COUNT, MOMENT, SECONDS, Cell, Column, Figure, Report, Stamp, Table

NAME: Final = "backlog"


AGEING: Final = "ageing"
_AGES: Final = {
    "under_1_day": "Under a day", "under_7_days": "1 to 7 days", "under_30_days": "7 to 30 days",
    "under_90_days": "30 to 90 days", "older": "90 days and more",
}  # fmt: skip


def backlog_report(answer: Mapping[str, Any], stamp: Stamp, docstring: str | None) -> Report:
    """``docstring``: of the use case, for the definitions."""
    columns = (Column(tr("At"), MOMENT), Column(tr("Open incidents"), COUNT))
    return Report(
        name=NAME, title=tr("Backlog"), stamp=stamp, answer=answer, definitions=definitions_of(docstring),
        figures=(Figure(tr("Open incidents"), answer["open"], COUNT, tr("opened and not closed")),),
        tables=(Table(tr("Open"), columns, ((from_iso(answer["at"]), answer["open"]),)),),
    )  # fmt: skip


def ageing_report(answer: Mapping[str, Any], stamp: Stamp, docstring: str | None) -> Report:
    """``docstring``: of the use case, for the definitions."""
    ages = answer["age_s"]
    return Report(
        name=AGEING, title=tr("Age of the backlog"), stamp=stamp, answer=answer,
        definitions=definitions_of(docstring),
        figures=(
            Figure(tr("Open incidents"), answer["open"], COUNT, tr("opened and not closed")),
            Figure(tr("Age, median"), ages["median"], SECONDS, tr("half of them are older")),
            Figure(tr("Age, 90th percentile"), ages["p90"], SECONDS, tr("one in ten is older")),
            Figure(tr("Oldest"), ages["max"], SECONDS, tr("since it was opened")),
        ),
        tables=(_by_age(answer["by_age"]), _by_priority(answer["by_priority"]), _exact(ages)),
    )  # fmt: skip


def _by_age(ages: Mapping[str, int]) -> Table:
    rows = tuple((tr(_AGES[name]), n) for name, n in ages.items())
    return Table(tr("By age"), (Column(tr("Age")), Column(tr("Open incidents"), COUNT)), rows, bar=1)


def _by_priority(groups: Mapping[str, Mapping[str, int]]) -> Table:
    columns = (
        Column(tr("Priority")), Column(tr("Open"), COUNT), *(Column(tr(name), COUNT) for name in _AGES.values())
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (priority_name(name), *counts.values()) for name, counts in groups.items()
    )
    return Table(tr("By priority and age"), columns, rows)


def _exact(ages: Mapping[str, float | None]) -> Table:
    columns = (Column(tr("Median"), SECONDS), Column(tr("90th percentile"), SECONDS), Column(tr("Oldest"), SECONDS))
    row = (ages["median"], ages["p90"], ages["max"])
    return Table(tr("Age in full"), columns, (row,) if ages["max"] is not None else ())
