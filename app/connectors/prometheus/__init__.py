"""Prometheus and Alertmanager: reads rules, targets, alerts and silences; acts through silences.

Facts: Prometheus 2.42 (api/v1) and Alertmanager 0.25 (api/v2) as they answered. A source of kind ``prometheus`` names
its Alertmanager in ``alertmanager_url``; one of kind ``alertmanager`` stands alone. The same user and secret are used
for both; without a user, the secret is a bearer token.
"""

from __future__ import annotations

from app.base.clock import Clock, SystemClock
from app.base.errors import NeedsSignIn
from app.base.secret import Secret
from app.base.text import tr
from app.connectors.http import Deadlines, HttpClient
from app.connectors.prometheus.source import PrometheusSource
from app.connectors.sign_in import Basic, HeaderToken, SignIn
from app.connectors.trust import Trust
from app.domain.source import Source


def open_prometheus(source: Source, secret: Secret | None, clock: Clock | None = None) -> PrometheusSource:
    """The connector of a Prometheus; nothing is sent yet. Raises NeedsSignIn when a user has no password."""
    second = source.alertmanager_url
    clock, sign_in = clock or SystemClock(), _sign_in(source, secret)
    return PrometheusSource(
        source,
        _client(source, source.name, source.url, sign_in, clock),
        _client(source, _second(source), second, sign_in, clock) if second else None,
        clock,
    )


def open_alertmanager(source: Source, secret: Secret | None, clock: Clock | None = None) -> PrometheusSource:
    """The connector of an Alertmanager alone; nothing is sent yet. Raises as ``open_prometheus`` does."""
    clock = clock or SystemClock()
    return PrometheusSource(
        source, None, _client(source, source.name, source.url, _sign_in(source, secret), clock), clock
    )


def _second(source: Source) -> str:
    return tr("the Alertmanager of {name}", name=source.name)


def _client(source: Source, name: str, url: str, sign_in: SignIn | None, clock: Clock) -> HttpClient:
    return HttpClient(
        name,
        _root(url),
        sign_in=sign_in,
        trust=Trust(ca_file=source.ca_file, pin_sha256=source.fingerprint),
        deadlines=Deadlines(total_s=source.deadline_s),
        clock=clock,
    )


def _root(url: str) -> str:
    """People give the address of the pages as often as that of the API."""
    folder = url.rstrip("/")
    for ending in ("/api/v1", "/api/v2"):
        folder = folder.removesuffix(ending)
    return folder + "/"


def _sign_in(source: Source, secret: Secret | None) -> SignIn | None:
    if source.user and secret is None:
        raise NeedsSignIn(
            tr("The password of {user} for {name} is not known.", user=source.user, name=source.name),
            hint=tr("Remove the source and add it again, or name a file with --secret-file."),
            concerns=source.name,
        )
    if secret is None:
        return None
    return Basic(source.user, secret) if source.user else HeaderToken({"Authorization": secret}, prefix="Bearer ")
