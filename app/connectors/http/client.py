"""``HttpClient``: one remote, one origin. It sends its secret nowhere else: the environment (.netrc, proxies, CA
variables) has no say, redirects are followed by us alone (GET, same origin, built anew), bodies are capped, every
call ends at its deadline.

Errors raised by ``request``: Unreachable, TimedOut, Limited, NeedsSignIn, CertificateTrouble, BadAnswer,
NotFound (404, 410), Refused (other 4xx), Cancelled. None of them holds a secret or a query; of a body only the
server's own reason, on one short line.
"""

from __future__ import annotations

import http.client
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

import requests
from urllib3 import Timeout
from urllib3 import exceptions as foreign

from app.base.clock import Clock, SystemClock
from app.base.errors import BadAnswer, WatchdeskError
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import HttpAnswer, Kind, retry_after_s, trouble_of_status
from app.connectors.http.connection import in_use, new_session
from app.connectors.http.fault import translate
from app.connectors.http.lookup import SYSTEM, Lookup
from app.connectors.http.reading import read_body, read_reason
from app.connectors.http.refusal import Reason, reason_of, secrets_in, shown
from app.connectors.origin import BaseUrl, follow, parse_base_url, without_query
from app.connectors.sign_in import Anonymous, Body, SignIn, encode_body
from app.connectors.trust import Trust
from app.connectors.watch import Watch

_LONGEST_CHAIN = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds to connect (each address), between two pieces of an answer, and for the whole call."""

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 60.0


class HttpClient:
    """One remote. ``name`` is what a person calls it; it stands in every error."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        sign_in: SignIn | None = None,
        trust: Trust | None = None,
        deadlines: Deadlines | None = None,
        user_agent: str = "Watchdesk",
        clock: Clock | None = None,
        reason: Reason = reason_of,
        lookup: Lookup = SYSTEM,
    ) -> None:
        """``reason`` reads the system's own shape of errors. Raises Refused for a bad address, secret or fingerprint,
        EnvironmentTrouble for a bad CA file."""
        self.name = name
        self.base: BaseUrl = parse_base_url(url)
        self._sign_in: SignIn = sign_in or Anonymous()
        self._deadlines = deadlines or Deadlines()
        self._clock: Clock = clock or SystemClock()
        self._reason, self._lookup = reason, lookup
        self._session = new_session(self.base.origin.scheme, user_agent, trust or Trust())

    def __repr__(self) -> str:
        return f"HttpClient({self.name!r}, {str(self.base)!r})"

    def close(self) -> None:
        """Close every kept connection. Idempotent."""
        self._session.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        form: Body | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        cancel: CancelToken | None = None,
        kind: Kind = Kind.NORMAL,
        accept: Collection[int] = (),
        total_s: float | None = None,
    ) -> HttpAnswer:
        """Ask once. ``form`` and ``json`` may hold ``Secret`` values; ``accept`` names statuses beyond 2xx and
        304 that are answers, not errors; ``total_s`` overrides the deadline. Errors: see the module."""
        url = self.base.join(path)
        body, content_type = encode_body(form, json)
        extra = {**(headers or {}), **({"Content-Type": content_type} if content_type else {})}
        wanted = _Wanted(method.upper(), dict(params or {}), body, extra, kind, frozenset(accept), (form, json))
        with Watch(total_s or self._deadlines.total_s, cancel, self._clock) as watch:
            if cancel is not None:
                cancel.check()
            for _ in range(_LONGEST_CHAIN + 1):
                answer = self._exchange(wanted, url, watch)
                if isinstance(answer, HttpAnswer):
                    return answer
                url = follow(self.base, url, answer, concerns=self.name)
                wanted = replace(wanted, params={})  # the next hop's address brings its own query
        raise BadAnswer(tr("{name} sends from one address to the next.", name=self.name), concerns=self.name)

    def _exchange(self, wanted: _Wanted, url: str, watch: Watch) -> HttpAnswer | str:
        """One address: its answer, or where it sends on to. Asks twice when a challenge comes first."""
        response, proof = self._send(wanted, url, watch)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._sign_in.learn(
            response.headers.get("WWW-Authenticate", "")
        ):
            response.close()
            response, proof = self._send(wanted, url, watch)
        try:
            location = response.headers.get("Location", "")
            if response.status_code in _REDIRECTS and wanted.method == "GET" and location:
                response.close()
                return location
            if not _is_answer(response.status_code, wanted):
                raise self._trouble(response, wanted, proof, watch)
            body = read_body(response, wanted.method, wanted.kind, self.name, watch)
            return _answer(response, body, watch)
        except BaseException:
            response.close()  # half an answer must not stay in the pool
            raise

    def _send(self, wanted: _Wanted, url: str, watch: Watch) -> tuple[requests.Response, dict[str, str]]:
        """The answer's head, and the proof that was sent."""
        request = requests.Request(wanted.method, url, wanted.headers, None, wanted.body, wanted.params)
        prepared = self._session.prepare_request(request)
        proof = self._sign_in.headers(wanted.method, str(prepared.url))
        prepared.headers.update(proof)
        timeout = Timeout(
            connect=min(self._deadlines.connect_s, watch.remaining_s),
            read=min(self._deadlines.read_s, watch.remaining_s),
        )
        try:
            with in_use.of(watch, self._lookup):
                response = self._session.send(
                    prepared,
                    stream=True,
                    allow_redirects=False,
                    timeout=timeout,  # type: ignore[arg-type]  # urllib3's own value passes through
                )
            return response, proof
        except (requests.RequestException, foreign.HTTPError, OSError, http.client.HTTPException) as error:
            trouble = translate(error, self.name, watch)
        raise trouble  # outside the handler: a chained foreign text could hold the query

    def _trouble(
        self, response: requests.Response, wanted: _Wanted, proof: Mapping[str, str], watch: Watch
    ) -> WatchdeskError:
        """What a status that is no success means, with the server's own words."""
        asked = response.headers.get("Retry-After") or response.headers.get("X-RateLimit-Reset")
        wait_s = retry_after_s(asked, self._clock.now())
        answer = _answer(response, read_reason(response, self.name, watch), watch)
        try:
            said = self._reason(answer)
        except Exception:  # a reader of foreign words that fails must not hide the refusal itself
            said = ""
        said = shown(said, secrets_in(proof, *wanted.told))
        return trouble_of_status(response.status_code, concerns=self.name, retry_after_s=wait_s, said=said)


def _is_answer(status: int, wanted: _Wanted) -> bool:
    return 200 <= status < 300 or status == HTTPStatus.NOT_MODIFIED or status in wanted.accept


def _answer(response: requests.Response, body: bytes, watch: Watch) -> HttpAnswer:
    return HttpAnswer(
        response.status_code,
        {key.lower(): value for key, value in response.headers.items()},
        body,
        without_query(str(response.url)),
        watch.elapsed_s,
        int(response.raw.tell()),
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """``told``: the bodies before they were encoded, secrets and all."""

    method: str
    params: dict[str, str | int]
    body: bytes | None
    headers: dict[str, str]
    kind: Kind
    accept: frozenset[int]
    told: tuple[object, ...]
