"""Sources, polling, health lists and commands to sources, with a source that a test scripts."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import NeedsSignIn, SecretsTrouble, Unreachable, WatchdeskError
from app.base.events import CancelToken
from app.base.paths import Profile
from app.base.secret import Secret
from app.bootstrap.headless import Headless
from app.cli.command import build_parser
from app.cli.context import Context
from app.domain.source import Source
from app.ports import HealthSource
from app.usecases.source import add_source
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import FakeHealthSource, health_row
from tests.unit.cli.conftest import Cli, Ran

KEYS = [
    "id", "source", "kind", "host", "name", "state", "hard", "attempt", "max_attempts", "since_at", "last_check_at",
    "observed_at", "received_at", "stale", "acknowledged", "in_downtime", "flapping", "output", "groups", "url",
]  # fmt: skip


class NoSecrets:
    """A keyring that has nothing."""

    def find(self, source_id: str) -> Secret | None:
        return None

    def save(self, source_id: str, secret: Secret) -> None:
        raise SecretsTrouble("There is no keyring here.")

    def forget(self, source_id: str) -> None:
        return None


class Site(Headless):
    """The means of a command on sources that are scripted, at a time that the test tells."""

    def __init__(self, profile: Profile, *names: str) -> None:
        super().__init__(profile)
        self.clock = VirtualClock()  # type: ignore[assignment]
        self.sources = {name: FakeHealthSource(self.clock, name=name) for name in names}  # type: ignore[arg-type]
        self.secrets = NoSecrets()
        for name in names:
            add_source(self.work, self.secrets, Source(id="", name=name, kind="simulated"), None)

    def open_connector(self, source: Source, secret: Secret | None) -> HealthSource:
        return self.sources[source.name] if source.name in self.sources else super().open_connector(source, secret)

    def verbs_of(self, source: Source) -> frozenset[str]:
        return self.sources[source.name].verbs if source.name in self.sources else super().verbs_of(source)

    def run(self, *words: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        args = build_parser(words).parse_args(words)
        try:
            code = args.command.run(Context(args, self, CancelToken(), out, err))
        except WatchdeskError as error:
            return Ran(error.exit_code, "", error.sentence())
        return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(*names: str) -> Site:
        made.append(Site(Profile(tmp_path / "profile"), *names))
        return made[-1]

    yield make
    for one in made:
        one.close()


def down(name: str, **more: Any) -> Any:
    return health_row(name, "critical", output="it is gone", since_at=1_000, **more)


def test_polling_once_reports_each_source(site: Callable[..., Site]) -> None:
    here = site("n1", "n2")
    here.sources["n1"].rows = (health_row("load"), down("disk"))
    here.sources["n2"].script = [Unreachable("n2 cannot be reached.", hint="Is it running?")]
    ran = here.run("poll", "--once", "--json")
    assert ran.code == 3
    first, second = ran.json
    assert list(first) == ["name", "ok", "hosts", "services", "problems", "duration_s", "bytes", "error", "clock"]
    assert (first["name"], first["ok"], first["services"], first["problems"], first["error"]) == (
        "n1",
        True,
        2,
        1,
        None,
    )
    assert (second["name"], second["ok"], second["error"]) == ("n2", False, "n2 cannot be reached. Is it running?")
    assert "n2 cannot be reached" in ran.err
    here.sources["n2"].script = [Unreachable("n2 cannot be reached.")]
    assert here.run("poll", "--once", "--source", "n2").code == 1
    assert here.run("poll", "--once").code == 0
    assert here.run("poll", "--once", "--source", "n9").code == 1
    assert here.run("poll", "--json").code == 2


@pytest.mark.parametrize(("skew_s", "said"), [(300, "5 min ahead of"), (-7200, "2 h behind"), (59, "")])
def test_a_source_whose_clock_is_off_is_named(site: Callable[..., Site], skew_s: float, said: str) -> None:
    here = site("n1")
    here.sources["n1"].skew_s = skew_s
    ran = here.run("poll", "--once")
    assert (ran.code, said in ran.err, bool(ran.err)) == (0, True, bool(said))


def test_every_source_whose_clock_is_off_is_named_by_the_poll_and_by_doctor(site: Callable[..., Site]) -> None:
    here = site("n1", "n2", "n3", "n4")
    here.sources["n1"].skew_s, here.sources["n3"].skew_s = 300, -7200
    here.sources["n4"].script = [NeedsSignIn("No.", status=401)]
    ran = here.run("poll", "--once", "--json")
    first, second, third, fourth = ran.json
    assert "The clock of n1 is 5 min ahead of" in first["clock"]
    assert (second["clock"], fourth["clock"]) == (None, None)
    assert "The clock of n3 is 2 h behind" in third["clock"]
    assert "n1" in ran.err
    assert "n3" in ran.err
    looked = here.run("doctor", "--json")
    assert looked.code == 0, "no fault of the profile"
    assert [told.split(" this")[0].split(" refused")[0] for told in looked.json["sources"]] == [
        "The clock of n1 is 5 min ahead of", "The clock of n3 is 2 h behind", "Paused: n4",
    ]  # fmt: skip
    assert "Paused: n4" in here.run("doctor").out


def test_lists_tell_what_was_told_last_and_how_old_it_is(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.sources["n1"].rows = (health_row("load"), down("disk", groups=("db",)), health_row("swap", "warning"))
    here.run("poll", "--once")
    rows = here.run("services", "--json").json
    assert [row["name"] for row in rows] == ["disk", "swap", "load"], "worst first"
    assert list(rows[0]) == KEYS
    assert (rows[0]["state"], rows[0]["stale"], rows[0]["groups"]) == ("critical", False, ["db"])
    assert rows[0]["since_at"] == "1970-01-01T00:00:01Z"
    assert rows[0]["received_at"].endswith("Z")
    assert [row["name"] for row in here.run("problems", "--json").json] == ["disk", "swap"]
    assert [row["name"] for row in here.run("problems", "--filter", "-state:warning", "--json").json] == ["disk"]
    assert [row["name"] for row in here.run("services", "--filter", "sort:service", "--json").json] == [
        "disk", "load", "swap",
    ]  # fmt: skip
    assert len(here.run("services", "--limit", "1", "--json").json) == 1
    here.clock.spend(3_600)  # type: ignore[attr-defined]
    assert all(row["stale"] for row in here.run("services", "--json").json)
    assert len(here.run("services", "--filter", "is:stale", "--json").json) == 3
    assert "critical (stale)" in here.run("services").out


def test_stored_samples_are_found_by_name(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.sources["n1"].rows = (
        health_row("load", perf="load1=1.5;4;8 load5=0.25", last_check_at=here.clock.now()),
        health_row("disk [/]", perf="/=7GB", last_check_at=here.clock.now()),
        health_row("load", host="web-2", perf="load1=2"),
    )
    here.run("poll", "--once")
    (found,) = here.run("metrics", "query", "WEB-1/load/load1", "--json").json
    assert list(found) == ["series", "id", "source", "host", "name", "label", "unit", "warn", "crit", "samples"]
    assert (found["series"], found["warn"], found["crit"]) == ("web-1/load/load1", 4.0, 8.0)
    assert found["samples"] == [{"at": "2027-01-15T08:00:00Z", "value": 1.5}]
    every = here.run("metrics", "query", "*", "--json").json
    assert [each["series"] for each in every] == [
        "web-1/disk [/]//", "web-1/load/load1", "web-1/load/load5", "web-2/load/load1",
    ]  # fmt: skip
    assert [each["unit"] for each in here.run("metrics", "query", "web-1/disk [/]//", "--json").json] == ["GB"]
    assert len(here.run("metrics", "query", "web-?/*/load1", "--json").json) == 2
    assert here.run("metrics", "query", "*", "--until", "2027-01-15T07:59Z", "--json").json[0]["samples"] == []
    assert "1.5" in here.run("metrics", "query", "*/load1").out
    nothing = here.run("metrics", "query", "web-3/*")
    assert nothing.code == 1
    assert "No stored series is named “web-3/*”." in nothing.err


def test_commands_answer_row_by_row(site: Callable[..., Site]) -> None:
    here = site("n1")
    source = here.sources["n1"]
    source.rows = (health_row("load"), down("disk"), down("mail", host="web-2"))
    here.run("poll", "--once")
    planned = here.run("ack", "--filter", "host:web-1", "--dry-run", "--json")
    assert planned.code == 3
    assert sorted((one["outcome"], one["reason"] or "") for one in planned.json) == [
        ("planned", ""), ("refused", "It is OK: there is nothing to acknowledge."),
    ]  # fmt: skip
    assert source.pushed == []
    done = here.run("ack", "--filter", "is:problem", "--comment", "on it", "--json")
    assert (done.code, [one["outcome"] for one in done.json]) == (0, ["done", "done"])
    assert [list(one) for one in done.json] == [["id", "outcome", "reason"]] * 2
    assert source.pushed[0][0].comment == "on it"
    assert all(row["acknowledged"] for row in here.run("problems", "--json").json), "asked again at once"
    assert here.run("ack", "--filter", "is:problem", "--json").code == 1
    source.refused_ids = frozenset({source.rows[0].id})
    partly = here.run("recheck", "--filter", "host:web-1", "--json")
    assert (partly.code, sorted(one["outcome"] for one in partly.json)) == (3, ["done", "failed"])
    source.push_error = Unreachable("n1 cannot be reached.")
    assert here.run("comment", "--filter", "host:web-2", "--comment", "hello").code == 1
    assert source.is_closed


def test_a_downtime_begins_now_and_is_audited(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.sources["n1"].rows = (down("disk"),)
    here.run("poll", "--once")
    now_at = here.clock.now()
    assert here.run("downtime", "--filter", "disk", "--duration", "90m").code == 0
    command = here.sources["n1"].pushed[0][0]
    assert (command.start_at, command.end_at) == (now_at, now_at + 90 * 60_000)
    assert command.comment == f"Downtime set by {here.me}."
    trail = here.check()
    assert trail.ok
    assert trail.rows["audit"] == 2


def test_commands_on_nothing_and_on_everything(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.run("poll", "--once")
    nothing = here.run("ack", "--filter", "host:nowhere", "--json")
    assert (nothing.code, nothing.json) == (0, [])
    assert "No row matches." in nothing.err
    assert here.run("ack", "--filter", " ").code == 2


# --- connecting -----------------------------------------------------------------------------------------------------


def test_sources_are_added_listed_and_removed(cli: Cli, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush\n")
    secret.chmod(0o600)
    words = ("source", "add", "nagios", "n1", "--url", "https://mon.example/nagios", "--user", "ann")
    added = cli(*words, "--secret-file", str(secret), "--interval", "30", "--json")
    assert added.code == 0, added.err
    assert added.json["secret_file"] == str(secret)
    assert "hush" not in added.out
    (listed,) = cli("source", "list", "--json").json
    assert listed == added.json
    assert (listed["interval_s"], listed["environment"], listed["ca_file"]) == (30.0, "production", None)
    assert "n1" in cli("source", "list").out
    assert "already a source named n1" in cli(*words, "--secret-file", str(secret)).err
    secret.chmod(0o644)
    assert "Others may read it" in cli("source", "add", "nagios", "n2", *words[4:], "--secret-file", str(secret)).err
    assert cli("source", "remove", "n1", "--json").json == {"removed": "n1"}
    assert cli("source", "list", "--json").json == []
    assert cli("source", "remove", "n1").code == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--url", "https://ann:pw@mon.example/", "--user", "ann"), 1, "contains a user or a password"),
        (("--url", "ftp://mon.example/", "--user", "ann"), 1, "is not an address"),
        (("--url", "https://mon.example/", "--fingerprint", "12:34"), 2, "is not a SHA-256 fingerprint"),
        (("--url", "https://mon.example/", "--ca-file", "/nowhere"), 2, "is not a file"),
        (("--url", "https://mon.example/", "--interval", "0"), 2, "is not 1 to 86400 seconds"),
        (("--url", "https://mon.example/", "--password", "pw"), 2, "unrecognized arguments"),
        (("--url", "https://mon.example/", "--user", "ann"), 1, "no keyring"),
    ],
)
def test_what_no_source_can_be(
    words: tuple[str, ...], code: int, sentence: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("pw\n"))
    ran = cli("source", "add", "nagios", "n1", *words, *(["--secret-stdin"] if "--user" in words else []))
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert cli("source", "list", "--json").json == []


def test_without_a_terminal_the_password_is_not_guessed(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    words = ("source", "add", "nagios", "n1", "--url", "https://mon.example/", "--user", "ann")
    assert "no terminal to ask" in cli(*words).err
    assert "No secret was given" in cli(*words, "--secret-stdin").err


def test_a_source_is_tried_before_it_is_trusted(site: Callable[..., Site]) -> None:
    here = site("n1")
    here.sources["n1"].rows = (health_row("load"),)
    ran = here.run("source", "test", "n1", "--json")
    assert (ran.code, json.loads(ran.out)["services"]) == (0, 1)
    here.sources["n1"].script = [Unreachable("n1 cannot be reached.")]
    assert here.run("source", "test", "n1").code == 1
    assert here.run("services", "--json").json == [], "nothing of a trial is kept"
    assert not here.history.marks()
