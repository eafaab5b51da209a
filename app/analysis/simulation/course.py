"""When what is in trouble, and of which sort: a pure function of the seed and the moment.

Checks are dealt into lanes of a few. A lane has one trouble after another, each with one of its members; so at any
moment about the same number of things are wrong, and the past of a check is found by looking back in its lane.
A few checks have a lane to themselves: what stays wrong for hours or days, as in every company.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from app.analysis.simulation.chance import mixed, share
from app.base.clock import DAY, HOUR, MINUTE, Moment
from app.domain import health
from app.domain.value import Value

LANE_SIZE: Final = 4
_LOOK_BACK: Final = 100


class Flavour(Value, frozen=True, gc=False, kw_only=True):
    """A sort of trouble. ``duty``: the share of the ``period`` that it lasts. ``silent``: its results stay away."""

    state: str
    period: int
    duty: float
    acknowledged_after: int | None = None
    planned: bool = False
    flaps: bool = False
    silent: bool = False


FLAVOURS: Final = (
    Flavour(state=health.CRITICAL, period=75 * MINUTE, duty=0.85),
    Flavour(state=health.WARNING, period=190 * MINUTE, duty=0.85),
    Flavour(state=health.CRITICAL, period=5 * HOUR, duty=0.88, acknowledged_after=6 * MINUTE),
    Flavour(state=health.WARNING, period=13 * MINUTE, duty=0.45),
    Flavour(state=health.UNKNOWN, period=140 * MINUTE, duty=0.7),
    Flavour(state=health.CRITICAL, period=8 * HOUR, duty=0.85, planned=True),
    Flavour(state=health.WARNING, period=9 * HOUR, duty=0.88, acknowledged_after=25 * MINUTE),
    Flavour(state=health.WARNING, period=4 * HOUR, duty=0.6, flaps=True),
    Flavour(state=health.CRITICAL, period=35 * MINUTE, duty=0.3),
    Flavour(state=health.OK, period=6 * HOUR, duty=0.9, silent=True),
    Flavour(state=health.WARNING, period=14 * HOUR, duty=0.85),
    Flavour(state=health.CRITICAL, period=150 * MINUTE, duty=0.6),
    Flavour(state=health.WARNING, period=26 * HOUR, duty=0.85, acknowledged_after=40 * MINUTE),
)
LASTING: Final = (
    Flavour(state=health.WARNING, period=3 * DAY, duty=0.97, acknowledged_after=40 * MINUTE),
    Flavour(state=health.WARNING, period=7 * HOUR, duty=0.97),
    Flavour(state=health.CRITICAL, period=2 * DAY, duty=0.97, acknowledged_after=12 * MINUTE),
    Flavour(state=health.WARNING, period=9 * DAY, duty=0.97, acknowledged_after=2 * HOUR),
    Flavour(state=health.WARNING, period=16 * HOUR, duty=0.97, planned=True),
    Flavour(state=health.CRITICAL, period=4 * HOUR, duty=0.97),
    Flavour(state=health.UNKNOWN, period=44 * HOUR, duty=0.97, acknowledged_after=25 * MINUTE),
    Flavour(state=health.WARNING, period=30 * HOUR, duty=0.97, acknowledged_after=70 * MINUTE),
    Flavour(state=health.WARNING, period=19 * HOUR, duty=0.97),
    Flavour(state=health.CRITICAL, period=5 * DAY, duty=0.97, acknowledged_after=9 * MINUTE),
    Flavour(state=health.UNKNOWN, period=5 * HOUR, duty=0.97),
    Flavour(state=health.WARNING, period=14 * DAY, duty=0.97, acknowledged_after=3 * HOUR),
    Flavour(state=health.CRITICAL, period=27 * HOUR, duty=0.97, planned=True),
    Flavour(state=health.WARNING, period=11 * HOUR, duty=0.97, acknowledged_after=18 * MINUTE),
    Flavour(state=health.WARNING, period=160 * MINUTE, duty=0.97),
    Flavour(state=health.WARNING, period=6 * DAY, duty=0.97, acknowledged_after=5 * HOUR),
    Flavour(state=health.CRITICAL, period=100 * MINUTE, duty=0.97),
    Flavour(state=health.WARNING, period=95 * MINUTE, duty=0.97),
    Flavour(state=health.CRITICAL, period=55 * MINUTE, duty=0.95),
    Flavour(state=health.WARNING, period=26 * HOUR, duty=0.97),
)
"""One check each, however large the estate is."""

HOST_DOWN: Final = Flavour(state=health.DOWN, period=11 * HOUR, duty=0.7)
HOST_PLANNED: Final = Flavour(state=health.DOWN, period=11 * HOUR, duty=0.2, planned=True)


class Trouble(Value, frozen=True, gc=False):
    """From ``begin_at`` until before ``end_at``."""

    member: str
    begin_at: Moment
    end_at: Moment
    flavour: Flavour


class Lane(Value, frozen=True, gc=False):
    """A few checks that take turns."""

    seed: int
    members: tuple[str, ...]
    flavour: Flavour

    def trouble(self, turn: int) -> Trouble:
        """The trouble of a turn: never longer than its period."""
        period = self.flavour.period
        begin_at = turn * period + self.seed % period + round(0.08 * period * share(self.seed, turn, 1))
        length = round(period * self.flavour.duty * (0.75 + 0.25 * share(self.seed, turn, 2)))
        return Trouble(self.victim(turn), begin_at, begin_at + length, self.flavour)

    def victim(self, turn: int) -> str:
        """Whose turn it is."""
        return self.members[mixed(self.seed, turn) % len(self.members)]

    def last(self, member: str, at: Moment) -> Trouble | None:
        """The last trouble of a member that has begun by ``at``, over or not."""
        turn = (at - self.seed % self.flavour.period) // self.flavour.period
        for earlier in range(_LOOK_BACK):
            if self.victim(turn - earlier) == member:
                found = self.trouble(turn - earlier)
                if found.begin_at <= at:
                    return found
        return None


def deal(
    seed: int,
    members: Iterable[str],
    flavours: Sequence[Flavour],
    *,
    size: int = LANE_SIZE,
    lasting: Sequence[Flavour] = (),
) -> dict[str, Lane]:
    """The lane of each member: first one for each of ``lasting``, then lanes of ``size``, flavours in turn. The last
    lane may be smaller."""
    order = sorted(members, key=lambda member: mixed(seed, *member.encode()))
    alone, others = order[: len(lasting)], order[len(lasting) :]
    lanes = {member: Lane(mixed(seed, number, 1), (member,), lasting[number]) for number, member in enumerate(alone)}
    for number, begin in enumerate(range(0, len(others), size)):
        lane = Lane(mixed(seed, number), tuple(others[begin : begin + size]), flavours[number % len(flavours)])
        lanes |= dict.fromkeys(lane.members, lane)
    return lanes
