"""The day before the demo begins: states and samples as polling would have left them."""

from __future__ import annotations

from typing import Final

from app.analysis.simulation.estate import small_estate
from app.analysis.simulation.picture import Picture, Simulation
from app.base.clock import DAY, MINUTE, Moment
from app.domain.health import Snapshot
from app.domain.history import Ingest, SeriesPoint, StateChange
from app.domain.source import Source
from app.ports import History
from app.usecases.health import Rows, applied, diff

STEP: Final = 5 * MINUTE


def keep_past(history: History, source: Source, seed: int, now_at: Moment) -> None:
    """Look at the simulation every five minutes of the last day and keep what changed.

    Written in two goes instead of 288: the first covers the day with all its changes and samples, the second is an
    ordinary answer of now.
    """
    simulation = Simulation(seed, small_estate(), source=source.name, environment=source.environment)
    begin_at = now_at - DAY
    first = diff({}, _snapshot(source, simulation.picture(begin_at), begin_at), begin_at, interval_s=DAY / 1000)
    rows: Rows = applied({}, first)
    changes: list[StateChange] = [*first.changes]
    points: list[SeriesPoint] = [*first.points]
    before_at = begin_at
    last = first
    for at in range(begin_at + STEP, now_at + 1, STEP):
        last = diff(rows, _snapshot(source, simulation.picture(at), at), at, before_at=before_at)
        rows = applied(rows, last)
        changes += last.changes
        points += last.points
        before_at = at
    history.ingest(
        Ingest(mark=first.mark, rows=first.rows, changes=tuple(changes), points=tuple(points), limits=first.limits)
    )
    history.ingest(Ingest(mark=last.mark, rows=tuple(rows.values()), remarks=last.remarks, downtimes=last.downtimes))


def _snapshot(source: Source, picture: Picture, at: Moment) -> Snapshot:
    return Snapshot(
        source=source.name, rows=picture.rows, remarks=picture.remarks, downtimes=picture.downtimes,
        observed_at=at, received_at=at,
    )  # fmt: skip
