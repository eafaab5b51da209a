import csv
import gzip
import json
import tomllib
from pathlib import Path

import pytest

from app.analysis.distribution import mean, median, percentile
from app.base.clock import from_iso
from app.base.errors import InputTrouble, UsageTrouble
from app.domain.ticket import Ticket
from app.query import Env, Query
from app.usecases.imports.csv_tickets import import_csv
from app.usecases.imports.mapping import TicketMapping, load_mapping, read_mapping
from app.usecases.ticket import edit_ticket, move_ticket
from app.usecases.work import Work

SAMPLE = """\
source = "repairs"
kind = "request"
delimiter = ";"
time_zone = "Europe/Berlin"
dates = ["%d.%m.%Y %H:%M"]
missing = ["", "-"]

[columns]
"{Device}: {Fault}" = "title"
"Ref" = "remote_id"
"State" = ["status", "source_status"]
"Opened" = "created_at"
"Changed" = "updated_at"
"Shop" = "team"
"Weight" = "impact"
"Hurry" = "urgency"
"Labels" = "tags"

[values.status]
"in repair" = "open"
"ready" = "resolved"
"collected" = "closed"
"*" = "new"

[values.impact]
"heavy" = 1
"light" = 3

[defaults]
urgency = 2
channel = "phone"
"""
ROWS = """\
Ref;State;Opened;Changed;Shop;Weight;Hurry;Labels;Device;Fault
A1;in repair;02.03.2021 09:00;02.03.2021 10:30;North;heavy;-;red, green;Kettle;leaks
A2;ready;02.07.2021 09:00;03.07.2021 10:30;-;light;3;-;Toaster;burns
"""


def mapping_of(text: str) -> TicketMapping:
    return read_mapping(tomllib.loads(text), "map.toml")


