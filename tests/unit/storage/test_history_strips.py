"""A strip is what looking at every single minute would find."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import HOUR, MINUTE
from app.domain.health import WEIGHT
from app.storage.history_strips import HANDLED, strip

HOURS = 4
BEGIN_AT = 1_800_000_000_000 - 1_800_000_000_000 % HOUR
STEP = 10 * MINUTE

ticks = st.integers(-6, HOURS * 6 + 3)
some_changes = st.lists(
    st.tuples(ticks, st.sampled_from(["ok", "warning", "critical", ""]), st.booleans()), unique_by=lambda one: one[0]
).map(sorted)
some_cover = (
    st.lists(ticks, unique=True).map(sorted).map(lambda found: list(zip(found[::2], found[1::2], strict=False)))
)


def at(tick: int) -> int:
    return BEGIN_AT + tick * STEP


@given(some_changes, some_cover, st.integers((HOURS - 1) * 6, HOURS * 6 - 1))
def test_it_is_the_worst_of_every_moment_that_was_covered(
    changes: list[tuple[int, str, bool]], cover: list[tuple[int, int]], now: int
) -> None:
    found = strip(
        [(at(tick), state, handled) for tick, state, handled in changes],
        [(at(first), at(last)) for first, last in cover], BEGIN_AT, at(now), HOURS,
    )  # fmt: skip
    for hour in range(HOURS):
        states = []
        for tick in range(hour * 6, min(hour * 6 + 6, now + 1)):
            in_force = [change for change in changes if change[0] <= tick]
            if in_force and in_force[-1][1] and any(first <= tick < last for first, last in cover):
                states.append(in_force[-1][1:])
        worst = min(states, key=lambda one: (WEIGHT[one[0]], one[1]), default=None)
        assert found[hour] == (worst[0] + HANDLED * worst[1] if worst else "")
