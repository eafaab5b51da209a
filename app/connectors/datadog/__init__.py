"""Datadog: monitors and their groups as rows, hosts that report, downtimes; downtimes are set and ended from here.

Facts: Datadog's public API descriptions, v1 (monitors, hosts) and v2 (downtimes), and answers recorded by its own
clients. The secret holds the API key and, on its second line, the application key. The address is that of the API, as
https://api.datadoghq.eu.
"""

from __future__ import annotations

from app.base.clock import Clock, SystemClock
from app.base.errors import NeedsSignIn
from app.base.secret import Secret
from app.base.text import tr
from app.connectors.datadog.source import DatadogSource
from app.connectors.http import Deadlines, HttpClient
from app.connectors.sign_in import HeaderToken
from app.connectors.trust import Trust
from app.domain.source import Source

API_KEY = "DD-API-KEY"
APPLICATION_KEY = "DD-APPLICATION-KEY"


def open_datadog(source: Source, secret: Secret | None, clock: Clock | None = None) -> DatadogSource:
    """The connector; nothing is sent yet. Raises NeedsSignIn without both keys."""
    clock = clock or SystemClock()
    client = HttpClient(
        source.name,
        _root(source.url),
        sign_in=HeaderToken(_keys(source, secret)),
        trust=Trust(ca_file=source.ca_file, pin_sha256=source.fingerprint),
        deadlines=Deadlines(total_s=source.deadline_s),
        clock=clock,
    )
    return DatadogSource(source, client, clock)


def _keys(source: Source, secret: Secret | None) -> dict[str, Secret]:
    lines = [line.strip() for line in secret.reveal().splitlines() if line.strip()] if secret is not None else []
    if len(lines) != 2:
        raise NeedsSignIn(
            tr("The two keys of {name} are not known.", name=source.name),
            hint=tr("Its secret holds the API key on the first line and the application key on the second: remove the"
                    " source and add it again with --secret-file or --secret-stdin."),
            concerns=source.name,
        )  # fmt: skip
    return {API_KEY: Secret(lines[0]), APPLICATION_KEY: Secret(lines[1])}


def _root(url: str) -> str:
    """People give the address with and without the API's folder."""
    folder = url.rstrip("/")
    for ending in ("/api/v1", "/api/v2", "/api"):
        folder = folder.removesuffix(ending)
    return folder + "/"
