"""The report on availability, as a value, from the list that ``report availability --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.analysis.report.definition import definitions_of
from app.base.text import number, tr
from app.domain.report import COUNT, PERCENT, SECONDS, Column, Figure, Report, Stamp, Table

NAME: Final = "availability"
GOAL_PCT: Final = 99.9
"""The default goal of a component's availability."""


def availability_report(answer: Sequence[Mapping[str, Any]], stamp: Stamp, docstring: str | None) -> Report:
    """``docstring``: of the use case, for the definitions."""
    return Report(
        name=NAME, title=tr("Availability"), stamp=stamp, answer=answer, figures=_figures(answer),
        tables=(_components(answer),), definitions=definitions_of(docstring),
    )  # fmt: skip


def _figures(answer: Sequence[Mapping[str, Any]]) -> tuple[Figure, ...]:
    known = [each for each in answer if each["availability_pct"] is not None]
    below = sum(each["availability_pct"] < GOAL_PCT for each in known)
    worst = known[0] if known else None  # the list is worst first
    return (
        Figure(tr("Components"), len(answer), COUNT, tr("{n} with a known time", n=number(len(known)))),
        Figure(
            tr("Below the goal"), below if known else None, COUNT,
            tr("goal {goal} % of the known time", goal=GOAL_PCT),
        ),
        Figure(
            tr("Worst"), worst["availability_pct"] if worst else None, PERCENT,
            worst["name"] if worst else tr("nothing known"),
        ),
        Figure(
            tr("Outage of all together"), sum(each["outage_s"] for each in known) if known else None, SECONDS,
            tr("components count one by one"),
        ),
    )  # fmt: skip


def _components(answer: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column(tr("Name"), weight=2.2), Column(tr("Host"), weight=1.6), Column(tr("Source"), weight=1.2),
        Column(tr("Available"), PERCENT), Column(tr("Outage"), SECONDS, 1.1),
        Column(tr("Major outage"), SECONDS, 1.1), Column(tr("Known for"), SECONDS, 1.2),
    )  # fmt: skip
    keys = ("name", "host", "source", "availability_pct", "outage_s", "major_outage_s", "known_s")
    rows = tuple(tuple(each[key] for key in keys) for each in answer)
    return Table(tr("Components, worst first"), columns, rows)
