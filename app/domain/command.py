"""What a person can ask of a source about its rows, and what became of it."""

from __future__ import annotations

from typing import Final

from app.base.clock import Moment
from app.domain.value import Value

ACKNOWLEDGE: Final = "acknowledge"
UNACKNOWLEDGE: Final = "unacknowledge"
DOWNTIME: Final = "downtime"
END_DOWNTIME: Final = "end_downtime"
COMMENT: Final = "comment"
RECHECK: Final = "recheck"
CLOSE: Final = "close"

ACKNOWLEDGE_UNTIL: Final = "acknowledge_until"
"""No verb of a command: what a source can whose acknowledgements may end at a given time."""

DONE: Final = "done"
REFUSED: Final = "refused"
FAILED: Final = "failed"
UNCONFIRMED: Final = "unconfirmed"


class Command(Value, frozen=True, gc=False, kw_only=True):
    """One command for many rows. ``start_at``: of a downtime. ``end_at``: of a downtime, and of an acknowledgement
    that is to end by itself; without one that holds as long as the source lets it."""

    verb: str
    author: str
    comment: str = ""
    sticky: bool = True
    notify: bool = False
    start_at: Moment | None = None
    end_at: Moment | None = None


def needs(command: Command) -> tuple[str, ...]:
    """What a source must be able to do to carry it out."""
    if command.verb == ACKNOWLEDGE and command.end_at is not None:
        return (ACKNOWLEDGE, ACKNOWLEDGE_UNTIL)
    return (command.verb,)


class Outcome(Value, frozen=True, gc=False):
    """What became of a command on one row: ``done`` was read back, ``unconfirmed`` was sent and not seen yet."""

    id: str
    outcome: str
    reason: str = ""
