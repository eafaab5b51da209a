"""Which hosts there are, what is checked on them and who stands behind whom: a table, and its larger copies."""

from __future__ import annotations

from typing import Final

from app.domain.value import Value

STEMS: Final[tuple[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...], str], ...]] = (
    # host, groups, (service, kind of check), the host that it stands behind
    ("core-sw-1", ("network", "frankfurt"), (("uplink", "uplink"), ("temperature", "temperature")), ""),
    ("edge-ham-1", ("network", "hamburg"), (("uplink", "uplink"), ("temperature", "temperature")), ""),
    ("shop-web-1", ("web", "shop", "frankfurt"),
     (("http", "http"), ("cpu", "cpu"), ("memory", "memory"), ("disk /var/log", "disk"),
      ("certificate", "certificate")), ""),
    ("shop-web-2", ("web", "shop", "frankfurt"),
     (("http", "http"), ("cpu", "cpu"), ("memory", "memory"), ("disk /var/log", "disk")), ""),
    ("checkout-1", ("web", "checkout", "frankfurt"),
     (("http", "http"), ("orders", "orders"), ("error rate", "errors"), ("heap", "heap")), ""),
    ("payments-api-1", ("payments", "frankfurt"),
     (("card authorisation p95", "authorisation"), ("http", "http"), ("connection pool", "connections"),
      ("memory", "memory"), ("certificate", "certificate")), ""),
    ("payments-api-2", ("payments", "frankfurt"),
     (("card authorisation p95", "authorisation"), ("http", "http"), ("connection pool", "connections"),
      ("memory", "memory")), ""),
    ("payments-db-1", ("database", "payments", "frankfurt"),
     (("connections", "connections"), ("replication lag", "replication"), ("disk /data", "disk slow"),
      ("slow queries", "queries")), ""),
    ("ledger-db-1", ("database", "ledger", "frankfurt"),
     (("connections", "connections"), ("replication lag", "replication"), ("disk /data", "disk slow"),
      ("backup", "backup")), ""),
    ("ledger-batch-1", ("batch", "ledger", "frankfurt"),
     (("end of day", "job"), ("payment files", "files"), ("disk /var/spool", "disk")), ""),
    ("search-1", ("search", "shop", "frankfurt"), (("http", "http"), ("heap", "heap"), ("index age", "index")), ""),
    ("search-2", ("search", "shop", "frankfurt"), (("http", "http"), ("heap", "heap"), ("index age", "index")), ""),
    ("auth-1", ("sign-in", "frankfurt"),
     (("sign-in", "sign-in"), ("certificate", "certificate"), ("http", "http")), ""),
    ("queue-1", ("messaging", "frankfurt"),
     (("orders.confirm depth", "queue"), ("invoices depth", "queue"), ("memory", "memory")), ""),
    ("mail-relay-1", ("mail", "frankfurt"), (("mail queue", "mail"), ("ssh", "ssh")), ""),
    ("warehouse-1", ("warehouse", "hamburg"), (("stock feed", "feed"), ("disk /", "disk slow")), ""),
    ("pos-ham-1", ("shops", "hamburg"), (("terminals", "terminals"), ("ssh", "ssh")), "edge-ham-1"),
    ("pos-ham-2", ("shops", "hamburg"), (("terminals", "terminals"), ("ssh", "ssh")), "edge-ham-1"),
    ("backup-1", ("backup", "frankfurt"),
     (("nightly backup", "backup"), ("disk /backup", "disk slow"), ("tape library", "job")), ""),
)  # fmt: skip
NEVER_CHECKED: Final = ("backup-1", "tape library")
"""Its first run is still to come."""


class SimulatedHost(Value, frozen=True, gc=False):
    """``checks``: (service, kind). ``behind``: the host through which it is reached, or empty."""

    name: str
    groups: tuple[str, ...]
    checks: tuple[tuple[str, str], ...]
    behind: str = ""


def small_estate() -> tuple[SimulatedHost, ...]:
    """60 services on 19 hosts."""
    return tuple(SimulatedHost(*stem) for stem in STEMS)


def large_estate(hosts: int, services: int) -> tuple[SimulatedHost, ...]:
    """So many hosts with so many services each, in the likeness of the small one."""
    return tuple(_copy(number, services) for number in range(hosts))


def _copy(number: int, services: int) -> SimulatedHost:
    lap, place = divmod(number, len(STEMS))
    name, groups, checks, behind = STEMS[place]
    others = [check for _, _, more, _ in STEMS[place + 1 :] + STEMS[:place] for check in more]
    named: dict[str, str] = {}
    for service, kind in (*checks, *others):
        if len(named) < services:
            named.setdefault(service, kind)
    for extra in range(services - len(named)):
        named[f"check {extra + 1:02}"] = "http"
    return SimulatedHost(_numbered(name, lap), groups, tuple(named.items()), behind and _numbered(behind, lap))


def _numbered(name: str, lap: int) -> str:
    return name if not lap else f"{name}-{lap:03}"
