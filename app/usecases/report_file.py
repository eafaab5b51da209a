"""A report as a file: what stamps it, and writing it whole under its name. Read lane."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.analysis.report.form import Write
from app.base.errors import EnvironmentTrouble, UsageTrouble
from app.base.text import tr
from app.domain.report import Freshness, Report
from app.ports import History, Store
from app.query import Env
from app.query.tree import Query, Sort
from app.usecases.board import Board, Instant, with_source
from app.usecases.new_file import new_file, told


def form_of(target: Path, forms: Mapping[str, Write]) -> Write:
    """What writes a file of this ending. Raises UsageTrouble, naming the endings that there are."""
    write = forms.get(target.suffix.lower())
    if write is None:
        ending = target.suffix or target.name
        raise UsageTrouble(
            tr("“{ending}” is no form of a report.", ending=ending),
            hint=tr("The file's ending chooses it: {endings}.", endings=", ".join(forms)),
            concerns=str(target),
        )
    return write


def save_report(report: Report, target: Path, write: Write, *, replace: bool = False) -> None:
    """The whole file or none of it; another one in its place stays unless ``replace``.

    Raises Refused (it is there), DiskFull, ReadOnly, EnvironmentTrouble (also: it is a folder, a library is missing).
    """
    with told(target.parent):
        is_folder = target.is_dir()
    if is_folder:
        raise EnvironmentTrouble(
            tr("{path} is a folder.", path=target), hint=tr("Give the name of a file in it."), concerns=str(target)
        )
    with new_file(target, replace=replace) as file:
        write(report, file)


def newest_ticket_at(store: Store) -> int | None:
    """When any ticket changed last; None without tickets."""
    newest = store.tickets.page(Query(sort=(Sort("updated", descending=True),)), Env(now_at=0), limit=1)
    return newest[0].updated_at if newest else None


def freshness_of(store: Store, history: History, now: Instant, only: str | None = None) -> tuple[Freshness, ...]:
    """Every source of health, or one, by name: how old what it told is."""
    marks = history.marks()
    board = Board()
    names = {source.name for source in store.team.sources() if source.enabled} | set(marks)
    for name in sorted(name for name in names if only is None or name == only):
        board = with_source(board, name, (), marks.get(name), now)
    return tuple(
        Freshness(name, level, part.mark.received_at if (part := board.sources[name]).mark else None)
        for name, level in board.levels(now).items()
    )
