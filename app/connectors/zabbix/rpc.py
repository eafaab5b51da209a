"""JSON-RPC as Zabbix speaks it: version first, then sign-in, then many calls in one request.

Every error of the API comes with status 200. A session that has ended is opened anew, once; a password or token
that was refused is never sent again by itself, since tries are counted there.

Raises what ``http`` raises, and: NeedsSignIn, Refused (a lack of rights, or a parameter), BadAnswer.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from app.base.errors import BadAnswer, NeedsSignIn, Refused, WatchdeskError
from app.base.events import CancelToken
from app.base.secret import Secret
from app.base.text import one_line, tr
from app.connectors.answer import HttpAnswer, Kind
from app.connectors.http import HttpClient
from app.connectors.payload import decode_as
from app.connectors.sign_in import Anonymous, HeaderToken
from app.connectors.zabbix.asks import BEARER_SINCE, OLDEST, Ask, Version

PATH: Final = "api_jsonrpc.php"
_GOODBYE_S: Final = 2.0
_VERSION: Final = re.compile(r"(\d{1,3})\.(\d{1,3})")
_ENDED: Final = ("re-login", "session terminated")
_SIGN_IN: Final = (
    "incorrect user name or password", "login name or password is incorrect", "not authori", "token expired",
    "no permissions for system access", "api access is disabled", "gui access disabled",
)  # fmt: skip
_RIGHTS: Final = ("no permission", "do not have permission", "not allowed")


class Fault(msgspec.Struct, frozen=True):
    """An error as the API tells it."""

    code: int = 0
    message: str = ""
    data: str = ""

    @property
    def words(self) -> str:
        return one_line(self.data or self.message)[:300]


class _Reply(msgspec.Struct, frozen=True):
    id: int | None = None
    result: msgspec.Raw = msgspec.Raw(b"")
    error: Fault | None = None


_REPLY: Final = msgspec.json.Decoder(_Reply)
_REPLIES: Final = msgspec.json.Decoder(list[_Reply])
_TEXT: Final = msgspec.json.Decoder(str)


@dataclass(frozen=True, slots=True)
class Replies:
    """``results`` by the asks' names; an optional ask that was refused is missing, and stands in ``refused``."""

    results: Mapping[str, msgspec.Raw]
    refused: Mapping[str, str]
    answer: HttpAnswer


class Bearer(Anonymous):
    """The token in a header, as Zabbix 6.4 and newer want it; ``token`` None: no header."""

    def __init__(self) -> None:
        self.token: Secret | None = None

    def headers(self, method: str, url: str) -> dict[str, str]:
        if self.token is None:
            return {}
        return HeaderToken({"Authorization": self.token}, prefix="Bearer ").headers(method, url)


