"""Downtimes of Datadog (v2): one for each row, read back by its own id; ended through what matches a monitor.

Datadog has no acknowledgement of a monitor, no comment on one and no check that could be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from app.base.clock import Clock, to_iso
from app.base.errors import BadAnswer, NeedsSignIn, NotFound, Refused, RemoteTrouble, TimedOut
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.datadog.rows import Subject, matches
from app.connectors.http import HttpClient
from app.connectors.payload import decode_as
from app.domain import command as verbs
from app.domain.capability import Capabilities, why_not
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import HealthRow

CAPABILITIES: Final = Capabilities(
    {verbs.DOWNTIME, verbs.END_DOWNTIME},
    {
        verbs.ACKNOWLEDGE: tr("Datadog cannot acknowledge a monitor: set a downtime, which mutes it until its end."),
        verbs.UNACKNOWLEDGE: tr("Datadog knows no acknowledgements."),
        verbs.COMMENT: tr("Datadog keeps no comments on monitors: a downtime carries your text."),
        verbs.RECHECK: tr("Datadog evaluates its monitors at its own times."),
        verbs.CLOSE: tr("A monitor ends with its cause: mend it, or set a downtime."),
    },
)
_LIVING: Final = ("active", "scheduled")


class _Schedule(msgspec.Struct, frozen=True):
    start: datetime | None = None
    end: datetime | None = None


class _Attributes(msgspec.Struct, frozen=True):
    status: str = ""
    scope: str | tuple[str, ...] = ""
    schedule: _Schedule | None = None


class _Item(msgspec.Struct, frozen=True):
    id: str
    attributes: _Attributes = _Attributes()


class _One(msgspec.Struct, frozen=True):
    data: _Item


class _Many(msgspec.Struct, frozen=True):
    data: tuple[_Item, ...]


_ONE: Final = msgspec.json.Decoder(_One)
_MANY: Final = msgspec.json.Decoder(_Many)
Doing = Callable[[Command, Subject, CancelToken], None]


class Downtimes:
    """Net lane."""

    def __init__(self, name: str, client: HttpClient, clock: Clock) -> None:
        self._name, self._client, self._clock = name, client, clock
        self._doings: Mapping[str, Doing] = {verbs.DOWNTIME: self._set, verbs.END_DOWNTIME: self._end}

    def push(
        self, command: Command, rows: Sequence[HealthRow], subjects: Mapping[str, Subject], cancel: CancelToken
    ) -> tuple[Outcome, ...]:
        """One outcome per row, in their order. Raises Cancelled, RemoteTrouble while nothing was sent."""
        doing = self._doings.get(command.verb)
        if doing is None:
            return tuple(Outcome(row.id, REFUSED, why_not(CAPABILITIES, command.verb)) for row in rows)
        outcomes: list[Outcome] = []
        for row in rows:
            cancel.check()
            outcomes.append(self._one(doing, command, row, subjects.get(row.id), cancel, is_first=not outcomes))
        return tuple(outcomes)

    def _one(
        self,
        doing: Doing,
        command: Command,
        row: HealthRow,
        subject: Subject | None,
        cancel: CancelToken,
        *,
        is_first: bool,
    ) -> Outcome:
        if subject is None:
            return Outcome(row.id, REFUSED, tr("Only monitors take downtimes from here."))
        try:
            doing(command, subject, cancel)
        except Refused as error:
            return Outcome(row.id, REFUSED, error.sentence())
        except (TimedOut, BadAnswer) as error:  # it may have arrived: it is not sent twice
            return Outcome(row.id, UNCONFIRMED, error.sentence())
        except NeedsSignIn as error:
            if error.status != 403 and is_first:
                raise
            return Outcome(row.id, REFUSED if error.status == 403 else FAILED, error.sentence())
        except RemoteTrouble as error:
            if is_first:
                raise
            return Outcome(row.id, FAILED, error.sentence())
        return Outcome(row.id, DONE)

    def _set(self, command: Command, subject: Subject, cancel: CancelToken) -> None:
        start_at, end_at, now_at = command.start_at, command.end_at, self._clock.now()
        if start_at is None or end_at is None or end_at <= max(start_at, now_at):
            raise Refused(tr("A downtime needs a start and an end after it, which is still to come."))
        scope = " AND ".join(f'{key}:"{value}"' if value else key for key, value in _pairs(subject.group)) or "*"
        attributes: dict[str, Any] = {
            "message": f"{command.comment or tr('downtime')} ({command.author})",
            "monitor_identifier": {"monitor_id": subject.monitor_id},
            "scope": scope,
            # A start that has passed is refused there: none means now.
            "schedule": {"start": to_iso(start_at) if start_at > now_at else None, "end": to_iso(end_at)},
        }
        body = {"data": {"type": "downtime", "attributes": attributes}}
        answer = self._client.request("POST", "api/v2/downtime", json=body, cancel=cancel)
        made = decode_as(answer.body, _ONE, concerns=self._name).data
        shown = self._client.request("GET", f"api/v2/downtime/{_safe(made.id, self._name)}", cancel=cancel)
        found = decode_as(shown.body, _ONE, concerns=self._name).data.attributes
        if found.status not in _LIVING:
            raise BadAnswer(tr("{name} took it, but does not show it yet.", name=self._name), concerns=self._name)

    def _end(self, _command: Command, subject: Subject, cancel: CancelToken) -> None:
        """One that covers more than this row stays: ending it would make others loud."""
        path = f"api/v2/monitor/{subject.monitor_id}/downtime_matches"
        found = self._matching(path, subject, cancel)
        if not found:
            raise Refused(tr("It is in no downtime that Datadog names."))
        wider = [each for each in found if not _is_just(each, subject)]
        if wider:
            raise Refused(
                tr("Its downtime covers more than this row: {scope}.", scope=_words(wider[0].attributes.scope)),
                hint=tr("End it in Datadog."),
            )
        for each in found:
            try:
                id_ = _safe(each.id, self._name)
                self._client.request("DELETE", f"api/v2/downtime/{id_}", cancel=cancel)
            except NotFound:
                continue  # it has ended by itself
        if self._matching(path, subject, cancel):
            raise BadAnswer(tr("{name} took it, but does not show it yet.", name=self._name), concerns=self._name)

    def _matching(self, path: str, subject: Subject, cancel: CancelToken) -> list[_Item]:
        answer = self._client.request("GET", path, cancel=cancel)
        found = decode_as(answer.body, _MANY, concerns=self._name).data
        group = subject.group or "*"
        return [each for each in found if matches([_words(each.attributes.scope)], group)]


def _pairs(group: str) -> list[tuple[str, str]]:
    return [(key, value) for key, _, value in (part.partition(":") for part in group.split(",") if part)]


def _words(scope: str | tuple[str, ...]) -> str:
    return scope if isinstance(scope, str) else ",".join(scope)


def _is_just(item: _Item, subject: Subject) -> bool:
    told = {part.strip().replace('"', "") for part in _words(item.attributes.scope).replace(" AND ", ",").split(",")}
    return told == set((subject.group or "*").split(","))


def _safe(id_: str, name: str) -> str:
    """An id goes into an address: nothing but the letters of one. Raises BadAnswer."""
    if not id_ or not all(letter.isalnum() or letter == "-" for letter in id_) or not id_.isascii():
        raise BadAnswer(tr("{name} gave a downtime an id that cannot be used.", name=name), concerns=name)
    return id_
