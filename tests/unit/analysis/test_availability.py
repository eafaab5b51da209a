"""Shares of time: of what is known, by state."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.analysis.availability import Tally, tallied
from app.domain.health import CRITICAL, DOWN, HOST_STATES, OK, SERVICE_STATES, UNREACHABLE, UP, WARNING
from app.domain.history import Stretch

stretches = st.lists(
    st.builds(
        lambda row, state, at, length: Stretch(row, state, at, at + length),
        st.sampled_from("ab"), st.sampled_from((*SERVICE_STATES, *HOST_STATES)), st.integers(0, 10**12),
        st.integers(1, 10**9),
    )
)  # fmt: skip


@given(stretches)
def test_times_add_up_and_shares_stay_within_their_bounds(told: list[Stretch]) -> None:
    for id_, tally in tallied(told).items():
        mine = [each for each in told if each.row_id == id_]
        assert tally.known_ms == sum(each.until_at - each.from_at for each in mine)
        assert 0 <= tally.major_outage_ms <= tally.outage_ms <= tally.known_ms - tally.good_ms
        assert tally.availability_pct is not None
        assert 0 <= tally.availability_pct <= 100


@given(stretches, st.integers(0, 20))
def test_where_a_stretch_is_cut_makes_no_difference(told: list[Stretch], place: int) -> None:
    if place < len(told) and told[place].until_at - told[place].from_at > 1:
        whole, middle = told[place], (told[place].from_at + told[place].until_at) // 2
        halves = [
            Stretch(whole.row_id, whole.state, whole.from_at, middle),
            Stretch(whole.row_id, whole.state, middle, whole.until_at),
        ]
        assert tallied([*told[:place], *halves, *told[place + 1 :]]) == tallied(told)


def test_what_counts_as_outage() -> None:
    lengths = {OK: 1, UP: 10, WARNING: 100, CRITICAL: 1_000, DOWN: 10_000, UNREACHABLE: 100_000}
    tally = tallied(Stretch("a", state, 0, length) for state, length in lengths.items())["a"]
    assert tally == Tally(known_ms=111_111, good_ms=11, outage_ms=111_000, major_outage_ms=110_000)


def test_nothing_known_is_no_figure() -> None:
    assert Tally().availability_pct is None