class Rpc:
    """Net lane. ``user`` empty: ``secret`` is an API token; else it is that user's password."""

    def __init__(self, client: HttpClient, bearer: Bearer, user: str, secret: Secret) -> None:
        self.name, self.user = client.name, user
        self._client, self._bearer, self._secret = client, bearer, secret
        self._version: Version | None = None
        self._session: Secret | None = None if user else secret

    def close(self) -> None:
        """End the session, as far as there is one."""
        if self.user and self._session is not None:
            with contextlib.suppress(WatchdeskError):
                self._exchange({"bye": Ask("user.logout", [])}, None, total_s=_GOODBYE_S)
            self._session = None
        self._client.close()

    def version(self, cancel: CancelToken) -> Version:
        """Asked once, without a sign-in. Raises Refused for one that is too old."""
        if self._version is None:
            body = self._send([_request(0, Ask("apiinfo.version", []))], cancel, Kind.NORMAL, None).body
            reply = _replies(body, self.name)[0]
            text = decode_as(self._result(reply), _TEXT, concerns=self.name)
            self._version = _version_of(text, self.name)
        return self._version

    def ask(self, asks: Mapping[str, Ask], cancel: CancelToken, *, kind: Kind = Kind.BULK) -> Replies:
        """All asks in one request."""
        self.version(cancel)
        if self._session is None:
            self._sign_in(cancel)
        try:
            return self._exchange(asks, cancel, kind=kind)
        except _SessionEnded:
            self._sign_in(cancel)
        try:
            return self._exchange(asks, cancel, kind=kind)
        except _SessionEnded as error:
            trouble = self._no_entry(error.fault)
        raise trouble

    def one(self, method: str, params: Any, cancel: CancelToken) -> msgspec.Raw:
        """One call that may change something; nothing of it is repeated unless the session had ended."""
        return self.ask({"one": Ask(method, params)}, cancel, kind=Kind.NORMAL).results["one"]

    # --- inside ---------------------------------------------------------------------------------------------------

    def _sign_in(self, cancel: CancelToken) -> None:
        self._session = self._bearer.token = None
        params = {"username": self.user, "password": self._secret}
        body = self._send([_request(0, Ask("user.login", params))], cancel, Kind.NORMAL, None).body
        reply = _replies(body, self.name)[0]
        if reply.error is not None:
            raise self._no_entry(reply.error)
        self._session = Secret(decode_as(self._result(reply), _TEXT, concerns=self.name))

    def _exchange(
        self,
        asks: Mapping[str, Ask],
        cancel: CancelToken | None,
        *,
        kind: Kind = Kind.NORMAL,
        total_s: float | None = None,
    ) -> Replies:
        in_header = (self._version or OLDEST) >= BEARER_SINCE
        proof = {} if in_header else {"auth": self._session}
        self._bearer.token = self._session if in_header else None
        try:
            requests = [_request(place, ask) | proof for place, ask in enumerate(asks.values())]
            answer = self._send(requests, cancel, kind, total_s)
        finally:
            self._bearer.token = None
        by_id = {reply.id: reply for reply in _replies(answer.body, self.name)}
        results, refused = dict[str, msgspec.Raw](), dict[str, str]()
        for place, (key, ask) in enumerate(asks.items()):
            reply = by_id.get(place) or (by_id.get(None) if len(by_id) == 1 else None)
            if reply is None:
                raise BadAnswer(tr("{name} gave only a part of its answer.", name=self.name), concerns=self.name)
            try:
                results[key] = self._result(reply)
            except Refused as error:
                if not ask.optional:
                    raise
                refused[key] = error.sentence()
        return Replies(results, refused, answer)

    def _send(self, body: Any, cancel: CancelToken | None, kind: Kind, total_s: float | None) -> HttpAnswer:
        return self._client.request("POST", PATH, json=body, cancel=cancel, kind=kind, total_s=total_s)

    def _result(self, reply: _Reply) -> msgspec.Raw:
        if reply.error is None:
            if not bytes(reply.result):
                raise BadAnswer(tr("{name} gave only a part of its answer.", name=self.name), concerns=self.name)
            return reply.result
        said = f"{reply.error.message} {reply.error.data}".casefold()
        if any(words in said for words in _ENDED) and self.user:
            raise _SessionEnded(reply.error)
        if any(words in said for words in (*_ENDED, *_SIGN_IN)):
            raise self._no_entry(reply.error)
        detail = tr("It said: {text}.", text=reply.error.words.rstrip("."))
        if any(words in said for words in _RIGHTS):
            raise Refused(
                tr("{name} does not permit {user} to do this.", name=self.name, user=self.who), detail=detail,
                hint=tr("Ask for the right, or sign in as a user who has it."), concerns=self.name,
            )  # fmt: skip
        raise Refused(tr("{name} refused the request.", name=self.name), detail=detail, concerns=self.name)

    @property
    def who(self) -> str:
        """Who asks, in words."""
        return self.user or tr("the token's user")

    def _no_entry(self, fault: Fault) -> NeedsSignIn:
        what = tr("the password of {user}", user=self.user) if self.user else tr("the API token")
        return NeedsSignIn(
            tr("{name} did not accept {what}.", name=self.name, what=what),
            detail=tr("It said: {text}.", text=fault.words.rstrip(".")),
            hint=tr("Nothing is tried again by itself, so that no account is locked: add the source again."),
            concerns=self.name,
        )


class _SessionEnded(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def _request(id_: int, ask: Ask) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id_, "method": ask.method, "params": ask.params}


def _replies(body: bytes, name: str) -> list[_Reply]:
    """The replies of one answer; a single one stands for an error that concerns them all."""
    if body.lstrip()[:1] == b"{":
        return [decode_as(body, _REPLY, concerns=name)]
    found = decode_as(body, _REPLIES, concerns=name)
    if not found:
        raise BadAnswer(tr("{name} gave an answer that cannot be used.", name=name), concerns=name)
    return found


def _version_of(text: str, name: str) -> Version:
    found = _VERSION.match(text)
    if found is None:
        raise BadAnswer(
            tr("{name} does not say which Zabbix it is.", name=name),
            detail=tr("It said: {text}.", text=one_line(text)[:60]), concerns=name,
        )  # fmt: skip
    version = int(found[1]), int(found[2])
    if version < OLDEST:
        raise Refused(
            tr("{name} is Zabbix {found}, which is too old.", name=name, found=f"{version[0]}.{version[1]}"),
            hint=tr("Watchdesk needs Zabbix {oldest} or newer.", oldest=f"{OLDEST[0]}.{OLDEST[1]}"), concerns=name,
        )  # fmt: skip
    return version
