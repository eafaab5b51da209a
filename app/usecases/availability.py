"""The availability of all that has a history. Its definitions stand in the docstring, which the reference shows.

Read or cpu lane.
"""

from __future__ import annotations

from typing import Any

from app.analysis.availability import Tally, tallied
from app.base.clock import Moment
from app.domain.health import HealthRow
from app.ports import History


def report_availability(
    history: History, *, since_at: Moment | None, until_at: Moment, source: str | None = None
) -> list[dict[str, Any]]:
    """The availability of each component from --since (inside) until --until (outside, default now), worst first: of
    hosts, services and components of status pages that have a history; --source takes those of one source.

    - known_s: the time that is known of: the source was answering, or its file tells of it. Nothing else counts.
    - availability_pct: the share of the known time in which the state was ok (of a host: up); 5 places. Planned
      maintenance is no time of service. Null when nothing is known.
    - outage_s: time in which it was critical, down or unreachable; of a status page: in partial or major outage.
    - major_outage_s: the part of it down or unreachable; of a status page: in major outage.

    A state holds from the moment at which it was seen until another one was. A component of a status page has the
    page's own id.

    Keys: id name host source kind availability_pct outage_s major_outage_s known_s.
    """
    tallies = tallied(history.stretches(since_at if since_at is not None else 0, until_at, source))
    figures = [_figures(row, tallies.get(row.id, Tally())) for row in history.rows(source)]
    return sorted(figures, key=lambda each: (_rank(each["availability_pct"]), each["host"], each["name"], each["id"]))


def _rank(availability_pct: float | None) -> float:
    return 101.0 if availability_pct is None else availability_pct


def _figures(row: HealthRow, tally: Tally) -> dict[str, Any]:
    pct = tally.availability_pct
    return {
        "id": row.id, "name": row.name, "host": row.host, "source": row.source, "kind": row.kind,
        "availability_pct": None if pct is None else round(pct, 5), "outage_s": tally.outage_ms / 1000,
        "major_outage_s": tally.major_outage_ms / 1000, "known_s": tally.known_ms / 1000,
    }  # fmt: skip
