"""Hosts and services as they are known, and how they are brought up to date for little. Net lane.

Now and then everything is asked in full. Between that only what can change from one check to the next is asked of all
(a third of the bytes), and the rest of those alone in which it did: output and performance data come with a check,
and configuration with the next full reading. Either way the picture is complete each time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.base.clock import Clock
from app.base.events import CancelToken
from app.connectors.icinga2 import parse
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.parse import Checkable, Reject, stamp_of
from app.domain.health import HOST, SERVICE, HealthRow

FULL_EVERY_S: Final = 300.0
SHARE: Final = 5
"""When more than one of so many changed, all are asked in full: the server then has less work."""

_KINDS: Final[Mapping[str, str]] = {HOST: "hosts", SERVICE: "services"}
_ATTRS: Final[Mapping[str, Sequence[str]]] = {HOST: parse.HOST_ATTRS, SERVICE: parse.CHECKABLE_ATTRS}
_NOW_ATTRS: Final[Mapping[str, Sequence[str]]] = {
    HOST: tuple(name for name in parse.NOW_ATTRS if name != "host_name"),
    SERVICE: parse.NOW_ATTRS,
}


@dataclass(slots=True)
class _Made:
    """A row and what it was made of."""

    told: Checkable
    groups: tuple[str, ...]
    skew_ms: int
    row: HealthRow


@dataclass(slots=True)
class Estate:
    """``environment``: written on each row. ``received``: bytes, of the last asking. A row that says what it said is
    the same object."""

    api: Api
    clock: Clock
    environment: str
    received: int = 0
    _full_due_s: float = -math.inf
    _program_start: int = 0
    _told: dict[str, dict[str, Checkable]] = field(default_factory=lambda: {HOST: {}, SERVICE: {}})
    _made: dict[str, _Made] = field(default_factory=dict)

    def ask(self, program_start: int, rejects: list[Reject], cancel: CancelToken) -> None:
        """Bring everything up to date; another daemon is asked in full. Raises RemoteTrouble, Cancelled: then the
        next asking is a full one, as it is while there are records that cannot be read."""
        now_s, due_s, self.received = self.clock.monotonic(), self._full_due_s, 0
        is_full = now_s >= due_s or program_start != self._program_start
        self._full_due_s = -math.inf
        for kind in (HOST, SERVICE):
            self._told[kind] = (self._full if is_full else self._brought)(kind, rejects, cancel)
        self._program_start = program_start
        if not rejects:
            self._full_due_s = now_s + FULL_EVERY_S if is_full else due_s

    def rows(self, skew_ms: int) -> list[HealthRow]:
        """Hosts, then services, in the server's order, which is none."""
        before, self._made = self._made, {}
        hosts = [self._row(name, told, HOST, (), skew_ms, before) for name, told in self._told[HOST].items()]
        groups = {row.host: row.groups for row in hosts}
        return hosts + [
            self._row(name, told, SERVICE, groups.get(told.host_name, ()), skew_ms, before)
            for name, told in self._told[SERVICE].items()
        ]

    def _full(self, kind: str, rejects: list[Reject], cancel: CancelToken) -> dict[str, Checkable]:
        body = self._asked(kind, _ATTRS[kind], cancel)
        found = parse.records(body, parse.CHECKABLES, kind, rejects, self.api.name)
        return {each.name: each.attrs for each in found}

    def _brought(self, kind: str, rejects: list[Reject], cancel: CancelToken) -> dict[str, Checkable]:
        """What changed, by what is asked of all."""
        known = self._told[kind]
        body = self._asked(kind, _NOW_ATTRS[kind], cancel)
        stamps = {
            each.name: stamp_of(each.attrs) for each in parse.records(body, parse.NOWS, kind, rejects, self.api.name)
        }
        changed = [name for name, stamp in stamps.items() if name not in known or stamp_of(known[name]) != stamp]
        if len(changed) * SHARE > len(stamps) or rejects:
            return self._full(kind, rejects, cancel)
        fresh: dict[str, Checkable] = {}
        if changed:
            body = self._asked(kind, _ATTRS[kind], cancel, where=f"{kind}.__name in given", given=changed)
            found = parse.records(body, parse.CHECKABLES, kind, rejects, self.api.name)
            fresh = {each.name: each.attrs for each in found}
        asked = set(changed)
        # One that was asked for and is not there was deleted in between, or is among the rejects.
        return {
            name: fresh[name] if name in asked else known[name]
            for name in stamps
            if name not in asked or name in fresh
        }

    def _asked(self, kind: str, attrs: Sequence[str], cancel: CancelToken, **which: Any) -> bytes:
        body, size = self.api.objects(_KINDS[kind], attrs, cancel, **which)
        self.received += size
        return body

    def _row(
        self,
        name: str,
        told: Checkable,
        kind: str,
        groups: tuple[str, ...],
        skew_ms: int,
        before: Mapping[str, _Made],
    ) -> HealthRow:
        key = f"{kind} {name}"
        known = before.get(key)
        if known is None or known.told != told or (known.groups, known.skew_ms) != (groups, skew_ms):
            row = parse.row_of(
                told, self.api.name, kind=kind, groups=groups, environment=self.environment, skew_ms=skew_ms
            )
            row = known.row if known is not None and known.row == row else row
            known = _Made(told, groups, skew_ms, row)
        self._made[key] = known
        return known.row
