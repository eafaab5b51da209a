"""The server's own reason in a refusal: short, plain, on one line, and never a secret of ours."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused, WatchdeskError
from app.base.secret import Secret
from app.connectors.answer import HttpAnswer
from app.connectors.http import HttpClient
from app.connectors.http.refusal import LONGEST, reason_of, shown
from app.connectors.sign_in import Basic, HeaderToken, SignIn
from tests.fakes.http_server import Answer, ScriptedServer

CANARY = "canary 7f3a9c+x"


def refused(answer: Answer, **more: object) -> WatchdeskError:
    with ScriptedServer({"/": answer}) as server:
        client = HttpClient("North", server.url, **more)  # type: ignore[arg-type]
        with pytest.raises(WatchdeskError) as caught:
            client.request("POST", "/", json={"a": [{"key": Secret(CANARY)}]})
        client.close()
    return caught.value


TOLD = {
    b'{"status":"error","errorType":"bad_data","error":"unknown function \\"foo\\""}': 'unknown function "foo"',
    b'{"code":602,"message":"end time must be after start time"}': "end time must be after start time",
    b'"start time must be before end time"\n': "start time must be before end time",
    b'{"error":409,"status":"Object is acknowledged already."}': "Object is acknowledged already.",
    b'{"errors":["first","second"]}': "first; second",
    b"bad matcher format: x==\n\n": "bad matcher format: x==",
    b"two\r\nlines\tof text": "two lines of text",
    "rechts ‮nach links".encode(): "rechts ‹U+202E›nach links",
}
SILENT = [
    b"", b"   ", b"<!DOCTYPE html><title>x</title>", b"<p>no</p>", b"{", b'{"error":', b'{"code": 3}', b"[1,2]",
    b"\xff\xfe\x00", b"[" * 5_000, b'{"error": NaN}', b"x" * 70_000,
]  # fmt: skip


@pytest.mark.parametrize("body", TOLD)
@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_says_the_servers_reason(body: bytes, status: int) -> None:
    error = refused(Answer(status, body=body))
    assert isinstance(error, Refused)
    assert error.detail == f"It answered {status}: {TOLD[body]}"


@pytest.mark.parametrize("body", SILENT, ids=repr)
def test_what_is_no_reason_is_not_shown(body: bytes) -> None:
    assert refused(Answer(400, body=body)).detail == "It answered 400."


def test_a_page_is_not_shown_whatever_it_says() -> None:
    assert refused(Answer(422, headers={"Content-Type": "text/HTML"}, body=b"It is a page")).detail.endswith("422.")


def test_a_packed_reason_is_unpacked_and_half_a_one_is_none() -> None:
    packed = Answer(400, headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"no such field"))
    assert refused(packed).detail.endswith("no such field")
    bomb = Answer(400, headers={"Content-Encoding": "gzip"}, body=gzip.compress(b"x" * 30_000_000))
    assert refused(bomb).detail == "It answered 400."
    assert refused(Answer(400, body=b"no such", length=900, keep_alive=False)).detail == "It answered 400."
    odd = Answer(400, headers={"Content-Encoding": "br"}, body=b"no such field")
    assert refused(odd).detail == "It answered 400."


def test_a_long_reason_is_cut() -> None:
    detail = refused(Answer(400, body=b"word " * 500)).detail
    assert detail.endswith("word…")
    assert len(detail) < LONGEST + 20


SIGN_INS: dict[str, SignIn] = {
    "basic": Basic("jo", Secret(CANARY)),
    "bearer": HeaderToken({"Authorization": Secret(CANARY)}, prefix="Bearer "),
    "custom": HeaderToken({"DD-API-KEY": Secret(CANARY)}),
}
ECHOES = [
    f"no such key {CANARY}!", f"Bearer {CANARY}", "am86Y2FuYXJ5IDdmM2E5Yyt4 is wrong", "canary%207f3a9c%2Bx",
    "canary+7f3a9c%2Bx", json.dumps({"error": f"key {CANARY}"}), "x" * 290 + CANARY,
]  # fmt: skip


@pytest.mark.parametrize("sign_in", SIGN_INS)
@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("status", [400, 401, 403, 409, 429, 500])
def test_a_secret_that_is_repeated_is_not_shown(sign_in: str, echo: str, status: int) -> None:
    error = refused(Answer(status, body=echo.encode()), sign_in=SIGN_INS[sign_in])
    told = f"{error.sentence()}{error!r}"
    assert "7f3a9c" not in told
    assert sign_in != "basic" or "am86" not in told


def test_a_short_secret_silences_the_reason() -> None:
    assert shown("the pw is wrong", ["pw"]) == ""
    assert shown("all is wrong", ["pw"]) == "all is wrong"


def test_a_connector_reads_its_own_shape_and_its_bug_hides_nothing() -> None:
    body = b'{"fault": {"text": "too many"}}'
    read = refused(Answer(400, body=body), reason=lambda answer: json.loads(answer.body)["fault"]["text"])
    assert read.detail == "It answered 400: too many"
    assert refused(Answer(400, body=body), reason=lambda _answer: 1 / 0).detail == "It answered 400."


@given(st.binary(max_size=300))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    line = shown(reason_of(HttpAnswer(400, {}, body, "http://n/", 0.0, 0)), ["secret"])
    assert "\n" not in line
    assert "secret" not in line
    assert len(line) <= LONGEST
