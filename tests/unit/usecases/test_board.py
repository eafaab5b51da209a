"""How fresh the board calls its data, and into which sections its rows fall."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, SECOND
from app.domain.business import BusinessService
from app.domain.freshness import LATE, LIVE, STALE, UNKNOWN, Pace
from app.domain.health import HealthRow
from app.domain.history import SourceMark
from app.query import Env
from app.usecases.board import (
    Board,
    Instant,
    clock_note,
    clocks_note,
    total_level,
    with_answer,
    with_failure,
    with_source,
    without_source,
)
from app.usecases.board_sections import counters, sections
from app.usecases.roll_up import Members, query_predicates
from tests.fakes.clock import START_AT
from tests.fakes.health_source import health_row

NOW = Instant(START_AT, 1000.0)


def mark(at: int | None = START_AT, source: str = "n1", **more: object) -> SourceMark:
    return SourceMark(source=source, observed_at=at, received_at=at, asked_at=at, **more)  # type: ignore[arg-type]


def board_of(*rows: HealthRow, now: Instant = NOW, board: Board | None = None, source: str = "n1") -> Board:
    known = {row.id: row for row in rows}
    return with_answer(board or Board(), known, mark(now.at, source), now)


def after(seconds: float, *, set_back_s: float = 0.0) -> Instant:
    return Instant(START_AT + round((seconds - set_back_s) * 1000), 1000.0 + seconds)


def names(board: Board, now: Instant, **more: bool) -> list[tuple[str, list[str]]]:
    return [(found.name, [row.name for row in found.rows]) for found in sections(board, now, **more)]


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [(0, LIVE), (22.4, LIVE), (22.5, LATE), (44.9, LATE), (45, STALE), (86_400, STALE)],
)
def test_freshness_at_its_borders(age_s: float, expected: str) -> None:
    board = board_of(health_row())
    assert board.level("n1", after(age_s)) == expected
    # A clock that is set back makes nothing younger.
    assert board.level("n1", after(age_s, set_back_s=3600)) == expected


@given(
    st.floats(1, 300),
    st.floats(0, 60),
    st.floats(0, 1e6),
    st.floats(-7200, 7200),
    st.floats(0, 1e5),
    st.floats(-3600, 3600),
    st.booleans(),
)
def test_old_data_are_never_live_and_never_ok(
    interval_s: float, deadline_s: float, age_s: float, set_back_s: float, lag_s: float, skew_s: float, held: bool
) -> None:
    told = mark(interval_s=interval_s, deadline_s=deadline_s, skew_s=skew_s)
    told = SourceMark(**{
        **{name: getattr(told, name) for name in told.__struct_fields__},
        "observed_at": START_AT - round(lag_s * 1000) + round(skew_s * 1000),
    })  # fmt: skip
    row = health_row()
    board = with_answer(Board(), {row.id: row}, told, NOW)
    if held:
        board = with_failure(board, told, held=True)
    now = after(age_s, set_back_s=set_back_s)
    pace = Pace(interval_s, deadline_s)
    if max(age_s, lag_s + age_s) >= pace.stale_after_s + 0.01:
        assert board.level("n1", now) == STALE
        assert board.is_stale(row, now)
        assert counters(board, now).fine == 0
    if board.level("n1", now) == LIVE:
        assert age_s < pace.late_after_s + 0.01
        assert not held


def test_a_source_that_never_answered_is_unknown_and_its_rows_are_stale() -> None:
    row = health_row()
    board = with_source(Board(), "n1", [row], mark(None), NOW)
    assert board.level("n1", NOW) == UNKNOWN
    assert board.level("n2", NOW) == UNKNOWN
    assert board.is_stale(row, NOW)


def test_data_from_the_future_are_not_believed() -> None:
    board = with_source(Board(), "n1", [health_row()], mark(START_AT + HOUR), NOW)
    assert board.level("n1", NOW) == UNKNOWN


def test_loaded_data_keep_the_age_they_had() -> None:
    board = with_source(Board(), "n1", [health_row()], mark(START_AT - 30 * SECOND), NOW)
    assert board.age_s("n1", after(10)) == 40
    assert board.age_s("n1", after(10, set_back_s=3600)) == 40


def test_a_frozen_daemon_behind_a_living_page_is_stale() -> None:
    row = health_row()
    frozen = SourceMark(source="n1", observed_at=START_AT - HOUR, received_at=START_AT)
    board = with_answer(Board(), {row.id: row}, frozen, NOW)
    assert board.level("n1", NOW) == STALE


def test_a_held_answer_is_late_at_best_and_a_failure_keeps_rows_and_age() -> None:
    board = board_of(health_row())
    failed = with_failure(board, SourceMark(source="n1", asked_at=START_AT, error="No answer."))
    assert failed.level("n1", after(10)) == LIVE
    assert failed.sources["n1"].mark.error == "No answer."  # type: ignore[union-attr]
    assert list(failed.rows()) == list(board.rows())
    held = with_failure(board, SourceMark(source="n1", asked_at=START_AT, error="Too good."), held=True)
    assert held.level("n1", after(10)) == LATE


def test_a_total_is_as_stale_as_its_stalest_part() -> None:
    assert total_level([LIVE, STALE, LATE]) == STALE
    assert total_level([LIVE, UNKNOWN, LATE]) == UNKNOWN
    assert total_level([LIVE, LATE]) == LATE
    assert total_level([]) == UNKNOWN


def test_sections_come_in_order_worst_first_and_the_fine_only_when_asked() -> None:
    rows = (
        health_row("a", "warning"), health_row("b", "critical"), health_row("c", "critical", acknowledged=True),
        health_row("d"), health_row("e", "critical", hard=False), health_row("f", expected_by_at=START_AT - 1),
        health_row("g", "pending"),
    )  # fmt: skip
    board = board_of(*rows)
    wanted = [("unhandled", ["b", "e", "a"]), ("stale", ["f"]), ("handled", ["c"])]
    assert names(board, NOW) == wanted
    assert names(board, NOW, everything=True) == [*wanted, ("fine", ["g", "d"])]
    assert [found.name for found in sections(board, NOW, lambda row: row.name == "c")] == ["handled"]


def test_a_stale_source_leaves_nothing_unhandled_or_fine() -> None:
    board = board_of(health_row("a", "critical"), health_row("b"), health_row("c", "warning", acknowledged=True))
    old = after(45)
    assert names(board, old) == [("stale", ["a", "c"])]
    assert names(board, old, everything=True) == [("stale", ["a", "c", "b"])]
    counted = counters(board, old)
    assert (counted.stale, counted.fine, counted.handled, dict(counted.unhandled)) == (3, 0, 0, {})
    assert (counted.live_sources, counted.sources, counted.level) == (0, 1, STALE)


def test_what_recovered_stays_five_minutes_and_leaves_when_it_breaks_again() -> None:
    def at(seconds: float, state: str, board: Board) -> Board:
        return board_of(health_row("a", state), now=after(seconds), board=board)

    broken = at(0, "critical", Board())
    fine = at(15, "ok", broken)
    assert names(fine, after(15)) == [("recovered", ["a"])]
    still = at(300, "ok", fine)
    assert names(still, after(314)) == [("recovered", ["a"])]
    assert names(still, after(315)) == []
    assert names(at(20, "warning", fine), after(20)) == [("unhandled", ["a"])]
    assert names(at(0, "ok", at(0, "pending", Board())), after(0)) == []


def test_counters_count_every_row_once() -> None:
    rows = [health_row(str(n), state) for n, state in enumerate(["ok", "critical", "critical", "pending", "down"])]
    board = board_of(*rows, health_row("h", "warning", in_downtime=True))
    found = counters(board, NOW)
    assert list(found.unhandled.items()) == [("down", 1), ("critical", 2)]
    assert (found.handled, found.fine, found.pending, found.stale, found.services) == (1, 1, 1, 0, 6)


def test_a_source_that_is_gone_takes_its_rows_along() -> None:
    board = board_of(health_row("x", source="n2"), board=board_of(health_row("a")), source="n2")
    assert [row.name for row in without_source(board, "n1").rows()] == ["x"]


def rolled(board: Board, services: Sequence[BusinessService], now: Instant) -> list[tuple[str, str, int]]:
    members = Members(services, query_predicates(Env(now.at)))
    members.update(board)
    return [(one.service.name, one.state, len(one.member_ids)) for one in members.roll_up(board, now)]


def test_business_services_roll_up_what_their_query_finds_worst_first() -> None:
    services = [
        BusinessService(id="1", name="Cards", members="host:web-1"),
        BusinessService(id="2", name="Mail", members="service:mail*"),
        BusinessService(id="3", name="Broken", members="host:("),
    ]
    board = board_of(health_row("mail-in"), health_row("load", "critical"))
    assert rolled(board, services, NOW) == [("Cards", "down", 2), ("Broken", "unknown", 0), ("Mail", "working", 1)]
    assert rolled(board, services, after(45))[2] == ("Mail", "unknown", 1)


def test_membership_follows_rows_that_change() -> None:
    members = Members([BusinessService(id="1", name="Bad", members="state:critical")], query_predicates(Env(NOW.at)))
    first = board_of(health_row("a"), health_row("b", "critical"))
    members.update(first)
    assert [members.services_of(row.id) for row in first.rows()] == [(), ("1",)]
    second = board_of(health_row("a", "critical"), now=after(15), board=first)
    members.update(second)
    assert [len(one.member_ids) for one in members.roll_up(second, after(15))] == [1]


def test_all_clocks_that_are_off_are_named_in_one_sentence() -> None:
    def skewed(source: str, skew_s: float) -> SourceMark:
        return mark(source=source, skew_s=skew_s)

    one = skewed("n1", 300.0)
    assert clocks_note([one, skewed("n2", 59.0), None]) == clock_note(one) != ""
    assert clocks_note([mark(None, "n1"), None]) == ""
    told = clocks_note([one, skewed("n2", -7200.0)])
    assert told.startswith("The clocks of 2 sources are off from this computer’s: n2 (2 h behind), n1 (5 min ahead).")
    many = clocks_note([skewed(f"n{n}", 100.0 * n) for n in range(1, 10)])
    assert many.startswith("The clocks of 9 sources are off")
    assert "n9 (" in many
    assert "n3 (" not in many
    assert ", 3 more." in many
