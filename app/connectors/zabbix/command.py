"""Commands through events, maintenances and tasks, each read back.

    what a row means -> calls of many rows in one request -> asking until it shows, or time is up

done         seen: on the problems, among the maintenances, or as a newer value
unconfirmed  taken, or perhaps taken (no answer came), and not seen within ``CONFIRM_S``
refused      by a rule or for lack of a right; nothing has changed
failed       not sent

What a call of a lost answer did is looked for, and never sent twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.base.clock import Clock
from app.base.errors import BadAnswer, Limited, NeedsSignIn, Refused, RemoteTrouble, TimedOut
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import Kind
from app.connectors.zabbix.asks import Ask
from app.connectors.zabbix.deeds import DEEDS, Deed, Job, notes
from app.connectors.zabbix.picture import Picture
from app.connectors.zabbix.read_back import look
from app.connectors.zabbix.rpc import Rpc
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HealthRow

VERBS: Final = frozenset(DEEDS)
CONFIRM_S: Final = 20.0
_FIRST_STEP_S: Final = 0.2
_LONGEST_STEP_S: Final = 3.0
_ROWS_A_REQUEST: Final = 50


class Commands:
    """Net lane."""

    def __init__(self, rpc: Rpc, clock: Clock) -> None:
        self._rpc, self._clock = rpc, clock

    def push(
        self, command: Command, rows: Sequence[HealthRow], picture: Picture, cancel: CancelToken
    ) -> tuple[Outcome, ...]:
        """One outcome per row, in their order. Raises Cancelled, and RemoteTrouble while nothing was sent."""
        job = Job.of(command, rows, picture, self._clock.now(), self._rpc, cancel)
        outcomes: dict[str, Outcome] = {}
        deeds: dict[str, Deed] = {}
        for row in {row.id: row for row in rows}.values():
            cancel.check()
            try:
                deeds[row.id] = DEEDS[command.verb](job, row)
            except Refused as error:
                outcomes[row.id] = Outcome(row.id, REFUSED, error.sentence())
        sent = self._send(deeds, outcomes, cancel)
        outcomes |= self._confirmed(job, {id_: deeds[id_] for id_ in sent}, sent, cancel)
        return tuple(outcomes[row.id] for row in rows)

    def _send(self, deeds: Mapping[str, Deed], outcomes: dict[str, Outcome], cancel: CancelToken) -> dict[str, str]:
        """The rows that were sent for, and for each what stands against it (empty: nothing)."""
        sent: dict[str, str] = {}
        ids = list(deeds)
        for start in range(0, len(ids), _ROWS_A_REQUEST):
            piece = ids[start : start + _ROWS_A_REQUEST]
            wanted = _merged(deeds, piece)
            try:
                refused = self._rpc.ask(wanted, cancel, kind=Kind.NORMAL).refused if wanted else {}
            except (TimedOut, BadAnswer) as error:  # it may have been done: look, and never send it twice
                sent |= dict.fromkeys(piece, error.sentence())
                continue
            except RemoteTrouble as error:
                if not sent and isinstance(error, (NeedsSignIn, Limited)):
                    raise
                if not sent and not outcomes:
                    raise
                outcomes |= {id_: Outcome(id_, FAILED, error.sentence()) for id_ in ids[start:]}
                break
            for id_ in piece:
                said = [refused[key] for key in deeds[id_].keys if key in refused]
                if said:
                    outcomes[id_] = Outcome(id_, REFUSED, said[0])
                else:
                    sent[id_] = ""
        return sent

    def _confirmed(
        self, job: Job, waiting: dict[str, Deed], sent: Mapping[str, str], cancel: CancelToken
    ) -> dict[str, Outcome]:
        """Look until every effect shows or the time is up."""
        outcomes: dict[str, Outcome] = {}
        end_s, step_s, reason = self._clock.monotonic() + CONFIRM_S, _FIRST_STEP_S, ""
        while waiting:
            cancel.check()
            try:
                seen = look(self._rpc, list(waiting.values()), cancel)
            except (RemoteTrouble, Refused) as error:
                reason = error.sentence()
                break
            shown = {id_ for id_, deed in waiting.items() if deed.shows(seen)}
            outcomes |= {id_: Outcome(id_, DONE, notes(job)) for id_ in shown}
            waiting = {id_: deed for id_, deed in waiting.items() if id_ not in shown}
            if not waiting or self._clock.monotonic() > end_s or cancel.wait(step_s):
                break
            step_s = min(_LONGEST_STEP_S, step_s * 1.5)
        reason = reason or tr("{name} took it, but does not show it yet.", name=self._rpc.name)
        return outcomes | {id_: Outcome(id_, UNCONFIRMED, sent[id_] or reason) for id_ in waiting}


def _merged(deeds: Mapping[str, Deed], piece: Sequence[str]) -> dict[str, Ask]:
    """The calls of many rows; two rows can want the same one (a maintenance over both is deleted once)."""
    return {key: ask for id_ in piece for key, ask in deeds[id_].asks.items()}
