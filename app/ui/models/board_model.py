"""The board as a flat list of sections and rows. They are handed in as one finished list; nothing is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.analysis.order import rows_moved
from app.base.clock import Moment
from app.base.text import age, one_line, tr
from app.domain.health import HOST, STALE, HealthRow
from app.ui.kit import roles
from app.ui.kit.roles import RowLook, Section

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A health row with what the board adds to it. ``in_section``: the id of its section."""

    row: HealthRow
    in_section: str
    is_stale: bool = False
    is_recovered: bool = False

    @property
    def state(self) -> str:
        """What is drawn: the state, or stale."""
        return STALE if self.is_stale else self.row.state

    @property
    def title(self) -> str:
        return self.row.name if self.row.kind != HOST else tr("host")

    @property
    def is_hollow(self) -> bool:
        return not self.row.hard or self.row.is_handled

    @property
    def marks(self) -> tuple[str, ...]:
        row = self.row
        pairs = (
            (row.acknowledged, "acknowledged"),
            (row.in_downtime, "downtime"),
            (row.flapping, "flapping"),
            (row.suppressed, "suppressed"),
        )
        return tuple(word for is_set, word in pairs if is_set)


BoardLine = BoardRow | Section


class BoardModel(QAbstractTableModel):
    """Answers the roles of ``kit.roles``. ``show`` keeps what it can: the same rows in the same order are only
    repainted."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._columns = columns
        self._lines: tuple[BoardLine, ...] = ()
        self._keys: tuple[str, ...] = ()
        self._section_of: tuple[int, ...] = ()
        self._looks: list[RowLook | None] = []
        self._ticked: frozenset[str] = frozenset()
        self._new_until: Mapping[str, Moment] = {}
        self._blink_until: Mapping[str, Moment] = {}
        self._now_at: Moment = 0

    @property
    def lines(self) -> tuple[BoardLine, ...]:
        return self._lines

    @property
    def ticked(self) -> frozenset[str]:
        return self._ticked

    def rows(self) -> list[BoardRow]:
        """The rows without the sections, in order."""
        return [line for line in self._lines if isinstance(line, BoardRow)]

    def show(self, lines: Sequence[BoardLine], keys: tuple[str, ...] | None = None) -> bool:
        """Replace the list; True when the order changed (the view must find its place again). ``keys``: those of
        the lines, when they are known already."""
        keys = keys_of(lines) if keys is None else keys
        same = keys == self._keys
        if not same:
            self.beginResetModel()
        self._lines = tuple(lines)
        self._keys = keys
        self._section_of = _sections_of(self._lines)
        self._looks = [None] * len(self._lines)
        if not same:
            self._ticked &= frozenset(keys)
            self.endResetModel()
        elif keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(keys) - 1, self._columns - 1))
        return not same

    def differs(self, keys: tuple[str, ...]) -> bool:
        """Whether lines of these keys are other rows, or the same in another order."""
        return keys != self._keys

    def moved(self, keys: tuple[str, ...]) -> int:
        """How many rows would appear, leave or be put elsewhere if lines of these keys were shown."""
        return rows_moved(self._keys, keys)

    def update_rows(self, rows: Mapping[str, BoardRow]) -> None:
        """New values of the rows that are here, each in its place."""
        self._lines = tuple(
            rows.get(line.row.id, line) if isinstance(line, BoardRow) else line for line in self._lines
        )
        self._looks = [None] * len(self._lines)
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, self._columns - 1))

    def set_new(self, new_until: Mapping[str, Moment], blink_until: Mapping[str, Moment], now_at: Moment) -> None:
        """Which rows carry the new-mark, and which of them still blink."""
        self._new_until, self._blink_until, self._now_at = new_until, blink_until, now_at
        self._looks = [None] * len(self._lines)

    def tick(self, ids: frozenset[str]) -> None:
        """Exactly these rows are ticked."""
        self._ticked = ids
        self._looks = [None] * len(self._lines)
        if self._lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._lines) - 1, 0))

    def number_of(self, row_id: str) -> int:
        """The line of a row; -1 when it is not here."""
        try:
            return self._keys.index(row_id)
        except ValueError:
            return -1

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._lines[index.row()], Section):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        number = index.row()
        if role == roles.ROW:
            return self._lines[number]
        if role == roles.LOOK:
            return self._look(number)
        if role == roles.SECTION:
            section = self._section_of[number]
            return None if section < 0 else section
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(number)
        return None

    def _look(self, number: int) -> RowLook | None:
        look = self._looks[number]
        line = self._lines[number]
        if look is None and isinstance(line, BoardRow):
            id_ = line.row.id
            is_new = self._new_until.get(id_, 0) > self._now_at
            look = self._looks[number] = RowLook(
                mark="new" if is_new else "",
                is_handled=line.row.is_handled and not line.is_stale,
                is_strong=is_new,
                is_ticked=id_ in self._ticked,
                is_blinking=self._blink_until.get(id_, 0) > self._now_at,
            )
        return look

    def _sentence(self, number: int) -> str:
        line = self._lines[number]
        if isinstance(line, Section):
            return f"{line.title} {line.count}. {line.note}"
        row = line.row
        since = age(self._now_at, row.since_at) if self._now_at else ""
        parts = [
            tr("Stale, was {state}", state=row.state) if line.is_stale else row.state.capitalize(),
            tr("for {age}", age=since) if since else "",
            f"{one_line(line.title)} on {one_line(row.host)}",
            ", ".join(line.marks) or (tr("not acknowledged") if row.is_problem else ""),
        ]
        return ", ".join(part for part in parts if part)


def keys_of(lines: Sequence[BoardLine]) -> tuple[str, ...]:
    """What each line is known by: the section's or the row's id."""
    return tuple(line.id if isinstance(line, Section) else line.row.id for line in lines)


def _sections_of(lines: Sequence[BoardLine]) -> tuple[int, ...]:
    """For each line, the number of its section row; -1 without one, and for the section rows themselves."""
    numbers, current = [], -1
    for number, line in enumerate(lines):
        if isinstance(line, Section):
            current = number
            numbers.append(-1)
        else:
            numbers.append(current)
    return tuple(numbers)
