"""The line: addresses, TLS, socket files, deadline and cancel."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from app.base.errors import Cancelled, CertificateTrouble, Refused, TimedOut, Unreachable
from app.base.events import CancelToken
from app.connectors.livestatus import open_livestatus
from app.connectors.livestatus.address import Address, parse_address
from app.connectors.livestatus.source import LivestatusSource
from app.domain.source import Source
from tests.fakes import certificates
from tests.fakes.certificates import Wish
from tests.fakes.fault_proxy import FaultProxy, Frozen, HalfOpen, Sliced
from tests.fakes.livestatus_server import LivestatusServer


def opened(url: str, *, deadline_s: float = 5, **trust: str) -> LivestatusSource:
    return open_livestatus(Source(id="1", name="ls", kind="livestatus", url=url, deadline_s=deadline_s, **trust))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("tcp://mon.example", Address("tcp", "mon.example", 6557)),
        ("tcp://mon.example:50000/", Address("tcp", "mon.example", 50000)),
        ("tls://[::1]:6557", Address("tls", "::1", 6557)),
        ("unix:///run/live%20status/live", Address("unix", path="/run/live status/live")),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "mon.example:6557", "http://mon.example", "tcp://", "tcp://:6557", "tcp://h:0", "tcp://h:99999", "tcp://h:x",
        "tcp://u:p@h", "tcp://h/path", "tcp://h?x", "tcp://h#x", "unix://host/path", "unix://", "unix:///", "tcp://h\n",
        "unix:///a%00b", "tcp://[::1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_address(text)
    assert caught.value.field == "url"


def test_a_socket_file_is_asked_as_a_host_is(tmp_path: Path) -> None:
    path = tmp_path / "live"
    with LivestatusServer(unix=str(path)) as server:
        assert len(opened(server.url).fetch(CancelToken()).rows) == 11
    with pytest.raises(Unreachable, match="nobody answers"):
        opened(f"unix://{path}").fetch(CancelToken())
    with pytest.raises(Unreachable, match="not there"):
        opened(f"unix://{path}-2").fetch(CancelToken())


def test_a_host_that_is_unknown_is_named() -> None:
    with pytest.raises(Unreachable, match="host name is unknown"):
        opened("tcp://nowhere.invalid:1").fetch(CancelToken())


# --- TLS ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def ca_file(tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    path.write_bytes(certificates.ca_pem())
    return str(path)


def serving(wish: Wish, folder: Path) -> LivestatusServer:
    return LivestatusServer(tls=certificates.make(wish).server_context(folder))


def test_a_server_that_proves_itself_is_asked(tmp_path: Path, ca_file: str) -> None:
    with serving(certificates.GOOD, tmp_path) as server:
        assert len(opened(server.url, ca_file=ca_file).fetch(CancelToken()).rows) == 11


@pytest.mark.parametrize("wish", [certificates.EXPIRED, certificates.WRONG_ADDRESS, certificates.UNKNOWN_CA])
def test_one_that_does_not_is_sent_nothing(tmp_path: Path, ca_file: str, wish: Wish) -> None:
    with serving(wish, tmp_path) as server:
        with pytest.raises(CertificateTrouble):
            opened(server.url, ca_file=ca_file).fetch(CancelToken())
        assert server.asked == []


def test_a_pinned_certificate_may_carry_any_name_and_no_other_may(tmp_path: Path) -> None:
    with serving(certificates.WRONG_NAME, tmp_path) as server:
        pin = certificates.make(certificates.WRONG_NAME).sha256
        assert opened(server.url, fingerprint=pin).fetch(CancelToken()).rows
        server.asked.clear()
        with pytest.raises(CertificateTrouble, match="pinned"):
            opened(server.url, fingerprint="0" * 64).fetch(CancelToken())
        assert server.asked == []


def test_plain_where_tls_is_wanted_is_no_secure_connection(ca_file: str) -> None:
    with LivestatusServer() as server, pytest.raises((CertificateTrouble, Unreachable, TimedOut)):
        opened(server.url.replace("tcp", "tls"), ca_file=ca_file, deadline_s=1).fetch(CancelToken())


# --- deadline and cancel ------------------------------------------------------------------------------------------


def through(server: LivestatusServer) -> FaultProxy:
    host, port = server.url.removeprefix("tcp://").split(":")
    return FaultProxy((host, int(port)))


@pytest.mark.parametrize("fault", [HalfOpen(), Frozen(20), Sliced(1, 0.05)])
def test_a_person_ends_a_talk_that_hangs(fault: HalfOpen | Frozen | Sliced) -> None:
    cancel = CancelToken()
    with LivestatusServer() as server, through(server) as proxy:
        proxy.fault = fault
        source = opened(f"tcp://127.0.0.1:{proxy.address[1]}", deadline_s=30)
        timer = threading.Timer(0.2, cancel.cancel)
        timer.start()
        began_s = time.monotonic()
        with pytest.raises(Cancelled):
            source.fetch(cancel)
        assert time.monotonic() - began_s < 1.5
        timer.join()


def test_an_answer_in_small_slices_is_whole() -> None:
    with LivestatusServer() as server, through(server) as proxy:
        proxy.fault = Sliced(7, 0.0)
        rows = opened(f"tcp://127.0.0.1:{proxy.address[1]}", deadline_s=20).fetch(CancelToken()).rows
    assert len(rows) == 11
