"""A Zabbix as a source: sign-in, versions, what is asked when, doubt, and commands whose answers are lost."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.base.clock import MINUTE, SECOND
from app.base.errors import BadAnswer, NeedsSignIn, Refused, RemoteTrouble
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.zabbix import open_zabbix
from app.connectors.zabbix.own import NO_HOSTS, UNREADABLE
from app.connectors.zabbix.source import ZabbixSource
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import CRITICAL, HOST, OK, PENDING, UNKNOWN, UP, WARNING, HealthRow, Snapshot
from app.domain.source import Source
from tests.fakes.clock import VirtualClock
from tests.fakes.fault_proxy import FaultProxy, Frozen
from tests.fakes.http_server import Answer, ScriptedServer
from tests.fakes.zabbix_server import TOKEN, Failing, ZabbixServer, wrong


@pytest.fixture
def server() -> Iterator[ZabbixServer]:
    with ZabbixServer() as found:
        yield found


def opened(url: str, user: str = "admin", secret: str = "", clock: VirtualClock | None = None) -> ZabbixSource:
    source = Source(id="1", name="z", kind="zabbix", url=url, user=user, deadline_s=5)
    return open_zabbix(source, Secret(secret or f"{user}-pw"), clock)


@pytest.fixture
def source(server: ZabbixServer) -> Iterator[ZabbixSource]:
    found = opened(server.url)
    yield found
    found.close()


def fetched(source: ZabbixSource) -> Snapshot:
    return source.fetch(CancelToken())


def row(snapshot: Snapshot, host: str, name: str = "") -> HealthRow:
    return next(each for each in snapshot.rows if (each.host, each.name) == (host, name or host))


def push(source: ZabbixSource, verb: str, *rows: HealthRow, **more: Any) -> tuple[Outcome, ...]:
    words = {"author": "mia", "comment": "on it"} | more
    return source.push(Command(verb=verb, **words), rows, CancelToken())


# --- sign-in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "in_header"), [("6.0.14", False), ("6.4.0", True), ("7.2.1", True)])
def test_the_proof_goes_where_the_version_wants_it(version: str, in_header: bool) -> None:
    with ZabbixServer(version) as server:
        source = opened(server.url)
        assert fetched(source).rows
        source.close()
        assert server.in_header == in_header
        methods = [method for _, method, _ in server.asked]
        assert methods[:3] == ["apiinfo.version", "user.login", "host.get"]
        assert methods[-1] == "user.logout"
        assert {proof for method, proof in server.proofs if method in ("apiinfo.version", "user.login")} == {""}


def test_a_token_needs_no_sign_in_and_is_never_signed_out(server: ZabbixServer) -> None:
    source = opened(server.url, "", TOKEN)
    assert fetched(source).rows
    source.close()
    assert not {"user.login", "user.logout"} & {method for _, method, _ in server.asked}


@pytest.mark.parametrize("path", ["", "/", "/api_jsonrpc.php", "/index.php", "/zabbix.php?action=dashboard.view"])
def test_the_address_of_any_page_will_do(server: ZabbixServer, path: str) -> None:
    source = opened(server.url + path)
    assert fetched(source).rows
    source.close()


def test_a_wrong_password_is_sent_once(server: ZabbixServer) -> None:
    source = opened(server.url, "admin", "wrong")
    with pytest.raises(NeedsSignIn, match="did not accept the password of admin"):
        fetched(source)
    assert [method for _, method, _ in server.asked].count("user.login") == 1
    source.close()


def test_a_token_that_is_not_known_is_told(server: ZabbixServer) -> None:
    source = opened(server.url, "", "0" * 64)
    with pytest.raises(NeedsSignIn, match="API token"):
        fetched(source)
    source.close()


def test_an_ended_session_is_opened_anew_once(server: ZabbixServer, source: ZabbixSource) -> None:
    fetched(source)
    server.sessions.clear()
    assert fetched(source).rows
    server.odd["problem.get"] = wrong("Session terminated, re-login, please.")
    with pytest.raises(NeedsSignIn):
        fetched(source)
    assert [method for _, method, _ in server.asked].count("user.login") == 3


def test_no_secret_is_a_sentence() -> None:
    with pytest.raises(NeedsSignIn, match="password of mia"):
        open_zabbix(Source(id="1", name="z", kind="zabbix", url="http://z.example/", user="mia"), None)


@pytest.mark.parametrize(("version", "words"), [("5.0.42", "too old"), ("beta", "does not say which")])
def test_a_version_that_cannot_be_used_is_told_before_any_sign_in(version: str, words: str) -> None:
    with ZabbixServer() as server:
        server.version = version
        with ScriptedServer({"/api_jsonrpc.php": _version(version)}) as old:
            source = opened(old.url)
            with pytest.raises(BadAnswer, match=words):
                fetched(source)
            assert len(old.asked) == 1
            source.close()


def _version(version: str) -> Answer:
    return Answer(body=f'[{{"jsonrpc":"2.0","result":"{version}","id":0}}]'.encode())


# --- what is asked ------------------------------------------------------------------------------------------------


def test_between_full_reads_little_is_asked(server: ZabbixServer) -> None:
    clock = VirtualClock()
    source = opened(server.url, clock=clock)
    fetched(source)
    del server.asked[:]
    fetched(source)
    assert len([params for _, method, params in server.asked if method == "item.get"]) == 1  # the faults
    server.put("web-2", "http", severity=3)
    del server.asked[:]
    assert row(fetched(source), "web-2", "http").state == WARNING
    ids = [params["triggerids"] for _, method, params in server.asked if "triggerids" in params]
    assert ids == [[server.trigger("web-2", "http")["triggerid"]]]
    server.item("web-2", "http")["lastvalue"] = "77"
    clock.advance(61)
    assert "77 ms" in row(fetched(source), "web-2", "http").output
    source.close()


def test_a_problem_that_ends_is_seen_at_once(server: ZabbixServer, source: ZabbixSource) -> None:
    assert row(fetched(source), "web-1", "http").state == CRITICAL
    server.put("web-1", "http", severity=0)
    found = row(fetched(source), "web-1", "http")
    assert (found.state, found.since_at) == (OK, int(server.trigger("web-1", "http")["lastchange"]) * SECOND)


def test_new_hosts_and_triggers_are_read_when_they_appear(server: ZabbixServer, source: ZabbixSource) -> None:
    fetched(source)
    server.add("new-1", "http", 0, 12)
    assert row(fetched(source), "new-1", "http").state == OK
    server.add("new-1", "disk", 0, 990)
    server.put("new-1", "disk", severity=5)
    assert row(fetched(source), "new-1", "disk").state == CRITICAL


def test_a_trigger_in_trouble_without_an_event_is_no_ok(server: ZabbixServer, source: ZabbixSource) -> None:
    """An empty list of problems is not believed against the triggers' own word."""
    server.problems.clear()
    assert row(fetched(source), "web-1", "http").state == CRITICAL
    (outcome,) = push(source, verbs.ACKNOWLEDGE, row(fetched(source), "web-1", "http"))
    assert outcome.outcome == REFUSED


