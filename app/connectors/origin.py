"""Addresses of remotes: what a source's URL may look like, and which redirects stay at home.

Owns the rules alone; no I/O. A secret must never be part of an address, and a request never leaves
its origin (scheme, host, port).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from app.base.errors import BadAnswer, Refused
from app.base.text import one_line, tr

_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = frozenset('\\"<>^`{|}')
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host in lower case, and port: what a secret belongs to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """An origin and the folder below which the remote lives (``/`` or ``/nagios/cgi-bin/``)."""

    origin: Origin
    folder: str = "/"

    def __str__(self) -> str:
        return f"{self.origin}{self.folder}"

    def join(self, path: str) -> str:
        """The full URL of a path: relative to the folder, or from the root with a leading ``/``.

        Raises ValueError for anything that could lead elsewhere: our own code is wrong then.
        """
        if path.startswith("//") or _is_odd(path) or any(char in path for char in "?#"):
            raise ValueError("a request path has no scheme, host, query, fragment or odd characters")
        if any(part == ".." for part in path.split("/")):
            raise ValueError("a request path does not climb")
        start = "" if path.startswith("/") else self.folder
        return f"{self.origin}{start}{quote(path, safe=_PATH_SAFE)}"


def parse_base_url(text: str) -> BaseUrl:
    """Read what a person typed as a source's URL. Raises Refused (field ``url``) with a clear sentence."""
    if _is_odd(text) or not text:
        raise _refused(tr("The address holds characters that no web address has."))
    parts = _split(text)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname:
        raise _refused(tr("This is not a web address: it must begin with https:// or http://."))
    if "@" in parts.netloc:
        raise _refused(
            tr("The address must not hold a user name or password."),
            tr("Give the user by itself; the password is asked for and kept in the keyring."),
        )
    if parts.query or parts.fragment:
        raise _refused(tr("The address must end before “?” or “#”: it names the place, not a query."))
    folder = parts.path if parts.path.endswith("/") else parts.path + "/"
    if any(part == ".." for part in folder.split("/")):
        raise _refused(tr("The address must not hold “..”."))
    return BaseUrl(_origin(parts), folder)


def follow(base: BaseUrl, current_url: str, location: str, *, concerns: str) -> str:
    """The URL of a redirect that stays at its origin. Raises BadAnswer for every other one."""
    target = None if _is_odd(location) or not location else _split(location, current_url)
    if target is None or target.scheme not in _PORTS or not target.hostname or "@" in target.netloc:
        raise BadAnswer(
            tr("{name} sends on to an address that is not allowed.", name=concerns),
            hint=tr("Nothing was sent there."),
            concerns=concerns,
        )
    origin = _origin(target)
    if origin != base.origin:
        raise BadAnswer(
            tr("{name} sends on to another server: {origin}.", name=concerns, origin=one_line(str(origin))),
            hint=tr("Nothing was sent there. If it is the right one, change the source's address."),
            concerns=concerns,
        )
    query = f"?{target.query}" if target.query else ""
    return f"{origin}{target.path or '/'}{query}"


def without_query(url: str) -> str:
    """The URL as it may be shown or kept: queries can hold more than is wanted in a log."""
    return url.partition("?")[0]


def _split(text: str, seen_from: str = "") -> SplitResult | None:
    try:
        parts = urlsplit(urljoin(seen_from, text))
        _ = parts.port, _ascii(parts.hostname or "")  # both are checked only when asked for
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> Origin:
    port = parts.port if parts.port is not None else _PORTS[parts.scheme]
    return Origin(parts.scheme, _ascii(parts.hostname or "").lower(), port)


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _is_odd(text: str) -> bool:
    return any(char in _FORBIDDEN or char.isspace() or not char.isprintable() for char in text)


def _refused(title: str, hint: str = "") -> Refused:
    return Refused(title, hint=hint, field="url")
