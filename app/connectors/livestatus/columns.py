"""Which columns are asked for, what each may hold, and which of them a server has. Pure.

Nagios with mk-livestatus, Naemon, Checkmk and Icinga 2 differ in their columns, and a question that names one too
many is refused as a whole. So a server's own table ``columns`` is asked first; Icinga 2 has none and all of these.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import msgspec

from app.base.errors import BadAnswer
from app.base.text import tr
from app.connectors.livestatus.bounds import Count, Flag, Seconds

HOSTS: Final = "hosts"
SERVICES: Final = "services"
COMMENTS: Final = "comments"
DOWNTIMES: Final = "downtimes"
STATUS: Final = "status"

Kinds = Mapping[str, Any]
_NOW: Final[Kinds] = {
    "state": Count, "has_been_checked": Flag, "state_type": Count, "acknowledged": Flag,
    "scheduled_downtime_depth": Count, "is_flapping": Flag, "last_check": Seconds, "last_state_change": Seconds,
    "current_attempt": Count, "next_check": Seconds, "active_checks_enabled": Flag,
}  # fmt: skip
_REST: Final[Kinds] = {
    "max_check_attempts": Count, "plugin_output": str, "long_plugin_output": str, "perf_data": str,
    "check_interval": Seconds, "latency": Seconds, "execution_time": Seconds, "groups": list[str],
    "action_url_expanded": str, "notes_url_expanded": str, "notes_url": str,
}  # fmt: skip
_SAID: Final[Kinds] = {
    "id": Count,
    "host_name": str,
    "service_description": str,
    "author": str,
    "comment": str,
    "entry_time": Seconds,
}
_KEYS: Final[Mapping[str, Kinds]] = {HOSTS: {"name": str}, SERVICES: {"host_name": str, "description": str}}
WANTED: Final[Mapping[str, Kinds]] = {
    HOSTS: {**_KEYS[HOSTS], **_NOW, **_REST},
    SERVICES: {**_KEYS[SERVICES], **_NOW, **_REST},
    COMMENTS: {**_SAID, "entry_type": Count},
    DOWNTIMES: {**_SAID, "start_time": Seconds, "end_time": Seconds, "fixed": Flag, "duration": Seconds},
    STATUS: {
        "program_start": Seconds, "num_hosts": Count, "num_services": Count, "interval_length": Seconds,
        "program_version": str,
    },
}  # fmt: skip
_NEEDED: Final[Mapping[str, Collection[str]]] = {
    HOSTS: ("name", "state", "has_been_checked", "last_check"),
    SERVICES: ("host_name", "description", "state", "has_been_checked", "last_check"),
    COMMENTS: ("id", "host_name", "service_description"),
    DOWNTIMES: ("id", "host_name", "service_description", "start_time", "end_time"),
    STATUS: ("program_start",),
}


@dataclass(frozen=True)
class Columns:
    """Some columns of a table, in the order in which they are asked for."""

    table: str
    names: tuple[str, ...]

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[tuple[Any, ...]]:
        """Of one record; null stands for what is not known."""
        kinds: Any = tuple[tuple(WANTED[self.table][name] | None for name in self.names)]  # type: ignore[misc]
        return msgspec.json.Decoder(kinds)

    @property
    def keys(self) -> int:
        """How many of the first are the record's name."""
        return len(_KEYS.get(self.table, ()))

    def now(self) -> Columns:
        """Those that can change without the configuration, and without what a check says."""
        kept = (*_KEYS[self.table], *_NOW)
        return Columns(self.table, tuple(name for name in self.names if name in kept))

    def only(self, names: Sequence[str]) -> Columns:
        """Some of them."""
        return Columns(self.table, tuple(name for name in self.names if name in names))


def every(table: str) -> Columns:
    """All that is wanted of a table."""
    return Columns(table, tuple(WANTED[table]))


def chosen(told: Collection[tuple[str, str]], name: str) -> Mapping[str, Columns]:
    """By table, what is wanted and there; ``told``: (table, column) of all there are. Raises BadAnswer."""
    there = frozenset(told)
    for table, needed in _NEEDED.items():
        missing = [each for each in needed if (table, each) not in there]
        if missing:
            raise BadAnswer(
                tr("{name} has no column {column} in its table {table}.", name=name, column=missing[0], table=table),
                hint=tr("It is too old, or no livestatus of a monitoring core."), concerns=name,
            )  # fmt: skip
    return {
        table: Columns(table, tuple(each for each in kinds if (table, each) in there))
        for table, kinds in WANTED.items()
    }
