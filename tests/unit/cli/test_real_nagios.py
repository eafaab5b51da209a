"""The command line against a real Nagios: connect, poll, command, and see what became of it."""

import time
from pathlib import Path

import pytest

from tests.plugins.peers import NagiosPeer
from tests.unit.cli.conftest import Cli

pytestmark = pytest.mark.real_server


def polled_until(cli: Cli, one: tuple[str, ...], output: str) -> dict[str, object]:
    """The row once Nagios, which takes results in when it comes to it, tells this output."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        assert cli("poll", "--once").code == 0
        found: list[dict[str, object]] = cli("services", *one, "--json").json
        if found and found[0]["output"] == output:
            return found[0]
    raise AssertionError(f"Nagios never told {output!r}")


def test_a_real_nagios_is_connected_polled_and_commanded(cli: Cli, nagios_peer: NagiosPeer, tmp_path: Path) -> None:
    nagios_peer.set_state("host-0003", "disk", "CRITICAL", "the disk is full")
    secret = tmp_path / "secret"
    secret.write_text(nagios_peer.password)
    secret.chmod(0o600)
    words = ("source", "add", "nagios", "main", "--url", nagios_peer.url, "--user", nagios_peer.user)
    assert cli(*words, "--secret-file", str(secret)).code == 0
    tried = cli("source", "test", "main", "--json")
    assert (tried.code, tried.json["hosts"], tried.json["services"]) == (0, 5, 20)
    (polled,) = cli("poll", "--once", "--json").json
    assert (polled["ok"], polled["hosts"], polled["services"]) == (True, 5, 20)
    assert len(cli("services", "--filter", "kind:service", "--json").json) == 20
    one = ("--filter", "host:host-0003 service:disk")
    row = polled_until(cli, one, "the disk is full")
    assert (row["state"], row["acknowledged"]) == ("critical", False)
    done = cli("ack", *one, "--comment", "on it", "--json")
    assert (done.code, done.json) == (0, [{"id": row["id"], "outcome": "done", "reason": None}])
    assert cli("problems", *one, "--json").json[0]["acknowledged"] is True
    assert cli("downtime", *one, "--duration", "30m", "--comment", "new disk").code == 0
    assert cli("services", *one, "--json").json[0]["in_downtime"] is True
    assert cli("comment", *one, "--comment", "ordered").code == 0
    assert cli("recheck", *one, "--dry-run", "--json").json[0]["outcome"] == "planned"
    secret.write_text("wrong")
    refused = cli("poll", "--once", "--json")
    assert (refused.code, refused.json[0]["ok"]) == (1, False)
    assert "wrong" not in refused.out + refused.err
