"""``report … --to FILE``: the same figures as ``--json`` in every form, and a file that is whole or not there."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from app.analysis.report.form import FORMS
from app.base.clock import from_iso
from app.base.errors import EnvironmentTrouble
from app.domain.report import Report
from app.usecases.report_file import save_report
from tests.fakes.health_source import health_row
from tests.unit.analysis.report.sample import report
from tests.unit.cli.conftest import Cli
from tests.unit.cli.test_sources_and_health import Site, site
from tests.unit.storage.small_disk import mounted
from tests.unit.usecases.imports.log_rows import row, story, write_log

__all__ = ["site"]

# One kind of application serves all tests of a process, and these would make the lesser one.
pytestmark = pytest.mark.usefixtures("qapp")

FIXED = ("--until", "2030-01-01")
REPORTS = {
    "incidents": FIXED, "backlog": ("--at", "2030-01-01"), "ageing": ("--at", "2021-03-10"),
    "breakdown": (*FIXED, "--by", "priority"), "availability": FIXED,
    "hand-over": ("--since", "2025-12-31T00:00Z", *FIXED),
}  # fmt: skip
ROOT = Path(__file__).parents[3]
ENDINGS = (*FORMS, ".pdf")


@pytest.fixture
def filled(cli: Cli, tmp_path: Path) -> Cli:
    """Incidents, a component that was out, and a ticket that is due."""
    log = write_log(tmp_path / "log.csv", [one for n in range(3) for one in story(f"INC{n}")] + [row("INC9")])
    cli("import", "tickets", str(log), "--format", "servicenow-log", "--source", "acme")
    page = tmp_path / "page.csv"
    page.write_text(
        "observed_at,component_id,component,new_status\n2026-01-01,p1,=Pages,operational\n"
        "2026-01-02,p1,=Pages,major_outage\n2026-01-03,p1,=Pages,operational\n"
        "2026-01-04,p2,Quiet,operational\n"
    )
    cli("import", "services", str(page), "--source", "pages")
    cli("ticket", "new", "--title", "=HYPERLINK(1)", "--due-at", "2029-12-31T12:00Z")
    return cli


def wrote(cli: Cli, name: str, ending: str, folder: Path) -> Path:
    path = folder / f"{name}{ending}"
    ran = cli("report", name, *REPORTS[name], "--to", str(path))
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"{path} is written: ")
    return path


def leaves(document: Any) -> list[float]:
    """Every number of a JSON document."""
    if isinstance(document, dict):
        return [leaf for value in document.values() for leaf in leaves(value)]
    if isinstance(document, list):
        return [leaf for value in document for leaf in leaves(value)]
    return [] if isinstance(document, bool | str) or document is None else [document]


@pytest.mark.parametrize("name", ["incidents", "backlog", "ageing", "breakdown", "availability"])
def test_every_form_holds_the_figures_of_the_json_answer(name: str, filled: Cli, tmp_path: Path) -> None:
    answer = filled("report", name, *REPORTS[name], "--json").json
    numbers = leaves(answer)
    assert numbers
    assert json.loads(wrote(filled, name, ".json", tmp_path).read_text())["figures"] == answer

    rows = csv.reader(io.StringIO(wrote(filled, name, ".csv", tmp_path).read_text(), newline=""))
    assert {str(number) for number in numbers} <= {cell for cells in rows for cell in cells}

    book = openpyxl.load_workbook(wrote(filled, name, ".xlsx", tmp_path))
    cells = {cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line}
    assert set(numbers) <= cells

    page = wrote(filled, name, ".html", tmp_path).read_text()
    assert [number for number in set(numbers) if f'value="{number}"' not in page] == []


def test_every_form_tells_each_part_of_a_hand_over_once(filled: Cli, tmp_path: Path) -> None:
    answer = filled("report", "hand-over", *REPORTS["hand-over"], "--json").json
    assert json.loads(wrote(filled, "hand-over", ".json", tmp_path).read_text())["figures"] == answer
    moments = sorted([each["at"] for each in answer["state_changes"]] + [each["due_at"] for each in answer["due"]])
    assert len(set(moments)) == len(moments) == 5

    rows = csv.DictReader(io.StringIO(wrote(filled, "hand-over", ".csv", tmp_path).read_text(), newline=""))
    assert sorted(row["at"] or row["due_at"] for row in rows) == moments

    book = openpyxl.load_workbook(wrote(filled, "hand-over", ".xlsx", tmp_path))
    cells = [sheet.cell(line, 1).value for sheet in book for line in range(2, sheet.max_row + 1)]
    assert sorted(f"{cell.isoformat()}Z" for cell in cells if isinstance(cell, datetime)) == moments

    page = wrote(filled, "hand-over", ".html", tmp_path).read_text()
    assert sorted(re.findall(r'<time datetime="(.*?)">', page)) == moments

    text = wrote(filled, "hand-over", ".md", tmp_path).read_text()
    told = "".join(each.extract_text() for each in PdfReader(wrote(filled, "hand-over", ".pdf", tmp_path)).pages)
    newest = "2026-01-04T00:00:00Z"  # stands in the head as well: the source's last answer
    for at in moments:
        shown = at.replace("T", " ").removesuffix("Z")
        assert text.count(f"| {shown} |") == 1
        assert re.sub(r"\s+", " ", told).count(shown) == 1 + (at == newest)


def test_six_years_of_a_status_page_are_handed_over_once(cli: Cli, shared: Path, tmp_path: Path) -> None:
    changes = shared / "data" / "status" / "statuspage_github_component_changes.csv.gz"
    cli("import", "services", str(changes), "--source", "github")
    with gzip.open(changes, "rt", encoding="utf-8") as file:
        told = [(row["component_id"], from_iso(row["observed_at"])) for row in csv.DictReader(file)]
    found = []
    borders = [f"{year}-{month}-01" for year in range(2020, 2027) for month in ("01", "07")]
    for since, until in pairwise([*borders, "2027-01-01"]):
        path = tmp_path / f"{since}.csv"
        cli("report", "hand-over", "--since", since, "--until", until, "--to", str(path))
        with path.open(encoding="utf-8", newline="") as file:
            found += [(row["id"], from_iso(row["at"])) for row in csv.DictReader(file)]
    assert sorted(found) == sorted(told)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("name", list(REPORTS))
def test_a_profile_with_nothing_in_it_gives_a_whole_file(name: str, ending: str, cli: Cli, tmp_path: Path) -> None:
    path = wrote(cli, name, ending, tmp_path)
    assert path.stat().st_size > (10 if ending == ".csv" else 300)


def test_a_pdf_is_written_without_a_screen_whatever_qt_is_told_to_use(filled: Cli, tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    words = ["--data-dir", str(tmp_path / "profile"), "report", "availability", *FIXED, "--to", str(path)]
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "QT_QPA_PLATFORM": "xcb"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "app", *words],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.startswith("watchdesk: Stale: 1 source")
    assert len(done.stderr.splitlines()) == 1
    told = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert "=Pages" in told
    assert "24:00:00" in told


def test_what_was_written_is_told_in_json(filled: Cli, tmp_path: Path) -> None:
    path = tmp_path / "r.MD"
    ran = filled("report", "availability", *FIXED, "--since", "2026-01-01", "--to", str(path), "--json")
    told = ran.json
    assert list(told) == ["path", "report", "title", "since_at", "until_at", "made_at", "is_stale"]
    assert (told["path"], told["report"], told["since_at"]) == (str(path), "availability", "2026-01-01T00:00:00Z")
    assert told["is_stale"] is True
    assert "Stale: 1 source" in ran.err
    assert "Stale: 1 source" in path.read_text()


def test_fresh_data_are_not_called_stale(site: Callable[..., Site], tmp_path: Path) -> None:
    here = site("n1")
    here.sources["n1"].rows = (health_row("load"), health_row("disk", "critical", since_at=here.clock.now()))
    here.run("poll", "--once")
    here.clock.spend(1)  # type: ignore[attr-defined]
    path = tmp_path / "r.json"
    assert here.run("report", "hand-over", "--to", str(path)).err == ""
    told = json.loads(path.read_text())
    assert (told["is_stale"], [source["freshness"] for source in told["sources"]]) == (False, ["live"])
    assert [each["name"] for each in told["figures"]["state_changes"]] == ["disk", "load"]
    here.clock.spend(3600)  # type: ignore[attr-defined]
    assert "Stale: 1 source" in here.run("report", "hand-over", "--to", str(path), "--replace").err


def test_a_hand_over_is_told_as_text_and_in_json(filled: Cli) -> None:
    words = ("report", "hand-over", *REPORTS["hand-over"])
    told = filled(*words, "--json").json
    assert list(told) == ["since_at", "until_at", "state_changes", "silences", "due"]
    assert [each["state"] for each in told["state_changes"]] == ["ok", "down", "ok", "ok"]
    assert [(each["title"], each["standing"]) for each in told["due"]][-1] == ("=HYPERLINK(1)", "late")
    assert "4 changes of state:" in filled(*words).out
    assert filled("report", "hand-over", "--since", "2999-01-01").code == 2


def test_a_period_is_held_against_the_one_before(filled: Cli, tmp_path: Path) -> None:
    path, words = tmp_path / "r.json", ("report", "incidents", "--until", "2021-03-14", "--json")
    assert filled(*words, "--since", "2021-03-07", "--to", str(path)).code == 0
    told = json.loads(path.read_text())
    assert (told["before_at"], told["since_at"]) == ("2021-02-28T00:00:00Z", "2021-03-07T00:00:00Z")
    assert (told["figures"]["incidents"], told["figures_before"]["incidents"]) == (4, 0)
    assert filled(*words, "--since", "2021-03-07", "--to", str(path.with_suffix(".md"))).code == 0
    text = path.with_suffix(".md").read_text()
    assert "opened in the period; before: 0 |" in text
    assert "Held against: 2021-02-28 00:00:00 to 2021-03-07 00:00:00" in text
    assert filled(*words, "--to", str(path), "--replace").code == 0
    assert json.loads(path.read_text())["figures_before"] is None


def test_the_age_and_the_parts_of_the_backlog_are_told_as_text(filled: Cli) -> None:
    assert "under 7 days" in filled("report", "ageing", *REPORTS["ageing"]).out
    assert "VALUE" in filled("report", "breakdown").out
    assert filled("report", "breakdown", "--by", "title").code == 2


def test_days_are_those_of_the_zone_that_is_said(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    words = ("report", "hand-over", "--since", "2026-10-25", "--until", "2026-10-26", "--to", str(path))
    assert cli(*words, "--time-zone", "Europe/Berlin").code == 0
    told = json.loads(path.read_text())
    assert (told["since_at"], told["until_at"]) == ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
    assert told["time_zone"] == "Europe/Berlin"
    assert cli(*words, "--replace").code == 0
    assert json.loads(path.read_text())["since_at"] == "2026-10-25T00:00:00Z"
    assert "no time zone “Mars”" in cli(*words, "--time-zone", "Mars").err
    aware = ("--at", "2026-10-25T12:00+05:00", "--time-zone", "Europe/Berlin")
    assert cli("report", "backlog", *aware, "--json").json["at"] == "2026-10-25T07:00:00Z"


# --- the target ---------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(filled: Cli, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("mine")
    refused = filled("report", "backlog", "--to", str(path))
    assert (refused.code, path.read_text()) == (1, "mine")
    assert "is there already" in refused.err
    for word in ("--replace", "--force"):
        path.write_text("mine")
        assert filled("report", "backlog", "--to", str(path), word).code == 0
        assert "open" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        (
            "r.docx",
            2,
            "“.docx” is no form of a report. The file's ending chooses it: .json, .csv, .xlsx, .html, .md, .pdf",
        ),
        ("report", 2, "“report” is no form of a report"),
        ("taken.html", 1, "taken.html is a folder"),
        ("none/r.html", 1, "none cannot be reached"),
        ("file/r.html", 1, "file cannot be reached"),
        ("x" * 300 + ".html", 1, "cannot be reached. File name too long."),
    ],
)
def test_a_target_that_cannot_be_is_one_sentence(
    name: str, code: int, sentence: str, cli: Cli, tmp_path: Path
) -> None:
    (tmp_path / "taken.html").mkdir()
    (tmp_path / "file").touch()
    ran = cli("report", "incidents", "--to", str(tmp_path / name), "--replace")
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "profile", "taken.html"] or code == 2


def test_a_folder_that_cannot_be_written_is_said(cli: Cli, tmp_path: Path) -> None:
    with closed_folder(tmp_path / "closed") as folder:
        ran = cli("report", "backlog", "--to", str(folder / "r.md"))
    assert ran.code == 1
    assert "cannot be written" in ran.err
    assert len(ran.err.splitlines()) == 1


@contextmanager
def closed_folder(folder: Path) -> Iterator[Path]:
    """One that takes no files; rights do not close it to root, so then it is a disk that is read only."""
    folder.mkdir()
    if os.geteuid():
        folder.chmod(0o500)
        yield folder
        return
    with mounted(folder, "1m") as is_mounted:
        if not is_mounted:
            pytest.skip("may not mount")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True, capture_output=True)
        yield folder


def test_a_form_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")

    def break_off(_report: Report, file: Any) -> None:
        file.write(b"half")
        raise EnvironmentTrouble("The lights went out.")

    with pytest.raises(EnvironmentTrouble):
        save_report(report(), path, break_off, replace=True)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("r.html", "old")]
