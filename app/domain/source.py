"""A connected outside system, as configured. Its secret is in the keyring, never here."""

from __future__ import annotations

from app.domain.value import Value


class Source(Value, frozen=True, gc=False, kw_only=True):
    """``kind``: which connector. ``interval_s`` None: 15 s, 30 s above 5,000 services. ``ca_file`` and
    ``fingerprint`` (SHA-256, hex) narrow which certificate is believed. ``secret_file``: an owner-only file, for
    headless use, instead of the keyring. ``alertmanager_url``: where a Prometheus sends its alerts, or empty."""

    id: str
    name: str
    kind: str
    url: str = ""
    user: str = ""
    interval_s: float | None = None
    deadline_s: float = 15.0
    environment: str = "production"
    ca_file: str = ""
    fingerprint: str = ""
    secret_file: str = ""
    enabled: bool = True
    alertmanager_url: str = ""
