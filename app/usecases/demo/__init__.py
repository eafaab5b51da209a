"""The demo's profile: a simulated source with a day behind it, tickets, articles, business services and views.

Everything is written through the ports, as an import would; the same seed and moment give the same demo.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from app.base.clock import Clock
from app.base.events import EVERYTHING, HEALTH, SOURCES, TICKETS, VIEWS, Touched
from app.ports import History, IdMaker, Store
from app.usecases.demo.articles import sign_articles
from app.usecases.demo.past import keep_past
from app.usecases.demo.team import business_services, source, views
from app.usecases.demo.tickets import make_tickets
from app.usecases.imports.articles import import_articles
from app.usecases.work import Work

BY: Final = "demo"


def build_demo(store: Store, history: History, clock: Clock, ids: IdMaker, seed: int, *, me: str = "") -> Touched:
    """Fill an empty profile. ``me``: whose tickets “mine” are. Write lane; about a second and a half.

    Raises InputTrouble when the shipped files are not there, and the store's EnvironmentTrouble.
    """
    folder = _folder()
    now_at = clock.now()
    simulated = source(ids, seed)
    tickets, entries = make_tickets(folder / "tickets.toml", store, ids, now_at, seed, me or BY)
    with store.write() as unit:
        unit.put_tickets(tickets)
        unit.add_entries(entries)
        unit.put_source(simulated)
        for service in business_services(ids):
            unit.put_business_service(service)
        for view in views(ids):
            unit.put_view(view)
        unit.audit("demo.build", by=BY, concerns=simulated.name, detail={"seed": seed})
    kept = import_articles(Work(store, clock, ids, BY, BY), folder / "articles", source=BY)
    sign_articles(store, now_at)
    keep_past(history, simulated, seed, now_at)
    made = Touched.of(TICKETS, EVERYTHING, BY) | Touched.of(VIEWS, EVERYTHING, BY)
    return made | Touched.of(SOURCES, EVERYTHING, BY) | Touched.of(HEALTH, EVERYTHING, BY) | kept.touched


def _folder() -> Path:
    """Where the demo's files are; a frozen build keeps them beside its modules."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[3]
    return root / "resources" / "demo"