def written(folder: Path, text: str, name: str = "repairs.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def tickets(work: Work) -> dict[str, Ticket]:
    return {str(t.remote_id): t for t in work.store.tickets.every(Query(), Env(now_at=0))}


def told(work: Work, ticket: Ticket) -> list[tuple[str | None, str | None, str | None]]:
    return [(e.field, e.old, e.new) for e in work.store.tickets.timeline(ticket.id, limit=10_000)]


def test_columns_become_fields_as_the_mapping_says(work: Work, tmp_path: Path) -> None:
    summary = import_csv(work, written(tmp_path, ROWS), mapping_of(SAMPLE))
    assert (summary.source, summary.read, summary.added, summary.set_aside) == ("repairs", 2, 2, ())
    first = tickets(work)["A1"]
    assert first == Ticket(
        id=first.id, number=first.number, title="Kettle: leaks", kind="request", status="open",
        source_status="in repair", priority=2, impact=1, urgency=2, channel="phone", team="North", source="repairs",
        remote_id="A1", created_at=from_iso("2021-03-02T08:00Z"), updated_at=from_iso("2021-03-02T09:30Z"),
        tags=("red", "green"),
    )  # fmt: skip
    assert first.number.startswith("REQ-")
    second = tickets(work)["A2"]
    assert (second.status, second.priority, second.team) == ("resolved", 5, None)
    assert second.created_at == from_iso("2021-07-02T07:00Z"), "summer time"
    assert told(work, first) == [("status", None, "open")]


def test_a_later_export_brings_tickets_up_to_date(work: Work, tmp_path: Path) -> None:
    mapping = mapping_of(SAMPLE)
    import_csv(work, written(tmp_path, ROWS), mapping)
    again = import_csv(work, tmp_path / "repairs.csv", mapping)
    assert (again.unchanged, again.changed, again.entries) == (2, 0, 0)
    newer = ROWS.replace("in repair", "ready").replace("02.03.2021 10:30", "05.03.2021 10:30")
    later = import_csv(work, written(tmp_path, newer), mapping)
    assert (later.unchanged, later.changed, later.entries) == (1, 1, 2)
    assert told(work, tickets(work)["A1"])[1:] == [
        ("status", "open", "resolved"), ("source_status", "in repair", "ready"),
    ]  # fmt: skip
    assert import_csv(work, tmp_path / "repairs.csv", mapping).entries == 0
    older = import_csv(work, written(tmp_path, ROWS), mapping)
    assert (older.kept, older.entries, tickets(work)["A1"].status) == (1, 0, "resolved")
    edit_ticket(work, tickets(work)["A2"].id, {"team": "South"})
    assert import_csv(work, written(tmp_path, newer), mapping).kept == 1
    assert tickets(work)["A2"].team == "South"


@pytest.mark.parametrize("status", ["waits", "ready"])
def test_a_due_time_of_ours_stands_still_in_a_later_export_too(work: Work, tmp_path: Path, status: str) -> None:
    mapping = mapping_of(SAMPLE.replace('"*" = "new"', '"waits" = "pending"'))
    import_csv(work, written(tmp_path, ROWS), mapping)
    edit_ticket(work, tickets(work)["A1"].id, {"due_at": "2127-03-01T12:00Z"})
    stopped = move_ticket(work, tickets(work)["A1"].id, "pending", reason="vendor").ticket
    since_at, on_again_at = stopped.pending_since_at, from_iso("2127-02-20T09:30Z")
    assert since_at is not None
    newer = ROWS.replace("in repair", status).replace("02.03.2021 10:30", "20.02.2127 10:30")
    import_csv(work, written(tmp_path, newer), mapping)
    found = tickets(work)["A1"]
    waited_ms = 0 if status == "waits" else on_again_at - since_at
    assert found.due_at == from_iso("2127-03-01T12:00Z") + waited_ms
    assert (found.pending_since_at, found.waited_ms) == (since_at if status == "waits" else None, waited_ms)
    assert import_csv(work, tmp_path / "repairs.csv", mapping).unchanged == 2


def test_a_due_time_that_a_file_tells_stays_as_told(work: Work, tmp_path: Path) -> None:
    mapping = mapping_of(
        '[columns]\nid = "remote_id"\nat = "updated_at"\nstate = "status"\ndue = "due_at"\n'
    )  # fmt: skip
    for at, state in (
        ("2027-02-20T09:30Z", "pending"),
        ("2027-02-21T09:30Z", "open"),
        ("2027-02-22T09:30Z", "closed"),
    ):
        rows = f"id,at,state,due\n7,{at},{state},2027-02-20T12:00Z\n"
        assert import_csv(work, written(tmp_path, rows), mapping, source="acme").read == 1
        found = tickets(work)["7"]
        assert (found.status, found.due_at) == (state, from_iso("2027-02-20T12:00Z"))
        assert (found.pending_since_at, found.waited_ms) == (None, 0)


def test_rows_that_are_wrong_are_set_aside(work: Work, tmp_path: Path) -> None:
    bad = (
        "B1;in repair;30.02.2021 09:00;02.03.2021 10:30;North;heavy;-;-;Kettle;leaks\n"
        "B2;in repair;02.03.2021 09:00;02.03.2021 10:30;North;feather;-;-;Kettle;leaks\n"
        ";in repair;02.03.2021 09:00;02.03.2021 10:30;North;heavy;-;-;Kettle;leaks\n"
        "B4;in repair;-;-;North;heavy;-;-;Kettle;leaks\n"
        "B5;in repair\n"
    )
    summary = import_csv(work, written(tmp_path, ROWS + bad), mapping_of(SAMPLE))
    assert (summary.added, summary.set_aside_count) == (2, 5)
    assert [(one.row, one.reason) for one in summary.set_aside] == [
        (4, "“30.02.2021 09:00” is not a date"), (5, "“feather” is not a value of impact"), (6, "it has no id"),
        (7, "it has no time"), (8, "it has 2 columns instead of 10"),
    ]  # fmt: skip


def test_rows_of_one_id_are_its_history(work: Work, tmp_path: Path) -> None:
    mapping = mapping_of(
        '[columns]\nid = "remote_id"\nat = "updated_at"\nstate = "status"\ngroup = "team"\nwho = "by"\n'
    )
    rows = """\
id,at,state,group,who
7,2021-05-01T10:00:00+02:00,new,Desk,Ann
8,2021-05-01T10:00:00+02:00,new,Desk,Ann
7,2021-05-01T12:00:00+02:00,resolved,Net,Bo
7,2021-05-01T11:00:00+02:00,open,Net,Bo
7,2021-05-02T09:00:00Z,open,Desk,Ann
7,2021-05-03T09:00:00Z,closed,Desk,Cy
"""
    summary = import_csv(work, written(tmp_path, rows), mapping, source="acme")
    assert (summary.read, summary.added) == (6, 2)
    ticket = tickets(work)["7"]
    assert (ticket.created_at, ticket.updated_at) == (from_iso("2021-05-01T08:00Z"), from_iso("2021-05-03T09:00Z"))
    assert (ticket.status, ticket.reopen_count, ticket.reassignment_count) == ("closed", 1, 2)
    assert ticket.resolved_at == ticket.closed_at == from_iso("2021-05-03T09:00Z")
    assert told(work, ticket) == [
        ("status", None, "new"), ("status", "new", "open"), ("team", "Desk", "Net"), ("status", "open", "resolved"),
        ("status", "resolved", "open"), ("team", "Net", "Desk"), ("status", "open", "closed"),
    ]  # fmt: skip
    assert [e.by for e in work.store.tickets.timeline(ticket.id)][:2] == ["Ann", "Bo"]
    again = import_csv(work, tmp_path / "repairs.csv", mapping, source="acme")
    assert (again.unchanged, again.entries) == (2, 0)


def test_a_table_without_the_mapped_columns_is_refused(work: Work, tmp_path: Path) -> None:
    with pytest.raises(InputTrouble, match=r"row 1: the mapping has a column “Weight”, “Hurry”"):
        import_csv(work, written(tmp_path, ROWS.replace("Weight;Hurry", "W;H")), mapping_of(SAMPLE))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "columns: it must be a table"),
        ('colums = 1\n[columns]\na = "remote_id"', "colums: there is no such entry"),
        ('[columns]\na = "colour"', "“colour” is not a field"),
        ('[columns]\na = "updated_at"', "no column is mapped to remote_id"),
        ('[columns]\na = "remote_id"', "no column is mapped to created_at or updated_at"),
        ('[columns]\na = "remote_id"\nb = "updated_at"\nc = "updated_at"', "two columns are mapped to updated_at"),
        (SAMPLE.replace('"open"', '"doing"'), "status: “doing” is not one of its values"),
        (SAMPLE.replace('delimiter = ";"', 'delimiter = ";;"'), "delimiter: it must be one character"),
        (SAMPLE.replace('kind = "request"', 'kind = "wish"'), "kind: “wish” is not known"),
        (SAMPLE.replace('"%d.%m.%Y %H:%M"', "7"), "dates: it must be a list of texts"),
    ],
)
def test_a_mapping_that_is_wrong_names_its_entry(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UsageTrouble, match=reason) as caught:
        load_mapping(written(tmp_path, text, "map.toml"))
    assert "map.toml" in caught.value.sentence()


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = [", None])
def test_a_mapping_that_cannot_be_read(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageTrouble, match=r"map\.toml cannot be read"):
        load_mapping(path)


def test_an_unknown_zone_of_a_mapping_is_said(work: Work, tmp_path: Path) -> None:
    with pytest.raises(UsageTrouble, match="no time zone “Moon”"):
        import_csv(work, written(tmp_path, ROWS), mapping_of(SAMPLE), time_zone="Moon")


# --- published tables -----------------------------------------------------------------------------------------------

VOLVO = """
kind = "{kind}"
[columns]
"{{product}}: {{concept:name}}" = "title"
case_id = "remote_id"
"org:group" = "team"
"org:resource" = "by"
"lifecycle:transition" = ["status", "source_status"]
impact = "impact"
product = "service"
"time:timestamp" = "updated_at"
[values.status]
"Resolved" = "resolved"
"In Call" = "resolved"
"Closed" = "closed"
"Cancelled" = "closed"
"Awaiting Assignment" = "new"
"Wait" = "pending"
"Wait - User" = "pending"
"Wait - Customer" = "pending"
"Wait - Vendor" = "pending"
"Wait - Implementation" = "pending"
"*" = "open"
[values.impact]
"Major" = 1
"High" = 1
"Medium" = 2
"Low" = 3
"""


@pytest.mark.parametrize(
    ("name", "kind"), [("bpic2013_volvo_incidents", "incident"), ("bpic2013_volvo_closed_problems", "problem")]
)
def test_the_incidents_and_problems_of_a_car_maker(name: str, kind: str, work: Work, shared: Path) -> None:
    folder = shared / "data" / "itsm"
    facts = json.loads((folder / f"{name}.facts.json").read_text())
    summary = import_csv(work, folder / f"{name}.csv.gz", mapping_of(VOLVO.format(kind=kind)))
    assert (summary.read, summary.added, summary.set_aside_count) == (facts["events"], facts["cases"], 0)
    found = list(tickets(work).values())
    assert sum(t.reopen_count > 0 for t in found) == facts["cases_left_a_Completed_state(reopened)"]
    spans = [(t.updated_at - t.created_at) / 3_600_000 for t in found]
    expected = facts["case_span_hours(first to last event)"]
    got = [round(float(value or 0), 4) for value in (median(spans), mean(spans), percentile(spans, 0.9))]
    assert got == [expected["median"], expected["mean"], expected["p90"]]
    impacts = facts["impact_of_last_event"]
    assert sum(t.impact == 1 for t in found) == impacts["High"] + impacts["Major"]
    assert sum(t.impact == 3 for t in found) == impacts["Low"]


def test_a_help_desk(work: Work, shared: Path) -> None:
    folder = shared / "data" / "itsm"
    facts = json.loads((folder / "italian_helpdesk.facts.json").read_text())
    mapping = mapping_of("""
[columns]
"Ticket of {customer}" = "title"
case_id = "remote_id"
"concept:name" = ["status", "source_status"]
"org:resource" = "assignee"
"time:timestamp" = "updated_at"
workgroup = "team"
[values.status]
"Closed" = "closed"
"Resolve ticket" = "resolved"
"RESOLVED" = "resolved"
"INVALID" = "closed"
"VERIFIED" = "resolved"
"Insert ticket" = "new"
"Assign seriousness" = "new"
"Wait" = "pending"
"*" = "open"
""")
    summary = import_csv(work, folder / "italian_helpdesk.csv.gz", mapping)
    assert (summary.read, summary.added) == (facts["events"], facts["cases"])
    found = list(tickets(work).values())
    last = {t.source_status for t in found}
    assert {word: sum(t.source_status == word for t in found) for word in last} == facts["last_activity"]
    days = [(t.updated_at - t.created_at) / 86_400_000 for t in found]
    assert round(median(days) or 0, 4) == facts["case_span_days"]["median"]


def test_issues_of_public_trackers_with_many_words_for_priority(work: Work, shared: Path) -> None:
    path = shared / "data" / "itsm" / "jira_public_issues_sample.csv.gz"
    facts = json.loads((path.parent / "jira_public_issues_sample.facts.json").read_text())
    levels = {1: "Blocker P0 Highest Severe", 2: "Critical P1 High", 3: "Major P2 Medium Normal P3", 4: "Minor Low"}
    words = {word: level for level, names in levels.items() for word in names.split()}
    words |= {"P0: Blocker": 1, "P1: Critical": 2, "P2: Important": 3, "P3: Somewhat important": 3}
    mapped = "\n".join(f'"{word}" = {level}' for word, level in words.items())
    mapping = mapping_of(f"""
[columns]
"{{repo_name}} {{id}}" = "remote_id"
"{{issue_name}} of {{project_name}}" = "title"
created = "created_at"
updated = "updated_at"
resolutiondate = "resolved_at"
priority = "priority"
project_name = "service"
assignee_id = "assignee"
labels = "tags"
[values.priority]
{mapped}
"*" = 5
""")
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    summary = import_csv(work, path, mapping)
    assert (summary.read, summary.set_aside_count) == (facts["rows"], 0)
    assert summary.added == len({(row["repo_name"], row["id"]) for row in rows}) == facts["rows"]
    found = tickets(work).values()
    assert sum(t.status == "resolved" for t in found) == facts["resolved"]
    assert sum(t.priority is None for t in found) == facts["priority"][""]
    assert sum(t.priority == 2 for t in found) == sum(
        facts["priority"][w] for w in ("Critical", "P1", "High", "P1: Critical")
    )
    days = [(t.resolved_at - t.created_at) / 86_400_000 for t in found if t.resolved_at is not None]
    assert round(median(days) or 0, 4) == facts["created_to_resolution_days"]["median"]
