"""What every use case that writes is handed: the store, the time, ids, and who is at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from app.ports import Clock, IdMaker, Store


@dataclass(frozen=True, slots=True)
class Work:
    """``me``: the person's name, written into history and audit. ``origin``: which face is calling."""

    store: Store
    clock: Clock
    ids: IdMaker
    me: str
    origin: str = ""
