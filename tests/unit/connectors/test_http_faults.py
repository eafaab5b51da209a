"""Each way a network fails: the right error, and never later than the deadline and a second."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from app.base.errors import BadAnswer, Cancelled, TimedOut, Unreachable, WatchdeskError
from app.base.events import CancelToken
from app.connectors.http import Deadlines, HttpClient
from tests.fakes.fault_proxy import (
    Bandwidth,
    Clean,
    Down,
    Fault,
    FaultProxy,
    Frozen,
    HalfOpen,
    Latency,
    Limited,
    Reset,
    Sliced,
)
from tests.fakes.http_server import Answer, Asked, ScriptedServer

QUICK = Deadlines(connect_s=0.5, read_s=0.3, total_s=0.6)
BODY = b"x" * 50_000
HEAD_BYTES = len(Answer(body=BODY).head())


def ask(proxy: FaultProxy, deadlines: Deadlines = QUICK, cancel: CancelToken | None = None) -> bytes:
    host, port = proxy.address
    client = HttpClient("North", f"http://{host}:{port}", deadlines=deadlines)
    try:
        return client.request("GET", "/", cancel=cancel).body
    finally:
        client.close()


def until(condition: Callable[[], bool], deadline_s: float = 5.0) -> None:
    ends = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < ends, "it did not come about"
        threading.Event().wait(0.005)


HARMLESS = [Clean(), Latency(0.02), Sliced(5_000, 0.001), Bandwidth(500_000), Limited(10**9)]


@pytest.mark.parametrize("fault", HARMLESS, ids=repr)
def test_a_slow_network_still_brings_the_answer(fault: Fault) -> None:
    with ScriptedServer({"/": Answer(body=BODY)}) as server, FaultProxy(server.address, fault) as proxy:
        assert ask(proxy) == BODY


FATAL = [
    (Down(), Unreachable),
    (HalfOpen(), TimedOut),
    (Latency(5), TimedOut),
    (Bandwidth(1_000), TimedOut),
    (Sliced(1, 0.005), TimedOut),
    (Reset(), TimedOut),
    (Reset(10), TimedOut),
    (Reset(HEAD_BYTES), TimedOut),
    (Reset(HEAD_BYTES + 100), TimedOut),
    (Frozen(0), TimedOut),
    (Frozen(10), TimedOut),
    (Frozen(HEAD_BYTES), TimedOut),
    (Frozen(HEAD_BYTES + 30_000), TimedOut),
    (Limited(0), TimedOut),
    (Limited(1), (TimedOut, BadAnswer)),
    *((Limited(cut), (TimedOut, BadAnswer)) for cut in range(15, HEAD_BYTES, 5)),
    (Limited(HEAD_BYTES), TimedOut),
    (Limited(HEAD_BYTES + 49_999), TimedOut),
]


@pytest.mark.parametrize(("fault", "kind"), FATAL, ids=repr)
def test_each_fault_is_its_error_in_time(fault: Fault, kind: type[Exception]) -> None:
    with ScriptedServer({"/": Answer(body=BODY)}) as server, FaultProxy(server.address, fault) as proxy:
        started = time.monotonic()
        with pytest.raises(kind, match="North"):
            ask(proxy)
        assert time.monotonic() - started < QUICK.total_s + 1


def test_it_works_again_once_the_network_does() -> None:
    with ScriptedServer({"/": Answer(body=BODY)}) as server, FaultProxy(server.address) as proxy:
        host, port = proxy.address
        client = HttpClient("North", f"http://{host}:{port}", deadlines=QUICK)
        for fault in (Clean(), Down(), Clean(), HalfOpen(), Clean(), Reset(500), Clean()):
            proxy.fault = fault
            if fault == Clean():
                assert client.request("GET", "/").body == BODY
            else:
                with pytest.raises(WatchdeskError):
                    client.request("GET", "/")
        client.close()


DRIBBLES: dict[str, Callable[[], Answer | bytes]] = {
    "body": lambda: Answer(pieces=(b"x",) * 1000, pause_s=0.05),
    "empty chunks": lambda: Answer(
        headers={"Transfer-Encoding": "chunked"}, pieces=(b"1\r\nx\r\n",) * 1000, pause_s=0.05
    ),
}


@pytest.mark.parametrize("dribble", DRIBBLES)
def test_a_dribbling_body_ends_at_the_deadline(dribble: str) -> None:
    with ScriptedServer({"/": lambda asked: DRIBBLES[dribble]()}) as server, FaultProxy(server.address) as proxy:
        started = time.monotonic()
        with pytest.raises(TimedOut, match="in time"):
            ask(proxy)
        assert 0.5 < time.monotonic() - started < QUICK.total_s + 1


def test_dribbling_headers_end_at_the_deadline() -> None:
    slow = Sliced(1, 0.1)
    with ScriptedServer({"/": Answer(body=b"x")}) as server, FaultProxy(server.address, slow) as proxy:
        started = time.monotonic()
        with pytest.raises(TimedOut, match="in time"):
            ask(proxy)
        assert 0.5 < time.monotonic() - started < QUICK.total_s + 1


def test_an_endless_answer_without_length_is_no_proper_end_when_cut() -> None:
    endless = Answer(length=-1, pieces=(b"x" * 1000,) * 10_000, pause_s=0.01)
    with ScriptedServer({"/": endless}) as server, FaultProxy(server.address) as proxy, pytest.raises(TimedOut):
        ask(proxy)


@pytest.mark.parametrize("fault", [HalfOpen(), Frozen(10), Frozen(HEAD_BYTES + 500), Sliced(1, 0.05)], ids=repr)
def test_cancel_ends_a_waiting_request(fault: Fault) -> None:
    token, caught = CancelToken(), list[BaseException]()

    def run() -> None:
        try:
            ask(proxy, Deadlines(5, 30, 30), token)
        except Cancelled as error:
            caught.append(error)

    with ScriptedServer({"/": Answer(body=BODY)}) as server, FaultProxy(server.address, fault) as proxy:
        worker = threading.Thread(target=run)
        worker.start()
        until(lambda: proxy.connections == 1)
        token.cancel()
        worker.join(2)
        assert not worker.is_alive()
    assert len(caught) == 1


def test_an_unknown_name_is_unreachable() -> None:
    client = HttpClient("North", "http://no-such-host.invalid", deadlines=QUICK)
    with pytest.raises(Unreachable, match="unknown"):
        client.request("GET", "/")
    client.close()


def test_a_listener_that_never_accepts_is_timed_out_or_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as door:
        port = door.getsockname()[1]
        client = HttpClient("North", f"http://127.0.0.1:{port}", deadlines=QUICK)
        started = time.monotonic()
        with pytest.raises((TimedOut, Unreachable)):
            client.request("GET", "/")
        assert time.monotonic() - started < QUICK.total_s + 1
        client.close()


def test_half_a_tls_handshake_ends_at_the_deadline() -> None:
    with ScriptedServer({}) as server, FaultProxy(server.address, HalfOpen()) as proxy:
        client = HttpClient("North", f"https://127.0.0.1:{proxy.address[1]}", deadlines=QUICK)
        started = time.monotonic()
        with pytest.raises(TimedOut):
            client.request("GET", "/")
        assert time.monotonic() - started < QUICK.total_s + 1
        client.close()


def test_a_kept_connection_that_died_while_idle_is_replaced() -> None:
    def route(asked: Asked) -> Answer:
        return Answer(body=asked.path.encode())

    with ScriptedServer({"/": route}) as server, FaultProxy(server.address) as proxy:
        host, port = proxy.address
        client = HttpClient("North", f"http://{host}:{port}", deadlines=QUICK)
        assert client.request("GET", "/").body == b"/"
        proxy.fault = Down()
        proxy.fault = Clean()
        assert client.request("GET", "/").body == b"/"
        client.close()
    assert proxy.connections == 2


def test_a_refused_connection_is_not_told_as_a_slow_one() -> None:
    with FaultProxy(("127.0.0.1", 1), Down()) as proxy:
        client = HttpClient("N", f"http://127.0.0.1:{proxy.address[1]}/")
        try:
            with pytest.raises(Unreachable, match="nobody answers"):
                client.request("GET", "x")
        finally:
            client.close()
