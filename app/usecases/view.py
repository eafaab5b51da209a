"""Views of the queue: those everybody has, those the team saved, and how many tickets each holds now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.base.errors import Refused
from app.base.events import VIEWS, CancelToken, Touched
from app.domain.view import View
from app.ports import Store
from app.query import TICKETS, Env, QueryError, parse
from app.usecases.work import Work

MY_WORK: Final = "My work"
SHARED: Final = "Shared"

DEFAULT_VIEWS: Final = (
    View(id="mine", name="Mine, open", query="is:mine is:open sort:due", group=MY_WORK, icon="user"),
    View(id="unassigned", name="Not assigned", query="is:unassigned is:open sort:due", group=MY_WORK, icon="users"),
    View(id="open", name="All open", query="is:open sort:due", group=SHARED, icon="list"),
    View(id="late", name="Breach within 1 h", query="is:open -is:pending due:<1h sort:due", group=SHARED,
         icon="clock"),
    View(id="pending", name="Pending", query="is:pending sort:due", group=SHARED, icon="pause"),
    View(id="major", name="Major incidents", query="is:major is:open sort:due", group=SHARED, icon="flag"),
    View(id="monitoring", name="From monitoring", query="channel:monitoring is:open sort:due", group=SHARED,
         icon="board"),
    View(id="resolved", name="Resolved today", query="resolved:<24h sort:-resolved", group=SHARED, icon="check"),
    View(id="all", name="Everything", query="sort:-updated", group=SHARED, icon="queue"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ViewCount:
    """How many tickets a view holds, and how many of them are past their due time."""

    total: int
    breached: int


def queue_views(store: Store) -> tuple[View, ...]:
    """The default views, then the saved ones, group by group. Read lane."""
    saved = sorted(store.team.views(), key=lambda view: (view.group, view.position, view.name))
    return (*DEFAULT_VIEWS, *saved)


def count_views(store: Store, views: Sequence[View], env: Env, cancel: CancelToken) -> Mapping[str, ViewCount]:
    """Live counts by view id; a view whose query is no longer understood is left out. Read lane."""
    counts = {}
    for view in views:
        cancel.check()
        try:
            total = store.tickets.count(parse(view.query, TICKETS), env)
            late = store.tickets.count(
                parse(f"({without_sort(view.query) or '-is:closed'}) is:breached", TICKETS), env
            )
        except QueryError:
            continue
        counts[view.id] = ViewCount(total, late)
    return counts


def save_view(work: Work, name: str, query: str, *, group: str = SHARED) -> tuple[View, Touched]:
    """Keep a query as a view. Raises Refused for a name that is taken or a query that is not understood."""
    name = " ".join(name.split())
    if not name:
        raise Refused("A view needs a name.", field="name")
    if any(view.name.casefold() == name.casefold() for view in queue_views(work.store)):
        raise Refused(f"There is already a view named “{name}”.", field="name")
    try:
        parse(query, TICKETS)
    except QueryError as error:
        raise Refused("The query is not understood.", detail=str(error), field="query") from error
    view = View(id=work.ids.new(), name=name, query=query, group=group, icon="filter")
    with work.store.write() as unit:
        unit.put_view(view)
        unit.audit("view.save", by=work.me, concerns=name)
    return view, Touched.of(VIEWS, [view.id], work.origin)


def drop_view(work: Work, view_id: str) -> Touched:
    """Forget a saved view; the tickets stay. Raises Refused for one that everybody has."""
    if any(view.id == view_id for view in DEFAULT_VIEWS):
        raise Refused("This view is always there.", hint="Only saved views can be dropped.", field="view")
    with work.store.write() as unit:
        unit.drop_view(view_id)
        unit.audit("view.drop", by=work.me, concerns=view_id)
    return Touched.of(VIEWS, [view_id], work.origin)


def without_sort(query: str) -> str:
    """The query's conditions alone."""
    return " ".join(word for word in query.split() if not word.startswith("sort:"))
