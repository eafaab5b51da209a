"""The systems that the contract of health sources is held against: the simulated, fakes of each kind, real servers.

A new kind is a function here and a line in ``REMOTES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any, Final

import pytest

from app.base.clock import MINUTE, SystemClock
from app.base.secret import Secret
from app.connectors.icinga2 import open_icinga2
from app.connectors.livestatus import open_livestatus
from app.connectors.nagios import open_nagios
from app.connectors.prometheus import open_prometheus
from app.connectors.simulated import open_simulated
from app.domain import command as verbs
from app.domain.command import DONE, REFUSED
from app.domain.source import Source
from app.ports import HealthSource
from tests.contract.conftest import PrometheusPeer
from tests.contract.icinga2_peer import Icinga2Peer
from tests.contract.zabbix_peer import ZabbixPeer, zabbix
from tests.fakes.icinga2_server import Icinga2Server
from tests.fakes.livestatus_server import OLD, LivestatusServer
from tests.fakes.nagios_server import NagiosServer
from tests.fakes.prometheus_server import PrometheusServer
from tests.fakes.zabbix_server import ZabbixServer
from tests.plugins.peers import NagiosPeer

NAME: Final = "main"
START_DEADLINE_S: Final = 600


@dataclass(frozen=True)
class Remote:
    """One system. ``guest``: the same, for a user who may only read and sees less, or ``guest_sees_all``;
    None where there is none.
    ``start_slack_ms``: how much later than asked a downtime may begin there, when it was to begin by now.
    ``grain_ms``: to what times are rounded there. ``rechecks``: what becomes of asking for a check of a problem.
    ``ends_acks``: whether an acknowledgement can end by itself.
    ``lag_ms``: how long after a host changed its services may still tell what was before, until their next check."""

    admin: HealthSource
    guest: HealthSource | None = None
    guest_sees_all: bool = False
    start_slack_ms: int = 0
    lag_ms: int = 0
    grain_ms: int = 1000
    rechecks: str = DONE
    ends_acks: bool = True

    @property
    def talk(self) -> str:
        """The verb that leaves a text: a comment, or where there are none an acknowledgement."""
        return verbs.COMMENT if verbs.COMMENT in self.admin.verbs else verbs.ACKNOWLEDGE


Request = pytest.FixtureRequest
Opened = AbstractContextManager[Remote]


@contextmanager
def closing(remote: Remote) -> Iterator[Remote]:
    """Closes both of its connectors."""
    try:
        yield remote
    finally:
        remote.admin.close()
        if remote.guest is not None:
            remote.guest.close()


def nagios(url: str, user: str, password: str) -> HealthSource:
    return open_nagios(Source(id="1", name=NAME, kind="nagios", url=url, user=user), Secret(password))


def prometheus(url: str, alertmanager: str, user: str, password: str) -> HealthSource:
    source = Source(id="1", name=NAME, kind="prometheus", url=url, alertmanager_url=alertmanager, user=user)
    return open_prometheus(source, Secret(password))


def icinga2(url: str, user: str, password: str, ca: str = "") -> HealthSource:
    return open_icinga2(Source(id="1", name=NAME, kind="icinga2", url=url, user=user, ca_file=ca), Secret(password))


def livestatus(url: str) -> HealthSource:
    return open_livestatus(Source(id="1", name=NAME, kind="livestatus", url=url))


def simulated(_request: Request) -> Opened:
    source = Source(id="1", name=NAME, kind="simulated", url="simulated:?seed=7")
    return closing(Remote(open_simulated(source, SystemClock()), lag_ms=15 * MINUTE))


def real_nagios(request: Request) -> Opened:
    peer: NagiosPeer = request.getfixturevalue("nagios_peer")
    guest = nagios(peer.url, peer.read_only_user, peer.read_only_password)
    return closing(Remote(nagios(peer.url, peer.user, peer.password), guest, ends_acks=False))


def real_prometheus(request: Request) -> Opened:
    peer: PrometheusPeer = request.getfixturevalue("prometheus_peer")
    return closing(Remote(prometheus(peer.url, peer.alertmanager, peer.user, peer.password), start_slack_ms=5_000))


def real_zabbix(request: Request) -> Opened:
    """Its values are sent to it: no check can be asked for."""
    peer: ZabbixPeer = request.getfixturevalue("zabbix_peer")
    return closing(Remote(peer.admin(), peer.guest(), grain_ms=MINUTE, rechecks=REFUSED, ends_acks=False))


def real_icinga2(request: Request) -> Opened:
    peer: Icinga2Peer = request.getfixturevalue("icinga2_peer")
    guest = icinga2(peer.url, peer.read_only_user, peer.read_only_password, peer.ca)
    return closing(Remote(icinga2(peer.url, peer.user, peer.password, peer.ca), guest, guest_sees_all=True))


def real_livestatus(request: Request) -> Opened:
    """An Icinga 2's: the protocol has no users."""
    peer: Icinga2Peer = request.getfixturevalue("icinga2_peer")
    return closing(Remote(livestatus(peer.livestatus.replace(":", "://", 1)), ends_acks=False))


