"""The changes of a vendor's status page: one row per change of a component, as someone saw it.

Columns (those of Statuspage's components; others are passed over): ``observed_at`` (ISO 8601; without a zone UTC),
``component_id``, ``component``, ``new_status``; ``group`` may be there. A component keeps the page's own id, so that
its past stays one through every new name. What is known of a component begins with its first row, and of the page
it ends with the last row of all: what came after, the file does not say.

Write lane.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.base.clock import Moment, from_iso
from app.base.errors import InputTrouble, Refused
from app.base.events import HEALTH, CancelToken, Touched
from app.domain.health import CRITICAL, DOWN, OK, SERVICE, WARNING, HealthRow
from app.domain.history import Past, StateChange
from app.ports import History, Store
from app.usecases.imports.reading import Table, header_of
from app.usecases.imports.summary import Aside, ImportSummary

FORMAT: Final = "status-page"
REQUIRED: Final = ("observed_at", "component_id", "component", "new_status")

# Statuspage API, component.status. Announced maintenance is no time of service, but nobody need look after it.
STATES: Final = {
    "operational": (OK, False),
    "degraded_performance": (WARNING, False),
    "partial_outage": (CRITICAL, False),
    "major_outage": (DOWN, False),
    "under_maintenance": (WARNING, True),
}
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_NAME_LIMIT: Final = 200


@dataclass(slots=True)
class _Component:
    """``changes``: (status, name, group) by moment; of two at one moment the file's later one counts."""

    id: str
    changes: dict[Moment, tuple[str, str, str]] = field(default_factory=dict)


def import_status_page(
    store: Store, history: History, path: Path, *, source: str, cancel: CancelToken
) -> ImportSummary:
    """Add what the file tells to the history, all of it or nothing. The same file again changes nothing.

    Raises InputTrouble, Cancelled, Refused (``source`` is a connected system) and the store's EnvironmentTrouble.
    """
    began_s = time.perf_counter()
    if any(each.name == source for each in store.team.sources()):
        raise Refused(
            f"{source} is a connected system: its history comes from itself.",
            hint="Give the file another name with --source.", field="source",
        )  # fmt: skip
    table, aside = Table(path, cancel), Aside()
    components = _read(table, aside, path)
    aside.refuse_when_all(components, path)
    if not components:
        raise InputTrouble("it has a header and no rows", path=str(path))
    past = _past(components, source)
    known = {row.id: row for row in history.rows()}
    _refuse_taken(past, known, path)
    changed = history.add_past(past)
    added = sum(row.id not in known for row in past.rows)
    differs = sum(row.id in known and known[row.id] != row for row in past.rows) if changed else 0
    return ImportSummary(
        path=str(path), format=FORMAT, source=source, read=max(0, table.row - 1), added=added, changed=differs,
        unchanged=len(past.rows) - added - differs, entries=changed, set_aside=tuple(aside.shown),
        set_aside_count=aside.count, duration_s=time.perf_counter() - began_s,
        touched=Touched.of(HEALTH, [row.id for row in past.rows]) if changed else Touched(),
    )  # fmt: skip


def _read(table: Table, aside: Aside, path: Path) -> dict[str, _Component]:
    rows = table.rows()
    header = header_of(rows, path, REQUIRED, "a list of a status page's changes")
    places: dict[str, int] = {name: header.index(name) for name in (*REQUIRED, "group") if name in header}
    found: dict[str, _Component] = {}
    for cells in rows:
        if len(cells) != len(header):
            aside.add(table.row, f"it has {len(cells)} cells, and the header {len(header)}")
            continue
        row = {name: cells[place].strip() for name, place in places.items()}
        try:
            at = _checked(row)
        except ValueError as error:
            aside.add(table.row, str(error))
            continue
        component = found.setdefault(row["component_id"], _Component(row["component_id"]))
        component.changes[at] = (row["new_status"], row["component"], row.get("group", ""))
    return found


def _checked(row: dict[str, str]) -> Moment:
    """When the change was seen. Raises ValueError with the reason why the row cannot be taken."""
    if not _ID.fullmatch(row["component_id"]):
        raise ValueError(f"“{row['component_id'][:40]}” is not a component's id")
    if not row["component"] or len(row["component"]) > _NAME_LIMIT:
        raise ValueError("the component has no name that could be shown")
    if row["new_status"] not in STATES:
        raise ValueError(f"“{row['new_status'][:40]}” is not a component's status ({', '.join(STATES)})")
    try:
        return from_iso(row["observed_at"])
    except (ValueError, OverflowError):
        raise ValueError(f"“{row['observed_at'][:40]}” is not a time as 2026-11-23T14:30:00Z") from None


def _past(components: dict[str, _Component], source: str) -> Past:
    moments = [at for component in components.values() for at in component.changes]
    changes = sorted((change for each in components.values() for change in _changes(each)), key=lambda each: each.at)
    return Past(
        source=source, rows=tuple(_row(each, source) for each in components.values()), changes=tuple(changes),
        from_at=min(moments), until_at=max(moments),
    )  # fmt: skip


def _changes(component: _Component) -> Iterator[StateChange]:
    for at, (status, _name, _group) in component.changes.items():
        state, handled = STATES[status]
        yield StateChange(
            row_id=component.id, at=at, state=state, hard=True, handled=handled, output=_words(status)
        )  # fmt: skip


def _row(component: _Component, source: str) -> HealthRow:
    since_at = max(component.changes)
    status, name, group = component.changes[since_at]
    state, handled = STATES[status]
    return HealthRow(
        id=component.id, source=source, kind=SERVICE, host=source, name=name, state=state, since_at=since_at,
        in_downtime=handled, output=_words(status), groups=(group,) if group else (),
    )  # fmt: skip


def _words(status: str) -> str:
    return status.replace("_", " ").capitalize()


def _refuse_taken(past: Past, known: dict[str, HealthRow], path: Path) -> None:
    for row in past.rows:
        owner = known[row.id].source if row.id in known else past.source
        if owner != past.source:
            raise InputTrouble(
                f"its component {row.id} is known already, from {owner}", path=str(path),
                hint=f"Bring it in with --source {owner}.",
            )  # fmt: skip
