"""The session and its connections: each one tells the request's watch which socket it uses, from before it connects,
so that a deadline or a cancel ends every step: lookup, connecting, handshake, question and answer.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3 import exceptions as foreign
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.timeout import _DEFAULT_TIMEOUT

from app.connectors.http.head import WholeHead
from app.connectors.http.lookup import SYSTEM, Address, Lookup
from app.connectors.trust import Trust, tls_context
from app.connectors.watch import Watch


def new_session(scheme: str, user_agent: str, trust: Trust) -> requests.Session:
    """A session that knows one scheme alone and takes nothing from the environment (.netrc, proxies, CA variables).
    Raises as ``tls_context`` does."""
    session = _Session()
    session.trust_env = False
    session.headers.clear()
    session.headers.update(
        {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "keep-alive"}
    )
    session.adapters.clear()
    session.mount(f"{scheme}://", _Adapter(trust))
    return session


class Use(threading.local):
    """What the connections of this thread's request stand under."""

    watch: Watch | None = None
    lookup: Lookup = SYSTEM

    @contextlib.contextmanager
    def of(self, watch: Watch, lookup: Lookup) -> Iterator[None]:
        """For the time of a block."""
        self.watch, self.lookup = watch, lookup
        try:
            yield
        finally:
            self.watch, self.lookup = None, SYSTEM


in_use = Use()


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: even with ``allow_redirects=False`` requests would read a redirect's whole body otherwise."""


def _tell_watch(line: socket.socket | None) -> None:
    if in_use.watch is not None and line is not None:
        in_use.watch.hold(line)


class _Watched:
    """Mixed into both kinds of connection."""

    sock: socket.socket | None
    host: str
    port: int
    timeout: Any
    source_address: tuple[str, int] | None
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        """As urllib3's own, with the same errors."""
        timeout_s = self._timeout_s()
        try:
            addresses = in_use.lookup.addresses(self.host, self.port, timeout_s, in_use.watch)
        except socket.gaierror as error:
            raise foreign.NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]
        trouble: OSError = OSError("no address")
        for address in addresses:
            if in_use.watch is not None and in_use.watch.verdict:
                break
            try:
                return self._connected(address, self._timeout_s())
            except OSError as error:
                trouble = error
        if isinstance(trouble, TimeoutError):
            raise foreign.ConnectTimeoutError(self, "no connection in time") from trouble
        raise foreign.NewConnectionError(self, "no connection") from trouble  # type: ignore[arg-type]

    def _timeout_s(self) -> float:
        given: Any = self.timeout
        longest_s = 60.0 if given is None or given is _DEFAULT_TIMEOUT else float(given)
        return longest_s if in_use.watch is None else min(longest_s, in_use.watch.remaining_s)

    def _connected(self, address: Address, timeout_s: float) -> socket.socket:
        family, kind, protocol, _name, target = address
        line = socket.socket(family, kind, protocol)
        try:
            for option in self.socket_options or ():
                line.setsockopt(*option)
            line.settimeout(timeout_s)
            _tell_watch(line)
            line.connect(target)
        except BaseException:  # whatever ends it, the socket is closed
            line.close()
            raise
        return line

    def request(self, *args: Any, **kwargs: Any) -> None:
        _tell_watch(self.sock)
        super().request(*args, **kwargs)  # type: ignore[misc]


class _Plain(_Watched, HTTPConnection):
    response_class = WholeHead


class _Tls(_Watched, HTTPSConnection):
    response_class = WholeHead


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

    def close(self) -> None:
        """Every kept connection now. urllib3 leaves that to the collector, and an error that was raised may hold the
        pool for as long as it likes."""
        for key in self.poolmanager.pools.keys():  # noqa: SIM118  # it is no mapping that could be walked
            self.poolmanager.pools[key].close()
        super().close()

    def build_connection_pool_key_attributes(  # type: ignore[override]
        self, request: requests.PreparedRequest, verify: object, cert: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, _ = super().build_connection_pool_key_attributes(request, True, None)
        return dict(host), {}

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Nothing to add: see the class."""
