"""Figures over tickets. Each report states its definitions in its docstring, which the CLI reference shows.

Read or cpu lane. A figure of nothing is None. Durations are seconds, shares percent, months and times UTC.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from app.analysis.distribution import mean, median, pct, percentile
from app.base.clock import DAY, Moment, to_datetime, to_iso
from app.domain.ticket import Ticket
from app.ports import Store
from app.query import Env
from app.query.tree import Comparison, Match, Node, Query, Span, Text, all_of

NO_VALUE: Final = "none"
_ALWAYS: Final = 10**15

AGES: Final[Mapping[str, int]] = {
    "under_1_day": DAY, "under_7_days": 7 * DAY, "under_30_days": 30 * DAY, "under_90_days": 90 * DAY,
    "older": _ALWAYS,
}  # fmt: skip
"""What an age is called, and below how many milliseconds it ends; each begins where the one before ends."""
BREAKDOWN_FIELDS: Final = (
    "team", "category", "service", "priority", "channel", "environment", "assignee", "requester", "source",
)  # fmt: skip

Figures = dict[str, Any]


def report_incidents(store: Store, *, since_at: Moment | None = None, until_at: Moment | None = None) -> Figures:
    """Figures of the incidents opened from --since (inside) until --until (outside); without them, of all.

    - incidents: how many tickets of kind incident; each counts once, as it is now.
    - by_status, by_source_status, by_priority: how many of each that occurs; “none” where there is no value.
    - sla_made_pct: of the incidents whose SLA outcome is known, the share that made it; also by priority.
    - reopened, reopened_pct: incidents reopened at least once, and their share of all.
    - reassignments: how often an incident changed hands: mean, median, max, and the share that never did (none_pct).
    - resolution_s: from opened to resolved, by the clock, of those with a resolution time: n, median, mean, p90 (the
      90th percentile, linear between neighbours) and max; by priority n and median.
    - open_to_closed_s: from opened to closed, by the clock, of those with a closing time: n, median, mean.
    - opened_per_month: how many were opened in each month, UTC.

    A figure of nothing is null. Shares are percent, durations seconds.
    """
    tickets = list(store.tickets.every(_incidents(since_at, until_at), Env(now_at=0)))
    total = len(tickets)
    reopened = sum(ticket.reopen_count > 0 for ticket in tickets)
    by_priority = _grouped(tickets)
    return {
        "incidents": total,
        "by_status": _counts(ticket.status for ticket in tickets),
        "by_source_status": _counts(ticket.source_status for ticket in tickets),
        "by_priority": {name: len(group) for name, group in by_priority.items()},
        "sla_made_pct": _sla_made_pct(tickets),
        "sla_made_pct_by_priority": {name: _sla_made_pct(group) for name, group in by_priority.items()},
        "reopened": reopened,
        "reopened_pct": _rounded(pct(reopened, total)),
        "reassignments": _reassignments(tickets),
        "resolution_s": _spans(_resolution(tickets), "n", "median", "mean", "p90", "max"),
        "resolution_s_by_priority": {
            name: _spans(_resolution(group), "n", "median") for name, group in by_priority.items()
        },
        "open_to_closed_s": _spans(_open_to_closed(tickets), "n", "median", "mean"),
        "opened_per_month": _per_month(tickets),
    }


def report_backlog(store: Store, at: Moment) -> Figures:
    """The open backlog at a moment (--at, default now).

    - open: incidents opened at or before that moment and not closed at or before it. A resolved incident is open
      until it is closed. Each incident is read as it is now: one that was closed and later reopened counts as open
      in between.
    """
    tickets = store.tickets.every(_incidents(None, at + 1), Env(now_at=0))
    still_open = sum(ticket.closed_at is None or ticket.closed_at > at for ticket in tickets)
    return {"at": to_iso(at), "open": still_open}


def report_ageing(store: Store, at: Moment) -> Figures:
    """How old the open backlog is at a moment (--at, default now).

    - open: incidents opened at or before that moment and not closed at or before it, as “report backlog” counts them.
    - age_s: from opened until that moment, by the clock: median, p90 (the 90th percentile, linear between neighbours)
      and max.
    - by_age: how many are younger than a day, a week, 30 days, 90 days, and older; each counts once.
    - by_priority: of each priority that occurs, worst first: open, and how many of each age.

    A figure of nothing is null. Durations are seconds.
    """
    tickets = [
        ticket
        for ticket in store.tickets.every(_incidents(None, at + 1), Env(now_at=0))
        if ticket.closed_at is None or ticket.closed_at > at
    ]
    return {
        "at": to_iso(at),
        "open": len(tickets),
        "age_s": _spans([(at - ticket.created_at) / 1000 for ticket in tickets], "median", "p90", "max"),
        "by_age": _by_age(tickets, at),
        "by_priority": {
            name: {"open": len(group), **_by_age(group, at)} for name, group in _grouped(tickets).items()
        },
    }


def report_breakdown(
    store: Store, field: str, *, since_at: Moment | None = None, until_at: Moment | None = None
) -> list[Figures]:
    """Figures of the incidents opened from --since (inside) until --until (outside) for each value of a field (--by:
    team, category, service, priority, channel, environment, assignee, requester or source), most incidents first.

    - incidents, incidents_pct: how many have this value, and their share of all; “none”: those without one.
    - open: how many of them are not closed, as they are now.
    - sla_made_pct: of those whose SLA outcome is known, the share that made it.
    - resolved, resolution_median_s, resolution_p90_s: those with a resolution time, and their time from opened to
      resolved by the clock: the median, and the 90th percentile, linear between neighbours.
    - reopened_pct: the share that was reopened at least once.

    A figure of nothing is null. Shares are percent, durations seconds.

    Keys: value incidents incidents_pct open sla_made_pct resolved resolution_median_s resolution_p90_s reopened_pct.
    """
    groups: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in store.tickets.every(_incidents(since_at, until_at), Env(now_at=0)):
        groups[str(getattr(ticket, field) or NO_VALUE)].append(ticket)
    total = sum(map(len, groups.values()))
    return [
        _breakdown(value, tickets, total)
        for value, tickets in sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    ]


def _breakdown(value: str, tickets: Sequence[Ticket], total: int) -> Figures:
    spans = _spans(_resolution(tickets), "n", "median", "p90")
    return {
        "value": value,
        "incidents": len(tickets),
        "incidents_pct": _rounded(pct(len(tickets), total)),
        "open": sum(ticket.closed_at is None for ticket in tickets),
        "sla_made_pct": _sla_made_pct(tickets),
        "resolved": spans["n"],
        "resolution_median_s": spans["median"],
        "resolution_p90_s": spans["p90"],
        "reopened_pct": _rounded(pct(sum(ticket.reopen_count > 0 for ticket in tickets), len(tickets))),
    }


def _by_age(tickets: Iterable[Ticket], at: Moment) -> dict[str, int]:
    ages = Counter(_age_name(at - ticket.created_at) for ticket in tickets)
    return {name: ages[name] for name in AGES}


def _age_name(age_ms: int) -> str:
    return next(name for name, below in AGES.items() if age_ms < below)


def _incidents(since_at: Moment | None, until_at: Moment | None) -> Query:
    kind = Match("kind", (Comparison("=", Text("incident")),))
    opened: Node | None = None
    if since_at is not None or until_at is not None:
        low = -_ALWAYS if since_at is None else since_at
        high = _ALWAYS if until_at is None else until_at
        opened = Match("created", (Comparison("=", Span(low, high)),))
    return Query(all_of(kind, opened))


def _grouped(tickets: Iterable[Ticket]) -> dict[str, list[Ticket]]:
    """By priority, worst first, those without one last."""
    groups: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in sorted(tickets, key=lambda each: each.priority or 99):
        groups[str(ticket.priority or NO_VALUE)].append(ticket)
    return dict(groups)


def _counts(values: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(value or NO_VALUE for value in values).most_common())


def _sla_made_pct(tickets: Sequence[Ticket]) -> float | None:
    outcomes = [ticket.sla_made for ticket in tickets if ticket.sla_made is not None]
    return _rounded(pct(sum(outcomes), len(outcomes)))


def _reassignments(tickets: Sequence[Ticket]) -> Figures:
    counts = [ticket.reassignment_count for ticket in tickets]
    return {
        "mean": _rounded(mean(counts), 4),
        "median": _rounded(median(counts), 4),
        "max": max(counts, default=None),
        "none_pct": _rounded(pct(counts.count(0), len(counts))),
    }


def _resolution(tickets: Iterable[Ticket]) -> list[float]:
    return [(t.resolved_at - t.created_at) / 1000 for t in tickets if t.resolved_at is not None]


def _open_to_closed(tickets: Iterable[Ticket]) -> list[float]:
    return [(t.closed_at - t.created_at) / 1000 for t in tickets if t.closed_at is not None]


_FIGURES: Final[Mapping[str, Callable[[list[float]], float | None]]] = {
    "n": len,
    "median": median,
    "mean": mean,
    "p90": lambda values: percentile(values, 0.9),
    "max": lambda values: max(values, default=None),
}


def _spans(values: list[float], *wanted: str) -> Figures:
    return {name: _rounded(_FIGURES[name](values)) for name in wanted}


def _per_month(tickets: Iterable[Ticket]) -> dict[str, int]:
    months = Counter(to_datetime(ticket.created_at).strftime("%Y-%m") for ticket in tickets)
    return dict(sorted(months.items()))


def _rounded(value: float | None, places: int = 3) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, places)
