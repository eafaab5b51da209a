"""What an HttpClient sends, accepts and refuses, on a well-behaved network."""

import gzip
import zlib

import pytest

from app.base.errors import BadAnswer, Cancelled, Limited, NeedsSignIn, NotFound, Refused, TimedOut
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.answer import Kind
from app.connectors.http import Digest, HttpClient
from app.connectors.sign_in import Basic, HeaderToken
from tests.fakes.http_server import Answer, Asked, ScriptedServer


def client_for(server: ScriptedServer, **more: object) -> HttpClient:
    return HttpClient("North", server.url, **more)  # type: ignore[arg-type]


def test_a_get_brings_status_headers_body_and_counts() -> None:
    body = b'{"state": "ok"}' * 1000
    packed = gzip.compress(body)
    routes = {"/nagios/status": Answer(headers={"Content-Encoding": "gzip", "X-Odd": "1"}, body=packed)}
    with ScriptedServer(routes) as server:
        client = HttpClient("North", server.url + "/nagios")
        answer = client.request("GET", "status", params={"query": "host list", "n": 3})
        client.close()
    assert (answer.status, answer.body, answer.received_bytes) == (200, body, len(packed))
    assert answer.headers["x-odd"] == "1"
    assert answer.url == server.url + "/nagios/status"
    assert answer.elapsed_s > 0
    assert server.asked[0].target == "/nagios/status?query=host+list&n=3"
    assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_connections_are_kept_and_cookies_come_back() -> None:
    routes = {"/": [Answer(headers={"Set-Cookie": "NagFormId=42"}), Answer()]}
    with ScriptedServer(routes) as server:
        client = client_for(server)
        for _ in range(3):
            client.request("GET", "/")
        client.close()
    assert server.connections == 1
    assert "cookie" not in server.asked[0].headers
    assert server.asked[2].headers["cookie"] == "NagFormId=42"


def test_a_form_and_json_may_hold_secrets() -> None:
    with ScriptedServer({"/": Answer()}) as server:
        client = client_for(server)
        client.request("POST", "/", form={"text": "a&b é", "n": 2, "key": Secret("s p")})
        client.request("POST", "/", json={"login": {"password": Secret("s p")}})
        client.close()
    assert server.asked[0].body == b"text=a%26b+%C3%A9&n=2&key=s+p"
    assert server.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert server.asked[1].body == b'{"login":{"password":"s p"}}'
    assert server.asked[1].headers["content-type"] == "application/json"


def test_basic_sign_in_is_sent_at_once_in_utf8() -> None:
    with ScriptedServer({"/": Answer()}) as server:
        client = client_for(server, sign_in=Basic("jo", Secret("pä")))
        client.request("GET", "/")
        client.close()
    assert server.asked[0].headers["authorization"] == "Basic am86cMOk"


def test_digest_sign_in_answers_the_challenge_and_keeps_it() -> None:
    def route(asked: Asked) -> Answer:
        if 'username="jo"' in asked.headers.get("authorization", ""):
            return Answer(body=b"in")
        challenge = 'Basic realm="x", Digest realm="N", nonce="abc", qop="auth", algorithm=MD5'
        return Answer(401, headers={"WWW-Authenticate": challenge}, body=b"x" * 100)

    with ScriptedServer({"/a": route, "/b": route}) as server:
        client = client_for(server, sign_in=Digest("jo", Secret("pw")))
        assert client.request("GET", "/a", params={"q": "1"}).body == b"in"
        assert client.request("POST", "/b", form={"x": "y"}).body == b"in"
        client.close()
    proofs = [asked.headers.get("authorization", "") for asked in server.asked]
    assert len(proofs) == 3
    assert proofs[0] == ""
    assert 'uri="/a?q=1"' in proofs[1]
    assert "nc=00000001" in proofs[1]
    assert 'uri="/b"' in proofs[2]
    assert "nc=00000002" in proofs[2]
    assert "pw" not in "".join(proofs)


def test_a_refused_digest_is_asked_twice_at_most() -> None:
    challenge = Answer(401, headers={"WWW-Authenticate": 'Digest realm="N", nonce="abc", qop="auth"'})
    with ScriptedServer({"/": challenge}) as server:
        client = client_for(server, sign_in=Digest("jo", Secret("wrong")))
        with pytest.raises(NeedsSignIn):
            client.request("GET", "/")
        client.close()
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "challenge", ["Digest", "Digest realm=", "Digest nonce", 'Digest realm="N"', "Negotiate", ""]
)
def test_a_broken_challenge_is_a_refused_sign_in(challenge: str) -> None:
    with ScriptedServer({"/": Answer(401, headers={"WWW-Authenticate": challenge})}) as server:
        client = client_for(server, sign_in=Digest("jo", Secret("pw")))
        with pytest.raises(NeedsSignIn):
            client.request("GET", "/")
        client.close()
    assert len(server.asked) == 1


