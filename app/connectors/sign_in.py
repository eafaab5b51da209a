"""How a request proves who asks: nobody, Basic, Digest, or a header with a token; and bodies with secrets.

The secret is revealed here alone, into the request that goes to its own origin.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec

from app.base.errors import Refused
from app.base.secret import Secret
from app.base.text import tr

Body = Mapping[str, "str | int | Secret"]


class SignIn(Protocol):
    """Adds what proves the person to each request of one origin."""

    def headers(self, method: str, url: str) -> dict[str, str]:
        """Headers for this one request, built anew each time."""
        ...

    def learn(self, challenge: str) -> bool:
        """A 401 came with this ``WWW-Authenticate``; whether asking once more makes sense."""
        ...


class Anonymous:
    """No proof."""

    def headers(self, method: str, url: str) -> dict[str, str]:
        return {}

    def learn(self, challenge: str) -> bool:
        return False


class Basic(Anonymous):
    """User and password, UTF-8 (RFC 7617). A colon in the user is Refused."""

    def __init__(self, user: str, password: Secret) -> None:
        if ":" in user:
            raise Refused(tr("A user name with a colon cannot be used with this way to sign in."), field="user")
        self._user = user
        self._password = password

    def headers(self, method: str, url: str) -> dict[str, str]:
        pair = f"{self._user}:{self._password.reveal()}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}


class HeaderToken(Anonymous):
    """Tokens in headers of any name, such as ``X-Auth-Token`` or ``Authorization: Bearer …`` (``prefix``)."""

    def __init__(self, tokens: Mapping[str, Secret], *, prefix: str = "") -> None:
        for token in tokens.values():
            value = token.reveal()
            if not value.isascii() or not value.isprintable() or value != value.strip():
                raise Refused(
                    tr("The token holds a line break, a blank at its end or a letter no token has."),
                    hint=tr("Copy it again."),
                    field="token",
                )
        self._tokens = dict(tokens)
        self._prefix = prefix

    def headers(self, method: str, url: str) -> dict[str, str]:
        return {name: self._prefix + token.reveal() for name, token in self._tokens.items()}


def encode_body(form: Body | None, json: object) -> tuple[bytes | None, str]:
    """The body and its content type; ``(None, "")`` for neither. Raises ValueError when both are given."""
    if form is not None and json is not None:
        raise ValueError("a request has one body")
    if form is not None:
        pairs = {key: _revealed(value) for key, value in form.items()}
        return urlencode(pairs).encode("ascii"), "application/x-www-form-urlencoded"
    if json is not None:
        return msgspec.json.encode(json, enc_hook=_json_secret), "application/json"
    return None, ""


def _revealed(value: str | int | Secret) -> str | int:
    return value.reveal() if isinstance(value, Secret) else value


def _json_secret(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")
