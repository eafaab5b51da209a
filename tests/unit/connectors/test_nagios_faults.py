"""A Nagios behind a bad network or odd pages: an error of the right kind in time, never a part of a picture."""

import time

import pytest

from app.base.errors import BadAnswer, NeedsSignIn, RemoteTrouble, TimedOut, Unreachable
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.nagios import open_nagios
from app.connectors.nagios.source import NagiosSource
from app.domain.command import COMMENT, DONE, Command
from app.domain.source import Source
from tests.fakes.fault_proxy import Fault, FaultProxy, Frozen, HalfOpen, Limited, Reset, Sliced
from tests.fakes.http_server import Answer, ScriptedServer
from tests.fakes.nagios_server import NagiosServer

DEADLINE_S = 0.7


def source_at(url: str, password: str = "admin-pw", deadline_s: float = DEADLINE_S) -> NagiosSource:
    source = Source(id="1", name="N", kind="nagios", url=url, user="admin", deadline_s=deadline_s)
    return open_nagios(source, Secret(password))


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (Frozen(0), (TimedOut,)),
        (Frozen(3000), (TimedOut,)),
        (HalfOpen(), (TimedOut,)),
        (Sliced(20, 0.02), (TimedOut,)),
        (Limited(60), (TimedOut, Unreachable, BadAnswer)),
        (Limited(3000), (TimedOut, Unreachable, BadAnswer)),
        (Reset(0), (TimedOut, Unreachable)),
        (Reset(3000), (TimedOut, Unreachable)),
    ],
    ids=str,
)
def test_a_bad_line_is_an_error_in_time(fault: Fault, kinds: tuple[type[RemoteTrouble], ...]) -> None:
    with NagiosServer() as server, FaultProxy(server.address, fault) as proxy:
        source = source_at(f"http://127.0.0.1:{proxy.address[1]}/nagios4/cgi-bin/")
        began_s = time.monotonic()
        with pytest.raises(RemoteTrouble) as caught:
            source.fetch(CancelToken())
        assert time.monotonic() - began_s < DEADLINE_S + 1
        assert isinstance(caught.value, kinds)
        source.close()


@pytest.mark.parametrize("way", ["basic", "digest"])
def test_nothing_secret_is_sent_before_it_is_asked_for(way: str) -> None:
    with NagiosServer(sign_in=way) as server:
        source = source_at(server.url, deadline_s=5)
        assert source.fetch(CancelToken()).rows
        source.close()
    proofs = [proof for _, _, proof in server.asked]
    assert proofs[0] == ""
    assert {proof.partition(" ")[0].casefold() for proof in proofs[1:]} == {way}


@pytest.mark.parametrize("way", ["basic", "digest"])
def test_a_wrong_password_is_asked_for_again(way: str) -> None:
    with NagiosServer(sign_in=way) as server:
        source = source_at(server.url, "wrong", deadline_s=5)
        with pytest.raises(NeedsSignIn):
            source.fetch(CancelToken())
        source.close()
    assert len(server.asked) == 2


def test_a_token_that_ran_out_is_fetched_once_more() -> None:
    with NagiosServer(stale_reads=0) as server:
        source = source_at(server.url, deadline_s=5)
        rows = source.fetch(CancelToken()).rows[-1:]
        command = Command(verb=COMMENT, author="mia", comment="a; <b>")
        assert source.push(command, rows, CancelToken())[0].outcome == DONE
        server.token = "an0ther"
        assert source.push(command, rows, CancelToken())[0].outcome == DONE
        source.close()
    assert sum(method == "POST" for method, _, _ in server.asked) == 3


@pytest.mark.parametrize("body", [b"<html>Sign in at the portal</html>", b"{}", b'{"result": {"type_code": 0}}'])
def test_a_page_with_status_200_is_no_picture(body: bytes) -> None:
    with ScriptedServer({"/statusjson.cgi": Answer(body=body), "/objectjson.cgi": Answer(body=body)}) as server:
        source = source_at(server.url)
        with pytest.raises(BadAnswer):
            source.fetch(CancelToken())
        source.close()


def test_lists_from_before_and_after_a_restart_are_no_picture() -> None:
    def head(start: int, name: str) -> Answer:
        text = '{"result": {"type_code": 0, "program_start": %d, "last_data_update": 9}, "data": {"%s": {}}}'
        return Answer(body=(text % (start, name)).encode())

    lists = [
        head(start, name)
        for start, name in zip((1, 1, 2, 2), ("hostlist", "servicelist", "commentlist", "downtimelist"), strict=True)
    ]
    with ScriptedServer({"/statusjson.cgi": lists}) as server:
        source = source_at(server.url)
        with pytest.raises(BadAnswer, match="restarted"):
            source.fetch(CancelToken())
        source.close()
