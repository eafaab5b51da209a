"""A short list of sections and values as an item model: views, business services, search results, the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.ui.kit import roles
from app.ui.kit.roles import RowLook, Section

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex


class LineModel(QAbstractTableModel, Generic[T]):
    """``key``: what a value is known by. ``sentence``: how a screen reader says it. ``look``: marks and weight."""

    def __init__(
        self,
        columns: int,
        key: Callable[[T], str],
        sentence: Callable[[T], str],
        look: Callable[[T], RowLook] | None = None,
    ) -> None:
        super().__init__()
        self._columns = columns
        self._key = key
        self._sentence = sentence
        self._look = look
        self._lines: tuple[T | Section, ...] = ()
        self._keys: tuple[str, ...] = ()

    def show(self, lines: Sequence[T | Section]) -> None:
        """Replace the list; the same things in the same order are only repainted."""
        keys = tuple(line.id if isinstance(line, Section) else self._key(line) for line in lines)
        if keys != self._keys:
            self.beginResetModel()
            self._lines, self._keys = tuple(lines), keys
            self.endResetModel()
            return
        self._lines = tuple(lines)
        if keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(keys) - 1, self._columns - 1))

    def number_of(self, key: str) -> int:
        """The line of a value; -1 when it is not here."""
        return self._keys.index(key) if key in self._keys else -1

    def first(self) -> int:
        """The first line that is a value; -1 when there is none."""
        return next((n for n, line in enumerate(self._lines) if not isinstance(line, Section)), -1)

    def value_at(self, number: int) -> T | None:
        line = self._lines[number] if 0 <= number < len(self._lines) else None
        return None if isinstance(line, Section) else line

    def values(self) -> list[T]:
        return [line for line in self._lines if not isinstance(line, Section)]

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
        line = self._lines[index.row()]
        if role == roles.ROW:
            return line
        if isinstance(line, Section):
            return line.title if role == Qt.ItemDataRole.AccessibleTextRole else None
        if role == roles.LOOK and self._look is not None:
            return self._look(line)
        return self._sentence(line) if role == Qt.ItemDataRole.AccessibleTextRole else None
