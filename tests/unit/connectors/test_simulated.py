"""The simulated source: a function of seed and moment, and what people ask of it laid over that."""

from __future__ import annotations

from collections import Counter

import pytest

from app.base.clock import DAY, HOUR
from app.base.errors import Cancelled, UsageTrouble
from app.base.events import CancelToken
from app.connectors.simulated import open_simulated
from app.connectors.simulated.source import SimulatedSource
from app.domain import command as verbs
from app.domain import perfdata
from app.domain.command import DONE, REFUSED, Command, Outcome
from app.domain.health import DOWN, HOST, SERVICE, UNREACHABLE, HealthRow, Snapshot
from app.domain.source import Source
from tests.fakes.clock import VirtualClock


def opened(clock: VirtualClock, url: str = "simulated:?seed=7") -> SimulatedSource:
    return open_simulated(Source(id="1", name="estate", kind="simulated", url=url), clock)


def fetched(source: SimulatedSource) -> Snapshot:
    return source.fetch(CancelToken())


def row_of(source: SimulatedSource, id_: str) -> HealthRow:
    return next(row for row in fetched(source).rows if row.id == id_)


def asked(source: SimulatedSource, verb: str, row: HealthRow, clock: VirtualClock) -> Outcome:
    now_at = clock.now()
    command = Command(verb=verb, author="mia", comment="on it", start_at=now_at, end_at=now_at + HOUR)
    (outcome,) = source.push(command, [row], CancelToken())
    return outcome


def calm_problem(source: SimulatedSource) -> HealthRow:
    """A problem that nobody has taken and that does not flap."""
    return next(row for row in fetched(source).rows if row.is_problem and not row.is_handled and not row.flapping)


