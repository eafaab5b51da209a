"""Where a livestatus listens: ``tcp://host:port``, ``tls://host:port`` or ``unix:///path``. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from app.base.errors import Refused
from app.base.text import tr

PORT: Final = 6557
"""What Checkmk and most guides use."""

TCP: Final = "tcp"
TLS: Final = "tls"
UNIX: Final = "unix"


@dataclass(frozen=True, slots=True)
class Address:
    """``path`` of a socket of this computer, or ``host`` and ``port``."""

    scheme: str
    host: str = ""
    port: int = PORT
    path: str = ""


def parse_address(text: str) -> Address:
    """Raises Refused (field ``url``)."""
    if not text.isprintable() or any(char.isspace() for char in text):
        raise _refused(tr("The address holds characters that no address has."))
    try:
        parts = urlsplit(text)
        port = PORT if parts.port is None else parts.port
    except ValueError:
        raise _refused(tr("This is not an address of a livestatus.")) from None
    if "@" in parts.netloc:
        raise _refused(tr("Livestatus knows no users: the address must not hold one."))
    if parts.query or parts.fragment or parts.scheme not in (TCP, TLS, UNIX):
        raise _refused(tr("This is not an address of a livestatus."))
    if parts.scheme == UNIX:
        path = unquote(parts.path)
        if parts.netloc or len(path) < 2 or "\0" in path:
            raise _refused(tr("The address of a socket file has three slashes and then its path."))
        return Address(UNIX, path=path)
    if not parts.hostname or parts.path not in ("", "/") or not port:
        raise _refused(tr("This is not an address of a livestatus."))
    return Address(parts.scheme, parts.hostname, port)


def _refused(title: str) -> Refused:
    hint = tr("Write tcp://host:6557, tls://host:6557, or unix:///path/to/live.")
    return Refused(title, hint=hint, field="url")
