"""The pages of a wall, as data, and when each is on the screen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.base.clock import SECOND, Moment
from app.domain.value import Value

PROBLEMS: Final = "problems"
SERVICES: Final = "services"
TICKETS: Final = "tickets"
PAGE_KINDS: Final = (PROBLEMS, SERVICES, TICKETS)

USUAL_S: Final = 20.0
HELD_S: Final = 120.0
"""How long a page with a new critical problem stays before the others are shown again."""


class WallPage(Value, frozen=True, gc=False, kw_only=True):
    """``query``: over health rows, which of them the page is about; empty: all. ``from_h``/``until_h``: hours of the
    day in which it is shown, local time; the same twice: always."""

    name: str
    title: str
    kind: str = PROBLEMS
    query: str = ""
    seconds: float = USUAL_S
    from_h: int = 0
    until_h: int = 0

    def is_due(self, hour: int) -> bool:
        """Whether its hours hold; they may go over midnight."""
        if self.from_h == self.until_h:
            return True
        if self.from_h < self.until_h:
            return self.from_h <= hour < self.until_h
        return hour >= self.from_h or hour < self.until_h


USUAL_PAGES: Final = (
    WallPage(name="problems", title="All services"),
    WallPage(name="services", title="Business services", kind=SERVICES),
    WallPage(name="tickets", title="Tickets", kind=TICKETS),
)


class Shown(Value, frozen=True, gc=False, kw_only=True):
    """Which page is on the screen, since when, and until when it is held there (0: it is not)."""

    name: str = ""
    since_at: Moment = 0
    held_until_at: Moment = 0


def turned(shown: Shown, pages: Sequence[WallPage], hour: int, now_at: Moment, burning: str = "") -> Shown:
    """The page that is due. ``burning``: the name of a page on which a critical problem has just appeared: it comes
    at once and is held. A clock that went back starts the page's time anew."""
    due = [page for page in pages if page.is_due(hour)] or list(pages)
    if burning:
        since_at = shown.since_at if shown.name == burning else now_at
        return Shown(name=burning, since_at=since_at, held_until_at=now_at + round(HELD_S * SECOND))
    names = [page.name for page in due]
    if shown.name not in names:
        return Shown(name=names[0], since_at=now_at)
    if now_at < shown.since_at:
        return Shown(name=shown.name, since_at=now_at)
    if now_at < shown.held_until_at <= now_at + round(HELD_S * SECOND):
        return shown
    at = names.index(shown.name)
    if now_at - shown.since_at < due[at].seconds * SECOND:
        return Shown(name=shown.name, since_at=shown.since_at)
    return Shown(name=names[(at + 1) % len(names)], since_at=now_at)


def shift(now_at: Moment, most_px: int, period_s: int) -> tuple[int, int]:
    """By how much the whole picture is moved against burn-in: each period one step on a square spiral's ring, so that
    no edge stays where it was; within ``most_px`` each way."""
    step = now_at // (period_s * SECOND)
    ring = _RING[step % len(_RING)]
    return (round(ring[0] * most_px), round(ring[1] * most_px))


_RING: Final = (
    (0, 0), (0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5), (-0.5, 1), (-1, 0.5), (-0.5, 0), (-1, -0.5), (-0.5, -1),
    (0, -0.5), (0.5, -1), (1, -0.5),
)  # fmt: skip
