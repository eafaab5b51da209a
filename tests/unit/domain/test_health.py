"""Freshness, roll-up, performance data, ids of health objects."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import business, freshness, health, perfdata
from app.domain.business import BusinessService, roll_up
from app.domain.freshness import Pace, level


@given(st.floats(1, 300), st.floats(0, 120), st.floats(0, 3000))
def test_old_data_are_never_live(interval: float, deadline: float, age: float) -> None:
    pace = Pace(interval, deadline)
    found = level(age, pace)
    assert (found == freshness.STALE) == (age >= pace.stale_after_s)
    assert (found == freshness.LIVE) == (age < 1.5 * interval and age < pace.stale_after_s)


def test_at_fifteen_seconds_stale_comes_at_the_latest_at_forty_five() -> None:
    assert Pace(15, 10).stale_after_s == 40
    assert Pace(15, 60).stale_after_s == 45
    assert level(None, Pace()) == freshness.UNKNOWN


def test_a_large_source_is_asked_less_often() -> None:
    assert [freshness.default_interval_s(n) for n in (5_000, 5_001)] == [15.0, 30.0]


@pytest.mark.parametrize(
    ("rule", "states", "expected"),
    [
        (business.ANY, ["ok", "critical"], business.DOWN),
        (business.ANY, ["ok", "warning"], business.AT_RISK),
        (business.ANY, ["ok", "stale"], business.UNKNOWN),
        (business.ALL, ["critical", "ok"], business.DEGRADED),
        (business.ALL, ["critical", "down"], business.DOWN),
        (business.WEIGHTED, ["critical", "ok", "ok", "ok"], business.DEGRADED),
        (business.WEIGHTED, ["critical", "critical", "ok", "ok"], business.DOWN),
        (business.WEIGHTED, ["critical"] + ["ok"] * 9, business.AT_RISK),
        (business.ANY, ["ok", "up"], business.WORKING),
        (business.ANY, [], business.UNKNOWN),
    ],
)
def test_roll_up_rules(rule: str, states: list[str], expected: str) -> None:
    service = BusinessService(id="1", name="Cards", members="", rule=rule)
    assert roll_up(service, states) == expected


@given(st.sampled_from(business.RULES), st.lists(st.sampled_from(["ok", "stale", "critical"]), min_size=1))
def test_nothing_stale_is_ever_called_working(rule: str, states: list[str]) -> None:
    found = roll_up(BusinessService(id="1", name="x", members="", rule=rule), states)
    assert found != business.WORKING or health.STALE not in states


def test_performance_data_with_quotes_units_and_limits() -> None:
    samples = perfdata.parse("'disk /var''s'=12.5GB;80;90;0;100 load=0.31;;;  bad=U rta=1e-3s;@5:10;0.5")
    assert [(s.label, s.value, s.unit, s.warn, s.crit) for s in samples] == [
        ("disk /var's", 12.5, "GB", 80.0, 90.0),
        ("load", 0.31, "", None, None),
        ("rta", 0.001, "s", None, 0.5),
    ]


@given(st.text())
def test_performance_data_never_fails(text: str) -> None:
    assert all(sample.label for sample in perfdata.parse(text))


def test_a_health_id_is_the_same_everywhere_and_different_for_every_thing() -> None:
    ids = {health.health_id(*names) for names in [("n", "h", "s"), ("n", "h"), ("n", "hs"), ("nh", "s")]}
    assert len(ids) == 4
    assert UUID(health.health_id("n", "h", "s")).version == 8