def test_hosts_that_vanish_are_believed_when_it_is_told_twice(server: ZabbixServer, source: ZabbixSource) -> None:
    assert fetched(source).rows
    server.hosts.clear()
    with pytest.raises(BadAnswer, match="not believed yet"):
        fetched(source)
    found = row(fetched(source), "z", NO_HOSTS)
    assert (found.state, row(fetched(source), "z").state) == (UNKNOWN, UP)


def test_a_record_that_cannot_be_read_is_named(server: ZabbixServer, source: ZabbixSource) -> None:
    fetched(source)
    next(iter(server.problems.values()))["severity"] = "terrible"
    found = fetched(source)
    assert "problem 0" in row(found, "z", UNREADABLE).output
    assert row(found, "web-1", "disk").state == WARNING


@pytest.mark.parametrize(
    "odd", [None, "", {"a": 1}, Failing(-32500, "Application error.", "SQL error"), wrong("No permissions to call")]
)
def test_an_odd_list_is_an_error_and_no_picture(server: ZabbixServer, source: ZabbixSource, odd: Any) -> None:
    fetched(source)
    server.odd["problem.get"] = odd
    with pytest.raises(BadAnswer):
        fetched(source)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'[{"id":0,"result":1}', b'[{"id":7,"result":"6.0"}]']
)
def test_pages_that_are_no_answer(body: bytes) -> None:
    with ScriptedServer({"/api_jsonrpc.php": Answer(body=body)}) as other:
        source = opened(other.url)
        with pytest.raises(RemoteTrouble):
            fetched(source)
        source.close()


