import dataclasses
import json
from datetime import UTC
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import from_iso
from app.base.errors import Cancelled, InputTrouble, UsageTrouble
from app.base.events import TICKETS, CancelToken
from app.domain.ticket import Ticket, TimelineEntry
from app.query import Env, Query
from app.usecases.imports.moment_text import MomentReader
from app.usecases.imports.replay import Step, Update, ordered, replay
from app.usecases.imports.servicenow_field import reason_of, status_of
from app.usecases.imports.servicenow_log import RowReader, case_of, import_servicenow_log
from app.usecases.imports.summary import Progress
from app.usecases.reports import report_backlog, report_incidents
from app.usecases.ticket import edit_ticket
from app.usecases.work import Work
from tests.unit.usecases.imports.log_rows import COLUMNS, row, story, write_log


def only(work: Work) -> Ticket:
    (ticket,) = work.store.tickets.every(Query(), Env(now_at=0))
    return ticket


def timeline(work: Work, ticket: Ticket) -> list[TimelineEntry]:
    return list(work.store.tickets.timeline(ticket.id, limit=10_000))


@pytest.mark.parametrize(
    ("word", "status", "reason"),
    [
        ("New", "new", None),
        ("Active", "open", None),
        ("Awaiting User Info", "pending", "user"),
        ("Awaiting Vendor", "pending", "vendor"),
        ("Awaiting Problem", "pending", "problem"),
        ("Awaiting Evidence", "pending", "evidence"),
        ("Awaiting Godot", "pending", "other"),
        ("Resolved", "resolved", None),
        ("Closed", "closed", None),
        ("-100", "open", None),
    ],
)
def test_words_of_the_source_become_ours(word: str, status: str, reason: str | None) -> None:
    assert (status_of(word), reason_of(word)) == (status, reason)


def test_an_incident_is_its_last_row_and_its_timeline_all_of_them(work: Work, tmp_path: Path) -> None:
    summary = import_servicenow_log(work, write_log(tmp_path / "log.csv.gz", story("INC7")), source="acme")
    assert (summary.read, summary.added, summary.set_aside) == (7, 1, ())
    ticket = only(work)
    assert ticket == Ticket(
        id=ticket.id, number="INC7", title="Printing / Paper", status="closed", source_status="Closed", priority=3,
        impact=2, urgency=2, category="Printing", channel="phone", team="Print", assignee="Cy", requester="Caller 1",
        source="acme", remote_id="INC7", created_at=from_iso("2021-03-07T08:00Z"),
        updated_at=from_iso("2021-03-15T10:00Z"), resolved_at=from_iso("2021-03-08T10:00Z"),
        closed_at=from_iso("2021-03-15T10:00Z"), reassignment_count=1, sla_made=True, tags=("Hall 9",),
    )  # fmt: skip
    told = [(e.field, e.old, e.new, e.text) for e in timeline(work, ticket)]
    assert told == [
        ("status", None, "new", None),
        ("status", "new", "open", None), ("source_status", "New", "Active", None), ("assignee", None, "Bo", None),
        ("status", "open", "pending", None), ("source_status", "Active", "Awaiting User Info", None),
        ("pending_reason", None, "user", None),
        (None, None, None, "updated"),
        ("status", "pending", "open", None), ("source_status", "Awaiting User Info", "Active", None),
        ("pending_reason", "user", None, None), ("team", "Desk", "Print", None), ("assignee", "Bo", "Cy", None),
        ("reassignment_count", "0", "1", None),
        ("status", "open", "resolved", None), ("source_status", "Active", "Resolved", None),
        ("status", "resolved", "closed", None), ("source_status", "Resolved", "Closed", None),
    ]  # fmt: skip
    assert {entry.kind for entry in timeline(work, ticket)} == {"change"}
    assert timeline(work, ticket)[1].by == "Agent 4"


