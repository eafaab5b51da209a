"""Moments as they are typed into a form of cmd.cgi: asks the server for its way of writing and its zone. Net lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer, Refused
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.http import HttpClient
from app.connectors.nagios.server_time import ServerTime
from app.connectors.nagios.zone import Offsets, offset_at, offsets_told, question

_FORM: Final = {"cmd_typ": "56", "host": "x", "service": "x"}


class TypedTimes:
    """For one push: a server's zone may be another at the next. ``check_form`` raises Refused for a form that this
    user may not see."""

    def __init__(self, name: str, client: HttpClient, clock: Clock, check_form: Callable[[str], None]) -> None:
        self._name, self._client, self._clock = name, client, clock
        self._check_form = check_form
        self._time: ServerTime | None = None

    def of_now(self, cancel: CancelToken) -> str:
        """This moment. Raises RemoteTrouble, Refused."""
        return self._server_time(cancel).written(self._clock.now())

    def of(self, at: Moment, cancel: CancelToken) -> str:
        """Any moment. Raises RemoteTrouble; Refused where it cannot be known what the server's clocks will show."""

        def ask(first_at: Moment, last_at: Moment) -> Offsets:
            params = question(first_at, last_at)
            body = self._client.request("GET", "statusjson.cgi", params=params, cancel=cancel).body
            return offsets_told(body, self._name)

        time = self._server_time(cancel)
        try:
            offset = offset_at(at, ask, self._name)
        except BadAnswer as error:
            raise Refused(
                tr("{name} does not tell what its clocks will show then.", name=self._name),
                detail=error.sentence(),
                hint=tr("Set this downtime in its own pages."),
            ) from None
        return time.written(at, offset)

    def _server_time(self, cancel: CancelToken) -> ServerTime:
        """Learnt from the defaults in its downtime form."""
        if self._time is None:
            answer = self._client.request("GET", "cmd.cgi", params=_FORM, cancel=cancel)
            text = answer.body.decode("utf-8", "replace")
            self._check_form(text)
            self._time = ServerTime.learn(text, self._clock.now(), self._name)
        return self._time