STATUSES = [
    (400, Refused), (401, NeedsSignIn), (403, NeedsSignIn), (404, NotFound), (407, NeedsSignIn), (408, Limited),
    (409, Refused), (410, NotFound), (422, Refused), (425, Limited), (429, Limited), (500, BadAnswer),
    (501, BadAnswer), (502, TimedOut), (503, Limited), (504, TimedOut), (599, BadAnswer), (302, BadAnswer),
]  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), STATUSES)
def test_each_status_is_one_error(status: int, kind: type[Exception]) -> None:
    with ScriptedServer({"/": Answer(status, body=b"server words")}) as server:
        client = client_for(server)
        with pytest.raises(kind, match="North") as caught:
            client.request("GET", "/")
        client.close()
    assert type(caught.value) is kind
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("status", [404, 409, 500])
def test_an_accepted_status_is_an_answer(status: int) -> None:
    with ScriptedServer({"/": Answer(status, body=b"words")}) as server:
        client = client_for(server)
        assert client.request("GET", "/", accept={status}).body == b"words"
        client.close()


def test_a_busy_server_says_when() -> None:
    with ScriptedServer({"/": Answer(429, headers={"Retry-After": "17"})}) as server:
        client = client_for(server)
        with pytest.raises(Limited) as caught:
            client.request("GET", "/")
        client.close()
    assert caught.value.retry_after_s == 17


def packed(size: int, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(bytes(size)) + packer.flush()


BOMBS = [
    pytest.param(Answer(headers={"Content-Encoding": "gzip"}, body=packed(19_000_000, 31)), id="gzip ratio"),
    pytest.param(Answer(headers={"Content-Encoding": "deflate"}, body=packed(19_000_000, 15)), id="deflate ratio"),
    pytest.param(Answer(body=bytes(20_000_001)), id="too large"),
    pytest.param(Answer(body=bytes(20_000_001), length=-1), id="too large without length"),
    pytest.param(
        Answer(headers={"Content-Encoding": "gzip, gzip"}, body=gzip.compress(packed(10**6, 31))), id="twice"
    ),
    pytest.param(Answer(headers={"Content-Encoding": "br"}, body=b"\x0b\x02\x80abc\x03"), id="not asked for"),
    pytest.param(Answer(headers={"Content-Encoding": "gzip"}, body=b"no gzip at all"), id="not packed"),
]


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_and_broken_packing_are_bad_answers(bomb: Answer) -> None:
    with ScriptedServer({"/": bomb}) as server:
        client = client_for(server)
        with pytest.raises(BadAnswer):
            client.request("GET", "/")
        client.close()


@pytest.mark.parametrize("status", [302, 401, 500])
def test_the_body_of_a_failure_is_never_read(status: int) -> None:
    headers = {"Location": "/elsewhere", "WWW-Authenticate": "Digest"}
    endless = Answer(status, headers=headers, pieces=(b"x" * 65536,) * 2000)
    with ScriptedServer({"/": endless, "/elsewhere": Answer(500)}) as server:
        client = client_for(server, sign_in=Digest("jo", Secret("pw")))
        with pytest.raises((NeedsSignIn, BadAnswer)) as caught:
            client.request("GET", "/")
        client.close()
    assert not isinstance(caught.value, TimedOut)


def test_a_bulk_answer_may_be_larger() -> None:
    with ScriptedServer({"/": Answer(body=bytes(21_000_000))}) as server:
        client = client_for(server)
        assert len(client.request("GET", "/", kind=Kind.BULK).body) == 21_000_000
        client.close()


RAW_NONSENSE = [
    b"", b"\r\n\r\n", b"hello\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n\x16\x03\x01", b"\x16\x03\x01\x02\x00\x01\x00",
    b"HTTP/1.1 999999999 OK\r\n\r\n", b"HTTP/1.1 -1 OK\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("nonsense", RAW_NONSENSE)
def test_nonsense_is_an_error_of_the_tree(nonsense: bytes) -> None:
    with ScriptedServer({"/": lambda asked: nonsense}) as server:
        client = client_for(server)
        try:
            answer = client.request("GET", "/")
        except (BadAnswer, TimedOut):
            answer = None
        client.close()
    # A negative length claims nothing, so that the end of the connection is the end of the answer.
    assert answer is None or b"-5" in nonsense


def test_chunked_answers_are_joined() -> None:
    body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n"
    with ScriptedServer({"/": lambda asked: body}) as server:
        client = client_for(server)
        assert client.request("GET", "/").body == b"abcde"
        client.close()


def test_a_cancelled_request_is_not_sent() -> None:
    token = CancelToken()
    token.cancel()
    with ScriptedServer({"/": Answer()}) as server:
        client = client_for(server)
        with pytest.raises(Cancelled):
            client.request("GET", "/", cancel=token)
        client.close()
    assert server.asked == []


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "a\nb", " padded", "padded ", "ключ", "a\x00b", "a\x7fb"])
def test_a_token_that_would_break_the_request_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(Refused) as caught:
        HeaderToken({"X-Auth-Token": Secret(token)})
    assert token not in caught.value.sentence()


@pytest.mark.parametrize("user", ['a"b', "a\\b", "a:b", "ü", "a\nb"])
def test_a_user_that_digest_cannot_carry_is_refused(user: str) -> None:
    with pytest.raises(Refused):
        Digest(user, Secret("pw"))


def test_one_body_only() -> None:
    client = HttpClient("North", "http://127.0.0.1:1")
    with pytest.raises(ValueError, match="one body"):
        client.request("POST", "/", form={}, json={})
    client.close()


def test_the_client_shows_no_secret() -> None:
    client = HttpClient("North", "https://mon.example/x", sign_in=Basic("jo", Secret("hush-hush")))
    assert repr(client) == "HttpClient('North', 'https://mon.example/x/')"
    assert "hush" not in repr(vars(client))
    client.close()
