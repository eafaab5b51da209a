from pathlib import Path

import pytest

from app.base.clock import from_iso
from tests.unit.cli.conftest import Cli

KEYS = [
    "id", "number", "kind", "title", "status", "source_status", "pending_reason", "priority", "impact", "urgency",
    "major", "category", "service", "environment", "channel", "team", "assignee", "requester", "source", "remote_id",
    "created_at", "updated_at", "resolved_at", "closed_at", "due_at", "reopen_count", "reassignment_count",
    "sla_made", "tags",
]  # fmt: skip


def new(cli: Cli, title: str, *words: str) -> dict[str, object]:
    ran = cli("ticket", "new", "--title", title, *words, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, object] = ran.json
    return found


def test_a_ticket_from_opening_to_closing(cli: Cli, tmp_path: Path) -> None:
    opened = new(cli, "Printer is down", "--impact", "2", "--urgency", "1", "--service", "Mail", "--source", "phone")
    assert list(opened) == KEYS
    assert (opened["number"], opened["status"], opened["priority"]) == ("INC-1", "new", 2)
    assert (opened["service"], opened["source"], opened["tags"], opened["team"]) == ("Mail", "phone", [], None)
    assert str(opened["created_at"]).endswith("Z")
    edited = cli("ticket", "edit", "INC-1", "--team", "Print", "--tags", "hall 9, paper", "--json").json
    assert (edited["team"], edited["tags"]) == ("Print", ["hall 9", "paper"])
    assert cli("ticket", "comment", str(opened["id"]), "--text", "Looked at it").code == 0
    assert cli("ticket", "comment", "INC-1", "--text", "We are on it", "--public").code == 0
    assert cli("ticket", "move", "INC-1", "pending", "--reason", "vendor").code == 0
    note = tmp_path / "note.txt"
    note.write_text("paper jam")
    assert cli("ticket", "attach", "INC-1", str(note)).code == 0
    assert cli("ticket", "move", "INC-1", "resolved", "--resolution", "New paper").code == 0
    assert cli("ticket", "move", "INC-1", "closed", "--json").json["status"] == "closed"
    shown = cli("ticket", "show", "INC-1", "--json").json
    assert list(shown) == [
        *KEYS, "pending_since_at", "waited_s", "description", "resolution", "attachments", "timeline",
    ]  # fmt: skip
    assert shown["resolution"] == "New paper"
    assert [one["name"] for one in shown["attachments"]] == ["note.txt"]
    assert set(shown["timeline"][0]) == {"at", "kind", "by", "text", "field", "old", "new"}
    texts = [(one["kind"], one["text"]) for one in shown["timeline"] if one["text"]]
    assert texts == [("internal", "Looked at it"), ("public", "We are on it"), ("attachment", "note.txt")]
    statuses = [one["new"] for one in shown["timeline"] if one["field"] == "status"]
    assert statuses == ["new", "pending", "resolved", "closed"]
    assert "status: pending → resolved" in cli("ticket", "show", "INC-1").out


def test_lists_are_filtered_sorted_limited_and_counted(cli: Cli) -> None:
    for title, priority in (("one", "3"), ("two", "1"), ("three", "2")):
        new(cli, title, "--priority", priority)
    newest_first = [ticket["title"] for ticket in cli("tickets", "--json").json]
    assert newest_first == ["three", "two", "one"]
    assert [t["title"] for t in cli("tickets", "--sort", "priority", "--json").json] == ["two", "three", "one"]
    assert [t["title"] for t in cli("tickets", "--sort", "-priority,id", "--json").json] == ["one", "three", "two"]
    assert [t["title"] for t in cli("tickets", "--filter", "sort:priority", "--json").json] == ["two", "three", "one"]
    assert [t["title"] for t in cli("tickets", "--filter", "-priority:1", "--json").json] == ["three", "one"]
    assert len(cli("tickets", "--limit", "2", "--json").json) == 2
    assert cli("tickets", "--filter", "priority:<=2", "--count", "--json").json == {"count": 2}
    assert cli("tickets", "--count").out == "3\n"
    assert cli("tickets", "--limit", "0", "--json").json == []
    assert set(cli("tickets", "--json").json[0]) == set(KEYS)
    table = cli("tickets").out.splitlines()
    assert table[0].split()[:3] == ["NUMBER", "PRIO", "STATUS"]
    assert len(table) == 4


