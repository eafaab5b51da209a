"""Views: the default ones are sound, counts are live, and only what is understood is saved."""

from __future__ import annotations

import pytest

from app.base.errors import Cancelled, Refused
from app.base.events import CancelToken
from app.domain.view import View
from app.query import TICKETS, Env, parse
from app.storage.store import SqliteStore
from app.usecases.ticket import move_ticket, new_ticket
from app.usecases.view import DEFAULT_VIEWS, ViewCount, count_views, queue_views, save_view, without_sort
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock


@pytest.mark.parametrize("view", DEFAULT_VIEWS, ids=lambda view: view.id)
def test_a_default_view_is_understood(view: View) -> None:
    parse(view.query, TICKETS)
    assert view.name
    assert view.group


def test_counts_tell_how_many_and_how_many_are_late(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    new_ticket(me, {"title": "Late", "impact": "1", "urgency": "1", "assignee": "J. Reyes"})
    new_ticket(me, {"title": "In time", "impact": "3", "urgency": "3"})
    time.advance(5 * 3600)
    counts = count_views(store, queue_views(store), Env(time.now(), me.me), CancelToken())
    assert (counts["open"].total, counts["open"].breached) == (2, 1)
    assert (counts["mine"].total, counts["mine"].breached) == (1, 1)
    assert (counts["unassigned"].total, counts["unassigned"].breached) == (1, 0)


def test_a_paused_clock_counts_as_late_in_no_view(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    slow = new_ticket(me, {"title": "Slow", "impact": "1", "urgency": "1"})
    time.advance(5 * 3600)
    env = Env(time.now(), me.me)
    before = count_views(store, DEFAULT_VIEWS, env, CancelToken())
    move_ticket(me, slow.ticket.id, "pending", reason="vendor")
    after = count_views(store, DEFAULT_VIEWS, env, CancelToken())
    assert [(counts["open"].breached, counts["late"].total) for counts in (before, after)] == [(1, 1), (0, 0)]
    assert after["pending"] == ViewCount(1, 0)


def test_a_saved_view_stands_in_the_list_and_counts(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    new_ticket(me, {"title": "Slow", "team": "Payments"})
    view, _touched = save_view(me, "  Payments   now ", "team:Payments sort:due")
    assert view.name == "Payments now"
    views = queue_views(store)
    assert views[-1] == view
    assert count_views(store, views, Env(time.now(), me.me), CancelToken())[view.id].total == 1


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [(" ", "is:open", "name"), ("mine, OPEN", "is:open", "name"), ("Broken", "team:(", "query")],
)
def test_what_is_refused_names_its_field(me: Work, name: str, query: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        save_view(me, name, query)
    assert refused.value.field == field
    assert queue_views(me.store) == DEFAULT_VIEWS


def test_a_view_that_is_no_longer_understood_is_left_out(me: Work, store: SqliteStore, time: VirtualClock) -> None:
    with store.write() as unit:
        unit.put_view(View(id="old", name="Old", query="gone:(", group="Shared"))
    counts = count_views(store, queue_views(store), Env(time.now(), me.me), CancelToken())
    assert "old" not in counts
    assert "open" in counts


def test_counting_stops_when_asked(store: SqliteStore, time: VirtualClock) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        count_views(store, DEFAULT_VIEWS, Env(time.now(), "J. Reyes"), cancel)


def test_without_sort_leaves_the_conditions() -> None:
    assert without_sort("is:open sort:due team:Payments") == "is:open team:Payments"
