"""When what is in trouble, and of which sort: a pure function of the seed and the moment.

Checks are dealt into lanes of a few. A lane has one trouble after another, each with one of its members; so at any
moment about the same number of things are wrong, and the past of a check is found by looking back in its lane.
A few checks have a lane to themselves: what stays wrong for hours or days, as in every company.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, cycle
from typing import Final

from app.analysis.simulation.chance import mixed, share
from app.base.clock import DAY, HOUR, MINUTE, Moment
from app.domain import health
from app.domain.value import Value

_LOOK_BACK: Final = 100


class Flavour(Value, frozen=True, gc=False, kw_only=True):
    """A sort of trouble. ``duty``: the share of the ``period`` that it lasts. ``among``: how many checks take turns,
    more for what is short, so that nobody fails every hour. ``silent``: its results stay away."""

    state: str
    period: int
    duty: float
    among: int = 1
    acknowledged_after: int | None = None
    planned: bool = False
    flaps: bool = False
    silent: bool = False


FLAVOURS: Final = (
    Flavour(state=health.CRITICAL, period=75 * MINUTE, duty=0.97, among=5),
    Flavour(state=health.WARNING, period=190 * MINUTE, duty=0.97, among=3),
    Flavour(state=health.CRITICAL, period=5 * HOUR, duty=0.88, among=2, acknowledged_after=6 * MINUTE),
    Flavour(state=health.WARNING, period=13 * MINUTE, duty=0.45, among=5),
    Flavour(state=health.UNKNOWN, period=140 * MINUTE, duty=0.97, among=4),
    Flavour(state=health.CRITICAL, period=8 * HOUR, duty=0.85, among=2, planned=True),
    Flavour(state=health.WARNING, period=9 * HOUR, duty=0.88, among=2, acknowledged_after=25 * MINUTE),
    Flavour(state=health.WARNING, period=4 * HOUR, duty=0.6, among=3, flaps=True),
    Flavour(state=health.CRITICAL, period=35 * MINUTE, duty=0.5, among=4),
    Flavour(state=health.OK, period=6 * HOUR, duty=0.9, among=2, silent=True),
    Flavour(state=health.WARNING, period=14 * HOUR, duty=0.97, among=2),
    Flavour(state=health.CRITICAL, period=150 * MINUTE, duty=0.97, among=4),
    Flavour(state=health.WARNING, period=4 * HOUR, duty=0.95, among=3),
    Flavour(state=health.WARNING, period=55 * MINUTE, duty=0.97, among=5),
    Flavour(state=health.CRITICAL, period=6 * HOUR, duty=0.97, among=3),
)
LASTING: Final = (
    Flavour(state=health.WARNING, period=3 * DAY, duty=0.97, acknowledged_after=40 * MINUTE),
    Flavour(state=health.WARNING, period=26 * HOUR, duty=0.97),
    Flavour(state=health.CRITICAL, period=2 * DAY, duty=0.97, acknowledged_after=12 * MINUTE),
    Flavour(state=health.WARNING, period=9 * DAY, duty=0.97, acknowledged_after=2 * HOUR),
    Flavour(state=health.WARNING, period=16 * HOUR, duty=0.97, planned=True),
    Flavour(state=health.UNKNOWN, period=44 * HOUR, duty=0.97, acknowledged_after=25 * MINUTE),
    Flavour(state=health.WARNING, period=30 * HOUR, duty=0.97, acknowledged_after=70 * MINUTE),
    Flavour(state=health.WARNING, period=40 * HOUR, duty=0.97),
    Flavour(state=health.CRITICAL, period=5 * DAY, duty=0.97, acknowledged_after=9 * MINUTE),
    Flavour(state=health.WARNING, period=14 * DAY, duty=0.97, acknowledged_after=3 * HOUR),
    Flavour(state=health.WARNING, period=31 * HOUR, duty=0.97, planned=True),
)
"""However large the estate is."""

HOST_DOWN: Final = Flavour(state=health.DOWN, period=11 * HOUR, duty=0.7)
HOST_PLANNED: Final = Flavour(state=health.DOWN, period=11 * HOUR, duty=0.2, among=8, planned=True)


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
    seed: int, members: Iterable[str], flavours: Sequence[Flavour], lasting: Sequence[Flavour] = ()
) -> dict[str, Lane]:
    """The lane of each member: first one lane for each of ``lasting``, then ``flavours`` in turn. The last lane may
    be smaller."""
    order = sorted(members, key=lambda member: mixed(seed, *member.encode()))
    lanes: dict[str, Lane] = {}
    for number, flavour in enumerate(chain(lasting, cycle(flavours))):
        if len(lanes) >= len(order):
            break
        lane = Lane(mixed(seed, number), tuple(order[len(lanes) : len(lanes) + flavour.among]), flavour)
        lanes |= dict.fromkeys(lane.members, lane)
    return lanes
