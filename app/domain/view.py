"""Saved views of the queue: a name for a query."""

from __future__ import annotations

from app.domain.value import Value


class View(Value, frozen=True, gc=False, kw_only=True):
    """``group``: the heading it stands under. ``icon``: a name of the icon set. ``position``: order in its group."""

    id: str
    name: str
    query: str
    group: str = "Shared"
    icon: str = "list"
    position: int = 0
