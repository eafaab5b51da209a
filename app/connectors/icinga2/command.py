"""Commands as actions of the API, each read back: an action answers at once what became of it, object by object.

    what is seen before -> one action per row, paced -> its own answer -> asked again until it shows, or time is up

done         seen afterwards
unconfirmed  perhaps taken (no answer came), and not seen within ``CONFIRM_S``
refused      by a rule or for lack of a right; nothing has changed
failed       not taken
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer, Refused, RemoteTrouble, TimedOut, Unreachable
from app.base.events import CancelToken
from app.base.pacing import TokenBucket
from app.base.text import one_line, tr
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.read_back import Seen, look, shows
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HOST, HealthRow

ACTIONS: Final[Mapping[str, str]] = {
    verbs.ACKNOWLEDGE: "acknowledge-problem",
    verbs.UNACKNOWLEDGE: "remove-acknowledgement",
    verbs.DOWNTIME: "schedule-downtime",
    verbs.END_DOWNTIME: "remove-downtime",
    verbs.COMMENT: "add-comment",
    verbs.RECHECK: "reschedule-check",
}
VERBS: Final = frozenset(ACTIONS)
CONFIRM_S: Final = 20.0
RATE_PER_S: Final = 50.0
BURST: Final = 100.0
"""A thousand rows at once must not keep the daemon from its checks."""

_FIRST_STEP_S: Final = 0.2
_LONGEST_STEP_S: Final = 3.0


class Commands:
    """Net lane."""

    def __init__(self, name: str, api: Api, clock: Clock) -> None:
        self._name, self._api, self._clock = name, api, clock
        self._bucket = TokenBucket.full(RATE_PER_S, BURST, clock.monotonic())

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """One outcome per row, in their order. Raises Cancelled, and RemoteTrouble while nothing was sent."""
        before = look(self._api, command.verb, rows, cancel)
        outcomes: dict[str, Outcome] = {}
        sent: dict[str, str] = {}
        for place, row in enumerate(rows):
            try:
                self._act(command, row, before, cancel)
                sent[row.id] = ""
            except Refused as error:
                outcomes[row.id] = Outcome(row.id, REFUSED, error.sentence())
            except BadAnswer as error:
                sent[row.id] = error.sentence()
            except TimedOut as error:  # it may have arrived: look, and never send it twice
                sent[row.id] = error.sentence()
            except Unreachable as error:  # a line that breaks may have carried it; the rest was not sent for certain
                sent[row.id] = error.sentence()
                outcomes |= _failed(rows[place + 1 :], error)
                break
            except RemoteTrouble as error:
                if not sent and not outcomes:
                    raise
                outcomes |= _failed(rows[place:], error)
                break
        outcomes |= self._confirmed(command, [row for row in rows if row.id in sent], sent, before, cancel)
        return tuple(outcomes[row.id] for row in rows)

    def _act(self, command: Command, row: HealthRow, before: Seen, cancel: CancelToken) -> None:
        """Raises Refused with what stands against it, RemoteTrouble."""
        _refuse(command, row, before)
        self._wait_for_turn(cancel)
        body = _on(row) | _FIELDS[command.verb](command, self._clock.now())
        for each in self._api.act(ACTIONS[command.verb], body, cancel):
            if not 200 <= each.code < 300:
                said = one_line(each.status) or tr("no reason given")
                raise Refused(tr("{name} did not take it: {text}", name=self._name, text=said))

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
                now = look(self._api, command.verb, waiting, cancel)
            except RemoteTrouble as error:
                reason = error.sentence()
                break
            outcomes |= {row.id: Outcome(row.id, DONE) for row in waiting if shows(command, row, before, now)}
            waiting = [row for row in waiting if row.id not in outcomes]
            if not waiting or self._clock.monotonic() > end_s or cancel.wait(step_s):
                break
            step_s = min(_LONGEST_STEP_S, step_s * 1.5)
        reason = reason or tr("{name} took it, but does not show it yet.", name=self._name)
        return outcomes | {row.id: Outcome(row.id, UNCONFIRMED, sent[row.id] or reason) for row in waiting}


def _on(row: HealthRow) -> dict[str, Any]:
    if row.kind == HOST:
        return {"type": "Host", "filter": "host.name == given.host", "filter_vars": {"given": {"host": row.host}}}
    given = {"host": row.host, "service": row.name}
    where = "host.name == given.host && service.name == given.service"
    return {"type": "Service", "filter": where, "filter_vars": {"given": given}}


def _refuse(command: Command, row: HealthRow, before: Seen) -> None:
    """What Icinga would take without a word, and without an effect. Raises Refused."""
    told = before.told.get(row.id)
    if command.verb == verbs.UNACKNOWLEDGE and told is not None and not told.acknowledgement:
        raise Refused(tr("It is not acknowledged."))
    if command.verb == verbs.ACKNOWLEDGE and told is not None:
        if not told.state:
            raise Refused(tr("It has no problem that could be acknowledged."))
        if told.acknowledgement:
            raise Refused(tr("It is acknowledged already."))
    if command.verb == verbs.END_DOWNTIME and not any(each.row_id == row.id for each in before.downtimes):
        raise Refused(tr("It is in no downtime."))


def _said(command: Command) -> dict[str, Any]:
    """Author and comment, which the API insists on."""
    return {"author": command.author, "comment": command.comment or tr("no comment given")}


def _acknowledge(command: Command, now_at: Moment) -> dict[str, Any]:
    flags = {"sticky": command.sticky, "notify": command.notify}
    if command.end_at is None:
        return _said(command) | flags
    if command.end_at <= now_at:
        raise Refused(tr("This acknowledgement would end in the past."))
    return _said(command) | flags | {"expiry": command.end_at / 1000}


def _downtime(command: Command, _now_at: Moment) -> dict[str, Any]:
    if command.start_at is None or command.end_at is None or command.end_at <= command.start_at:
        raise Refused(tr("A downtime needs a start and an end after it."))
    return _said(command) | {"start_time": command.start_at / 1000, "end_time": command.end_at / 1000, "fixed": True}


def _recheck(_command: Command, now_at: Moment) -> dict[str, Any]:
    return {"next_check": now_at / 1000, "force": True}


def _nothing(_command: Command, _now_at: Moment) -> dict[str, Any]:
    return {}


_FIELDS: Final[Mapping[str, Callable[[Command, Moment], dict[str, Any]]]] = {
    verbs.ACKNOWLEDGE: _acknowledge,
    verbs.UNACKNOWLEDGE: _nothing,
    verbs.DOWNTIME: _downtime,
    verbs.END_DOWNTIME: _nothing,
    verbs.COMMENT: lambda command, _now_at: _said(command),
    verbs.RECHECK: _recheck,
}


def _failed(rows: Sequence[HealthRow], error: RemoteTrouble) -> dict[str, Outcome]:
    return {row.id: Outcome(row.id, FAILED, error.sentence()) for row in rows}
