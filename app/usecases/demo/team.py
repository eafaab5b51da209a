"""What the demo's team has set up: its source, its business services and its own views."""

from __future__ import annotations

from typing import Final

from app.domain.business import ALL, ANY, WEIGHTED, BusinessService
from app.domain.source import Source
from app.domain.view import View
from app.ports import IdMaker

SOURCE_NAME: Final = "simulated"
# name, members, rule, share of bad parts from which it is down
_SERVICES: Final = (
    ("Card payments", "group:payments", WEIGHTED, 0.4),
    ("Online shop", "group:shop group:web", WEIGHTED, 0.5),
    ("Checkout", "group:checkout", ANY, 0.5),
    ("Search", "group:search service:http", ALL, 0.5),
    ("Ledger", "group:database group:ledger", WEIGHTED, 0.5),
    ("End of day", "host:ledger-batch-1", WEIGHTED, 0.6),
    ("Sign-in", "group:sign-in", ANY, 0.5),
    ("Order confirmation", "host:queue-1 -service:memory", ANY, 0.5),
    ("Mail", "group:mail", ALL, 0.5),
    ("Branch network", "group:hamburg kind:host", WEIGHTED, 0.5),
    ("Warehouse", "group:warehouse", ALL, 0.5),
    ("Backup", "group:backup kind:service", WEIGHTED, 0.7),
)
_VIEWS: Final = (
    ("Payments", 'is:open team:"Payments platform" sort:due', "Teams", "users"),
    ("Databases", "is:open team:Databases sort:due", "Teams", "users"),
    ("Shop", "is:open team:Shop sort:due", "Teams", "users"),
    ("Reopened", "is:reopened is:open sort:-updated", "Teams", "undo"),
    ("Changes ahead", "kind:change is:open sort:due", "Teams", "deploy"),
)


def source(ids: IdMaker, seed: int) -> Source:
    """The simulated estate of 60 services."""
    return Source(id=ids.new(), name=SOURCE_NAME, kind="simulated", url=f"simulated:?seed={seed}")


def business_services(ids: IdMaker) -> list[BusinessService]:
    """Twelve, over the simulated hosts."""
    return [
        BusinessService(id=ids.new(), name=name, members=members, rule=rule, down_share=down_share)
        for name, members, rule, down_share in _SERVICES
    ]


def views(ids: IdMaker) -> list[View]:
    """Saved views beside those that everybody has."""
    return [
        View(id=ids.new(), name=name, query=query, group=group, icon=icon, position=position)
        for position, (name, query, group, icon) in enumerate(_VIEWS)
    ]
