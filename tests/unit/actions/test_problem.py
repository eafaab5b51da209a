"""Actions on problems: lengths of time, targets and refusals before anything is sent."""

import contextlib
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.action import Situation
from app.actions.problem import PROBLEM_ACTIONS, read_length
from app.base.clock import DAY, HOUR, MINUTE
from app.base.errors import Refused
from app.domain.capability import Capabilities
from app.domain.command import ACKNOWLEDGE, ACKNOWLEDGE_UNTIL, DOWNTIME
from app.domain.health import SERVICE, HealthRow

ACTIONS = {action.id: action for action in PROBLEM_ACTIONS}


def _row(id_: str, **values: object) -> HealthRow:
    given = {"source": "n", "kind": SERVICE, "host": "h", "name": id_, "state": "critical", **values}
    return HealthRow(id=id_, **given)  # type: ignore[arg-type]


def _situation(*rows: HealthRow) -> Situation:
    return Situation("board", rows=rows, me="Ann", now_at=1_000_000, verbs={"n": frozenset({ACKNOWLEDGE, DOWNTIME})})


@pytest.mark.parametrize(
    ("text", "length"),
    [("90m", 90 * MINUTE), ("1h", HOUR), ("1h 30m", 90 * MINUTE), ("2d", 2 * DAY), ("0.5 h", 30 * MINUTE)],
)
def test_lengths_of_time(text: str, length: int) -> None:
    assert read_length(text) == length


@pytest.mark.parametrize("text", ["", "soon", "1", "1h?", "0m", "2000d", "-1h", "1h; rm"])
def test_what_is_no_length_of_time_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_length(text)
    assert caught.value.field == "duration"


@given(st.text(max_size=30))
def test_reading_a_length_either_succeeds_or_refuses(text: str) -> None:
    with contextlib.suppress(Refused):
        assert MINUTE <= read_length(text) <= 365 * DAY


def test_a_plan_tells_targets_and_refusals_before_it_runs() -> None:
    plan_of = ACTIONS["problem.acknowledge"].plan
    assert plan_of is not None
    plan = plan_of(_situation(_row("a"), _row("b"), _row("c", acknowledged=True), _row("d", state="ok")), {})
    assert [target.id for target in plan.targets] == ["a", "b"]
    assert {target.id for target, why in plan.refused if why} == {"c", "d"}
    assert plan.asks


def test_one_row_is_not_asked_about() -> None:
    plan_of = ACTIONS["problem.acknowledge"].plan
    assert plan_of is not None
    assert not plan_of(_situation(_row("a")), {}).asks


def test_a_source_that_is_not_connected_refuses() -> None:
    plan_of = ACTIONS["problem.downtime"].plan
    assert plan_of is not None
    plan = plan_of(_situation(_row("a", source="other")), {"duration": "1h", "comment": "Exchange."})
    assert plan.targets == ()
    assert "other" in plan.refused[0][1]


@pytest.mark.parametrize("given", [{"duration": "30m"}, {"until": "1970-01-01T00:30Z"}])
def test_an_acknowledgement_with_an_end_is_only_for_sources_that_can_end_it(given: dict[str, str]) -> None:
    plan_of = ACTIONS["problem.acknowledge"].plan
    assert plan_of is not None
    verbs = {
        "n": frozenset({ACKNOWLEDGE, ACKNOWLEDGE_UNTIL}),
        "old": Capabilities({ACKNOWLEDGE}, {ACKNOWLEDGE_UNTIL: "It knows no end."}),
    }
    situation = dataclasses.replace(_situation(_row("a"), _row("b", source="old")), verbs=verbs)
    plan = plan_of(situation, given)
    assert [target.id for target in plan.targets] == ["a"]
    assert [why for _, why in plan.refused] == ["old cannot acknowledge for a time. It knows no end."]
    assert len(plan_of(situation, {"duration": " "}).targets) == 2


def test_an_acknowledgement_does_not_end_before_it_begins() -> None:
    plan_of = ACTIONS["problem.acknowledge"].plan
    assert plan_of is not None
    with pytest.raises(Refused, match="has passed"):
        plan_of(_situation(_row("a")), {"until": "1970-01-01T00:01Z"})
