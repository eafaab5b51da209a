"""An HTTP server on loopback that passes questions on to another one and can put its own answers in their place.

with Relay(server.url) as relay:
    relay.change = lambda number, asked, answer: Answer(200, body=b"<html>")   # number: from 1, since it was set
    ... connect to relay.url ...
"""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPConnection
from types import TracebackType
from urllib.parse import urlsplit

from tests.fakes.http_server import Answer, Asked, ScriptedServer

Change = Callable[[int, Asked, Answer], Answer]
_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})


def unchanged(_number: int, _asked: Asked, answer: Answer) -> Answer:
    """Everything passes."""
    return answer


class Relay:
    """See the module. ``asked``: every question that came."""

    def __init__(self, upstream: str) -> None:
        self._upstream = urlsplit(upstream)
        self._server = ScriptedServer({"*": self._answer})
        self._change: Change = unchanged
        self._number = 0

    @property
    def url(self) -> str:
        """The upstream's address here."""
        return self._server.url + self._upstream.path

    @property
    def asked(self) -> list[Asked]:
        return self._server.asked

    @property
    def change(self) -> Change:
        return self._change

    @change.setter
    def change(self, change: Change) -> None:
        self._change, self._number = change, 0

    def __enter__(self) -> Relay:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    def _answer(self, asked: Asked) -> Answer:
        self._number += 1
        assert self._upstream.hostname is not None
        line = HTTPConnection(self._upstream.hostname, self._upstream.port, timeout=10)
        try:
            headers = {key: value for key, value in asked.headers.items() if key not in _HOP}
            line.request(asked.method, asked.target, asked.body or None, headers)
            told = line.getresponse()
            body = told.read()
        finally:
            line.close()
        kept = {key: value for key, value in told.getheaders() if key.lower() not in _HOP}
        return self._change(self._number, asked, Answer(told.status, kept, body))
