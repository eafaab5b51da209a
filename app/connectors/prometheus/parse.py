"""Answers of Prometheus (api/v1) and Alertmanager (api/v2) as values. Pure: bytes in, values out.

An answer that is not whole is a BadAnswer. A record in a whole answer that cannot be read is set aside and named in
``rejects``; the rest goes on. What was read last is kept by its bytes: an alert told again in the same words is the
same object again, and costs no decoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

import msgspec

from app.base.clock import Moment, from_datetime
from app.base.errors import BadAnswer
from app.base.text import one_line, tr
from app.connectors.payload import decode, decode_as, iter_raw, map_sliced

When = Annotated[datetime, msgspec.Meta(tz=True)]
Labels = dict[str, str]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
T = TypeVar("T")
U = TypeVar("U")
_EARLIEST: Final = 86_400_000
_LATEST: Final = 253_402_300_799_000
Reject = tuple[str, str]
"""(What it was, why it cannot be read)."""


class Alert(msgspec.Struct, frozen=True, rename="camel"):
    """An alert of a rule. ``value`` is a text: NaN and +Inf too."""

    labels: Labels
    state: Literal["pending", "firing"]
    active_at: When
    annotations: Labels = {}
    value: str = ""


class Rule(msgspec.Struct, frozen=True, rename="camel"):
    """``alerts`` undecoded. ``last_evaluation`` may be the year 1: never."""

    name: str
    alerts: msgspec.Raw = msgspec.Raw(b"[]")
    query: str = ""
    health: str = "unknown"
    last_error: str = ""
    last_evaluation: When | None = None
    evaluation_time: Seconds = 0.0
    type: str = "alerting"


class Group(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    rules: msgspec.Raw
    interval: Seconds = 60.0
    last_evaluation: When | None = None


class Target(msgspec.Struct, frozen=True, rename="camel"):
    labels: Labels
    health: Literal["up", "down", "unknown"]
    last_error: str = ""
    last_scrape: When | None = None
    scrape_interval: str = ""


class _AlertStatus(msgspec.Struct, frozen=True, rename="camel"):
    state: Literal["active", "suppressed", "unprocessed"]
    silenced_by: tuple[str, ...] = ()
    inhibited_by: tuple[str, ...] = ()


class Sent(msgspec.Struct, frozen=True, rename="camel"):
    """An alert as Alertmanager holds it."""

    labels: Labels
    starts_at: When
    status: _AlertStatus
    annotations: Labels = {}
    fingerprint: str = ""


class Matcher(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    value: str
    is_regex: bool
    is_equal: bool = True


class _SilenceStatus(msgspec.Struct, frozen=True):
    state: Literal["active", "pending", "expired"]


class Silence(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    status: _SilenceStatus
    matchers: tuple[Matcher, ...]
    starts_at: When
    ends_at: When
    created_by: str = ""
    comment: str = ""


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    status: str
    data: msgspec.Raw = msgspec.Raw(b"null")
    error: str = ""
    warnings: list[str] = []


_ENVELOPE: Final = msgspec.json.Decoder(Envelope)


def at(when: datetime | None) -> Moment | None:
    """A moment; None for the zero time and for years that nothing here can mean."""
    moment = from_datetime(when) if when is not None else 0
    return moment if _EARLIEST < moment < _LATEST else None


def envelope(body: bytes, name: str) -> Envelope:
    """A Prometheus answer, its data undecoded. Raises BadAnswer for an error inside."""
    found = decode_as(body, _ENVELOPE, concerns=name)
    if found.status != "success":
        raise _inside(tr("{name} refused the request.", name=name), found.error or found.status, name)
    return found


def data_of(body: bytes, name: str) -> msgspec.Raw:
    """The ``data`` of a Prometheus answer. Raises BadAnswer for an error inside, and for a part of an answer: that
    some store behind it was left out is told as a warning."""
    found = envelope(body, name)
    if found.warnings:
        raise _inside(tr("{name} gave only a part of its answer.", name=name), found.warnings[0], name)
    return found.data


def told(words: str) -> str:
    """What the server said, as a sentence of ours."""
    return tr("It said: {text}.", text=one_line(words)[:300])


def _inside(title: str, words: str, name: str) -> BadAnswer:
    return BadAnswer(title, detail=told(words), concerns=name)


@dataclass(slots=True)
class Reader(Generic[T]):
    """Reads the records of one kind, and knows those of the last answer by their bytes: a record in the same words is
    the same object, made once. ``make``: what a record becomes."""

    what: str
    decoder: msgspec.json.Decoder[Any]
    make: Callable[[Any], T]
    _known: dict[bytes, T] = field(default_factory=dict)
    _fresh: dict[bytes, T] = field(default_factory=dict)

    def read(self, raws: Iterable[tuple[str, msgspec.Raw]], rejects: list[Reject]) -> Iterator[T]:
        """The records that can be read, in order; the others are named in ``rejects``."""
        for found in map_sliced(iter(raws), lambda pair: self._one(pair, rejects)):
            if found is not None:
                yield found

    def turn(self) -> None:
        """An answer is read: forget what it did not hold."""
        self._known, self._fresh = self._fresh, {}

    def _one(self, pair: tuple[str, msgspec.Raw], rejects: list[Reject]) -> T | None:
        body = bytes(pair[1])
        value = self._known.get(body)
        if value is None:
            try:
                decode(body, unique_keys=True)
                value = self.make(decode_as(body, self.decoder))
            except BadAnswer as error:
                rejects.append((f"{self.what} {pair[0]}", error.detail))
                return None
        self._fresh[body] = value
        return value


def reader(what: str, kind: type[T]) -> Reader[T]:
    """Of records as they are."""
    return Reader(what, msgspec.json.Decoder(kind), lambda record: record)


def maker(what: str, kind: type[T], make: Callable[[T], U]) -> Reader[U]:
    """Of what ``make`` makes of them."""
    return Reader(what, msgspec.json.Decoder(kind), make)


def listed(raw: bytes | msgspec.Raw, path: tuple[str, ...], name: str) -> Iterator[tuple[str, msgspec.Raw]]:
    """The members of a list; an object or anything else in its place is a BadAnswer."""
    if not path and not bytes(raw[:64] if isinstance(raw, bytes) else raw).lstrip().startswith(b"["):
        raise BadAnswer(tr("{name} gave an answer that is no list.", name=name), concerns=name)
    return iter_raw(raw, path, concerns=name)
