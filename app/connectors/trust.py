"""How a remote proves who it is: the computer's trust store, an own CA file, or one pinned certificate.

Environment variables of other programs (REQUESTS_CA_BUNDLE, SSLKEYLOGFILE …) have no say here, and there
is no switch that turns the check off.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass

from app.base.errors import EnvironmentTrouble, Refused
from app.base.text import tr

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Trust:
    """At most one of the two; neither means the trust store of this computer.

    ``ca_file``: path of a PEM file. ``pin_sha256``: fingerprint of the server's certificate, 64 hex digits,
    colons and capitals allowed; a pinned certificate may be self-signed, expired or carry another name.
    """

    ca_file: str = ""
    pin_sha256: str = ""

    def fingerprint(self) -> str:
        """The pin as 64 lower-case hex digits, or empty. Raises Refused for anything else."""
        pin = self.pin_sha256.replace(":", "").replace(" ", "").lower()
        if pin and not _SHA256_HEX.fullmatch(pin):
            raise Refused(
                tr("The certificate's fingerprint must be SHA-256: 64 hexadecimal digits."),
                field="pin_sha256",
            )
        return pin


def tls_context(trust: Trust) -> ssl.SSLContext:
    """A client context, TLS 1.2 or newer. Raises Refused (both given) or EnvironmentTrouble (bad CA file)."""
    if trust.ca_file and trust.pin_sha256:
        raise Refused(tr("Give either a CA file or a fingerprint, not both."), field="pin_sha256")
    if trust.fingerprint():
        return _pinned_context()
    if trust.ca_file:
        return _own_ca_context(trust.ca_file)
    return _system_context()


def _system_context() -> ssl.SSLContext:
    import truststore  # only needed once something is asked over the network

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _own_ca_context(ca_file: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError):
        problem = EnvironmentTrouble(
            tr("The CA file cannot be read: {path}.", path=ca_file),
            hint=tr("It must be a readable PEM file. Nothing was sent."),
            concerns=ca_file,
        )
    else:
        return context
    raise problem


def _pinned_context() -> ssl.SSLContext:
    """Without a chain check: the HTTP layer compares the fingerprint before it sends a byte."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
