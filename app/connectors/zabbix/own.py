"""Rows about the server itself: its proxies, what could not be read, and that it tells of no hosts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.base.clock import SECOND, to_iso
from app.base.text import one_line, tr
from app.connectors.zabbix import due
from app.connectors.zabbix.now import Now
from app.connectors.zabbix.parse import Reject
from app.connectors.zabbix.rows import Place
from app.domain import health
from app.domain.health import HealthRow, health_id

UNREADABLE: Final = "unreadable records"
NO_HOSTS: Final = "monitored hosts"


def own_rows(
    place: Place, now: Now, proxies: Mapping[str, int], rejects: Sequence[Reject], *, is_empty: bool
) -> list[HealthRow]:
    """What concerns the server itself: its proxies (by name, when each last called), what could not be read, and
    that it tells of no hosts. Nothing of that: no rows."""
    found = [_proxy(name, last_s, now) for name, last_s in sorted(proxies.items())]
    if rejects:
        said = "; ".join(f"{what}: {one_line(why)[:120]}" for what, why in rejects[:5])
        words = tr("{count} records could not be read and are left out. {said}", count=len(rejects), said=said)
        found.append((UNREADABLE, health.UNKNOWN, words))
    if is_empty:
        words = tr("No monitored hosts are told: there are none, or this user may see none.")
        found.append((NO_HOSTS, health.UNKNOWN, words))
    if not found:
        return []
    return [_own(place, "", health.UP, tr("It answers.")), *(_own(place, *each) for each in found)]


def _own(place: Place, name: str, state: str, output: str) -> HealthRow:
    return HealthRow(
        id=health_id(place.source, place.source, name), source=place.source,
        kind=health.SERVICE if name else health.HOST, host=place.source, name=name or place.source, state=state,
        output=output, environment=place.environment, url=place.base,
    )  # fmt: skip


def _proxy(name: str, last_s: int, now: Now) -> tuple[str, str, str]:
    title = f"proxy {name}"
    if not last_s:
        return title, health.PENDING, tr("It has never called the server.")
    if due.is_late(last_s, now.server_s):
        words = tr("It last called the server at {at}: what it watches stands still.", at=to_iso(last_s * SECOND))
        return title, health.UNKNOWN, words
    return title, health.OK, tr("It calls the server.")
