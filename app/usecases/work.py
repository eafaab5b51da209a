"""What every use case that writes is handed: the store, the time, ids, and who is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.ports import Clock, IdMaker, Store

DESK: Final = "desk"
"""The origin of what is done in the window: the only face that keeps drafts."""


@dataclass(frozen=True, slots=True)
class Work:
    """``me``: the person's name, written into history and audit. ``origin``: which face is calling."""

    store: Store
    clock: Clock
    ids: IdMaker
    me: str
    origin: str = ""

    @property
    def uses_drafts(self) -> bool:
        """Whether a save here was typed into a draft. One from elsewhere must leave what somebody is typing."""
        return self.origin == DESK
