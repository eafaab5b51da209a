"""Health: hosts and services as a source tells them, and the words and order of their states."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from app.base.clock import Moment
from app.domain.value import Value

OK: Final = "ok"
WARNING: Final = "warning"
CRITICAL: Final = "critical"
UNKNOWN: Final = "unknown"
PENDING: Final = "pending"
UP: Final = "up"
DOWN: Final = "down"
UNREACHABLE: Final = "unreachable"

SERVICE_STATES: Final = (OK, WARNING, CRITICAL, UNKNOWN, PENDING)
HOST_STATES: Final = (UP, DOWN, UNREACHABLE, PENDING)
GOOD_STATES: Final = frozenset({OK, UP})
# A check that never ran is not a problem yet, and it is not OK either.
NOT_A_PROBLEM: Final = frozenset({OK, UP, PENDING})

STALE: Final = "stale"
WEIGHT: Final[Mapping[str, int]] = {
    DOWN: 0, CRITICAL: 1, UNREACHABLE: 2, UNKNOWN: 3, STALE: 4, WARNING: 5, PENDING: 6, OK: 8, UP: 8,
}  # fmt: skip
"""Worst first (SCREENS 3.1)."""

HOST: Final = "host"
SERVICE: Final = "service"


class HealthRow(Value, frozen=True, gc=False, kw_only=True):
    """One host or service as its source last told it.

    ``name``: the service's description, for a host its own name. ``perf``: raw performance data as the
    plugin printed it. ``expected_by_at``: when its next result is due at the latest, None when the source
    does not say; past it, the row is stale by itself. ``observed_at`` and ``received_at`` are kept per source
    (see ``Snapshot``), since they change with every poll.
    """

    id: str
    source: str
    kind: str
    host: str
    name: str
    state: str
    hard: bool = True
    attempt: int = 1
    max_attempts: int = 1
    since_at: Moment | None = None
    last_check_at: Moment | None = None
    expected_by_at: Moment | None = None
    acknowledged: bool = False
    in_downtime: bool = False
    flapping: bool = False
    suppressed: bool = False
    output: str = ""
    long_output: str = ""
    perf: str = ""
    groups: tuple[str, ...] = ()
    environment: str = ""
    url: str = ""

    @property
    def is_problem(self) -> bool:
        return self.state not in NOT_A_PROBLEM

    @property
    def is_handled(self) -> bool:
        """Somebody knows: acknowledged, in a downtime, or suppressed by what it depends on."""
        return self.acknowledged or self.in_downtime or self.suppressed


class Remark(Value, frozen=True, gc=False, kw_only=True):
    """A comment at the source on a row. ``kind``: ``comment acknowledgement downtime flapping``. ``end_at``: when an
    acknowledgement ends by itself, None when it does not or the source does not tell."""

    row_id: str
    remote_id: str
    kind: str
    author: str
    at: Moment
    text: str
    end_at: Moment | None = None


class Downtime(Value, frozen=True, gc=False, kw_only=True):
    """A planned silence at the source on a row."""

    row_id: str
    remote_id: str
    author: str
    text: str
    start_at: Moment
    end_at: Moment
    fixed: bool = True
    in_effect: bool = False


class Snapshot(Value, frozen=True, gc=False, kw_only=True):
    """A validated, complete answer of a source; nothing less may set freshness (RELIABILITY 5, rule 2).

    ``observed_at``: by the source's own clock, when its data were last brought up to date.
    ``received_at``: by ours. ``skew_s``: source clock minus ours.
    """

    source: str
    rows: tuple[HealthRow, ...]
    remarks: tuple[Remark, ...] = ()
    downtimes: tuple[Downtime, ...] = ()
    observed_at: Moment
    received_at: Moment
    skew_s: float = 0.0
    duration_s: float = 0.0
    received_bytes: int = 0


@lru_cache(maxsize=200_000)
def health_id(source: str, host: str, service: str = "") -> str:
    """The id of a host or service: the same on every desk (UUIDv8 over SHA-256, RFC 9562 5.8; decision 003)."""
    digest = bytearray(hashlib.sha256("\x1f".join((source, host, service)).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def worst(states: list[str]) -> str:
    """The worst of some states; ``ok`` of none."""
    return min(states, key=lambda state: WEIGHT.get(state, 3), default=OK)


def severity(row: HealthRow, is_stale: bool) -> tuple[int, int, int, int]:
    """Sort key of the board, worst first: state, unhandled, hard, newest."""
    state = STALE if is_stale else row.state
    return (WEIGHT.get(state, 3), int(row.is_handled), int(not row.hard), -(row.since_at or 0))
