"""The queue as a virtual table: it holds the keys of all matching tickets and only the pages that were looked at.

``data()`` never asks the store: a row whose page is missing is None, and ``wanted`` names the pages to read. A stale
mark is O(1): the pages are dropped, the keys stay until new ones come.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.base.clock import Moment
from app.base.text import duration, one_line, tr
from app.domain import sla
from app.domain.ticket import Ticket
from app.ui.kit import roles
from app.ui.kit.roles import RowLook

Index = QModelIndex | QPersistentModelIndex
PAGE: Final = 200
PAGES_KEPT: Final = 40


class TicketModel(QAbstractTableModel):
    """Answers the roles of ``kit.roles``; ``ROW`` gives the Ticket (without description), None while it is read."""

    wanted = Signal(int)
    """The number of a page that is in sight and missing."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._columns = columns
        self._keys: Sequence[int] = ()
        self._pages: OrderedDict[int, list[Ticket | None]] = OrderedDict()
        self._old: Mapping[int, list[Ticket | None]] = {}
        self._asked: set[int] = set()
        self._ticked: dict[str, tuple[int, Ticket]] = {}
        self._changed: frozenset[str] = frozenset()
        self.now_at: Moment = 0

    @property
    def ticked(self) -> tuple[Ticket, ...]:
        """The ticked tickets, in the order of ticking. All of them are in the list."""
        return tuple(ticket for _, ticket in self._ticked.values())

    @property
    def ticked_keys(self) -> tuple[int, ...]:
        """Their keys."""
        return tuple(key for key, _ in self._ticked.values())

    def show_keys(self, keys: Sequence[int], first_rows: Sequence[Ticket] = ()) -> None:
        """Another list. ``first_rows``: tickets at its head that are known already, so that they paint at once."""
        self.beginResetModel()
        self._keys = keys
        self._pages.clear()
        self._old = {}
        self._asked.clear()
        if first_rows:
            self._pages[0] = list(first_rows[:PAGE]) + [None] * max(0, min(PAGE, len(keys)) - len(first_rows))
        self._untick_gone()
        self.endResetModel()

    def keys(self) -> Sequence[int]:
        """The keys of all rows, in order."""
        return self._keys

    def replace_keys(self, keys: Sequence[int], place: int = -1) -> int:
        """The same list after a write: rows that are known stay in sight until they are read again. Where the row
        goes that was at ``place``, however far; -1 when it leaves."""
        held = self._in_sight()
        at = _index(keys, self._keys[place]) if 0 <= place < len(self._keys) else -1
        known = {
            key: ticket
            for page, rows in held.items()
            for key, ticket in zip(self.keys_of_page(page), rows, strict=False)
        }
        self.beginResetModel()
        self._keys = keys
        self._pages.clear()
        self._asked.clear()
        pages = {*held, at // PAGE} if at >= 0 else held.keys()
        self._old = {page: [known.get(key) for key in self.keys_of_page(page)] for page in pages}
        self._untick_gone()
        self.endResetModel()
        return at

    def keys_of_page(self, page: int) -> Sequence[int]:
        """The keys that a page needs."""
        return self._keys[page * PAGE : (page + 1) * PAGE]

    def take_page(self, page: int, rows: Mapping[int, Ticket]) -> None:
        """A page that was read. One that no longer fits the keys is dropped."""
        keys = self.keys_of_page(page)
        if not keys:
            return
        self._pages[page] = [rows.get(key) for key in keys]
        self._asked.discard(page)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        first = page * PAGE
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(keys) - 1, self._columns - 1))

    def mark_stale(self) -> None:
        """What is shown may have changed: every page is read again when it is looked at, and shown till then."""
        self._old = self._in_sight()
        self._pages.clear()
        self._asked.clear()
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, self._columns - 1))

    def set_changed(self, ids: frozenset[str]) -> None:
        """Tickets that changed since the person looked."""
        if ids != self._changed:
            self._changed = ids
            self._repaint()

    def toggle_tick(self, number: int) -> None:
        """Tick a row, or untick it; one whose ticket is not read yet stays as it is."""
        ticket = self.ticket_at(number)
        if ticket is None:
            return
        if self._ticked.pop(ticket.id, None) is None:
            self._ticked[ticket.id] = (self._keys[number], ticket)
        self._repaint()

    def tick_all(self, rows: Mapping[int, Ticket]) -> None:
        """Exactly these are ticked, given by key; in the order of the list, what is not in it left out."""
        self._ticked = {rows[key].id: (key, rows[key]) for key in self._keys if key in rows} if rows else {}
        self._repaint()

    def read_ticked(self, rows: Mapping[int, Ticket]) -> None:
        """What is ticked, as it is after a write; what is gone from the store is ticked no more."""
        kept = [(key, rows[key]) for key in self.ticked_keys if key in rows]
        self._ticked = {ticket.id: (key, ticket) for key, ticket in kept}
        self._repaint()

    def ticket_at(self, number: int) -> Ticket | None:
        """The row's ticket; None while its page is being read, and then the page is asked for."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            if page not in self._asked:
                self._asked.add(page)
                self.wanted.emit(page)
            rows = self._old.get(page, [])
        return rows[place] if place < len(rows) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES or not index.isValid():
            return None
        ticket = self.ticket_at(index.row())
        if role == roles.ROW:
            return ticket
        if ticket is None:
            return None
        if role == roles.LOOK:
            return self._look(ticket)
        told = sentence(ticket, self.now_at)
        return tr("ticked, {ticket}", ticket=told) if ticket.id in self._ticked else told

    def _look(self, ticket: Ticket) -> RowLook:
        is_changed = ticket.id in self._changed
        return RowLook(
            mark="changed" if is_changed else "",
            is_handled=not ticket.is_working,
            is_strong=is_changed or ticket.status == "new",
            is_ticked=ticket.id in self._ticked,
        )

    def _in_sight(self) -> dict[int, list[Ticket | None]]:
        """The pages held; one that is stale and was not read again yet is still shown."""
        held = {**self._old, **self._pages}
        return dict(list(held.items())[-PAGES_KEPT:])

    def _untick_gone(self) -> None:
        """Nothing is ticked that cannot be seen: what is done to ticked rows must not reach others."""
        if self._ticked:
            keys = frozenset(self._keys)
            self._ticked = {id_: each for id_, each in self._ticked.items() if each[0] in keys}

    def _repaint(self) -> None:
        if self._keys:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._keys) - 1, 0))


_ROLES: Final = frozenset({roles.ROW, roles.LOOK, Qt.ItemDataRole.AccessibleTextRole})


def _index(keys: Sequence[int], key: int) -> int:
    try:
        return keys.index(key)
    except ValueError:
        return -1


def sentence(ticket: Ticket, now_at: Moment) -> str:
    """A ticket's row as a screen reader says it."""
    clock = sla.clock(ticket, now_at)
    is_running = ticket.is_working and clock.state != sla.PAUSED
    left = "" if clock.left_ms is None or not is_running else duration(clock.left_ms)
    parts = [
        ticket.number,
        f"P{ticket.priority}" if ticket.priority else "",
        one_line(ticket.title),
        ticket.status,
        tr("breached by {time}", time=left.removeprefix("-")) if left.startswith("-") else left and f"{left} left",
        tr("assigned to {who}", who=one_line(ticket.assignee)) if ticket.assignee else tr("not assigned"),
    ]
    return ", ".join(part for part in parts if part)
