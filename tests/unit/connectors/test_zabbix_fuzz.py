"""Mutated answers: each is a picture whose bad records are named, or a BadAnswer; nothing else comes out."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer
from app.connectors.zabbix import asks, parse
from app.connectors.zabbix.estate import build
from app.connectors.zabbix.own import UNREADABLE
from app.connectors.zabbix.parse import Reject
from app.connectors.zabbix.picture import Picture, read_status
from app.connectors.zabbix.rows import Place
from app.domain.health import HOST_STATES, SERVICE_STATES, HealthRow
from tests.fakes.zabbix_server import TOKEN, ZabbixServer
from tests.plugins.seeds import thorough

pytestmark = pytest.mark.slow

SEEN_AT = 1_800_000_000_000


def results() -> dict[str, Any]:
    """What a full read is told: one of each thing that can stand in an answer."""
    server = ZabbixServer()
    host_id = server.host("web-1")["hostid"]
    trigger_id = server.trigger("web-1", "http")["triggerid"]
    (problem,) = (each for each in server.problems.values() if each["objectid"] == trigger_id)
    problem["acknowledges"] = [
        {"acknowledgeid": "9", "clock": "1700000000", "action": "14", "message": "seen\n-- mia"}
    ]
    problem |= {"suppressed": "1", "suppression_data": [{"maintenanceid": "8", "suppress_until": "1900000000"}]}
    server.trigger("web-1", "http")["dependencies"] = [{"triggerid": server.trigger("web-2", "backlog")["triggerid"]}]
    server.maintenances["8"] = {
        "maintenanceid": "8", "name": "m", "active_since": "1700000000", "active_till": "1900000000",
        "hosts": [{"hostid": host_id}], "groups": [{"groupid": "20"}], "tags": [{"tag": "service", "value": "http"}],
        "timeperiods": [{"timeperiod_type": "0", "start_date": "1700000000", "period": "3600"}],
    }  # fmt: skip
    server.proxies = [{"proxyid": "7", "host": "far", "lastaccess": "1700000000"}]
    server.item("web-2", "http")["preprocessing"] = [{"type": "20", "params": "1h"}]
    wanted = asks.status(asks.OLDEST) | asks.configuration(asks.OLDEST) | asks.checks(list(server.hosts))
    told = {}
    for key, ask in wanted.items():
        call = {"id": 1, "method": ask.method, "params": ask.params, "auth": TOKEN}
        told[key] = server.answer(call, "")["result"]
    told["item_faults"] = [{"itemid": server.item("web-2", "disk")["itemid"], "error": "no such key"}]
    told["trigger_faults"] = [{"triggerid": server.trigger("db-1", "disk")["triggerid"], "error": "cannot evaluate"}]
    return told


WHOLE = results()
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9),
    st.sampled_from(["\ud800", "-1", "99999999999999999999", "1e400", "NaN", "", "0", "1", [], {}, [[]], {"a": {}}]),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=40),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in members for found in places(inner, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(copy[path[0]], path[1:], odd)
    return copy


def picture_of(told: dict[str, bytes]) -> list[HealthRow]:
    """As the source makes it, twice: a full read and a status after it."""
    raw = {key: msgspec.Raw(body) for key, body in told.items()}
    rejects: list[Reject] = []
    hosts = list(parse.HOSTS.read(raw["configured"], rejects, "z"))
    triggers = list(parse.TRIGGERS.read(raw["triggers"], rejects, "z"))
    items = list(parse.ITEMS.read(raw["items"], rejects, "z"))
    users = {each.userid: each.username for each in parse.USERS.read(raw["users"], rejects, "z")}
    status = read_status(raw, "z")
    picture = Picture(Place("z", "test", "http://z/"))
    picture.replace_estate(build(hosts, triggers, items, users, rejects), status, rejects)
    for _ in range(2):
        picture.apply(status, None, SEEN_AT, 0)
    picture.all_remarks(), picture.all_downtimes()
    made = list(picture.all_rows())
    named = any(row.name == UNREADABLE for row in made)
    assert named == bool([*picture.rejects, *status.rejects])
    return made


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def test_the_whole_is_read_without_a_reject() -> None:
    made = picture_of({key: encoded(value) for key, value in WHOLE.items()})
    assert not [row for row in made if row.name == UNREADABLE]
    assert {"web-1", "web-2", "db-1", "old-1"} <= {row.host for row in made}


@thorough(20)
@given(st.data())
def test_one_odd_value_anywhere(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(sorted(WHOLE)))
    where = data.draw(st.sampled_from(places(WHOLE[at])))
    told = {key: encoded(value) for key, value in WHOLE.items()}
    told[at] = encoded(put(WHOLE[at], where, data.draw(ODD)))
    try:
        made = picture_of(told)
    except BadAnswer:
        return
    assert all(row.state in HOST_STATES + SERVICE_STATES for row in made)
    assert len({row.id for row in made}) == len(made)


@thorough(8)
@given(st.data())
def test_cut_and_flipped_bytes(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(sorted(WHOLE)))
    told = {key: encoded(value) for key, value in WHOLE.items()}
    body = bytearray(told[at])
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    told[at] = bytes(body[: data.draw(st.integers(0, len(body)))])
    with contextlib.suppress(BadAnswer):
        picture_of(told)
