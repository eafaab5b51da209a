"""Acknowledgements and downtimes as silences of an Alertmanager, each read back.

    POST a silence per alert of a row -> GET the silences until it shows there, or time is up

done         seen among the silences: running or planned as asked, or ended
unconfirmed  perhaps taken (no answer came), and not seen within ``CONFIRM_S``
refused      by a rule or for lack of a right; nothing has changed
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.base.clock import HOUR, SECOND, Clock, Moment, to_iso
from app.base.errors import BadAnswer, NeedsSignIn, NotFound, Refused, RemoteTrouble, TimedOut, Unreachable
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import Kind
from app.connectors.http import HttpClient
from app.connectors.prometheus.labels import scope_of
from app.connectors.prometheus.parse import Silence, at, listed, reader
from app.connectors.prometheus.rows import Told
from app.connectors.prometheus.silence import PREFIX, Index, is_ack
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HealthRow

SILENCING: Final = frozenset({verbs.ACKNOWLEDGE, verbs.UNACKNOWLEDGE, verbs.DOWNTIME, verbs.END_DOWNTIME})
ACKNOWLEDGED_MS: Final = 8 * HOUR
"""How long an acknowledgement without an end holds: Alertmanager has only silences, and those end."""

CONFIRM_S: Final = 6.0
_STEP_S: Final = 0.3
Scope = tuple[tuple[str, str], ...]
Alerts = Mapping[str, tuple[Told, ...]]


class Silencer:
    """Net lane."""

    def __init__(self, name: str, client: HttpClient | None, clock: Clock) -> None:
        self._name, self._client, self._clock = name, client, clock

    def refused(self, command: Command, rows: Sequence[HealthRow]) -> tuple[Outcome, ...]:
        """Why a command cannot be carried out here, for each row."""
        if self._client is None and command.verb in SILENCING:
            reason = tr(
                "{name} has no Alertmanager here, which keeps silences: add the source with --alertmanager URL.",
                name=self._name,
            )
        else:
            reason = tr(_UNABLE.get(command.verb, "{name} cannot do this."), name=self._name)
        return tuple(Outcome(row.id, REFUSED, reason) for row in rows)

    def push(
        self,
        command: Command,
        rows: Sequence[HealthRow],
        alerts: Alerts,
        silences: Sequence[Silence],
        cancel: CancelToken,
    ) -> tuple[Outcome, ...]:
        """One outcome per row, in their order. Raises Cancelled, and RemoteTrouble while nothing was sent."""
        index, outcomes, sent = Index(silences), dict[str, Outcome](), dict[str, str]()
        chosen = {row.id for row in rows}
        for place, row in enumerate(rows):
            try:
                cancel.check()
                self._one(command, row, alerts, index, chosen, cancel)
                sent[row.id] = ""
            except Refused as error:
                outcomes[row.id] = Outcome(row.id, REFUSED, error.sentence())
            except (TimedOut, BadAnswer) as error:  # it may have arrived: look, and never send it twice
                sent[row.id] = error.sentence()
            except RemoteTrouble as error:
                if not sent and not outcomes and not isinstance(error, NeedsSignIn):
                    raise
                outcome = REFUSED if isinstance(error, NeedsSignIn) and error.status == 403 else FAILED
                if isinstance(error, NeedsSignIn) and outcome == FAILED and not sent and not outcomes:
                    raise
                if isinstance(error, Unreachable):
                    sent[row.id] = error.sentence()
                    rest = rows[place + 1 :]
                else:
                    rest = rows[place:]
                outcomes |= {each.id: Outcome(each.id, outcome, error.sentence()) for each in rest}
                break
        waiting = [row for row in rows if row.id in sent]
        outcomes |= self._confirmed(command, waiting, alerts, sent, cancel)
        return tuple(outcomes[row.id] for row in rows)

    def _one(
        self, command: Command, row: HealthRow, alerts: Alerts, index: Index, chosen: set[str], cancel: CancelToken
    ) -> None:
        found = alerts.get(row.id, ())
        if not found:
            raise Refused(tr("Alertmanager knows no alert of it, and silences alerts alone."))
        if command.verb in (verbs.ACKNOWLEDGE, verbs.DOWNTIME):
            self._set(command, row, alerts, cancel)
        else:
            self._end(command, row, alerts, index, chosen, cancel)

    def _set(self, command: Command, row: HealthRow, alerts: Alerts, cancel: CancelToken) -> None:
        start_at, end_at, text = self._span(command, row)
        for scope in _scopes(command, row.id, alerts):
            body = {
                "matchers": [
                    {"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in scope
                ],
                "startsAt": to_iso(start_at), "endsAt": to_iso(end_at),
                "createdBy": command.author, "comment": text,
            }  # fmt: skip
            self._send("POST", "api/v2/silences", body, cancel)

    def _span(self, command: Command, row: HealthRow) -> tuple[Moment, Moment, str]:
        now_at = self._clock.now()
        if command.verb == verbs.ACKNOWLEDGE:
            if not row.is_problem:
                raise Refused(tr("It has no problem that could be acknowledged."))
            end_at = now_at + ACKNOWLEDGED_MS if command.end_at is None else command.end_at
            if end_at <= now_at:
                raise Refused(tr("This acknowledgement would end in the past."))
            return now_at, end_at, f"{PREFIX} {command.comment}".strip()
        if command.start_at is None or command.end_at is None or command.end_at <= command.start_at:
            raise Refused(tr("A downtime needs a start and an end after it."))
        if command.end_at <= now_at:
            raise Refused(tr("This downtime would end in the past."))
        return command.start_at, command.end_at, command.comment or tr("downtime")

    def _end(
        self, command: Command, row: HealthRow, alerts: Alerts, index: Index, chosen: set[str], cancel: CancelToken
    ) -> None:
        """A silence that covers more than what was chosen stays: ending it would make other alerts loud."""
        wanted = _of_verb(command, index, alerts[row.id])
        if not wanted:
            acknowledging = command.verb == verbs.UNACKNOWLEDGE
            raise Refused(tr("It is not acknowledged.") if acknowledging else tr("It is in no downtime."))
        ids = {each.id for each in wanted}
        others = sum(
            id_ not in chosen and any(one.id in ids for told in found for one in index.of(told))
            for id_, found in alerts.items()
        )
        if others:
            raise Refused(
                tr("The silence covers {count} other rows as well.", count=others),
                hint=tr("Choose them too, or change the silence in Alertmanager."),
            )
        for each in wanted:
            try:
                self._send("DELETE", f"api/v2/silence/{each.id}", None, cancel)
            except NotFound:
                continue  # gone already, with another row of this command

    def _send(self, method: str, path: str, body: Any, cancel: CancelToken) -> None:
        assert self._client is not None, "without a client no verb is offered"
        self._client.request(method, path, json=body, cancel=cancel)

    def _confirmed(
        self,
        command: Command,
        waiting: list[HealthRow],
        alerts: Alerts,
        sent: Mapping[str, str],
        cancel: CancelToken,
    ) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        end_s, reason = self._clock.monotonic() + CONFIRM_S, ""
        while waiting:
            cancel.check()
            try:
                index = Index(self._silences(cancel))
            except RemoteTrouble as error:
                reason = error.sentence()
                break
            shown = {row.id for row in waiting if _SHOWS[command.verb](command, row.id, alerts, index)}
            outcomes |= {id_: Outcome(id_, DONE) for id_ in shown}
            waiting = [row for row in waiting if row.id not in shown]
            if not waiting or self._clock.monotonic() > end_s or cancel.wait(_STEP_S):
                break
        reason = reason or tr("{name} took it, but does not show it yet.", name=self._name)
        return outcomes | {row.id: Outcome(row.id, UNCONFIRMED, sent[row.id] or reason) for row in waiting}

    def _silences(self, cancel: CancelToken) -> list[Silence]:
        assert self._client is not None, "without a client no verb is offered"
        body = self._client.request("GET", "api/v2/silences", cancel=cancel, kind=Kind.BULK).body
        return list(reader("", Silence).read(listed(body, (), self._name), []))


_UNABLE: Final = {
    verbs.COMMENT: "{name} keeps comments only with a silence: write it when you acknowledge or set a downtime.",
    verbs.RECHECK: "{name} evaluates its rules at its own times; it cannot be asked to do so now.",
}


def _scopes(command: Command, row_id: str, alerts: Alerts) -> list[Scope]:
    """What the silences of a row match. An acknowledgement holds for these very alerts; a downtime stays while they
    get better or worse, unless the wider scope would reach alerts of another row."""
    exact = sorted({scope_of(each.labels, exact=True) for each in alerts[row_id]})
    wide = sorted({scope_of(each.labels, exact=False) for each in alerts[row_id]})
    if command.verb == verbs.ACKNOWLEDGE or not all(wide) or _reaches_others(wide, row_id, alerts):
        return [scope for scope in exact if scope]
    return wide


def _reaches_others(scopes: Sequence[Scope], row_id: str, alerts: Alerts) -> bool:
    return any(
        set(scope) <= told.labels.items()
        for id_, found in alerts.items()
        if id_ != row_id
        for told in found
        for scope in scopes
    )


def _of_verb(command: Command, index: Index, found: Sequence[Told]) -> list[Silence]:
    wants_ack = command.verb == verbs.UNACKNOWLEDGE
    every = {each.id: each for told in found for each in index.of(told)}
    return [each for each in every.values() if is_ack(each) == wants_ack]


def _is_set(command: Command, row_id: str, alerts: Alerts, index: Index) -> bool:
    """Told by scope, author and end: the answer with the id may have been lost."""
    is_acked = command.verb == verbs.ACKNOWLEDGE
    present = {
        tuple(sorted((one.name, one.value) for one in each.matchers))
        for each in index.by_id.values()
        if each.created_by == command.author and is_ack(each) == is_acked
        and (command.end_at is None or abs((at(each.ends_at) or 0) - command.end_at) < SECOND)
    }  # fmt: skip
    return set(_scopes(command, row_id, alerts)) <= present


def _is_ended(command: Command, row_id: str, alerts: Alerts, index: Index) -> bool:
    return not _of_verb(command, index, alerts[row_id])


_SHOWS: Final[Mapping[str, Callable[[Command, str, Alerts, Index], bool]]] = {
    verbs.ACKNOWLEDGE: _is_set,
    verbs.DOWNTIME: _is_set,
    verbs.UNACKNOWLEDGE: _is_ended,
    verbs.END_DOWNTIME: _is_ended,
}
