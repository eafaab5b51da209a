"""The report on incidents by the values of a field, as a value, from the list of ``report breakdown --json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.analysis.report.definition import definitions_of
from app.analysis.report.incidents import priority_name
from app.base.text import tr
from app.domain.report import COUNT, PERCENT, SECONDS, Column, Figure, Report, Stamp, Table

NAME: Final = "breakdown"


def breakdown_report(answer: Sequence[Mapping[str, Any]], field: str, stamp: Stamp, docstring: str | None) -> Report:
    """``field``: whose values they are. ``docstring``: of the use case, for the definitions."""
    return Report(
        name=NAME, title=tr("Incidents by {field}", field=field), stamp=stamp, answer=answer,
        figures=_figures(answer), tables=(_values(answer, field),), definitions=definitions_of(docstring),
    )  # fmt: skip


def _figures(answer: Sequence[Mapping[str, Any]]) -> tuple[Figure, ...]:
    first = answer[0] if answer else None
    return (
        Figure(tr("Incidents"), sum(each["incidents"] for each in answer), COUNT, tr("opened in the period")),
        Figure(tr("Values"), len(answer), COUNT, tr("that occur")),
        Figure(
            tr("Share of the first"), first["incidents_pct"] if first else None, PERCENT,
            str(first["value"]) if first else "",
        ),
        Figure(tr("Open"), sum(each["open"] for each in answer), COUNT, tr("not closed yet")),
    )  # fmt: skip


def _values(answer: Sequence[Mapping[str, Any]], field: str) -> Table:
    columns = (
        Column(field.capitalize(), weight=2.0), Column(tr("Incidents"), COUNT), Column(tr("Share"), PERCENT),
        Column(tr("Open"), COUNT, 0.8), Column(tr("Inside SLA"), PERCENT), Column(tr("Resolved"), COUNT),
        Column(tr("Median"), SECONDS), Column(tr("90th percentile"), SECONDS, 1.1),
        Column(tr("Opened again"), PERCENT),
    )  # fmt: skip
    keys = (
        "incidents", "incidents_pct", "open", "sla_made_pct", "resolved", "resolution_median_s", "resolution_p90_s",
        "reopened_pct",
    )  # fmt: skip
    names = priority_name if field == "priority" else str
    rows = tuple((names(each["value"]), *(each[key] for key in keys)) for each in answer)
    return Table(tr("Most incidents first"), columns, rows, bar=1)
