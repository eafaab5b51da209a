"""Icinga 2: reads and acts through its REST API.

Facts: Icinga 2.13.6 (api/v1) as it answered: a POST must accept application/json, reads with a body are POSTs that
say ``X-HTTP-Method-Override: GET``; 404 stands for “not found” and for “not permitted” alike.
"""

from __future__ import annotations

from app.base.clock import Clock, SystemClock
from app.base.errors import NeedsSignIn
from app.base.secret import Secret
from app.base.text import tr
from app.connectors.http import Deadlines, HttpClient
from app.connectors.icinga2.api import Api
from app.connectors.icinga2.source import Icinga2Source
from app.connectors.sign_in import Basic
from app.connectors.trust import Trust
from app.domain.source import Source


def open_icinga2(source: Source, secret: Secret | None, clock: Clock | None = None) -> Icinga2Source:
    """The connector; nothing is sent yet. Raises NeedsSignIn when there is no user or no password."""
    if not source.user or secret is None:
        raise NeedsSignIn(
            tr("The API user of {name}, or its password, is not known.", name=source.name),
            hint=tr("Remove the source and add it again with --user, or name a file with --secret-file."),
            concerns=source.name,
        )
    clock = clock or SystemClock()
    client = HttpClient(
        source.name,
        _root(source.url),
        sign_in=Basic(source.user, secret),
        trust=Trust(ca_file=source.ca_file, pin_sha256=source.fingerprint),
        deadlines=Deadlines(total_s=source.deadline_s),
        clock=clock,
    )
    return Icinga2Source(source, Api(source.name, client), clock)


def _root(url: str) -> str:
    """People give the server's address as often as that of its API."""
    return url.rstrip("/").removesuffix("/v1") + "/v1/"
