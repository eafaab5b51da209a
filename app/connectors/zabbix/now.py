"""What holds now, as one status told it, beside the estate that changes seldom. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.base.clock import SECOND, Moment
from app.connectors.zabbix.records import HostStatus, Maintenance, Problem, Reading, TriggerValue

NO_STATUS = HostStatus(hostid="0")


@dataclass(frozen=True, slots=True)
class Now:
    """By id. ``problems``: by trigger. ``late``: proxies that have not called lately -> when they last did (s).
    ``planned``: by host, the maintenances that reach it and have not ended. ``gone``: hosts that do not answer."""

    statuses: Mapping[str, HostStatus] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    trigger_faults: Mapping[str, str] = field(default_factory=dict)
    item_faults: Mapping[str, str] = field(default_factory=dict)
    maintenances: Mapping[str, Maintenance] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)
    planned: Mapping[str, tuple[Maintenance, ...]] = field(default_factory=dict)
    values: Mapping[str, TriggerValue] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()
    server_at: Moment = 0
    skew_ms: int = 0

    def status(self, host_id: str) -> HostStatus:
        return self.statuses.get(host_id, NO_STATUS)

    def lastclock(self, item_id: str) -> int:
        found = self.readings.get(item_id)
        return found.lastclock if found is not None else 0

    def resting(self) -> list[Maintenance]:
        """The maintenances that have not ended."""
        return [each for each in self.maintenances.values() if each.active_till > self.server_s]

    @property
    def server_s(self) -> int:
        return self.server_at // SECOND
