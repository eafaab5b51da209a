"""The shift's hand-over, as a value, from the lists that ``report hand-over --json`` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from app.analysis.report.definition import definitions_of
from app.base.clock import Moment, from_iso
from app.base.text import tr
from app.domain.health import HOST, NOT_A_PROBLEM
from app.domain.report import COUNT, MOMENT, STATE, Cell, Column, Figure, Report, Stamp, Table

NAME: Final = "hand-over"

_Row = Mapping[str, Any]


def handover_report(answer: Mapping[str, Any], stamp: Stamp, docstring: str | None) -> Report:
    """``docstring``: of the use case, for the definitions."""
    return Report(
        name=NAME, title=tr("Shift hand-over"), stamp=stamp, answer=answer, figures=_figures(answer),
        tables=(_due(answer), _silences(answer), _changes(answer)), definitions=definitions_of(docstring),
    )  # fmt: skip


def _figures(answer: Mapping[str, Any]) -> tuple[Figure, ...]:
    changes, silences, due = (answer[key] for key in ("state_changes", "silences", "due"))
    last = {each["id"]: each["state"] for each in changes}
    left = sum(state is not None and state not in NOT_A_PROBLEM for state in last.values())
    standing = Counter(each["standing"] for each in due)
    phases = Counter(each["phase"] for each in silences)
    return (
        Figure(tr("Late tickets"), standing["late"], COUNT, tr("{n} more are due next", n=standing["next"])),
        Figure(
            tr("Silenced"), phases["active"], COUNT,
            tr("{n} planned, {m} ended", n=phases["planned"], m=phases["ended"]),
        ),
        Figure(tr("Changes of state"), len(changes), COUNT, tr("of {n} hosts and services", n=len(last))),
        Figure(tr("Left as a problem"), left, COUNT, tr("of those that changed, as the shift left them")),
    )  # fmt: skip


def _due(answer: Mapping[str, Any]) -> Table:
    columns = (
        Column(tr("Due"), MOMENT, 1.45), Column(tr("Standing"), weight=0.8), Column(tr("Ticket"), weight=0.9),
        Column(tr("Title"), weight=3.0), Column(tr("Priority"), weight=0.6), Column(tr("Team"), weight=1.0),
        Column(tr("Assignee"), weight=1.0),
    )  # fmt: skip
    rows = tuple(
        (
            _at(each["due_at"]), each["standing"], each["number"], each["title"], _priority(each["priority"]),
            each["team"], each["assignee"],
        )
        for each in answer["due"]
    )  # fmt: skip
    return Table(tr("Due times"), columns, rows)


def _silences(answer: Mapping[str, Any]) -> Table:
    columns = (
        Column(tr("What"), weight=1.35), Column(tr("Phase"), weight=0.75), Column(tr("Host and service"), weight=2.0),
        Column(tr("State"), STATE, 0.8), Column(tr("By"), weight=0.9), Column(tr("From"), MOMENT, 1.45),
        Column(tr("Until"), MOMENT, 1.45), Column(tr("Comment"), weight=1.6),
    )  # fmt: skip
    rows = tuple(
        (
            each["kind"], each["phase"], _row_name(each, each["name"] == each["host"]), each["state"],
            each["author"], _at(each["start_at"]), _at(each["until"]), each["comment"],
        )
        for each in answer["silences"]
    )  # fmt: skip
    return Table(tr("Silences"), columns, rows)


def _changes(answer: Mapping[str, Any]) -> Table:
    columns = (
        Column(tr("At"), MOMENT, 1.45), Column(tr("Host and service"), weight=2.2), Column(tr("Was"), STATE, 0.9),
        Column(tr("Is"), STATE, 0.9), Column(tr("Note"), weight=0.8), Column(tr("Output"), weight=3.0),
    )  # fmt: skip
    rows = tuple(
        (
            _at(each["at"]), _row_name(each, each["kind"] == HOST), each["was"] or "", each["state"] or tr("gone"),
            _note(each), each["output"],
        )
        for each in answer["state_changes"]
    )  # fmt: skip
    return Table(tr("Changes of state"), columns, rows)


def _row_name(row: _Row, is_host: bool) -> str:
    return str(row["host"]) if is_host or not row["name"] else f"{row['host']} / {row['name']}"


def _note(row: _Row) -> str:
    words = [] if row["hard"] else [tr("soft")]
    return ", ".join([*words, tr("handled")] if row["handled"] else words)


def _priority(priority: int | None) -> Cell:
    return "" if priority is None else f"P{priority}"


def _at(iso: str | None) -> Moment | None:
    return None if iso is None else from_iso(iso)
