"""What is silenced: every acknowledgement, downtime and suppression in force or planned, as one kind of thing.

Pure. A silence that its source tells of only by a mark (no author, no times) is listed too: nothing that is quiet is
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from app.base.clock import Moment
from app.domain.health import NOT_A_PROBLEM, Downtime, HealthRow, Remark
from app.domain.history import StateChange
from app.domain.value import Value

ACKNOWLEDGEMENT: Final = "acknowledgement"
DOWNTIME: Final = "downtime"
SUPPRESSED: Final = "suppressed"

ACTIVE: Final = "active"
PLANNED: Final = "planned"

_FOREVER: Final = 1 << 62
T = TypeVar("T", Remark, Downtime)


class Silence(Value, frozen=True, kw_only=True):
    """One thing that keeps a row quiet. ``start_at``: None where the source does not say. ``end_at``: None when it
    ends by itself at the row's recovery, or is not told."""

    kind: str
    phase: str
    row: HealthRow
    remote_id: str = ""
    author: str = ""
    text: str = ""
    start_at: Moment | None = None
    end_at: Moment | None = None


def silences(
    rows: Iterable[HealthRow], remarks: Iterable[Remark], downtimes: Iterable[Downtime], now_at: Moment
) -> list[Silence]:
    """All of them, those that end first leading, then the oldest."""
    acks = _by_row(remark for remark in remarks if remark.kind == ACKNOWLEDGEMENT)
    planned = _by_row(downtimes)
    found = [
        silence
        for row in rows
        for silence in (*_acknowledged(row, acks), *_in_downtime(row, planned, now_at), *_suppressed(row))
    ]
    return sorted(found, key=_order)


def last_match_at(changes: Sequence[StateChange], since_at: Moment, now_at: Moment) -> Moment | None:
    """When a silence last kept a problem quiet: ``now_at`` while one is there, None when it never did.

    ``changes``: of the row, oldest first, led by the one in force at ``since_at``.
    """
    ends = (*(change.at for change in changes[1:]), now_at)
    matched = [end for change, end in zip(changes, ends, strict=False) if _is_problem(change) and end > since_at]
    return matched[-1] if matched else None


def _is_problem(change: StateChange) -> bool:
    return bool(change.state) and change.state not in NOT_A_PROBLEM


def _acknowledged(row: HealthRow, acks: dict[str, list[Remark]]) -> Iterator[Silence]:
    """The newest remark tells who; an older one is of an acknowledgement that was given anew."""
    if not row.acknowledged:
        return
    told = acks.get(row.id)
    if not told:
        yield Silence(kind=ACKNOWLEDGEMENT, phase=ACTIVE, row=row)
        return
    last = max(told, key=lambda remark: remark.at)
    yield Silence(
        kind=ACKNOWLEDGEMENT, phase=ACTIVE, row=row, remote_id=last.remote_id, author=last.author, text=last.text,
        start_at=last.at, end_at=last.end_at,
    )  # fmt: skip


def _in_downtime(row: HealthRow, planned: dict[str, list[Downtime]], now_at: Moment) -> Iterator[Silence]:
    told = planned.get(row.id, [])
    for downtime in (each for each in told if each.end_at > now_at):
        is_active = downtime.in_effect or (downtime.fixed and downtime.start_at <= now_at)
        yield Silence(
            kind=DOWNTIME, phase=ACTIVE if is_active else PLANNED, row=row, remote_id=downtime.remote_id,
            author=downtime.author, text=downtime.text, start_at=downtime.start_at, end_at=downtime.end_at,
        )  # fmt: skip
    if row.in_downtime and not told:  # one that has ended since the source's last word is none
        yield Silence(kind=DOWNTIME, phase=ACTIVE, row=row)


def _suppressed(row: HealthRow) -> Iterator[Silence]:
    if row.suppressed:
        yield Silence(kind=SUPPRESSED, phase=ACTIVE, row=row)


def _by_row(told: Iterable[T]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for each in told:
        found.setdefault(each.row_id, []).append(each)
    return found


def _order(silence: Silence) -> tuple[Moment, Moment, str, str, str]:
    end_at = _FOREVER if silence.end_at is None else silence.end_at
    return (end_at, silence.start_at or 0, silence.row.host, silence.row.name, silence.remote_id)
