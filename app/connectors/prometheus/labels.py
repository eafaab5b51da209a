"""What labels mean here: which host and service an alert is about, and how bad it is. Pure tables and functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.domain import health

HOST_LABELS: Final = ("instance", "host", "hostname", "node", "nodename", "pod", "job")
"""The first that an alert carries names its host."""

ABOUT_SOURCE: Final = frozenset({"cluster", "prometheus", "prometheus_replica", "replica", "monitor"})
"""Names that external labels usually have: they say who told, not what it is about."""

SEVERITIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("critical", "crit", "page", "error", "emergency", "fatal", "disaster", "high"), health.CRITICAL),
    **dict.fromkeys(("warning", "warn", "average", "medium", "minor", "info", "low", "notice"), health.WARNING),
    "none": health.OK,
}
"""A label that is missing or not known here means unknown: nothing that fires is painted well by guess."""

WATCHDOGS: Final = frozenset({"watchdog", "deadmansswitch"})
"""Alerts that fire always, so that their silence tells."""

_HOST_ALERT: Final = re.compile(r"(host|instance|node|server|machine)_?(is_?)?down", re.IGNORECASE)
_PORT: Final = re.compile(r"(.+):\d{1,5}")
_TEXTS: Final = ("summary", "message", "title", "description")


def host_of(labels: Mapping[str, str], otherwise: str) -> str:
    """The host's name; the port of an exporter is not part of it."""
    found = next((labels[name] for name in HOST_LABELS if labels.get(name)), otherwise)
    with_port = _PORT.fullmatch(found)
    return with_port[1].strip("[]") if with_port else found


def is_host_alert(labels: Mapping[str, str]) -> bool:
    """Whether the alert says that its host is down."""
    return "service" not in labels and bool(_HOST_ALERT.fullmatch(labels.get("alertname", "")))


def name_of(labels: Mapping[str, str]) -> str:
    """The service: its ``service`` label, else the alert's name; labels that tell alerts of one name apart follow."""
    used = {"alertname", "severity", "service", "job", *ABOUT_SOURCE}
    used.add(next((name for name in HOST_LABELS if labels.get(name)), ""))
    extras = " ".join(f"{name}={value}" for name, value in sorted(labels.items()) if name not in used and value)
    alert, service = labels.get("alertname", ""), labels.get("service", "")
    words = (service, alert, extras) if extras and service else (service or alert, extras)
    return " ".join(word for word in words if word) or "alert"


def key_of(labels: Mapping[str, str], source: str) -> tuple[str, str]:
    """(host, service) of the row that these labels mean; the service is empty for a host's own alert."""
    return host_of(labels, source), "" if is_host_alert(labels) else name_of(labels)


def is_watchdog(labels: Mapping[str, str]) -> bool:
    """Whether this alert is meant to fire always."""
    return labels.get("alertname", "").casefold() in WATCHDOGS


def state_of(labels: Mapping[str, str]) -> str:
    """The state of a service whose alert this is."""
    if is_watchdog(labels):
        return health.OK
    return SEVERITIES.get(labels.get("severity", "").casefold(), health.UNKNOWN)


def text_of(annotations: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The sentence about it, as plain text."""
    return next((annotations[key] for key in _TEXTS if annotations.get(key)), labels.get("alertname", ""))


def tags_of(labels: Mapping[str, str]) -> tuple[str, ...]:
    """All labels as ``name=value``."""
    return tuple(f"{name}={value}" for name, value in sorted(labels.items()))


def scope_of(labels: Mapping[str, str], *, exact: bool) -> tuple[tuple[str, str], ...]:
    """What a silence must match: all labels, or those that stay while the alert gets better or worse."""
    left_out = set() if exact else {"severity"}
    if not exact and labels.get("service") and name_of(labels) == labels["service"]:
        left_out.add("alertname")
    return tuple(sorted((name, value) for name, value in labels.items() if name not in left_out and value))


def spelled(labels: Mapping[str, str]) -> str:
    """A series as Prometheus spells it: ``up{instance="web-1"}``; empty when it has no labels at all."""
    pairs = ", ".join(f"{key}={quoted(text)}" for key, text in sorted(labels.items()) if key != "__name__")
    return labels.get("__name__", "") + (f"{{{pairs}}}" if pairs else "")


def quoted(text: str) -> str:
    """A label's value as an expression holds it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
