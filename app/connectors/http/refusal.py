"""The server's own reason in a refusal, as one short line that may be shown: pure, no I/O.

What was secret in the question is taken out, in every form in which it was sent: servers like to repeat it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, quote_plus

import msgspec

from app.base.secret import Secret
from app.base.text import one_line
from app.connectors.answer import HttpAnswer

LONGEST: Final = 300
_SHORTEST_MASKED: Final = 4
_MASK: Final = "***"
_MARKUP: Final = re.compile(r"(?i)<\s*(!doctype|html|head|body|[a-z]+[\s>/])")
_KEYS: Final = ("message", "error", "errors", "detail", "status")
"""Where reasons stand: Zabbix, Alertmanager; Prometheus; Datadog; problem details (RFC 9457); Icinga 2."""

Reason = Callable[[HttpAnswer], str]
"""A system's own error shape: its reason in a refusal, or an empty text. Any exception counts as none."""


def reason_of(answer: HttpAnswer) -> str:
    """Of a plain text, a JSON text, or a JSON object with one of the usual keys; a page has none."""
    body = answer.body.strip()
    if not body:
        return ""
    if body[:1] in b'{["':
        try:
            return _told(msgspec.json.decode(body))
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return ""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    is_page = "html" in answer.headers.get("content-type", "").lower() or _MARKUP.search(text)
    return "" if is_page else text


def _told(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(each for each in value[:5] if isinstance(each, str))
    if isinstance(value, dict):
        return next((found for key in _KEYS if (found := _told(value.get(key)))), "")
    return ""


def shown(text: str, secrets: Iterable[str]) -> str:
    """The text on one line, without secrets, cut at ``LONGEST``; empty when one is too short to be masked."""
    for secret in sorted(secrets, key=len, reverse=True):
        for form in {secret, quote(secret), quote_plus(secret), one_line(secret)} - {""}:
            if form in text and len(form) < _SHORTEST_MASKED:
                return ""
            text = text.replace(form, _MASK)
    line = one_line(text).strip()
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def secrets_in(proof: Mapping[str, str], *bodies: object) -> set[str]:
    """All that was secret in a question: the proof's headers and their parts, and the bodies' secrets."""
    found = {part for value in proof.values() for part in (value, *value.split(" ")[1:])}
    for part in tuple(found):
        try:
            found.add(base64.b64decode(part, validate=True).decode("utf-8").partition(":")[2])
        except (binascii.Error, ValueError):
            continue
    for body in bodies:
        found |= set(_secrets(body))
    return found - {""}


def _secrets(value: object) -> Iterable[str]:
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _secrets(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _secrets(each)
