"""What a wall's picture says, and never says: nothing of which nothing is known counts as a state."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import MINUTE, SECOND
from app.domain.health import NOT_A_PROBLEM, STALE, WEIGHT, HealthRow
from app.domain.history import SourceMark
from app.domain.wall import WallPage
from app.usecases.board import Board, Instant, with_source
from app.usecases.wall import Card, WallPicture, more_than, new_problems, wall_picture
from tests.fakes.health_source import health_row

NOW = Instant(1_700_000_000_000, 0.0)
PAGE = WallPage(name="p", title="P")


def board_of(*rows: HealthRow, silent: str = "", silent_for_ms: int = 10 * MINUTE) -> Board:
    board = Board()
    for name in sorted({row.source for row in rows}):
        heard_at = NOW.at - (silent_for_ms if name == silent else SECOND)
        mark = SourceMark(source=name, observed_at=heard_at, received_at=heard_at, asked_at=heard_at)
        board = with_source(board, name, [row for row in rows if row.source == name], mark, NOW)
    return board


def picture(board: Board) -> WallPicture:
    return wall_picture(PAGE, board, NOW, lambda _row: True)


def test_counters_hold_what_is_unhandled_and_known() -> None:
    told = picture(
        board_of(
            health_row("a", "critical"), health_row("b", "critical", acknowledged=True),
            health_row("c", "warning", in_downtime=True), health_row("d", "warning"), health_row("e"),
            health_row("f", "critical", source="n2"), health_row("g", source="n2"), silent="n2",
        )
    )  # fmt: skip
    assert told.counts == (("critical", 1), ("warning", 1))
    assert (told.unknown, told.unknown_since_at, told.rows) == (2, NOW.at - 10 * MINUTE, 7)
    assert [(each.name, each.rows) for each in told.silent] == [("n2", 2)]
    assert (told.handled.acknowledged, told.handled.in_downtime) == (1, 1)
    assert [(card.title, card.state, card.was) for card in told.cards] == [
        ("a", "critical", ""), ("f", STALE, "critical"), ("d", "warning", ""),
    ]  # fmt: skip


def test_a_row_whose_own_check_is_overdue_is_not_known() -> None:
    told = picture(board_of(health_row("a", expected_by_at=NOW.at - 1), health_row("b", "critical")))
    assert (told.unknown, told.counts, told.silent) == (1, (("critical", 1),), ())


def test_what_has_no_card_is_counted() -> None:
    rows = [health_row(str(n), "critical" if n < 2 else "warning") for n in range(310)]
    told = picture(board_of(*rows))
    assert more_than(told, 2) == (("warning", 308),)
    assert more_than(told, 1) == (("critical", 1), ("warning", 308))
    assert more_than(told, 1_000) == (("warning", 10),)


def card(id_: str, state: str, was: str = "") -> Card:
    return Card(id=id_, state=state, title="", place="", text="", at=0, was=was)


def test_only_what_appeared_or_got_worse_is_new() -> None:
    told = WallPicture(page=PAGE, made_at=0, cards=(
        card("same", "warning"), card("worse", "critical"), card("better", "warning"), card("new", "warning"),
        card("stale", STALE, "critical"),
    ))  # fmt: skip
    before = {("same", "warning"), ("worse", "warning"), ("better", "critical")}
    assert new_problems(before, told) == {"worse", "new"}


STATES = st.sampled_from(["ok", "warning", "critical", "unknown", "pending"])
ROWS = st.lists(
    st.builds(
        lambda n, state, source, ack, down: health_row(
            str(n), state, source=source, acknowledged=ack, in_downtime=down, since_at=n
        ),
        st.integers(0, 10**6), STATES, st.sampled_from(["n1", "n2"]), st.booleans(), st.booleans(),
    ),
    max_size=30, unique_by=lambda row: row.id,
)  # fmt: skip


@given(ROWS, st.sampled_from(["", "n1", "n2"]), st.integers(0, 40))
def test_every_row_is_told_of_exactly_once(rows: list[HealthRow], silent: str, places: int) -> None:
    told = picture(board_of(*rows, silent=silent))
    known = [row for row in rows if row.source != silent]
    open_ = [row for row in known if row.state not in NOT_A_PROBLEM and not row.is_handled]
    assert sum(n for _state, n in told.counts) == len(open_)
    assert told.unknown == len(rows) - len(known)
    shown, rest = told.cards[:places], more_than(told, places)
    unhandled = [row for row in rows if row.state not in NOT_A_PROBLEM and not row.is_handled]
    assert len(shown) + sum(n for _state, n in rest) == len(unhandled)
    assert all(each.state == STALE for each in told.cards if each.source == silent)
    weights = [WEIGHT[each.was or each.state] for each in told.cards]
    assert weights == sorted(weights), "worst first, and what is stale keeps its place"
