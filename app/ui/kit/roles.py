"""What an item model tells a table beside text. Owns the roles and their values; no widgets, so models may import it.

A model answers ``ROW`` with the row's value, or with a ``Section`` for a section row (whose flags are
``NoItemFlags``, so that the keyboard passes over it), and ``LOOK`` with a ``RowLook`` or None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import Qt

ROW: Final = Qt.ItemDataRole.UserRole + 1
"""The row's value, handed to the painter functions; None while its page is being read."""
LOOK: Final = Qt.ItemDataRole.UserRole + 2
"""A ``RowLook``; None means the plain one."""
SECTION: Final = Qt.ItemDataRole.UserRole + 3
"""Row number of the section row that this row belongs to; None when the table has no sections."""

Mark = Literal["", "new", "changed", "pending", "failed", "conflict"]


@dataclass(frozen=True, slots=True)
class RowLook:
    """How a row is drawn beside its values. ``is_handled`` steps its text down; ``is_strong`` is weight 600."""

    mark: Mark = ""
    is_handled: bool = False
    is_strong: bool = False
    is_ticked: bool = False
    is_blinking: bool = False


PLAIN_LOOK: Final = RowLook()


@dataclass(frozen=True, slots=True)
class Section:
    """A section row: ``Unhandled 16  worst first, then newest``."""

    id: str
    title: str
    count: int = 0
    note: str = ""
    is_folded: bool = False
    can_fold: bool = True