def test_the_same_file_again_changes_nothing_and_a_longer_one_adds_what_is_new(work: Work, tmp_path: Path) -> None:
    half = write_log(tmp_path / "half.csv", story("INC7")[:4])
    whole = write_log(tmp_path / "whole.csv", story("INC7") + story("INC8"))
    import_servicenow_log(work, half)
    again = import_servicenow_log(work, half)
    assert (again.added, again.changed, again.unchanged, again.entries) == (0, 0, 1, 0)
    assert not again.touched
    longer = import_servicenow_log(work, whole)
    assert (longer.added, longer.changed, longer.unchanged) == (1, 1, 0)
    assert longer.touched.touches(TICKETS)
    assert work.store.tickets.get("INC7").status == "closed"  # type: ignore[union-attr]
    histories = [
        [(e.at, e.field, e.old, e.new) for e in timeline(work, ticket)]
        for ticket in work.store.tickets.every(Query(), Env(now_at=0))
    ]
    assert histories[0] == histories[1]
    older = import_servicenow_log(work, half)
    assert (older.kept, older.changed, older.entries) == (1, 0, 0)
    assert work.store.tickets.get("INC7").status == "closed"  # type: ignore[union-attr]


def test_what_was_edited_here_since_stays(work: Work, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", story("INC7"))
    import_servicenow_log(work, path)
    edit_ticket(work, "INC7", {"title": "Printer in hall 9 eats paper"})
    again = import_servicenow_log(work, path)
    assert (again.kept, again.changed, again.entries) == (1, 0, 0)
    assert only(work).title == "Printer in hall 9 eats paper"


def test_new_updates_of_the_same_minute_are_taken(work: Work, tmp_path: Path) -> None:
    rows = [row("INC7"), row("INC7", sys_mod_count="1", incident_state="Active")]
    import_servicenow_log(work, write_log(tmp_path / "a.csv", rows[:1]))
    later = import_servicenow_log(work, write_log(tmp_path / "b.csv", rows))
    assert (later.changed, only(work).status) == (1, "open")
    earlier = import_servicenow_log(work, tmp_path / "a.csv")
    assert (earlier.kept, only(work).status) == (1, "open")


def test_repeated_and_backward_updates_survive(work: Work, tmp_path: Path) -> None:
    rows = [
        row("INC7"),
        row("INC7", sys_mod_count="2", incident_state="Active", sys_updated_at="7/3/2021 12:00"),
        row("INC7", sys_mod_count="2", assigned_to="Bo", sys_updated_at="7/3/2021 12:00"),
        row("INC7", sys_mod_count="2", assigned_to="Bo", sys_updated_at="7/3/2021 12:00"),
        row("INC7", sys_mod_count="3", incident_state="Resolved", sys_updated_at="7/3/2021 11:00"),
    ]
    import_servicenow_log(work, write_log(tmp_path / "log.csv", rows))
    ticket = only(work)
    entries = timeline(work, ticket)
    assert len({entry.change_id for entry in entries}) == 5
    assert ticket.status == "resolved"
    assert ticket.updated_at == from_iso("2021-03-07T11:00Z")
    by_seq = sorted(entries, key=lambda entry: entry.seq)
    assert by_seq[-1].at < by_seq[-4].at, "an update keeps its own time, also when it runs backwards"


def test_bad_rows_are_set_aside_with_row_and_reason(work: Work, tmp_path: Path) -> None:
    bad = [
        ({"sys_updated_at": "31/2/2021 10:00"}, "“31/2/2021 10:00” is not a date"),
        ({"opened_at": "?"}, "“?” is not a date"),
        ({"closed_at": "1/1/0900 10:00"}, "years 1970 to 2200"),
        ({"sys_mod_count": "many"}, "sys_mod_count “many” is not a count"),
        ({"number": "?"}, "it has no number"),
        ({"priority": "urgent!"}, "“urgent!” does not begin with 1 to 5"),
        ({"made_sla": "perhaps"}, "neither true nor false"),
        ({"incident_state": "?"}, "it has no incident_state"),
    ]
    path = write_log(tmp_path / "log.csv", [{**row("INC7"), **changed} for changed, _ in bad] + [row("INC8")])
    with path.open("a") as file:
        file.write("INC9,New,true")
    summary = import_servicenow_log(work, path)
    assert (summary.added, summary.read, summary.set_aside_count) == (1, 10, 9)
    assert [aside.row for aside in summary.set_aside] == [2, 3, 4, 5, 6, 7, 8, 9, 11]
    for aside, (_, reason) in zip(summary.set_aside, bad, strict=False):
        assert reason in aside.reason
    assert summary.set_aside[-1].reason == "it has 3 columns instead of 36"


def test_a_file_of_which_no_row_fits_is_refused(work: Work, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row("INC7", opened_at="tomorrow")])
    with pytest.raises(InputTrouble, match=r"log.csv, row 2: “tomorrow” is not a date; not one row could be read"):
        import_servicenow_log(work, path)


