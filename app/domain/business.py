"""Business services: what customers notice, rolled up from hosts and services by rule.

    any       down as soon as one part is critical or down
    all       down when every part is; degraded when some are
    weighted  down when the share of bad parts reaches ``down_share``, degraded at half of it

A part in trouble that is not critical puts it at risk. Handled parts count: customers notice them all the same.
Any stale part makes the whole unknown unless it is already down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.domain import health
from app.domain.value import Value

ANY: Final = "any"
ALL: Final = "all"
WEIGHTED: Final = "weighted"
RULES: Final = (ANY, ALL, WEIGHTED)

WORKING: Final = "working"
AT_RISK: Final = "at_risk"
DEGRADED: Final = "degraded"
DOWN: Final = "down"
UNKNOWN: Final = "unknown"

_BAD = frozenset({health.CRITICAL, health.DOWN, health.UNREACHABLE})
_RISKY = frozenset({health.WARNING, health.UNKNOWN})


class BusinessService(Value, frozen=True, gc=False, kw_only=True):
    """``members``: a query over health rows that says which rows are its parts."""

    id: str
    name: str
    members: str
    rule: str = ANY
    down_share: float = 0.5


def roll_up(service: BusinessService, states: Sequence[str]) -> str:
    """The state of a business service from its parts' states (``stale`` among them where a part is stale)."""
    if not states:
        return UNKNOWN
    bad = sum(state in _BAD for state in states)
    if _is_down(service, bad, len(states)):
        return DOWN
    if health.STALE in states:
        return UNKNOWN
    if bad and (service.rule != WEIGHTED or bad / len(states) >= service.down_share / 2):
        return DEGRADED
    return AT_RISK if bad or any(state in _RISKY for state in states) else WORKING


def _is_down(service: BusinessService, bad: int, total: int) -> bool:
    if service.rule == ANY:
        return bad > 0
    if service.rule == ALL:
        return bad == total
    return bad / total >= service.down_share