def test_a_frozen_line_ends_in_time(server: ZabbixServer) -> None:
    with FaultProxy(server.address, Frozen(0)) as proxy:
        source = open_zabbix(
            Source(id="1", name="z", kind="zabbix", url=f"http://127.0.0.1:{proxy.address[1]}/zabbix", user="admin",
                   deadline_s=0.3), Secret("admin-pw"),
        )  # fmt: skip
        with pytest.raises(RemoteTrouble):
            fetched(source)
        source.close()


def test_only_the_chosen_host_groups_are_asked_for(server: ZabbixServer) -> None:
    server.host("web-1")["groups"] = [{"groupid": "21", "name": "Web"}]
    server.host("web-2")["groups"] = [{"groupid": "22", "name": "Web/Shop"}]
    source = opened(f"{server.url}#groups=Web")
    assert {each.host for each in fetched(source).rows} == {"web-1", "web-2"}
    server.put("web-1", "http", severity=0)
    assert row(fetched(source), "web-1", "http").state == OK
    source.close()
    absent = opened(f"{server.url}#groups=Web,Nowhere")
    with pytest.raises(BadAnswer, match="no host group “Nowhere”"):
        fetched(absent)
    absent.close()


def test_what_is_critical_and_names_a_check_can_be_chosen(server: ZabbixServer) -> None:
    source = opened(f"{server.url}#critical-from=Warning&service-tag=part")
    found = fetched(source)
    assert row(found, "web-1", "disk response").state == CRITICAL
    source.close()
    for words in ("critical-from=bad", "colour=red"):
        with pytest.raises(Refused):
            opened(f"{server.url}#{words}")


# --- freshness ----------------------------------------------------------------------------------------------------


def test_a_server_that_no_longer_works_is_told_by_its_own_sign_of_life(
    server: ZabbixServer, source: ZabbixSource
) -> None:
    server.node_silent_s = 300
    found = fetched(source)
    assert abs(found.received_at - found.observed_at - 300 * SECOND) < 5 * SECOND


def test_without_the_right_to_see_that_standing_values_tell(server: ZabbixServer) -> None:
    guest = opened(server.url, "guest")
    found = fetched(guest)
    assert abs(found.received_at - found.observed_at) < 5 * SECOND
    for item in server.items.values():
        item["lastclock"] = str(server.now_s() - 900)
    fresh = opened(server.url, "guest")
    found = fetched(fresh)
    assert abs(found.received_at - found.observed_at - 900 * SECOND) < 5 * SECOND
    guest.close()
    fresh.close()


def test_a_clock_that_is_off_is_skew_and_no_age(server: ZabbixServer, source: ZabbixSource) -> None:
    server.clock_off_s = 3600
    for item in server.items.values():
        item["lastclock"] = str(server.now_s() - 5)
    found = fetched(source)
    assert abs(found.skew_s - 3600) < 2
    due_at = row(found, "web-1", "http").expected_by_at
    assert due_at is not None
    assert abs(due_at - found.received_at) < 5 * MINUTE


# --- commands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [verbs.ACKNOWLEDGE, verbs.COMMENT, verbs.CLOSE])
def test_what_a_lost_answer_did_is_looked_for_and_not_sent_twice(
    server: ZabbixServer, source: ZabbixSource, verb: str
) -> None:
    target = row(fetched(source), "web-1", "http")
    server.lose_answers = True
    assert push(source, verb, target)[0].outcome == DONE
    assert [method for _, method, _ in server.asked].count("event.acknowledge") == 1


def test_what_is_taken_and_not_seen_is_unconfirmed(server: ZabbixServer) -> None:
    clock = VirtualClock()
    source = opened(server.url, clock=clock)
    target = row(fetched(source), "web-1", "http")
    server.odd["event.acknowledge"] = {"eventids": []}
    cancel = Skipping(clock)
    (outcome,) = source.push(Command(verb=verbs.ACKNOWLEDGE, author="mia"), [target], cancel)
    assert (outcome.outcome, bool(outcome.reason)) == (UNCONFIRMED, True)
    source.close()


