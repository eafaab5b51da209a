"""What a shift hands on: every change, silence and due time of it exactly once, whatever else there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, MINUTE, to_iso
from app.base.paths import Profile
from app.domain.health import Downtime, Remark
from app.domain.history import Ingest, SourceMark, StateChange
from app.domain.ticket import Ticket
from app.storage.history import SqliteHistory, open_history
from app.storage.store import SqliteStore
from app.usecases.handover import report_handover
from tests.fakes.clock import START_AT, VirtualClock
from tests.fakes.health_source import health_row

UNTIL = START_AT
SINCE = UNTIL - 8 * HOUR


@pytest.fixture
def history(tmp_path: Path, time: VirtualClock) -> Iterator[SqliteHistory]:
    opened = open_history(Profile(tmp_path / "profile"), time)
    yield opened
    opened.close()


def told(store: SqliteStore, history: SqliteHistory, **more: Any) -> dict[str, Any]:
    return report_handover(store, history, **{"since_at": SINCE, "until_at": UNTIL, "now_at": UNTIL} | more)


def keep(history: SqliteHistory, *rows: Any, **more: Any) -> None:
    history.ingest(Ingest(mark=SourceMark(source="n1", received_at=UNTIL), rows=rows, **more))


def change(row: Any, at: int, state: str, **more: Any) -> StateChange:
    return StateChange(row_id=row.id, at=at, state=state, hard=True, **more)


def ticket(number: int, **more: Any) -> Ticket:
    begun = {"id": f"id{number}", "number": f"INC-{number}", "title": f"t{number}", "created_at": SINCE - HOUR}
    return Ticket(**begun | more)


def put(store: SqliteStore, *tickets: Ticket) -> None:
    with store.write() as unit:
        unit.put_tickets(tickets)


def test_nothing_is_three_empty_lists(store: SqliteStore, history: SqliteHistory) -> None:
    assert told(store, history) == {
        "since_at": to_iso(SINCE), "until_at": to_iso(UNTIL), "state_changes": [], "silences": [], "due": [],
    }  # fmt: skip


def test_changes_of_the_shift_are_told_in_order_with_the_state_before(
    store: SqliteStore, history: SqliteHistory
) -> None:
    disk, swap = health_row("disk", "critical"), health_row("swap", "ok")
    keep(
        history, disk, swap,
        changes=(
            change(disk, SINCE - HOUR, "ok"), change(disk, SINCE, "warning"), change(swap, SINCE + 1, "critical"),
            change(swap, SINCE + 2, "critical", handled=True), change(disk, UNTIL - 1, "critical", output="=gone"),
            change(swap, UNTIL, "ok"),
        ),
    )  # fmt: skip
    rows = told(store, history)["state_changes"]
    assert [(row["name"], row["was"], row["state"], row["handled"]) for row in rows] == [
        ("disk", "ok", "warning", False), ("swap", None, "critical", False), ("swap", "critical", "critical", True),
        ("disk", "warning", "critical", False),
    ]  # fmt: skip
    assert (rows[-1]["output"], rows[-1]["at"], rows[-1]["host"]) == ("=gone", to_iso(UNTIL - 1), "web-1")


def test_every_silence_is_told_once_with_its_phase(store: SqliteStore, history: SqliteHistory) -> None:
    acked = health_row("disk", "critical", acknowledged=True)
    freed, patched, hidden = (
        health_row("swap"),
        health_row("load", in_downtime=True),
        health_row("dns", suppressed=True),
    )

    def downtime(remote_id: str, start_at: int, end_at: int) -> Downtime:
        return Downtime(
            row_id=patched.id, remote_id=remote_id, author="ana", text="patch", start_at=start_at, end_at=end_at
        )

    def remark(row: Any, remote_id: str, at: int, kind: str = "acknowledgement") -> Remark:
        return Remark(row_id=row.id, remote_id=remote_id, kind=kind, author="mia", at=at, text="on it")

    keep(
        history, acked, freed, patched, hidden,
        remarks=(
            remark(acked, "1", SINCE - HOUR), remark(freed, "2", SINCE + HOUR), remark(freed, "3", SINCE - HOUR),
            remark(acked, "4", SINCE + HOUR, "comment"),
        ),
        downtimes=(
            downtime("5", SINCE - 2 * HOUR, SINCE - 1), downtime("6", SINCE - HOUR, SINCE),
            downtime("7", SINCE, UNTIL + HOUR), downtime("8", UNTIL + HOUR, UNTIL + 2 * HOUR),
        ),
    )  # fmt: skip
    rows = told(store, history)["silences"]
    assert sorted((row["remote_id"], row["kind"], row["phase"]) for row in rows) == [
        ("", "suppressed", "active"), ("1", "acknowledgement", "active"), ("2", "acknowledgement", "ended"),
        ("6", "downtime", "ended"), ("7", "downtime", "active"), ("8", "downtime", "planned"),
    ]  # fmt: skip
    assert rows[0]["phase"] == "ended"


def test_due_times_are_told_once_and_where_they_stand(store: SqliteStore, history: SqliteHistory) -> None:
    put(
        store,
        ticket(1, due_at=UNTIL - 20 * HOUR, status="open"),
        ticket(2, due_at=UNTIL + MINUTE, status="new", kind="request"),
        ticket(3, due_at=UNTIL + 9 * HOUR, status="open"),
        ticket(4, due_at=UNTIL - HOUR, status="pending", pending_since_at=SINCE - MINUTE),
        ticket(5, due_at=SINCE, status="resolved", resolved_at=SINCE - MINUTE),
        ticket(6, due_at=UNTIL - 1, status="closed", resolved_at=UNTIL),
        ticket(7, due_at=SINCE - 1, status="closed", resolved_at=UNTIL),
        ticket(8, due_at=UNTIL, status="closed", resolved_at=SINCE),
        ticket(9, status="open"),
        ticket(10, due_at=SINCE + 1, status="closed"),
    )
    assert [(row["number"], row["standing"]) for row in told(store, history)["due"]] == [
        ("INC-1", "late"), ("INC-5", "met"), ("INC-10", None), ("INC-4", "paused"), ("INC-6", "missed"),
        ("INC-2", "next"), ("INC-3", "later"),
    ]  # fmt: skip


@given(
    moments=st.lists(
        st.tuples(st.integers(0, 3), st.integers(-20, 20), st.sampled_from(["ok", "critical", ""])), max_size=40
    )
)
def test_shifts_that_follow_each_other_tell_each_change_once(
    moments: list[tuple[int, int, str]], tmp_path_factory: pytest.TempPathFactory, store: SqliteStore
) -> None:
    history = open_history(Profile(tmp_path_factory.mktemp("h")), VirtualClock())
    rows = [health_row(f"s{n}") for n in range(4)]
    unique = {(which, at): state for which, at, state in moments}
    changes = [change(rows[which], UNTIL + at * MINUTE, state) for (which, at), state in sorted(unique.items())]
    try:
        keep(history, *rows, changes=tuple(changes))
        borders = [UNTIL + minute * MINUTE for minute in (-21, -7, 0, 3, 21)]
        parts = [
            told(store, history, since_at=since, until_at=until)["state_changes"]
            for since, until in pairwise(borders)
        ]
        found = sorted((row["id"], row["at"], row["state"]) for part in parts for row in part)
        kept = [each for row in rows for each in history.changes(row.id, borders[0], borders[-1])]
        assert found == sorted((each.row_id, to_iso(each.at), each.state or None) for each in kept)
    finally:
        history.close()
