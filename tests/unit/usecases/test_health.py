"""Comparing an answer with what was known: nothing is lost, nothing is told twice, the too good is doubted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, MINUTE, SECOND
from app.domain.health import HealthRow, Snapshot
from app.domain.history import Ingest
from app.usecases.health import MANY_PROBLEMS, SLICE, applied, diff, doubt
from tests.fakes.clock import START_AT
from tests.fakes.health_source import health_row

NAMES = ["load", "disk", "ping", "http", "swap", "mail"]
some_rows = st.lists(
    st.builds(
        health_row,
        st.sampled_from(NAMES),
        st.sampled_from(["ok", "warning", "critical", "pending"]),
        hard=st.booleans(),
        acknowledged=st.booleans(),
        output=st.sampled_from(["", "a", "b"]),
    ),
    unique_by=lambda row: row.id,
)


def answer(rows: Sequence[HealthRow], at: int = START_AT, skew_s: float = 0.0) -> Snapshot:
    return Snapshot(source="n1", rows=tuple(rows), observed_at=at, received_at=at, skew_s=skew_s)


def by_id(rows: Sequence[HealthRow]) -> dict[str, HealthRow]:
    return {row.id: row for row in rows}


def shown(ingest: Ingest) -> list[tuple[str, bool, bool]]:
    return [(change.state, change.hard, change.handled) for change in ingest.changes]


@given(some_rows, some_rows)
def test_what_was_known_and_the_difference_make_the_answer(old: list[HealthRow], new: list[HealthRow]) -> None:
    previous = by_id(old)
    found = applied(previous, diff(previous, answer(new), START_AT))
    assert found == by_id(new)
    assert all(found[id_] is row for id_, row in previous.items() if found.get(id_) == row)


@given(st.lists(some_rows, max_size=5))
def test_changes_replayed_give_the_present_states(history: list[list[HealthRow]]) -> None:
    rows: dict[str, HealthRow] = {}
    states: dict[str, tuple[str, bool, bool]] = {}
    for step, new in enumerate(history):
        ingest = diff(rows, answer(new, START_AT + step), START_AT + step)
        rows = applied(rows, ingest)
        for change in ingest.changes:
            told = (change.state, change.hard, change.handled)
            assert states.get(change.row_id) != told
            states[change.row_id] = told
    known = {id_: told for id_, told in states.items() if told[0]}
    assert known == {id_: (row.state, row.hard, row.is_handled) for id_, row in rows.items()}


def test_the_same_answer_again_changes_nothing_but_the_mark() -> None:
    rows = [health_row(name, perf="a=1;2;3") for name in NAMES]
    ingest = diff(by_id(rows), answer(rows), START_AT)
    assert (ingest.rows, ingest.removed, ingest.changes, ingest.points, ingest.limits) == ((), (), (), (), ())
    assert (ingest.mark.services, ingest.mark.received_at) == (len(NAMES), START_AT)


def test_a_state_begins_when_the_source_says_unless_that_contradicts_what_was_seen() -> None:
    def began(since_at: int | None, before_at: int | None, skew_s: float = 0.0) -> int:
        row = health_row("load", "critical", since_at=since_at)
        was = by_id([health_row("load")])
        return diff(was, answer([row], skew_s=skew_s), START_AT, before_at=before_at).changes[0].at

    assert began(START_AT - 5 * SECOND, START_AT - 15 * SECOND) == START_AT - 5 * SECOND
    assert began(START_AT - 20 * SECOND, START_AT - 15 * SECOND) == START_AT
    assert began(START_AT + HOUR, START_AT - 15 * SECOND) == START_AT
    assert began(None, None) == START_AT
    assert began(START_AT - HOUR, None) == START_AT - HOUR
    assert began(START_AT + HOUR - SECOND, START_AT - MINUTE, skew_s=3600) == START_AT - SECOND


def test_samples_are_kept_of_new_check_results_only_and_limits_when_they_change() -> None:
    old = health_row(perf="a=1;8;9 b=2", last_check_at=START_AT - MINUTE)
    same = msgspec.structs.replace(old, output="other words")
    new = msgspec.structs.replace(old, last_check_at=START_AT)
    tighter = msgspec.structs.replace(new, perf="a=1;7;9 b=2")
    was = by_id([old])
    assert diff(was, answer([same]), START_AT).points == ()
    told = diff(was, answer([new]), START_AT)
    assert [(point.label, point.at, point.value) for point in told.points] == [("a", START_AT, 1), ("b", START_AT, 2)]
    assert told.limits == ()
    assert diff(was, answer([tighter]), START_AT).limits == ((old.id, "a", 7.0, 9.0),)
    assert diff({}, answer([old]), START_AT).limits == ((old.id, "a", 8.0, 9.0),)


@pytest.mark.parametrize(
    ("known", "told", "is_doubted"),
    [
        (["critical"] * MANY_PROBLEMS, ["ok"] * MANY_PROBLEMS, True),
        (["critical"] * (MANY_PROBLEMS - 1), ["ok"] * (MANY_PROBLEMS - 1), False),
        (["critical"] * 9, ["ok"] * 8 + ["warning"], False),
        (["ok"], [], True),
        (["ok"] * 20, ["ok"] * 9, True),
        (["ok"] * 20, ["ok"] * 10, False),
        (["ok"] * 8, ["ok"], False),
        ([], [], False),
        ([], ["ok"] * 3, False),
    ],
)
def test_an_answer_too_good_to_be_true_is_doubted(known: list[str], told: list[str], is_doubted: bool) -> None:
    previous = by_id([health_row(str(n), state) for n, state in enumerate(known)])
    snapshot = answer([health_row(str(n), state) for n, state in enumerate(told)])
    assert bool(doubt(previous, snapshot)) is is_doubted


def test_it_breathes_between_slices() -> None:
    breaths: list[int] = []
    rows = [health_row(str(n), perf="a=1") for n in range(10 * SLICE)]
    diff({}, answer(rows), START_AT, breathe=lambda: breaths.append(1))
    assert len(breaths) > 3 * 10
