"""What people have asked of a simulated source, laid over its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from app.analysis.simulation.picture import MAX_ATTEMPTS, Picture
from app.base.clock import Moment
from app.domain import command as verbs
from app.domain.command import Command
from app.domain.health import Downtime, HealthRow, Remark


class Asks:
    """Kept as long as the connector lives; not on several threads."""

    def __init__(self) -> None:
        self._number = 0
        self._acknowledged: dict[str, tuple[Remark, str, Command]] = {}
        self._taken_back: dict[str, Moment | None] = {}
        self._ended: dict[str, Moment | None] = {}
        self._remarks: list[Remark] = []
        self._downtimes: list[Downtime] = []
        self._checked: dict[str, Moment] = {}

    def take(self, command: Command, row: HealthRow, now_at: Moment) -> None:
        """Keep one command for one row."""
        self._TAKE[command.verb](self, command, row, now_at)

    def _remark(self, command: Command, row: HealthRow, now_at: Moment, kind: str) -> Remark:
        self._number += 1
        return Remark(
            row_id=row.id, remote_id=f"p{self._number}", kind=kind, author=command.author, at=now_at,
            text=command.comment, end_at=command.end_at,
        )  # fmt: skip

    def _take_acknowledgement(self, command: Command, row: HealthRow, now_at: Moment) -> None:
        remark = self._remark(command, row, now_at, "acknowledgement")
        self._acknowledged[row.id] = (remark, row.state, command)

    def _take_back(self, _command: Command, row: HealthRow, _now_at: Moment) -> None:
        self._acknowledged.pop(row.id, None)
        self._taken_back[row.id] = row.since_at

    def _take_downtime(self, command: Command, row: HealthRow, _now_at: Moment) -> None:
        assert command.start_at is not None
        assert command.end_at is not None
        self._number += 1
        self._downtimes.append(
            Downtime(
                row_id=row.id, remote_id=f"p{self._number}", author=command.author, text=command.comment,
                start_at=command.start_at, end_at=command.end_at,
            )
        )  # fmt: skip

    def _take_end(self, _command: Command, row: HealthRow, _now_at: Moment) -> None:
        self._downtimes = [each for each in self._downtimes if each.row_id != row.id]
        self._ended[row.id] = row.since_at

    def _take_comment(self, command: Command, row: HealthRow, now_at: Moment) -> None:
        self._remarks.append(self._remark(command, row, now_at, "comment"))

    def _take_check(self, _command: Command, row: HealthRow, now_at: Moment) -> None:
        self._checked[row.id] = now_at

    _TAKE: Final[Mapping[str, Callable[[Asks, Command, HealthRow, Moment], None]]] = {
        verbs.ACKNOWLEDGE: _take_acknowledgement,
        verbs.UNACKNOWLEDGE: _take_back,
        verbs.DOWNTIME: _take_downtime,
        verbs.END_DOWNTIME: _take_end,
        verbs.COMMENT: _take_comment,
        verbs.RECHECK: _take_check,
    }

    def applied(self, picture: Picture, now_at: Moment) -> Picture:
        """The picture as it is after all that; forgets what is over."""
        self._downtimes = [each for each in self._downtimes if each.end_at > now_at]
        over = [
            id_ for id_, (_, _, by) in self._acknowledged.items() if by.end_at is not None and by.end_at <= now_at
        ]
        for id_ in over:
            del self._acknowledged[id_]
        downtimes = [
            msgspec.structs.replace(each, in_effect=True) if each.start_at <= now_at else each
            for each in self._downtimes
        ]
        silenced = {each.row_id for each in downtimes if each.in_effect}
        asked = (
            silenced | self._acknowledged.keys() | self._taken_back.keys() | self._ended.keys() | self._checked.keys()
        )
        if not asked and not self._remarks and not downtimes:
            return picture
        rows = tuple([self._row(row, row.id in silenced) if row.id in asked else row for row in picture.rows])
        said = [
            *(remark for remark in picture.remarks if remark.row_id not in self._taken_back),
            *(remark for remark, _, _ in self._acknowledged.values()),
            *self._remarks,
        ]
        planned = [each for each in picture.downtimes if each.row_id not in self._ended]
        return Picture(rows, tuple(said), (*planned, *downtimes))

    def _row(self, row: HealthRow, is_silenced: bool) -> HealthRow:
        row = self._freshly_checked(row)
        for over in (self._taken_back, self._ended):
            if over.get(row.id, row.since_at) != row.since_at:
                del over[row.id]
        mine = self._acknowledged.get(row.id)
        if mine is not None and (not row.is_problem or (not mine[2].sticky and row.state != mine[1])):
            del self._acknowledged[row.id]
        return msgspec.structs.replace(
            row,
            acknowledged=row.id in self._acknowledged or (row.acknowledged and row.id not in self._taken_back),
            in_downtime=is_silenced or (row.in_downtime and row.id not in self._ended),
        )

    def _freshly_checked(self, row: HealthRow) -> HealthRow:
        checked_at = self._checked.get(row.id)
        if checked_at is None:
            return row
        if row.last_check_at is not None and row.last_check_at >= checked_at:
            del self._checked[row.id]
            return row
        attempt = min(row.max_attempts, row.attempt + 1) if row.is_problem else row.attempt
        due_at = checked_at + (row.expected_by_at or checked_at) - (row.last_check_at or checked_at)
        return msgspec.structs.replace(
            row, last_check_at=checked_at, attempt=attempt, hard=row.hard or attempt >= MAX_ATTEMPTS,
            expected_by_at=due_at,
        )  # fmt: skip
