"""Orders as external commands of the core, each read back: nothing ever answers one.

    what is seen before -> one order per row, paced -> asked again until it shows, or time is up

done         seen afterwards
unconfirmed  sent, and not seen within ``CONFIRM_S``
refused      by a rule, or the core does not know the row; nothing has changed
failed       not sent
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer, Refused, RemoteTrouble, TimedOut
from app.base.events import CancelToken
from app.base.pacing import TokenBucket
from app.base.text import tr
from app.connectors.livestatus.line import Wire
from app.connectors.livestatus.protocol import fitting, one_field, order, question
from app.connectors.livestatus.read_back import Seen, look, shows
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import GOOD_STATES, HOST, PENDING, HealthRow

CONFIRM_S: Final = 20.0
RATE_PER_S: Final = 50.0
BURST: Final = 100.0
"""A thousand rows at once must not keep the core from its checks."""

_FIRST_STEP_S: Final = 0.2
_LONGEST_STEP_S: Final = 3.0
_STICKY: Final = 2
_PERSISTENT: Final = 1
Words = list[str | int]
Now = Callable[[], Moment]
"""By the server's clock, as far as known."""


class Commands:
    """Net lane."""

    def __init__(self, name: str, wire: Wire, clock: Clock, server_now: Now) -> None:
        self._name, self._wire, self._clock, self._server_now = name, wire, clock, server_now
        self._bucket = TokenBucket.full(RATE_PER_S, BURST, clock.monotonic())

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """One outcome per row, in their order. Raises Cancelled, and RemoteTrouble while nothing was sent."""
        before = look(self._wire, command.verb, rows, cancel)
        outcomes: dict[str, Outcome] = {}
        sent: dict[str, str] = {}
        for place, row in enumerate(rows):
            try:
                self._act(command, row, before, cancel)
                sent[row.id] = ""
            except Refused as error:
                outcomes[row.id] = Outcome(row.id, REFUSED, error.sentence())
            except (TimedOut, BadAnswer) as error:  # it may have arrived: look, and never send it twice
                sent[row.id] = error.sentence()
            except RemoteTrouble as error:
                if not sent and not outcomes:
                    raise
                outcomes |= _failed(rows[place:], error)
                break
        outcomes |= self._confirmed(command, [row for row in rows if row.id in sent], sent, before, cancel)
        return tuple(outcomes[row.id] for row in rows)

    def _act(self, command: Command, row: HealthRow, before: Seen, cancel: CancelToken) -> None:
        """Raises Refused with what stands against it, RemoteTrouble."""
        _refuse(command, row, before, self._name)
        now_at = self._server_now()
        told = [order(now_at, words) for words in _ORDERS[command.verb](command, row, before, now_at)]
        for each in told:
            self._wait_for_turn(cancel)
            with self._wire.talk(cancel) as talk:
                talk.tell(each, question("status", ("program_start",)))

    def _wait_for_turn(self, cancel: CancelToken) -> None:
        self._bucket, wait_s = self._bucket.take(self._clock.monotonic())
        if wait_s:
            cancel.wait(wait_s)
        cancel.check()

    def _confirmed(
        self, command: Command, waiting: list[HealthRow], sent: Mapping[str, str], before: Seen, cancel: CancelToken
    ) -> dict[str, Outcome]:
        """Look until every effect shows or the time is up."""
        outcomes: dict[str, Outcome] = {}
        end_s, step_s, reason = self._clock.monotonic() + CONFIRM_S, _FIRST_STEP_S, ""
        while waiting:
            cancel.check()
            try:
                now = look(self._wire, command.verb, waiting, cancel)
            except RemoteTrouble as error:
                reason = error.sentence()
                break
            outcomes |= {row.id: Outcome(row.id, DONE) for row in waiting if shows(command, row, before, now)}
            waiting = [row for row in waiting if row.id not in outcomes]
            if not waiting or self._clock.monotonic() > end_s or cancel.wait(step_s):
                break
            step_s = min(_LONGEST_STEP_S, step_s * 1.5)
        reason = reason or tr("{name} was told, but does not show it yet.", name=self._name)
        return outcomes | {row.id: Outcome(row.id, UNCONFIRMED, sent[row.id] or reason) for row in waiting}


