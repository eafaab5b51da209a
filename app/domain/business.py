"""Business services: what customers notice, rolled up from hosts and services by rule.

    any       down as soon as one part is critical or down
    all       down when every part is; degraded when some are
    weighted  down when the share of bad parts reaches ``down_share``, degraded at half of it

A part in trouble that is not critical puts it at risk. Handled parts count: customers notice them all the same.
Any stale part makes the whole unknown unless it is already down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.base.errors import Refused
from app.base.text import tr
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


_CHECKS: Final[tuple[tuple[str, Callable[[BusinessService], bool], str], ...]] = (
    ("name", lambda service: not service.name.strip(), "A business service needs a name."),
    (
        "members",
        lambda service: not service.members.strip(),
        "A business service needs parts: say which rows they are.",
    ),
    ("rule", lambda service: service.rule not in RULES, "There is no such rule: use any, all or weighted."),
    (
        "down_share",
        lambda service: not 0 < service.down_share <= 1,
        "The share lies above 0 and at most at 100 per cent.",
    ),
)


def check_service(service: BusinessService) -> None:
    """Raises Refused, with the field, for a service that could never be judged."""
    for field, is_wrong, sentence in _CHECKS:
        if is_wrong(service):
            raise Refused(tr(sentence), field=field)


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
