"""``--since``, ``--until``, ``--at`` and ``--time-zone`` of a report: which moments were meant."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import Moment, from_datetime
from app.base.errors import UsageTrouble
from app.base.text import tr
from app.base.zone import read_zone
from app.domain.report import UTC


@dataclass(frozen=True, slots=True)
class Period:
    """What was asked for; None where nothing was said. ``zone``: its name."""

    since_at: Moment | None
    until_at: Moment | None
    at: Moment | None
    zone: str

    @property
    def before_at(self) -> Moment | None:
        """When the period before began, as long as this one; None where its length is not told."""
        return None if self.since_at is None or self.until_at is None else 2 * self.since_at - self.until_at


def period_of(args: argparse.Namespace) -> Period:
    """Times without a zone are in --time-zone. Raises UsageTrouble: no such zone, or it ends before it begins."""
    zone = read_zone(args.time_zone)

    def moment(name: str) -> Moment | None:
        told: datetime | None = getattr(args, name, None)
        return None if told is None else from_datetime(told if told.tzinfo else told.replace(tzinfo=zone))

    since_at, until_at = moment("since"), moment("until")
    if since_at is not None and until_at is not None and since_at > until_at:
        raise UsageTrouble(tr("--since lies after --until."), hint=tr("Exchange them."))
    return Period(since_at, until_at, moment("at"), args.time_zone)


def wall_time(text: str) -> datetime:
    """A time from the command line, with or without a zone."""
    try:
        told = datetime.fromisoformat(text)
        from_datetime(told if told.tzinfo else told.astimezone())  # whether there is such a moment
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"“{text}” is not a time; write it as 2026-11-23T14:30Z") from None
    return told


def add_zone(parser: argparse.ArgumentParser) -> None:
    """The option of a zone."""
    parser.add_argument(
        "--time-zone", metavar="ZONE", default=UTC,
        help="for times without one, and for those that a file shows, as Europe/Berlin (default UTC)",
    )  # fmt: skip