def pictures(days: int = 6) -> list[tuple[int, Snapshot]]:
    """Every two hours and a bit: (moment, what was told)."""
    found = []
    clock = VirtualClock()
    source = opened(clock)
    for _ in range(days * DAY // (2 * HOUR)):
        found.append((clock.now(), fetched(source)))
        clock.advance(7200 + 37)
    return found


def test_sixty_services_stand_on_their_hosts() -> None:
    rows = fetched(opened(VirtualClock())).rows
    assert Counter(row.kind for row in rows) == {SERVICE: 60, HOST: 19}
    assert len({row.id for row in rows}) == len(rows)
    assert {row.host for row in rows if row.kind == SERVICE} == {row.name for row in rows if row.kind == HOST}


def test_the_same_seed_and_moment_tell_the_same_whatever_was_told_before() -> None:
    early, late = VirtualClock(), VirtualClock()
    one, other = opened(early), opened(late)
    for _ in range(20):
        early.advance(433)
        fetched(one)
    late.advance(20 * 433)
    assert fetched(one).rows == fetched(other).rows
    assert fetched(one).rows != fetched(opened(late, "simulated:?seed=8")).rows


def test_between_two_checks_a_row_is_the_same_object() -> None:
    clock = VirtualClock()
    source = opened(clock)
    before = {row.id: row for row in fetched(source).rows}
    clock.advance(15)
    after = fetched(source).rows
    assert sum(row is before[row.id] for row in after) > len(after) // 2
    assert all(row == before[row.id] for row in after if row.last_check_at == before[row.id].last_check_at)


def test_an_interesting_day_goes_on_at_every_hour() -> None:
    unhandled, handled, stale, states, flapping, silenced = [], [], 0, set(), 0, 0
    for at, told in pictures():
        fresh = [row for row in told.rows if row.expected_by_at is None or row.expected_by_at >= at]
        stale += len(fresh) < len(told.rows)
        problems = [row for row in fresh if row.is_problem]
        unhandled.append(sum(not row.is_handled for row in problems))
        handled.append(sum(row.is_handled for row in problems))
        states |= {row.state for row in problems}
        flapping += any(row.flapping for row in fresh)
        silenced += any(row.in_downtime for row in fresh)
    times = len(unhandled)
    assert 9 <= sorted(unhandled)[times // 2] <= 14
    assert 10 <= sorted(handled)[times // 2] <= 22
    assert min(unhandled) >= 3
    assert min(stale, silenced) > times // 2
    assert flapping > times // 20
    assert states == {"critical", "warning", "unknown", DOWN, UNREACHABLE}


def test_behind_a_host_that_is_down_all_is_suppressed() -> None:
    outages = [
        told.rows
        for _, told in pictures()
        if any(row.host == "edge-ham-1" and row.state == DOWN for row in told.rows)
    ]
    assert outages
    for rows in outages:
        behind = {row.state: row.suppressed for row in rows if row.host == "pos-ham-1" and row.state != "up"}
        if UNREACHABLE in behind:  # the checks behind it follow within a minute
            assert behind[UNREACHABLE]
    assert any(row.state == UNREACHABLE for rows in outages for row in rows)


def test_a_trouble_begins_soft_and_becomes_hard() -> None:
    clock = VirtualClock()
    source = opened(clock)
    attempts: dict[str, list[int]] = {}
    for _ in range(180):
        clock.advance(60)
        for row in fetched(source).rows:
            if row.kind == SERVICE and row.is_problem and not row.flapping and not row.suppressed:
                assert row.hard == (row.attempt == row.max_attempts)
                attempts.setdefault(f"{row.id} {row.since_at}", []).append(row.attempt)
    assert any(told[:3] == [1, 2, 3] for told in attempts.values())
    assert all(told == sorted(told) for told in attempts.values())


def test_no_measured_value_is_more_than_there_is() -> None:
    for _, told in pictures(2):
        for row in told.rows:
            for sample in perfdata.parse(row.perf):
                assert sample.value >= 0
                if sample.unit == "%" or (sample.label == "used" and not sample.unit):
                    assert sample.value <= 100, (row.host, row.name, row.perf)


def test_charts_have_several_metrics_with_limits_and_a_shape() -> None:
    told = [row for _, picture in pictures(1) for row in picture.rows if row.name == "card authorisation p95"]
    first = perfdata.parse(told[0].perf)
    assert [(sample.label, sample.unit, sample.warn) for sample in first] == [
        ("p95", "ms", 1000), ("p50", "ms", None), ("refused", "%", 2),
    ]  # fmt: skip
    values = [perfdata.parse(row.perf)[0].value for row in told if row.state == "ok"]
    assert max(values) > 1.5 * min(values)


def test_an_acknowledgement_is_remembered_with_its_words_and_ends_with_the_trouble() -> None:
    clock = VirtualClock()
    source = opened(clock)
    row = calm_problem(source)
    assert asked(source, verbs.ACKNOWLEDGE, row, clock) == Outcome(row.id, DONE)
    assert row_of(source, row.id).acknowledged
    assert [remark.text for remark in fetched(source).remarks if remark.row_id == row.id] == ["on it"]
    while row_of(source, row.id).is_problem:
        clock.advance(600)
    assert not row_of(source, row.id).acknowledged


def test_an_acknowledgement_taken_back_and_given_again_is_told_once() -> None:
    clock = VirtualClock()
    source = opened(clock)
    row = next(row for row in fetched(source).rows if row.acknowledged and not row.flapping)
    assert asked(source, verbs.UNACKNOWLEDGE, row, clock).outcome == DONE
    assert not row_of(source, row.id).acknowledged
    assert not [remark for remark in fetched(source).remarks if remark.row_id == row.id]
    asked(source, verbs.ACKNOWLEDGE, row, clock)
    assert row_of(source, row.id).acknowledged
    assert [remark.author for remark in fetched(source).remarks if remark.row_id == row.id] == ["mia"]


def test_a_downtime_begins_lasts_and_ends() -> None:
    clock = VirtualClock()
    source = opened(clock)
    row = calm_problem(source)
    assert asked(source, verbs.DOWNTIME, row, clock).outcome == DONE
    assert row_of(source, row.id).in_downtime
    assert asked(source, verbs.END_DOWNTIME, row, clock).outcome == DONE
    assert not row_of(source, row.id).in_downtime
    asked(source, verbs.DOWNTIME, row, clock)
    clock.advance(HOUR / 1000)
    assert not row_of(source, row.id).in_downtime


def test_a_planned_downtime_ended_and_set_anew_is_told_once() -> None:
    clock = VirtualClock()
    source = opened(clock)
    row = next(row for row in fetched(source).rows if row.in_downtime)
    asked(source, verbs.END_DOWNTIME, row, clock)
    assert not row_of(source, row.id).in_downtime
    asked(source, verbs.DOWNTIME, row, clock)
    assert [each.author for each in fetched(source).downtimes if each.row_id == row.id] == ["mia"]


def test_a_comment_is_kept() -> None:
    clock = VirtualClock()
    source = opened(clock)
    row = fetched(source).rows[0]
    assert asked(source, verbs.COMMENT, row, clock).outcome == DONE
    assert ("comment", "mia", "on it") in {(each.kind, each.author, each.text) for each in fetched(source).remarks}


def test_a_check_asked_for_is_made_now() -> None:
    clock = VirtualClock()
    source = opened(clock, "simulated:?check=3600")
    row = calm_problem(source)
    clock.advance(5)
    assert asked(source, verbs.RECHECK, row, clock).outcome == DONE
    assert row_of(source, row.id).last_check_at == clock.now() != row.last_check_at


def test_what_makes_no_sense_is_refused_with_the_reason() -> None:
    clock = VirtualClock()
    source = opened(clock)
    fine = next(row for row in fetched(source).rows if row.state == "ok")
    waiting = next(row for row in fetched(source).rows if row.state == "pending")
    reasons = {
        (verbs.ACKNOWLEDGE, fine.id): "It is OK: there is nothing to acknowledge.",
        (verbs.UNACKNOWLEDGE, fine.id): "It is not acknowledged.",
        (verbs.END_DOWNTIME, fine.id): "It is in no downtime.",
        (verbs.RECHECK, waiting.id): "Its first check is still to come.",
    }
    rows = {row.id: row for row in (fine, waiting)}
    for (verb, id_), reason in reasons.items():
        assert asked(source, verb, rows[id_], clock) == Outcome(id_, REFUSED, reason)
    strange = opened(clock, "simulated:?hosts=50&services=2")
    unknown = next(row for row in fetched(strange).rows if row.id not in {each.id for each in fetched(source).rows})
    assert asked(source, verbs.COMMENT, unknown, clock).reason == "estate does not know this row."


def test_a_large_estate_is_in_the_likeness_of_the_small_one() -> None:
    source = opened(VirtualClock(), "simulated:?hosts=500&services=4&check=300")
    rows = fetched(source).rows
    assert Counter(row.kind for row in rows) == {SERVICE: 2000, HOST: 500}
    assert 0.05 < sum(row.is_problem for row in rows) / len(rows) < 0.5


def test_time_can_run_faster_from_the_opening_on() -> None:
    clock, plain = VirtualClock(), VirtualClock()
    fast, slow = opened(clock, "simulated:?speed=60"), opened(plain)
    clock.advance(60)
    plain.advance(3600)
    assert [row.state for row in fetched(fast).rows] == [row.state for row in fetched(slow).rows]
    assert all((row.last_check_at or 0) <= clock.now() for row in fetched(fast).rows)


@pytest.mark.parametrize("query", ["seed=x", "colour=1", "hosts=2000000", "services=0", "seed=-1", "speed=0"])
def test_options_that_are_off_are_named(query: str) -> None:
    with pytest.raises(UsageTrouble, match=query.partition("=")[0]):
        opened(VirtualClock(), f"simulated:?{query}")


def test_a_cancelled_asking_ends() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        opened(VirtualClock()).fetch(token)
