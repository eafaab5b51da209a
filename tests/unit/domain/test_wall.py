"""Which page a wall shows when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import SECOND
from app.domain.wall import HELD_S, USUAL_PAGES, Shown, WallPage, shift, turned

PAGES = (WallPage(name="a", title="A", seconds=20), WallPage(name="b", title="B", seconds=10))


def played(
    pages: tuple[WallPage, ...], seconds: int, burns: dict[int, str] | None = None, hour: int = 12
) -> list[str]:
    shown, names = Shown(), []
    for at in range(seconds):
        shown = turned(shown, pages, hour, at * SECOND, (burns or {}).get(at, ""))
        names.append(shown.name)
    return names


def test_each_page_has_its_time_and_they_go_round() -> None:
    assert played(PAGES, 65) == ["a"] * 20 + ["b"] * 10 + ["a"] * 20 + ["b"] * 10 + ["a"] * 5


def test_the_burning_page_comes_at_once_and_is_held() -> None:
    told = played(PAGES, 200, {5: "b"})
    held = round(HELD_S)
    assert told[:5] == ["a"] * 5
    assert told[5 : 5 + held] == ["b"] * held
    assert told[5 + held] == "a"


def test_a_page_out_of_its_hours_is_passed_over() -> None:
    day = WallPage(name="day", title="", from_h=7, until_h=19)
    night = WallPage(name="night", title="", from_h=19, until_h=7)
    assert set(played((day, night), 100, hour=12)) == {"day"}
    assert set(played((day, night), 100, hour=3)) == {"night"}
    assert set(played((day,), 100, hour=3)) == {"day"}, "a wall is never empty"


def test_a_clock_that_is_put_back_stops_nothing() -> None:
    shown = turned(Shown(), PAGES, 12, 10**12)
    held = turned(shown, PAGES, 12, 10**12, "b")
    assert turned(held, PAGES, 12, 5 * SECOND) == Shown(name="b", since_at=5 * SECOND)
    assert turned(Shown(name="a", since_at=0, held_until_at=10**13), PAGES, 12, 30 * SECOND).name == "b"


@given(st.integers(0, 10**13))
def test_the_picture_moves_against_burn_in_within_its_bounds(at: int) -> None:
    x, y = shift(at, 8, 60)
    assert max(abs(x), abs(y)) <= 8
    assert len({shift(at + minute * 60 * SECOND, 8, 60) for minute in range(13)}) == 13


def test_the_usual_pages_have_names_of_their_own() -> None:
    assert len({page.name for page in USUAL_PAGES}) == len(USUAL_PAGES)
