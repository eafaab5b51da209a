"""What a source can be asked to do, and in its own words why not the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType


class Capabilities(frozenset[str]):
    """The verbs that a source takes (``app.domain.command``). ``reasons``: why it lacks others, a sentence each."""

    reasons: Mapping[str, str]

    def __new__(cls, verbs: Iterable[str] = (), reasons: Mapping[str, str] | None = None) -> Capabilities:
        made = super().__new__(cls, verbs)
        made.reasons = MappingProxyType(dict(reasons or {}))
        return made


def why_not(verbs: frozenset[str], verb: str) -> str:
    """The source's own reason for lacking a verb; empty when it gives none."""
    return verbs.reasons.get(verb, "") if isinstance(verbs, Capabilities) else ""
