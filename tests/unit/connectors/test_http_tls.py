"""TLS is never weaker than set: bad servers are refused before a byte of a request leaves."""

import ssl
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.errors import CertificateTrouble, EnvironmentTrouble, NeedsSignIn, Refused
from app.base.secret import Secret
from app.connectors.http import HttpClient
from app.connectors.sign_in import Basic
from app.connectors.trust import Trust
from tests.fakes import certificates
from tests.fakes.certificates import Wish
from tests.fakes.http_server import Answer, ScriptedServer


@pytest.fixture
def own_ca(tmp_path: Path) -> Trust:
    path = tmp_path / "ca.pem"
    path.write_bytes(certificates.ca_pem())
    return Trust(ca_file=str(path))


def ask(server: ScriptedServer, trust: Trust, host: str = "127.0.0.1") -> bytes:
    client = HttpClient(
        "North", f"https://{host}:{server.address[1]}", trust=trust, sign_in=Basic("jo", Secret("hush"))
    )
    try:
        return client.request("GET", "/").body
    finally:
        client.close()


def serving(wish: Wish, folder: Path) -> ScriptedServer:
    return ScriptedServer({"/": Answer(body=b"in")}, tls=certificates.make(wish).server_context(folder))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_own_ca_is_believed(own_ca: Trust, tmp_path: Path, host: str) -> None:
    with serving(certificates.GOOD, tmp_path) as server:
        assert ask(server, own_ca, host) == b"in"


BAD = {
    "expired": certificates.EXPIRED,
    "not yet valid": certificates.FUTURE,
    "wrong name": certificates.WRONG_NAME,
    "wrong address": certificates.WRONG_ADDRESS,
    "self-signed": certificates.SELF_SIGNED,
    "unknown CA": certificates.UNKNOWN_CA,
    "missing intermediate": certificates.MISSING_INTERMEDIATE,
    "no name": certificates.NO_NAME,
    "weak key": certificates.WEAK_KEY,
    "wildcard": Wish(names=("*",), addresses=()),
    "name that only begins alike": Wish(names=("localhost.evil.test",), addresses=()),
}


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_bad_certificate_is_refused(own_ca: Trust, tmp_path: Path, bad: str, host: str) -> None:
    if (bad, host) == ("wrong address", "localhost"):
        host = "127.0.0.1"  # the name is right there
    with serving(BAD[bad], tmp_path) as server, pytest.raises(CertificateTrouble, match="North"):
        ask(server, own_ca, host)
    assert server.asked == []


@pytest.mark.parametrize("good_or_bad", [certificates.GOOD, certificates.SELF_SIGNED])
def test_the_computers_trust_store_does_not_know_our_test_ca(tmp_path: Path, good_or_bad: Wish) -> None:
    with serving(good_or_bad, tmp_path) as server, pytest.raises(CertificateTrouble):
        ask(server, Trust())
    assert server.asked == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_ca_variables_neither_widen_nor_narrow(
    own_ca: Trust, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(certificates.GOOD, tmp_path) as server:
        monkeypatch.setenv(name, own_ca.ca_file)
        with pytest.raises(CertificateTrouble):
            ask(server, Trust())
        monkeypatch.setenv(name, str(tmp_path / "absent.pem"))
        assert ask(server, own_ca) == b"in"
    with serving(certificates.UNKNOWN_CA, tmp_path) as stranger, pytest.raises(CertificateTrouble):
        ask(stranger, own_ca)


def test_no_key_log_is_written(own_ca: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    with serving(certificates.GOOD, tmp_path) as server:
        ask(server, own_ca)
    assert not log.exists()


@pytest.mark.parametrize("wish", [certificates.SELF_SIGNED, certificates.EXPIRED, certificates.WRONG_NAME])
@pytest.mark.parametrize("write", [str.upper, lambda pin: ":".join(pin[n : n + 2] for n in range(0, 64, 2))])
def test_a_pinned_certificate_is_believed_as_it_is(tmp_path: Path, wish: Wish, write: Callable[[str], str]) -> None:
    with serving(wish, tmp_path) as server:
        assert ask(server, Trust(pin_sha256=write(certificates.make(wish).sha256))) == b"in"


def test_a_swapped_certificate_is_refused(tmp_path: Path) -> None:
    pin = certificates.make(certificates.GOOD).sha256
    with serving(certificates.SELF_SIGNED, tmp_path) as server, pytest.raises(CertificateTrouble, match="pinned"):
        ask(server, Trust(pin_sha256=pin))
    assert server.asked == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(own_ca: Trust, tmp_path: Path, version: ssl.TLSVersion) -> None:
    context = certificates.make(certificates.GOOD).server_context(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        context.minimum_version = version
        context.maximum_version = version
    with ScriptedServer({"/": Answer()}, tls=context) as server:
        for trust in (own_ca, Trust(pin_sha256=certificates.make(certificates.GOOD).sha256), Trust()):
            with pytest.raises(CertificateTrouble, match=r"TLS 1\.2"):
                ask(server, trust)
    assert server.asked == []


def test_a_server_without_tls_is_refused(own_ca: Trust) -> None:
    with ScriptedServer({"/": Answer()}) as server, pytest.raises(CertificateTrouble):
        ask(server, own_ca)


def test_a_redirect_down_to_http_is_not_followed(own_ca: Trust, tmp_path: Path) -> None:
    with ScriptedServer({"/": Answer()}) as plain, serving(certificates.GOOD, tmp_path) as server:
        server.routes["/"] = Answer(302, headers={"Location": plain.url})
        with pytest.raises(Exception, match="another server"):
            ask(server, own_ca)
    assert plain.connections == 0


@pytest.mark.parametrize("pin", ["abc", "0" * 40, "g" * 64, "0" * 65])
def test_a_pin_must_be_sha256(pin: str) -> None:
    with pytest.raises(Refused, match="SHA-256"):
        HttpClient("North", "https://mon.example", trust=Trust(pin_sha256=pin))


def test_ca_file_and_pin_exclude_each_other(own_ca: Trust) -> None:
    with pytest.raises(Refused, match="not both"):
        HttpClient("North", "https://mon.example", trust=Trust(own_ca.ca_file, "0" * 64))


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_an_unreadable_ca_file_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EnvironmentTrouble, match="CA file"):
        HttpClient("North", "https://mon.example", trust=Trust(ca_file=str(path)))


def test_a_sign_in_is_still_asked_for_behind_good_tls(own_ca: Trust, tmp_path: Path) -> None:
    with serving(certificates.GOOD, tmp_path) as server:
        server.routes["/"] = Answer(401)
        with pytest.raises(NeedsSignIn):
            ask(server, own_ca)
