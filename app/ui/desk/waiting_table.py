"""A table in which nothing moves under the hand: owns when an order waits, and lets it in when nothing holds it.

What an order is, and how values change in place meanwhile, is the table's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from app.ui.kit.column import Column
from app.ui.kit.table import DenseTable, is_menu_open


class WaitingTable(DenseTable):
    """The order waits while the pointer is inside, rows are ticked, a menu is open, or a person holds it."""

    moved = Signal(int)
    """So many rows of the waiting order would move; 0: none waits."""
    ticked = Signal()
    """Other rows are ticked."""

    def __init__(self, columns: Sequence[Column], *, density: str, parent: QWidget) -> None:
        super().__init__(columns, density=density, parent=parent)
        self.is_holding = False
        self._waiting: Any = None
        self._is_pointer_inside = False
        self.pointer_inside.connect(self._pointer)

    def hold(self, is_holding: bool) -> None:
        """Keep the order until told otherwise."""
        self.is_holding = is_holding
        if not is_holding:
            self.release()

    def release(self) -> bool:
        """Let the waiting order in now; False when none waits."""
        waiting = self._waiting
        if waiting is not None:
            self._take(waiting)
        return waiting is not None

    def _must_wait(self) -> bool:
        """Whether another order must wait. A list without rows has none that could slip away."""
        if not self.model().rowCount():
            return False
        return self.is_holding or self._is_pointer_inside or self._has_ticks() or is_menu_open()

    def _let_wait(self, order: Any, moved: int) -> None:
        """This order, in which so many rows are elsewhere, comes in later."""
        self._waiting = order
        self.moved.emit(max(1, moved))

    def _nothing_waits(self) -> None:
        self._waiting = None
        self.moved.emit(0)

    def _release_if_free(self) -> None:
        if not self._must_wait():
            self.release()

    def _has_ticks(self) -> bool:
        raise NotImplementedError

    def _take(self, order: Any) -> None:
        """Put this order in place, and say that nothing waits."""
        raise NotImplementedError

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pointer(False)  # nobody points at what is out of sight

    def _pointer(self, is_inside: bool) -> None:
        self._is_pointer_inside = is_inside
        self._release_if_free()
