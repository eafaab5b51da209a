"""What a 401 offers, however it is written, and what is then sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import NeedsSignIn
from app.base.secret import Secret
from app.connectors.http import Challenged, Digest, HttpClient
from app.connectors.http.digest import challenges
from tests.fakes.http_server import Answer, Asked, ScriptedServer

PASSWORD = "s3cret-word"
DIGEST = 'Digest realm="N", nonce="abc", qop="auth"'

# The header, and the schemes it offers with their realms.
OFFERS = {
    'Basic realm="digest sign-in"': [("basic", "digest sign-in")],
    'Basic realm="use Digest realm, nonce=\\"x\\""': [("basic", 'use Digest realm, nonce="x"')],
    'basic REALM="a", DIGEST realm="b", nonce="n"': [("basic", "a"), ("digest", "b")],
    'Digest nonce="n", realm="b", Basic realm="a"': [("digest", "b"), ("basic", "a")],
    'Negotiate, NTLM, Basic realm="a"': [("negotiate", ""), ("ntlm", ""), ("basic", "a")],
    'Negotiate YII==, Basic realm = "a"': [("negotiate", ""), ("basic", "a")],
    'Basic realm=bare, charset="UTF-8"': [("basic", "bare")],
    'Basic realm="never closed, Digest realm="b", nonce="n"': [("basic", "")],
    'realm="nobody\'s"': [],
    ", ,": [],
    "": [],
}  # fmt: skip


@pytest.mark.parametrize("header", OFFERS)
def test_a_challenge_is_read_as_it_is_meant(header: str) -> None:
    found = [(each.scheme, each.parameters.get("realm", "")) for each in challenges(header)]
    assert [scheme for scheme, _ in found] == [scheme for scheme, _ in OFFERS[header]]
    assert all(told == realm for (_, told), (_, realm) in zip(found, OFFERS[header], strict=True) if realm)


@given(st.text(max_size=200))
def test_no_header_breaks_the_reader(header: str) -> None:
    for each in challenges(header):
        assert each.scheme == each.scheme.lower() != ""


def proofs(challenge: str, sign_in: Challenged | Digest) -> list[str]:
    """The Authorization headers of a question to a server that refuses all."""
    with ScriptedServer({"/": Answer(401, headers={"WWW-Authenticate": challenge} if challenge else {})}) as server:
        client = HttpClient("North", server.url, sign_in=sign_in)
        with pytest.raises(NeedsSignIn):
            client.request("GET", "/")
        client.close()
    return [asked.headers.get("authorization", "").partition(" ")[0] for asked in server.asked]


@pytest.mark.parametrize(
    ("challenge", "sent"),
    [
        ('Basic realm="digest"', ["", "Basic"]),
        ('Basic realm="a", ' + DIGEST, ["", "Digest"]),
        (DIGEST + ", Basic realm=a", ["", "Digest"]),
        ('Digest realm="N", nonce="abc", algorithm=SHA-512-256, Basic realm="a"', ["", "Basic"]),
        ('Digest realm="N", nonce="a", algorithm=SHA-512-256, ' + DIGEST, ["", "Digest"]),
        ('Digest realm="N", nonce="abc", qop="auth-int, auth"', ["", "Digest"]),
        ('Digest realm="N", nonce="abc", qop="auth-int"', [""]),
        ('Negotiate, Bearer realm="basic"', [""]),
        ("", ["", "Basic"]),
    ],
)
def test_the_password_is_given_in_the_way_that_is_asked_for_and_once(challenge: str, sent: list[str]) -> None:
    assert proofs(challenge, Challenged("jo", Secret(PASSWORD))) == sent


def test_a_refused_proof_is_given_again_only_for_a_stale_nonce() -> None:
    answers: list[str] = []

    def route(asked: Asked) -> Answer:
        answers.append(asked.headers.get("authorization", ""))
        stale = ", stale=TRUE" if len(answers) == 3 else ""
        is_let_in = len(answers) in (2, 4)
        return Answer() if is_let_in else Answer(401, headers={"WWW-Authenticate": DIGEST + stale})

    with ScriptedServer({"/": route}) as server:
        client = HttpClient("North", server.url, sign_in=Challenged("jo", Secret(PASSWORD)))
        for _ in range(2):  # let in; then the nonce has grown old
            client.request("GET", "/")
        assert len(answers) == 4
        with pytest.raises(NeedsSignIn):  # then the password was changed there
            client.request("GET", "/")
        client.close()
    assert len(answers) == 5
