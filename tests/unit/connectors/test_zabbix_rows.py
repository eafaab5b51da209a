"""From records to rows: which checks there are, and in which state."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from app.base.clock import SECOND
from app.connectors.zabbix import due, quiet, records
from app.connectors.zabbix.estate import Estate, build
from app.connectors.zabbix.now import Now
from app.connectors.zabbix.own import own_rows
from app.connectors.zabbix.parse import Reject
from app.connectors.zabbix.records import (
    HostStatus,
    Interface,
    Item,
    Maintenance,
    Problem,
    Reading,
    Suppression,
    Tag,
    Trigger,
    TriggerValue,
)
from app.connectors.zabbix.rows import Place, check_row, host_row
from app.domain.health import CRITICAL, DOWN, OK, PENDING, UNKNOWN, UP, WARNING, Downtime, HealthRow

PLACE = Place("z", "production", "http://z.example/zabbix/")
NOW_S = 1_800_000_000


def host(id_: str = "1", host: str = "web-1", **more: Any) -> records.Host:
    return records.Host(hostid=id_, host=host, **more)


def item(id_: str, *trigger_ids: str, host_id: str = "1", **more: Any) -> Item:
    words = {"name": f"item {id_}", "key_": f"key[{id_}]", "lastclock": NOW_S - 9, "lastvalue": "5"} | more
    return Item(itemid=id_, hostid=host_id, triggers=tuple(map(records.TriggerId, trigger_ids)), **words)


def trigger(id_: str, **more: Any) -> Trigger:
    return Trigger(triggerid=id_, **({"description": f"trigger {id_}"} | more))


def problem(trigger_id: str, severity: int, event_id: str = "", **more: Any) -> Problem:
    words = {"clock": NOW_S - 60, "name": f"problem {trigger_id}"} | more
    return Problem(eventid=event_id or f"9{trigger_id}", objectid=trigger_id, severity=severity, **words)


def estate(hosts: list[records.Host], triggers: list[Trigger], items: list[Item]) -> Estate:
    rejects: list[Reject] = []
    found = build(hosts, triggers, items, {}, rejects)
    assert rejects == []
    return found


def now_of(found: Estate, *problems: Problem, **more: Any) -> Now:
    by_trigger: dict[str, tuple[Problem, ...]] = {}
    for each in problems:
        by_trigger[each.objectid] = (*by_trigger.get(each.objectid, ()), each)
    words: dict[str, Any] = {
        "problems": by_trigger, "server_at": NOW_S * SECOND,
        "readings": {id_: Reading(id_, each.lastvalue, each.lastclock) for id_, each in found.items.items()},
        "values": {id_: TriggerValue(id_, each.value, each.lastchange) for id_, each in found.triggers.items()},
    }  # fmt: skip
    return Now(**(words | more))


def rows_of(found: Estate, now: Now) -> dict[str, HealthRow]:
    return {
        key[1]: check_row(PLACE, found, check, now, in_downtime=False)
        for key, check in found.checks.items()
        if key[1]
    }


def tagged(value: str) -> tuple[Tag, ...]:
    return (Tag("service", value),)


def test_checks_are_by_service_tag_then_item_then_trigger() -> None:
    found = estate(
        [host(tags=(Tag("site", "a"),)), host("2", "web-2", name="Second")],
        [trigger("10"), trigger("11"), trigger("12"), trigger("13", description="{HOST.NAME} lags {HOST.HOST1}")],
        [
            item("20", "10", tags=tagged("http")), item("21", "11", tags=tagged("http")),
            item("22", "12", name="Load"), item("23", "13", name="Sent"), item("24", "13", host_id="2", name="Got"),
        ],
    )  # fmt: skip
    assert sorted(found.checks) == [
        ("1", "Load"),
        ("1", "http"),
        ("1", "web-1 lags web-1"),
        ("2", "Second lags web-2"),
    ]
    assert [each.itemid for each in found.checks["1", "http"].items] == ["20", "21"]


def test_items_of_one_name_are_told_apart() -> None:
    found = estate([host()], [trigger("10"), trigger("11")], [item("20", "10", name="A"), item("21", "11", name="A")])
    assert sorted(name for _, name in found.checks) == ["A", "A (key[21])"]


def test_what_is_switched_off_is_left_out_and_what_is_missing_is_named() -> None:
    rejects: list[Reject] = []
    items = [item("20", "10"), item("21", "11"), item("22", "11", status=1)]
    found = build([host()], [trigger("10"), trigger("11"), trigger("12")], items, {}, rejects)
    assert list(found.triggers) == ["10", "12"]
    assert list(found.checks) == [("1", "item 20")]
    assert rejects == [("trigger 12", "none of its items is told")]


@pytest.mark.parametrize(
    ("severity", "state"), [(0, WARNING), (1, WARNING), (2, WARNING), (3, WARNING), (4, CRITICAL), (5, CRITICAL)]
)
def test_severities_are_states(severity: int, state: str) -> None:
    found = estate([host()], [trigger("10")], [item("20", "10")])
    row = rows_of(found, now_of(found, problem("10", severity, ns=5_000_000)))["item 20"]
    assert (row.state, row.since_at, row.hard) == (state, (NOW_S - 60) * SECOND + 5, True)
    assert row.url == "http://z.example/zabbix/tr_events.php?triggerid=10&eventid=910"
    assert row.output == "problem 10: 5"


def test_the_worst_leads_and_one_that_nobody_took_keeps_the_row_open() -> None:
    found = estate([host()], [trigger("10"), trigger("11")], [item("20", "10", "11")])
    both = (problem("10", 2), problem("11", 4, acknowledged=1))
    row = rows_of(found, now_of(found, *both))["item 20"]
    assert (row.state, row.acknowledged, row.output) == (CRITICAL, False, "problem 11 (and 1 more): 5")
    row = rows_of(found, now_of(found, *(msgspec.structs.replace(each, acknowledged=1) for each in both)))["item 20"]
    assert row.acknowledged


def test_without_values_a_check_is_pending_and_claims_nothing() -> None:
    found = estate([host()], [trigger("10")], [item("20", "10", lastclock=0)])
    row = rows_of(found, now_of(found))["item 20"]
    assert (row.state, row.since_at, row.last_check_at, row.expected_by_at) == (PENDING, None, None, None)
    known = now_of(found, values={"10": TriggerValue("10", 0, NOW_S - 99_999)})  # older than the history that is read
    assert rows_of(found, known)["item 20"].state == OK


def test_what_cannot_be_evaluated_is_unknown_and_says_why() -> None:
    found = estate([host()], [trigger("10"), trigger("11")], [item("20", "10"), item("21", "11")])
    now = now_of(found, item_faults={"20": "no such key"}, trigger_faults={"11": "division by zero"})
    told = rows_of(found, now)
    assert {name: (row.state, row.output) for name, row in told.items()} == {
        "item 20": (UNKNOWN, "no such key"), "item 21": (UNKNOWN, "division by zero"),
    }  # fmt: skip
    row = rows_of(found, replace(now, problems={"10": (problem("10", 5),)}))["item 20"]
    assert (row.state, row.output) == (UNKNOWN, "no such key; Still open: problem 10")


def test_a_fault_beside_a_live_problem_hides_nothing() -> None:
    items = [item("20", "10", tags=tagged("s")), item("21", "11", tags=tagged("s"))]
    found = estate([host()], [trigger("10"), trigger("11")], items)
    now = now_of(found, problem("11", 4), item_faults={"20": "no such key"})
    assert rows_of(found, now)["s"].state == CRITICAL
    assert rows_of(found, replace(now, problems={"11": (problem("11", 2),)}))["s"].state == UNKNOWN


def test_dependencies_and_symptoms_are_suppressed() -> None:
    above = {"11": (records.TriggerId("10"),), "12": (records.TriggerId("11"),)}
    chain = [trigger(id_, dependencies=above.get(id_, ())) for id_ in ("10", "11", "12")]
    found = estate([host()], chain, [item("20", "10"), item("21", "11"), item("22", "12")])
    told = rows_of(found, now_of(found, problem("10", 4), problem("12", 4)))
    assert [told[f"item {n}"].suppressed for n in (20, 21, 22)] == [False, False, True]
    told = rows_of(found, now_of(found, problem("12", 4, cause_eventid="77")))
    assert told["item 22"].suppressed


def test_a_circle_of_dependencies_ends() -> None:
    circle = [
        trigger("10", dependencies=(records.TriggerId("11"),)),
        trigger("11", dependencies=(records.TriggerId("10"),)),
    ]
    found = estate([host()], circle, [item("20", "10"), item("21", "11")])
    assert not rows_of(found, now_of(found, problem("10", 4)))["item 20"].suppressed


def host_told(found: Estate, now: Now) -> HealthRow:
    return host_row(PLACE, found, found.hosts["1"], found.checks.get(("1", "")), now, in_downtime=False)


@pytest.mark.parametrize(
    ("available", "state", "words"),
    [
        ((), PENDING, "Nothing asks"), ((0,), PENDING, "Nothing asks"), ((1, 0), UP, "It answers."),
        ((1, 2), UP, "SNMP: refused"), ((2, 0), DOWN, "agent: no answer"),
        ((2, 2), DOWN, "agent: no answer; SNMP: refused"),
    ],
)  # fmt: skip
def test_a_host_is_what_its_interfaces_say(available: tuple[int, ...], state: str, words: str) -> None:
    found = estate([host()], [], [])
    interfaces = tuple(Interface(each, ("", "refused")[n], n + 1) for n, each in enumerate(available))
    row = host_told(found, now_of(found, statuses={"1": HostStatus(hostid="1", interfaces=interfaces)}))
    assert row.state == state
    assert words in row.output


def test_a_ping_is_the_hosts_own_check_and_outranks_its_agent() -> None:
    found = estate([host()], [trigger("10")], [item("20", "10", key_="icmpping[,3]", name="ICMP ping")])
    silent = {"1": HostStatus(hostid="1", interfaces=(Interface(2),))}
    assert list(found.checks) == [("1", "")]
    assert host_told(found, now_of(found, statuses=silent)).state == UP
    row = host_told(found, now_of(found, problem("10", 4, acknowledged=1)))
    assert (row.state, row.acknowledged, row.name) == (DOWN, True, "web-1")


def test_an_active_agent_counts_too() -> None:
    found = estate([host()], [], [])
    for active, state in ((1, UP), (2, DOWN)):
        now = now_of(found, statuses={"1": HostStatus(hostid="1", active_available=active)})
        assert host_told(found, now).state == state


@pytest.mark.parametrize(
    ("delay", "words", "after_s"),
    [
        ("30s", {"type": 0}, 30 + 60 + 60), ("10m", {"type": 20}, 600 + 600 + 60), ("90", {"type": 3}, 90 + 90 + 60),
        ("0", {"type": 0}, None), ("{$DELAY}", {"type": 0}, None), ("1m;50s/1-5,09:00-18:00", {"type": 0}, None),
        ("30s", {"type": 2}, None), ("30s", {"type": 7, "key_": "log[/x]"}, None), ("30s", {"type": 17}, None),
        ("30s", {"type": 0, "preprocessing": (records.Step(19),)}, None),
        ("30s", {"type": 0, "preprocessing": (records.Step(20, "1h"),)}, 3630 + 3630 + 60),
        ("30s", {"type": 0, "lastclock": 0}, None),
    ],
)  # fmt: skip
def test_when_a_value_is_due(delay: str, words: dict[str, Any], after_s: int | None) -> None:
    one = item("20", delay=delay, **words)
    assert due.due_s(one, one, one.lastclock) == (None if after_s is None else one.lastclock + after_s)


def test_a_dependent_item_is_due_when_its_master_is() -> None:
    master = item("20", "10", type=0, delay="1m")
    found = estate([host()], [trigger("10"), trigger("11")], [master, item("21", "11", type=18, master_itemid="20")])
    assert rows_of(found, now_of(found))["item 21"].expected_by_at == (NOW_S - 9 + 180) * SECOND


def test_behind_a_late_proxy_nothing_is_new() -> None:
    found = estate([host(proxy_hostid="7")], [trigger("10")], [item("20", "10")])
    row = rows_of(found, now_of(found, late={"7": NOW_S - 900}))["item 20"]
    assert row.expected_by_at is not None
    assert row.expected_by_at < NOW_S * SECOND
    told = own_rows(PLACE, now_of(found), {"far": NOW_S - 900, "near": NOW_S - 3, "new": 0}, [], is_empty=False)
    assert {each.name: each.state for each in told} == {
        "z": UP, "proxy far": UNKNOWN, "proxy near": OK, "proxy new": PENDING,
    }  # fmt: skip


# --- downtimes ----------------------------------------------------------------------------------------------------


def maintenance(**more: Any) -> Maintenance:
    words = {"active_since": NOW_S - 60, "active_till": NOW_S + 600, "hosts": (records.HostId("1"),)} | more
    return Maintenance(maintenanceid="5", name="move", **words)


def downtimes(found: Estate, now: Now) -> list[Downtime]:
    now = replace(now, planned=quiet.planned(now, found.hosts.values()))
    (check,) = found.checks.values()
    problems = [one for each in now.problems.values() for one in each]
    return quiet.of_check("row", check, problems, now)


def test_a_maintenance_is_in_effect_when_the_server_says_so() -> None:
    found = estate([host()], [trigger("10")], [item("20", "10", tags=tagged("http"))])
    now = now_of(found, maintenances={"5": maintenance(description="why\n-- mia")})
    (planned,) = downtimes(found, now)
    assert (planned.in_effect, planned.text, planned.author) == (False, "why", "mia")
    at_rest = {"1": HostStatus(hostid="1", maintenance_status=1, maintenanceid="5")}
    assert [each.in_effect for each in downtimes(found, replace(now, statuses=at_rest))] == [True]
    narrowed = replace(now, maintenances={"5": maintenance(tags=tagged("http"))}, statuses=at_rest)
    assert [each.in_effect for each in downtimes(found, narrowed)] == [False]
    told = (problem("10", 4, suppressed=1, suppression_data=(Suppression("5"),), tags=tagged("http")),)
    assert [each.in_effect for each in downtimes(found, replace(narrowed, problems={"10": told}))] == [True]
    loud = (*told, problem("10", 4, "78", tags=tagged("http")))
    assert [each.in_effect for each in downtimes(found, replace(narrowed, problems={"10": loud}))] == [False]


def test_what_suppresses_without_being_seen_still_shows() -> None:
    found = estate([host()], [trigger("10")], [item("20", "10")])
    by_hand = problem("10", 4, suppressed=1, suppression_data=(Suppression("0", NOW_S + 60, "3"),))
    (told,) = downtimes(found, now_of(found, by_hand))
    assert (told.remote_id, told.end_at, told.in_effect) == ("event-910", (NOW_S + 60) * SECOND, True)
    at_rest = {"1": HostStatus(hostid="1", maintenance_status=1, maintenanceid="6")}
    assert [each.remote_id for each in downtimes(found, now_of(found, statuses=at_rest))] == ["6"]


@pytest.mark.parametrize(
    ("wanted", "any_of", "tags", "fits"),
    [
        ([("a", 0, "1")], 0, [("a", "1")], True), ([("a", 0, "1")], 0, [("a", "12")], False),
        ([("a", 2, "1")], 0, [("a", "12")], True), ([("a", 2, "")], 0, [("a", "x")], True),
        ([("a", 0, "1"), ("b", 0, "2")], 0, [("a", "1")], False),
        ([("a", 0, "1"), ("b", 0, "2")], 2, [("a", "1")], True),
        ([("a", 0, "1"), ("a", 0, "2")], 0, [("a", "2")], True), ([("a", 0, "1")], 0, [], False),
    ],
)  # fmt: skip
def test_tags_narrow_a_maintenance(
    wanted: list[tuple[str, int, str]], any_of: int, tags: list[tuple[str, str]], fits: bool
) -> None:
    scope = maintenance(tags=tuple(Tag(name, value, how) for name, how, value in wanted), tags_evaltype=any_of)
    assert quiet.matches(scope, [Tag(*each) for each in tags]) == fits


def test_recurring_times_are_told_as_the_whole_span() -> None:
    once = records.TimePeriod(0, NOW_S, 300)
    assert quiet.span_s(maintenance(timeperiods=(once,))) == (NOW_S, NOW_S + 300)
    daily = records.TimePeriod(2, 0, 300)
    assert quiet.span_s(maintenance(timeperiods=(daily,))) == (NOW_S - 60, NOW_S + 600)
