"""What a write touched, and the cancel token. Values that travel from the use cases to whoever shows them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.base.errors import Cancelled

TICKETS = "tickets"
ARTICLES = "articles"
HEALTH = "health"
SOURCES = "sources"
VIEWS = "views"
DRAFTS = "drafts"
KINDS = (TICKETS, ARTICLES, HEALTH, SOURCES, VIEWS, DRAFTS)

EVERYTHING = frozenset({"*"})
"""Stands for "any id of this kind": an import or a restored backup."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Kinds and ids of a write, and where it came from, so that an editor can ignore its own echo."""

    ids: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""

    @classmethod
    def of(cls, kind: str, ids: Iterable[str], origin: str = "") -> Touched:
        return cls(MappingProxyType({kind: frozenset(ids)}), origin)

    def __bool__(self) -> bool:
        return any(self.ids.values())

    def __or__(self, other: Touched) -> Touched:
        """Both together; the origin survives only when it is the same."""
        kinds = set(self.ids) | set(other.ids)
        empty: frozenset[str] = frozenset()
        merged = {kind: self.ids.get(kind, empty) | other.ids.get(kind, empty) for kind in kinds}
        return Touched(MappingProxyType(merged), self.origin if self.origin == other.origin else "")

    def touches(self, kind: str, id_: str | None = None) -> bool:
        """Whether this kind, or this one thing of it, was written."""
        ids = self.ids.get(kind)
        return bool(ids) and (id_ is None or id_ in ids or "*" in ids)  # type: ignore[operator]


class CancelToken:
    """Asked between steps of long work. Safe on any lane."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        return self._event.is_set()

    def check(self) -> None:
        """Raises Cancelled once cancelled."""
        if self._event.is_set():
            raise Cancelled("Stopped.")

    def wait(self, timeout_s: float) -> bool:
        """Sleep that ends early on cancel; True when cancelled."""
        return self._event.wait(timeout_s)
