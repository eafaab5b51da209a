"""Packed bodies, and heads that were cut: whole or an error."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import BadAnswer, TimedOut, WatchdeskError
from app.base.secret import Secret
from app.connectors.http import Challenged, HttpClient
from app.connectors.http.unpacking import Unpacking
from tests.fakes.http_server import Answer, ScriptedServer

BODY = bytes(range(256)) * 400 + b"\0" * 300_000


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress(BODY)),
    "two members": ("x-gzip", gzip.compress(BODY[:1000]) + gzip.compress(BODY[1000:])),
    "padded": ("gzip", gzip.compress(BODY) + b"\0" * 20),
    "deflate": ("deflate", zlib.compress(BODY)),
    "raw deflate": ("deflate", raw_deflate(BODY)),
    "plain": ("", BODY),
}


@pytest.mark.parametrize("way", PACKED)
@pytest.mark.parametrize("step", [1_000, 10**9])
@pytest.mark.parametrize("size", [100, 65_536])
def test_however_it_comes_it_unpacks_to_the_same_in_small_pieces(way: str, step: int, size: int) -> None:
    encoding, packed = PACKED[way]
    unpacking, found = Unpacking(encoding), list[bytes]()
    for begin in range(0, len(packed), step):
        found += unpacking.pieces(packed[begin : begin + step], size)
    assert b"".join(found) == BODY
    assert unpacking.is_whole()
    assert not encoding or max(map(len, found)) <= size


@given(st.binary(max_size=2_000), st.integers(1, 40))
def test_a_packing_that_was_cut_is_not_whole(body: bytes, missing: int) -> None:
    packed = gzip.compress(body)
    unpacking = Unpacking("gzip")
    list(unpacking.pieces(packed[:-missing] or packed[:1], 100))
    assert not unpacking.is_whole()


@pytest.mark.parametrize("damaged", [gzip.compress(BODY)[:-3], gzip.compress(BODY)[:-8] + b"\0" * 8, b"no gzip"])
def test_a_damaged_packing_is_a_bad_answer(damaged: bytes) -> None:
    with ScriptedServer({"/": Answer(headers={"Content-Encoding": "gzip"}, body=damaged)}) as server:
        client = HttpClient("North", server.url)
        with pytest.raises(BadAnswer, match="packing is damaged"):
            client.request("GET", "/")
        client.close()


CHALLENGE = (
    b'HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: Digest realm="N", nonce="abc", qop="auth"\r\n\r\n'
)
REDIRECT = b"HTTP/1.1 302 On\r\nContent-Length: 0\r\nLocation: /next/and/on\r\n\r\n"
REFUSAL = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nX-Odd: 1\r\n\r\n"


@pytest.mark.parametrize("head", [CHALLENGE, REDIRECT, REFUSAL], ids=["challenge", "redirect", "refusal"])
def test_a_head_that_was_cut_is_half_an_answer_and_no_password_follows(head: bytes) -> None:
    for cut in range(20, len(head) - 2, 3):
        with ScriptedServer({"*": lambda _asked, cut=cut: head[:cut]}) as server:  # type: ignore[misc]
            client = HttpClient("North", server.url, sign_in=Challenged("jo", Secret("s3cret-word")))
            with pytest.raises(WatchdeskError) as caught:
                client.request("GET", "/")
            client.close()
        assert isinstance(caught.value, TimedOut), cut
        assert [asked.headers.get("authorization") for asked in server.asked] == [None]
