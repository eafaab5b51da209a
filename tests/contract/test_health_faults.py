"""Every way a network or a server fails, held against every ``HealthSource``: the right error in time, nothing half
believed, nothing told to others, and whole again once the fault is over. A new kind is a line in ``KINDS``."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from app.base.errors import (
    BadAnswer,
    Cancelled,
    Limited,
    NeedsSignIn,
    Refused,
    RemoteTrouble,
    TimedOut,
    Unreachable,
    WatchdeskError,
)
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.datadog import open_datadog
from app.connectors.icinga2 import open_icinga2
from app.connectors.livestatus import open_livestatus
from app.connectors.nagios import open_nagios
from app.connectors.prometheus import open_prometheus
from app.connectors.zabbix import open_zabbix
from app.domain.source import Source
from app.ports import HealthSource
from app.usecases.sign_in import is_refusal
from tests.fakes.datadog_server import DatadogServer
from tests.fakes.fault_proxy import Down, Fault, FaultProxy, Frozen, HalfOpen, Reset, Sliced
from tests.fakes.fault_proxy import Limited as Cut
from tests.fakes.http_server import Answer, Asked, ScriptedServer
from tests.fakes.icinga2_server import Icinga2Server
from tests.fakes.livestatus_server import LivestatusServer
from tests.fakes.nagios_server import NagiosServer
from tests.fakes.prometheus_server import PrometheusServer
from tests.fakes.relay import Relay, unchanged
from tests.fakes.zabbix_server import ZabbixServer

pytestmark = pytest.mark.slow

NAME: Final = "north"
DEADLINE_S: Final = 1.5
SLACK_S: Final = 1.5


def no_second(_url: str, _server: Any) -> str:
    return ""


def its_alertmanager(url: str, server: Any) -> str:
    """A fake is both on one port; of a real one only Prometheus stands behind the fault."""
    return str(getattr(server, "alertmanager", url))


def its_url(server: Any) -> str:
    return str(server.url)


def its_livestatus(server: Any) -> str:
    """A real Icinga tells that of its API first."""
    return str(getattr(server, "livestatus", server.url)).replace("tcp:127", "tcp://127")


@dataclass(frozen=True)
class Kind:
    """``peer``: the fixture of the real server. ``second``: its Alertmanager, by the source's URL and the server.
    ``address``: where the server is asked."""

    open: Callable[[Source, Secret], HealthSource]
    fake: Callable[[], AbstractContextManager[Any]]
    peer: str
    second: Callable[[str, Any], str] = no_second
    address: Callable[[Any], str] = its_url


KINDS: Final[Mapping[str, Kind]] = {
    "nagios": Kind(open_nagios, NagiosServer, "nagios_peer"),
    "nagios-digest": Kind(open_nagios, lambda: NagiosServer(sign_in="digest"), "nagios_peer"),
    "prometheus": Kind(open_prometheus, PrometheusServer, "prometheus_peer", its_alertmanager),
    "zabbix": Kind(open_zabbix, ZabbixServer, "zabbix_peer"),
    "icinga2": Kind(open_icinga2, Icinga2Server, "icinga2_peer"),
    "datadog": Kind(open_datadog, DatadogServer, ""),
}
_REAL: Final = (pytest.mark.real_server, pytest.mark.timeout(600))
# What speaks no HTTP is held against broken lines here, and against its own broken answers beside its tests.
LINES: Final[Mapping[str, Kind]] = KINDS | {
    "livestatus": Kind(open_livestatus, LivestatusServer, "icinga2_peer", address=its_livestatus),
}
_NOT_REAL: Final = ("nagios-digest", "datadog")
_LINES: Final = [*LINES, *(pytest.param(f"real-{kind}", marks=_REAL) for kind in LINES if kind not in _NOT_REAL)]


@contextmanager
def running(name: str, request: pytest.FixtureRequest) -> Iterator[tuple[Kind, Any]]:
    kind = LINES[name.removeprefix("real-")]
    if name.startswith("real-"):
        yield kind, request.getfixturevalue(kind.peer)
        return
    with kind.fake() as server:
        yield kind, server


@contextmanager
def opened(kind: Kind, server: Any, url: str) -> Iterator[HealthSource]:
    """The connector, through an address that stands in for the server's own."""
    user, password = getattr(server, "user", "admin"), getattr(server, "password", "admin-pw")
    source = kind.open(
        Source(
            id="1", name=NAME, kind="any", url=url, alertmanager_url=kind.second(url, server), user=user,
            deadline_s=DEADLINE_S, ca_file=getattr(server, "ca", ""),
        ),
        Secret(password),
    )  # fmt: skip
    try:
        yield source
    finally:
        source.close()


def picture(source: HealthSource) -> list[tuple[str, str]]:
    """What is to be seen whole or not at all."""
    return sorted((row.id, row.state) for row in source.fetch(CancelToken()).rows)


