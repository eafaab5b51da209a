"""Sign-in by challenge: what a 401 asks for, and the proofs of Digest (RFC 7616, as far as requests does it)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.request import parse_http_list

from requests.auth import HTTPDigestAuth
from requests.utils import parse_dict_header

from app.base.errors import Refused
from app.base.secret import Secret
from app.base.text import tr
from app.connectors.sign_in import Basic, SignIn

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SCHEME: Final = re.compile(rf"({_WORD})(?:[ \t]+(?![ \t]*=)(.*))?", re.DOTALL)
_AROUND_EQUALS: Final = re.compile(r"[ \t]*=[ \t]*")
_ALGORITHMS: Final = frozenset({"MD5", "MD5-SESS", "SHA", "SHA-256", "SHA-512"})


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to sign in that a server offers. ``scheme`` and the parameters' names in lower case."""

    scheme: str
    parameters: dict[str, str]


def challenges(header: str) -> list[Challenge]:
    """What a ``WWW-Authenticate`` header offers, in its order (RFC 9110, 11.6.1)."""
    return [Challenge(scheme, _parameters(parts)) for scheme, parts in _by_scheme(header)]


def _by_scheme(header: str) -> Iterator[tuple[str, list[str]]]:
    """A list within a list: an item with a word in front begins the next challenge, the others belong to the last."""
    scheme, parts = "", list[str]()
    for item in parse_http_list(header):
        found = _SCHEME.fullmatch(item.strip())
        if found is None:
            parts.append(item)
            continue
        if scheme:
            yield scheme, parts
        scheme, parts = found[1].lower(), [found[2]] if found[2] else []
    if scheme:
        yield scheme, parts


def _parameters(parts: list[str]) -> dict[str, str]:
    tight = [_AROUND_EQUALS.sub("=", part, count=1) for part in parts]
    found = parse_dict_header(", ".join(tight))  # type: ignore[no-untyped-call]
    return {str(name).strip().lower(): str(value) for name, value in found.items() if value is not None}


class Digest:
    """User and password by challenge. Learns from the first 401; a proof that was refused is not given again."""

    def __init__(self, user: str, password: Secret) -> None:
        if not user.isascii() or not user.isprintable() or any(char in user for char in '"\\:'):
            raise Refused(tr("This user name cannot be used with digest sign-in."), field="user")
        self._user = user
        self._password = password
        self._math: _DigestMath | None = None

    def headers(self, method: str, url: str) -> dict[str, str]:
        proof = self._math.proof(method, url) if self._math is not None else ""
        return {"Authorization": proof} if proof else {}

    def learn(self, challenge: str) -> bool:
        """A proof that was refused is right only when the server calls its nonce stale: else the password is wrong,
        and a second try would count towards a lock-out."""
        offered = next((each.parameters for each in challenges(challenge) if is_usable(each)), None)
        was_proven, self._math = self._math is not None, None
        if offered is None or (was_proven and offered.get("stale", "").lower() != "true"):
            return False
        if "qop" in offered:
            offered = {**offered, "qop": "auth"}  # of several ways the one that requests knows
        self._math = _DigestMath(self._user, self._password.reveal(), offered)
        return True


def is_usable(challenge: Challenge) -> bool:
    """Whether a proof can be computed for it."""
    given = challenge.parameters
    ways = {way.strip().lower() for way in given.get("qop", "auth").split(",")}
    return (
        challenge.scheme == "digest"
        and {"realm", "nonce"} <= given.keys()
        and given.get("algorithm", "MD5").upper() in _ALGORITHMS
        and "auth" in ways
    )


class _DigestMath(HTTPDigestAuth):
    """Only the arithmetic of requests' class: its own 401 hook reads bodies without a limit."""

    _thread_local: Any  # where requests keeps the challenge; a client lives on one lane

    def __init__(self, user: str, password: str, offered: dict[str, str]) -> None:
        super().__init__(user, password)
        self._offered = offered

    def proof(self, method: str, url: str) -> str:
        self.init_per_thread_state()
        self._thread_local.chal = self._offered
        return self.build_digest_header(method, url) or ""  # type: ignore[no-untyped-call]


class Challenged:
    """User and password in the way the server asks for. Sends nothing before it has said which: the password must
    not go to a server that asked for digest, nor to one that knows neither way."""

    def __init__(self, user: str, password: Secret) -> None:
        self._user, self._password = user, password
        self._chosen: SignIn | None = None

    def headers(self, method: str, url: str) -> dict[str, str]:
        return self._chosen.headers(method, url) if self._chosen is not None else {}

    def learn(self, challenge: str) -> bool:
        """Digest when it is offered, else Basic; the second 401 is final, but for digest's own new nonces."""
        if self._chosen is None:
            offered = challenges(challenge)
            if any(is_usable(each) for each in offered):
                self._chosen = Digest(self._user, self._password)
                return self._chosen.learn(challenge)
            if offered and all(each.scheme != "basic" for each in offered):
                return False
            self._chosen = Basic(self._user, self._password)
            return True
        return self._chosen.learn(challenge)
