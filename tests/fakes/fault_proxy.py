"""A TCP proxy on loopback that misbehaves on demand, for every client that must survive a bad network.

    with FaultProxy(("127.0.0.1", port)) as proxy:
        proxy.fault = Frozen(after_bytes=100)     # switchable while running; new data obeys it at once
        ... connect to proxy.address ...

Faults act on what flows from the server to the client; bytes count from when the fault was set. Leaving the block
ends every thread and socket.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True)
class Clean:
    """Everything passes."""


@dataclass(frozen=True)
class Latency:
    """Each piece waits before it passes."""

    delay_s: float


@dataclass(frozen=True)
class Reset:
    """The connection is reset (RST) once so many bytes have passed; 0: as soon as the client has spoken."""

    after_bytes: int = 0


@dataclass(frozen=True)
class HalfOpen:
    """Accepts, reads, and never answers."""


@dataclass(frozen=True)
class Sliced:
    """Passes pieces of ``size`` bytes with a pause after each."""

    size: int = 1
    delay_s: float = 0.001


@dataclass(frozen=True)
class Limited:
    """Closes properly (FIN) once so many bytes have passed."""

    after_bytes: int


@dataclass(frozen=True)
class Frozen:
    """Passes so many bytes and then nothing, with the connection kept open."""

    after_bytes: int


@dataclass(frozen=True)
class Bandwidth:
    """Passes at most so many bytes a second."""

    bytes_per_s: float


@dataclass(frozen=True)
class Down:
    """Nobody listens: connections are refused, open ones are reset."""


Fault = Clean | Latency | Reset | HalfOpen | Sliced | Limited | Frozen | Bandwidth | Down
_RST_ON_CLOSE = struct.pack("ii", 1, 0)
_PIECE = 65536


class FaultProxy:
    """See the module. ``connections`` counts what was accepted."""

    def __init__(self, upstream: tuple[str, int], fault: Fault | None = None) -> None:
        self._upstream = upstream
        self._fault: Fault = fault or Clean()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._lines: set[socket.socket] = set()
        self._door: socket.socket | None = None
        self.connections = 0
        self.address = ("127.0.0.1", 0)

    def __enter__(self) -> FaultProxy:
        self._open()
        if isinstance(self._fault, Down):
            self._close_door()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._close_door()
        self._reset_lines()
        while self._threads:
            self._threads.pop().join(5)

    @property
    def fault(self) -> Fault:
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._fault = fault
        if isinstance(fault, Down):
            self._close_door()
            self._reset_lines()
        elif self._door is None:
            self._open()

    def _open(self) -> None:
        door = socket.create_server(self.address, backlog=64)
        self.address = door.getsockname()
        self._door = door
        self._start(self._accept, door)

    def _start(self, run: object, *args: object) -> None:
        thread = threading.Thread(target=run, args=args, name="fault-proxy", daemon=True)  # type: ignore[arg-type]
        # In this order: what ends the proxy joins all that it finds here.
        thread.start()
        self._threads.append(thread)

    def _close_door(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            _end(door)

    def _reset_lines(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            _reset(line)

    def _keep(self, *lines: socket.socket) -> None:
        with self._lock:
            self._lines.update(lines)
        if self._ended.is_set():
            self._reset_lines()

    def _accept(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):  # the door was closed: that is how this ends
            while True:
                client, _ = door.accept()
                self.connections += 1
                self._keep(client)
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        server = None
        with contextlib.suppress(OSError):
            server = socket.create_connection(self._upstream, 5)
            server.settimeout(None)
            self._keep(server)
            self._start(self._pump_in, client, server)
            self._pump_out(server, client)
        for line in (client, server):
            if line is not None:
                _end(line)

    def _pump_in(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(_PIECE):
                if isinstance(self._fault, HalfOpen):
                    continue
                if self._fault == Reset(0):
                    _reset(client)
                    break
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _pump_out(self, server: socket.socket, client: socket.socket) -> None:
        passed, counted = 0, self._fault
        while data := server.recv(_PIECE):
            while data and not self._ended.is_set():
                if counted is not self._fault:
                    passed, counted = 0, self._fault
                size, pause_s, ending = _portion(self._fault, len(data), passed)
                if isinstance(self._fault, Latency):
                    self._ended.wait(pause_s)
                client.sendall(data[:size])
                passed, data = passed + size, data[size:]
                if not isinstance(self._fault, Latency):
                    self._ended.wait(pause_s)
                if ending and _is_at_end(self._fault, passed):
                    return self._finish(ending, client)
        return None

    def _finish(self, ending: str, client: socket.socket) -> None:
        if ending == "freeze":
            self._ended.wait(60)
        elif ending == "reset":
            _reset(client)


def _portion(fault: Fault, available: int, passed: int) -> tuple[int, float, str]:
    """How many bytes pass now, how long to pause, and how it ends once the fault's limit is reached."""
    match fault:
        case Latency(delay_s):
            return available, delay_s, ""
        case Sliced(size, delay_s):
            return min(size, available), delay_s, ""
        case Bandwidth(rate):
            size = max(1, min(available, int(rate / 50)))
            return size, size / rate, ""
        case Limited(limit):
            return max(0, min(available, limit - passed)), 0.0, "close"
        case Frozen(limit):
            return max(0, min(available, limit - passed)), 0.0, "freeze"
        case Reset(limit):
            return max(0, min(available, limit - passed)), 0.0, "reset"
        case _:
            return available, 0.0, ""


def _is_at_end(fault: Fault, passed: int) -> bool:
    return isinstance(fault, (Limited, Frozen, Reset)) and passed >= fault.after_bytes


def _reset(line: socket.socket) -> None:
    """Close with RST instead of FIN; wakes whoever waits on it."""
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_ON_CLOSE)
    _end(line, quietly=True)


def _end(line: socket.socket, *, quietly: bool = False) -> None:
    # A plain close does not wake a thread that waits on the socket; a shutdown does, but says FIN to the peer.
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RD if quietly else socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        line.close()
