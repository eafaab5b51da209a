"""The seam: exceptions of requests, urllib3, http.client, ssl and sockets become ours, once, by a table."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import zlib

import requests
from urllib3 import exceptions as foreign

from app.base.errors import BadAnswer, Cancelled, CertificateTrouble, TimedOut, Unreachable, WatchdeskError
from app.base.text import one_line, tr
from app.connectors.http.head import HalfHead
from app.connectors.http.lookup import LookupTimeout
from app.connectors.watch import Watch

# Their records hold full addresses with queries; what matters of them becomes an error of ours.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


def translate(error: BaseException, name: str, watch: Watch, *, has_answered: bool = False) -> WatchdeskError:
    """The error for a person. It holds no foreign text but OpenSSL's words about a certificate."""
    if watch.verdict == "cancelled":
        return Cancelled(tr("Stopped."))
    # requests' own exceptions are all OSErrors and say nothing by themselves; what they wrap does.
    causes = [cause for cause in _causes(error) if not isinstance(cause, requests.RequestException)]
    if any(isinstance(cause, LookupTimeout) for cause in causes):
        return Unreachable(tr(_NO_LOOKUP, name=name), hint=tr(_NO_LOOKUP_HINT), concerns=name)
    if watch.verdict == "expired":
        return TimedOut(tr("{name} did not answer completely in time.", name=name), concerns=name)
    for kinds, trouble, title in _DURING_ANSWER if has_answered else _BEFORE_ANSWER:
        found = next((cause for cause in causes if isinstance(cause, kinds)), None)
        if found is not None:
            return trouble(tr(title, name=name), detail=_certificate_fault(found), concerns=name)
    return BadAnswer(tr("{name} broke the rules of HTTP.", name=name), concerns=name)


def _causes(error: BaseException) -> list[BaseException]:
    """An exception and all it wraps, outermost first: requests and urllib3 nest by argument, reason and cause."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 30:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and all(current is not known for known in found):
            found.append(current)
            waiting += [*current.args, getattr(current, "reason", None), current.__cause__]
    return found


def _certificate_fault(error: BaseException) -> str:
    """OpenSSL's own words about a certificate; they hold names, never secrets."""
    words = getattr(error, "verify_message", "")
    return one_line(words[0].upper() + words[1:] + ".") if isinstance(words, str) and words else ""


_Row = tuple[tuple[type[BaseException], ...], type[WatchdeskError], str]
HALF = "{name} sent only half an answer."
_BROKEN = "The connection to {name} broke off; whether it did what was asked is not known."
_NO_TLS = "No secure connection to {name}: it speaks no TLS 1.2 or newer that can be trusted."
_UNKNOWN_HOST = "{name} is not found: its host name is unknown on this network."
_NO_LOOKUP = "{name} is not found: nobody says in time where its host name leads."
_NO_LOOKUP_HINT = "Nothing was sent. Check this computer's network and its name server."
# First match wins, so the narrow ones stand above the wide ones.
_BEFORE_ANSWER: tuple[_Row, ...] = (
    ((HalfHead,), TimedOut, HALF),
    ((ssl.SSLCertVerificationError,), CertificateTrouble, "{name} could not prove who it is."),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), Unreachable, "{name} broke off before it was asked."),
    ((foreign.NameResolutionError, socket.gaierror), Unreachable, _UNKNOWN_HOST),
    ((foreign.NewConnectionError,), Unreachable, "{name} cannot be reached: nobody answers at its address."),
    ((foreign.ConnectTimeoutError,), Unreachable, "{name} does not answer: no connection in time."),
    ((foreign.ReadTimeoutError, TimeoutError), TimedOut, "{name} did not answer in time."),
    ((ssl.SSLError,), CertificateTrouble, _NO_TLS),
    ((foreign.SSLError,), CertificateTrouble, "{name} has another certificate than the pinned one."),
    ((http.client.RemoteDisconnected, ConnectionError), TimedOut, _BROKEN),
    ((http.client.HTTPException,), BadAnswer, "{name} broke the rules of HTTP."),
    ((OSError,), Unreachable, "{name} cannot be reached from this computer."),
)
_DURING_ANSWER: tuple[_Row, ...] = (
    ((foreign.DecodeError, zlib.error), BadAnswer, "{name} gave an answer whose packing is damaged."),
    ((foreign.ReadTimeoutError, TimeoutError), TimedOut, "{name} stopped in the middle of its answer."),
    ((foreign.IncompleteRead, http.client.IncompleteRead), TimedOut, HALF),
    ((ConnectionError, ssl.SSLError, foreign.SSLError), TimedOut, _BROKEN),
    ((foreign.ProtocolError, http.client.HTTPException), BadAnswer, "{name} broke the rules of HTTP."),
    ((OSError,), TimedOut, _BROKEN),
)
