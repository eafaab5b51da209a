"""What the desk showed last, kept in the profile; a start paints it before any store is opened."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.base.clock import Moment
from app.base.paths import write_private
from app.domain.health import HealthRow
from app.domain.ticket import Ticket

SIZE_LIMIT_BYTES = 2_000_000
ROWS = 80


class BoardCount(msgspec.Struct, frozen=True):
    """One counter of the board: how many unhandled, by state word."""

    state: str
    count: int


class LastSource(msgspec.Struct, frozen=True):
    """A source and when its data were received."""

    name: str
    received_at: Moment | None


class LastView(msgspec.Struct, frozen=True, kw_only=True):
    """``rows``: the head of the queue, without descriptions. ``problems``: the head of the board."""

    saved_at: Moment
    screen: str = "queue"
    view_name: str = ""
    query: str = ""
    total: int = 0
    rows: tuple[Ticket, ...] = ()
    problems: tuple[HealthRow, ...] = ()
    counts: tuple[BoardCount, ...] = ()
    sources: tuple[LastSource, ...] = ()
    width: int = 0
    height: int = 0


def load_last_view(path: Path) -> LastView | None:
    """The last view; None when there is none or it cannot be read (it is only a picture of the past)."""
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=LastView)
    except (OSError, ValueError, msgspec.ValidationError):
        return None


def save_last_view(path: Path, view: LastView) -> None:
    """Write it, owner-only. Raises OSError."""
    write_private(path, msgspec.json.encode(view))
