"""Answers of Zabbix' API as records. Pure: raw JSON in, values out.

A record that cannot be read is set aside and named in ``rejects``; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from app.base.errors import BadAnswer
from app.base.text import tr
from app.connectors.payload import decode_as, iter_raw, map_sliced
from app.connectors.zabbix.records import (
    Fault,
    Host,
    HostStatus,
    Item,
    Maintenance,
    Named,
    Node,
    Problem,
    Proxy,
    Reading,
    Trigger,
    TriggerTags,
    TriggerValue,
    User,
)

Reject = tuple[str, str]
"""(What it was, why it cannot be read)."""

NOTHING: Final = msgspec.Raw(b"[]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """Reads the records of one kind."""

    what: str
    decoder: msgspec.json.Decoder[T]

    def read(self, raw: msgspec.Raw, rejects: list[Reject], name: str) -> Iterator[T]:
        """The records that can be read, in order. Raises BadAnswer when it is no list of records."""
        if bytes(memoryview(raw)[:1]) != b"[":
            raise BadAnswer(tr("{name} gave an answer that is no list.", name=name), concerns=name)
        for found in map_sliced(iter_raw(raw, (), concerns=name), lambda pair: self._one(pair, rejects)):
            if found is not None:
                yield found

    def _one(self, pair: tuple[str, msgspec.Raw], rejects: list[Reject]) -> T | None:
        try:
            return decode_as(pair[1], self.decoder)
        except BadAnswer as error:
            rejects.append((f"{self.what} {pair[0]}", error.detail))
            return None


def _reader(what: str, kind: type[T]) -> Reader[T]:
    decoder: Any = msgspec.json.Decoder(kind, strict=False)
    return Reader(what, decoder)


HOSTS: Final = _reader("host", Host)
HOST_STATUS: Final = _reader("host status", HostStatus)
ITEMS: Final = _reader("item", Item)
READINGS: Final = _reader("value", Reading)
FAULTS: Final = _reader("fault", Fault)
TRIGGERS: Final = _reader("trigger", Trigger)
TRIGGER_VALUES: Final = _reader("trigger value", TriggerValue)
TRIGGER_TAGS: Final = _reader("trigger", TriggerTags)
PROBLEMS: Final = _reader("problem", Problem)
MAINTENANCES: Final = _reader("maintenance", Maintenance)
PROXIES: Final = _reader("proxy", Proxy)
NODES: Final = _reader("server node", Node)
GROUPS: Final = _reader("host group", Named)
USERS: Final = _reader("user", User)
