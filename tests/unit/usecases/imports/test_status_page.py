"""A status page's changes: what is taken, what is set aside, what is refused whole."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import MINUTE, from_iso
from app.base.errors import InputTrouble, Refused
from app.base.events import CancelToken
from app.base.paths import Profile
from app.domain.source import Source
from app.ports import History
from app.storage.history import open_history
from app.usecases.availability import report_availability
from app.usecases.imports.status_page import import_status_page
from app.usecases.imports.summary import ImportSummary
from app.usecases.work import Work

HEAD = "observed_at,component_updated_at,component_id,component,group,old_status,new_status"
START = from_iso("2026-01-01T00:00:00Z")


@pytest.fixture
def history(tmp_path: Path, work: Work) -> Iterator[History]:
    opened = open_history(Profile(tmp_path / "profile"), work.clock)
    yield opened
    opened.close()


def line(minute: int, id_: str, status: str, name: str = "Pages") -> str:
    return f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00+00:00,,{id_},{name},Web,,{status}"


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((HEAD, *lines)) + "\n")
    return path


def taken(work: Work, history: History, path: Path, source: str = "acme") -> ImportSummary:
    return import_status_page(work.store, history, path, source=source, cancel=CancelToken())


def test_every_status_counts_as_its_definition_says(work: Work, history: History, tmp_path: Path) -> None:
    path = written(
        tmp_path / "page.csv",
        line(0, "p1", "operational", "Site"), line(10, "p1", "degraded_performance"),
        line(20, "p1", "partial_outage"), line(40, "p1", "major_outage"), line(45, "p1", "under_maintenance"),
        line(50, "p1", "operational"), line(100, "p2", "operational", "API"),
    )  # fmt: skip
    summary = taken(work, history, path)
    assert (summary.read, summary.added, summary.entries, summary.set_aside_count) == (7, 2, 7, 0)
    pages, api = report_availability(history, since_at=None, until_at=START + 1000 * MINUTE)
    assert pages == {
        "id": "p1", "name": "Pages", "host": "acme", "source": "acme", "kind": "service", "availability_pct": 60.0,
        "outage_s": 25 * 60.0, "major_outage_s": 5 * 60.0, "known_s": 6_000.0,
    }  # fmt: skip
    assert (api["id"], api["known_s"], api["availability_pct"]) == (
        "p2",
        0.0,
        None,
    )  # its first word is the last of all


def test_the_same_again_changes_nothing_and_a_longer_file_adds(work: Work, history: History, tmp_path: Path) -> None:
    lines = [line(minute, "p1", status) for minute, status in ((0, "operational"), (30, "major_outage"))]
    path = written(tmp_path / "page.csv", *lines)
    taken(work, history, path)
    again = taken(work, history, path)
    assert (again.added, again.changed, again.unchanged, again.entries, bool(again.touched)) == (0, 0, 1, 0, False)
    longer = tmp_path / "page.csv.gz"
    longer.write_bytes(gzip.compress("\n".join((HEAD, *lines, line(40, "p1", "operational", "New name"))).encode()))
    more = taken(work, history, longer)
    assert (more.added, more.changed, more.entries) == (0, 1, 1)
    assert [(row.name, row.state) for row in history.rows("acme")] == [("New name", "ok")]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("2026-01-01T00:00:00Z,,p1,Pages,,,broken", "“broken” is not a component's status"),
        ("32 May,,p1,Pages,,,operational", "“32 May” is not a time"),
        ("2026-01-01T00:00:00Z,,,Pages,,,operational", "“” is not a component's id"),
        ("2026-01-01T00:00:00Z,,p1,,,,operational", "has no name"),
        ("2026-01-01T00:00:00Z,p1", "it has 2 cells, and the header 7"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_number(
    work: Work, history: History, tmp_path: Path, bad: str, reason: str
) -> None:
    summary = taken(work, history, written(tmp_path / "page.csv", line(0, "p2", "operational"), bad))
    assert summary.set_aside_count == 1
    assert summary.set_aside[0].row == 3
    assert reason in summary.set_aside[0].reason
    assert [row.id for row in history.rows()] == ["p2"]


@pytest.mark.parametrize(
    "content", ["", HEAD + "\n", "a,b\n1,2\n", HEAD + "\n" + "x,x,x,x,x,x,x\n", "PK\x03\x04", HEAD + "\n\0"]
)
def test_what_is_no_such_file_is_refused_and_nothing_kept(
    work: Work, history: History, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "page.csv"
    path.write_text(content)
    with pytest.raises(InputTrouble):
        taken(work, history, path)
    assert history.rows() == []


def test_a_cut_off_gzip_keeps_nothing(work: Work, history: History, tmp_path: Path) -> None:
    path = tmp_path / "page.csv.gz"
    path.write_bytes(
        gzip.compress("\n".join((HEAD, *(line(n, "p1", "operational") for n in range(900)))).encode())[:-9]
    )
    with pytest.raises(InputTrouble):
        taken(work, history, path)
    assert history.rows() == []


def test_a_connected_systems_history_is_its_own(work: Work, history: History, tmp_path: Path) -> None:
    with work.store.write() as unit:
        unit.put_source(Source(id="1", name="acme", kind="nagios", url="http://127.0.0.1/"))
    with pytest.raises(Refused, match="connected system"):
        taken(work, history, written(tmp_path / "page.csv", line(0, "p1", "operational")))


def test_a_component_belongs_to_one_source(work: Work, history: History, tmp_path: Path) -> None:
    path = written(tmp_path / "page.csv", line(0, "p1", "operational"))
    taken(work, history, path)
    with pytest.raises(InputTrouble, match="known already, from acme"):
        taken(work, history, path, source="other")
