import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Cli
from tests.unit.usecases.imports.log_rows import row, story, write_log

FORMAT = ("--format", "servicenow-log")


def test_a_log_is_imported_once_and_reported_on(cli: Cli, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv.gz", [one for n in range(3) for one in story(f"INC{n}")] + [row("INC9")])
    done = cli("import", "tickets", str(path), *FORMAT, "--source", "acme", "--json")
    assert (done.code, done.err) == (0, "")
    summary = done.json
    assert list(summary) == [
        "path", "format", "source", "read", "added", "changed", "unchanged", "kept", "entries", "set_aside_count",
        "set_aside", "notes", "duration_s",
    ]  # fmt: skip
    assert (summary["read"], summary["added"], summary["source"]) == (22, 4, "acme")
    again = cli("import", "tickets", str(path), *FORMAT, "--source", "acme", "--json").json
    assert (again["added"], again["unchanged"], again["entries"]) == (0, 4, 0)
    figures = cli("report", "incidents", "--json").json
    assert list(figures) == [
        "incidents", "by_status", "by_source_status", "by_priority", "sla_made_pct", "sla_made_pct_by_priority",
        "reopened", "reopened_pct", "reassignments", "resolution_s", "resolution_s_by_priority", "open_to_closed_s",
        "opened_per_month",
    ]  # fmt: skip
    assert figures["by_status"] == {"closed": 3, "new": 1}
    assert figures["resolution_s"] == {
        "n": 3, "median": 93_600.0, "mean": 93_600.0, "p90": 93_600.0, "max": 93_600.0,
    }  # fmt: skip
    assert figures["opened_per_month"] == {"2021-03": 4}
    assert cli("report", "incidents", "--since", "2021-03-08", "--json").json["incidents"] == 0
    assert cli("report", "incidents", "--until", "2021-03-07T08:00:01Z", "--json").json["incidents"] == 4
    assert cli("report", "backlog", "--at", "2021-03-10", "--json").json == {"at": "2021-03-10T00:00:00Z", "open": 4}
    assert cli("report", "backlog", "--at", "2021-03-20", "--json").json["open"] == 1
    assert "sla made pct" in cli("report", "incidents").out


def test_rows_set_aside_are_told_with_code_3(cli: Cli, tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row("INC1"), row("INC2", opened_at="31/2/2021 10:00")])
    ran = cli("import", "tickets", str(path), *FORMAT, "--json")
    assert ran.code == 3
    assert ran.json["set_aside"] == [{"row": 3, "reason": "“31/2/2021 10:00” is not a date"}]
    assert ran.err == f"watchdesk: {path}, row 3: “31/2/2021 10:00” is not a date. Set aside.\n"


