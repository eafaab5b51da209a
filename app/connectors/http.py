"""The one HTTP layer: the only importer of requests and urllib3, and the one seam for their exceptions.

``HttpClient`` talks to one origin and sends its secret nowhere else: the environment (.netrc, proxies, CA
variables) has no say, redirects are followed by us alone (GET, same origin, built anew), bodies are capped,
every call ends at its deadline. It never sleeps and never retries: ``pacing`` says when to ask again.
Runs on the remote's own net lane, one call at a time. Importing this costs requests' 0.1 s: do it late.

Errors raised by ``request``: Unreachable, TimedOut, Limited, NeedsSignIn, CertificateTrouble, BadAnswer,
NotFound (404, 410), Refused (other 4xx), Cancelled. None of them holds a secret, a query or a body.
"""

from __future__ import annotations

import http.client
import logging
import re
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPDigestAuth
from requests.utils import parse_dict_header
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, Timeout
from urllib3 import exceptions as foreign
from urllib3.connection import HTTPConnection, HTTPSConnection

from app.base.clock import Clock, SystemClock
from app.base.errors import (
    BadAnswer,
    Cancelled,
    CertificateTrouble,
    Refused,
    TimedOut,
    Unreachable,
    WatchdeskError,
)
from app.base.events import CancelToken
from app.base.secret import Secret
from app.base.text import one_line, tr
from app.connectors.answer import HttpAnswer, Kind, retry_after_s, trouble_of_status
from app.connectors.origin import BaseUrl, follow, parse_base_url, without_query
from app.connectors.sign_in import Anonymous, Body, SignIn, encode_body
from app.connectors.trust import Trust, tls_context
from app.connectors.watch import Watch

# Their records hold full addresses with queries; what matters of them becomes an error of ours.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

