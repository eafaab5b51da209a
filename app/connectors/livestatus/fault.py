"""The seam: exceptions of sockets and TLS become ours, once, by a table."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from typing import Final

from app.base.errors import Cancelled, CertificateTrouble, TimedOut, Unreachable, WatchdeskError
from app.base.text import one_line, tr
from app.connectors.http.lookup import LookupTimeout
from app.connectors.watch import Watch

HALF: Final = "{name} sent only half an answer."
_BROKEN: Final = "The connection to {name} broke off; whether it did what was asked is not known."
_Row = tuple[tuple[type[BaseException], ...], type[WatchdeskError], str]
# First match wins, so the narrow ones stand above the wide ones.
_CONNECTING: Final[Sequence[_Row]] = (
    ((LookupTimeout,), Unreachable, "{name} is not found: nobody says in time where its host name leads."),
    ((ssl.SSLCertVerificationError,), CertificateTrouble, "{name} could not prove who it is."),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), Unreachable, "{name} broke off before it was asked."),
    ((ssl.SSLError,), CertificateTrouble,
     "No secure connection to {name}: it speaks no TLS 1.2 or newer that can be trusted."),
    ((socket.gaierror,), Unreachable, "{name} is not found: its host name is unknown on this network."),
    ((TimeoutError,), Unreachable, "{name} does not answer: no connection in time."),
    ((FileNotFoundError,), Unreachable, "{name} cannot be reached: its socket file is not there."),
    ((PermissionError,), Unreachable, "{name} cannot be reached: you may not open its socket file."),
    ((ConnectionError,), Unreachable, "{name} cannot be reached: nobody answers at its address."),
    ((OSError,), Unreachable, "{name} cannot be reached from this computer."),
)  # fmt: skip
_ANSWER: Final[Sequence[_Row]] = (
    ((EOFError, ssl.SSLEOFError, ssl.SSLZeroReturnError), TimedOut, HALF),
    ((TimeoutError,), TimedOut, "{name} did not answer completely in time."),
    ((OSError,), TimedOut, _BROKEN),
)


def of_connecting(error: BaseException, name: str, watch: Watch) -> WatchdeskError:
    """Nothing was sent yet."""
    return _translated(error, name, watch, _CONNECTING)


def of_answer(error: BaseException, name: str, watch: Watch) -> WatchdeskError:
    """The question is on its way, or there."""
    return _translated(error, name, watch, _ANSWER)


def _translated(error: BaseException, name: str, watch: Watch, rows: Sequence[_Row]) -> WatchdeskError:
    if watch.verdict == "cancelled":
        return Cancelled(tr("Stopped."))
    if watch.verdict == "expired":
        return TimedOut(tr("{name} did not answer completely in time.", name=name), concerns=name)
    trouble, title = next((kind, said) for kinds, kind, said in rows if isinstance(error, kinds))
    words = getattr(error, "verify_message", "")
    detail = one_line(f"{words[0].upper()}{words[1:]}.") if isinstance(words, str) and words else ""
    return trouble(tr(title, name=name), detail=detail, concerns=name)