def fake_nagios(**how: Any) -> Callable[[Request], Opened]:
    @contextmanager
    def opened(_request: Request) -> Iterator[Remote]:
        with NagiosServer(**how) as fake:
            made = [nagios(fake.url, user, f"{user}-pw") for user in ("admin", "guest")]
            with closing(Remote(*made, ends_acks=False)) as remote:
                yield remote

    return opened


def fake_zabbix(version: str) -> Callable[[Request], Opened]:
    @contextmanager
    def opened(_request: Request) -> Iterator[Remote]:
        with ZabbixServer(version) as fake:
            made = [zabbix(fake.url, user, f"{user}-pw") for user in ("admin", "guest")]
            with closing(Remote(*made, grain_ms=MINUTE, ends_acks=False)) as remote:
                yield remote

    return opened


@contextmanager
def fake_prometheus(_request: Request) -> Iterator[Remote]:
    with PrometheusServer() as fake:
        remote = Remote(prometheus(fake.url, fake.url, "admin", "admin-pw"), start_slack_ms=5_000)
        with closing(remote):
            yield remote


@contextmanager
def fake_icinga2(_request: Request) -> Iterator[Remote]:
    with Icinga2Server() as fake:
        made = [icinga2(fake.url, user, f"{user}-pw") for user in ("admin", "guest")]
        with closing(Remote(*made, guest_sees_all=True)) as remote:
            yield remote


def fake_livestatus(**how: Any) -> Callable[[Request], Opened]:
    @contextmanager
    def opened(_request: Request) -> Iterator[Remote]:
        with LivestatusServer(**how) as fake, closing(Remote(livestatus(fake.url), ends_acks=False)) as remote:
            yield remote

    return opened


_ODD_ZONE: Final = timezone(timedelta(hours=-9, minutes=-30))
REMOTES: Final[Mapping[str, Callable[[Request], Opened]]] = {
    "simulated": simulated,
    "fake-nagios-basic": fake_nagios(sign_in="basic"),
    "fake-nagios-digest": fake_nagios(sign_in="digest", date_format="us", zone=_ODD_ZONE),
    "fake-prometheus": fake_prometheus,
    "fake-zabbix": fake_zabbix("6.0.14"),
    "fake-zabbix-7": fake_zabbix("7.0.3"),
    "fake-icinga2": fake_icinga2,
    "fake-livestatus": fake_livestatus(),
    "fake-livestatus-icinga2": fake_livestatus(as_icinga=True),
    "fake-livestatus-old": fake_livestatus(keeps=False, missing=OLD),
    "real-nagios": real_nagios,
    "real-prometheus": real_prometheus,
    "real-zabbix": real_zabbix,
    "real-icinga2": real_icinga2,
    "real-livestatus": real_livestatus,
}
_REAL: Final = (pytest.mark.real_server, pytest.mark.timeout(START_DEADLINE_S))
_ANOTHER: Final = frozenset({"fake-nagios-digest", "fake-zabbix-7", "fake-livestatus-icinga2", "fake-livestatus-old"})
"""A second form of a kind that a quick run holds already."""


def _marks(name: str) -> tuple[pytest.MarkDecorator, ...]:
    if name.startswith("real-"):
        return _REAL
    return (pytest.mark.slow,) if name in _ANOTHER else ()


PARAMETERS: Final = [pytest.param(name, marks=_marks(name)) for name in REMOTES]