def failure(source: HealthSource) -> WatchdeskError:
    """How a fetch failed, in time and with words that name the source and no secret."""
    began_s = time.monotonic()
    with pytest.raises(WatchdeskError) as caught:
        source.fetch(CancelToken())
    assert time.monotonic() - began_s < DEADLINE_S + SLACK_S
    told = caught.value.sentence()
    assert NAME in told
    assert "-pw" not in told
    return caught.value


# --- the line -------------------------------------------------------------------------------------------------

LINE_FAULTS: Final[Mapping[str, tuple[Fault, tuple[type[WatchdeskError], ...]]]] = {
    "nobody listens": (Down(), (Unreachable,)),
    "never answers": (HalfOpen(), (TimedOut,)),
    "freezes at once": (Frozen(0), (TimedOut,)),
    "freezes in the answer": (Frozen(90), (TimedOut,)),
    "slow drip": (Sliced(1, 0.05), (TimedOut,)),
    "half an answer": (Cut(90), (TimedOut, BadAnswer)),
    "reset when asked": (Reset(), (TimedOut,)),
    "reset in the answer": (Reset(90), (TimedOut,)),
}


@pytest.mark.parametrize("fault", LINE_FAULTS)
@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("name", _LINES)
def test_a_broken_line_is_told_in_time_and_heals(
    name: str, is_warm: bool, fault: str, request: pytest.FixtureRequest
) -> None:
    with running(name, request) as (kind, server):
        parts = urlsplit(kind.address(server))
        with FaultProxy((str(parts.hostname), parts.port or 0)) as proxy:
            url = parts._replace(netloc=f"127.0.0.1:{proxy.address[1]}").geturl()
            with opened(kind, server, url) as source:
                whole = picture(source) if is_warm else []
                proxy.fault, expected = LINE_FAULTS[fault]
                if parts.scheme == "https":
                    expected = (*expected, Unreachable)  # a handshake that breaks is no answer either
                if is_warm and fault == "nobody listens":
                    expected = (*expected, TimedOut)  # the kept line may break only once it was asked on
                assert isinstance(failure(source), expected)
                proxy.fault = LINE_FAULTS["nobody listens"][0]  # what is half open goes
                proxy.fault = FaultProxy(("", 0)).fault
                healed = picture(source)
    assert healed
    assert not is_warm or name.startswith("real-") or healed == whole


@pytest.mark.parametrize("name", KINDS)
def test_cancel_ends_a_fetch_that_hangs(name: str, request: pytest.FixtureRequest) -> None:
    with running(name, request) as (kind, server):
        parts = urlsplit(server.url)
        cancel = CancelToken()

        def stop(_number: int, _asked: Asked, _answer: Answer) -> Answer:
            cancel.cancel()
            return Answer(pieces=(b"x",) * 100, pause_s=0.2)

        with Relay(parts.geturl()) as relay, opened(kind, server, relay.url) as source:
            relay.change = stop
            began_s = time.monotonic()
            with pytest.raises(Cancelled):
                source.fetch(cancel)
            assert time.monotonic() - began_s < 1.0


# --- the answer -----------------------------------------------------------------------------------------------

HTML: Final = b"<!DOCTYPE html><html><body><h1>Sign in</h1>admin-pw</body></html>"


def with_body(change: Callable[[bytes], bytes], **headers: str) -> Callable[[Answer], Answer]:
    """The server's own answer, its body changed."""
    extra = {key.replace("_", "-"): value for key, value in headers.items()}
    return lambda answer: Answer(answer.status, {**answer.headers, **extra}, change(answer.body))


def instead(status: int, body: bytes = b"", **headers: str) -> Callable[[Answer], Answer]:
    """Another answer altogether."""
    extra = {key.replace("_", "-"): value for key, value in headers.items()}
    return lambda _answer: Answer(status, extra, body)


