"""Looking a host name up: never longer than the request may last, and no thread more than there are names."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from app.base.errors import Cancelled, Unreachable, WatchdeskError
from app.base.events import CancelToken
from app.connectors.http import Deadlines, HttpClient
from app.connectors.http.lookup import UNKNOWN_FOR_S, Address, Lookup, resolve_by_system
from tests.fakes.clock import VirtualClock
from tests.fakes.http_server import Answer, ScriptedServer

HOST = "monitor.example"


class FakeNames:
    """A name server: hangs until ``release``, then knows ``HOST`` as loopback, or nobody."""

    def __init__(self, *, hangs: bool = False, knows: bool = True) -> None:
        self.asked: list[str] = []
        self.knows = knows
        self.free = threading.Event()
        if not hangs:
            self.free.set()

    def __call__(self, host: str, port: int) -> list[Address]:
        self.asked.append(host)
        assert self.free.wait(20)
        if not self.knows:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return resolve_by_system("127.0.0.1", port)


@pytest.fixture
def hanging() -> Iterator[FakeNames]:
    names = FakeNames(hangs=True)
    yield names
    names.free.set()
    for thread in threading.enumerate():
        if thread.name == "net-lookup":
            thread.join(5)


def client_of(names: FakeNames, port: int, deadlines: Deadlines, lookup: Lookup | None = None) -> HttpClient:
    return HttpClient("North", f"http://{HOST}:{port}", deadlines=deadlines, lookup=lookup or Lookup(names))


def test_a_name_that_is_known_leads_there() -> None:
    names = FakeNames()
    with ScriptedServer({"/": Answer(body=b"here")}) as server:
        client = client_of(names, server.address[1], Deadlines())
        assert client.request("GET", "/").body == b"here"
        client.close()
    assert names.asked == [HOST]
    assert server.asked[0].headers["host"] == f"{HOST}:{server.address[1]}"


@pytest.mark.parametrize("deadlines", [Deadlines(0.3, 20, 30), Deadlines(20, 20, 0.3)], ids=["connect", "total"])
def test_a_lookup_that_hangs_ends_in_time_and_nothing_was_sent(hanging: FakeNames, deadlines: Deadlines) -> None:
    client = client_of(hanging, 1, deadlines)
    started_s = time.monotonic()
    with pytest.raises(Unreachable, match="where its host name leads"):
        client.request("POST", "/", form={"a": "b"})
    assert 0.2 < time.monotonic() - started_s < 1.3
    client.close()


def test_cancel_ends_a_lookup_that_hangs(hanging: FakeNames) -> None:
    token, caught = CancelToken(), list[WatchdeskError]()
    client = client_of(hanging, 1, Deadlines(30, 30, 30))

    def run() -> None:
        try:
            client.request("GET", "/", cancel=token)
        except WatchdeskError as error:
            caught.append(error)

    worker = threading.Thread(target=run)
    worker.start()
    while not hanging.asked:
        assert worker.is_alive()
    token.cancel()
    worker.join(2)
    assert not worker.is_alive()
    assert [type(error) for error in caught] == [Cancelled]
    client.close()


def test_a_dead_name_server_costs_one_thread_and_recovers(hanging: FakeNames) -> None:
    with ScriptedServer({"/": Answer(body=b"here")}) as server:
        client = client_of(hanging, server.address[1], Deadlines(0.05, 20, 30))
        for _ in range(3):
            with pytest.raises(Unreachable):
                client.request("GET", "/")
        assert hanging.asked == [HOST]
        assert sum(thread.name == "net-lookup" for thread in threading.enumerate()) == 1
        hanging.free.set()
        for thread in threading.enumerate():
            if thread.name == "net-lookup":
                thread.join(5)
        assert client.request("GET", "/").body == b"here"
        client.close()


def test_an_unknown_name_is_remembered_for_a_moment_only() -> None:
    names, clock = FakeNames(knows=False), VirtualClock()
    lookup = Lookup(names, clock)
    for _ in range(3):
        with pytest.raises(socket.gaierror):
            lookup.addresses(HOST, 80, 5.0, None)
    assert names.asked == [HOST]
    names.knows = True
    clock.advance(UNKNOWN_FOR_S + 1)
    assert lookup.addresses(HOST, 80, 5.0, None)[0][4][0] == "127.0.0.1"
    assert names.asked == [HOST, HOST]


def test_a_number_needs_no_lookup() -> None:
    names = FakeNames(knows=False)
    assert Lookup(names).addresses("127.0.0.1", 80, 5.0, None)[0][4] == ("127.0.0.1", 80)
    assert Lookup(names).addresses("[::1]", 80, 5.0, None)[0][4][0] == "::1"
    assert names.asked == []


def test_a_name_no_server_can_be_asked_for_is_unknown() -> None:
    with pytest.raises(socket.gaierror):
        Lookup().addresses("a" * 80 + ".example", 80, 5.0, None)


def test_the_next_address_is_tried_when_the_first_is_dead() -> None:
    def two(_host: str, port: int) -> list[Address]:
        with socket.create_server(("127.0.0.1", 0)) as door:
            dead = door.getsockname()[1]
        return [*resolve_by_system("127.0.0.1", dead), *resolve_by_system("127.0.0.1", port)]

    with ScriptedServer({"/": Answer(body=b"here")}) as server:
        client = HttpClient("North", f"http://{HOST}:{server.address[1]}", lookup=Lookup(two))
        assert client.request("GET", "/").body == b"here"
        client.close()


def test_cancel_ends_a_connecting_that_nobody_answers() -> None:
    # A listener whose queue is full answers no further knock: the connecting waits.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as door:
        port = door.getsockname()[1]
        knocking = [socket.socket() for _ in range(3)]
        for each in knocking:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        client = HttpClient("North", f"http://127.0.0.1:{port}", deadlines=Deadlines(20, 20, 20))
        token = CancelToken()
        timer = threading.Timer(0.2, token.cancel)
        timer.start()
        started_s = time.monotonic()
        with pytest.raises(Cancelled):
            client.request("GET", "/", cancel=token)
        assert time.monotonic() - started_s < 3
        timer.join()
        client.close()
        for each in knocking:
            each.close()
