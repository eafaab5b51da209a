"""Nagios Core 4: reads through its JSON CGIs, acts through cmd.cgi.

Facts: Nagios Core 4.4.6, statusjson.cgi, objectjson.cgi and cmd.cgi as they answered; command numbers from
NagiosEnterprises/nagioscore, include/common.h.
"""

from __future__ import annotations

from app.base.clock import Clock, SystemClock
from app.base.errors import NeedsSignIn
from app.base.secret import Secret
from app.base.text import tr
from app.connectors.http import Challenged, Deadlines, HttpClient
from app.connectors.nagios.source import NagiosSource
from app.connectors.sign_in import SignIn
from app.connectors.trust import Trust
from app.domain.source import Source


def open_nagios(source: Source, secret: Secret | None, clock: Clock | None = None) -> NagiosSource:
    """The connector; nothing is sent yet. Raises NeedsSignIn when a user is given without a password."""
    sign_in: SignIn | None = None
    if source.user:
        if secret is None:
            raise NeedsSignIn(
                tr("The password of {user} for {name} is not known.", user=source.user, name=source.name),
                hint=tr("Remove the source and add it again, or name a file with --secret-file."),
                concerns=source.name,
            )
        sign_in = Challenged(source.user, secret)
    clock = clock or SystemClock()
    client = HttpClient(
        source.name,
        _cgi_folder(source.url),
        sign_in=sign_in,
        trust=Trust(ca_file=source.ca_file, pin_sha256=source.fingerprint),
        deadlines=Deadlines(total_s=source.deadline_s),
        clock=clock,
    )
    return NagiosSource(source, client, clock)


def _cgi_folder(url: str) -> str:
    """Where the CGIs are: people give the address of Nagios' pages (…/nagios4) as often as that of its CGIs."""
    folder = url.rstrip("/")
    return f"{folder}/cgi-bin/" if folder.rpartition("/")[2].startswith("nagios") else f"{folder}/"