def test_another_table_is_no_incident_log(work: Work, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row("INC7")], columns=tuple(c for c in COLUMNS if c != "opened_at"))
    with pytest.raises(InputTrouble, match=r"row 1: a ServiceNow incident log has a column “opened_at”"):
        import_servicenow_log(work, path)


def test_columns_in_any_order_and_fewer_of_them(work: Work, tmp_path: Path) -> None:
    needed = ("sys_updated_at", "opened_at", "incident_state", "sys_mod_count", "number")
    import_servicenow_log(work, write_log(tmp_path / "log.csv", story("INC7"), columns=needed))
    ticket = only(work)
    assert (ticket.title, ticket.status, ticket.priority, ticket.sla_made) == ("Incident INC7", "closed", None, None)


def test_cancelling_keeps_nothing(work: Work, tmp_path: Path) -> None:
    rows = [one for count in range(1_200) for one in (row(f"INC{count}"),)]
    path = write_log(tmp_path / "log.csv", rows)
    cancel, seen = CancelToken(), []

    def stop_while_writing(progress: Progress) -> None:
        seen.append(progress)
        if progress.share > 0.5:
            cancel.cancel()

    slow = dataclasses.replace(work, clock=JumpingClock())
    with pytest.raises(Cancelled):
        import_servicenow_log(slow, path, cancel=cancel, report=stop_while_writing)
    assert work.store.tickets.count(Query(), Env(now_at=0)) == 0
    assert [progress.share for progress in seen] == sorted(progress.share for progress in seen)
    assert seen[-1].left_s is not None


