"""Hosts and services as they are known, and how they are brought up to date for little. Net lane.

Now and then everything is asked in full. Between that, of all of them only what can change at any time, and in full
what was checked since: output and performance data come with a check, and configuration with the next full reading or
another start of the core. A record that reads as it did byte by byte is not looked at again. Either way the picture
is complete each time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from app.base.clock import Clock, Moment
from app.base.errors import BadAnswer
from app.base.text import tr
from app.connectors.livestatus import columns as of
from app.connectors.livestatus.columns import Columns
from app.connectors.livestatus.line import Talk
from app.connectors.livestatus.parse import Checkable, Key, Reject, raws, record_of, records, row_of
from app.connectors.livestatus.protocol import question
from app.connectors.payload import let_others_run
from app.domain.health import DOWN, UNREACHABLE, HealthRow

FULL_EVERY_S: Final = 300.0
SHARE: Final = 5
"""When more than one of so many was checked, all are asked in full: the server then has less work."""

SLICE: Final = 200
_TABLES: Final = (of.HOSTS, of.SERVICES)


@dataclass(slots=True)
class _Table:
    """What is known of one: by name, and by the bytes that told it last, in brief and of what was checked.
    ``changed``: what those in brief tell anew. ``newest``: the latest check, in seconds."""

    told: dict[Key, Checkable]
    by_bytes: dict[bytes, Key] = field(default_factory=dict)
    newest: float = 0.0
    brief: bytes = b""
    changed: list[Key] = field(default_factory=list)
    checked: dict[bytes, Checkable] = field(default_factory=dict)


class _Beside(NamedTuple):
    """What a row is made of beside what is told of it."""

    groups: tuple[str, ...]
    host_is_gone: bool
    skew_ms: int
    interval_ms: int


@dataclass(slots=True)
class _Made:
    """A row and what it was made of."""

    told: Checkable
    beside: _Beside
    row: HealthRow


@dataclass(slots=True)
class Estate:
    """``environment``: written on each row. A row that says what it said is the same object."""

    name: str
    clock: Clock
    environment: str
    _full_due_s: float = -math.inf
    _program_start: float = 0.0
    _tables: dict[str, _Table] = field(default_factory=dict)
    _made: dict[Key, _Made] = field(default_factory=dict)

    @property
    def newest_at(self) -> Moment:
        """When the newest check ran, by the server's clock."""
        return round(max(table.newest for table in self._tables.values()) * 1000)

    def count(self, table: str) -> int:
        return len(self._tables[table].told)

    def ask(
        self, talk: Talk, chosen: Mapping[str, Columns], program_start: float, rejects: list[Reject]
    ) -> None:  # fmt: skip
        """Bring everything up to date; another start of the core is asked in full. Raises RemoteTrouble, Refused,
        Cancelled: then the next asking is a full one, as it is while there are records that cannot be read."""
        now_s, due_s = self.clock.monotonic(), self._full_due_s
        is_full = now_s >= due_s or program_start != self._program_start
        self._full_due_s = -math.inf
        known, self._tables = self._tables, {}
        for table in _TABLES:
            brought = None if is_full else self._brought(talk, chosen[table], known[table])
            self._tables[table] = brought or self._full(talk, chosen[table], rejects)
        self._program_start = program_start
        if not rejects:
            self._full_due_s = now_s + FULL_EVERY_S if is_full else due_s

    def rows(self, skew_ms: int, interval_ms: int) -> list[HealthRow]:
        """Hosts, then services, in the server's order, which is none."""
        before, self._made = self._made, {}
        alone = _Beside((), False, skew_ms, interval_ms)
        found = [self._row(key, told, alone, before) for key, told in self._tables[of.HOSTS].told.items()]
        hosts = {
            row.host: _Beside(row.groups, row.state in (DOWN, UNREACHABLE), skew_ms, interval_ms) for row in found
        }
        for key, told in self._tables[of.SERVICES].told.items():
            found.append(self._row(key, told, hosts.get(told.host_name, alone), before))
        return found

    def _full(self, talk: Talk, columns: Columns, rejects: list[Reject]) -> _Table:
        told: dict[Key, Checkable] = {}
        for number, record in enumerate(
            records(talk.ask(question(columns.table, columns.names)), columns, rejects, self.name)
        ):
            if not number % SLICE:
                let_others_run()
            made = Checkable(**record)
            if made.key in told:
                raise BadAnswer(
                    tr("{name} tells of {thing} twice.", name=self.name, thing=" ".join(made.key).strip()),
                    concerns=self.name,
                )
            told[made.key] = made
        return _Table(told, newest=_newest(told))

    def _brought(self, talk: Talk, columns: Columns, known: _Table) -> _Table | None:
        """None: ask in full. What was checked in the second of the newest known check may have been checked twice in
        it, so that second is asked again."""
        asides: list[Reject] = []
        brief = columns.now()
        table = self._brief(talk.ask(question(brief.table, brief.names)), brief, known, asides)
        told = table.told
        checked = {key for key in table.changed if _was_checked(known.told.get(key), told[key])}
        if asides or len(checked) * SHARE > len(told) or any(told[key].last_check <= 0 for key in checked):
            return None
        since = int(min([known.newest, *(told[key].last_check for key in checked)]))
        answer = talk.ask(question(columns.table, columns.names, f"Filter: last_check >= {since}"))
        fresh = self._fresh(answer, columns, known, table, asides)
        odd = any(told_now.last_check < since for told_now in fresh.values())
        if asides or odd or not fresh.keys() <= told.keys() or not fresh.keys() >= checked:
            return None
        restless = {key for key, made in fresh.items() if not _agree(made, told[key], brief.names)}
        if restless:  # they changed between the two answers: the short answer is not what is known
            table.by_bytes = {text: key for text, key in table.by_bytes.items() if key not in restless}
            table.brief = b""
        told |= {key: made for key, made in fresh.items() if made != told[key]}
        table.newest = max([known.newest, *(told[key].last_check for key in fresh)])
        return table

    def _brief(self, body: bytes, brief: Columns, known: _Table, asides: list[Reject]) -> _Table:
        """All there are, as known and with what can change at any time."""
        if body == known.brief:
            return _Table(dict(known.told), known.by_bytes, brief=body)
        told: dict[Key, Checkable] = {}
        by_bytes: dict[bytes, Key] = {}
        table = _Table(told, by_bytes, brief=body)
        for number, raw in enumerate(raws(body, self.name)):
            if not number % SLICE:
                let_others_run()
            text = bytes(raw)
            key = known.by_bytes.get(text)
            if key is None:
                record = record_of(raw, brief, asides, self.name)
                if record is None:
                    continue
                fresh = Checkable(**record)
                key = fresh.key
                old = known.told.get(key)
                told[key] = fresh if old is None else _with_now(old, record)
                table.changed.append(key)
            else:
                told[key] = known.told[key]
            by_bytes[text] = key
        if len(told) != len(by_bytes):
            asides.append((brief.table, tr("One is told twice.")))
        return table

    def _fresh(
        self, body: bytes, columns: Columns, known: _Table, table: _Table, asides: list[Reject]
    ) -> dict[Key, Checkable]:
        """Those that were checked, with all they say."""
        fresh: dict[Key, Checkable] = {}
        for raw in raws(body, self.name):
            text = bytes(raw)
            made = known.checked.get(text)
            if made is None:
                record = record_of(raw, columns, asides, self.name)
                if record is None:
                    continue
                made = Checkable(**record)
            fresh[made.key] = table.checked[text] = made
        return fresh

    def _row(self, key: Key, told: Checkable, beside: _Beside, before: Mapping[Key, _Made]) -> HealthRow:
        known = before.get(key)
        if known is None or known.beside != beside or (known.told is not told and known.told != told):
            row = row_of(
                told, self.name, groups=beside.groups, environment=self.environment, skew_ms=beside.skew_ms,
                interval_ms=beside.interval_ms, host_is_gone=beside.host_is_gone,
            )  # fmt: skip
            row = known.row if known is not None and known.row == row else row
            known = _Made(told, beside, row)
        self._made[key] = known
        return known.row


def _newest(told: Mapping[Key, Checkable]) -> float:
    return max((each.last_check for each in told.values()), default=0.0)


def _agree(one: Checkable, other: Checkable, names: Sequence[str]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _with_now(old: Checkable, record: dict[str, object]) -> Checkable:
    """The same object when nothing is new."""
    if all(getattr(old, key) == value for key, value in record.items()):
        return old
    return msgspec.structs.replace(old, **record)


def _was_checked(old: Checkable | None, new: Checkable) -> bool:
    return old is None or (
        old is not new
        and (old.last_check, old.state, old.last_state_change, old.current_attempt, old.has_been_checked)
        != (new.last_check, new.state, new.last_state_change, new.current_attempt, new.has_been_checked)
    )
