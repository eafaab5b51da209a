"""Zabbix 6.0 and newer: reads through its JSON-RPC API, acts through events, maintenances and tasks.

Facts: Zabbix 6.0.14 as it answered; where newer versions differ, their published API descriptions. With a user the
secret is that user's password (``user.login``); without one it is an API token. The address's fragment may hold what
was chosen of it: see ``options``.
"""

from __future__ import annotations

from typing import Final

from app.base.clock import Clock, SystemClock
from app.base.errors import NeedsSignIn
from app.base.secret import Secret
from app.base.text import tr
from app.connectors.http import Deadlines, HttpClient
from app.connectors.trust import Trust
from app.connectors.zabbix.options import read_options
from app.connectors.zabbix.rpc import PATH, Bearer, Rpc
from app.connectors.zabbix.source import ZabbixSource
from app.domain.source import Source

_PAGES: Final = (PATH, "index.php", "zabbix.php")


def open_zabbix(source: Source, secret: Secret | None, clock: Clock | None = None) -> ZabbixSource:
    """The connector; nothing is sent yet. Raises NeedsSignIn without a secret."""
    if secret is None:
        what = tr("password of {user}", user=source.user) if source.user else tr("API token")
        raise NeedsSignIn(
            tr("The {what} for {name} is not known.", what=what, name=source.name),
            hint=tr("Remove the source and add it again with --user, or name a file with --secret-file."),
            concerns=source.name,
        )
    clock, bearer = clock or SystemClock(), Bearer()
    client = HttpClient(
        source.name,
        _folder(source.url),
        sign_in=bearer,
        trust=Trust(ca_file=source.ca_file, pin_sha256=source.fingerprint),
        deadlines=Deadlines(total_s=source.deadline_s),
        clock=clock,
    )
    return ZabbixSource(
        source, Rpc(client, bearer, source.user, secret), str(client.base), read_options(source.url), clock
    )


def _folder(url: str) -> str:
    """Where Zabbix' pages are: people give the address of a page, or of the API, as often."""
    folder = url.partition("#")[0].partition("?")[0].rstrip("/")
    for page in _PAGES:
        folder = folder.removesuffix(f"/{page}")
    return folder + "/"
