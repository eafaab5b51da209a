"""A scripted HTTP(S) server on loopback: tests say what each path answers, and read what was asked.

    with ScriptedServer({"/ok": Answer(body=b"{}")}) as server:
        ... server.url ...; server.asked[0].headers

A route is an ``Answer``, a list of them (one for each request, the last one stays), or a function from the
``Asked`` to an ``Answer`` or to raw bytes that are sent as they are. The route "*" is for all other paths.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Asked:
    """One request as it came. Header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    raw: bytes = field(repr=False, default=b"")

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Answer:
    """``pieces``: sent one after another with ``pause_s`` between, instead of ``body``. ``length``: the
    Content-Length to claim (None: the true one; -1: none, the end is the closing of the connection)."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None
    keep_alive: bool = True
    pieces: tuple[bytes, ...] = ()
    pause_s: float = 0.0

    def head(self) -> bytes:
        length = len(self.body) if self.length is None else self.length
        lines = [f"HTTP/1.1 {self.status} Scripted", *(f"{key}: {value}" for key, value in self.headers.items())]
        if length >= 0 and not self.pieces:
            lines.append(f"Content-Length: {length}")
        if not self.keep_alive or length < 0 or self.pieces:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


_TLS_HELLO = b"\x16\x03"
Route = Answer | list[Answer] | Callable[[Asked], Answer | bytes]


class ScriptedServer:
    """See the module. ``asked`` in order of arrival; ``connections`` counts accepted ones."""

    def __init__(self, routes: Mapping[str, Route], *, tls: ssl.SSLContext | None = None) -> None:
        self.routes = dict(routes)
        self.asked: list[Asked] = []
        self.connections = 0
        self.tls_faults: list[str] = []
        self._tls = tls
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lines: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address: tuple[str, int] = self._door.getsockname()

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.address[1]}"

    def __enter__(self) -> ScriptedServer:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._shut(self._door)
        # The accepting thread goes first: until it has ended, it may still start others.
        self._threads[0].join(5)
        for line in self._lines:
            self._shut(line)
        for thread in self._threads[1:]:
            thread.join(5)
        for line in (self._door, *self._lines):
            line.close()

    @staticmethod
    def _shut(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, name="scripted-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the door was closed: that is how this ends
            while True:
                line, _ = self._door.accept()
                self.connections += 1
                self._lines.append(line.dup() if self._tls else line)
                self._start(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        try:
            with self._tls.wrap_socket(line, server_side=True) if self._tls else line as talk:
                while not self._ended.is_set() and self._exchange(talk):
                    pass
        except ssl.SSLError as error:
            self.tls_faults.append(error.reason or "")
        except OSError:
            pass  # the client has gone, as many tests want it to
        finally:
            line.close()

    def _exchange(self, line: socket.socket) -> bool:
        asked = _read_request(line)
        if asked is None:
            return False
        self.asked.append(asked)
        answer = self._answer(asked)
        if isinstance(answer, bytes):
            line.sendall(answer)
            return False
        line.sendall(answer.head() + (b"" if answer.pieces else answer.body))
        for piece in answer.pieces:
            if self._ended.wait(answer.pause_s):
                return False
            line.sendall(piece)
        return answer.keep_alive and not answer.pieces and answer.length is None

    def _answer(self, asked: Asked) -> Answer | bytes:
        route = self.routes.get(asked.path) or self.routes.get("*", Answer(404, body=b"no such page"))
        if isinstance(route, list):
            return route.pop(0) if len(route) > 1 else route[0]
        return route(asked) if callable(route) else route


def _read_request(line: socket.socket) -> Asked | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65536)
        if not piece:
            return None
        data += piece
        if data.startswith(_TLS_HELLO):
            line.sendall(Answer(400, keep_alive=False).head())
            return None
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {key.strip().lower(): value.strip() for key, _, value in (row.partition(":") for row in rest)}
    wanted = int(headers.get("content-length", "0"))
    while len(body) < wanted:
        body += line.recv(65536)
    return Asked(method, target, headers, body, data)