class Skipping(CancelToken):
    """Waits by its clock alone."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout_s: float) -> bool:
        self._clock.advance(timeout_s)
        return False


def test_a_text_is_signed_for_whoever_wrote_it(server: ZabbixServer, source: ZabbixSource) -> None:
    target = row(fetched(source), "web-1", "http")
    push(source, verbs.ACKNOWLEDGE, target)
    (sent,) = (params for _, method, params in server.asked if method == "event.acknowledge")
    assert (sent["action"], sent["message"]) == (6, "on it\n-- mia")
    (remark,) = fetched(source).remarks
    assert (remark.author, remark.text, remark.kind) == ("mia", "on it", "acknowledgement")


def test_closing_is_refused_where_the_trigger_does_not_allow_it(server: ZabbixServer, source: ZabbixSource) -> None:
    server.trigger("web-1", "http")["manual_close"] = "0"
    (outcome,) = push(source, verbs.CLOSE, row(fetched(source), "web-1", "http"))
    assert outcome.outcome == REFUSED
    assert "does not allow" in outcome.reason


def test_a_downtime_reaches_one_service_by_its_own_tag(server: ZabbixServer, source: ZabbixSource) -> None:
    now_at = server.now_s() * SECOND
    span = {"start_at": now_at, "end_at": now_at + 61 * SECOND}
    (outcome,) = push(source, verbs.DOWNTIME, row(fetched(source), "web-1", "http"), **span)
    assert (outcome.outcome, "five minutes" in outcome.reason) == (DONE, True)
    (made,) = server.maintenances.values()
    assert made["tags"] == [{"tag": "service", "operator": 0, "value": "http"}]
    assert int(made["active_till"]) - int(made["active_since"]) == 300
    assert [each.row_id for each in fetched(source).downtimes] == [row(fetched(source), "web-1", "http").id]
    server.item("web-1", "http")["tags"] = []
    fresh = opened(server.url)
    (outcome,) = push(fresh, verbs.DOWNTIME, row(fetched(fresh), "web-1", "http response"), **span)
    assert outcome.outcome == REFUSED
    assert "tag of its own" in outcome.reason
    fresh.close()


def test_a_maintenance_over_more_than_was_chosen_stays(server: ZabbixServer, source: ZabbixSource) -> None:
    ids = [server.host(name)["hostid"] for name in ("web-1", "web-2")]
    now_s = server.now_s()
    server.maintenances["9"] = {
        "maintenanceid": "9", "name": "move", "active_since": str(now_s - 60), "active_till": str(now_s + 600),
        "hosts": [{"hostid": each} for each in ids], "timeperiods": [], "tags": [],
    }  # fmt: skip
    for each in ids:
        server.hosts[each] |= {"maintenance_status": "1", "maintenanceid": "9"}
    found = fetched(source)
    hosts = [row(found, "web-1"), row(found, "web-2")]
    assert all(each.in_downtime for each in found.rows if each.host in ("web-1", "web-2"))
    (outcome,) = push(source, verbs.END_DOWNTIME, hosts[0])
    assert (outcome.outcome, "“move” covers 4 other rows" in outcome.reason) == (REFUSED, True)
    assert [each.outcome for each in push(source, verbs.END_DOWNTIME, *hosts)] == [DONE, DONE]
    assert [params for _, method, params in server.asked if method == "maintenance.delete"] == [["9"]]


def test_a_guest_is_told_what_is_not_permitted(server: ZabbixServer) -> None:
    guest = opened(server.url, "guest")
    found = fetched(guest)
    now_at = server.now_s() * SECOND
    (outcome,) = push(
        guest, verbs.DOWNTIME, row(found, "web-1", "http"), start_at=now_at, end_at=now_at + 60 * MINUTE
    )
    assert (outcome.outcome, "does not permit guest" in outcome.reason) == (REFUSED, True)
    assert all(each.host != "db-1" for each in found.rows)
    guest.close()


def test_many_rows_go_in_one_request_and_each_has_its_own_outcome(server: ZabbixServer, source: ZabbixSource) -> None:
    found = fetched(source)
    rows = [row(found, "web-1", "http"), row(found, "web-2", "disk"), row(found, "web-1", "disk")]
    assert [row.state for row in rows] == [CRITICAL, PENDING, WARNING]
    outcomes = push(source, verbs.ACKNOWLEDGE, *rows)
    assert [each.outcome for each in outcomes] == [DONE, REFUSED, DONE]
    assert [each.kind for each in rows] != [HOST] * 3