def test_text_from_outside_cannot_speak_to_the_terminal(cli: Cli) -> None:
    new(cli, "bell \x07 and \x1b[31mred\x1b[0m \u202etxt")
    for out in (cli("tickets").out, cli("ticket", "show", "INC-1").out):
        assert not {"\x07", "\x1b", "\u202e"} & set(out)
    assert cli("tickets", "--json").json[0]["title"] == "bell \x07 and \x1b[31mred\x1b[0m \u202etxt"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("ticket", "show", "INC-9"), 1, "There is no ticket INC-9."),
        (("ticket", "move", "INC-1", "closed"), 1, "INC-1 cannot move from new to closed."),
        (("ticket", "move", "INC-1", "pending"), 1, "Say what it waits for"),
        (("ticket", "move", "INC-1", "lost"), 1, "There is no status “lost”."),
        (("ticket", "edit", "INC-1", "--impact", "9"), 1, "“9” is not a value of impact."),
        (("ticket", "edit", "INC-1"), 2, "Nothing is to be set."),
        (("ticket", "edit", "INC-1", "--colour", "red"), 2, "unrecognized arguments"),
        (("ticket", "comment", "INC-1", "--text", " "), 1, "There is nothing to add."),
        (("ticket", "attach", "INC-1", "/nowhere/x"), 1, "is not a file"),
        (("ticket", "new", "--title", " "), 1, "A ticket needs a title."),
        (("ticket", "new"), 2, "--title"),
        (("tickets", "--filter", "status:lost"), 2, "“lost” is not a status."),
        (("tickets", "--filter", "(team:x"), 2, "parenthes"),
        (("tickets", "--sort", "colour"), 2, "colour"),
        (("tickets", "--limit", "-1"), 2, "not a number from 0 on"),
        (("tickets", "--limit"), 2, "expected one argument"),
        (("ticket",), 2, "required"),
        (("tockets",), 2, "invalid choice"),
        (("tickets", "--filter", "caf\udce9"), 2, "not UTF-8"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_a_code(
    words: tuple[str, ...], code: int, sentence: str, cli: Cli
) -> None:
    new(cli, "Printer is down")
    ran = cli(*words)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1
    assert cli("tickets", "--count").out == "1\n"


def test_an_attachment_is_saved_and_never_over_another_file_unasked(cli: Cli, tmp_path: Path) -> None:
    new(cli, "Printer is down")
    note, out = tmp_path / "note.txt", tmp_path / "out"
    note.write_text("paper jam")
    out.mkdir()
    assert cli("ticket", "attach", "INC-1", str(note)).code == 0
    saved = cli("ticket", "save-attachment", "INC-1", "note.txt", "--to", str(out), "--json")
    assert set(saved.json) == {"name", "sha256", "size_bytes", "at", "by", "path"}
    assert Path(saved.json["path"]) == out / "note.txt"
    assert (out / "note.txt").read_text() == "paper jam"
    digest = saved.json["sha256"][:8]
    (out / "note.txt").write_text("mine")
    again = cli("ticket", "save-attachment", "INC-1", digest, "--to", str(out / "note.txt"))
    assert (again.code, again.out) == (1, "")
    assert "is there already. It was left as it is." in again.err
    assert (out / "note.txt").read_text() == "mine"
    assert cli("ticket", "save-attachment", "INC-1", digest, "--to", str(out), "--replace").code == 0
    assert (out / "note.txt").read_text() == "paper jam"
    assert digest in cli("ticket", "show", "INC-1").out
    absent = cli("ticket", "save-attachment", "INC-1", "other.txt", "--to", str(out))
    assert absent.code == 1
    assert "Attached are: note.txt." in absent.err


def test_a_day_of_a_filter_is_that_of_the_zone_that_is_said(cli: Cli) -> None:
    new(cli, "Late", "--due-at", "2026-11-19T23:30Z")

    def found(day: str, *words: str) -> int:
        counted: int = cli("tickets", "--filter", f"due:{day}", "--count", "--json", *words).json["count"]
        return counted

    assert (found("2026-11-19"), found("2026-11-20")) == (1, 0)
    assert (found("2026-11-19", "--time-zone", "utc"), found("2026-11-20", "--time-zone", "UTC")) == (1, 0)
    berlin = ("--time-zone", "Europe/Berlin")
    assert (found("2026-11-19", *berlin), found("2026-11-20", *berlin)) == (0, 1)
    assert (found("2026-11-19T23:30", *berlin), found("2026-11-19T23:30Z", *berlin)) == (0, 1)


@pytest.mark.parametrize("command", ["tickets", "services", "problems"])
def test_a_zone_that_is_none_is_refused(cli: Cli, command: str) -> None:
    ran = cli(command, "--filter", "updated:2026" if command == "tickets" else "since:2026", "--time-zone", "Nowhere")
    assert ran.code == 2
    assert "Nowhere" in ran.err


def test_the_due_time_moves_on_by_what_a_ticket_waited(cli: Cli) -> None:
    due = from_iso(str(new(cli, "Reader waits for a part", "--priority", "2")["due_at"]))
    stopped = cli("ticket", "move", "INC-1", "pending", "--reason", "vendor", "--json").json
    assert from_iso(stopped["due_at"]) == due
    assert "pending since" in cli("ticket", "show", "INC-1").out
    assert cli("ticket", "show", "INC-1", "--json").json["pending_since_at"] == stopped["updated_at"]
    on_again = cli("ticket", "move", "INC-1", "open", "--json").json
    waited_ms = from_iso(on_again["updated_at"]) - from_iso(stopped["updated_at"])
    moved_ms = from_iso(on_again["due_at"]) - due
    assert moved_ms == waited_ms > 0
    shown = cli("ticket", "show", "INC-1", "--json").json
    assert (shown["pending_since_at"], shown["waited_s"]) == (None, moved_ms / 1000)
    assert [(e["kind"], e["by"]) for e in shown["timeline"] if e["field"] == "due_at"] == [
        ("automation", "Watchdesk")
    ]
    lines = cli("ticket", "show", "INC-1").out
    assert "due at: " in lines
    assert "waited" not in lines
