"""The reports on tickets that a test states; the published facts are in test_servicenow_log.py."""

from typing import Any

from app.base.clock import DAY, HOUR, from_iso
from app.domain.ticket import Ticket
from app.usecases.reports import (
    BREAKDOWN_FIELDS,
    report_ageing,
    report_backlog,
    report_breakdown,
    report_incidents,
)
from app.usecases.work import Work

MAY = from_iso("2021-05-01T00:00Z")


def ticket(number: int, **more: Any) -> Ticket:
    return Ticket(id=f"id{number}", number=f"INC-{number}", title="x", created_at=MAY + number * DAY, **more)


def put(work: Work, *tickets: Ticket) -> None:
    with work.store.write() as unit:
        unit.put_tickets(tickets)


def test_nothing_has_no_figures_and_is_no_error(work: Work) -> None:
    figures = report_incidents(work.store)
    assert (figures["incidents"], figures["by_priority"], figures["sla_made_pct"]) == (0, {}, None)
    assert figures["resolution_s"] == {"n": 0, "median": None, "mean": None, "p90": None, "max": None}
    assert figures["reassignments"] == {"mean": None, "median": None, "max": None, "none_pct": None}
    assert report_backlog(work.store, MAY) == {"at": "2021-05-01T00:00:00Z", "open": 0}


def test_only_incidents_count_and_what_is_not_known_is_no_no(work: Work) -> None:
    put(
        work,
        ticket(0, priority=1, sla_made=True, reopen_count=2, reassignment_count=3, source_status="Closed"),
        ticket(1, priority=1, sla_made=False, resolved_at=MAY + DAY + 2 * HOUR),
        ticket(2, resolved_at=MAY + 2 * DAY + 4 * HOUR, closed_at=MAY + 3 * DAY, status="closed"),
        ticket(3, kind="request", priority=1, sla_made=False),
    )
    figures = report_incidents(work.store)
    assert (figures["incidents"], figures["by_status"]) == (3, {"new": 2, "closed": 1})
    assert figures["by_priority"] == {"1": 2, "none": 1}
    assert figures["by_source_status"] == {"none": 2, "Closed": 1}
    assert (figures["sla_made_pct"], figures["sla_made_pct_by_priority"]) == (50.0, {"1": 50.0, "none": None})
    assert (figures["reopened"], figures["reopened_pct"]) == (1, 33.333)
    assert figures["reassignments"] == {"mean": 1.0, "median": 0, "max": 3, "none_pct": 66.667}
    assert figures["resolution_s"] == {"n": 2, "median": 10_800, "mean": 10_800, "p90": 13_680, "max": 14_400}
    assert figures["resolution_s_by_priority"]["none"] == {"n": 1, "median": 14_400}
    assert figures["open_to_closed_s"] == {"n": 1, "median": 86_400, "mean": 86_400}


def test_the_stretch_is_of_opening_and_its_end_is_outside(work: Work) -> None:
    put(work, *(ticket(number) for number in range(5)))
    assert report_incidents(work.store, since_at=MAY + DAY, until_at=MAY + 3 * DAY)["incidents"] == 2
    assert report_incidents(work.store, since_at=MAY + 3 * DAY)["incidents"] == 2


def test_the_backlog_holds_what_was_opened_and_not_yet_closed(work: Work) -> None:
    put(work, ticket(0, closed_at=MAY + 2 * DAY), ticket(1), ticket(2, resolved_at=MAY + 2 * DAY + 1))
    opened = [report_backlog(work.store, MAY + at)["open"] for at in (-1, 0, DAY, 2 * DAY - 1, 2 * DAY, 9 * DAY)]
    assert opened == [0, 1, 2, 2, 2, 2]


def test_the_backlog_ages_by_its_opening_and_each_counts_once(work: Work) -> None:
    at = MAY + 100 * DAY
    opened = (0, 10, 10, 69, 70, 92, 93, 94, 99, 100, 101)
    put(
        work,
        *(
            Ticket(id=f"a{n}", number=f"INC-{n}", title="x", created_at=MAY + day * DAY, priority=1 + n % 2)
            for n, day in enumerate(opened)
        ),
        ticket(50, closed_at=at), ticket(51, closed_at=at + 1), ticket(52, kind="request"),
    )  # fmt: skip
    figures = report_ageing(work.store, at)
    assert figures["open"] == report_backlog(work.store, at)["open"] == 11
    assert figures["by_age"] == {
        "under_1_day": 1, "under_7_days": 2, "under_30_days": 2, "under_90_days": 3, "older": 3,
    }  # fmt: skip
    assert sum(figures["by_age"].values()) == 11
    assert {name: group["open"] for name, group in figures["by_priority"].items()} == {"1": 5, "2": 5, "none": 1}
    assert figures["age_s"]["max"] == 100 * DAY / 1000
    assert figures["by_priority"]["none"]["under_90_days"] == 1
    nothing = report_ageing(work.store, MAY - 1)
    assert (nothing["open"], nothing["age_s"], nothing["by_priority"]) == (
        0, {"median": None, "p90": None, "max": None}, {},
    )  # fmt: skip


def test_a_breakdown_counts_each_incident_under_one_value(work: Work) -> None:
    put(
        work,
        ticket(0, team="Mail", sla_made=True, resolved_at=MAY + HOUR, closed_at=MAY + HOUR),
        ticket(1, team="Mail", sla_made=False, reopen_count=1, resolved_at=MAY + DAY + 3 * HOUR),
        ticket(2, team="Web"), ticket(3), ticket(4, kind="request", team="Mail"),
    )  # fmt: skip
    mail, web, none = sorted(report_breakdown(work.store, "team"), key=lambda each: str(each["value"]))
    assert mail == {
        "value": "Mail", "incidents": 2, "incidents_pct": 50.0, "open": 1, "sla_made_pct": 50.0, "resolved": 2,
        "resolution_median_s": 7_200, "resolution_p90_s": 10_080, "reopened_pct": 50.0,
    }  # fmt: skip
    assert (web["value"], web["incidents_pct"], web["sla_made_pct"], web["resolution_median_s"]) == (
        "Web",
        25.0,
        None,
        None,
    )
    assert none["value"] == "none"
    assert report_breakdown(work.store, "team")[0]["value"] == "Mail"
    assert report_breakdown(work.store, "team", since_at=MAY + 2 * DAY, until_at=MAY + 3 * DAY)[0]["value"] == "Web"
    for field in BREAKDOWN_FIELDS:
        assert sum(each["incidents"] for each in report_breakdown(work.store, field)) == 4
