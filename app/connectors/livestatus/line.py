"""Connections to a livestatus: the one place here that knows sockets. Net lane.

One connection for a whole talk, under one watch: its deadline and a cancel end every step, whatever the server does
(lookup, connecting, handshake, question, answer). None is kept between talks: each one occupies a thread of the
server, of which there are few.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from app.base.clock import Clock
from app.base.errors import BadAnswer, CertificateTrouble, Refused, TimedOut
from app.base.events import CancelToken
from app.base.text import tr
from app.connectors.answer import Kind
from app.connectors.http.lookup import SYSTEM, Address, Lookup
from app.connectors.livestatus import address as where
from app.connectors.livestatus.fault import HALF, of_answer, of_connecting
from app.connectors.livestatus.protocol import HEAD_BYTES, OK, head_of, trouble_of
from app.connectors.trust import Trust, tls_context
from app.connectors.watch import Watch

_PIECE = 256 * 1024
_LONGEST_CONNECT_S = 5.0


@dataclass(frozen=True, slots=True)
class Wire:
    """How to reach one server. ``deadline_s``: for a whole talk."""

    name: str
    address: where.Address
    trust: Trust
    deadline_s: float
    clock: Clock
    lookup: Lookup = SYSTEM

    @contextlib.contextmanager
    def talk(self, cancel: CancelToken) -> Iterator[Talk]:
        """A connection for some questions. Raises Cancelled, and what ``Talk`` raises."""
        cancel.check()
        with Watch(self.deadline_s, cancel, self.clock) as watch:
            talk = Talk(self, watch)
            try:
                yield talk
            finally:
                talk.close()


class Talk:
    """Questions and orders over one connection, which is made when the first of them is sent. ``received``: bytes."""

    def __init__(self, wire: Wire, watch: Watch) -> None:
        self._wire, self._watch = wire, watch
        self._line: socket.socket | None = None
        self._has_answered = False
        self.received = 0

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def ask(self, question: bytes) -> bytes:
        """The body of an answer, as long as its head says. Raises RemoteTrouble, Refused, Cancelled."""
        status, body = self.ask_any(question)
        if status != OK:
            raise trouble_of(status, body, self._wire.name)
        return body

    def ask_any(self, question: bytes) -> tuple[int, bytes]:
        """As ``ask``, whatever the status."""
        if self._has_answered:
            with contextlib.suppress(_Closed):
                return self._exchange(question)
            self.close()  # a server that keeps no connection: what only reads may be asked again
            self._has_answered = False
        try:
            return self._exchange(question)
        except _Closed:
            raise TimedOut(tr(HALF, name=self._wire.name), concerns=self._wire.name) from None

    def tell(self, order: bytes, question: bytes) -> None:
        """Send an order, which nothing answers, and a question behind it, whose answer says that the order was read
        before. Raises Unreachable when nothing was sent; TimedOut, BadAnswer: it may have arrived."""
        self.close()  # a line that was closed meanwhile would leave open whether the order arrived
        self._has_answered = False
        try:
            self._send(order + question)
        except _Closed:
            trouble = of_answer(ConnectionResetError(), self._wire.name, self._watch)
        else:
            with contextlib.suppress(_Closed):  # some servers end the connection behind an order
                self._answer()
            return
        raise trouble

    def _exchange(self, question: bytes) -> tuple[int, bytes]:
        self._send(question)
        told = self._answer()
        self._has_answered = True
        return told

    def _send(self, text: bytes) -> None:
        if self._line is None:
            self._line = self._connected()
        try:
            self._line.settimeout(self._watch.remaining_s)
            self._line.sendall(text)
        except OSError as error:
            if isinstance(error, ConnectionError) and not self._watch.verdict:
                raise _Closed from error
            trouble = of_answer(error, self._wire.name, self._watch)
        else:
            return
        raise trouble

    def _answer(self) -> tuple[int, bytes]:
        self._hurry()
        head = self._read(HEAD_BYTES, is_start=True)
        status, length = head_of(head, self._wire.name)
        if length > Kind.BULK.value.size_bytes:
            raise BadAnswer(
                tr("{name} announces more than any answer may hold.", name=self._wire.name), concerns=self._wire.name
            )
        return status, self._read(length)

    def _hurry(self) -> None:
        """Icinga sends a head and then waits until it is acknowledged, which takes 40 ms unless asked for."""
        option = getattr(socket, "TCP_QUICKACK", None)
        if option is not None and self._line is not None and self._line.family in (socket.AF_INET, socket.AF_INET6):
            with contextlib.suppress(OSError):  # a line that has ended says so when it is read
                self._line.setsockopt(socket.IPPROTO_TCP, option, 1)

    def _read(self, length: int, *, is_start: bool = False) -> bytes:
        """So many bytes, none more. Raises _Closed when the line ends before the first of an answer."""
        line, pieces, missing = self._line, [], length
        assert line is not None
        while missing:
            try:
                line.settimeout(self._watch.remaining_s)
                piece = line.recv(min(missing, _PIECE))
            except OSError as error:
                trouble = of_answer(error, self._wire.name, self._watch)
            else:
                if piece:
                    pieces.append(piece)
                    missing -= len(piece)
                    self.received += len(piece)
                    continue
                if is_start and not pieces and not self._watch.verdict:
                    raise _Closed
                trouble = of_answer(EOFError(), self._wire.name, self._watch)
            raise trouble
        return b"".join(pieces)

    # --- connecting -------------------------------------------------------------------------------------------

    def _connected(self) -> socket.socket:
        try:
            if self._wire.address.scheme == where.UNIX:
                return self._to_file()
            line = self._to_host()
            return self._with_tls(line) if self._wire.address.scheme == where.TLS else line
        except OSError as error:
            trouble = of_connecting(error, self._wire.name, self._watch)
        raise trouble

    def _to_file(self) -> socket.socket:
        family = getattr(socket, "AF_UNIX", None)
        if family is None:
            raise Refused(tr("This computer has no socket files: use tcp:// or tls://."), field="url")
        return self._made((int(family), socket.SOCK_STREAM, 0, "", (self._wire.address.path,)))

    def _to_host(self) -> socket.socket:
        host, port = self._wire.address.host, self._wire.address.port
        trouble: OSError = OSError("no address")
        for found in self._wire.lookup.addresses(host, port, self._longest_s(), self._watch):
            if self._watch.verdict:
                break
            try:
                return self._made(found)
            except OSError as error:
                trouble = error
        raise trouble

    def _longest_s(self) -> float:
        return min(_LONGEST_CONNECT_S, self._watch.remaining_s)

    def _made(self, found: Address) -> socket.socket:
        family, kind, protocol, _name, target = found
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(self._longest_s())
            self._watch.hold(line)
            if family != getattr(socket, "AF_UNIX", None):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(target[0] if len(target) == 1 else target)
        except BaseException:  # whatever ends it, the socket is closed
            line.close()
            raise
        return line

    def _with_tls(self, line: socket.socket) -> socket.socket:
        """Proves who it is before a byte is sent. The certificate's name must be the host's, unless it is pinned."""
        try:
            line.settimeout(self._watch.remaining_s)
            secured = tls_context(self._wire.trust).wrap_socket(line, server_hostname=self._wire.address.host)
        except BaseException:  # whatever ends it, the socket is closed
            line.close()
            raise
        pin = self._wire.trust.fingerprint()
        shown = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
        if pin and not hmac.compare_digest(pin, shown):
            secured.close()
            raise CertificateTrouble(
                tr("{name} has another certificate than the pinned one.", name=self._wire.name),
                concerns=self._wire.name,
            )
        return secured


class _Closed(Exception):
    """The other side has closed the line instead of answering."""