BAD: Final = (BadAnswer, TimedOut)
ANSWER_FAULTS: Final[Mapping[str, tuple[Callable[[Answer], Answer], tuple[type[WatchdeskError], ...]]]] = {
    "HTML with 200": (instead(200, HTML, Content_Type="text/html"), BAD),
    "HTML that says JSON": (instead(200, HTML, Content_Type="application/json"), BAD),
    "nothing with 200": (instead(200), BAD),
    "null": (instead(200, b"null"), BAD),
    "an empty object": (instead(200, b"{}"), BAD),
    "an empty list": (instead(200, b"[]"), BAD),
    "cut, and its length agrees": (with_body(lambda body: body[: len(body) // 2]), BAD),
    "twice in one": (with_body(lambda body: body + body), BAD),
    "deep": (instead(200, b"[" * 200_000), BAD),
    "UTF-16": (with_body(lambda body: body.decode().encode("utf-16"), Content_Type="application/json"), BAD),
    "wrong bytes": (with_body(lambda body: b"\xff\xfe" + body), BAD),
    "a gzip bomb": (instead(200, gzip.compress(b" " * 60_000_000, 9), Content_Encoding="gzip"), BAD),
    "no gzip although it says so": (with_body(lambda body: body, Content_Encoding="gzip"), BAD),
    "half a gzip": (with_body(lambda body: gzip.compress(body)[:-9], Content_Encoding="gzip"), BAD),
    "packed in another way": (with_body(lambda body: body, Content_Encoding="br"), BAD),
    "sends on in circles": (instead(302, Location="?again"), (BadAnswer,)),
    "500 with a page": (instead(500, HTML), (BadAnswer,)),
    "gateway": (instead(502, HTML), (TimedOut,)),
    "busy": (instead(503, b"", Retry_After="7"), (Limited,)),
    "too many": (instead(429, b"", Retry_After="7"), (Limited,)),
    "refused": (instead(400, HTML), (Refused, RemoteTrouble)),
    "forbidden": (instead(403, HTML), (NeedsSignIn, Refused)),
}


@pytest.mark.parametrize("fault", ANSWER_FAULTS)
@pytest.mark.parametrize("is_warm", [True, False], ids=["warm", "cold"])
@pytest.mark.parametrize("name", KINDS)
def test_an_answer_that_is_none_is_told_and_nothing_of_it_stays(
    name: str, is_warm: bool, fault: str, request: pytest.FixtureRequest
) -> None:
    change, expected = ANSWER_FAULTS[fault]
    with (
        running(name, request) as (kind, server),
        Relay(server.url) as relay,
        opened(kind, server, relay.url) as source,
    ):
        whole = picture(source) if is_warm else []
        relay.change = lambda _number, _asked, answer: change(answer) if answer.status != 401 else answer
        error = failure(source)
        assert isinstance(error, expected), error.sentence()
        if isinstance(error, Limited):
            assert error.retry_after_s == 7.0
        relay.change = unchanged
        healed = picture(source)
    assert healed
    assert not is_warm or healed == whole


@pytest.mark.parametrize("name", KINDS)
def test_whichever_question_fails_the_picture_is_whole_or_none(name: str, request: pytest.FixtureRequest) -> None:
    with running(name, request) as (kind, server), Relay(server.url) as relay:
        with opened(kind, server, relay.url) as source:
            whole = picture(source)
        asked = len(relay.asked)
        failed = 0
        for nth in range(1, asked + 1):
            with opened(kind, server, relay.url) as source:
                relay.change = lambda number, _asked, answer, nth=nth: (  # type: ignore[misc]
                    Answer(200, body=HTML) if number == nth and answer.status != 401 else answer
                )
                try:
                    assert picture(source) == whole
                except RemoteTrouble:
                    failed += 1
                relay.change = unchanged
                assert picture(source) == whole
    assert failed


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_password_is_tried_once(name: str, request: pytest.FixtureRequest) -> None:
    with running(name, request) as (kind, server), Relay(server.url) as relay:
        wrong = Secret("wr0ng-secret\nwr0ng-secret" if name == "datadog" else "wr0ng-secret")
        second = kind.second(relay.url, server)
        source = kind.open(
            Source(id="1", name=NAME, kind="any", url=relay.url, alertmanager_url=second, user="admin"), wrong
        )
        with pytest.raises(NeedsSignIn) as caught:
            source.fetch(CancelToken())
        tries = [
            asked for asked in relay.asked
            if asked.headers.get("authorization") or asked.headers.get("dd-api-key") or b"wr0ng-secret" in asked.body
        ]  # fmt: skip
        source.close()
    assert len(tries) == 1
    # Datadog says 403 to a wrong key and to one that may not, and locks nobody out.
    assert is_refusal(caught.value) or name == "datadog", "the poller pauses it"
    assert "wr0ng" not in caught.value.sentence()


# --- others ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_one_is_led_to_another_server(name: str, status: int, request: pytest.FixtureRequest) -> None:
    with (
        ScriptedServer({"*": Answer()}) as other,
        running(name, request) as (kind, server),
        Relay(server.url) as relay,
        opened(kind, server, relay.url) as source,
    ):
        relay.change = lambda _number, asked, answer: (
            Answer(status, {"Location": other.url + asked.target}) if answer.status != 401 else answer
        )
        assert isinstance(failure(source), BadAnswer)
        assert other.connections == 0


@pytest.mark.parametrize("name", KINDS)
def test_the_environment_has_no_say(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Proxies, CA files and .netrc of other programs."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login intruder password intruder-pw\n")
    netrc.chmod(0o600)
    with ScriptedServer({"*": Answer()}) as other, running(name, request) as (kind, server):
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(variable, other.url)
        for variable in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(variable, "")
        for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
        monkeypatch.setenv("NETRC", str(netrc))
        with opened(kind, server, server.url) as source:
            assert picture(source)
    assert other.connections == 0
