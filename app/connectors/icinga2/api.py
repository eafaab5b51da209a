"""The REST API as questions and actions. Bytes out; what they hold is for ``parse``. Net lane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from app.base.clock import Moment
from app.base.errors import BadAnswer, NotFound, Refused
from app.base.events import CancelToken
from app.base.text import one_line, tr
from app.connectors.answer import Kind
from app.connectors.http import HttpClient
from app.connectors.icinga2.bounds import Seconds, moment
from app.connectors.payload import decode_as

JSON: Final = {"Accept": "application/json"}
_READ: Final = JSON | {"X-HTTP-Method-Override": "GET"}
_TOLD: Final = (400, 404, 409, 500)
"""Statuses whose body says what became of an action."""


class _App(msgspec.Struct, gc=False):
    program_start: Seconds
    version: str = ""


class _Statuses(msgspec.Struct, gc=False):
    icingaapplication: dict[str, _App] = {}
    uptime: Seconds = 0.0


class _Status(msgspec.Struct, gc=False):
    name: str
    status: _Statuses


class _StatusAnswer(msgspec.Struct, gc=False):
    results: list[_Status]


class Done(msgspec.Struct, gc=False):
    """What became of an action on one object; ``name`` of what it made."""

    code: float = 200.0
    status: str = ""
    name: str = ""


class _Outcomes(msgspec.Struct, gc=False):
    results: list[Done] = []
    error: float = 0.0
    status: str = ""


_STATUS: Final = msgspec.json.Decoder(_StatusAnswer)
_OUTCOMES: Final = msgspec.json.Decoder(_Outcomes)


class Api:
    """``name``: of the source."""

    def __init__(self, name: str, client: HttpClient) -> None:
        self.name = name
        self._client = client

    def close(self) -> None:
        self._client.close()

    def program_start(self, cancel: CancelToken) -> Moment:
        """When the daemon was started. Raises RemoteTrouble."""
        for each in self._status("IcingaApplication", cancel):
            for app in each.status.icingaapplication.values():
                return moment(app.program_start) or 0
        raise self._mute()

    def uptime_s(self, cancel: CancelToken) -> float:
        """For how long the daemon has been running, by its own clock. Raises RemoteTrouble."""
        for each in self._status("CIB", cancel):
            if each.status.uptime > 0:
                return each.status.uptime
        raise self._mute()

    def objects(
        self, kind: str, attrs: Sequence[str], cancel: CancelToken, *, where: str = "", given: Any = None
    ) -> tuple[bytes, int]:
        """(body, bytes received) of ``hosts``, ``services``, ``comments`` or ``downtimes``. ``where``: a filter over
        ``given``, which is a variable of it. Nothing that matches is no error. Raises RemoteTrouble."""
        body: dict[str, Any] = {"attrs": list(attrs)}
        if where:
            body |= {"filter": where, "filter_vars": {"given": given}}
        answer = self._client.request(
            "POST", f"objects/{kind}", json=body, headers=_READ, cancel=cancel, kind=Kind.BULK, accept=(404,)
        )
        if answer.status == 404:
            if where:
                return b'{"results":[]}', answer.received_bytes
            raise self._not_permitted(f"objects/query/{kind.removesuffix('s').capitalize()}")
        return answer.body, answer.received_bytes

    def act(self, action: str, body: Mapping[str, Any], cancel: CancelToken) -> Sequence[Done]:
        """What became of an action on each object it was for. Raises Refused (none was found, or this user may not),
        RemoteTrouble."""
        answer = self._client.request(
            "POST", f"actions/{action}", json=dict(body), headers=JSON, cancel=cancel, accept=_TOLD
        )
        told = decode_as(answer.body, _OUTCOMES, concerns=self.name)
        if told.results:
            return told.results
        if answer.status == 404:
            raise Refused(
                tr("{name} does not know it, or does not let this user do that.", name=self.name),
                hint=tr("Its API user needs the permission actions/{action}.", action=action),
            )
        raise Refused(tr("{name} refused: {text}", name=self.name, text=one_line(told.status) or str(answer.status)))

    def _status(self, what: str, cancel: CancelToken) -> list[_Status]:
        try:
            answer = self._client.request("GET", f"status/{what}", headers=JSON, cancel=cancel)
        except NotFound:
            raise self._not_permitted("status/query") from None
        return decode_as(answer.body, _STATUS, concerns=self.name).results

    def _not_permitted(self, permission: str) -> Refused:
        return Refused(
            tr("{name} does not let this user read what is needed.", name=self.name),
            hint=tr("Its API user needs the permissions status/query and objects/query/*."),
            detail=tr("Missing: {permission}.", permission=permission),
            concerns=self.name,
        )

    def _mute(self) -> BadAnswer:
        return BadAnswer(tr("{name} does not say how old its data are.", name=self.name), concerns=self.name)