def _refuse(command: Command, row: HealthRow, before: Seen, name: str) -> None:
    """What a core would take without a word, and without an effect. Raises Refused."""
    told = before.told.get(row.id)
    if told is None:
        raise Refused(tr("{name} does not know it.", name=name))
    if not fitting(row.host) or (row.kind != HOST and not fitting(row.name)):
        raise Refused(tr("Its name holds what a command of {name} cannot carry.", name=name))
    if command.verb == verbs.UNACKNOWLEDGE and not told.acknowledged:
        raise Refused(tr("It is not acknowledged."))
    if command.verb == verbs.ACKNOWLEDGE:
        if command.end_at is not None:
            raise Refused(tr("{name} knows no acknowledgement that ends by itself.", name=name))
        if told.state_word in GOOD_STATES | {PENDING}:
            raise Refused(tr("It has no problem that could be acknowledged."))
        if told.acknowledged:
            raise Refused(tr("It is acknowledged already."))
    if command.verb == verbs.END_DOWNTIME and not any(each.row_id == row.id for each in before.downtimes):
        raise Refused(tr("It is in no downtime."))


# --- words ----------------------------------------------------------------------------------------------------


def _named(row: HealthRow, verb: str) -> Words:
    """``ACKNOWLEDGE_{}_PROBLEM`` with the row behind it."""
    return [verb.format("HOST"), row.host] if row.kind == HOST else [verb.format("SVC"), row.host, row.name]


def _said(command: Command) -> Words:
    """Author and text, which stands last: a semicolon in it parts nothing."""
    text = one_field(command.comment, is_last=True) or tr("no comment given")
    return [one_field(command.author) or "-", text]


def _acknowledge(command: Command, row: HealthRow, _before: Seen, _now_at: Moment) -> list[Words]:
    flags: Words = [_STICKY if command.sticky else 1, int(command.notify), _PERSISTENT]
    return [[*_named(row, "ACKNOWLEDGE_{}_PROBLEM"), *flags, *_said(command)]]


def _unacknowledge(_command: Command, row: HealthRow, _before: Seen, _now_at: Moment) -> list[Words]:
    return [_named(row, "REMOVE_{}_ACKNOWLEDGEMENT")]


def _downtime(command: Command, row: HealthRow, _before: Seen, _now_at: Moment) -> list[Words]:
    if command.start_at is None or command.end_at is None or command.end_at <= command.start_at:
        raise Refused(tr("A downtime needs a start and an end after it."))
    start_s, end_s = command.start_at // 1000, command.end_at // 1000
    is_fixed, trigger = 1, 0
    times: Words = [start_s, end_s, is_fixed, trigger, end_s - start_s]
    return [[*_named(row, "SCHEDULE_{}_DOWNTIME"), *times, *_said(command)]]


def _end_downtime(_command: Command, row: HealthRow, before: Seen, _now_at: Moment) -> list[Words]:
    """One order for each that there is; by number, which is the core's own."""
    verb = "DEL_HOST_DOWNTIME" if row.kind == HOST else "DEL_SVC_DOWNTIME"
    return [[verb, each.remote_id] for each in before.downtimes if each.row_id == row.id]


def _comment(command: Command, row: HealthRow, _before: Seen, _now_at: Moment) -> list[Words]:
    return [[*_named(row, "ADD_{}_COMMENT"), _PERSISTENT, *_said(command)]]


def _recheck(_command: Command, row: HealthRow, _before: Seen, now_at: Moment) -> list[Words]:
    return [[*_named(row, "SCHEDULE_FORCED_{}_CHECK"), now_at // 1000]]


_ORDERS: Final[Mapping[str, Callable[[Command, HealthRow, Seen, Moment], list[Words]]]] = {
    verbs.ACKNOWLEDGE: _acknowledge,
    verbs.UNACKNOWLEDGE: _unacknowledge,
    verbs.DOWNTIME: _downtime,
    verbs.END_DOWNTIME: _end_downtime,
    verbs.COMMENT: _comment,
    verbs.RECHECK: _recheck,
}
VERBS: Final = frozenset(_ORDERS)


def _failed(rows: Sequence[HealthRow], error: RemoteTrouble) -> dict[str, Outcome]:
    return {row.id: Outcome(row.id, FAILED, error.sentence()) for row in rows}
