"""A secret goes to its own origin and nowhere else: redirects, .netrc, proxy and CA variables, texts, logs."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.errors import BadAnswer, WatchdeskError
from app.base.secret import Secret
from app.connectors.http import HttpClient
from app.connectors.sign_in import Basic, HeaderToken, SignIn
from tests.fakes.http_server import Answer, ScriptedServer

CANARY = "canary-7f3a9c"
SIGN_INS: dict[str, Callable[[], SignIn]] = {
    "basic": lambda: Basic("jo", Secret(CANARY)),
    "bearer": lambda: HeaderToken({"Authorization": Secret(CANARY)}, prefix="Bearer "),
    "custom": lambda: HeaderToken({"X-Auth-Token": Secret(CANARY), "DD-API-KEY": Secret(CANARY)}),
}
BASIC_FORM = "am86Y2FuYXJ5LTdmM2E5Yw=="
STATUSES = (301, 302, 303, 307, 308)


def holds_secret(raw: bytes) -> bool:
    return CANARY.encode() in raw or BASIC_FORM.encode() in raw


@pytest.mark.parametrize("sign_in", SIGN_INS)
@pytest.mark.parametrize("status", STATUSES)
def test_no_redirect_reaches_another_port(sign_in: str, status: int) -> None:
    with ScriptedServer({"/": Answer()}) as other:
        home = {"/": Answer(status, headers={"Location": other.url + "/"})}
        with ScriptedServer(home) as server:
            client = HttpClient("North", server.url, sign_in=SIGN_INS[sign_in]())
            with pytest.raises(BadAnswer, match="another server"):
                client.request("GET", "/")
            client.close()
    assert other.connections == 0
    assert holds_secret(server.asked[0].raw)


# {port} is the home server's own; nobody may be asked at any of these.
ELSEWHERE = [
    "http://localhost:{port}/", "http://127.0.0.2:{port}/", "http://127.0.0.1:{port}@127.0.0.2/", "https://127.0.0.1:{port}/",
    "http://jo:pw@127.0.0.1:{port}/next", "http://@127.0.0.1:{port}/next", "//127.0.0.2:{port}/", "//evil.test/",
    "http:\\\\127.0.0.2/", "\\\\127.0.0.2\\share", "http://127.0.0.1:{port}\\@evil.test/", "http://127.0.0.1.evil.test:{port}/",
    "file:///etc/passwd", "ftp://127.0.0.1:{port}/", "javascript:alert(1)", "data:text/plain,x", "gopher://127.0.0.1:{port}/",
    "http://127.0.0.1:99999/", "http://127.0.0.1:x/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://2130706433:{port}/", "http://0x7f.1:{port}/", "http://[bad/", "http://127.0.0.1/", "HTTPS://127.0.0.1:{port}/",
]  # fmt: skip


@pytest.mark.parametrize("location", ELSEWHERE)
def test_no_redirect_leaves_the_origin(location: str) -> None:
    with ScriptedServer({}) as server:
        server.routes["/"] = Answer(302, headers={"Location": location.format(port=server.address[1])})
        client = HttpClient("North", server.url, sign_in=SIGN_INS["custom"]())
        with pytest.raises(BadAnswer):
            client.request("GET", "/")
        client.close()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "location", ["/next?a=1", "next?a=1", "http://127.0.0.1:{port}/next?a=1", "HTTP://127.0.0.1:{port}/next?a=1"]
)
@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_a_redirect_at_home_is_followed_and_signed_anew(location: str, sign_in: str) -> None:
    with ScriptedServer({"/next": Answer(body=b"here")}) as server:
        server.routes["/"] = Answer(307, headers={"Location": location.format(port=server.address[1])})
        client = HttpClient("North", server.url, sign_in=SIGN_INS[sign_in]())
        answer = client.request("GET", "/", params={"old": "1"})
        client.close()
    assert answer.body == b"here"
    assert [asked.target for asked in server.asked] == ["/?old=1", "/next?a=1"]
    assert all(holds_secret(asked.raw) for asked in server.asked)


@pytest.mark.parametrize("status", STATUSES)
def test_a_post_is_never_sent_on(status: int) -> None:
    with ScriptedServer({"/": Answer(status, headers={"Location": "/next"}), "/next": Answer()}) as server:
        client = HttpClient("North", server.url)
        with pytest.raises(BadAnswer):
            client.request("POST", "/", form={"password": Secret(CANARY)})
        client.close()
    assert [asked.path for asked in server.asked] == ["/"]


def test_a_circle_of_redirects_ends() -> None:
    with ScriptedServer({"/": Answer(302, headers={"Location": "/"})}) as server:
        client = HttpClient("North", server.url)
        with pytest.raises(BadAnswer, match="from one address to the next"):
            client.request("GET", "/")
        client.close()
    assert len(server.asked) == 4


@pytest.mark.parametrize("host", ["127.0.0.1", "default"])
def test_a_netrc_is_not_read(host: str, home: Path) -> None:
    entry = "default" if host == "default" else f"machine {host}"
    netrc = home / ".netrc"
    netrc.write_text(f"{entry} login mallory password netrc-password\n")
    netrc.chmod(0o600)
    with ScriptedServer({"/": Answer()}) as server:
        for sign_in in (None, SIGN_INS["basic"](), SIGN_INS["custom"]()):
            client = HttpClient("North", server.url, sign_in=sign_in)
            client.request("GET", "/")
            client.close()
    seen = [asked.headers.get("authorization", "") for asked in server.asked]
    assert seen == ["", "Basic " + BASIC_FORM, ""]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"])
def test_a_proxy_of_the_environment_is_not_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer({"/": Answer()}) as proxy, ScriptedServer({"/": Answer(body=b"straight")}) as server:
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        client = HttpClient("North", server.url, sign_in=SIGN_INS["basic"]())
        assert client.request("GET", "/").body == b"straight"
        client.close()
    assert proxy.connections == 0


FAILURES: dict[str, Answer] = {
    "refused": Answer(401),
    "elsewhere": Answer(302, headers={"Location": f"http://evil.test/?token={CANARY}"}),
    "half": Answer(body=b"abc", length=10),
    "unpacked": Answer(headers={"Content-Encoding": "gzip"}, body=b"xyz"),
    "failed": Answer(500, body=CANARY.encode()),
    "silent": Answer(body=b"", length=-1, keep_alive=False),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("sign_in", SIGN_INS)
def test_no_error_text_trace_or_log_holds_a_secret(
    failure: str, sign_in: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer({"/": FAILURES[failure]}) as server:
        client = HttpClient("North", server.url, sign_in=SIGN_INS[sign_in]())
        shown = ""
        try:
            shown += repr(client.request("GET", "/", params={"key": CANARY}))
        except WatchdeskError as error:
            shown += error.sentence() + repr(error) + "".join(traceback.format_exception(error))
        client.close()
    assert not holds_secret(shown.encode())
    assert not holds_secret(caplog.text.encode())


def test_a_refused_connection_shows_no_query() -> None:
    with ScriptedServer({}) as gone:
        url = gone.url
    client = HttpClient("North", url, sign_in=SIGN_INS["basic"]())
    with pytest.raises(WatchdeskError) as caught:
        client.request("GET", "/", params={"key": CANARY})
    client.close()
    assert CANARY not in "".join(traceback.format_exception(caught.value))
