"""The real Nagios that other tests lean on answers as its fixture says."""

import base64
import json
import time
import urllib.request
from typing import Any

from tests.plugins.peers import NagiosPeer

DEADLINE_S = 30


def ask(peer: NagiosPeer, query: str) -> Any:
    sign_in = base64.b64encode(f"{peer.user}:{peer.password}".encode()).decode()
    request = urllib.request.Request(
        f"{peer.url}statusjson.cgi?{query}", headers={"Authorization": f"Basic {sign_in}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


def test_it_serves_its_estate_and_takes_a_new_state(nagios_peer: NagiosPeer) -> None:
    assert len(ask(nagios_peer, "query=hostlist")["hostlist"]) == 5
    nagios_peer.set_state("host-0001", "http", "WARNING", "slow by order of a test")
    deadline = time.monotonic() + DEADLINE_S
    output = ""
    while "by order of a test" not in output and time.monotonic() < deadline:
        service = ask(nagios_peer, "query=service&hostname=host-0001&servicedescription=http")["service"]
        output = service["plugin_output"]
    assert output == "slow by order of a test"