_LONGEST_CHAIN = 3
_CHUNK_BYTES = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ENCODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate"})
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
    ) -> None:
        """Raises Refused for a bad address, secret or fingerprint, EnvironmentTrouble for a bad CA file."""
        self.name = name
        self.base: BaseUrl = parse_base_url(url)
        self._sign_in: SignIn = sign_in or Anonymous()
        self._deadlines = deadlines or Deadlines()
        self._clock: Clock = clock or SystemClock()
        self._session = _Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers.update(
            {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "keep-alive"}
        )
        self._session.adapters.clear()
        self._session.mount(f"{self.base.origin.scheme}://", _Adapter(trust or Trust()))

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
        wanted = _Wanted(method.upper(), dict(params or {}), body, extra, kind, frozenset(accept))
        with Watch(total_s or self._deadlines.total_s, cancel, self._clock) as watch:
            if cancel is not None:
                cancel.check()
            for _ in range(_LONGEST_CHAIN + 1):
                answer = self._exchange(wanted, url, watch)
                if isinstance(answer, HttpAnswer):
                    return answer
                url = follow(self.base, url, answer, concerns=self.name)
                wanted = wanted.without_params()
        raise BadAnswer(tr("{name} sends from one address to the next.", name=self.name), concerns=self.name)

    def _exchange(self, wanted: _Wanted, url: str, watch: Watch) -> HttpAnswer | str:
        """One address: its answer, or where it sends on to. Asks twice when a digest challenge comes first."""
        response = self._send(wanted, url, watch)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._sign_in.learn(
            response.headers.get("WWW-Authenticate", "")
        ):
            response.close()
            response = self._send(wanted, url, watch)
        try:
            location = response.headers.get("Location", "")
            if response.status_code in _REDIRECTS and wanted.method == "GET" and location:
                response.close()
                return location
            self._raise_for_status(response, wanted)
            return self._read(response, wanted, watch)
        except BaseException:
            response.close()  # half an answer must not stay in the pool
            raise

    def _send(self, wanted: _Wanted, url: str, watch: Watch) -> requests.Response:
        request = requests.Request(wanted.method, url, wanted.headers, None, wanted.body, wanted.params)
        prepared = self._session.prepare_request(request)
        prepared.headers.update(self._sign_in.headers(wanted.method, str(prepared.url)))
        timeout = Timeout(
            connect=min(self._deadlines.connect_s, watch.remaining_s),
            read=min(self._deadlines.read_s, watch.remaining_s),
        )
        _current.watch = watch
        try:
            return self._session.send(
                prepared,
                stream=True,
                allow_redirects=False,
                timeout=timeout,  # type: ignore[arg-type]  # urllib3's own value passes through
            )
        except (requests.RequestException, foreign.HTTPError, OSError, http.client.HTTPException) as error:
            trouble = _translate(error, self.name, watch)
        finally:
            _current.watch = None
        raise trouble  # outside the handler: a chained foreign text could hold the query

    def _raise_for_status(self, response: requests.Response, wanted: _Wanted) -> None:
        status = response.status_code
        if 200 <= status < 300 or status == HTTPStatus.NOT_MODIFIED or status in wanted.accept:
            return
        wait_s = retry_after_s(response.headers.get("Retry-After"), self._clock.now())
        raise trouble_of_status(status, concerns=self.name, retry_after_s=wait_s)

    def _read(self, response: requests.Response, wanted: _Wanted, watch: Watch) -> HttpAnswer:
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise self._bad(tr("It is packed in a way that was not asked for."))
        try:
            body = self._read_capped(response.raw, wanted.kind, watch)
        except (foreign.HTTPError, OSError, http.client.HTTPException) as error:
            trouble = _translate(error, self.name, watch, has_answered=True)
        else:
            if not body and not _may_be_empty(response, wanted.method):
                raise TimedOut(tr(_HALF, name=self.name), concerns=self.name)
            return HttpAnswer(
                response.status_code,
                {key.lower(): value for key, value in response.headers.items()},
                body,
                without_query(str(response.url)),
                watch.elapsed_s,
                int(response.raw.tell()),
            )
        raise trouble

    def _read_capped(self, raw: HTTPResponse, kind: Kind, watch: Watch) -> bytes:
        limits, size = kind.value, 0
        pieces: list[bytes] = []
        while True:
            piece = raw.read1(_CHUNK_BYTES, decode_content=True)
            if watch.verdict:  # a line that was cut can look like a proper end
                raise foreign.ProtocolError("cut")
            if not piece:
                return b"".join(pieces)
            pieces.append(piece)
            size += len(piece)
            if size > limits.size_bytes:
                raise self._bad(tr("It is larger than {size} MB.", size=limits.size_bytes // 1_000_000))
            if size > limits.ratio_from_bytes and size > limits.ratio * max(1, raw.tell()):
                raise self._bad(tr("It unpacks to far more than was sent."))

    def _bad(self, detail: str) -> BadAnswer:
        return BadAnswer(
            tr("{name} gave an answer that cannot be used.", name=self.name), detail=detail, concerns=self.name
        )


def _may_be_empty(response: requests.Response, method: str) -> bool:
    """A head cut in the middle reads as a complete answer that names no length and has no body."""
    return (
        method == "HEAD"
        or response.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        or "Content-Length" in response.headers
        or "Transfer-Encoding" in response.headers
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    method: str
    params: dict[str, str | int]
    body: bytes | None
    headers: dict[str, str]
    kind: Kind
    accept: frozenset[int]

    def without_params(self) -> _Wanted:
        """For the next hop, whose address brings its own query."""
        return _Wanted(self.method, {}, self.body, self.headers, self.kind, self.accept)


class Digest:
    """User and password by challenge (RFC 7616, as far as requests does it). Learns from the first 401."""

    def __init__(self, user: str, password: Secret) -> None:
        if not user.isascii() or not user.isprintable() or any(char in user for char in '"\\:'):
            raise Refused(tr("This user name cannot be used with digest sign-in."), field="user")
        self._user = user
        self._password = password
        self._math: _DigestMath | None = None

    def headers(self, method: str, url: str) -> dict[str, str]:
        proof = self._math.proof(method, url) if self._math is not None else ""
        return {"Authorization": proof} if proof else {}

    def learn(self, challenge: str) -> bool:
        found = _DIGEST.search(challenge)
        if found is None:
            return False
        math = _DigestMath(self._user, self._password.reveal())
        self._math = math if math.take(challenge[found.end() :]) else None
        return self._math is not None


class _DigestMath(HTTPDigestAuth):
    """Only the arithmetic of requests' class: its own 401 hook reads bodies without a limit."""

    _thread_local: Any  # where requests keeps the challenge; a client lives on one lane

    def take(self, challenge: str) -> bool:
        self.init_per_thread_state()
        parts: dict[str, str] = parse_dict_header(challenge)  # type: ignore[no-untyped-call]
        self._thread_local.chal = parts
        return {"realm", "nonce"} <= parts.keys()

    def proof(self, method: str, url: str) -> str:
        self.init_per_thread_state()
        return self.build_digest_header(method, url) or ""  # type: ignore[no-untyped-call]


_DIGEST = re.compile(r"(?i)\bdigest\s+")


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: even with ``allow_redirects=False`` requests would read a redirect's whole body otherwise."""


# --- connections that tell the watch which socket they use -------------------------------------------


class _Current(threading.local):
    watch: Watch | None = None


_current = _Current()


def _tell_watch(line: socket.socket | None) -> None:
    if _current.watch is not None and line is not None:
        _current.watch.hold(line)


class _Watched:
    """Mixed into both kinds of connection."""

    sock: socket.socket | None

    def _new_conn(self) -> socket.socket:
        line: socket.socket = super()._new_conn()  # type: ignore[misc]
        _tell_watch(line)
        return line

    def request(self, *args: Any, **kwargs: Any) -> None:
        _tell_watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


class _Plain(_Watched, HTTPConnection):
    pass


class _Tls(_Watched, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


class _Adapter(HTTPAdapter):
    """Trust lies wholly in our TLS context; what requests would add from certifi or ``verify`` is left out."""

    def __init__(self, trust: Trust) -> None:
        self._tls: dict[str, Any] = {"ssl_context": tls_context(trust)}
        if pin := trust.fingerprint():
            self._tls["assert_fingerprint"] = pin
        super().__init__(pool_connections=1, pool_maxsize=2, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **self._tls, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def build_connection_pool_key_attributes(  # type: ignore[override]
        self, request: requests.PreparedRequest, verify: object, cert: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, _ = super().build_connection_pool_key_attributes(request, True, None)
        return dict(host), {}

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Nothing to add: see the class."""


# --- the seam: foreign exceptions become ours ---------------------------------------------------------


def _translate(error: BaseException, name: str, watch: Watch, *, has_answered: bool = False) -> WatchdeskError:
    if watch.verdict == "cancelled":
        return Cancelled(tr("Stopped."))
    if watch.verdict == "expired":
        return TimedOut(tr("{name} did not answer completely in time.", name=name), concerns=name)
    # requests' own exceptions are all OSErrors and say nothing by themselves; what they wrap does.
    causes = [cause for cause in _causes(error) if not isinstance(cause, requests.RequestException)]
    for kinds, trouble, title in _DURING_ANSWER if has_answered else _BEFORE_ANSWER:
        found = next((cause for cause in causes if isinstance(cause, kinds)), None)
        if found is not None:
            return trouble(tr(title, name=name), detail=_certificate_fault(found), concerns=name)
    return BadAnswer(tr("{name} broke the rules of HTTP.", name=name), concerns=name)


def _causes(error: BaseException) -> list[BaseException]:
    """An exception and all it wraps, outermost first: requests and urllib3 nest by argument, reason and cause."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 30:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and all(current is not known for known in found):
            found.append(current)
            waiting += [*current.args, getattr(current, "reason", None), current.__cause__]
    return found


def _certificate_fault(error: BaseException) -> str:
    """OpenSSL's own words about a certificate; they hold names, never secrets."""
    words = getattr(error, "verify_message", "")
    return one_line(words[0].upper() + words[1:] + ".") if isinstance(words, str) and words else ""


_Row = tuple[tuple[type[BaseException], ...], type[WatchdeskError], str]
_BROKEN = "The connection to {name} broke off; whether it did what was asked is not known."
_HALF = "{name} sent only half an answer."
_NO_TLS = "No secure connection to {name}: it speaks no TLS 1.2 or newer that can be trusted."
_UNKNOWN_HOST = "{name} is not found: its host name is unknown on this network."
# First match wins, so the narrow ones stand above the wide ones.
_BEFORE_ANSWER: tuple[_Row, ...] = (
    ((ssl.SSLCertVerificationError,), CertificateTrouble, "{name} could not prove who it is."),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), Unreachable, "{name} broke off before it was asked."),
    ((foreign.NameResolutionError, socket.gaierror), Unreachable, _UNKNOWN_HOST),
    ((foreign.NewConnectionError,), Unreachable, "{name} cannot be reached: nobody answers at its address."),
    ((foreign.ConnectTimeoutError,), Unreachable, "{name} does not answer: no connection in time."),
    ((foreign.ReadTimeoutError, TimeoutError), TimedOut, "{name} did not answer in time."),
    ((ssl.SSLError,), CertificateTrouble, _NO_TLS),
    ((foreign.SSLError,), CertificateTrouble, "{name} has another certificate than the pinned one."),
    ((http.client.RemoteDisconnected, ConnectionError), TimedOut, _BROKEN),
    ((http.client.HTTPException,), BadAnswer, "{name} broke the rules of HTTP."),
    ((OSError,), Unreachable, "{name} cannot be reached from this computer."),
)
_DURING_ANSWER: tuple[_Row, ...] = (
    ((foreign.DecodeError,), BadAnswer, "{name} gave an answer whose packing is damaged."),
    ((foreign.ReadTimeoutError, TimeoutError), TimedOut, "{name} stopped in the middle of its answer."),
    ((foreign.IncompleteRead, http.client.IncompleteRead), TimedOut, _HALF),
    ((ConnectionError, ssl.SSLError, foreign.SSLError), TimedOut, _BROKEN),
    ((foreign.ProtocolError, http.client.HTTPException), BadAnswer, "{name} broke the rules of HTTP."),
    ((OSError,), TimedOut, _BROKEN),
)
