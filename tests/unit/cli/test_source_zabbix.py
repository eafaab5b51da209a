"""A Zabbix on the command line, from adding to acting."""

import json
from pathlib import Path

import pytest

from tests.fakes.zabbix_server import TOKEN, ZabbixServer
from tests.unit.cli.conftest import Cli


@pytest.mark.parametrize(("user", "text"), [("admin", "admin-pw"), ("", TOKEN)])
def test_a_zabbix_is_added_polled_and_acted_on(cli: Cli, tmp_path: Path, user: str, text: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text(text)
    secret.chmod(0o600)
    named = ("--user", user) if user else ()
    with ZabbixServer() as server:
        words = ("--url", server.url, *named, "--secret-file", str(secret))
        assert cli("source", "add", "zabbix", "z", *words).code == 0
        (told,) = json.loads(cli("poll", "--once", "--json").out)
        assert (told["ok"], told["problems"] > 3) == (True, True)
        rows = json.loads(cli("services", "--json").out)
        row = next(row for row in rows if (row["host"], row["name"]) == ("web-1", "http"))
        assert (row["state"], row["acknowledged"]) == ("critical", False)
        assert cli("ack", "--filter", "host:web-1 name:http kind:service", "--comment", "on it").code == 0
        assert [each["acknowledged"] for each in server.problems.values()].count("1") == 1
        ran = cli("recheck", "--filter", "host:web-2 name:backlog kind:service", "--json")
        assert "cannot ask for one" in ran.out
