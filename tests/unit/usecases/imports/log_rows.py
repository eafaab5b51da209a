"""Invented rows of an incident log, as text."""

import csv
import gzip
import io
from pathlib import Path

COLUMNS = (
    "number", "incident_state", "active", "reassignment_count", "reopen_count", "sys_mod_count", "made_sla",
    "caller_id", "opened_by", "opened_at", "sys_created_by", "sys_created_at", "sys_updated_by", "sys_updated_at",
    "contact_type", "location", "category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency", "priority",
    "assignment_group", "assigned_to", "knowledge", "u_priority_confirmation", "notify", "problem_id", "rfc",
    "vendor", "caused_by", "closed_code", "resolved_by", "resolved_at", "closed_at",
)  # fmt: skip
USUAL = {
    "incident_state": "New", "active": "true", "reassignment_count": "0", "reopen_count": "0", "sys_mod_count": "0",
    "made_sla": "true", "caller_id": "Caller 1", "opened_at": "7/3/2021 08:00", "sys_updated_by": "Agent 4",
    "sys_updated_at": "7/3/2021 08:05", "contact_type": "Phone", "location": "Hall 9", "category": "Printing",
    "subcategory": "Paper", "impact": "2 - Medium", "urgency": "2 - Medium", "priority": "3 - Moderate",
    "assignment_group": "Desk", "knowledge": "false", "u_priority_confirmation": "false", "notify": "Do Not Notify",
}  # fmt: skip


def row(number: str, **changed: str) -> dict[str, str]:
    """One update; what is not said is usual, and what is not usual is missing."""
    return {**dict.fromkeys(COLUMNS, "?"), **USUAL, "number": number, **changed}


def story(number: str) -> list[dict[str, str]]:
    """An incident that is taken, waits, is handed over, resolved and closed."""
    ends = {"resolved_at": "8/3/2021 10:00", "closed_at": "15/3/2021 10:00"}
    steps = (
        {},
        {"incident_state": "Active", "assigned_to": "Bo", "sys_updated_at": "7/3/2021 08:30"},
        {"incident_state": "Awaiting User Info", "assigned_to": "Bo", "sys_updated_at": "7/3/2021 09:00"},
        {"incident_state": "Awaiting User Info", "assigned_to": "Bo", "sys_updated_at": "7/3/2021 09:30"},
        {"incident_state": "Active", "assigned_to": "Cy", "assignment_group": "Print", "reassignment_count": "1",
         "sys_updated_at": "7/3/2021 12:00"},
        {"incident_state": "Resolved", "assigned_to": "Cy", "assignment_group": "Print", "reassignment_count": "1",
         "sys_updated_at": "8/3/2021 10:00"},
        {"incident_state": "Closed", "active": "false", "assigned_to": "Cy", "assignment_group": "Print",
         "reassignment_count": "1", "sys_updated_at": "15/3/2021 10:00"},
    )  # fmt: skip
    return [row(number, sys_mod_count=str(count), **ends, **step) for count, step in enumerate(steps)]


def write_log(path: Path, rows: list[dict[str, str]], *, columns: tuple[str, ...] = COLUMNS) -> Path:
    """A log file of these rows; packed when the name ends in .gz."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    raw = text.getvalue().encode()
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path
