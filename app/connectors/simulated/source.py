"""The ``HealthSource`` port over a simulation and what people have asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from app.analysis.simulation.estate import large_estate, small_estate
from app.analysis.simulation.picture import Picture, Simulation
from app.base.clock import SECOND, Clock, Moment
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.simulated.asks import Asks
from app.connectors.simulated.options import Options
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED, Command, Outcome
from app.domain.health import PENDING, HealthRow, Snapshot
from app.domain.source import Source

VERBS: Final = frozenset(
    {verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.DOWNTIME, verbs.END_DOWNTIME, verbs.COMMENT, verbs.RECHECK}
)
_BREATH_S: Final = 50e-6


def let_others_run() -> None:
    """The interpreter goes to whoever waits for it."""
    time.sleep(_BREATH_S)


class SimulatedSource:
    """The ``HealthSource`` port. Net lane."""

    def __init__(
        self, source: Source, options: Options, clock: Clock, breathe: Callable[[], object] = let_others_run
    ) -> None:
        self.name = source.name
        self.verbs = VERBS
        self._clock = clock
        self._breathe = breathe
        self._opened_at, self._speed = clock.now(), options.speed
        hosts = large_estate(options.hosts, options.services) if options.hosts else small_estate()
        self._simulation = Simulation(
            options.seed,
            hosts,
            source=source.name,
            environment=source.environment,
            check_every=options.check * SECOND,
        )
        self._asks = Asks()

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """The picture now, with what people asked for. Raises Cancelled."""
        cancel.check()
        began_s, now_at = self._clock.monotonic(), self._clock.now()
        picture = self._asks.applied(self._picture(now_at), now_at)
        cancel.check()
        return Snapshot(
            source=self.name, rows=picture.rows, remarks=picture.remarks, downtimes=picture.downtimes,
            observed_at=now_at, received_at=self._clock.now(), duration_s=self._clock.monotonic() - began_s,
        )  # fmt: skip

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Done at once, or refused with a reason; one outcome per row. Raises Cancelled."""
        cancel.check()
        now_at = self._clock.now()
        known = {row.id: row for row in self._asks.applied(self._picture(now_at), now_at).rows}
        return tuple(self._outcome(command, row.id, known.get(row.id), now_at) for row in rows)

    def close(self) -> None:
        """Nothing is open."""

    def _outcome(self, command: Command, id_: str, row: HealthRow | None, now_at: Moment) -> Outcome:
        if row is None:
            reason = tr("{name} does not know this row.", name=self.name)
        else:
            reason = _REFUSALS.get(command.verb, _nothing)(command, row)
        if row is None or reason:
            return Outcome(id_, REFUSED, reason)
        self._asks.take(command, row, now_at)
        return Outcome(id_, DONE)

    def _picture(self, now_at: Moment) -> Picture:
        if self._speed == 1:
            return self._simulation.picture(now_at, self._breathe)
        then_at = self._opened_at + (now_at - self._opened_at) * self._speed
        told = self._simulation.picture(then_at, self._breathe)
        return Picture(tuple(map(self._slowed, told.rows)), told.remarks, told.downtimes)

    def _slowed(self, row: HealthRow) -> HealthRow:
        """A row with its moments brought from the simulation's time to ours."""
        moments = {name: self._ours(getattr(row, name)) for name in ("since_at", "last_check_at", "expected_by_at")}
        return msgspec.structs.replace(row, **moments)

    def _ours(self, at: Moment | None) -> Moment | None:
        return None if at is None else self._opened_at + (at - self._opened_at) // self._speed


def _nothing(_command: Command, _row: HealthRow) -> str:
    return ""


def _no_acknowledgement(_command: Command, row: HealthRow) -> str:
    return "" if row.is_problem else tr("It is {state}: there is nothing to acknowledge.", state=row.state.upper())


def _no_taking_back(_command: Command, row: HealthRow) -> str:
    return "" if row.acknowledged else tr("It is not acknowledged.")


def _no_downtime(command: Command, _row: HealthRow) -> str:
    if command.start_at is None or command.end_at is None or command.end_at <= command.start_at:
        return tr("A downtime needs a start and an end after it.")
    return ""


def _no_end(_command: Command, row: HealthRow) -> str:
    return "" if row.in_downtime else tr("It is in no downtime.")


def _no_check(_command: Command, row: HealthRow) -> str:
    return tr("Its first check is still to come.") if row.state == PENDING else ""


_REFUSALS: Final[Mapping[str, Callable[[Command, HealthRow], str]]] = {
    verbs.ACKNOWLEDGE: _no_acknowledgement,
    verbs.UNACKNOWLEDGE: _no_taking_back,
    verbs.DOWNTIME: _no_downtime,
    verbs.END_DOWNTIME: _no_end,
    verbs.RECHECK: _no_check,
}
