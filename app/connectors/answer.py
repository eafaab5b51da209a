"""What comes back over HTTP: the answer, its size limits, and which status becomes which error.

Pure values and tables; no I/O. Texts made here never hold an address's query, a header or a body.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from app.base.clock import Moment, from_datetime
from app.base.errors import BadAnswer, Limited, NeedsSignIn, NotFound, Refused, TimedOut, WatchdeskError
from app.base.text import tr

LONGEST_RETRY_AFTER_S = 600.0
_SINCE_EPOCH = 1_000_000_000
"""From here on a number of seconds can only be a moment."""


@dataclass(frozen=True, slots=True)
class Limits:
    """``size_bytes`` after unpacking; ``ratio`` unpacked to received, judged from ``ratio_from_bytes`` on."""

    size_bytes: int
    ratio: float
    ratio_from_bytes: int = 1_000_000


class Kind(enum.Enum):
    """How much an answer may hold. Bulk: 10,000 Nagios services are 15.8 MB at ratio 71."""

    NORMAL = Limits(20_000_000, 100)
    BULK = Limits(256_000_000, 250)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An accepted answer. Header names in lower case; ``url`` without its query; bytes counted on the wire."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str
    elapsed_s: float
    received_bytes: int


def retry_after_s(value: str | None, now_at: Moment) -> float | None:
    """Seconds that a Retry-After header asks for (number or date), or an X-RateLimit-Reset (seconds, at Datadog; a
    moment since the epoch, elsewhere); at most 10 min, None when unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        number = float(text[:12])
        asked_s = number - now_at / 1000 if number > _SINCE_EPOCH else number
        return min(max(0.0, asked_s), LONGEST_RETRY_AFTER_S)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    asked_s = (from_datetime(date if date.tzinfo else date.replace(tzinfo=UTC)) - now_at) / 1000
    return min(max(0.0, asked_s), LONGEST_RETRY_AFTER_S)


def trouble_of_status(
    status: int, *, concerns: str, retry_after_s: float | None = None, said: str = ""
) -> WatchdeskError:
    """The error for a status that is no success (RELIABILITY 1.7). ``said``: the server's own words, fit to show."""
    if status in _SIGN_IN:
        title, hint = _SIGN_IN[status]
        detail = tr("It said: {text}", text=said) if said else ""
        return NeedsSignIn(tr(title, name=concerns), detail=detail, hint=tr(hint), concerns=concerns, status=status)
    detail = tr("It answered {status}: {text}", status=status, text=said) if said else ""
    detail = detail or tr("It answered {status}.", status=status)
    if status in _LIMITED:
        return Limited(
            tr("{name} is busy and asked us to wait.", name=concerns),
            detail=detail,
            concerns=concerns,
            retry_after_s=retry_after_s,
            status=status,
        )
    if status in _GONE:
        return NotFound(
            tr("{name} does not know what was asked for.", name=concerns),
            detail=detail,
            hint=tr("It may have been deleted there, or the source's address is off."),
            concerns=concerns,
        )
    if status in _OUTCOME_UNKNOWN:
        return TimedOut(
            tr("{name} stands behind a gateway that got no answer from it.", name=concerns),
            detail=detail,
            concerns=concerns,
            status=status,
        )
    if 400 <= status < 500:
        return Refused(
            tr("{name} refused the request.", name=concerns),
            detail=detail,
            concerns=concerns,
        )
    return BadAnswer(
        tr("{name} failed while answering.", name=concerns)
        if status >= 500
        else tr("{name} gave an answer that makes no sense here.", name=concerns),
        detail=detail,
        concerns=concerns,
        status=status,
    )


_SIGN_IN = {
    401: (
        "{name} did not accept the user or password.",
        "Sign in again; nothing is retried before, so that no account is locked.",
    ),
    403: ("{name} does not allow this user to do that.", "Sign in as a user who may, or ask for the right."),
    407: ("A proxy before {name} wants a sign-in.", "Proxies with a sign-in are not supported."),
}
_LIMITED = frozenset({408, 425, 429, 503})
_GONE = frozenset({404, 410})
_OUTCOME_UNKNOWN = frozenset({502, 504})