def test_a_csv_file_needs_its_mapping(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("id,at\n1,2021-03-28 02:30\n")
    mapping = tmp_path / "map.toml"
    mapping.write_text('[columns]\nid = "remote_id"\nat = "created_at"\n')
    words = ("import", "tickets", str(table), "--format", "csv")
    assert "needs --mapping" in cli(*words).err
    ran = cli(*words, "--mapping", str(mapping), "--time-zone", "Europe/Berlin")
    assert (ran.code, ran.err) == (
        0,
        "watchdesk: 1 time falls into an hour that Europe/Berlin skips: read as an hour later.\n",
    )
    assert cli("tickets", "--json").json[0]["created_at"] == "2021-03-28T01:30:00Z"
    assert "is for --format csv" in cli("import", "tickets", str(table), *FORMAT, "--mapping", str(mapping)).err


def test_articles_are_imported_found_and_shown(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "pump.md").write_text("---\ntags: [pump]\n---\n# Restart the pump\n\nTurn the red key.")
    ran = cli("import", "articles", str(folder), "--json")
    assert (ran.code, ran.json["added"], ran.json["ignored"]) == (0, 1, 0)
    (hit,) = cli("kb", "search", "red", "key", "--json").json
    assert list(hit) == ["id", "path", "title", "score", "snippet"]
    assert (hit["path"], hit["title"]) == ("pump.md", "Restart the pump")
    assert "Turn the red key." in hit["snippet"]
    assert cli("kb", "show", "pump.md", "--json").json["tags"] == ["pump"]
    assert "Turn the red key." in cli("kb", "show", hit["id"]).out
    assert cli("kb", "search", "nothing of that", "--json").json == []
    assert cli("kb", "search", 'odd " (syntax AND', "--json").code == 0
    assert cli("kb", "show", "pond").code == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("import", "tickets", "/nowhere.csv", *FORMAT), 1, "/nowhere.csv: there is no such file"),
        (("import", "tickets", "/", *FORMAT), 1, "/: it is a folder"),
        (("import", "tickets", "x.csv"), 2, "--format"),
        (("import", "tickets", "x.csv", *FORMAT, "--time-zone", "Mars"), 2, "There is no time zone “Mars”."),
        (("import", "articles", "/nowhere"), 1, "there is no such folder"),
        (("report", "incidents", "--since", "soon"), 2, "“soon” is not a time"),
        (("report", "incidents", "--since", "2021-02-01", "--until", "2021-01-01"), 2, "--since lies after --until"),
        (("report", "everything"), 2, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_code(
    words: tuple[str, ...], code: int, sentence: str, cli: Cli
) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_progress_is_told_when_asked_for(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from app.__main__ import main

    path = write_log(tmp_path / "log.csv", [row(f"INC{n}") for n in range(10)])
    assert (
        main(["--data-dir", str(tmp_path / "p"), "import", "tickets", str(path), *FORMAT, "--progress", "--json"])
        == 0
    )
    captured = capsys.readouterr()
    assert captured.err.splitlines()[-1].startswith("100%")
    assert json.loads(captured.out)["added"] == 10


def test_a_status_pages_past_gives_its_known_availability(cli: Cli, shared: Path) -> None:
    folder = shared / "data" / "status"
    facts = json.loads((folder / "statuspage_github.facts.json").read_text())
    words = ("import", "services", str(folder / "statuspage_github_component_changes.csv.gz"), "--source", "github")
    ran = cli(*words, "--json")
    assert (ran.code, ran.json["read"], ran.json["added"], ran.json["set_aside_count"]) == (0, 2134, 12, 0)
    assert cli(*words, "--json").json["entries"] == 0
    found = {each["id"][:4]: each for each in cli("report", "availability", "--json").json}
    (known,) = (figures for name, figures in facts.items() if name.startswith("per_component"))
    assert len(known) == len(found) == facts["components"]
    for name, (_changes, operational_pct, major_outage_h) in known.items():
        figures = found[name.rpartition("[")[2].removesuffix("]")]
        assert figures["name"] == name.rpartition(" [")[0]
        assert figures["availability_pct"] == operational_pct
        assert round(figures["major_outage_s"] / 3600, 3) == major_outage_h
        assert figures["outage_s"] >= figures["major_outage_s"]
    assert all(each["stale"] for each in cli("services", "--json").json)
    assert cli("source", "remove", "github").code == 0
    assert cli("report", "availability", "--json").json == []


def test_an_availability_report_takes_a_window(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "page.csv"
    path.write_text(
        "observed_at,component_id,component,new_status\n2026-01-01,p1,Pages,operational\n"
        "2026-01-02,p1,Pages,major_outage\n2026-01-03,p1,Pages,operational\n"
    )
    assert cli("import", "services", str(path)).code == 0
    (figures,) = cli(
        "report", "availability", "--json", "--since", "2026-01-02T12:00Z", "--until", "2026-01-02T18:00Z"
    ).json
    assert (figures["availability_pct"], figures["outage_s"], figures["known_s"]) == (0.0, 21_600.0, 21_600.0)
    assert "50.000 %" in cli("report", "availability").out
    assert cli("report", "availability", "--source", "none of that", "--json").json == []
