"""What a crontab does to a source that refuses its sign-in: one try, whatever is run, until a person says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fakes.nagios_server import NagiosServer
from tests.fakes.relay import Relay
from tests.plugins.peers import NagiosPeer
from tests.unit.cli.conftest import Cli


@pytest.fixture(params=["basic", "digest"])
def server(request: pytest.FixtureRequest) -> Iterator[NagiosServer]:
    with NagiosServer(sign_in=request.param) as running:
        yield running


def tries(server: NagiosServer) -> int:
    """How often a password was sent."""
    return sum(bool(authorization) for _method, _target, authorization in server.asked)


def add(cli: Cli, url: str, user: str, secret: Path, password: str) -> None:
    secret.write_text(password)
    secret.chmod(0o600)
    words = ("source", "add", "nagios", "main", "--url", url, "--user", user, "--secret-file", str(secret))
    assert cli(*words).code == 0


def test_two_runs_send_a_wrong_password_once(cli: Cli, server: NagiosServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    add(cli, server.url, "admin", secret, "not-the-password")
    first = cli("poll", "--once", "--json")
    assert tries(server) == 1
    requests = len(server.asked)
    again = cli("poll", "--once", "--json")
    assert len(server.asked) == requests, "the second run sends nothing at all"
    for ran in (first, again):
        (told,) = ran.json
        assert (ran.code, told["ok"]) == (1, False)
        assert told["error"].startswith("Paused: main refused the password of admin.")
        assert "watchdesk source resume main" in told["error"]
        assert "not-the-password" not in ran.out + ran.err
    assert cli("metrics", "query", "load", "--source", "main").code == 1
    assert len(server.asked) == requests, "neither does another command"


def test_a_person_or_another_password_gets_it_asked(cli: Cli, server: NagiosServer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    add(cli, server.url, "admin", secret, "not-the-password")
    assert cli("source", "list", "--json").json[0]["paused_at"] is None
    cli("poll", "--once")
    assert cli("source", "list", "--json").json[0]["paused_at"].endswith("Z")
    assert "paused, it refused its sign-in" in cli("source", "list").out
    assert cli("source", "resume", "main", "--json").json == {"name": "main", "resumed": True}
    assert "paused" not in cli("source", "list").out
    assert cli("source", "resume", "main", "--json").json == {"name": "main", "resumed": False}
    for _ in range(2):
        assert cli("poll", "--once").code == 1
    assert tries(server) == 2
    secret.write_text("admin-pw")
    assert cli("poll", "--once", "--json").json[0]["ok"] is True
    secret.write_text("not-the-password")
    before = tries(server)
    cli("poll", "--once")
    cli("poll", "--once")
    assert tries(server) == before + 1, "what was refused before an answer is tried anew, once"
    assert cli("source", "resume", "nowhere").code == 1


def test_nothing_of_the_password_is_in_the_profile(cli: Cli, server: NagiosServer, tmp_path: Path) -> None:
    add(cli, server.url, "admin", tmp_path / "secret", "not-the-password")
    cli("poll", "--once")
    files = [path for path in (tmp_path / "profile").rglob("*") if path.is_file()]
    assert all(b"not-the-password" not in path.read_bytes() for path in files)
    with closing(sqlite3.connect(tmp_path / "profile" / "history.db")) as connection:
        (refused,) = connection.execute("SELECT refused FROM source_mark").fetchone()
    assert refused
    assert "admin" not in refused


@pytest.mark.real_server
def test_a_real_nagios_is_asked_once_with_a_wrong_password(cli: Cli, nagios_peer: NagiosPeer, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    with Relay(nagios_peer.url) as relay:
        add(cli, relay.url, nagios_peer.user, secret, "not-the-password")
        for _ in range(2):
            ran = cli("poll", "--once", "--json")
            assert (ran.code, ran.json[0]["ok"]) == (1, False)
            assert ran.json[0]["error"].startswith(f"Paused: main refused the password of {nagios_peer.user}.")
            assert sum("authorization" in each.headers for each in relay.asked) == 1
        secret.write_text(nagios_peer.password)
        (told,) = cli("poll", "--once", "--json").json
    assert (told["ok"], told["services"]) == (True, 20)
