"""Commands: who can take them, what became of them, and that one source's failure stays its own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.base.errors import NeedsSignIn, TimedOut, Unreachable
from app.base.events import CancelToken
from app.base.lanes import Lanes
from app.domain.capability import Capabilities
from app.domain.command import (
    ACKNOWLEDGE,
    CLOSE,
    COMMENT,
    DONE,
    DOWNTIME,
    END_DOWNTIME,
    FAILED,
    RECHECK,
    REFUSED,
    UNACKNOWLEDGE,
    UNCONFIRMED,
    Command,
)
from app.domain.health import HealthRow
from app.ports import HealthSource
from app.usecases.command import all_done, failed_rows, plan, run
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import FakeHealthSource, InlineLanes, health_row

ALL = frozenset({ACKNOWLEDGE, UNACKNOWLEDGE, DOWNTIME, END_DOWNTIME, COMMENT})
ACK = Command(verb=ACKNOWLEDGE, author="ann", comment="on it")


@pytest.mark.parametrize(
    ("row", "verb", "reason"),
    [
        (health_row("a", "critical"), ACKNOWLEDGE, ""),
        (health_row("a", "ok"), ACKNOWLEDGE, "It is OK: there is nothing to acknowledge."),
        (health_row("a", "pending"), ACKNOWLEDGE, "It has not been checked yet: there is nothing to acknowledge."),
        (health_row("a", "critical", acknowledged=True), ACKNOWLEDGE, "It is acknowledged already."),
        (health_row("a", "critical"), UNACKNOWLEDGE, "It is not acknowledged."),
        (health_row("a", "ok"), DOWNTIME, ""),
        (health_row("a", "ok"), END_DOWNTIME, "It is in no downtime."),
        (health_row("a", "ok", in_downtime=True), END_DOWNTIME, ""),
        (health_row("a", "critical", source="n2"), COMMENT, "n2 cannot comment."),
        (health_row("a", "critical", source="n3"), COMMENT, "Its source n3 is not connected."),
    ],
)
def test_a_row_that_cannot_take_it_is_refused_with_the_reason(row: HealthRow, verb: str, reason: str) -> None:
    planned = plan([row], verb, {"n1": ALL, "n2": frozenset({ACKNOWLEDGE})})
    assert [outcome.reason for outcome in planned.refusals] == ([reason] if reason else [])
    assert planned.targets == (() if reason else (row,))


class Scene:
    """Two sources with two problems each, and what a run told the outside."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.rows = [health_row(name, "critical", source=source) for source in ("n1", "n2") for name in ("a", "b")]
        self.sources = {
            name: FakeHealthSource(self.clock, [row for row in self.rows if row.source == name], name=name)
            for name in ("n1", "n2")
        }
        self.audited: list[tuple[str, str, Mapping[str, object]]] = []
        self.polled: list[str] = []
        self.planned = plan(self.rows, ACKNOWLEDGE, {name: source.verbs for name, source in self.sources.items()})

    def connector(self, name: str) -> HealthSource:
        return self.sources[name]

    def audit(self, action: str, concerns: str, detail: Mapping[str, object]) -> None:
        self.audited.append((action, concerns, detail))

    def outcomes(self, lanes: InlineLanes | Lanes | None = None, cancel: CancelToken | None = None) -> list[str]:
        found = run(
            self.planned, ACK, self.connector, lanes or InlineLanes(), cancel or CancelToken(),
            audit=self.audit, poll_now=self.polled.append,
        )  # fmt: skip
        assert [outcome.id for outcome in found[: len(self.rows)]] == [row.id for row in self.rows]
        self.told = found
        return [outcome.outcome for outcome in found]


def test_every_row_has_its_outcome_and_every_source_is_asked_again() -> None:
    scene = Scene()
    scene.sources["n2"].refused_ids = frozenset({scene.rows[3].id})
    assert scene.outcomes() == [DONE, DONE, DONE, FAILED]
    assert not all_done(scene.told)
    assert failed_rows(scene.planned, scene.told) == (scene.rows[3],)
    assert scene.polled == ["n1", "n2"]
    assert [(action, concerns) for action, concerns, _ in scene.audited] == [
        ("health.acknowledge", "n1"), ("health.acknowledge", "n2"),
    ]  # fmt: skip
    assert scene.audited[1][2]["rows"] == [["web-1", "a", DONE], ["web-1", "b", FAILED]]
    assert [len(ids) for _, ids in scene.sources["n1"].pushed] == [2]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(Unreachable("No answer."), FAILED), (NeedsSignIn("Refused."), FAILED), (TimedOut("No end."), UNCONFIRMED)],
)
def test_a_source_that_fails_touches_no_other(error: Exception, outcome: str) -> None:
    scene = Scene()
    scene.sources["n1"].push_error = error  # type: ignore[assignment]
    assert scene.outcomes() == [outcome, outcome, DONE, DONE]
    assert scene.told[0].reason == str(error)


def test_a_source_says_itself_why_it_cannot() -> None:
    able = Capabilities({ACKNOWLEDGE}, {COMMENT: "It keeps no comments."})
    reasons = {
        verb: plan([health_row("a", "critical")], verb, {"n1": able}).refusals[0].reason
        for verb in (COMMENT, RECHECK)
    }
    assert reasons == {COMMENT: "n1 cannot comment. It keeps no comments.", RECHECK: "n1 cannot re-check."}


def test_what_is_well_is_not_closed() -> None:
    planned = plan([health_row("a"), health_row("b", "critical")], CLOSE, {"n1": frozenset({CLOSE})})
    assert [row.name for row in planned.targets] == ["b"]
    assert [outcome.reason for outcome in planned.refusals] == ["It is OK: there is nothing to close."]


def test_refusals_follow_the_targets() -> None:
    scene = Scene()
    scene.planned = plan([*scene.rows, health_row("fine")], ACKNOWLEDGE, {"n1": ALL, "n2": ALL})
    assert scene.outcomes() == [DONE] * 4 + [REFUSED]


def test_nothing_to_do_asks_nobody() -> None:
    scene = Scene()
    scene.rows, scene.planned = [], plan([], ACKNOWLEDGE, {})
    assert scene.outcomes() == []
    assert (scene.audited, scene.polled) == ([], [])


def test_it_goes_over_real_lanes_one_for_each_source() -> None:
    scene, lanes = Scene(), Lanes()
    assert scene.outcomes(lanes) == [DONE] * 4
    assert lanes.close()


def test_cancelled_what_was_not_answered_is_unconfirmed() -> None:
    scene, lanes, cancel = Scene(), InlineLanes(), CancelToken()
    lanes.is_paused = True
    cancel.cancel()
    assert scene.outcomes(lanes, cancel) == [UNCONFIRMED] * 4


def test_closed_lanes_keep_nobody_waiting() -> None:
    scene, lanes = Scene(), Lanes()
    lanes.close()
    assert scene.outcomes(lanes) == [UNCONFIRMED] * 4
