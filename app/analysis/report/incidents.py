"""The report on incidents, as a value, from the figures that ``report incidents --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.analysis.report.cell import figure_text
from app.analysis.report.definition import definitions_of
from app.base.clock import MINUTE
from app.base.text import count, duration, number, tr
from app.domain.report import COUNT, NUMBER, PERCENT, SECONDS, Column, Figure, Report, Stamp, Table

NAME: Final = "incidents"
MTTR_GOAL_S: Final = 30 * MINUTE / 1000
"""The default goal of the time to resolve."""
SMALL: Final = 20
"""From so few on, a share or percentile says little, and the report says so."""


def incidents_report(
    answer: Mapping[str, Any], stamp: Stamp, docstring: str | None, before: Mapping[str, Any] | None = None
) -> Report:
    """``docstring``: of the use case, for the definitions. ``before``: the figures of the period before."""
    figures = _figures(answer)
    if before is not None:
        figures = tuple(map(_held_against, figures, _figures(before)))
    return Report(
        name=NAME, title=tr("Incidents: service levels and repair times"), stamp=stamp, answer=answer, before=before,
        figures=figures, definitions=definitions_of(docstring),
        tables=(
            _priorities(answer), _spans(answer), _months(answer), _reassignments(answer),
            _counts(tr("By status"), tr("Status"), answer["by_status"]),
            _counts(tr("By status of the source"), tr("Status there"), answer["by_source_status"]),
        ),
    )  # fmt: skip


def _figures(answer: Mapping[str, Any]) -> tuple[Figure, ...]:
    total, spans = answer["incidents"], answer["resolution_s"]
    return (
        Figure(tr("Incidents"), total, COUNT, tr("opened in the period")),
        Figure(tr("Inside SLA"), answer["sla_made_pct"], PERCENT, tr("of those whose outcome is known")),
        Figure(tr("Time to resolve, median"), spans["median"], SECONDS, _resolved(spans)),
        Figure(
            tr("Opened again"), answer["reopened_pct"], PERCENT,
            tr("{n} of {all}", n=number(answer["reopened"]), all=number(total)) + _small(total),
        ),
    )  # fmt: skip


def _held_against(figure: Figure, before: Figure) -> Figure:
    note = tr("{note}; before: {value}", note=figure.note, value=figure_text(before))
    return Figure(figure.title, figure.value, figure.kind, note)


def _resolved(spans: Mapping[str, Any]) -> str:
    if not spans["n"]:
        return tr("none is resolved")
    goal = duration(round(MTTR_GOAL_S * 1000))
    told = (
        tr("goal {goal}: met", goal=goal) if spans["median"] <= MTTR_GOAL_S else tr("goal {goal}: missed", goal=goal)
    )
    p90, mean = (duration(round(spans[name] * 1000)) for name in ("p90", "mean"))
    return tr("90 % within {p90}, mean {mean}; {goal}", p90=p90, mean=mean, goal=told) + _small(spans["n"])


def _small(n: int) -> str:
    return tr("; few: n = {n}", n=n) if 0 < n < SMALL else ""


def _priorities(answer: Mapping[str, Any]) -> Table:
    columns = (
        Column(tr("Priority")), Column(tr("Incidents"), COUNT), Column(tr("Inside SLA"), PERCENT),
        Column(tr("Resolved"), COUNT), Column(tr("Time to resolve, median"), SECONDS),
    )  # fmt: skip
    rows = tuple(
        (
            priority_name(name), n, answer["sla_made_pct_by_priority"][name],
            answer["resolution_s_by_priority"][name]["n"], answer["resolution_s_by_priority"][name]["median"],
        )
        for name, n in answer["by_priority"].items()
    )  # fmt: skip
    return Table(tr("By priority"), columns, rows, bar=1)


def priority_name(name: str) -> str:
    """``P1`` and so on; “none” stays."""
    return f"P{name}" if name.isdecimal() else name


def _spans(answer: Mapping[str, Any]) -> Table:
    columns = (
        Column(tr("From opening until"), weight=1.4), Column(tr("Incidents"), COUNT), Column(tr("Median"), SECONDS),
        Column(tr("90th percentile"), SECONDS), Column(tr("Mean"), SECONDS), Column(tr("Longest"), SECONDS),
    )  # fmt: skip
    kinds = ((tr("resolved"), answer["resolution_s"]), (tr("closed"), answer["open_to_closed_s"]))
    rows = tuple((name, *(spans.get(key) for key in ("n", "median", "p90", "mean", "max"))) for name, spans in kinds)
    return Table(tr("How long it took"), columns, rows, note=_skew(answer["resolution_s"]))


def _skew(spans: Mapping[str, Any]) -> str:
    """A mean far from the median misleads: a few long ones make it."""
    if not spans["median"] or spans["mean"] < 2 * spans["median"]:
        return ""
    times = round(spans["mean"] / spans["median"], 1)
    return tr("The mean is {times} times the median, because some took very long: read the percentiles.", times=times)


def _months(answer: Mapping[str, Any]) -> Table:
    columns = (Column(tr("Month (UTC)")), Column(tr("Opened"), COUNT))
    months = answer["opened_per_month"]
    return Table(tr("Opened per month"), columns, tuple(months.items()), note=_span_of_months(len(months)), bar=1)


def _span_of_months(months: int) -> str:
    return tr("{n} with at least one.", n=count(months, "month", "months")) if months else ""


def _reassignments(answer: Mapping[str, Any]) -> Table:
    told = answer["reassignments"]
    columns = (
        Column(tr("Mean"), NUMBER), Column(tr("Median"), NUMBER), Column(tr("Most"), COUNT),
        Column(tr("Never handed on"), PERCENT),
    )  # fmt: skip
    rows = ((told["mean"], told["median"], told["max"], told["none_pct"]),)
    return Table(tr("Reassignments"), columns, rows if told["max"] is not None else ())


def _counts(title: str, head: str, counts: Mapping[str, int]) -> Table:
    return Table(title, (Column(head), Column(tr("Incidents"), COUNT)), tuple(counts.items()), bar=1)
