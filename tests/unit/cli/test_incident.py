"""An incident file by the command line: written from a profile, read without one."""

from pathlib import Path

from app.base.clock import from_iso
from tests.unit.cli.conftest import Cli


def exported(cli: Cli, path: Path) -> Path:
    """A ticket with words, a file and an article that its words name."""
    path.mkdir(exist_ok=True)
    article = path / "kb" / "printers.md"
    article.parent.mkdir()
    article.write_text("# Printers\n\nTurn it off and on.\n")
    cli("import", "articles", str(article.parent))
    cli("ticket", "new", "--title", "Printer <b>is</b> down", "--service", "Mail", "--description", "see printers.md")
    note = path / "note.txt"
    note.write_text("paper jam")
    cli("ticket", "attach", "INC-1", str(note))
    cli("ticket", "comment", "INC-1", "--text", "Looked <script>at</script> it")
    target = path / "INC-1.incident"
    assert cli("export", "ticket", "INC-1", "--to", str(target), "--redact", "none").code == 0
    return target


def test_what_was_exported_is_read_back_without_a_profile(cli: Cli, tmp_path: Path) -> None:
    file = exported(cli, tmp_path / "out")
    shown = cli("ticket", "show", "INC-1", "--json").json
    read = cli("--data-dir", str(tmp_path / "none"), "review", str(file), "--json")
    assert read.code == 0
    assert not (tmp_path / "none").exists()
    assert read.json["tickets"][0]["title"] == shown["title"]
    told = [{key: value for key, value in row.items() if key != "ticket"} for row in read.json["timeline"]]
    assert told == shown["timeline"]
    assert [row["title"] for row in read.json["articles"]] == ["Printers"]
    assert [(row["name"], row["sha256"]) for row in read.json["attachments"]] == [
        (row["name"], row["sha256"]) for row in shown["attachments"]
    ]
    assert from_iso(read.json["since_at"]) < from_iso(shown["created_at"])


def test_verify_tells_what_it_found(cli: Cli, tmp_path: Path) -> None:
    file = exported(cli, tmp_path / "out")
    sound = cli("review", str(file), "--verify", "--json")
    assert sound.code == 0
    assert list(sound.json) == ["valid", "signature", "redaction", "parts", "errors"]
    assert (sound.json["valid"], sound.json["errors"]) == (True, [])
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"data/timeline.jsonl") + 40] ^= 1
    file.write_bytes(raw)
    spoilt = cli("review", str(file), "--verify", "--json")
    assert (spoilt.code, spoilt.json["valid"]) == (4, False)
    assert "data/timeline.jsonl" in spoilt.json["errors"][0]
    read = cli("review", str(file), "--json")
    assert (read.code, read.out) == (4, "")


def test_a_file_that_is_there_stays_unless_it_is_to_be_replaced(cli: Cli, tmp_path: Path) -> None:
    file = exported(cli, tmp_path / "out")
    before = file.read_bytes()
    refused = cli("export", "ticket", "INC-1", "--to", str(file))
    assert (refused.code, file.read_bytes()) == (1, before)
    assert cli("export", "ticket", "INC-1", "--to", str(file), "--replace", "--json").json["path"] == str(file)
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_what_is_not_there_is_said(cli: Cli, tmp_path: Path) -> None:
    assert "no ticket INC-9" in cli("export", "ticket", "INC-9", "--to", str(tmp_path / "x.incident")).err
    assert not (tmp_path / "x.incident").exists()
    assert cli("review", str(tmp_path / "x.incident")).code == 1
    (tmp_path / "x.incident").write_bytes(b"no such thing")
    assert cli("review", str(tmp_path / "x.incident")).code == 4


def test_a_file_is_masked_unless_that_is_declined(cli: Cli, tmp_path: Path) -> None:
    cli("ticket", "new", "--title", "Call bob@example.org", "--requester", "Zoe Weber", "--description", "for Zoe")
    target = tmp_path / "INC-1.incident"
    told = cli("export", "ticket", "INC-1", "--to", str(target), "--json").json["redaction"]
    assert told["profile"] == "default"
    assert told["masked"]["e-mail"] > 0
    (ticket,) = cli("review", str(target), "--json").json["tickets"]
    assert ticket["title"] == "Call [e-mail 1]"
    assert ticket["description"] == f"for {ticket['requester']}"
    assert cli("review", str(target), "--verify", "--json").json["redaction"] == told
    assert cli("export", "ticket", "INC-1", "--to", str(target), "--redact", "most").code == 2


def test_a_preview_writes_nothing_and_tells_what_would_go(cli: Cli, tmp_path: Path) -> None:
    cli("ticket", "new", "--title", "Call bob@example.org", "--description", "number 1234567")
    told = cli("export", "ticket", "INC-1", "--preview", "--json").json
    assert {"kind": "e-mail", "before": "bob@example.org", "after": "[e-mail 1]"} in told["replaced"]
    assert (told["leftovers"], told["path"]) == (["1234567"], None)
    assert "bob@example.org" in cli("export", "ticket", "INC-1", "--preview").out
    assert cli("export", "ticket", "INC-1").code == 2
    assert list(tmp_path.glob("*.incident")) == []