class JumpingClock:
    """Each look is a second later, so that every report is due."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def now(self) -> int:
        return 1_700_000_000_000

    def monotonic(self) -> float:
        self.at_s += 1.0
        return self.at_s


def test_times_are_read_in_the_zone_that_was_said(work: Work, tmp_path: Path) -> None:
    rows = [
        row("INC7", opened_at="28/3/2021 01:30"),
        row("INC8", opened_at="28/3/2021 02:30"),
        row("INC9", opened_at="31/10/2021 02:30"),
    ]
    summary = import_servicenow_log(work, write_log(tmp_path / "log.csv", rows), time_zone="Europe/Berlin")
    opened = [work.store.tickets.get(number).created_at for number in ("INC7", "INC8", "INC9")]  # type: ignore[union-attr]
    assert opened == [from_iso(t) for t in ("2021-03-28T00:30Z", "2021-03-28T01:30Z", "2021-10-31T00:30Z")]
    assert len(summary.notes) == 2
    with pytest.raises(UsageTrouble, match="no time zone “Mars/Base”"):
        import_servicenow_log(work, tmp_path / "log.csv", time_zone="Mars/Base")


# --- replay as a pure function ------------------------------------------------------------------------------------

values = st.tuples(st.sampled_from(["new", "open", "closed"]), st.sampled_from([None, "a", "b"]))
updates = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 10_000), values), min_size=1, max_size=12).map(
    lambda parts: [Update(number, place, at, None, value) for place, (number, at, value) in enumerate(parts)]
)


@given(updates, st.randoms())
def test_replay_is_the_same_in_whatever_order_rows_come(rows: list[Update], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    names = ("status", "team")
    steps = replay(names, ordered(rows))
    assert replay(names, ordered(shuffled)) == steps
    assert len({step.mark for step in steps}) == len(rows), "no update is dropped, not even a repeated one"
    assert _state_after(names, steps)["status"] == ordered(rows)[-1].values[0]
    assert len({(step.mark, step.field) for step in steps}) == len(steps), "origins are unique"


def _state_after(names: tuple[str, ...], steps: list[Step]) -> dict[str, str | None]:
    state: dict[str, str | None] = dict.fromkeys(names)
    for step in steps:
        if step.field:
            state[step.field] = step.new
    return state


@given(updates, st.integers(1, 12))
def test_a_longer_log_tells_the_shorter_one_in_the_same_words(rows: list[Update], shorter: int) -> None:
    in_order = ordered(rows)
    names = ("status", "team")
    beginning = replay(names, in_order[:shorter])
    assert replay(names, in_order)[: len(beginning)] == beginning


def test_the_last_of_equal_updates_counts() -> None:
    reader = RowReader(list(COLUMNS), MomentReader(UTC, ("d/m/y",)))
    rows = [row("INC7", sys_mod_count="3", assigned_to=name) for name in ("Bo", "Cy")]
    read = [reader(list(cells.values()), place)[1] for place, cells in enumerate(rows)]
    for given_in in (read, read[::-1]):
        assert case_of("INC7", given_in, "acme").ticket("id", "INC7").assignee == "Cy"


# --- the real log ---------------------------------------------------------------------------------------------------


def test_the_reports_on_the_real_log_are_its_published_facts(work: Work, shared: Path) -> None:
    folder = shared / "data" / "itsm"
    facts = json.loads((folder / "servicenow_incident_event_log.facts.json").read_text())
    summary = import_servicenow_log(work, folder / "servicenow_incident_event_log.csv.gz")
    assert (summary.read, summary.added, summary.set_aside_count) == (facts["events"], facts["incidents"], 0)
    figures = report_incidents(work.store)
    assert figures["incidents"] == facts["incidents"]
    assert figures["by_source_status"] == facts["last_row_state"]
    assert figures["by_priority"] == {name[0]: n for name, n in facts["priority_of_last_row"].items()}
    assert figures["sla_made_pct"] == facts["made_sla_true_pct_of_incidents(last row)"]
    assert figures["sla_made_pct_by_priority"] == {
        name[0]: share for name, share in facts["made_sla_true_pct_by_priority"].items()
    }
    assert (figures["reopened"], figures["reopened_pct"]) == (
        facts["incidents_with_reopen"],
        facts["reopen_rate_pct"],
    )
    assert figures["reassignments"] == {
        "mean": facts["reassignment_mean(max per incident)"], "median": facts["reassignment_median"],
        "max": facts["reassignment_max"], "none_pct": facts["zero_reassignment_pct"],
    }  # fmt: skip
    resolution, hours = figures["resolution_s"], facts["resolution_hours"]
    assert resolution["n"] == facts["incidents_with_resolved_at"]
    assert [round(resolution[name] / 3600, 4) for name in ("median", "mean", "p90")] == [
        hours["median"], hours["mean"], hours["p90(linear)"],
    ]  # fmt: skip
    assert round(resolution["max"] / 3600, 2) == hours["max"]
    by_priority = facts["resolution_hours_median_by_priority"]
    for name, (n, median_h) in by_priority.items():
        found = figures["resolution_s_by_priority"][name[0]]
        assert (found["n"], round(found["median"] / 3600, 4)) == (n, median_h)
    closed = figures["open_to_closed_s"]
    assert closed["n"] == facts["open_to_closed_hours"]["n"]
    assert round(closed["median"] / 3600, 4) == facts["open_to_closed_hours"]["median"]
    assert round(closed["mean"] / 3600, 4) == facts["open_to_closed_hours"]["mean"]
    assert figures["opened_per_month"] == facts["opened_per_month"]
    for day, backlog in facts["open_backlog_at"].items():
        assert report_backlog(work.store, from_iso(day.replace(" ", "T")))["open"] == backlog
    again = import_servicenow_log(work, folder / "servicenow_incident_event_log.csv.gz")
    assert (again.unchanged, again.entries, bool(again.touched)) == (facts["incidents"], 0, False)


def test_every_update_of_the_real_log_is_in_a_timeline(work: Work, shared: Path) -> None:
    import_servicenow_log(work, shared / "data" / "itsm" / "servicenow_incident_event_log.csv.gz")
    updates = priority_changed = 0
    for ticket in work.store.tickets.every(Query(), Env(now_at=0)):
        entries = timeline(work, ticket)
        updates += len({entry.change_id for entry in entries})
        priority_changed += any(entry.field == "priority" for entry in entries)
        last = [entry.new for entry in entries if entry.field == "status"][-1] if entries else None
        assert last == ticket.status
    assert updates == 94_611
    assert priority_changed == 251
